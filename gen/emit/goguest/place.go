package goguest

import (
	"github.com/dave/jennifer/jen"

	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/runtime/abi"
)

// where is the kind of a place.
type where uint8

const (
	inMemory where = iota // at a pointer
	inSlots               // in a slice of 64-bit slots
	inCore                // a core value in a variable of its own
)

// place is where generated code finds or puts a value.
//
// A slot keeps an i32 zero-extended, and a float by its bits: the bits of any case of a variant are in the low part of
// the slot that the cases share, so the casts that core wasm needs there (abi.Cast) need no code.
type place struct {
	where where
	base  string // the variable with the pointer, the slots or the core value
	at    int    // the offset in bytes, or the first slot
}

// field is the place of a record's or tuple's field.
func (p place) field(t *model.Type, i int) place {
	if p.where == inMemory {
		p.at += int(t.ABI.Fields[i].Offset)
		return p
	}
	for _, f := range t.ABI.Fields[:i] {
		p.at += len(f.Type.Flat)
	}
	return p
}

// element is the place of an element of a list of a fixed length in slots.
func (p place) element(t *model.Type, i int) place {
	p.at += i * len(t.Elem.ABI.Flat)
	return p
}

// payload is the place of a variant's payload.
func (p place) payload(t *model.Type) place {
	if p.where == inMemory {
		p.at += int(t.ABI.Payload)
	} else {
		p.at++
	}
	return p
}

// part is the pointer or the slots of a value, for a helper function.
func (p place) part(t *model.Type) *jen.Statement {
	base := jen.Id(p.base)
	switch {
	case p.where == inSlots:
		return base.Index(jen.Lit(p.at).Op(":").Lit(p.at + len(t.ABI.Flat)))
	case p.at == 0:
		return base
	}
	return jen.Qual("unsafe", "Add").Call(base, jen.Lit(p.at))
}

// slot is the slot at the place, or n behind it.
func (p place) slot(n int) *jen.Statement { return jen.Id(p.base).Index(jen.Lit(p.at + n)) }

// core is the core value at the place.
func (p place) core(t abi.CoreType) *jen.Statement {
	if p.where == inCore {
		return jen.Id(p.base)
	}
	return fromSlot(t, p.slot(0))
}

// load reads a value of a Go type that looks in memory as it does in Go.
func (p place) load(typ jen.Code) *jen.Statement {
	return support("Load").Types(typ).Call(jen.Id(p.base), jen.Lit(p.at))
}

// store writes a value that looks in memory as it does in Go.
func (p place) store(v *jen.Statement) *jen.Statement {
	return support("Store").Call(jen.Id(p.base), jen.Lit(p.at), v)
}

// span is where a string or list lies.
func (p place) span() *jen.Statement {
	if p.where == inMemory {
		return support("SpanAt").Call(jen.Id(p.base), jen.Lit(p.at))
	}
	return support("SpanOf").Call(jen.Uint32().Call(p.slot(0)), jen.Uint32().Call(p.slot(1)))
}

// fromSlot is the core value in a slot.
func fromSlot(t abi.CoreType, slot *jen.Statement) *jen.Statement {
	switch t {
	case abi.I32:
		return jen.Uint32().Call(slot)
	case abi.CoreF32:
		return support("ToF32").Call(slot)
	case abi.CoreF64:
		return support("ToF64").Call(slot)
	}
	return slot
}

// toSlot is the slot of a core value.
func toSlot(t abi.CoreType, v *jen.Statement) *jen.Statement {
	switch t {
	case abi.I32:
		return jen.Uint64().Call(v)
	case abi.CoreF32:
		return support("FromF32").Call(v)
	case abi.CoreF64:
		return support("FromF64").Call(v)
	}
	return v
}
