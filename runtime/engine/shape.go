package engine

import (
	"errors"
	"fmt"
	"slices"

	"github.com/witan-os/witan/internal/leb128"
)

// ExternKind is the sort of a core import or export, with the codes of the binary format.
type ExternKind byte

// The kinds of externs.
const (
	ExternFunc ExternKind = iota
	ExternTable
	ExternMemory
	ExternGlobal
	ExternTag
)

func (k ExternKind) String() string {
	if int(k) < len(externNames) {
		return externNames[k]
	}
	return "unknown"
}

var externNames = [...]string{"func", "table", "memory", "global", "tag"}

// FuncType is the type of a core function, one byte for each value type.
type FuncType struct{ params, results []byte }

// NewFuncType returns the type with the given value types, as the binary format codes them.
func NewFuncType(params, results []byte) FuncType { return FuncType{params, results} }

// Equal reports whether the types are the same.
func (t FuncType) Equal(o FuncType) bool {
	return string(t.params) == string(o.params) && string(t.results) == string(o.results)
}

// String shows the type as "(i32 i64) -> (i32)".
func (t FuncType) String() string { return valueNames(t.params) + " -> " + valueNames(t.results) }

// Extern is the type of a core import or export.
type Extern struct {
	Kind ExternKind
	Func FuncType // of a function
	// raw is the type's encoding, of anything but a function.
	raw []byte
}

// Import is one import of a core module.
type Import struct {
	Module, Name string
	Extern
}

// shape is what a core module shows to the outside.
type shape struct {
	imports []Import
	exports map[string]Extern
	// hasCode says that the module has functions of its own, so that there is something to compile.
	hasCode bool
	// funcs are the indices of exported functions, which follow those of imported ones.
	funcs         map[string]uint32
	importedFuncs uint32
	// code is the code section.
	code []byte
	// hasMemory says that the module defines a memory.
	hasMemory bool
	// tables are those of the index space: imported ones first.
	tables []table
	// cost is what an instance takes.
	cost Cost
	// emptyAlias stands in the module for the import module name "", which the engine refuses.
	emptyAlias string
}

// Sections of a core module, by their ids.
const (
	sectionType     = 1
	sectionImport   = 2
	sectionFunction = 3
	sectionTable    = 4
	sectionMemory   = 5
	sectionGlobal   = 6
	sectionExport   = 7
	sectionElement  = 9
	sectionCode     = 10
	sectionData     = 11
	sectionTag      = 13
)

const headerSize = 8

// readShape reads a module's types, imports and exports. It returns the module with import module names
// that the engine would refuse replaced, and with the limits of its tables. The engine validates the module afterwards: here only what is
// read must be sound.
func readShape(wasm []byte) (*shape, []byte, error) {
	if len(wasm) < headerSize || string(wasm[:4]) != "\x00asm" {
		return nil, nil, errors.New("not a core module: it does not begin with \\0asm")
	}
	r := &shapeReader{shape: &shape{exports: map[string]Extern{}, funcs: map[string]uint32{}}}
	var out []byte // nil as long as nothing was replaced
	for p := headerSize; p < len(wasm); {
		id := wasm[p]
		size, n, err := leb128.Uint32(wasm[p+1:])
		if err != nil {
			return nil, nil, fmt.Errorf("offset %#x: size of section %d: %w", p+1, id, err)
		}
		start := p + 1 + n
		if uint64(size) > uint64(len(wasm)-start) {
			return nil, nil, fmt.Errorf("offset %#x: section %d is cut off: it claims %d bytes and %d are left", p, id, size, len(wasm)-start)
		}
		end := start + int(size)
		c := &cursor{data: wasm[:end], pos: start}
		r.section(id, c)
		if c.err != nil {
			return nil, nil, fmt.Errorf("offset %#x: %w", c.pos, c.err)
		}
		switch {
		case r.rewritten != nil && out == nil:
			out = append(slices.Clone(wasm[:p]), r.rewritten...)
		case r.rewritten != nil:
			out = append(out, r.rewritten...)
		case out != nil:
			out = append(out, wasm[p:end]...)
		}
		r.rewritten = nil
		p = end
	}
	if len(r.spaces[ExternMemory]) > 1 {
		return nil, nil, lacking("more than one memory is not supported")
	}
	r.cost.Elements += r.tableCost()
	r.cost.Entities += uint64(len(r.imports) + len(r.exports))
	if out == nil {
		out = wasm
	}
	return r.shape, out, nil
}

// shapeReader collects the index spaces that exports refer to.
type shapeReader struct {
	*shape
	types   []FuncType
	spaces  [ExternTag + 1][]Extern
	entries []importEntry
	// rewritten takes the place of the section that was read last; nil if that stays as it is.
	rewritten []byte
}

// importEntry keeps the encoded type of an import for writing it again.
type importEntry struct {
	module, name string
	desc         []byte
}

