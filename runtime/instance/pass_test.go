package instance

import (
	"errors"
	"strings"
	"testing"

	"github.com/witan-os/witan/runtime/abi"
	"github.com/witan-os/witan/runtime/component"
	"github.com/witan-os/witan/runtime/fuse"
)

// edgeOf is a crossing between two empty instances, of which the callee may define the resource type.
func edgeOf(r *abi.Resource, defines bool) *crossing {
	empty := &component.Component{}
	s := newStore(nil, Limits{})
	m := s.newMember(Settings{})
	caller, callee := m.newInstance("composed", empty, habits{}), m.newInstance("composed", empty, habits{})
	caller.handles.max, callee.handles.max = 8, 8
	if defines {
		s.locals[r] = &local{inst: callee}
	}
	return &crossing{
		caller: &Boundary{name: "f", inst: caller}, callee: &Boundary{name: "f", inst: callee},
		Edge: Edge{Adapter: &fuse.Adapter{Settles: true}},
	}
}

// reason runs f and returns why it trapped, or "".
func reason(f func()) (why string) {
	defer func() {
		if err, ok := recover().(error); ok {
			var trap *Trap
			if errors.As(err, &trap) {
				why = trap.Reason
			}
		}
	}()
	f()
	return ""
}

func TestOwnershipMoves(t *testing.T) {
	r := &abi.Resource{Name: "file"}
	c := edgeOf(r, false)
	h := c.caller.add(handle{resource: r, rep: 42, own: true})
	got := c.pass(fuse.Handle{Resource: r, Own: true, ToCallee: true}, h)
	if e, err := c.callee.inst.handles.get(got, r); err != nil || e.rep != 42 || !e.own {
		t.Errorf("the callee holds %+v, %v", e, err)
	}
	if why := reason(func() { c.pass(fuse.Handle{Resource: r, Own: true, ToCallee: true}, h) }); !strings.Contains(why, "is not a handle") {
		t.Errorf("giving it away twice: %q", why)
	}
	back := c.pass(fuse.Handle{Resource: r, Own: true}, got)
	if e, err := c.caller.inst.handles.get(back, r); err != nil || e.rep != 42 || !e.own {
		t.Errorf("the caller got back %+v, %v", e, err)
	}
}

func TestLoansEndWithTheCall(t *testing.T) {
	r := &abi.Resource{Name: "file"}
	lend := fuse.Handle{Resource: r, ToCallee: true}
	c := edgeOf(r, false)
	h := c.caller.add(handle{resource: r, rep: 42, own: true})
	got := c.pass(lend, h)
	if why := reason(func() { c.pass(fuse.Handle{Resource: r, Own: true, ToCallee: true}, h) }); !strings.Contains(why, "on loan") {
		t.Errorf("giving away what is on loan: %q", why)
	}
	if why := reason(c.settle); !strings.Contains(why, "kept 1 borrowed handles") {
		t.Errorf("returning without dropping: %q", why)
	}
	e, err := c.callee.inst.handles.remove(got, r)
	if err != nil {
		t.Fatal(err)
	}
	e.scope.borrows--
	if why := reason(c.settle); why != "" {
		t.Errorf("after the drop: %s", why)
	}
	if _, err := c.caller.inst.handles.takeOwn(h, r); err != nil {
		t.Errorf("after the call: %v", err)
	}
}

func TestOwnersGetRepresentations(t *testing.T) {
	r := &abi.Resource{Name: "file"}
	c := edgeOf(r, true)
	h := c.caller.add(handle{resource: r, rep: 42, own: true})
	if got := c.pass(fuse.Handle{Resource: r, ToCallee: true}, h); got != 42 {
		t.Errorf("the callee got %d, not the representation", got)
	}
	if why := reason(c.settle); why != "" {
		t.Errorf("there is nothing to drop: %s", why)
	}
	other := &abi.Resource{Name: "socket"}
	if why := reason(func() { c.pass(fuse.Handle{Resource: other, ToCallee: true}, h) }); !strings.Contains(why, "is a file, not a socket") {
		t.Errorf("a handle of another type: %q", why)
	}
}
