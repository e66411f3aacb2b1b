package capability

import (
	"sync"
	"sync/atomic"
)

// Ref is a reference to an object, and a node in the tree of what was derived from what. It is used through its
// methods, from any goroutine.
type Ref struct {
	origin *origin
	rights Rights
	badge  uint64
	ended  atomic.Bool

	// Guarded by the origin's lock.
	parent   *Ref
	children *Ref // the first; the others follow as its siblings
	before   *Ref
	after    *Ref
	done     chan struct{} // made when somebody asks for it
}

// origin is what all references to one object share.
type origin struct {
	object Object
	maker  *Space // that ends the object when it is closed; nil for the kernel's own objects
	tie    *Tie   // to the maker

	mu   sync.Mutex // nothing is called while it is held
	root Ref        // stands above the references that were derived from none, or whose ancestors were all dropped
	live int        // references that have not ended
}

// New makes the first reference to an object that belongs to no process: the kernel's own. Rights that the object
// does not have are left out.
func New(object Object, rights Rights, badge uint64) *Ref {
	return first(object, rights, badge, nil)
}

func first(object Object, rights Rights, badge uint64, maker *Space) *Ref {
	o := &origin{object: object, maker: maker, live: 1}
	r := &Ref{origin: o, rights: rights & object.Rights(), badge: badge}
	r.hang(&o.root)
	return r
}

// Rights are what the reference allows.
func (r *Ref) Rights() Rights { return r.rights }

// Badge is what the object is told about who uses the reference; zero for nothing.
func (r *Ref) Badge() uint64 { return r.badge }

// Kind is the object's kind, whether or not the reference can still be used.
func (r *Ref) Kind() Kind { return r.origin.object.Kind() }

// Err is nil while the reference can be used, and then [ErrRevoked].
func (r *Ref) Err() error {
	if r.ended.Load() {
		return ErrRevoked
	}
	return nil
}

// Object is what the reference is to, for one who needs these rights. It fails with [ErrRevoked] or [*Denied].
func (r *Ref) Object(need Rights) (Object, error) {
	if r.ended.Load() {
		return nil, ErrRevoked
	}
	if !r.rights.Has(need) {
		return nil, &Denied{need, r.rights}
	}
	return r.origin.object, nil
}

// As is [Ref.Object] for objects of one Go type, whose kind is named for the error of the others, [*WrongKind].
func As[T Object](r *Ref, kind Kind, need Rights) (T, error) {
	object, err := r.Object(need)
	t, ok := object.(T)
	if !ok && (err == nil || r.Kind() != kind) {
		err = &WrongKind{kind, r.Kind()}
	}
	return t, err
}

// Done returns a channel that is closed when the reference ends.
func (r *Ref) Done() <-chan struct{} {
	o := r.origin
	o.mu.Lock()
	defer o.mu.Unlock()
	if r.done == nil {
		r.done = make(chan struct{})
		if r.ended.Load() {
			close(r.done)
		}
	}
	return r.done
}

// Derive makes a reference to the same object that ends when this one's descendants are revoked. It fails with
// [ErrRevoked], with [*Denied] if rights has something that this reference lacks, and with [ErrBadge] if this one has
// another badge already. The badge 0 keeps what there is.
func (r *Ref) Derive(rights Rights, badge uint64) (*Ref, error) {
	if r.ended.Load() {
		return nil, ErrRevoked
	}
	if !r.rights.Has(rights) {
		return nil, &Denied{rights, r.rights}
	}
	if badge == 0 {
		badge = r.badge
	}
	if r.badge != 0 && r.badge != badge {
		return nil, ErrBadge
	}
	o := r.origin
	child := &Ref{origin: o, rights: rights, badge: badge}
	o.mu.Lock()
	defer o.mu.Unlock()
	if r.ended.Load() {
		return nil, ErrRevoked
	}
	o.live++
	child.hang(r)
	return child, nil
}

// Revoke ends all references that were derived from this one, directly or not, wherever they are. When it returns
// none of them can be used, and operations that wait on them fail with [ErrRevoked].
func (r *Ref) Revoke() {
	o := r.origin
	o.mu.Lock()
	some := o.endBelow(r)
	o.mu.Unlock()
	if some {
		o.tell(false)
	}
}

// Drop ends this reference alone: what was derived from it stays, as if it had been derived from what this one was
// derived from. The object is closed with its last reference. Dropping twice is dropping once.
func (r *Ref) Drop() { r.origin.drop(r, false) }

// Withdraw drops the reference and revokes what was derived from it.
func (r *Ref) Withdraw() { r.origin.drop(r, true) }

// drop ends a reference; what was derived from it is ended too, or handed to the one above.
func (o *origin) drop(r *Ref, below bool) {
	o.mu.Lock()
	if r.ended.Load() {
		o.mu.Unlock()
		return
	}
	if below {
		o.endBelow(r)
	}
	for r.children != nil {
		child := r.children
		child.cutOff()
		child.hang(r.parent)
	}
	o.endOne(r)
	last := o.live == 0
	o.mu.Unlock()
	o.tell(last)
}

// end ends all references to the object, and so the object: its maker is gone.
func (o *origin) end() {
	o.mu.Lock()
	some := o.endBelow(&o.root)
	o.mu.Unlock()
	if some {
		o.tell(true)
	}
}

// endBelow ends what hangs below r, from the leaves up, and reports whether there was anything. It needs no more
// memory for a deep tree than for a flat one.
func (o *origin) endBelow(r *Ref) bool {
	some := r.children != nil
	for at := r; ; {
		switch {
		case at.children != nil:
			at = at.children
		case at == r:
			return some
		default:
			parent := at.parent
			o.endOne(at)
			at = parent
		}
	}
}

// endOne ends a reference that has no children.
func (o *origin) endOne(r *Ref) {
	r.cutOff()
	r.ended.Store(true)
	if r.done != nil {
		close(r.done)
	}
	o.live--
}

// tell lets the object know that references have ended.
func (o *origin) tell(last bool) {
	if last {
		if o.maker != nil {
			o.maker.unmake(o.tie)
		}
		o.object.Close()
	} else if w, ok := o.object.(Waker); ok {
		w.Wake()
	}
}

// hang makes r a child of parent.
func (r *Ref) hang(parent *Ref) {
	r.parent = parent
	r.after = parent.children
	if r.after != nil {
		r.after.before = r
	}
	parent.children = r
}

// cutOff takes r from its parent.
func (r *Ref) cutOff() {
	if r.before != nil {
		r.before.after = r.after
	} else {
		r.parent.children = r.after
	}
	if r.after != nil {
		r.after.before = r.before
	}
	r.parent, r.before, r.after = nil, nil, nil
}
