package meter

import (
	"github.com/witan-os/witan/internal/coremodule/opcode"
	"github.com/witan-os/witan/internal/leb128"
)

// This file puts the result together.

// write plans and writes all functions, callees first, and then the sections.
func (m *module) write(g *graph) (Result, error) {
	p := newPlanner(m, g)
	h := newHelpers(m)
	e := &emitter{planner: p, helpers: h, yield: uint32(m.imported), counter: uint32(m.globals)}
	e.out = make([]byte, 0, len(m.wasm)+len(m.wasm)/8)
	bodies := make([]span, len(m.bodies))
	for _, node := range g.order {
		if node >= uint32(len(m.bodies)) {
			continue
		}
		if err := p.decode(int(node)); err != nil {
			return Result{}, err
		}
		p.plan()
		start := len(e.out)
		if err := e.emit(); err != nil {
			return Result{}, err
		}
		bodies[node] = span{start, len(e.out)}
	}
	res := Result{Import: fresh("meter", m.importModules), Counter: fresh("fuel", m.exportNames)}
	if m.starts {
		m.exportNames[res.Counter] = true
		res.Start = fresh("start", m.exportNames)
	}
	w := &writer{module: m, helpers: h, code: e.out, bodies: bodies, result: res}
	return w.write()
}

// fresh returns a name that is not taken.
func fresh(name string, taken map[string]bool) string {
	for taken[name] {
		name += "-"
	}
	return name
}

type writer struct {
	*module
	helpers *helpers
	code    []byte
	bodies  []span // of each function in code
	result  Result
	out     []byte
}

func (w *writer) write() (Result, error) {
	w.out = append(make([]byte, 0, len(w.wasm)+len(w.code)/8), header...)
	// Sections come in order, and those that get an entry may be missing.
	next := 1
	for _, s := range w.sections {
		if s.id == sectionCustom {
			continue
		}
		for ; next < order[s.id]; next++ {
			w.missing(next)
		}
		w.section(s)
		next++
	}
	w.out = appendSection(w.out, sectionCustom, w.names(w.helpers))
	w.result.Module = w.out
	return w.result, nil
}

// missing writes the section at a place in the order if it would be there but for the module's own entries.
func (w *writer) missing(place int) {
	for _, id := range []byte{sectionImport, sectionGlobal, sectionExport} {
		if order[id] == place {
			n, added := w.added(id)
			w.out = appendSection(w.out, id, append(leb128.AppendUint(nil, uint64(n)), added...))
		}
	}
}

// added returns the entries that a section gets at its end, and their number.
func (w *writer) added(id byte) (n uint32, entries []byte) {
	h := w.helpers
	switch id {
	case sectionType:
		return h.ntypes, h.types
	case sectionImport:
		entries = appendName(appendName(nil, w.result.Import), Yield)
		return 1, leb128.AppendUint(append(entries, 0), uint64(h.typeIndex(yieldType)))
	case sectionFunction:
		for _, typ := range h.typ {
			entries = leb128.AppendUint(entries, uint64(typ))
		}
		return uint32(len(h.typ)), entries
	case sectionGlobal:
		return 1, []byte{typeI32, 1, byte(opcode.I32Const), 0, byte(opcode.End)}
	case sectionExport:
		entries = leb128.AppendUint(append(appendName(nil, w.result.Counter), 3), uint64(w.globals))
		if !w.starts {
			return 1, entries
		}
		return 2, leb128.AppendUint(append(appendName(entries, w.result.Start), 0), uint64(w.moved(w.start)))
	}
	return 0, nil
}

// section writes a section of the module with the function indices and the entries of the result.
func (w *writer) section(s section) {
	var body []byte
	switch s.id {
	case sectionCode:
		w.codeSection()
		return
	case sectionStart: // it is an export now
		w.renumbered(s.span)
		return
	case sectionCount, sectionMemory, sectionTag:
		body = w.renumbered(s.span)
	default:
		r := &reader{data: w.wasm[:s.end], pos: s.start}
		own := r.count()
		n, added := w.added(s.id)
		body = leb128.AppendUint(nil, uint64(own)+uint64(n))
		body = append(body, w.renumbered(span{r.pos, s.end})...)
		body = append(body, added...)
	}
	w.out = appendSection(w.out, s.id, body)
}

// renumbered copies a part of the module with the function indices of the result.
func (w *writer) renumbered(s span) []byte {
	out := make([]byte, 0, s.end-s.start)
	at := s.start
	for len(w.refs) > 0 && int(w.refs[0]) < s.end {
		r := &reader{data: w.wasm, pos: int(w.refs[0])}
		out = append(out, w.wasm[at:r.pos]...)
		out = leb128.AppendUint(out, uint64(w.moved(r.u32())))
		at = r.pos
		w.refs = w.refs[1:]
	}
	return append(out, w.wasm[at:s.end]...)
}

// codeSection writes the code section without a copy of it in between: it is most of the module.
func (w *writer) codeSection() {
	n := uint64(len(w.bodies)) + uint64(len(w.helpers.list))
	size := sizeOf(n) + uint64(len(w.helpers.bodies))
	for _, s := range w.bodies {
		length := uint64(s.end - s.start)
		size += sizeOf(length) + length
	}
	w.out = leb128.AppendUint(append(w.out, sectionCode), size)
	w.out = leb128.AppendUint(w.out, n)
	for _, s := range w.bodies {
		w.out = leb128.AppendUint(w.out, uint64(s.end-s.start))
		w.out = append(w.out, w.code[s.start:s.end]...)
	}
	w.out = append(w.out, w.helpers.bodies...)
}

// sizeOf is the number of bytes of an encoded number.
func sizeOf(v uint64) uint64 {
	n := uint64(1)
	for ; v >= 0x80; v >>= 7 {
		n++
	}
	return n
}

func appendSection(b []byte, id byte, body []byte) []byte {
	return append(leb128.AppendUint(append(b, id), uint64(len(body))), body...)
}

func appendName(b []byte, s string) []byte {
	return append(leb128.AppendUint(b, uint64(len(s))), s...)
}
