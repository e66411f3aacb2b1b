package stub

import (
	"github.com/witan-os/witan/internal/leb128"
	"github.com/witan-os/witan/runtime/component"
)

// builder puts a core module together. Imports come first, since they are before what a module defines in the
// index spaces.
type builder struct {
	types    [][]byte
	known    map[string]uint32
	imports  [][]byte
	imported uint32 // functions
	globals  int
	funcs    [][]byte // the types of what is defined
	bodies   [][]byte
	exports  [][]byte
	table    int // the entries of a table, 0 for none
	elements int // the imported functions that go into an imported table, from the first
	startAt  []byte
}

// The kinds of imports and exports.
const (
	kindFunc   = 0
	kindTable  = 1
	kindMemory = 2
	kindGlobal = 3
)

const funcRef = byte(component.CoreFuncRef)

// typ is the index of a function type.
func (m *builder) typ(t *component.CoreFuncType) uint32 {
	b := []byte{0x60}
	for _, list := range [][]component.CoreValType{t.Params, t.Results} {
		b = leb128.AppendUint(b, uint64(len(list)))
		for _, v := range list {
			b = append(b, byte(v))
		}
	}
	if i, ok := m.known[string(b)]; ok {
		return i
	}
	if m.known == nil {
		m.known = map[string]uint32{}
	}
	i := uint32(len(m.types))
	m.known[string(b)] = i
	m.types = append(m.types, b)
	return i
}

func (m *builder) imp(module, name string, kind byte, desc ...byte) {
	b := appendName(appendName(nil, module), name)
	m.imports = append(m.imports, append(append(b, kind), desc...))
}

func (m *builder) importFunc(module, name string, t *component.CoreFuncType) uint32 {
	m.imp(module, name, kindFunc, leb128.AppendUint(nil, uint64(m.typ(t)))...)
	m.imported++
	return m.imported - 1
}

func (m *builder) importTable(module, name string, size int) {
	m.imp(module, name, kindTable, append([]byte{funcRef}, sizes(size)...)...)
}

// sizes are the limits of a table of one size.
func sizes(n int) []byte {
	return leb128.AppendUint(leb128.AppendUint([]byte{1}, uint64(n)), uint64(n))
}

func (m *builder) importMemory(module, name string) { m.imp(module, name, kindMemory, 0, 0) }

// importGlobal imports a number of 32 bits that can be changed.
func (m *builder) importGlobal(module, name string) int {
	m.imp(module, name, kindGlobal, byte(component.CoreI32), 1)
	m.globals++
	return m.globals - 1
}

// function defines a function. All imports have to be there.
func (m *builder) function(typ uint32, write func(b *body)) uint32 {
	b := &body{}
	write(b)
	m.funcs = append(m.funcs, leb128.AppendUint(nil, uint64(typ)))
	code := b.bytes()
	m.bodies = append(m.bodies, append(leb128.AppendUint(nil, uint64(len(code))), code...))
	return m.imported + uint32(len(m.funcs)) - 1
}

func (m *builder) export(name string, kind byte, index int) {
	m.exports = append(m.exports, leb128.AppendUint(append(appendName(nil, name), kind), uint64(index)))
}

func (m *builder) start(f uint32) { m.startAt = leb128.AppendUint(nil, uint64(f)) }

func appendName(b []byte, name string) []byte {
	return append(leb128.AppendUint(b, uint64(len(name))), name...)
}

// module is the module in binary.
func (m *builder) module() []byte {
	out := []byte("\x00asm\x01\x00\x00\x00")
	section := func(id byte, contents []byte) {
		out = leb128.AppendUint(append(out, id), uint64(len(contents)))
		out = append(out, contents...)
	}
	vector := func(id byte, entries [][]byte) {
		if len(entries) == 0 {
			return
		}
		b := leb128.AppendUint(nil, uint64(len(entries)))
		for _, e := range entries {
			b = append(b, e...)
		}
		section(id, b)
	}
	vector(1, m.types)
	vector(2, m.imports)
	vector(3, m.funcs)
	if m.table > 0 {
		vector(4, [][]byte{append([]byte{funcRef}, sizes(m.table)...)})
	}
	vector(7, m.exports)
	if m.startAt != nil {
		section(8, m.startAt)
	}
	if m.elements > 0 {
		vector(9, [][]byte{m.segment()})
	}
	vector(10, m.bodies)
	return out
}

// segment puts the first imported functions into the table, in their order.
func (m *builder) segment() []byte {
	b := leb128.AppendUint([]byte{0, i32Const, 0, end}, uint64(m.elements))
	for i := range m.elements {
		b = leb128.AppendUint(b, uint64(i))
	}
	return b
}
