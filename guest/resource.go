package guest

// Resource is a resource type as generated code sees it: its built-in functions.
type Resource struct {
	Name string // for messages, for example "demo:greet/visitors@0.1.0/book"
	Drop func(handle uint32)

	// New and Rep are there for a resource that the component defines.
	New func(rep uint32) (handle uint32)
	Rep func(handle uint32) (rep uint32)
}

// state is what has become of a handle.
type state uint8

const (
	open   state = iota
	fresh        // there is no handle yet: it is made when it is first needed
	lent         // the handle is for one call only
	moved        // ownership is with someone else
	closed       // the handle is dropped
	over         // the call is over for which the handle was lent
)

// what the states are in the words of a message about a handle that can't be used.
var why = [...]string{
	moved:  "it was given away",
	closed: "it was closed",
	over:   "it was only lent, for a call that is over",
}

// Handle is what a component has in hand of a resource. Generated types of imported resources are Handles. One must
// not be copied, and it is used by one goroutine at a time.
//
// A handle that is not closed stays in the instance's table until the component ends: there are no finalizers, because
// nobody can say when the collector would run them.
type Handle struct {
	of    *Resource
	index uint32
	state state
}

// Owned is a handle that owns its resource.
func Owned(of *Resource, index uint32) *Handle { return &Handle{of: of, index: index} }

// Lend is the index of the handle for a call that borrows the resource.
func (h *Handle) Lend() uint32 {
	h.check()
	return h.index
}

// Give is the index of the handle for a call that takes the resource over.
func (h *Handle) Give() uint32 {
	h.check()
	if h.state == lent {
		fail("guest: " + h.of.Name + " is only lent, and can't be given away")
	}
	h.state = moved
	return h.index
}

// Close drops the handle. Closing it again does nothing, nor does closing one that was given away, so that a deferred
// Close is right in any case.
func (h *Handle) Close() {
	if h.of == nil || h.state != open && h.state != lent {
		return // one without a type is a stand-in of a test
	}
	h.state = closed
	h.of.Drop(h.index)
}

// check panics unless the handle is usable.
func (h *Handle) check() {
	switch {
	case h == nil:
		fail("guest: a resource is nil")
	case h.of == nil:
		fail("guest: a resource was not made by its constructor")
	case h.state >= moved:
		fail("guest: " + h.of.Name + " is used, but " + why[h.state])
	}
}
