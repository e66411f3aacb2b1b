// Package stub makes the small core modules that stand between those of a component while it is put together.
//
// A core module is instantiated with its imports at hand, and a function that is lowered for it needs its memory,
// which is not there before. The way out is a table: [Shim] has a function for each such import which calls what
// is in the table, and [Fixup] fills the table when all of it exists, and then does what has to be done before
// anybody else may call the component.
package stub

import (
	"strconv"

	"github.com/witan-os/witan/internal/leb128"
	"github.com/witan-os/witan/runtime/component"
)

// Table is the name under which a shim exports its table.
const Table = "$imports"

// FuncName is the name of a function of a shim: its number.
func FuncName(i int) string { return strconv.Itoa(i) }

// Shim makes a module that exports a function of each type, which calls the entry of its number in a table.
func Shim(types []*component.CoreFuncType) []byte {
	m := &builder{}
	for i, t := range types {
		index := m.typ(t)
		m.function(index, func(b *body) {
			for p := range t.Params {
				b.op(localGet, p)
			}
			b.op(i32Const)
			b.signed(int64(i))
			b.op(callIndirect, int(index), 0)
		})
		m.export(FuncName(i), kindFunc, i)
	}
	m.table = len(types)
	m.export(Table, kindTable, 0)
	return m.module()
}

// Grow makes a module that allocates in the memory of another one, which it imports from "env", by growing it, for
// want of anything better. It exports one function, of the type of cabi_realloc, that gives whole pages and knows no
// way to change or free them.
func Grow(export string) []byte {
	m := &builder{}
	m.importMemory("env", "memory")
	t := m.typ(&component.CoreFuncType{
		Params:  []component.CoreValType{component.CoreI32, component.CoreI32, component.CoreI32, component.CoreI32},
		Results: []component.CoreValType{component.CoreI32},
	})
	const oldPtr, newSize, address = 0, 3, 4
	index := m.function(t, func(b *body) {
		b.locals(1, component.CoreI32)
		b.op(localGet, oldPtr)
		b.trapIf()
		// The number of pages, rounded up. The sum is of 64 bits, in which it can not wrap around.
		b.op(localGet, newSize)
		b.op(i64ExtendI32U)
		b.op(i64Const)
		b.signed(pageSize - 1)
		b.op(i64Add)
		b.op(i64Const)
		b.signed(pageLog2)
		b.op(i64ShrU)
		b.op(i32WrapI64)
		b.op(memoryGrow, 0)
		b.op(localTee, address)
		b.op(i32Const)
		b.signed(-1)
		b.op(i32Eq)
		b.trapIf()
		b.op(localGet, address)
		b.op(i32Const)
		b.signed(pageLog2)
		b.op(i32Shl)
	})
	m.export(export, kindFunc, int(index))
	return m.module()
}

const (
	pageLog2 = 16
	pageSize = 1 << pageLog2
)

// The modules that a fixup imports from.
const (
	FixupShim  = ""      // the functions for the table, by their numbers, and the table
	FixupStart = "start" // the functions to call at the end, by their numbers
)

// FixupStack is the module with what is known of the stack of an adapter, by its number.
func FixupStack(i int) string { return "stack" + strconv.Itoa(i) }

// The names in the module of a stack.
const (
	StackRealloc = "realloc" // what allocates it
	StackPointer = "pointer" // the global that is to have its end
	StackState   = "state"   // the global that tells how far it is, if there is one
)

// Stack is what there is to know about the stack of an adapter.
type Stack struct {
	HasState bool
}

// The states of a stack. An adapter looks at them when it is called while its stack is being allocated.
const (
	stackAllocating = 1
	stackAllocated  = 2
)

// Fixup makes a module that fills the table of a shim with functions of the types, allocates stacks, and calls
// functions without parameters and results, as many as start says.
func Fixup(types []*component.CoreFuncType, stacks []Stack, start int) []byte {
	m := &builder{}
	for i, t := range types {
		m.importFunc(FixupShim, FuncName(i), t)
	}
	if len(types) > 0 {
		m.importTable(FixupShim, Table, len(types))
		m.elements = len(types)
	}
	var made []stack
	for i, s := range stacks {
		made = append(made, m.importStack(FixupStack(i), s))
	}
	first := m.imported
	for i := range start {
		m.importFunc(FixupStart, FuncName(i), &component.CoreFuncType{})
	}
	switch {
	case len(stacks) == 0 && start == 1:
		m.start(first)
	case len(stacks)+start > 0:
		m.start(m.function(m.typ(&component.CoreFuncType{}), func(b *body) {
			for _, s := range made {
				b.allocate(s)
			}
			for i := range start {
				b.op(call, int(first)+i)
			}
		}))
	}
	return m.module()
}

// stack is a stack with the indices of what belongs to it.
type stack struct {
	Stack
	realloc, pointer, state int
}

func (m *builder) importStack(module string, s Stack) stack {
	realloc := m.importFunc(module, StackRealloc, &component.CoreFuncType{
		Params:  []component.CoreValType{component.CoreI32, component.CoreI32, component.CoreI32, component.CoreI32},
		Results: []component.CoreValType{component.CoreI32},
	})
	made := stack{Stack: s, realloc: int(realloc), pointer: m.importGlobal(module, StackPointer)}
	if s.HasState {
		made.state = m.importGlobal(module, StackState)
	}
	return made
}

// allocate gets one page for a stack, which grows down from its end.
func (b *body) allocate(s stack) {
	b.setState(s, stackAllocating)
	for _, arg := range []int64{0, 0, 8, pageSize} { // no block so far, and one that is aligned to 8 bytes
		b.op(i32Const)
		b.signed(arg)
	}
	b.op(call, s.realloc)
	b.op(i32Const)
	b.signed(pageSize)
	b.op(i32Add)
	b.op(globalSet, s.pointer)
	b.setState(s, stackAllocated)
}

func (b *body) setState(s stack, state int64) {
	if !s.HasState {
		return
	}
	b.op(i32Const)
	b.signed(state)
	b.op(globalSet, s.state)
}

// Opcodes.
const (
	unreachable   = 0x00
	ifOp          = 0x04
	end           = 0x0b
	call          = 0x10
	callIndirect  = 0x11
	localGet      = 0x20
	localTee      = 0x22
	globalSet     = 0x24
	memoryGrow    = 0x40
	i32Const      = 0x41
	i64Const      = 0x42
	i32Eq         = 0x46
	i32Add        = 0x6a
	i32Shl        = 0x74
	i64Add        = 0x7c
	i64ShrU       = 0x88
	i32WrapI64    = 0xa7
	i64ExtendI32U = 0xad

	emptyBlock = 0x40
)

// body is the code of a function.
type body struct {
	declared []byte // locals
	code     []byte
}

func (b *body) op(op byte, operands ...int) {
	b.code = append(b.code, op)
	for _, o := range operands {
		b.code = leb128.AppendUint(b.code, uint64(o))
	}
}

func (b *body) signed(v int64) { b.code = leb128.AppendInt(b.code, v) }

func (b *body) locals(n int, t component.CoreValType) {
	b.declared = append(leb128.AppendUint([]byte{1}, uint64(n)), byte(t))
}

// trapIf ends everything if the number on the stack is not 0.
func (b *body) trapIf() {
	b.code = append(b.code, ifOp, emptyBlock, unreachable, end)
}

func (b *body) bytes() []byte {
	all := b.declared
	if all == nil {
		all = []byte{0}
	}
	return append(append(all, b.code...), end)
}
