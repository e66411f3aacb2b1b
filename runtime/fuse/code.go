package fuse

import (
	"fmt"
	"strings"

	"github.com/witan-os/witan/internal/leb128"
	"github.com/witan-os/witan/runtime/abi"
)

// This file is the instructions of an adapter: as data while they are made, then as bytes or text.

// opcode is an instruction's code; 0xfc and 0xfd prefix a second one in the low byte.
type opcode uint16

// The instructions that adapters use.
const (
	opUnreachable opcode = 0x00
	opBlock       opcode = 0x02
	opLoop        opcode = 0x03
	opIf          opcode = 0x04
	opElse        opcode = 0x05
	opEnd         opcode = 0x0b
	opBr          opcode = 0x0c
	opBrIf        opcode = 0x0d
	opBrTable     opcode = 0x0e
	opReturn      opcode = 0x0f
	opCall        opcode = 0x10
	opReturnCall  opcode = 0x12
	opLocalGet    opcode = 0x20
	opLocalSet    opcode = 0x21
	opLocalTee    opcode = 0x22
	opGlobalGet   opcode = 0x23
	opGlobalSet   opcode = 0x24

	opI32Load     opcode = 0x28
	opI64Load     opcode = 0x29
	opF32Load     opcode = 0x2a
	opF64Load     opcode = 0x2b
	opI32Load8U   opcode = 0x2d
	opI32Load16U  opcode = 0x2f
	opI32Store    opcode = 0x36
	opI64Store    opcode = 0x37
	opF32Store    opcode = 0x38
	opF64Store    opcode = 0x39
	opI32Store8   opcode = 0x3a
	opI32Store16  opcode = 0x3b
	opMemorySize  opcode = 0x3f
	opMemoryCopy  opcode = 0xfc0a
	opV128Load    opcode = 0xfd00
	opV128Load8x8 opcode = 0xfd02
	opV128Store   opcode = 0xfd0b
	opI16x8Splat  opcode = 0xfd10
	opI64x2Lane   opcode = 0xfd1d
	opI16x8Eq     opcode = 0xfd2d
	opV128And     opcode = 0xfd4e
	opV128Or      opcode = 0xfd50
	opV128Any     opcode = 0xfd53
	opI8x16Bits   opcode = 0xfd64
	opI8x16Narrow opcode = 0xfd66
	opI32Const    opcode = 0x41
	opI64Const    opcode = 0x42
	opF32Const    opcode = 0x43
	opF64Const    opcode = 0x44
	opI32Eqz      opcode = 0x45
	opI32Eq       opcode = 0x46
	opI32Ne       opcode = 0x47
	opI32LtU      opcode = 0x49
	opI32GtU      opcode = 0x4b
	opI32LeU      opcode = 0x4d
	opI32GeU      opcode = 0x4f
	opI64Eqz      opcode = 0x50
	opI64GtU      opcode = 0x56
	opI32Add      opcode = 0x6a
	opI32Sub      opcode = 0x6b
	opI32Mul      opcode = 0x6c
	opI32And      opcode = 0x71
	opI32Or       opcode = 0x72
	opI32Shl      opcode = 0x74
	opI32ShrU     opcode = 0x76
	opI64Add      opcode = 0x7c
	opI64Mul      opcode = 0x7e
	opI64And      opcode = 0x83
	opI64Or       opcode = 0x84
	opI64Shl      opcode = 0x86
	opI32WrapI64  opcode = 0xa7
	opI64ExtendU  opcode = 0xad
	opI32BitsF32  opcode = 0xbc
	opI64BitsF64  opcode = 0xbd
	opF32BitsI32  opcode = 0xbe
	opF64BitsI64  opcode = 0xbf
	opI32Extend8  opcode = 0xc0
	opI32Extend16 opcode = 0xc1
)

// form says what follows an opcode.
type form uint8

const (
	formPlain  form = iota
	formBlock       // an empty block type
	formIndex       // a label, function, local or global
	formTable       // several labels
	formMemory      // an alignment, always that of one byte, and an offset
	formInt         // a signed constant
	formFloat       // a constant of zeros, 4 or 8 bytes long: the only one there is use for
	formCopy        // two memory indices, both 0
	formLane        // the first lane
)

