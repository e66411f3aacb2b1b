package resolve

import (
	"container/heap"
	"fmt"
	"strings"
)

// edge says that a node needs another, and where it says so.
type edge[P any] struct {
	to int
	at P
}

// inOrder returns the nodes of a graph, each behind those that it needs, and otherwise in their own order. Those
// that are left, because they are part of a circle or need one, are not in there; stuck is then the first
// edge between two of them, and from where.
func inOrder[P any](needs [][]edge[P]) (order []int, from int, stuck *edge[P]) {
	missing := make([]int, len(needs)) // how many of the nodes that this one needs are not in order yet
	users := make([][]int, len(needs))
	var ready queue
	for i, edges := range needs {
		missing[i] = len(edges)
		for _, e := range edges {
			users[e.to] = append(users[e.to], i)
		}
		if len(edges) == 0 {
			ready = append(ready, i)
		}
	}
	for len(ready) > 0 {
		i := heap.Pop(&ready).(int)
		order = append(order, i)
		for _, u := range users[i] {
			if missing[u]--; missing[u] == 0 {
				heap.Push(&ready, u)
			}
		}
	}
	for i, edges := range needs {
		for j, e := range edges {
			if missing[i] > 0 && missing[e.to] > 0 {
				return order, i, &edges[j]
			}
		}
	}
	return order, 0, nil
}

// circle follows edges between nodes that are left, from one of them until it comes back.
func circle[P any](needs [][]edge[P], order []int, start int) []int {
	done := make([]bool, len(needs))
	for _, i := range order {
		done[i] = true
	}
	position := map[int]int{}
	var path []int
	for i := start; ; {
		if first, ok := position[i]; ok {
			return path[first:]
		}
		position[i] = len(path)
		path = append(path, i)
		for _, e := range needs[i] {
			if !done[e.to] {
				i = e.to
				break
			}
		}
	}
}

// maxCircle is how many names of a circle a message has.
const maxCircle = 8

// describeCircle is a circle as hints have it.
func describeCircle(names []string) string {
	first := names[0]
	if len(names) > maxCircle {
		names = append(names[:maxCircle:maxCircle], "…")
	}
	return fmt.Sprintf("the circle is %s → %s", strings.Join(names, " → "), first)
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
