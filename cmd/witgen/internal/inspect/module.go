package inspect

import (
	"fmt"
	"unicode/utf8"

	"github.com/witan-os/witan/internal/leb128"
	"github.com/witan-os/witan/runtime/component"
)

// The sections of a core module that say what it shows to the outside, by their ids.
const (
	sectionCustom   = 0
	sectionType     = 1
	sectionImport   = 2
	sectionFunction = 3
	sectionTable    = 4
	sectionMemory   = 5
	sectionGlobal   = 6
	sectionExport   = 7
	sectionTag      = 13
)

var sectionNames = [...]string{
	"custom", "type", "import", "function", "table", "memory", "global", "export",
	"start", "element", "code", "data", "data count", "tag",
}

const headerSize = 8

// entity is the type of something in an index space of a module. There may be very many functions, so that
// their types are written only when they are imported or exported.
type entity struct {
	function *component.CoreFuncType // of functions and tags
	other    string
}

func (e entity) String() string {
	if e.function != nil {
		return coreFuncText(e.function)
	}
	return e.other
}

// The index spaces, in the order of the codes that imports and exports use.
const (
	kindFunc = iota
	kindTable
	kindMemory
	kindGlobal
	kindTag
)

var kindNames = [...]string{"func", "table", "memory", "global", "tag"}

// moduleReader reads what a core module says about itself. Code and data are passed over.
type moduleReader struct {
	*budget
	cursor
	out    *Module
	types  []*component.CoreFuncType // nil for a type that is not one of functions
	spaces [len(kindNames)][]entity
}

// describeModule describes a core module whose header is right and stands at an offset of the file.
func describeModule(b *budget, data []byte, offset int64) *Module {
	b.spend(offset, 0)
	r := &moduleReader{budget: b, cursor: cursor{data: data, end: len(data), base: offset, pos: headerSize}}
	r.out = &Module{
		Offset: offset, Size: len(data),
		Imports: []CoreExtern{}, Exports: []CoreExtern{}, Custom: []Custom{},
	}
	for r.pos < len(data) {
		r.section()
	}
	return r.out
}

// section reads one section. It is a frame: its contents must fill it.
func (r *moduleReader) section() {
	at := r.pos
	id := r.byte()
	if int(id) >= len(sectionNames) {
		r.fail(at, "section id %d is unknown in a core module", id)
	}
	r.name = sectionNames[id]
	sizeAt := r.pos
	size := r.u32()
	if int64(size) > int64(r.end-r.pos) {
		r.fail(sizeAt, "the section has %d bytes, but only %d are left", size, r.end-r.pos)
	}
	outer := r.end
	r.end = r.pos + int(size)
	r.contents(id, at)
	if r.pos != r.end {
		r.fail(r.pos, "the section has %d bytes left over", r.end-r.pos)
	}
	r.end, r.name = outer, ""
}

func (r *moduleReader) contents(id byte, at int) {
	switch id {
	case sectionCustom:
		r.custom(at)
	case sectionType:
		r.vector(r.recType)
	case sectionImport:
		r.vector(r.importEntry)
	case sectionFunction:
		before := len(r.spaces[kindFunc])
		r.vector(func() { r.add(kindFunc, entity{function: r.funcType()}) })
		r.out.Funcs += len(r.spaces[kindFunc]) - before
	case sectionTable:
		r.vector(func() { r.add(kindTable, entity{other: r.tableDef()}) })
	case sectionMemory:
		r.vector(func() { r.add(kindMemory, entity{other: memoryText(r.limits())}) })
	case sectionGlobal:
		r.vector(func() {
			r.add(kindGlobal, entity{other: r.globalType()})
			r.constExpr()
		})
	case sectionTag:
		r.vector(func() { r.add(kindTag, entity{function: r.tagType()}) })
	case sectionExport:
		r.vector(r.export)
	default:
		r.pos = r.end
	}
}

// maxEntries bounds a section, as other engines do.
const maxEntries = 1_000_000

// vector calls read for each entry.
func (r *moduleReader) vector(read func()) {
	at := r.pos
	n := r.u32()
	if int64(n) > int64(r.end-r.pos) {
		r.fail(at, "%d entries do not fit in the %d bytes that are left", n, r.end-r.pos)
	}
	if n > maxEntries {
		r.fail(at, "there are %d entries, more than %d", n, maxEntries)
	}
	for range n {
		read()
	}
}

func (r *moduleReader) add(kind int, e entity) { r.spaces[kind] = append(r.spaces[kind], e) }

func (r *moduleReader) importEntry() {
	module, name := r.string(), r.string()
	at := r.pos
	kind := int(r.byte())
	var e entity
	switch kind {
	case kindFunc:
		e.function = r.funcType()
	case kindTable:
		e.other = r.tableType()
	case kindMemory:
		e.other = memoryText(r.limits())
	case kindGlobal:
		e.other = r.globalType()
	case kindTag:
		e.function = r.tagType()
	default:
		r.fail(at, "kind 0x%02x of an import is unknown", kind)
	}
	r.add(kind, e)
	x := CoreExtern{Module: &module, Name: name, Kind: kindNames[kind], Type: e.String()}
	r.spend(r.base+int64(at), len(module)+len(name)+len(x.Type))
	r.out.Imports = append(r.out.Imports, x)
}

func (r *moduleReader) export() {
	name := r.string()
	at := r.pos
	kind := int(r.byte())
	if kind >= len(kindNames) {
		r.fail(at, "kind 0x%02x of an export is unknown", kind)
	}
	at = r.pos
	i := r.u32()
	if int64(i) >= int64(len(r.spaces[kind])) {
		r.fail(at, "%s %d is exported, but there are only %d", kindNames[kind], i, len(r.spaces[kind]))
	}
	x := CoreExtern{Name: name, Kind: kindNames[kind], Type: r.spaces[kind][i].String()}
	r.spend(r.base+int64(at), len(name)+len(x.Type))
	r.out.Exports = append(r.out.Exports, x)
}

// The subsection of a name section that names the module.
const moduleNameID = 0

func (r *moduleReader) custom(at int) {
	name := r.string()
	contents := r.data[r.pos:r.end]
	r.spend(r.base+int64(at), len(name))
	r.out.Custom = append(r.out.Custom, Custom{name, r.base + int64(at), len(contents)})
	if name == "name" && r.out.Name == "" {
		r.out.Name = moduleName(contents)
	}
	r.pos = r.end
}

// moduleName reads the first subsection of a name section. Names are for people only, so a module whose
// names are broken has none.
func moduleName(b []byte) string {
	if len(b) == 0 || b[0] != moduleNameID {
		return ""
	}
	_, n, err := leb128.Uint32(b[1:])
	if err != nil {
		return ""
	}
	b = b[1+n:]
	length, n, err := leb128.Uint32(b)
	if err != nil || uint64(length) > uint64(len(b)-n) || !utf8.Valid(b[n:n+int(length)]) {
		return ""
	}
	return string(b[n : n+int(length)])
}

// fail ends the description of the file.
func fail(at int64, section, format string, args ...any) {
	panic(&component.Error{Offset: at, Section: section, Entry: -1, Rule: fmt.Sprintf(format, args...)})
}
