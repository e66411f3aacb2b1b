package fuse

import (
	"fmt"
	"strings"

	"github.com/witan-os/witan/internal/leb128"
	"github.com/witan-os/witan/runtime/abi"
)

// This file is the adapter's core module around its code.

// module is a core module while it is written.
type module struct {
	types   []abi.Signature
	imports []importEntry
	funcs   int    // imported functions
	globals int    // imported globals
	own     int    // mutable globals of type i32 of its own, behind the imported ones
	memory  uint32 // its size in pages, or 0 without one
	code    []*code
	sigs    []abi.Signature // of code
	exports []exportEntry
}

type exportEntry struct {
	name  string
	kind  byte
	index int
}

// importEntry is an import: a function, a mutable global of type i32, or a memory.
type importEntry struct {
	module, name string
	kind         byte
	sig          abi.Signature
}

func (m *module) importFunc(from Import, sig abi.Signature) int {
	m.imports = append(m.imports, importEntry{from.Module, from.Name, funcKind, sig})
	m.funcs++
	return m.funcs - 1
}

func (m *module) importGlobal(from Import) int {
	m.imports = append(m.imports, importEntry{module: from.Module, name: from.Name, kind: globalKind})
	m.globals++
	return m.globals - 1
}

// importMemory adds a memory of any size.
func (m *module) importMemory(from Import) {
	m.imports = append(m.imports, importEntry{module: from.Module, name: from.Name, kind: memoryKind})
}

func (m *module) export(name string, kind byte, index int) {
	m.exports = append(m.exports, exportEntry{name, kind, index})
}

// define32 adds a mutable global of type i32 that is exported under a name. All imports must be there.
func (m *module) define32(name string) int {
	index := m.globals + m.own
	m.own++
	m.export(name, globalKind, index)
	return index
}

// edgeGlobal is the index of the global with the adapter's edge: the first of its own.
func (m *module) edgeGlobal() int { return m.globals }

// define adds a function and returns its index. All imports must be there.
func (m *module) define(sig abi.Signature) (*code, int) {
	c := &code{params: len(sig.Params)}
	m.code, m.sigs = append(m.code, c), append(m.sigs, sig)
	return c, m.funcs + len(m.code) - 1
}

func (m *module) typeIndex(s abi.Signature) uint64 {
	for i, t := range m.types {
		if t.Equal(s) {
			return uint64(i)
		}
	}
	m.types = append(m.types, s)
	return uint64(len(m.types) - 1)
}

// header begins every core module: the magic number and the version.
const header = "\x00asm\x01\x00\x00\x00"

const (
	typeSection     = 1
	importSection   = 2
	functionSection = 3
	memorySection   = 5
	globalSection   = 6
	exportSection   = 7
	codeSection     = 10

	funcKind   = 0
	memoryKind = 2
	globalKind = 3
)

func (m *module) encode() []byte {
	var imports, functions, types vector
	for _, i := range m.imports {
		b := appendName(appendName(nil, i.module), i.name)
		switch b = append(b, i.kind); i.kind {
		case funcKind:
			b = leb128.AppendUint(b, m.typeIndex(i.sig))
		case globalKind:
			b = append(b, byte(abi.I32), 1)
		case memoryKind:
			b = append(b, 0, 0)
		}
		imports.add(b)
	}
	for _, s := range m.sigs {
		functions.add(leb128.AppendUint(nil, m.typeIndex(s)))
	}
	for _, t := range m.types {
		types.add(appendTypes(appendTypes([]byte{0x60}, t.Params), t.Results))
	}
	wasm := types.section([]byte(header), typeSection)
	wasm = imports.section(wasm, importSection)
	wasm = functions.section(wasm, functionSection)
	if m.memory > 0 {
		var memories vector
		memories.add(leb128.AppendUint(leb128.AppendUint([]byte{1}, uint64(m.memory)), uint64(m.memory)))
		wasm = memories.section(wasm, memorySection)
	}
	var exports, codes vector
	for _, x := range m.exports {
		exports.add(leb128.AppendUint(append(appendName(nil, x.name), x.kind), uint64(x.index)))
	}
	var globals vector
	for range m.own {
		globals.add([]byte{byte(abi.I32), 1, byte(opI32Const), 0, byte(opEnd)})
	}
	wasm = globals.section(wasm, globalSection)
	wasm = exports.section(wasm, exportSection)
	for _, c := range m.code {
		body := c.encode()
		codes.add(append(leb128.AppendUint(nil, uint64(len(body))), body...))
	}
	return codes.section(wasm, codeSection)
}

// vector is a section's content: a number of entries.
type vector struct {
	n    int
	body []byte
}

func (v *vector) add(entry []byte) {
	v.n++
	v.body = append(v.body, entry...)
}

func (v *vector) section(wasm []byte, id byte) []byte {
	if v.n == 0 {
		return wasm
	}
	n := leb128.AppendUint(nil, uint64(v.n))
	wasm = leb128.AppendUint(append(wasm, id), uint64(len(n)+len(v.body)))
	return append(append(wasm, n...), v.body...)
}

func appendName(b []byte, s string) []byte {
	return append(leb128.AppendUint(b, uint64(len(s))), s...)
}

func appendTypes(b []byte, types []abi.CoreType) []byte {
	b = leb128.AppendUint(b, uint64(len(types)))
	for _, t := range types {
		b = append(b, byte(t))
	}
	return b
}

func (m *module) text() string {
	var b strings.Builder
	funcs, globals := 0, 0
	for _, i := range m.imports {
		switch i.kind {
		case funcKind:
			fmt.Fprintf(&b, "import func %d %s.%s %s\n", funcs, i.module, i.name, i.sig)
			funcs++
		case globalKind:
			fmt.Fprintf(&b, "import global %d %s.%s\n", globals, i.module, i.name)
			globals++
		case memoryKind:
			fmt.Fprintf(&b, "import memory %s.%s\n", i.module, i.name)
		}
	}
	if m.memory > 0 {
		fmt.Fprintf(&b, "memory of %d pages\n", m.memory)
	}
	for _, x := range m.exports {
		if x.kind == globalKind {
			fmt.Fprintf(&b, "global %d %s\n", x.index, x.name)
		}
	}
	for n, c := range m.code {
		fmt.Fprintf(&b, "func %d %s\n", funcs+n, m.sigs[n])
		c.text(&b)
	}
	return b.String()
}
