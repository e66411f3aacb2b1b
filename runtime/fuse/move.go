package fuse

import (
	"fmt"
	"slices"

	"github.com/witan-os/witan/runtime/abi"
)

// This file moves values from one side to the other: it lifts each and lowers it at once. That is the same as
// lifting all and then lowering all, because neither side runs in between but for the receiver's realloc, which
// can't reach the sender's memory.

// place is where a value is: in memory, at addr plus offset, or in core values.
type place struct {
	side   *side
	addr   int // local
	offset uint32

	flat  *abi.Flat // nil for memory
	base  int       // local of slot 0
	casts [][]abi.Cast
}

func (p place) field(t *abi.Type, i int) place {
	if p.flat == nil {
		p.offset += t.Fields[i].Offset
	} else {
		p.flat = &p.flat.Fields[i]
	}
	return p
}

// element is the place of element i of a fixed-length list.
func (p place) element(t *abi.Type, i int) place {
	if p.flat == nil {
		p.offset += uint32(i) * t.Elem.Size
	} else {
		p.flat = &p.flat.Fields[i]
	}
	return p
}

// payload is the place of the payload of case i.
func (p place) payload(t *abi.Type, i int) place {
	if p.flat == nil {
		p.offset += t.Payload
		return p
	}
	c := p.flat.Cases[i]
	p.flat = c.Payload
	casts := make([][]abi.Cast, max(len(p.casts), c.Payload.Slot+len(c.Casts)))
	copy(casts, p.casts)
	for n, cast := range c.Casts {
		slot := c.Payload.Slot + n
		casts[slot] = append(slices.Clip(casts[slot]), cast)
	}
	p.casts = casts
	return p
}

// castsOf are the casts of the n-th core value, the outermost variant's first.
func (p place) castsOf(n int) []abi.Cast {
	if i := p.flat.Slot + n; i < len(p.casts) {
		return p.casts[i]
	}
	return nil
}

func (p place) local(n int) int { return p.base + p.flat.Slot + n }

// The instructions that take a case's value out of the slot it shares, and put it back.
var (
	castOut = map[abi.Cast][]opcode{
		abi.CastF32I32: {opF32BitsI32}, abi.CastI32I64: {opI32WrapI64},
		abi.CastF32I64: {opI32WrapI64, opF32BitsI32}, abi.CastF64I64: {opF64BitsI64},
	}
	castIn = map[abi.Cast][]opcode{
		abi.CastF32I32: {opI32BitsF32}, abi.CastI32I64: {opI64ExtendU},
		abi.CastF32I64: {opI32BitsF32, opI64ExtendU}, abi.CastF64I64: {opI64BitsF64},
	}
)

// load puts the n-th core value at p on the stack; in memory it is at a distance, and op reads it.
func (g *gen) load(p place, n int, op opcode, distance uint32) {
	if p.flat == nil {
		g.address(p.side, p.addr, p.offset+distance)
		g.access(p.side, op, p.offset+distance)
		return
	}
	g.get(p.local(n))
	for _, c := range p.castsOf(n) {
		g.emit(castOut[c]...)
	}
}

// store is the counterpart of load; value puts the core value on the stack.
func (g *gen) store(p place, n int, op opcode, distance uint32, value func()) {
	if p.flat == nil {
		g.address(p.side, p.addr, p.offset+distance)
		value()
		g.access(p.side, op, p.offset+distance)
		return
	}
	value()
	for _, c := range slices.Backward(p.castsOf(n)) {
		g.emit(castIn[c]...)
	}
	g.set(p.local(n))
}

