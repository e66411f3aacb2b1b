package meter

import "github.com/witan-os/witan/internal/coremodule/opcode"

// This file finds out who may call whom, in order to plan callees before their callers and to know the
// functions that may call themselves.

// graph has a node for each function that the module defines, for each function type (a call through a table
// or a reference goes there, and from there to whatever may be behind it), and one for the outside.
type graph struct {
	edges  []uint32 // the successors of all nodes, node by node
	starts []int    // where those of each node begin, and where the last end
	order  []uint32 // the nodes, callees before callers but for cycles
	cyclic []bool   // of each node: it may reach itself
	number []uint32 // of each type; equal types have the same
}

// node is the node of any function.
func (m *module) node(function uint32) uint32 {
	if function < uint32(m.imported) {
		return m.outside()
	}
	return function - uint32(m.imported)
}

// typeNode is the node of a function type, by its number.
func (m *module) typeNode(number uint32) uint32 { return uint32(len(m.bodies)) + number }

func (m *module) outside() uint32 { return m.typeNode(uint32(len(m.types))) }

// link decodes all functions and makes the graph.
func (m *module) link() (*graph, error) {
	g := &graph{number: m.numberTypes(), starts: make([]int, 0, m.outside()+2)}
	f := &function{module: m}
	for i := range m.bodies {
		if err := f.decode(i); err != nil {
			return nil, err
		}
		g.begin()
		g.callees(f)
	}
	for _, list := range m.referredTo(g.number) {
		g.begin()
		g.edges = append(g.edges, list...)
		if m.unbound {
			g.edges = append(g.edges, m.outside())
		}
	}
	g.begin()
	for i, exported := range m.exported {
		if m.escapes(i, exported) {
			g.edges = append(g.edges, m.node(uint32(i)))
		}
	}
	g.begin()
	g.components()
	return g, nil
}

// escapes reports whether code from outside may call a function.
func (m *module) escapes(i int, exported bool) bool {
	return i >= m.imported && (exported || m.unbound && m.addressed[i])
}

func (g *graph) begin() { g.starts = append(g.starts, len(g.edges)) }

// callees appends whom a function calls, and notes the functions to which it makes references.
func (g *graph) callees(f *function) {
	for i := range f.code {
		switch in := &f.code[i]; in.op {
		case opcode.Call, opcode.ReturnCall:
			g.edges = append(g.edges, f.node(in.arg))
		case opcode.CallIndirect, opcode.ReturnCallIndirect, opcode.CallRef, opcode.ReturnCallRef:
			g.edges = append(g.edges, f.typeNode(g.number[in.arg]))
		case opcode.RefFunc:
			f.addressed[in.arg] = true
		}
	}
}

// numberTypes numbers types so that equal ones have the same number.
func (m *module) numberTypes() []uint32 {
	first := make(map[string]uint32, len(m.types))
	number := make([]uint32, len(m.types))
	for i, t := range m.types {
		n, ok := first[string(t.raw)]
		if !ok {
			n = uint32(i)
			first[string(t.raw)] = n
		}
		number[i] = n
	}
	return number
}

// referredTo lists the nodes of the functions to which there may be references, by the numbers of their types.
func (m *module) referredTo(number []uint32) [][]uint32 {
	lists := make([][]uint32, len(m.types))
	for i, addressed := range m.addressed {
		if addressed {
			n := number[m.funcs[i]]
			lists[n] = append(lists[n], m.node(uint32(i)))
		}
	}
	return lists
}

// components finds the strongly connected components (Tarjan's algorithm, with a stack of its own, because
// a module may nest calls as deeply as it likes).
func (g *graph) components() {
	n := len(g.starts) - 1
	g.cyclic = make([]bool, n)
	g.order = make([]uint32, 0, n)
	s := &search{
		graph: g, index: make([]uint32, n), low: make([]uint32, n), next: append([]int(nil), g.starts[:n]...),
		onStack: make([]bool, n),
	}
	for v := range n {
		if s.index[v] == 0 {
			s.visit(uint32(v))
		}
	}
}

type search struct {
	*graph
	count   uint32
	index   []uint32 // of each node, when it was met, from 1
	low     []uint32 // the earliest node that it reaches
	next    []int    // its next edge
	onStack []bool
	stack   []uint32 // nodes met whose component is not complete
	path    []uint32 // the nodes between the root and the current one
}

func (s *search) enter(v uint32) {
	s.count++
	s.index[v], s.low[v] = s.count, s.count
	s.onStack[v] = true
	s.stack = append(s.stack, v)
	s.path = append(s.path, v)
}

func (s *search) visit(root uint32) {
	s.enter(root)
	for len(s.path) > 0 {
		v := s.path[len(s.path)-1]
		if s.next[v] < s.starts[v+1] {
			s.follow(v, s.edges[s.next[v]])
			s.next[v]++
			continue
		}
		s.path = s.path[:len(s.path)-1]
		if len(s.path) > 0 {
			parent := s.path[len(s.path)-1]
			s.low[parent] = min(s.low[parent], s.low[v])
		}
		if s.low[v] == s.index[v] {
			s.complete(v)
		}
	}
}

func (s *search) follow(v, w uint32) {
	switch {
	case s.index[w] == 0:
		s.enter(w)
	case s.onStack[w]:
		s.low[v] = min(s.low[v], s.index[w])
		if v == w {
			s.cyclic[v] = true
		}
	}
}

// complete takes the component of v off the stack.
func (s *search) complete(v uint32) {
	first := len(s.stack) - 1
	for s.stack[first] != v {
		first--
	}
	members := s.stack[first:]
	for _, w := range members {
		s.onStack[w] = false
		if len(members) > 1 {
			s.cyclic[w] = true
		}
	}
	s.order = append(s.order, members...)
	s.stack = s.stack[:first]
}
