package resolve

import (
	"container/heap"
	"fmt"
	"slices"
	"strings"

	"github.com/witan-os/witan/internal/diag"
)

// edge says that a node of a graph needs another, and where it says so.
type edge[P any] struct {
	to int
	at P
}

// circle is a circle in a graph: nodes that need each other, and where the first of them needs the next one.
type circle[P any] struct {
	nodes []int
	at    P
}

// inOrder returns the nodes of a graph, each behind those that it needs and otherwise in their own order. Those
// that are part of a circle are left out, and nobody waits for them. When there are more circles than anyone
// wants to hear of, what is left is left out too.
func inOrder[P any](needs [][]edge[P]) (order []int, circles []circle[P]) {
	o := ordering[P]{needs: needs, missing: make([]int, len(needs)), users: make([][]int, len(needs)), done: make([]bool, len(needs))}
	for i, edges := range needs {
		o.missing[i] = len(edges)
		for _, e := range edges {
			o.users[e.to] = append(o.users[e.to], i)
		}
		if len(edges) == 0 {
			o.ready = append(o.ready, i)
		}
	}
	first := 0 // all nodes before it are done
	for len(circles) <= diag.Limit {
		for len(o.ready) > 0 {
			i := heap.Pop(&o.ready).(int)
			order = append(order, i)
			o.finish(i)
		}
		for first < len(needs) && o.done[first] {
			first++
		}
		if first == len(needs) {
			break
		}
		c := o.circle(first)
		circles = append(circles, c)
		for _, i := range c.nodes {
			o.done[i] = true
		}
		for _, i := range c.nodes {
			o.finish(i)
		}
	}
	return order, circles
}

// ordering is the state of [inOrder].
type ordering[P any] struct {
	needs   [][]edge[P]
	missing []int   // how many edges of a node lead to nodes that are not done
	users   [][]int // the nodes that need this one, once for each edge
	done    []bool
	ready   queue
}

func (o *ordering[P]) finish(i int) {
	o.done[i] = true
	for _, u := range o.users[i] {
		if o.missing[u]--; o.missing[u] == 0 && !o.done[u] {
			heap.Push(&o.ready, u)
		}
	}
}

// circle follows what nodes need that is not done, from one of them until it comes back to where it was.
func (o *ordering[P]) circle(start int) circle[P] {
	position := map[int]int{}
	var path []int
	for i := start; ; i = o.next(i).to {
		if first, ok := position[i]; ok {
			path = path[first:]
			break
		}
		position[i] = len(path)
		path = append(path, i)
	}
	least := slices.Index(path, slices.Min(path))
	path = slices.Concat(path[least:], path[:least])
	return circle[P]{path, o.next(path[0]).at}
}

// next is the first edge to a node that is not done.
func (o *ordering[P]) next(i int) edge[P] {
	for _, e := range o.needs[i] {
		if !o.done[e.to] {
			return e
		}
	}
	panic("resolve: a node waits for nothing")
}

// maxCircle is how many names of a circle a message has.
const maxCircle = 8

// describeCircle is a circle as hints have it.
func describeCircle[N any](nodes []N, name func(N) string) string {
	var names []string
	for _, n := range nodes[:min(len(nodes), maxCircle)] {
		names = append(names, name(n))
	}
	if len(nodes) > maxCircle {
		names = append(names, "…")
	}
	return fmt.Sprintf("the circle is %s → %s", strings.Join(names, " → "), names[0])
}

// queue gives the smallest number first.
type queue []int

func (q queue) Len() int           { return len(q) }
func (q queue) Less(i, j int) bool { return q[i] < q[j] }
func (q queue) Swap(i, j int)      { q[i], q[j] = q[j], q[i] }
func (q *queue) Push(x any)        { *q = append(*q, x.(int)) }
func (q *queue) Pop() any {
	old := *q
	last := old[len(old)-1]
	*q = old[:len(old)-1]
	return last
}
