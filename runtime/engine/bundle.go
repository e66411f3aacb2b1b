package engine

import (
	"strconv"

	"github.com/witan-os/witan/internal/leb128"
)

// writeBundle encodes a module that imports each entry and exports it again. Entry i is imported from a
// module whose name is the number i.
func writeBundle(entries []Reexport) []byte {
	var types, imports, exports []byte
	ntypes := 0
	var next [ExternTag + 1]uint64
	for i, e := range entries {
		imports = appendName(appendName(imports, bundleModule(i)), e.Export)
		imports = append(imports, byte(e.Extern.Kind))
		if e.Extern.Kind == ExternTag {
			imports = append(imports, 0)
		}
		if e.Extern.Kind == ExternFunc || e.Extern.Kind == ExternTag {
			types = appendFuncType(types, e.Extern.Func)
			imports = leb128.AppendUint(imports, uint64(ntypes))
			ntypes++
		} else {
			imports = append(imports, e.Extern.raw...)
		}
		exports = append(appendName(exports, e.Name), byte(e.Extern.Kind))
		exports = leb128.AppendUint(exports, next[e.Extern.Kind])
		next[e.Extern.Kind]++
	}
	wasm := []byte("\x00asm\x01\x00\x00\x00")
	wasm = appendVector(wasm, sectionType, ntypes, types)
	wasm = appendVector(wasm, sectionImport, len(entries), imports)
	return appendVector(wasm, sectionExport, len(entries), exports)
}

func bundleModule(i int) string { return strconv.Itoa(i) }

func bundleIndex(module string) int {
	i, err := strconv.Atoi(module)
	if err != nil {
		panic("engine: a bundle imports from " + module)
	}
	return i
}

func appendVector(wasm []byte, section byte, n int, body []byte) []byte {
	return appendSection(wasm, section, append(leb128.AppendUint(nil, uint64(n)), body...))
}

func appendFuncType(b []byte, t FuncType) []byte {
	b = append(b, 0x60)
	b = append(leb128.AppendUint(b, uint64(len(t.params))), t.params...)
	return append(leb128.AppendUint(b, uint64(len(t.results))), t.results...)
}
