package glue

import (
	"strings"

	"github.com/witan-os/witan/runtime/link"
)

// This file gathers what a generated World provides to its components.

// Bundle is what a World provides, while that is put together.
type Bundle struct {
	World string   // its name, for messages
	Rest  Provider // asked for what is not there otherwise; may be nil

	have    []*Interface
	lacking []string
}

// Add adds an interface for which no implementation is needed, under the name that components import it with.
func (b *Bundle) Add(name string, f Fixed) {
	for _, i := range f {
		named := *i
		named.Name = name
		b.have = append(b.have, &named)
	}
}

// Offer adds the interface that components import under a name, if it has an implementation.
func Offer[H any](b *Bundle, name string, host H, provide func(H) Fixed) {
	if any(host) == nil {
		b.lacking = append(b.lacking, name)
		return
	}
	b.Add(name, provide(host))
}

// Interfaces returns all that the world imports. What no one has implemented comes from Rest.
func (b *Bundle) Interfaces(p *Process) ([]*Interface, error) {
	var rest link.Set[*Interface]
	if b.Rest != nil && len(b.lacking) > 0 {
		list, err := b.Rest.Provide(p)
		if err != nil {
			return nil, err
		}
		for _, i := range list {
			rest.Add(i.Name, i)
		}
	}
	incomplete := &Incomplete{World: b.World}
	for _, name := range b.lacking {
		if i, ok := rest.Get(name); ok {
			b.have = append(b.have, i)
		} else {
			incomplete.Interfaces = append(incomplete.Interfaces, name)
		}
	}
	if len(incomplete.Interfaces) > 0 {
		return nil, incomplete
	}
	return b.have, nil
}

// Incomplete is the error of a World that has not all that its components import.
type Incomplete struct {
	World      string
	Interfaces []string // "" stands for the functions that the world imports by themselves
}

// Error lists the interfaces, one a line.
func (e *Incomplete) Error() string {
	var b strings.Builder
	b.WriteString("the World " + e.World + " has no implementation of")
	for _, name := range e.Interfaces {
		if name == "" {
			name = "the functions of the world itself"
		}
		b.WriteString("\n    " + name)
	}
	return b.String()
}
