package engine

import (
	"github.com/witan-os/witan/internal/coremodule"
	"github.com/witan-os/witan/internal/coremodule/opcode"
)

// CallsOut reports whether calling the exported function can lead to a call of a function that the module
// imports. It follows direct calls; a function that calls through a table or a reference, or that holds an
// instruction unknown here, is taken to call anything. Instrumentation is not looked at.
func (c *Code) CallsOut(export string) bool {
	f, ok := c.shape.funcs[export]
	if !ok {
		return true
	}
	bodies := c.shape.bodies()
	seen := map[uint32]bool{f: true}
	for todo := []uint32{f}; len(todo) > 0; {
		f, todo = todo[len(todo)-1], todo[:len(todo)-1]
		own := uint64(f) - uint64(c.shape.importedFuncs)
		if f < c.shape.importedFuncs || own >= uint64(len(bodies)) {
			return true
		}
		calls, known := callsIn(bodies[own])
		if !known {
			return true
		}
		for _, to := range calls {
			if !seen[to] {
				seen[to] = true
				todo = append(todo, to)
			}
		}
	}
	return false
}

// bodies splits the code section; it is nil when that is malformed.
func (s *shape) bodies() [][]byte {
	c := &cursor{data: s.code}
	var list [][]byte
	for range c.count() {
		list = append(list, c.bytes())
	}
	if c.err != nil {
		return nil
	}
	return list
}

// callsIn lists the functions that a body calls; known is false when it may call others as well.
func callsIn(body []byte) (calls []uint32, known bool) {
	known = true
	err := coremodule.Walk(body, func(r coremodule.Ref) {
		switch r.Op {
		case opcode.Call, opcode.ReturnCall:
			calls = append(calls, r.Index)
		case opcode.CallIndirect, opcode.ReturnCallIndirect:
			known = false
		}
	})
	return calls, known && err == nil
}