func (r *shapeReader) section(id byte, c *cursor) {
	switch id {
	case sectionType:
		for range c.count() {
			r.types = append(r.types, c.funcType())
		}
	case sectionImport:
		for range c.count() {
			r.importEntry(c)
		}
		if r.hasEmpty() {
			r.rewritten = r.renameEmpty()
		}
	case sectionFunction:
		for range c.count() {
			r.hasCode = true
			r.add(Extern{Kind: ExternFunc, Func: r.typeAt(c)})
		}
	case sectionTable:
		r.tableSection(c)
	case sectionMemory:
		for range c.count() {
			r.hasMemory = true
			limits := c.slice(c.limits)
			r.cost.Memory += leastPages(limits) << 16
			r.add(Extern{Kind: ExternMemory, raw: limits})
		}
	case sectionGlobal:
		for range c.count() {
			r.cost.Entities++
			r.add(Extern{Kind: ExternGlobal, raw: c.slice(c.globalType)})
			c.constExpr()
		}
	case sectionTag:
		for range c.count() {
			c.byte()
			r.add(Extern{Kind: ExternTag, Func: r.typeAt(c)})
		}
	case sectionExport:
		for range c.count() {
			r.export(c)
		}
	case sectionElement:
		r.cost.Elements += uint64(len(c.data) - c.pos) // there are no more than bytes
	case sectionCode:
		r.code = c.data[c.pos:]
	case sectionData:
		r.cost.Entities += uint64(c.u32())
	}
}

// leastPages reads the smallest size of a memory.
func leastPages(limits []byte) uint64 {
	c := &cursor{data: limits, pos: 1}
	return uint64(c.u32())
}

func (r *shapeReader) add(x Extern) { r.spaces[x.Kind] = append(r.spaces[x.Kind], x) }

func (r *shapeReader) typeAt(c *cursor) FuncType {
	i := c.u32()
	if uint64(i) >= uint64(len(r.types)) {
		c.fail(fmt.Errorf("type %d is not defined", i))
		return FuncType{}
	}
	return r.types[i]
}

func (r *shapeReader) importEntry(c *cursor) {
	module, name := c.name(), c.name()
	start := c.pos
	x := Extern{Kind: ExternKind(c.byte())}
	switch x.Kind {
	case ExternFunc:
		x.Func = r.typeAt(c)
	case ExternTable:
		x.raw = c.slice(c.tableType)
		t, _ := readTable(x.raw)
		t.imported = true
		r.tables = append(r.tables, t)
	case ExternMemory:
		x.raw = c.slice(c.limits)
	case ExternGlobal:
		x.raw = c.slice(c.globalType)
	case ExternTag:
		c.byte()
		x.Func = r.typeAt(c)
	default:
		c.fail(fmt.Errorf("import %q %q has unknown kind %#x", module, name, byte(x.Kind)))
	}
	if c.err != nil {
		return
	}
	r.add(x)
	if x.Kind == ExternFunc {
		r.importedFuncs++
	}
	r.imports = append(r.imports, Import{module, name, x})
	r.entries = append(r.entries, importEntry{module, name, c.data[start:c.pos]})
}

func (r *shapeReader) export(c *cursor) {
	name, kind, i := c.name(), c.byte(), c.u32()
	if c.err != nil {
		return
	}
	if int(kind) >= len(r.spaces) || uint64(i) >= uint64(len(r.spaces[kind])) {
		c.fail(fmt.Errorf("export %q refers to %s %d, which is not defined", name, ExternKind(kind), i))
		return
	}
	r.exports[name] = r.spaces[kind][i]
	if ExternKind(kind) == ExternFunc {
		r.funcs[name] = i
	}
}

func (r *shapeReader) hasEmpty() bool {
	for _, i := range r.imports {
		if i.Module == "" {
			return true
		}
	}
	return false
}

// renameEmpty encodes the import section with a fresh name in place of "".
func (r *shapeReader) renameEmpty() []byte {
	r.emptyAlias = "-"
	for taken := true; taken; {
		taken = false
		for _, i := range r.imports {
			if i.Module == r.emptyAlias {
				r.emptyAlias += "-"
				taken = true
			}
		}
	}
	body := leb128.AppendUint(nil, uint64(len(r.entries)))
	for _, e := range r.entries {
		if e.module == "" {
			e.module = r.emptyAlias
		}
		body = appendName(appendName(body, e.module), e.name)
		body = append(body, e.desc...)
	}
	return appendSection(nil, sectionImport, body)
}

func appendName(b []byte, s string) []byte {
	return append(leb128.AppendUint(b, uint64(len(s))), s...)
}

func appendSection(b []byte, id byte, body []byte) []byte {
	return append(leb128.AppendUint(append(b, id), uint64(len(body))), body...)
}