// move moves a value of type t.
func (g *gen) move(t *abi.Type, from, to place) {
	if g.tooLarge() {
		return
	}
	switch t.Kind {
	case abi.Record, abi.Tuple:
		for i, f := range t.Fields {
			leave := g.in(fieldName(f, i))
			g.move(f.Type, from.field(t, i), to.field(t, i))
			leave()
		}
	case abi.FixedList:
		for i := 0; i < int(t.Len) && !g.tooLarge(); i++ {
			leave := g.in(fmt.Sprintf("element %d", i))
			g.move(t.Elem, from.element(t, i), to.element(t, i))
			leave()
		}
	case abi.Variant, abi.Enum, abi.Option, abi.Result:
		g.moveCase(t, from, to)
	case abi.String:
		g.moveString(from, to)
	case abi.List, abi.Map:
		g.moveList(t, from, to)
	case abi.Own, abi.Borrow:
		g.moveHandle(t, from, to)
	default:
		g.moveScalar(t, from, to)
	}
}

func fieldName(f abi.Field, i int) string {
	if f.Name == "" {
		return fmt.Sprintf("field %d", i)
	}
	return "field " + f.Name
}

// access is how a scalar is read from memory and written to it.
type access struct{ load, store opcode }

var (
	access8  = access{opI32Load8U, opI32Store8}
	access16 = access{opI32Load16U, opI32Store16}
	access32 = access{opI32Load, opI32Store}
	access64 = access{opI64Load, opI64Store}
)

func accessOf(t *abi.Type) access {
	switch t.Kind {
	case abi.F32:
		return access{opF32Load, opF32Store}
	case abi.F64:
		return access{opF64Load, opF64Store}
	}
	return accessOfSize(t.Size)
}

func accessOfSize(size uint32) access {
	switch size {
	case 1:
		return access8
	case 2:
		return access16
	case 4:
		return access32
	default:
		return access64
	}
}

func (g *gen) moveScalar(t *abi.Type, from, to place) {
	if to.flat != nil && passes(t) && !to.widens() {
		return // it is there, and every bit of it counts
	}
	a := accessOf(t)
	g.store(to, 0, a.store, 0, func() {
		g.load(from, 0, a.load, 0)
		g.convert(t, from.flat == nil)
	})
}

// widens reports whether the value's slot has bits that the value has not: they must be made zero.
func (p place) widens() bool {
	casts := p.castsOf(0)
	return slices.Contains(casts, abi.CastI32I64) || slices.Contains(casts, abi.CastF32I64)
}

// convert makes the core value on the stack one that lowering would give. From memory come no bits beyond
// the type's width, and to memory none go.
func (g *gen) convert(t *abi.Type, memory bool) {
	switch t.Kind {
	case abi.Bool:
		g.i32(0)
		g.emit(opI32Ne)
	case abi.Char:
		c := g.local(abi.I32)
		g.tee(c)
		g.checkChar(c)
		g.get(c)
	case abi.Flags:
		if n := len(t.Labels); n < 32 {
			g.i32(1<<n - 1)
			g.emit(opI32And)
		}
	case abi.U8, abi.U16:
		if !memory {
			g.i32(1<<(8*t.Size) - 1)
			g.emit(opI32And)
		}
	case abi.S8:
		if !memory {
			g.emit(opI32Extend8)
		}
	case abi.S16:
		if !memory {
			g.emit(opI32Extend16)
		}
	}
}

// checkChar traps unless the value on the stack, which is also in local c, is a Unicode scalar value.
func (g *gen) checkChar(c int) {
	g.i32(0x110000)
	g.emit(opI32GeU)
	g.get(c)
	g.i32(0xd800)
	g.emit(opI32Sub)
	g.i32(0x800)
	g.emit(opI32LtU, opI32Or)
	g.trapIf("%#[1]x is not a Unicode scalar value", c, none)
}

// fewCases is up to how many cases with a payload are told apart one after the other. That is as fast as a
// table for the last of them, and faster for the others.
const fewCases = 3

// moveCase moves a value of a variant or one of its relatives.
func (g *gen) moveCase(t *abi.Type, from, to place) {
	v := &variantMove{gen: g, Type: t, from: from, to: to, discriminant: g.local(abi.I32)}
	g.load(from, 0, accessOfSize(t.DiscriminantSize()).load, 0)
	g.set(v.discriminant)
	for i, c := range t.Cases {
		if c.Type != nil {
			v.loaded = append(v.loaded, i)
		}
	}
	if len(v.loaded) <= fewCases {
		v.oneByOne(v.loaded)
	} else {
		v.byTable()
	}
}