var opcodes = map[opcode]struct {
	name string
	form form
}{
	opUnreachable: {"unreachable", formPlain}, opBlock: {"block", formBlock}, opLoop: {"loop", formBlock},
	opIf: {"if", formBlock}, opElse: {"else", formPlain}, opEnd: {"end", formPlain}, opBr: {"br", formIndex},
	opBrIf: {"br_if", formIndex}, opBrTable: {"br_table", formTable}, opReturn: {"return", formPlain},
	opCall: {"call", formIndex}, opReturnCall: {"return_call", formIndex}, opLocalGet: {"local.get", formIndex}, opLocalSet: {"local.set", formIndex},
	opLocalTee: {"local.tee", formIndex}, opGlobalGet: {"global.get", formIndex}, opGlobalSet: {"global.set", formIndex},

	opI32Load: {"i32.load", formMemory}, opI64Load: {"i64.load", formMemory}, opF32Load: {"f32.load", formMemory},
	opF64Load: {"f64.load", formMemory}, opI32Load8U: {"i32.load8_u", formMemory}, opI32Load16U: {"i32.load16_u", formMemory},
	opI32Store: {"i32.store", formMemory}, opI64Store: {"i64.store", formMemory}, opF32Store: {"f32.store", formMemory},
	opF64Store: {"f64.store", formMemory}, opI32Store8: {"i32.store8", formMemory}, opI32Store16: {"i32.store16", formMemory},
	opMemorySize: {"memory.size", formIndex}, opMemoryCopy: {"memory.copy", formCopy}, opV128Load: {"v128.load", formMemory}, opV128Or: {"v128.or", formPlain},
	opI8x16Bits: {"i8x16.bitmask", formPlain}, opV128Load8x8: {"v128.load8x8_u", formMemory}, opV128Store: {"v128.store", formMemory},
	opI16x8Splat: {"i16x8.splat", formPlain}, opI64x2Lane: {"i64x2.extract_lane", formLane}, opI16x8Eq: {"i16x8.eq", formPlain},
	opV128And: {"v128.and", formPlain}, opV128Any: {"v128.any_true", formPlain}, opI8x16Narrow: {"i8x16.narrow_i16x8_u", formPlain},

	opI32Const: {"i32.const", formInt}, opI64Const: {"i64.const", formInt}, opF32Const: {"f32.const", formFloat},
	opF64Const: {"f64.const", formFloat},

	opI32Eqz: {"i32.eqz", formPlain}, opI32Eq: {"i32.eq", formPlain}, opI32Ne: {"i32.ne", formPlain},
	opI32LtU: {"i32.lt_u", formPlain}, opI32GtU: {"i32.gt_u", formPlain}, opI32LeU: {"i32.le_u", formPlain},
	opI32GeU: {"i32.ge_u", formPlain}, opI64Eqz: {"i64.eqz", formPlain}, opI64GtU: {"i64.gt_u", formPlain},
	opI32Add: {"i32.add", formPlain}, opI32Sub: {"i32.sub", formPlain}, opI32Mul: {"i32.mul", formPlain}, opI32And: {"i32.and", formPlain},
	opI32Or: {"i32.or", formPlain}, opI32Shl: {"i32.shl", formPlain}, opI32ShrU: {"i32.shr_u", formPlain}, opI64Add: {"i64.add", formPlain},
	opI64Mul: {"i64.mul", formPlain}, opI64And: {"i64.and", formPlain}, opI64Or: {"i64.or", formPlain}, opI64Shl: {"i64.shl", formPlain},

	opI32WrapI64: {"i32.wrap_i64", formPlain}, opI64ExtendU: {"i64.extend_i32_u", formPlain},
	opI32BitsF32: {"i32.reinterpret_f32", formPlain}, opI64BitsF64: {"i64.reinterpret_f64", formPlain},
	opF32BitsI32: {"f32.reinterpret_i32", formPlain}, opF64BitsI64: {"f64.reinterpret_i64", formPlain},
	opI32Extend8: {"i32.extend8_s", formPlain}, opI32Extend16: {"i32.extend16_s", formPlain},
}

// instruction is an opcode with what follows it.
type instruction struct {
	op     opcode
	arg    int64
	labels []int // of a br_table
}

func (i instruction) encode(b []byte) []byte {
	if prefix := byte(i.op >> 8); prefix != 0 {
		b = leb128.AppendUint(append(b, prefix), uint64(i.op&0xff))
	} else {
		b = append(b, byte(i.op))
	}
	switch opcodes[i.op].form {
	case formBlock:
		b = append(b, 0x40)
	case formIndex:
		b = leb128.AppendUint(b, uint64(i.arg))
	case formTable:
		b = leb128.AppendUint(b, uint64(len(i.labels)-1))
		for _, l := range i.labels {
			b = leb128.AppendUint(b, uint64(l))
		}
	case formMemory:
		b = leb128.AppendUint(append(b, 0), uint64(i.arg))
	case formInt:
		b = leb128.AppendInt(b, i.arg)
	case formFloat:
		b = append(b, make([]byte, i.arg)...)
	case formCopy:
		b = append(b, 0, 0)
	case formLane:
		b = append(b, 0)
	}
	return b
}

