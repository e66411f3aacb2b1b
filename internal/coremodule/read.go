package coremodule

import (
	"errors"
	"fmt"
	"math"
)

// Sections, by their ids.
const (
	sectionCustom   = 0
	sectionType     = 1
	sectionImport   = 2
	sectionFunction = 3
	sectionTable    = 4
	sectionMemory   = 5
	sectionGlobal   = 6
	sectionExport   = 7
	sectionStart    = 8
	sectionElement  = 9
	sectionCode     = 10
	sectionData     = 11
	sectionCount    = 12
	sectionTag      = 13
)

// order lists the sections of a module but for the custom ones, which can be anywhere.
var order = []byte{
	sectionType, sectionImport, sectionFunction, sectionTable, sectionMemory, sectionTag, sectionGlobal,
	sectionExport, sectionStart, sectionElement, sectionCount, sectionCode, sectionData,
}

// spaceOf is the index space to which a section adds.
var spaceOf = map[byte]Space{
	sectionType: Type, sectionFunction: Func, sectionTable: Table, sectionMemory: Memory, sectionGlobal: Global,
	sectionTag: Tag, sectionElement: Elem, sectionData: Data,
}

const header = "\x00asm\x01\x00\x00\x00"

// Read reads a core module. All indices outside of code refer to something that is there. The error is an
// [*Error].
func Read(wasm []byte) (*Module, error) {
	if len(wasm) < len(header) || string(wasm[:len(header)]) != header {
		return nil, &Error{0, errors.New(`not a core module: it does not begin with \0asm and version 1`)}
	}
	if len(wasm) > math.MaxInt32 {
		return nil, &Error{0, fmt.Errorf("a module of %d bytes is larger than %d", len(wasm), math.MaxInt32)}
	}
	m := &moduleReader{Module: &Module{wasm: wasm}}
	if err := m.sections(); err != nil {
		return nil, err
	}
	return m.Module, nil
}

// moduleReader is one run of [Read].
type moduleReader struct {
	*Module
	importedFuncs int
	bodies        int // how many functions have code
	data          int // how many data segments are announced, or -1
}

func (m *moduleReader) sections() error {
	r := &reader{data: m.wasm, pos: len(header)}
	left := order
	m.data = -1
	for r.more() {
		at := r.pos
		id := r.byte()
		part := r.part()
		if part.err != nil {
			return part.err
		}
		if id != sectionCustom {
			if left = behind(left, id); left == nil {
				return &Error{at, fmt.Errorf("section %d is unknown or out of order", id)}
			}
		}
		if err := m.section(id, &walker{reader: part}); err != nil {
			return err
		}
	}
	if declared := len(m.items[Func]) - m.importedFuncs; declared != m.bodies {
		return &Error{len(m.wasm), fmt.Errorf("%d functions are declared and %d have code", declared, m.bodies)}
	}
	if n := len(m.items[Data]); m.data >= 0 && m.data != n {
		return &Error{len(m.wasm), fmt.Errorf("%d data segments are announced and there are %d", m.data, n)}
	}
	return nil
}

// behind returns the sections that can follow one of a list; none if it is not in there.
func behind(list []byte, id byte) []byte {
	for i, other := range list {
		if other == id {
			return list[i+1:]
		}
	}
	return nil
}

func (m *moduleReader) section(id byte, w *walker) error {
	w.visit = func(r Ref) {
		if uint64(r.Index) >= uint64(m.Len(r.Space)) {
			w.err = missing(r)
		}
	}
	switch id {
	case sectionCustom:
		if name := w.name(); name == nameSection || name == producersSection {
			m.customs = append(m.customs, custom{name, span{w.pos, len(w.data)}})
		}
		return w.err // whatever follows the name is for those who know it
	case sectionStart:
		start := w.pos
		w.ref(Func)
		m.start = span{start, w.pos}
	case sectionCount:
		m.data = int(w.u32())
	default:
		for range w.count() {
			if m.entryOf(id, w); w.err != nil {
				return w.err
			}
		}
	}
	if w.err == nil && w.more() {
		w.failf("%d bytes are left over in the section", len(w.data)-w.pos)
	}
	return w.err
}

func missing(r Ref) *Error {
	return &Error{r.Start, fmt.Errorf("there is no %s %d", r.Space, r.Index)}
}

// entryOf reads one entry of a section that is a vector.
func (m *moduleReader) entryOf(id byte, w *walker) {
	start := w.pos
	switch id {
	case sectionImport:
		m.importEntry(w)
	case sectionExport:
		x := Export{Name: w.name()}
		x.Space, x.Index = w.exported()
		if len(m.Exports) >= maxEntries {
			w.failf("there are more than %d exports", maxEntries)
			return
		}
		m.Exports = append(m.Exports, x)
	case sectionCode:
		m.code(w)
	default:
		var i item
		w.definition(spaceOf[id], &i)
		i.span = span{start, w.pos}
		m.add(spaceOf[id], i, w)
	}
}

func (m *moduleReader) importEntry(w *walker) {
	start := w.pos
	i := Import{Module: w.name(), Name: w.name()}
	i.Space = w.importedType()
	if w.err != nil {
		return
	}
	i.Index = uint32(m.Len(i.Space))
	m.Imports = append(m.Imports, i)
	if i.Space == Func {
		m.importedFuncs++
	}
	m.add(i.Space, item{span: span{start, w.pos}, imported: true}, w)
}

// maxEntries bounds each index space, and exports. Engines share this limit (that of the JavaScript API); a module beyond it is refused
// before it costs memory.
const maxEntries = 1_000_000

func (m *moduleReader) add(s Space, i item, w *walker) {
	if len(m.items[s]) >= maxEntries {
		w.failf("there are more than %d entries of kind %s", maxEntries, s)
		return
	}
	m.items[s] = append(m.items[s], i)
}

// code reads the place of a function's code, which is looked at when somebody wants to know.
func (m *moduleReader) code(w *walker) {
	part := w.part()
	i := m.importedFuncs + m.bodies
	if w.err == nil && i >= m.Len(Func) {
		w.failf("there is code for more than the %d functions that are declared", m.bodies)
	}
	if w.err == nil {
		m.items[Func][i].body = span{part.pos, len(part.data)}
		m.bodies++
	}
}