// variantMove is the move of a variant. Where a payload goes to memory, the discriminant follows it: what is
// behind in memory is written first, and then it is clear that the rest is in bounds.
type variantMove struct {
	*gen
	*abi.Type
	from, to     place
	discriminant int   // local
	loaded       []int // the cases that have a payload
}

// check traps if the discriminant is bad.
func (v *variantMove) check(bad opcode, than int) {
	v.get(v.discriminant)
	v.i32(uint32(than))
	v.emit(bad)
	v.trapIf(fmt.Sprintf("%%[1]d is no case of the %s, which has %d", v.Kind, len(v.Cases)), v.discriminant, none)
}

// oneByOne compares the discriminant with the cases that are left.
func (v *variantMove) oneByOne(left []int) {
	switch {
	case len(left) == 0:
		v.check(opI32GeU, len(v.Cases))
		v.move(none)
	case len(left) == 1 && len(v.loaded) == len(v.Cases):
		v.check(opI32Ne, left[0])
		v.move(left[0])
	default:
		v.get(v.discriminant)
		v.i32(uint32(left[0]))
		v.emit(opI32Eq)
		v.choose(func() { v.move(left[0]) }, func() { v.oneByOne(left[1:]) })
	}
}

// byTable jumps to the code for the case. All cases without a payload share theirs.
func (v *variantMove) byTable() {
	v.check(opI32GeU, len(v.Cases))
	choices := make([]int, len(v.Cases))
	bodies := len(v.loaded)
	for i, c := range v.Cases {
		if choices[i] = slices.Index(v.loaded, i); c.Type == nil {
			choices[i], bodies = len(v.loaded), len(v.loaded)+1
		}
	}
	v.selects(choices, bodies, v.discriminant, func(i int) {
		if i == len(v.loaded) {
			v.move(none)
		} else {
			v.move(v.loaded[i])
		}
	})
}

// move moves the payload of case i, if there is one, and the discriminant. Core values that are not used become
// zero.
func (v *variantMove) move(i int) {
	used := 1
	if i != none {
		c := v.Cases[i]
		leave := v.in("case " + c.Name)
		v.gen.move(c.Type, v.from.payload(v.Type, i), v.to.payload(v.Type, i))
		leave()
		used += len(c.Type.Flat)
	}
	if v.to.flat == nil || v.to.widens() {
		v.store(v.to, 0, accessOfSize(v.DiscriminantSize()).store, 0, func() { v.get(v.discriminant) })
	}
	if v.to.flat == nil {
		return
	}
	for n := used; n < len(v.Flat); n++ {
		v.zero(v.to.local(n))
	}
}

// zero sets a local to zero.
func (g *gen) zero(local int) {
	switch g.typeOf(local) {
	case abi.I32:
		g.i32(0)
	case abi.I64:
		g.i64(0)
	case abi.CoreF32:
		g.with(opF32Const, 4)
	case abi.CoreF64:
		g.with(opF64Const, 8)
	}
	g.set(local)
}

func (g *gen) typeOf(local int) abi.CoreType {
	if local < g.code.params {
		return g.edge.Caller.Plan.Lowered.Params[local]
	}
	return g.locals[local-g.code.params]
}

// moveHandle passes a resource: the host knows the tables.
func (g *gen) moveHandle(t *abi.Type, from, to place) {
	h := Handle{
		Resource: t.Resource, Own: t.Kind == abi.Own, ToCallee: to.side.callee, First: g.early() && g.loops == 0,
	}
	entry := slices.Index(g.handles, h)
	if entry < 0 {
		entry = len(g.handles)
		g.handles = append(g.handles, h)
	}
	g.store(to, 0, opI32Store, 0, func() {
		g.with(opGlobalGet, int64(g.module.edgeGlobal()))
		g.i32(uint32(entry))
		g.load(from, 0, opI32Load, 0)
		g.call(g.pass)
	})
}
