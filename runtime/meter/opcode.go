package meter

// This file is the table of instructions: what follows each opcode, and how many units it counts for.

// opcode is an instruction's opcode; those behind a prefix byte are numbered from a base of their own.
type opcode uint16

const (
	baseMisc   opcode = 0x100 // prefix 0xfc
	baseVector opcode = 0x200 // prefix 0xfd
	baseAtomic opcode = 0x300 // prefix 0xfe
	opcodes           = 0x400
)

// The opcodes that mean something here.
const (
	opUnreachable        opcode = 0x00
	opNop                opcode = 0x01
	opBlock              opcode = 0x02
	opLoop               opcode = 0x03
	opIf                 opcode = 0x04
	opElse               opcode = 0x05
	opThrow              opcode = 0x08
	opThrowRef           opcode = 0x0a
	opEnd                opcode = 0x0b
	opBr                 opcode = 0x0c
	opBrIf               opcode = 0x0d
	opBrTable            opcode = 0x0e
	opReturn             opcode = 0x0f
	opCall               opcode = 0x10
	opCallIndirect       opcode = 0x11
	opReturnCall         opcode = 0x12
	opReturnCallIndirect opcode = 0x13
	opCallRef            opcode = 0x14
	opReturnCallRef      opcode = 0x15
	opDrop               opcode = 0x1a
	opSelectTyped        opcode = 0x1c
	opTryTable           opcode = 0x1f
	opLocalGet           opcode = 0x20
	opLocalSet           opcode = 0x21
	opLocalTee           opcode = 0x22
	opGlobalGet          opcode = 0x23
	opGlobalSet          opcode = 0x24
	opTableGet           opcode = 0x25
	opTableSet           opcode = 0x26
	opMemorySize         opcode = 0x3f
	opMemoryGrow         opcode = 0x40
	opI32Const           opcode = 0x41
	opI64Const           opcode = 0x42
	opF32Const           opcode = 0x43
	opF64Const           opcode = 0x44
	opI32Ne              opcode = 0x47
	opI32LtS             opcode = 0x48
	opI32GtU             opcode = 0x4b
	opI32LeU             opcode = 0x4d
	opI64GtU             opcode = 0x56
	opI32Add             opcode = 0x6a
	opI32Sub             opcode = 0x6b
	opI32Mul             opcode = 0x6c
	opI32Or              opcode = 0x72
	opI32ShrU            opcode = 0x76
	opI64Add             opcode = 0x7c
	opI64Sub             opcode = 0x7d
	opI64Mul             opcode = 0x7e
	opI64Shl             opcode = 0x86
	opI64ExtendI32U      opcode = 0xad
	opI32ReinterpretF32  opcode = 0xbc
	opI64ReinterpretF64  opcode = 0xbd
	opF32ReinterpretI32  opcode = 0xbe
	opF64ReinterpretI64  opcode = 0xbf
	opRefNull            opcode = 0xd0
	opRefFunc            opcode = 0xd2
	opRefAsNonNull       opcode = 0xd4
	opBrOnNull           opcode = 0xd5
	opBrOnNonNull        opcode = 0xd6

	opMemoryInit = baseMisc + 8
	opDataDrop   = baseMisc + 9
	opMemoryCopy = baseMisc + 10
	opMemoryFill = baseMisc + 11
	opTableInit  = baseMisc + 12
	opElemDrop   = baseMisc + 13
	opTableCopy  = baseMisc + 14
	opTableGrow  = baseMisc + 15
	opTableSize  = baseMisc + 16
	opTableFill  = baseMisc + 17

	opV128Const    = baseVector + 12
	opI8x16Shuffle = baseVector + 13
	opV128Or       = baseVector + 80
)

// immediates is what follows an opcode in the code.
type immediates byte

const (
	immUnknown      immediates = iota // not an instruction
	immNone                           //
	immBlockType                      // the type of a block
	immTryTable                       // a block type and catch clauses
	immLabel                          //
	immLabels                         // a vector of labels, and one more
	immFunc                           //
	immCallIndirect                   // type and table
	immType                           //
	immLocal                          //
	immGlobal                         //
	immTable                          //
	immTables                         // two tables
	immElement                        //
	immTableInit                      // element segment and table
	immData                           //
	immMemoryInit                     // data segment and memory
	immMemory                         //
	immMemories                       // two memories
	immTag                            //
	immMemArg                         //
	immMemArgLane                     // a memory argument and the number of a lane
	immByte                           // the number of a lane, or the order of a fence
	immI32                            //
	immI64                            //
	imm4                              // so many bytes
	imm8                              //
	imm16                             //
	immSelect                         // a vector of one value type
	immHeapType                       //
)

