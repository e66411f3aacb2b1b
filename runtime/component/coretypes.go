package component

// CoreType is an entry of the core type index space: a [*CoreFuncType], [*CoreModuleType] or
// [*CoreHeapType].
type CoreType interface{ coreType() }

// CoreValType is a core value type by the code that the core binary format gives it. A reference to a
// type by index has the code of its opcode, [CoreRef] or [CoreRefNull].
type CoreValType byte

// The core value types that matter to components, and the two opcodes of general references.
const (
	CoreI32       CoreValType = 0x7f
	CoreI64       CoreValType = 0x7e
	CoreF32       CoreValType = 0x7d
	CoreF64       CoreValType = 0x7c
	CoreV128      CoreValType = 0x7b
	CoreFuncRef   CoreValType = 0x70
	CoreExternRef CoreValType = 0x6f
	CoreRef       CoreValType = 0x64
	CoreRefNull   CoreValType = 0x63
)

var coreValNames = map[CoreValType]string{
	CoreI32: "i32", CoreI64: "i64", CoreF32: "f32", CoreF64: "f64", CoreV128: "v128",
	CoreFuncRef: "funcref", CoreExternRef: "externref", CoreRef: "ref", CoreRefNull: "ref null",
	0x74: "nullexnref", 0x73: "nullfuncref", 0x72: "nullexternref", 0x71: "nullref", 0x6e: "anyref", 0x6d: "eqref",
	0x6c: "i31ref", 0x6b: "structref", 0x6a: "arrayref", 0x69: "exnref",
}

func (t CoreValType) String() string { return coreValNames[t] }

// CoreFuncType is the type of a core function.
type CoreFuncType struct {
	Params, Results []CoreValType
}

// CoreHeapType is a struct or array type of the garbage collection proposal. Components only pass such
// types through, so its parts are checked and not kept.
type CoreHeapType struct{ Array bool }

// CoreModuleType is the type of a core module.
type CoreModuleType struct {
	Imports []CoreImport
	Exports []CoreExtern
}

// CoreImport is one import of a core module.
type CoreImport struct {
	Module string
	CoreExtern
}

// CoreExtern is a named core entity with its type.
type CoreExtern struct {
	Name string
	Sort Sort
	// Func is the type of a function or tag; nil if it is a type of the garbage collection proposal.
	Func *CoreFuncType
	// Val is the type of a global or of a table's elements.
	Val     CoreValType
	Mutable bool
	// Limits are those of a table or memory.
	Limits CoreLimits
}

// CoreLimits bound the size of a table, in elements, or of a memory, in pages.
type CoreLimits struct {
	Min    uint64
	Max    uint64
	HasMax bool
	Shared bool
	// Wide says that indices have 64 bits.
	Wide bool
	// PageLog2 is the base-2 logarithm of the page size of a memory in bytes, 16 unless the memory has
	// pages of its own size.
	PageLog2 uint32
}

func (*CoreFuncType) coreType()   {}
func (*CoreModuleType) coreType() {}
func (*CoreHeapType) coreType()   {}
