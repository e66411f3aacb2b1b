package fuse

import "github.com/witan-os/witan/runtime/abi"

// CoreTypes are the types of the adapter's function, and of the callee's function that it imports, as they stand
// in the module.
func (a *Adapter) CoreTypes() (call, callee abi.Signature) {
	for _, x := range a.module.exports {
		if x.name == ExportName && x.kind == funcKind {
			call = a.module.sigs[x.index-a.module.funcs]
		}
	}
	return call, a.module.imports[0].sig // [newGen] imports the callee's function first
}
