package meter

import (
	"unicode/utf8"

	"github.com/witan-os/witan/internal/leb128"
)

// This file rewrites the name section, from which stack traces take the names of functions.

// Subsections of the name section.
const (
	moduleNames   = 0
	functionNames = 1
)

// names returns the contents of the name section of the result, without the names of locals and labels. A
// malformed one is taken for absent, as the specification has it.
func (m *module) names(h *helpers) []byte {
	var module, functions []byte
	n := 0
	for _, s := range m.sections {
		if s.id == sectionCustom {
			module, functions, n = m.readNames(&reader{data: m.wasm[:s.end], pos: s.start}, module, functions, n)
		}
	}
	first := uint32(len(m.funcs)) + 1
	for i, k := range h.list {
		functions = leb128.AppendUint(functions, uint64(first)+uint64(i))
		functions = appendName(functions, k.name())
		n++
	}
	out := appendName(nil, "name")
	if name := m.mark + string(module); name != "" {
		out = appendSection(out, moduleNames, appendName(nil, name))
	}
	return appendSection(out, functionNames, append(leb128.AppendUint(nil, uint64(n)), functions...))
}

// readNames reads a custom section, if it is the name section and there was none before.
func (m *module) readNames(r *reader, module, functions []byte, n int) ([]byte, []byte, int) {
	if string(r.name()) != "name" || module != nil || functions != nil {
		return module, functions, n
	}
	for r.more() {
		id := r.byte()
		size := r.u32()
		start := r.pos
		r.skip(uint64(size))
		if r.err != nil {
			break
		}
		sub := &reader{data: m.wasm[:r.pos], pos: start}
		switch id {
		case moduleNames:
			if name := sub.name(); sub.err == nil && !sub.more() && utf8.Valid(name) {
				module = name
			}
		case functionNames:
			functions, n = m.functionNames(sub)
		}
	}
	return module, functions, n
}

// functionNames renumbers the names of functions.
func (m *module) functionNames(r *reader) (out []byte, n int) {
	next := uint32(0) // indices ascend
	for range r.count() {
		i := r.index("function", len(m.funcs))
		name := r.name()
		if r.err != nil || i < next || !utf8.Valid(name) {
			return nil, 0
		}
		next = i + 1
		out = leb128.AppendUint(out, uint64(m.moved(i)))
		out = append(leb128.AppendUint(out, uint64(len(name))), name...)
		n++
	}
	return out, n
}
