package guest

// This file is about resources that the component itself defines. Their representation is an index into a table of Go
// values.

// Dropper is implemented by resources that want to know of their end.
type Dropper interface {
	// Drop is called when the last handle of the resource is gone.
	Drop()
}

// Own marks where ownership of a resource moves: into the component with a parameter, to its caller with a result.
type Own[T any] struct {
	value  T
	handle *Handle
}

// Give wraps a resource to hand it over. It can be handed over once.
func Give[T any](v T) Own[T] { return Own[T]{v, &Handle{state: fresh}} }

// Value is the resource.
func (o Own[T]) Value() T {
	o.check()
	return o.value
}

// Drop ends the resource for an owner who keeps it no longer: if it is a [Dropper] it is told.
func (o Own[T]) Drop() {
	o.check()
	if o.handle.state != fresh {
		o.handle.Close() // which calls the destructor
		return
	}
	o.handle.state = closed
	drop(o.value)
}

func (o Own[T]) check() {
	switch {
	case o.handle == nil:
		fail("guest: an Own has no resource: make it with Give")
	case o.handle.state >= moved:
		fail("guest: a resource is used, but " + why[o.handle.state])
	}
}

// GiveOwn is the handle of a resource that a result hands over.
func GiveOwn[T any](of *Resource, o Own[T]) uint32 {
	o.check()
	if o.handle.state == fresh {
		o.handle.state = moved
		return of.New(values.add(o.value))
	}
	return o.handle.Give()
}

// TakeOwn is the resource of a handle that a parameter hands over.
func TakeOwn[T any](of *Resource, handle uint32) Own[T] {
	return Own[T]{Value[T](of.Rep(handle)), Owned(of, handle)}
}

// Value is the resource behind a representation.
func Value[T any](rep uint32) T { return values.list[rep].(T) }

// Destroy is what the destructor of a resource does: its representation can be given to another.
func Destroy(rep uint32) {
	v := values.list[rep]
	values.remove(rep)
	drop(v)
}

func drop(v any) {
	if d, ok := v.(Dropper); ok {
		d.Drop()
	}
}

// table holds values by a number. Numbers are used again.
type table struct {
	list []any
	free []uint32
}

// values are the resources that the component has defined and that have a handle somewhere.
var values table

func (t *table) add(v any) uint32 {
	if n := len(t.free); n > 0 {
		i := t.free[n-1]
		t.free = t.free[:n-1]
		t.list[i] = v
		return i
	}
	t.list = append(t.list, v)
	return uint32(len(t.list) - 1)
}

func (t *table) remove(i uint32) {
	t.list[i] = nil
	t.free = append(t.free, i)
}
