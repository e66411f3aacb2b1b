package component

import (
	"fmt"
	"slices"
)

// Core types are compared like this: what is given may be used in place of what is wanted under the
// rules by which core WebAssembly links imports.

// module compares module types: the given module may export more and import less than the wanted one.
func (m *matcher) module(wanted, actual *CoreModuleType) {
	for i := range actual.Imports {
		a := &actual.Imports[i]
		m.in(fmt.Sprintf("import %q %q", clip(a.Module), clip(a.Name)), func() {
			w, ok := wanted.imports[coreImportName{a.Module, a.Name}]
			if !ok {
				m.fail("the module needs it, but will not get it")
			}
			m.core(a.CoreExternType, wanted.Imports[w].CoreExternType)
		})
	}
	for i := range wanted.Exports {
		w := &wanted.Exports[i]
		m.in(fmt.Sprintf("export %q", clip(w.Name)), func() { m.coreExport(w.CoreExternType, actual, w.Name) })
	}
}

// coreExport checks that a core module or instance has an export of a type.
func (m *matcher) coreExport(wanted CoreExternType, in *CoreModuleType, name string) {
	actual, ok := in.Export(name)
	if !ok {
		m.fail("it is wanted, but not given")
	}
	m.core(wanted, actual)
}

func (m *matcher) core(wanted, actual CoreExternType) {
	m.step()
	if wanted.Sort != actual.Sort {
		m.fail("%s is wanted, but %s is given", wanted.Sort.one(), actual.Sort.one())
	}
	switch wanted.Sort {
	case SortCoreFunc, SortCoreTag:
		m.coreFunc(wanted.Func, actual.Func)
	case SortCoreTable:
		m.coreVal(wanted.Val, actual.Val)
		m.limits(wanted.Limits, actual.Limits, "elements")
	case SortCoreMemory:
		m.limits(wanted.Limits, actual.Limits, "pages")
	case SortCoreGlobal:
		if wanted.Mutable != actual.Mutable {
			m.fail("one global is mutable and the other is not")
		}
		m.coreVal(wanted.Val, actual.Val)
	}
}

// coreFunc compares function types, of which nil is one that is not known.
func (m *matcher) coreFunc(wanted, actual *CoreFuncType) {
	if wanted == nil || actual == nil {
		return
	}
	m.d.spend(m.at, len(wanted.Params)+len(wanted.Results))
	if !coreFuncMatches(wanted, actual) {
		m.fail("the core type %s is wanted, but %s is given", wanted, actual)
	}
}

func coreFuncMatches(wanted, actual *CoreFuncType) bool {
	return slices.EqualFunc(wanted.Params, actual.Params, coreValMatches) &&
		slices.EqualFunc(wanted.Results, actual.Results, coreValMatches)
}

func (m *matcher) coreVal(wanted, actual CoreValType) {
	if !coreValMatches(wanted, actual) {
		m.fail("%s is wanted, but %s is given", wanted, actual)
	}
}

// coreValMatches compares value types. Of references it compares only what kind of thing they refer to:
// which types are subtypes of which others is the business of the engine that links the modules.
func coreValMatches(wanted, actual CoreValType) bool {
	if wanted == actual {
		return true
	}
	w, a := kindOfRef(wanted), kindOfRef(actual)
	return w != notRef && a != notRef && (w == a || w == refToUnknown || a == refToUnknown)
}

// refKind is one of the hierarchies of reference types; those of different ones never match.
type refKind uint8

const (
	notRef       refKind = iota
	refToUnknown         // a reference with a heap type, which is not kept
	refToFunc
	refToExtern
	refToException
	refToAny
)

func kindOfRef(t CoreValType) refKind {
	switch t {
	case CoreI32, CoreI64, CoreF32, CoreF64, CoreV128:
		return notRef
	case CoreRef, CoreRefNull:
		return refToUnknown
	case CoreFuncRef, 0x73:
		return refToFunc
	case CoreExternRef, 0x72:
		return refToExtern
	case 0x69, 0x74:
		return refToException
	default:
		return refToAny
	}
}

// limits compares the limits of tables or memories: what is given lies within what is wanted.
func (m *matcher) limits(wanted, actual CoreLimits, noun string) {
	switch {
	case wanted.Wide != actual.Wide:
		m.fail("one has indices of 32 bits and the other of 64")
	case wanted.Shared != actual.Shared:
		m.fail("one is shared and the other is not")
	case wanted.PageLog2 != actual.PageLog2:
		m.fail("pages of %d bytes are wanted, but they have %d", 1<<wanted.PageLog2, 1<<actual.PageLog2)
	case actual.Min < wanted.Min:
		m.fail("at least %d %s wanted, %d promised", wanted.Min, noun, actual.Min)
	case wanted.HasMax && !actual.HasMax:
		m.fail("at most %d %s wanted, but there is no maximum", wanted.Max, noun)
	case wanted.HasMax && actual.Max > wanted.Max:
		m.fail("at most %d %s wanted, but the maximum is %d", wanted.Max, noun, actual.Max)
	}
}
