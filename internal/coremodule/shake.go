package coremodule

import (
	"slices"

	"github.com/witan-os/witan/internal/coremodule/opcode"
)

// Shake makes a module that has, of all exports, those with the names in keep, and of everything else what they need: what
// can be reached from them, from the start function, and from what is copied into imported tables and memories. Names
// that the module does not export are passed over. The result does the same as the module, except that it
// does not trap when it is instantiated because of a segment that does not fit a table or memory that it has no more.
//
// Names of functions and the like stay; other custom sections are left out, but for that which tells the producers.
// The same module and names give the same bytes, and a module that was shaken is not changed by being shaken again.
func Shake(module []byte, keep []string) ([]byte, error) {
	m, err := Read(module)
	if err != nil {
		return nil, err
	}
	s := &shaker{Module: m, exports: map[string]bool{}}
	for _, name := range keep {
		s.exports[name] = true
	}
	if err := s.mark(); err != nil {
		return nil, err
	}
	s.renumber()
	return s.write(), nil
}

// shaker is one run of [Shake].
type shaker struct {
	*Module
	exports map[string]bool // by name: those that stay

	live     [spaces][]bool
	todo     []place
	segments map[place][]place // by a table or memory: what is copied there
	indices  [spaces][]uint32  // of what stays, in the result

	taken  []bool // of each function: code makes a reference to it
	counts bool   // code refers to data segments, whose number must stand in front of it then
	err    error
}

// place is an entry of an index space.
type place struct {
	space Space
	index uint32
}

// mark finds out what stays.
func (s *shaker) mark() error {
	for i := range s.live {
		s.live[i] = make([]bool, len(s.items[i]))
	}
	s.taken = make([]bool, len(s.items[Func]))
	s.sortSegments()
	for _, x := range s.Exports {
		if s.exports[x.Name] {
			s.need(place{x.Space, x.Index})
		}
	}
	if !s.start.empty() {
		s.at(s.start, s.refer).ref(Func)
	}
	for len(s.todo) > 0 && s.err == nil {
		p := s.todo[len(s.todo)-1]
		s.todo = s.todo[:len(s.todo)-1]
		s.follow(p)
	}
	return s.err
}

// sortSegments finds out which segments are copied where. Copying to what is imported is for others to see.
func (s *shaker) sortSegments() {
	s.segments = map[place][]place{}
	for segments, targets := range map[Space]Space{Elem: Table, Data: Memory} {
		for i, it := range s.items[segments] {
			if !it.active {
				continue
			}
			p, to := place{segments, uint32(i)}, place{targets, it.target}
			s.segments[to] = append(s.segments[to], p)
			if s.items[targets][it.target].imported {
				s.need(p)
			}
		}
	}
}

func (s *shaker) need(p place) {
	if !s.live[p.space][p.index] {
		s.live[p.space][p.index] = true
		s.todo = append(s.todo, p)
	}
}

// refer notes an index in something that stays.
func (s *shaker) refer(r Ref) {
	if uint64(r.Index) >= uint64(s.Len(r.Space)) {
		if s.err == nil {
			s.err = missing(r)
		}
		return
	}
	s.need(place{r.Space, r.Index})
}

// follow notes what something that stays needs.
func (s *shaker) follow(p place) {
	s.entry(p.space, p.index, s.refer)
	for _, segment := range s.segments[p] {
		s.need(segment)
	}
	if body := s.items[p.space][p.index].body; !body.empty() {
		w := s.at(body, s.referInCode)
		w.body()
		if s.err == nil {
			s.err = w.err
		}
	}
}

func (s *shaker) referInCode(r Ref) {
	s.refer(r)
	switch {
	case s.err != nil:
	case r.Op == opcode.RefFunc:
		s.taken[r.Index] = true
	case r.Space == Data:
		s.counts = true
	}
}

// renumber counts what stays.
func (s *shaker) renumber() {
	for i, live := range s.live {
		s.indices[i] = make([]uint32, len(live))
		next := uint32(0)
		for j, stays := range live {
			s.indices[i][j] = next
			if stays {
				next++
			}
		}
	}
}

// undeclared are the functions to which code makes references although nothing else outside of code mentions them any more. A
// validator wants them to be declared.
func (s *shaker) undeclared() []uint32 {
	declared := make([]bool, len(s.items[Func]))
	declare := func(r Ref) {
		if r.Space == Func {
			declared[r.Index] = true
		}
	}
	for _, x := range s.Exports {
		if s.exports[x.Name] && x.Space == Func {
			declared[x.Index] = true
		}
	}
	for _, space := range []Space{Table, Global, Elem} {
		for i, stays := range s.live[space] {
			if stays {
				s.entry(space, uint32(i), declare)
			}
		}
	}
	var list []uint32
	for i, taken := range s.taken {
		if taken && !declared[i] {
			list = append(list, s.indices[Func][i])
		}
	}
	return slices.Clip(list)
}
