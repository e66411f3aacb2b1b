package fuse

import (
	"github.com/witan-os/witan/runtime/abi"
)

// This file is about memories that no window shows together. The caller's is the adapter's own memory then. The
// callee's is far: a module beside it has a function for each kind of access, so that a call still does not leave
// machine code, but for copies that are long enough.

// maxNear is how many bytes are copied eight at a time between memories that are in no window. Above it, leaving for
// Go is faster.
const maxNear = 64

// The instructions that a far memory has functions for.
var (
	farLoads  = []opcode{opI32Load8U, opI32Load16U, opI32Load, opI64Load, opF32Load, opF64Load}
	farStores = []opcode{opI32Store8, opI32Store16, opI32Store, opI64Store, opF32Store, opF64Store}
)

// accessType is the core type that a load or store moves.
func accessType(op opcode) abi.CoreType {
	switch op {
	case opI64Load, opI64Store:
		return abi.I64
	case opF32Load, opF32Store:
		return abi.CoreF32
	case opF64Load, opF64Store:
		return abi.CoreF64
	}
	return abi.I32
}

// The functions of a far memory besides those of its accesses, which are called like the instructions.
const (
	farSize   = "size" // in bytes, as an i64
	farUTF8   = "valid UTF-8"
	farUTF16  = "valid UTF-16"
	farLatin1 = "only Latin-1"
)

var (
	sizeSignature = abi.Signature{Results: []abi.CoreType{abi.I64}}
	// textSignature is that of functions that look through text.
	textSignature = abi.Signature{Params: i32s(2), Results: i32s(1)}
	farTexts      = []string{farUTF8, farUTF16, farLatin1}
)

func loadSignature(op opcode) abi.Signature {
	return abi.Signature{Params: i32s(1), Results: []abi.CoreType{accessType(op)}}
}

func storeSignature(op opcode) abi.Signature {
	return abi.Signature{Params: []abi.CoreType{abi.I32, accessType(op)}}
}

// Reach returns a core module through which adapters reach a memory that is in no window. It imports that memory
// from the module [ReachMemory], under the given name.
func Reach(memory string) []byte {
	m := &module{}
	m.importMemory(Import{ReachMemory, memory})
	l := newLibrary(m)
	define := func(name string, sig abi.Signature, ops ...opcode) {
		c, index := m.define(sig)
		for i := range c.params {
			c.get(i)
		}
		for _, op := range ops {
			c.emit(op)
		}
		m.export(name, funcKind, index)
	}
	for _, op := range farLoads {
		define(opcodes[op].name, loadSignature(op), op)
	}
	for _, op := range farStores {
		define(opcodes[op].name, storeSignature(op), op)
	}
	c, size := m.define(sizeSignature)
	c.ownSize()
	m.export(farSize, funcKind, size)
	near := &side{}
	for _, name := range farTexts {
		m.export(name, funcKind, l.scan(name, near))
	}
	return m.encode()
}

// ownSize puts the size of the module's own memory in bytes on the stack.
func (c *code) ownSize() {
	c.emit(opMemorySize, opI64ExtendU)
	c.i64(16)
	c.emit(opI64Shl)
}

// reach is an adapter's way to a far memory: the functions of its module.
type reach struct {
	access map[opcode]int
	texts  map[string]int
	size   int
	copy   int // the host's
}

// reachApart imports both memories for an edge without a window.
func (g *gen) reachApart() {
	m := g.module
	m.importMemory(*g.edge.Caller.Memory)
	g.caller.own = true
	r := &reach{access: map[opcode]int{}, texts: map[string]int{}}
	for _, op := range farLoads {
		r.access[op] = m.importFunc(Import{g.edge.Reach, opcodes[op].name}, loadSignature(op))
	}
	for _, op := range farStores {
		r.access[op] = m.importFunc(Import{g.edge.Reach, opcodes[op].name}, storeSignature(op))
	}
	for _, name := range farTexts {
		r.texts[name] = m.importFunc(Import{g.edge.Reach, name}, textSignature)
	}
	r.size = m.importFunc(Import{g.edge.Reach, farSize}, sizeSignature)
	r.copy = m.importFunc(Import{HostModule, HostCopy}, abi.Signature{Params: i32s(5)})
	g.callee.far = r
}

// size puts the size of a side's memory in bytes on the stack, as an i64.
func (c *code) size(s *side) {
	switch {
	case s.far != nil:
		c.call(s.far.size)
	case s.own:
		c.ownSize()
	default:
		c.with(opGlobalGet, int64(s.size))
		c.emit(opI64ExtendU)
	}
}

// address puts an address of a side on the stack: of what access reaches with the same offset.
func (c *code) address(s *side, ptr int, offset uint32) {
	c.get(ptr)
	if s.far != nil && offset != 0 {
		c.i32(offset)
		c.emit(opI32Add)
	}
}

// access loads or stores. On the stack are an address and what is to be stored.
func (c *code) access(s *side, op opcode, offset uint32) {
	if s.far != nil {
		c.call(s.far.access[op])
	} else {
		c.at(op, s.base+offset)
	}
}

// shown is the side as those see it who have addresses in the window already, where there is one.
func (s *side) shown() *side {
	if s.far != nil {
		return s
	}
	return &side{}
}

// copyApart writes the function (to, from, bytes) that copies to or from a far memory.
func (g *gen) copyApart(c *code, from, to *side) {
	const dst, src, bytes = 0, 1, 2
	move := func(size uint32, load, store opcode) {
		c.address(to, dst, 0)
		c.address(from, src, 0)
		c.access(from, load, 0)
		c.access(to, store, 0)
		c.add(dst, size)
		c.add(src, size)
		c.add(bytes, -size)
	}
	c.get(bytes)
	c.i32(maxNear)
	c.emit(opI32GtU)
	c.when(func() {
		c.with(opGlobalGet, int64(g.module.edgeGlobal()))
		if to.callee {
			c.i32(1)
		} else {
			c.i32(0)
		}
		for i := range c.params {
			c.get(i)
		}
		c.call(g.callee.far.copy)
		c.emit(opReturn)
	})
	for _, step := range []struct {
		size        uint32
		load, store opcode
	}{{8, opI64Load, opI64Store}, {1, opI32Load8U, opI32Store8}} {
		done := c.open(opBlock)
		next := c.open(opLoop)
		c.get(bytes)
		c.i32(step.size)
		c.emit(opI32LtU)
		c.branch(opBrIf, done)
		move(step.size, step.load, step.store)
		c.branch(opBr, next)
		c.end()
		c.end()
	}
}
