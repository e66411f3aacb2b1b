package coremodule

import (
	"github.com/witan-os/witan/internal/leb128"
)

// This file writes what stays of a module, with the indices that it then has.

func (s *shaker) write() []byte {
	out := []byte(header)
	for _, id := range order {
		if body := s.sectionBody(id); body != nil {
			out = appendSection(out, id, body)
		}
	}
	for _, c := range s.customs {
		contents, ok := s.wasm[c.start:c.end], true
		if c.name == nameSection {
			contents, ok = s.names(c.span)
		}
		if ok {
			out = appendSection(out, sectionCustom, append(appendName(nil, c.name), contents...))
		}
	}
	return out
}

// sectionBody is the contents of a section; nil if nothing of it is left.
func (s *shaker) sectionBody(id byte) []byte {
	var v vector
	switch id {
	case sectionImport:
		for _, i := range s.Imports {
			if s.live[i.Space][i.Index] {
				v.add(s.entryBytes(i.Space, i.Index))
			}
		}
	case sectionExport:
		for _, x := range s.Exports {
			if s.exports[x.Name] {
				entry := append(appendName(nil, x.Name), byte(x.Space))
				v.add(leb128.AppendUint(entry, uint64(s.indices[x.Space][x.Index])))
			}
		}
	case sectionStart:
		if s.start.empty() {
			return nil
		}
		return s.copied(s.start, func(w *walker) { w.ref(Func) })
	case sectionCount:
		if !s.counts {
			return nil
		}
		return leb128.AppendUint(nil, uint64(s.left(Data)))
	case sectionCode:
		s.code(&v)
	default:
		s.definitions(spaceOf[id], &v)
	}
	if id == sectionElement {
		s.declare(&v)
	}
	if v.n == 0 {
		return nil
	}
	return append(leb128.AppendUint(nil, uint64(v.n)), v.body...)
}

// left is how many entries of a space stay.
func (s *shaker) left(space Space) (n int) {
	for _, stays := range s.live[space] {
		if stays {
			n++
		}
	}
	return n
}

// definitions writes what stays of the entries of a space that are not imported.
func (s *shaker) definitions(space Space, v *vector) {
	for i, it := range s.items[space] {
		if !it.imported && s.live[space][i] {
			v.add(s.entryBytes(space, uint32(i)))
		}
	}
}

func (s *shaker) code(v *vector) {
	for i, it := range s.items[Func] {
		if !it.imported && s.live[Func][i] {
			body := s.copied(it.body, (*walker).body)
			v.add(leb128.AppendUint(nil, uint64(len(body))))
			v.body = append(v.body, body...)
		}
	}
}

// declare adds a segment that does nothing but to declare functions.
func (s *shaker) declare(v *vector) {
	list := s.undeclared()
	if len(list) == 0 {
		return
	}
	const functions = 0 // the kind of elements
	entry := leb128.AppendUint([]byte{elemDeclarative, functions}, uint64(len(list)))
	for _, f := range list {
		entry = leb128.AppendUint(entry, uint64(f))
	}
	v.add(entry)
}

// entryBytes is the entry of an index space with new indices.
func (s *shaker) entryBytes(space Space, index uint32) []byte {
	it := s.items[space][index]
	out := make([]byte, 0, it.end-it.start)
	at := it.start
	s.entry(space, index, func(r Ref) { out, at = s.replace(out, at, r) })
	return append(out, s.wasm[at:it.end]...)
}

// copied is a part of the module with new indices, which walk finds.
func (s *shaker) copied(part span, walk func(*walker)) []byte {
	out := make([]byte, 0, part.end-part.start)
	at := part.start
	walk(s.at(part, func(r Ref) { out, at = s.replace(out, at, r) }))
	return append(out, s.wasm[at:part.end]...)
}

// replace copies what there is between an offset and a reference, and then its new index.
func (s *shaker) replace(out []byte, at int, r Ref) ([]byte, int) {
	out = append(out, s.wasm[at:r.Start]...)
	index := s.indices[r.Space][r.Index]
	switch {
	case r.Start == r.End: // index 0, which only those entries have that stay first in their space
	case r.signed:
		out = leb128.AppendInt(out, int64(index))
	default:
		out = leb128.AppendUint(out, uint64(index))
	}
	return out, r.End
}

// vector is entries with their number.
type vector struct {
	n    int
	body []byte
}

func (v *vector) add(entry []byte) {
	v.n++
	v.body = append(v.body, entry...)
}

func appendSection(b []byte, id byte, body []byte) []byte {
	return append(leb128.AppendUint(append(b, id), uint64(len(body))), body...)
}

func appendName(b []byte, s string) []byte {
	return append(leb128.AppendUint(b, uint64(len(s))), s...)
}
