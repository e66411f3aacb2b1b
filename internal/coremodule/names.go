package coremodule

import "github.com/witan-os/witan/internal/leb128"

// This file rewrites the name section.

// namedSpaces tells what the subsections of the name section name, by their ids.
var namedSpaces = map[byte]Space{1: Func, 4: Type, 5: Table, 6: Memory, 7: Global, 8: Elem, 9: Data, 11: Tag}

// Subsections that have names of their own for each function.
const (
	moduleName  = 0
	localNames  = 2
	labelNames  = 3
	noMoreNames = 12
)

// names writes what stays of the name section. A malformed one counts as absent, as the specification has it.
func (s *shaker) names(at span) (out []byte, ok bool) {
	r := &reader{data: s.wasm[:at.end], pos: at.start}
	for r.more() {
		id := r.byte()
		part := r.part()
		if r.err != nil || part.err != nil {
			return nil, false
		}
		var body []byte
		space, named := namedSpaces[id]
		switch {
		case id == moduleName:
			body = part.data[part.pos:]
		case id == localNames, id == labelNames:
			body = s.nameMap(&part, Func, (*reader).innerNames)
		case named:
			body = s.nameMap(&part, space, func(r *reader) { r.name() })
		case id < noMoreNames: // fields of types, which are not supported
			continue
		default:
			return nil, false
		}
		if part.err != nil {
			return nil, false
		}
		if body != nil {
			out = appendSection(out, id, body)
		}
	}
	return out, r.err == nil && out != nil
}

// nameMap writes those entries of a map from indices whose index stays. Indices ascend. It is nil if there are none.
func (s *shaker) nameMap(r *reader, space Space, value func(*reader)) []byte {
	var v vector
	next := uint64(0)
	for range r.count() {
		i := r.u32()
		start := r.pos
		value(r)
		switch {
		case r.err != nil:
			return nil
		case uint64(i) < next:
			r.failf("the indices of names don't ascend")
			return nil
		case uint64(i) >= uint64(s.Len(space)):
			return nil
		}
		next = uint64(i) + 1
		if s.live[space][i] {
			v.add(leb128.AppendUint(nil, uint64(s.indices[space][i])))
			v.body = append(v.body, r.data[start:r.pos]...)
		}
	}
	if r.more() {
		r.fail(errCutOff)
	}
	if v.n == 0 {
		return nil
	}
	return append(leb128.AppendUint(nil, uint64(v.n)), v.body...)
}

// innerNames passes over the names of one function's locals or labels.
func (r *reader) innerNames() {
	for range r.count() {
		r.u32()
		r.name()
	}
}
