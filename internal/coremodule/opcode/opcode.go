// Package opcode is the table of core WebAssembly's instructions: their codes, and what follows each of them. Whoever goes
// through code needs no more than this to find the next instruction, and there is one table so that all who do
// agree on where it is.
//
// It holds version 2.0 of the core specification, and of what came later tail calls, exceptions, atomics and the
// instructions on references to functions.
package opcode

// Code is an instruction's opcode; those behind a prefix byte are numbered from a base of their own.
type Code uint16

// The bases of the opcodes behind prefixes. No instruction of these has a number above 255.
const (
	Misc   Code = 0x100 // prefix 0xfc
	Vector Code = 0x200 // prefix 0xfd
	Atomic Code = 0x300 // prefix 0xfe
	// Codes is how many opcodes there can be.
	Codes = 0x400
)

// The instructions that some package has to know from others.
const (
	Unreachable        Code = 0x00
	Nop                Code = 0x01
	Block              Code = 0x02
	Loop               Code = 0x03
	If                 Code = 0x04
	Else               Code = 0x05
	Throw              Code = 0x08
	ThrowRef           Code = 0x0a
	End                Code = 0x0b
	Br                 Code = 0x0c
	BrIf               Code = 0x0d
	BrTable            Code = 0x0e
	Return             Code = 0x0f
	Call               Code = 0x10
	CallIndirect       Code = 0x11
	ReturnCall         Code = 0x12
	ReturnCallIndirect Code = 0x13
	CallRef            Code = 0x14
	ReturnCallRef      Code = 0x15
	Drop               Code = 0x1a
	SelectTyped        Code = 0x1c
	TryTable           Code = 0x1f
	LocalGet           Code = 0x20
	LocalSet           Code = 0x21
	LocalTee           Code = 0x22
	GlobalGet          Code = 0x23
	GlobalSet          Code = 0x24
	TableGet           Code = 0x25
	TableSet           Code = 0x26
	MemorySize         Code = 0x3f
	MemoryGrow         Code = 0x40
	I32Const           Code = 0x41
	I64Const           Code = 0x42
	F32Const           Code = 0x43
	F64Const           Code = 0x44
	I32Ne              Code = 0x47
	I32LtS             Code = 0x48
	I32GtU             Code = 0x4b
	I32LeU             Code = 0x4d
	I64GtU             Code = 0x56
	I32Add             Code = 0x6a
	I32Sub             Code = 0x6b
	I32Mul             Code = 0x6c
	I32Or              Code = 0x72
	I32ShrU            Code = 0x76
	I64Add             Code = 0x7c
	I64Sub             Code = 0x7d
	I64Mul             Code = 0x7e
	I64Shl             Code = 0x86
	I64ExtendI32U      Code = 0xad
	I32ReinterpretF32  Code = 0xbc
	I64ReinterpretF64  Code = 0xbd
	F32ReinterpretI32  Code = 0xbe
	F64ReinterpretI64  Code = 0xbf
	RefNull            Code = 0xd0
	RefFunc            Code = 0xd2
	RefAsNonNull       Code = 0xd4
	BrOnNull           Code = 0xd5
	BrOnNonNull        Code = 0xd6

	MemoryInit = Misc + 8
	DataDrop   = Misc + 9
	MemoryCopy = Misc + 10
	MemoryFill = Misc + 11
	TableInit  = Misc + 12
	ElemDrop   = Misc + 13
	TableCopy  = Misc + 14
	TableGrow  = Misc + 15
	TableSize  = Misc + 16
	TableFill  = Misc + 17

	V128Const    = Vector + 12
	I8x16Shuffle = Vector + 13
	V128Or       = Vector + 80
)

// Immediates is what follows an opcode in the code.
type Immediates byte

