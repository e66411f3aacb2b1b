package guestbuild

import (
	"slices"
	"strings"

	"github.com/witan-os/witan/gen/wasi01"
	"github.com/witan-os/witan/internal/coremodule"
)

// This file doubts components that are valid and yet can't be of use to anybody.

// Doubt says why a component of a core module would trap as soon as it is instantiated, or "" if nothing is known that
// speaks against it.
//
// It knows one reason: adapters for WASI 0.1 that other tools made keep what they remember in the memory of the module,
// which has to allocate it for them. A library in Go allocates only after its _initialize, in which Go's runtime starts
// and asks the adapter for this and that; so the adapter asks for memory too early.
func Doubt(module []byte, opt WrapOptions) string {
	if !strings.HasPrefix(producer(module), "Go ") {
		return ""
	}
	m, err := coremodule.Read(module)
	if err != nil || !imports(m, wasi01.Name) || !slices.ContainsFunc(m.Exports, func(x coremodule.Export) bool { return x.Name == "_initialize" }) {
		return ""
	}
	for _, a := range opt.Adapters {
		if a.Name == wasi01.Name && allocatesInMain(a.Module) {
			return "the adapter for " + a.Name + " asks the module for memory before Go's runtime has started there, so that the component " +
				"will trap: without --adapt there is Witan's own, which does not"
		}
	}
	return ""
}

// allocatesInMain reports whether an adapter asks the module that it is for for memory.
func allocatesInMain(adapter []byte) bool {
	m, err := coremodule.Read(adapter)
	return err == nil && slices.ContainsFunc(m.Imports, func(i coremodule.Import) bool {
		return i.Module == "__main_module__" && i.Name == "cabi_realloc"
	})
}
