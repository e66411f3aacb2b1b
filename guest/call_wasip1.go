//go:build wasip1

package guest

import (
	"unsafe"
)

// This file keeps what crosses the boundary reachable for as long as the other side looks at it.

// procPin and procUnpin are the runtime's, which lets those packages have them that have long used them. A pinned
// goroutine holds its thread; what matters here is that nothing parks then, see the package's documentation.
//
//go:linkname procPin runtime.procPin
func procPin() int

//go:linkname procUnpin runtime.procUnpin
func procUnpin()

// There is one thread, and no code but generated code runs while a goroutine is pinned: so there is one of each of
// these. An instance is in one call of an exported function at a time.
var (
	pinned    bool             // a call is between Enter and Leave, or Accept and Accepted
	arguments []unsafe.Pointer // what the import that is called may look at
	results   []unsafe.Pointer // what the caller of an exported function may look at, until it calls post-return
	allocated []unsafe.Pointer // what cabi_realloc has made and nobody has lifted yet
	borrowed  []*Handle        // what was lent for the call of an exported function
)

// maxKept is the number of pointers for which a list keeps its memory from call to call.
const maxKept = 1 << 10

// forget empties a list.
func forget(list *[]unsafe.Pointer) {
	switch {
	case len(*list) == 0:
	case cap(*list) > maxKept:
		*list = nil
	default:
		clear(*list)
		*list = (*list)[:0]
	}
}

// keep keeps something reachable until the other side has looked at it. It is then on the heap, and not on a stack that
// moves: the compiler sees that the list outlives all callers.
func keep(p unsafe.Pointer) {
	if pinned {
		arguments = append(arguments, p)
	} else {
		results = append(results, p)
	}
}

// Enter begins the call of an import that reads or writes memory.
func Enter() {
	procPin()
	pinned = true
}

// Leave ends it, when the result is lifted.
func Leave() {
	forget(&arguments)
	unpin()
}

// Accept begins the lifting of an exported function's parameters, if they are in memory.
func Accept() {
	procPin()
	pinned = true
}

// Accepted ends it.
func Accepted() { unpin() }

// unpin releases what cabi_realloc has made, and lets the goroutine park again.
func unpin() {
	forget(&allocated)
	pinned = false
	procUnpin()
	debt += callDebt
	if debt > maxDebt {
		debt = 0
		turn = make([]byte, turnSize)
		turn = nil
	}
}

// The collector is not asked for anything while a goroutine is pinned: it does not start, and the goroutine does not
// pay for what it allocates by marking. A guest that does nothing but pass values on would never collect. So debt
// counts, roughly, the bytes that were allocated. When there are too many, a large block is allocated, since that is
// when Go's allocator always sees to the collector.
const (
	maxDebt  = 1 << 17
	turnSize = 1<<15 + 1<<12 // is large for the allocator
	callDebt = 64            // what a call allocates beside lists and strings, at most
)

var (
	debt uint64
	turn []byte // is on the heap, because everyone could see it
)

// PostReturn releases what an exported function has returned.
func PostReturn() { forget(&results) }

// Borrowed is a handle that is lent to an exported function, until EndBorrows.
func Borrowed(of *Resource, index uint32) *Handle {
	h := &Handle{of: of, index: index, state: lent}
	borrowed = append(borrowed, h)
	return h
}

// EndBorrows gives back what was lent: the component may not have it when the call ends.
func EndBorrows() {
	for i, h := range borrowed {
		h.end()
		borrowed[i] = nil
	}
	borrowed = borrowed[:0]
}

// end takes back a handle that was lent for a call.
func (h *Handle) end() {
	if h.state == lent {
		h.state = over
		h.of.Drop(h.index)
	}
}

// fail panics because of a mistake in the program. Who recovers goes on with a goroutine that is not pinned.
func fail(text string) {
	if pinned {
		Leave()
	}
	panic(text)
}