// The shapes of immediates.
const (
	ImmUnknown      Immediates = iota // not an instruction
	ImmNone                           //
	ImmBlockType                      // the type of a block
	ImmTryTable                       // a block type and catch clauses
	ImmLabel                          //
	ImmLabels                         // a vector of labels, and one more
	ImmFunc                           //
	ImmCallIndirect                   // type and table
	ImmType                           //
	ImmLocal                          //
	ImmGlobal                         //
	ImmTable                          //
	ImmTables                         // two tables
	ImmElement                        //
	ImmTableInit                      // element segment and table
	ImmData                           //
	ImmMemoryInit                     // data segment and memory
	ImmMemory                         //
	ImmMemories                       // two memories
	ImmTag                            //
	ImmMemArg                         //
	ImmMemArgLane                     // a memory argument and the number of a lane
	ImmByte                           // the number of a lane, or the order of a fence
	ImmI32                            //
	ImmI64                            //
	Imm4                              // so many bytes
	Imm8                              //
	Imm16                             //
	ImmSelect                         // a vector of one value type
	ImmHeapType                       //
)

// formats tells what follows each opcode. Entries that are not set belong to no instruction.
var formats = func() (f [Codes]Immediates) {
	set := func(from, to Code, i Immediates) {
		for op := from; op <= to; op++ {
			f[op] = i
		}
	}
	set(Unreachable, Nop, ImmNone)
	set(Block, If, ImmBlockType)
	f[Else] = ImmNone
	f[Throw] = ImmTag
	set(ThrowRef, End, ImmNone)
	set(Br, BrIf, ImmLabel)
	f[BrTable] = ImmLabels
	f[Return] = ImmNone
	f[Call], f[ReturnCall] = ImmFunc, ImmFunc
	f[CallIndirect], f[ReturnCallIndirect] = ImmCallIndirect, ImmCallIndirect
	set(CallRef, ReturnCallRef, ImmType)
	set(Drop, 0x1b, ImmNone) // and select
	f[SelectTyped] = ImmSelect
	f[TryTable] = ImmTryTable
	set(LocalGet, LocalTee, ImmLocal)
	set(GlobalGet, GlobalSet, ImmGlobal)
	set(TableGet, TableSet, ImmTable)
	set(0x28, 0x3e, ImmMemArg) // loads and stores
	set(MemorySize, MemoryGrow, ImmMemory)
	f[I32Const], f[I64Const], f[F32Const], f[F64Const] = ImmI32, ImmI64, Imm4, Imm8
	set(0x45, 0xc4, ImmNone) // numeric
	f[RefNull] = ImmHeapType
	f[0xd1] = ImmNone // ref.is_null
	f[RefFunc] = ImmFunc
	f[RefAsNonNull] = ImmNone
	set(BrOnNull, BrOnNonNull, ImmLabel)

	set(Misc, Misc+7, ImmNone) // conversions that saturate
	f[MemoryInit], f[MemoryCopy], f[MemoryFill], f[DataDrop] = ImmMemoryInit, ImmMemories, ImmMemory, ImmData
	f[TableInit], f[TableCopy], f[ElemDrop] = ImmTableInit, ImmTables, ImmElement
	set(TableGrow, TableFill, ImmTable)

	set(Vector, Vector+11, ImmMemArg) // loads and a store
	set(V128Const, I8x16Shuffle, Imm16)
	set(Vector+14, Vector+20, ImmNone)
	set(Vector+21, Vector+34, ImmByte) // lanes
	set(Vector+35, Vector+83, ImmNone)
	set(Vector+84, Vector+91, ImmMemArgLane)
	set(Vector+92, Vector+93, ImmMemArg)
	set(Vector+94, Vector+255, ImmNone)

	set(Atomic, Atomic+2, ImmMemArg) // notify, wait
	f[Atomic+3] = ImmByte            // fence
	set(Atomic+0x10, Atomic+0x4e, ImmMemArg)
	return f
}()

// Immediates is what follows the opcode: [ImmUnknown] if there is no such instruction.
func (c Code) Immediates() Immediates {
	if c >= Codes {
		return ImmUnknown
	}
	return formats[c]
}