func (i instruction) text() string {
	o := opcodes[i.op]
	switch o.form {
	case formIndex, formInt:
		return fmt.Sprintf("%s %d", o.name, i.arg)
	case formMemory:
		return fmt.Sprintf("%s offset=%#x", o.name, i.arg)
	case formFloat:
		return o.name + " 0"
	case formTable:
		return o.name + " " + strings.Trim(fmt.Sprint(i.labels), "[]")
	}
	return o.name
}

// code is the body of a function while it is written.
type code struct {
	params int
	locals []abi.CoreType // those behind the parameters
	list   []instruction
	depth  int // of open blocks
	exits  [][]instruction
}

// local adds a local variable.
func (c *code) local(t abi.CoreType) int {
	c.locals = append(c.locals, t)
	return c.params + len(c.locals) - 1
}

func (c *code) emit(ops ...opcode) {
	for _, op := range ops {
		c.list = append(c.list, instruction{op: op})
	}
}

func (c *code) with(op opcode, arg int64) { c.list = append(c.list, instruction{op: op, arg: arg}) }

func (c *code) get(local int)               { c.with(opLocalGet, int64(local)) }
func (c *code) set(local int)               { c.with(opLocalSet, int64(local)) }
func (c *code) tee(local int)               { c.with(opLocalTee, int64(local)) }
func (c *code) i32(v uint32)                { c.with(opI32Const, int64(int32(v))) }
func (c *code) i64(v uint64)                { c.with(opI64Const, int64(v)) }
func (c *code) call(f int)                  { c.with(opCall, int64(f)) }
func (c *code) at(op opcode, offset uint32) { c.with(op, int64(offset)) }

// add adds a constant to a local.
func (c *code) add(local int, n uint32) {
	c.get(local)
	c.i32(n)
	c.emit(opI32Add)
	c.set(local)
}

// label is an open block, by its depth.
type label int

// open begins a block, loop or if; end closes it.
func (c *code) open(op opcode) label {
	c.emit(op)
	c.depth++
	return label(c.depth)
}

func (c *code) end() {
	c.emit(opEnd)
	c.depth--
}

// branch leaves for a label: to the end of a block, or the start of a loop.
func (c *code) branch(op opcode, l label) { c.with(op, int64(c.depth-int(l))) }

// when makes then run if the value on the stack is not zero.
func (c *code) when(then func()) {
	c.open(opIf)
	then()
	c.end()
}

// exitIf leaves the function's straight way for good if the value on the stack is not zero: to instructions
// that stand behind all others, where they are in nobody's way.
func (c *code) exitIf(exit func()) {
	c.with(opBrIf, int64(c.depth+len(c.exits)))
	list := c.list
	c.list = nil
	exit()
	c.exits = append(c.exits, c.list)
	c.list = list
}

// body is all instructions of the function: the straight way in a block for each exit.
func (c *code) body() []instruction {
	if len(c.exits) == 0 {
		return c.list
	}
	list := make([]instruction, len(c.exits), 2*len(c.exits)+len(c.list)+1)
	for i := range list {
		list[i].op = opBlock
	}
	list = append(append(list, c.list...), instruction{op: opReturn})
	for _, exit := range c.exits {
		list = append(append(list, instruction{op: opEnd}), exit...)
	}
	return list
}

// choose makes then run if the value on the stack is not zero, and otherwise if it is.
func (c *code) choose(then, otherwise func()) {
	c.open(opIf)
	then()
	c.emit(opElse)
	otherwise()
	c.end()
}

// selects runs one of n bodies: that which choices has at the number in a local, which must be in it.
func (c *code) selects(choices []int, n int, local int, run func(i int)) {
	done := c.open(opBlock)
	for range n {
		c.open(opBlock)
	}
	c.get(local)
	c.list = append(c.list, instruction{op: opBrTable, labels: choices})
	for i := range n {
		c.end()
		run(i)
		if i < n-1 {
			c.branch(opBr, done)
		}
	}
	c.end()
}

func (c *code) encode() []byte {
	var b []byte
	b = leb128.AppendUint(b, uint64(len(c.locals)))
	for _, t := range c.locals {
		b = append(b, 1, byte(t))
	}
	for _, i := range c.body() {
		b = i.encode(b)
	}
	return append(b, byte(opEnd))
}

// text shows the instructions, one a line, indented by their blocks.
func (c *code) text(b *strings.Builder) {
	for n, t := range c.locals {
		fmt.Fprintf(b, "    local %d %s\n", c.params+n, t)
	}
	indent := 2
	for _, i := range c.body() {
		if i.op == opEnd || i.op == opElse {
			indent--
		}
		b.WriteString(strings.Repeat("  ", indent) + i.text() + "\n")
		if opcodes[i.op].form == formBlock || i.op == opElse {
			indent++
		}
	}
}
