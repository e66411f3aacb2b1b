package testwasm

import (
	"fmt"
	"strings"
)

// The sorts of core externs.
const (
	Func   byte = 0
	Table  byte = 1
	Memory byte = 2
	Global byte = 3
	Tag    byte = 4
)

// The sections of a core module that a [Module] writes, in the order in which it does.
const (
	secType   = 1
	secImport = 2
	secFunc   = 3
	secTable  = 4
	secMemory = 5
	secTag    = 13
	secGlobal = 6
	secExport = 7
	secStart  = 8
	secElem   = 9
	secCode   = 10
	secData   = 11
)

var sectionOrder = []byte{secType, secImport, secFunc, secTable, secMemory, secTag, secGlobal, secExport, secStart, secElem, secCode, secData}

// Module is a core module in the making. Types of functions are written "i32 i64 -> i32"; names under which
// something is exported may be "" for none.
type Module struct {
	entries [16][][]byte // by section
	types   map[string]int
	counts  [5]int // by sort
}

// NewModule returns an empty core module.
func NewModule() *Module { return &Module{types: map[string]int{}} }

// Type defines a function type, once.
func (m *Module) Type(typ string) int {
	if i, ok := m.types[typ]; ok {
		return i
	}
	i := m.add(secType, coreFuncType(typ))
	m.types[typ] = i
	return i
}

// coreFuncType writes a core function type, such as "i32 i32 -> i32".
func coreFuncType(typ string) []byte {
	params, results, ok := strings.Cut(typ, "->")
	if !ok {
		panic("testwasm: no -> in function type " + typ)
	}
	return join(byte(0x60), valueTypes(params), valueTypes(results))
}

// ImportFunc imports a function.
func (m *Module) ImportFunc(module, name, typ string) int {
	return m.imported(Func, module, name, join(m.Type(typ)))
}

// ImportMemory imports a memory of at least some pages.
func (m *Module) ImportMemory(module, name string, pages int) int {
	return m.imported(Memory, module, name, join(byte(0), pages))
}

// ImportTable imports a table of at least n functions.
func (m *Module) ImportTable(module, name string, n int) int {
	return m.imported(Table, module, name, join(byte(0x70), byte(0), n))
}

// ImportGlobal imports a mutable i32.
func (m *Module) ImportGlobal(module, name string) int {
	return m.imported(Global, module, name, join(i32, byte(1)))
}

// ImportTag imports the tag of an exception.
func (m *Module) ImportTag(module, name, typ string) int {
	return m.imported(Tag, module, name, join(byte(0), m.Type(typ)))
}

// Func defines a function; its code is described at [Code].
func (m *Module) Func(export, typ, code string) int {
	t := m.Type(typ)
	m.add(secFunc, join(t))
	body := Code(code)
	m.add(secCode, join(len(body), body))
	return m.defined(Func, export)
}

// Memory defines a memory of some pages; a second number is the most that it may grow to.
func (m *Module) Memory(export string, pages int, most ...int) int {
	limits := join(byte(0), pages)
	if len(most) > 0 {
		limits = join(byte(1), pages, most[0])
	}
	m.add(secMemory, limits)
	return m.defined(Memory, export)
}

// Table defines a table for n functions.
func (m *Module) Table(export string, n int) int {
	m.add(secTable, join(byte(0x70), byte(0), n))
	return m.defined(Table, export)
}

// Global defines a mutable i32.
func (m *Module) Global(export string, value int) int {
	m.add(secGlobal, join(i32, byte(1), instructions(fmt.Sprintf("i32.const %d end", value))))
	return m.defined(Global, export)
}

// Tag defines the tag of an exception.
func (m *Module) Tag(export, typ string) int {
	m.add(secTag, join(byte(0), m.Type(typ)))
	return m.defined(Tag, export)
}

// Elem puts functions into table 0 when the module is instantiated.
func (m *Module) Elem(at int, funcs ...int) {
	entries := make([][]byte, len(funcs))
	for i, f := range funcs {
		entries[i] = join(f)
	}
	m.add(secElem, join(byte(0), instructions(fmt.Sprintf("i32.const %d end", at)), vector(entries)))
}

// Data puts bytes into memory 0 when the module is instantiated.
func (m *Module) Data(at int, bytes string) {
	m.add(secData, join(byte(0), instructions(fmt.Sprintf("i32.const %d end", at)), bytes))
}

// Start makes a function run when the module is instantiated.
func (m *Module) Start(f int) { m.entries[secStart] = [][]byte{join(f)} }

// Export exports something under one more name.
func (m *Module) Export(name string, sort byte, i int) { m.add(secExport, join(name, sort, i)) }

// Allocator exports a memory of a page as "memory" and a realloc that never frees as "realloc". The first 1024
// bytes are left to whoever wants them. The results are the indices of both.
func (m *Module) Allocator() (memory, realloc int) {
	memory = m.Memory("memory", 1)
	heap := m.Global("", 1024)
	realloc = m.Func("realloc", "i32 i32 i32 i32 -> i32", fmt.Sprintf(`
		global.get %[1]d local.get 2 i32.add i32.const 1 i32.sub
		i32.const 0 local.get 2 i32.sub i32.and local.tee 0
		local.get 3 i32.add global.set %[1]d
		local.get 0`, heap))
	return memory, realloc
}

// Bytes writes the module.
func (m *Module) Bytes() []byte {
	out := []byte("\x00asm\x01\x00\x00\x00")
	for _, id := range sectionOrder {
		entries := m.entries[id]
		switch {
		case len(entries) == 0:
		case id == secStart:
			out = append(out, section(id, entries[0])...)
		default:
			out = append(out, section(id, vector(entries))...)
		}
	}
	return out
}

func (m *Module) add(section int, entry []byte) int {
	m.entries[section] = append(m.entries[section], entry)
	return len(m.entries[section]) - 1
}

func (m *Module) imported(sort byte, module, name string, desc []byte) int {
	if m.counts[sort] != m.importsOf(sort) {
		panic("testwasm: an import behind a definition")
	}
	m.add(secImport, join(module, name, sort, desc))
	return m.defined(sort, "")
}

// importsOf counts the imports of a sort: they come first in its index space.
func (m *Module) importsOf(sort byte) int {
	defs := map[byte]int{Func: secFunc, Table: secTable, Memory: secMemory, Global: secGlobal, Tag: secTag}
	return m.counts[sort] - len(m.entries[defs[sort]])
}

func (m *Module) defined(sort byte, export string) int {
	i := m.counts[sort]
	m.counts[sort]++
	if export != "" {
		m.Export(export, sort, i)
	}
	return i
}
