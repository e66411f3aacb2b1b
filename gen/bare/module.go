package bare

import (
	"slices"

	"github.com/witan-os/witan/internal/leb128"
)

// This file is the core module around the functions.

// Sections, by their ids, and kinds of imports and exports.
const (
	sectionCustom   = 0
	sectionType     = 1
	sectionImport   = 2
	sectionFunction = 3
	sectionMemory   = 5
	sectionGlobal   = 6
	sectionExport   = 7
	sectionCode     = 10
	sectionData     = 11

	externFunc   = 0
	externMemory = 2
)

const (
	pageSize = 1 << 16
	// dataStart is where strings begin. Addresses below it, zero above all, are nobody's.
	dataStart = 1024
	dataAlign = 16
)

// module is a core module while it is written.
type module struct {
	memory   Memory
	types    []signature
	imports  vector
	exports  vector
	exported map[string]bool
	names    []string // of functions, imported ones first
	declared vector   // the types of functions with a body
	bodies   vector
	globals  vector
	globs    []string // the names of globals

	data   []byte
	placed map[string]uint32 // the addresses of strings in data
}

func newModule(memory Memory) *module {
	m := &module{memory: memory, exported: map[string]bool{}, placed: map[string]uint32{}}
	switch memory.kind {
	case importedMemory:
		m.imports.add(appendLimits(append(appendName(appendName(nil, memory.module), memory.name), externMemory), 0))
	case ownMemory:
		m.export("memory", externMemory, 0)
	}
	return m
}

// importFunc adds an imported function. All of them come before the first that is declared.
func (m *module) importFunc(name, module, field string, s signature) uint32 {
	entry := append(appendName(appendName(nil, module), field), externFunc)
	m.imports.add(leb128.AppendUint(entry, m.typeIndex(s)))
	m.names = append(m.names, name)
	return uint32(len(m.names) - 1)
}

// declareFunc adds a function whose body follows.
func (m *module) declareFunc(name string, s signature) uint32 {
	m.declared.add(leb128.AppendUint(nil, m.typeIndex(s)))
	m.names = append(m.names, name)
	return uint32(len(m.names) - 1)
}

func (m *module) addGlobal(name string, t coreType, value int64) uint32 {
	op := byte(opI32Const)
	if t == i64 {
		op = opI64Const
	}
	m.globals.add(append(leb128.AppendInt([]byte{byte(t), 1, op}, value), opEnd))
	m.globs = append(m.globs, name)
	return uint32(len(m.globs) - 1)
}

// export reports false if the name is taken.
func (m *module) export(name string, kind byte, index uint32) bool {
	if m.exported[name] {
		return false
	}
	m.exported[name] = true
	m.exports.add(leb128.AppendUint(append(appendName(nil, name), kind), uint64(index)))
	return true
}

func (m *module) typeIndex(s signature) uint64 {
	i := slices.IndexFunc(m.types, s.equal)
	if i < 0 {
		i = len(m.types)
		m.types = append(m.types, s)
	}
	return uint64(i)
}

// place puts a string into memory.
func (m *module) place(text string) (address uint32) {
	address, ok := m.placed[text]
	if !ok {
		address = dataStart + uint32(len(m.data))
		m.placed[text] = address
		m.data = append(m.data, text...)
	}
	return address
}

// dataEnd is the address behind all strings.
func (m *module) dataEnd() uint32 {
	return (dataStart + uint32(len(m.data)) + dataAlign - 1) &^ (dataAlign - 1)
}

func (m *module) encode() []byte {
	var types, memories, data vector
	for _, s := range m.types {
		types.add(appendCore(appendCore([]byte{0x60}, s.params), s.results))
	}
	if m.memory.kind == ownMemory {
		memories.add(appendLimits(nil, m.memory.pages))
	}
	if len(m.data) > 0 {
		segment := append(leb128.AppendInt([]byte{0, opI32Const}, dataStart), opEnd)
		data.add(append(leb128.AppendUint(segment, uint64(len(m.data))), m.data...))
	}
	b := []byte("\x00asm\x01\x00\x00\x00")
	b = types.section(b, sectionType)
	b = m.imports.section(b, sectionImport)
	b = m.declared.section(b, sectionFunction)
	b = memories.section(b, sectionMemory)
	b = m.globals.section(b, sectionGlobal)
	b = m.exports.section(b, sectionExport)
	b = m.bodies.section(b, sectionCode)
	b = data.section(b, sectionData)
	return appendSection(b, sectionCustom, m.nameSection())
}

// nameSection is the custom section that tells the names of functions and globals in the source.
func (m *module) nameSection() []byte {
	b := appendName(nil, "name")
	for _, s := range []struct {
		id    byte
		names []string
	}{{1, m.names}, {7, m.globs}} {
		var v vector
		for i, name := range s.names {
			v.add(appendName(leb128.AppendUint(nil, uint64(i)), name))
		}
		b = v.section(b, s.id)
	}
	return b
}

// vector is entries with their number.
type vector struct {
	n    int
	body []byte
}

func (v *vector) add(entry []byte) {
	v.n++
	v.body = append(v.body, entry...)
}

// section appends the vector as a section of its own, unless it is empty.
func (v *vector) section(b []byte, id byte) []byte {
	if v.n == 0 {
		return b
	}
	return appendSection(b, id, append(leb128.AppendUint(nil, uint64(v.n)), v.body...))
}

func appendSection(b []byte, id byte, body []byte) []byte {
	return append(leb128.AppendUint(append(b, id), uint64(len(body))), body...)
}

func appendName(b []byte, s string) []byte {
	return append(leb128.AppendUint(b, uint64(len(s))), s...)
}

func appendCore(b []byte, list []coreType) []byte {
	return append(leb128.AppendUint(b, uint64(len(list))), coreBytes(list)...)
}

// appendLimits appends the size of a memory that may grow.
func appendLimits(b []byte, pages uint32) []byte {
	return leb128.AppendUint(append(b, 0), uint64(pages))
}
