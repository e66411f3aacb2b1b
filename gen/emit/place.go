package emit

import (
	"github.com/dave/jennifer/jen"

	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/runtime/abi"
)

// place is where generated code finds or puts a value: core values in a slice of slots, or bytes in a view
// of guest memory.
//
// Slots are Go's 64-bit stack slots. An i32 is kept zero-extended and read by truncation, and a float by
// its bits, so the casts that a variant's joined slots need in core wasm (abi.Cast) cost nothing here: the
// bits of any case's payload are in the low part of its slot already.
type place struct {
	flat bool
	base string // the variable with the slots or the view
	at   int    // the first slot, or the offset in bytes
}

// field is the place of a record's or tuple's field.
func (p place) field(t *model.Type, i int) place {
	if !p.flat {
		p.at += int(t.ABI.Fields[i].Offset)
		return p
	}
	for _, f := range t.ABI.Fields[:i] {
		p.at += len(f.Type.Flat)
	}
	return p
}

// element is the place of an element of a list of a fixed length in core values.
func (p place) element(t *model.Type, i int) place {
	p.at += i * len(t.Elem.ABI.Flat)
	return p
}

// payload is the place of a variant's payload.
func (p place) payload(t *model.Type) place {
	if p.flat {
		p.at++
	} else {
		p.at += int(t.ABI.Payload)
	}
	return p
}

// part is the slots or the rest of the view where a value is, for a helper function.
func (p place) part(t *model.Type) *jen.Statement {
	s := jen.Id(p.base)
	switch {
	case p.flat:
		return s.Index(jen.Lit(p.at).Op(":").Lit(p.at + len(t.ABI.Flat)))
	case p.at == 0:
		return s
	}
	return s.Index(jen.Lit(p.at).Op(":"))
}

// slot is the core value at the place, or n slots behind it.
func (p place) slot(n int) *jen.Statement { return jen.Id(p.base).Index(jen.Lit(p.at + n)) }

// load reads the little-endian value of a Go type from memory.
func (p place) load(name string) *jen.Statement {
	return glue("Load"+name).Call(jen.Id(p.base), jen.Lit(p.at))
}

// span is where a string or list lies.
func (p place) span() *jen.Statement {
	if p.flat {
		return glue("SpanOf").Call(p.slot(0), p.slot(1))
	}
	return glue("SpanAt").Call(jen.Id(p.base), jen.Lit(p.at))
}

// word is the unsigned number of size bytes at the place, as an uint32.
func (p place) word(size uint32) *jen.Statement {
	switch {
	case p.flat:
		return jen.Uint32().Call(p.slot(0))
	case size == 4:
		return p.load("U32")
	case size == 2:
		return jen.Uint32().Call(p.load("U16"))
	}
	return jen.Uint32().Call(p.load("U8"))
}

// sizeOf is the width in bytes of what word reads for a type.
func sizeOf(t *model.Type) uint32 {
	switch t.Kind {
	case abi.Variant, abi.Enum, abi.Option, abi.Result:
		return t.ABI.DiscriminantSize()
	}
	return t.ABI.Size
}
