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

// String shows the type as "(i32 i64) -> (i32)".
func (t *CoreFuncType) String() string { return coreVector(t.Params) + " -> " + coreVector(t.Results) }

// coreVector shows value types; a long list is cut short, since it ends up in an error message.
func coreVector(types []CoreValType) string {
	const most = 20
	s := "("
	for i, t := range types {
		if i == most {
			return s + " …)"
		}
		if i > 0 {
			s += " "
		}
		s += t.String()
	}
	return s + ")"
}

// CoreHeapType is a struct or array type of the garbage collection proposal. Components only pass such
// types through, so its parts are checked and not kept.
type CoreHeapType struct{ Array bool }

// CoreModuleType is the type of a core module: the one that a file declares for it, or the one that the
// module itself shows. Imports have names that differ from each other, and so have exports.
type CoreModuleType struct {
	Imports []CoreImport
	Exports []CoreExtern

	imports map[coreImportName]int
	exports map[string]int
}

// coreImportName identifies an import of a core module.
type coreImportName struct{ module, name string }

// CoreImport is one import of a core module.
type CoreImport struct {
	Module string
	CoreExtern
}

// CoreExtern is a named core entity.
type CoreExtern struct {
	Name string
	CoreExternType
}

// CoreExternType is the type of a core entity.
type CoreExternType struct {
	Sort Sort
	// Func is the type of a function or tag. It is nil for a built-in of a component whose core type
	// depends on the width of addresses, and for what is neither function nor tag.
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

// addImport adds an import, and is false if there is one of its name.
func (t *CoreModuleType) addImport(i CoreImport) bool {
	key := coreImportName{i.Module, i.Name}
	if _, taken := t.imports[key]; taken {
		return false
	}
	if t.imports == nil {
		t.imports = map[coreImportName]int{}
	}
	t.imports[key] = len(t.Imports)
	t.Imports = append(t.Imports, i)
	return true
}

// addExport adds an export, and is false if there is one of its name.
func (t *CoreModuleType) addExport(x CoreExtern) bool {
	if _, taken := t.exports[x.Name]; taken {
		return false
	}
	if t.exports == nil {
		t.exports = map[string]int{}
	}
	t.exports[x.Name] = len(t.Exports)
	t.Exports = append(t.Exports, x)
	return true
}

// Export returns the export of that name and whether there is one.
func (t *CoreModuleType) Export(name string) (CoreExternType, bool) {
	i, ok := t.exports[name]
	if !ok {
		return CoreExternType{}, false
	}
	return t.Exports[i].CoreExternType, true
}