// formats tells what follows each opcode. Entries that are not set belong to no instruction.
var formats = func() (f [opcodes]immediates) {
	set := func(from, to opcode, i immediates) {
		for op := from; op <= to; op++ {
			f[op] = i
		}
	}
	set(opUnreachable, opNop, immNone)
	set(opBlock, opIf, immBlockType)
	f[opElse] = immNone
	f[opThrow] = immTag
	set(opThrowRef, opEnd, immNone)
	set(opBr, opBrIf, immLabel)
	f[opBrTable] = immLabels
	f[opReturn] = immNone
	f[opCall], f[opReturnCall] = immFunc, immFunc
	f[opCallIndirect], f[opReturnCallIndirect] = immCallIndirect, immCallIndirect
	set(opCallRef, opReturnCallRef, immType)
	set(opDrop, 0x1b, immNone) // and select
	f[opSelectTyped] = immSelect
	f[opTryTable] = immTryTable
	set(opLocalGet, opLocalTee, immLocal)
	set(opGlobalGet, opGlobalSet, immGlobal)
	set(opTableGet, opTableSet, immTable)
	set(0x28, 0x3e, immMemArg) // loads and stores
	set(opMemorySize, opMemoryGrow, immMemory)
	f[opI32Const], f[opI64Const], f[opF32Const], f[opF64Const] = immI32, immI64, imm4, imm8
	set(0x45, 0xc4, immNone) // numeric
	f[opRefNull] = immHeapType
	f[0xd1] = immNone // ref.is_null
	f[opRefFunc] = immFunc
	f[opRefAsNonNull] = immNone
	set(opBrOnNull, opBrOnNonNull, immLabel)

	set(baseMisc, baseMisc+7, immNone) // conversions that saturate
	f[opMemoryInit], f[opMemoryCopy], f[opMemoryFill], f[opDataDrop] = immMemoryInit, immMemories, immMemory, immData
	f[opTableInit], f[opTableCopy], f[opElemDrop] = immTableInit, immTables, immElement
	set(opTableGrow, opTableFill, immTable)

	set(baseVector, baseVector+11, immMemArg) // loads and a store
	set(opV128Const, opI8x16Shuffle, imm16)
	set(baseVector+14, baseVector+20, immNone)
	set(baseVector+21, baseVector+34, immByte) // lanes
	set(baseVector+35, baseVector+83, immNone)
	set(baseVector+84, baseVector+91, immMemArgLane)
	set(baseVector+92, baseVector+93, immMemArg)
	set(baseVector+94, baseVector+255, immNone)

	set(baseAtomic, baseAtomic+2, immMemArg) // notify, wait
	f[baseAtomic+3] = immByte                // fence
	set(baseAtomic+0x10, baseAtomic+0x4e, immMemArg)
	return f
}()

// weights are the units of each opcode, about three for a nanosecond. Loads and stores count for more than
// they usually take, because the first touch of a page is slow. Calls are counted in plan.go, and what
// charges for itself where it stands (see surcharge) is not counted here.
var weights = func() (w [opcodes]uint16) {
	set := func(from, to opcode, units uint16) {
		for op := from; op <= to; op++ {
			w[op] = units
		}
	}
	set(0, opcodes-1, 1)
	for _, op := range []opcode{
		opNop, opBlock, opLoop, opElse, opEnd, opDrop, opLocalGet, opLocalSet, opLocalTee,
		opI32Const, opI64Const, opF32Const, opF64Const,
	} {
		w[op] = 0
	}
	w[opBrTable] = 2
	set(0x28, 0x35, 2)  // loads
	set(0x36, 0x3e, 4)  // stores
	set(0x6d, 0x70, 10) // i32 division
	set(0x7f, 0x82, 10) // i64 division
	set(0x91, 0x91, 6)  // f32.sqrt
	set(0x95, 0x95, 6)  // f32.div
	set(0x9f, 0x9f, 10) // f64.sqrt
	set(0xa3, 0xa3, 10) // f64.div
	set(opTableGet, opTableSet, 4)
	set(opMemoryInit, opMemoryFill, 60)
	w[opTableInit], w[opTableCopy], w[opTableFill] = 60, 60, 60
	set(baseVector, baseVector+10, 2)
	set(baseVector+11, baseVector+11, 4)
	set(baseVector+84, baseVector+93, 4)
	set(baseVector+0xe3, baseVector+0xe3, 10) // f32x4.sqrt
	set(baseVector+0xe7, baseVector+0xe7, 10) // f32x4.div
	set(baseVector+0xef, baseVector+0xef, 20) // f64x2.sqrt
	set(baseVector+0xf3, baseVector+0xf3, 20) // f64x2.div
	set(baseAtomic, baseAtomic+0x4e, 20)
	for op := range w {
		if surcharge(opcode(op)) > 0 {
			w[op] = 0
		}
	}
	return w
}()

// surcharge gives the units of what takes long and is done seldom. They are charged where it is done, so
// that a loop which has it on some path does not pay for it each time.
func surcharge(op opcode) uint32 {
	switch op {
	case opTryTable: // the engine saves its place
		return 8192
	case opThrow, opThrowRef, opTableGrow: // which copies a table
		return maxCharge
	case opMemoryGrow:
		return 4096
	}
	return 0
}
