package main

import (
	"context"
	"sync"

	"github.com/witan-os/witan/examples/greet/generated/demo/greet/v0.1/visitors"
	"github.com/witan-os/witan/runtime/glue"
)

// columnWidth is how many bytes of a name fit in a guest book.
const columnWidth = 40

// house keeps the guest books by title. It implements visitors.Host.
type house struct {
	mu    sync.Mutex
	books map[string]*book
}

func newHouse() *house { return &house{books: map[string]*book{}} }

// NewBook opens the book with a title, or begins it.
func (h *house) NewBook(_ context.Context, title string) (glue.Own[visitors.Book], error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	b, ok := h.books[title]
	if !ok {
		b = &book{lines: map[string]int{}}
		h.books[title] = b
	}
	return glue.Give[visitors.Book](b), nil
}

// book is one guest book. It implements visitors.Book.
type book struct {
	mu      sync.Mutex
	entries []visitors.Visitor
	lines   map[string]int // name → its index in entries
}

// Sign signs the book.
func (b *book) Sign(_ context.Context, name string) (visitors.Visitor, error) {
	switch {
	case name == "":
		return visitors.Visitor{}, visitors.SignErrorEmptyName()
	case len(name) > columnWidth:
		return visitors.Visitor{}, visitors.SignErrorNameTooLong(columnWidth)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	i, ok := b.lines[name]
	if !ok {
		i = len(b.entries)
		b.lines[name] = i
		b.entries = append(b.entries, visitors.Visitor{Name: name})
	}
	b.entries[i].Visits++
	return b.entries[i], nil
}

// Entries lists the visitors in the order of their first visits.
func (b *book) Entries(context.Context) ([]visitors.Visitor, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]visitors.Visitor(nil), b.entries...), nil
}
