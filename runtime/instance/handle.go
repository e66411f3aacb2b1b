package instance

import (
	"context"
	"fmt"

	"github.com/witan-os/witan/runtime/abi"
)

// Dropper is implemented by Go resources that want to know when the guest has dropped its last handle,
// or when the guest is gone.
type Dropper interface {
	Drop(ctx context.Context)
}

// handle is one entry of a table. A free entry has no resource.
type handle struct {
	resource *abi.Resource
	host     any    // the value of a resource that Go defines; nil for one that a component defines
	rep      uint32 // the representation of a resource that a component defines
	lends    uint32 // how many calls in flight have this own handle on loan
	own      bool
	scope    *scope // the call that a borrowed handle belongs to
}

// scope counts the borrowed handles that a call gave to its callee: all must be dropped when it returns.
type scope struct{ borrows uint32 }

// handles is a component instance's table of resource handles. Index 0 is never used, and a freed index is
// reused at once, as the specification's Table does. A table belongs to one instance and is used by one
// goroutine at a time, like everything in the instance.
type handles struct {
	entries []handle
	free    []uint32
	max     int
}

func (h *handles) add(e handle) (uint32, error) {
	if n := len(h.free); n > 0 {
		i := h.free[n-1]
		h.free = h.free[:n-1]
		h.entries[i] = e
		return i, nil
	}
	if len(h.entries) == 0 {
		h.entries = append(h.entries, handle{})
	}
	if len(h.entries) > h.max {
		return 0, fmt.Errorf("the instance holds %d resource handles, its limit", h.max)
	}
	h.entries = append(h.entries, e)
	return uint32(len(h.entries) - 1), nil
}

// room is how many more handles there can be.
func (h *handles) room() int { return h.max - max(len(h.entries)-1, 0) + len(h.free) }

// get returns the live entry i of the resource's type.
func (h *handles) get(i uint32, r *abi.Resource) (*handle, error) {
	if i == 0 || uint64(i) >= uint64(len(h.entries)) || h.entries[i].resource == nil {
		return nil, fmt.Errorf("%d is not a handle of this instance", i)
	}
	e := &h.entries[i]
	if e.resource != r {
		return nil, fmt.Errorf("handle %d is a %s, not a %s", i, e.resource.Name, r.Name)
	}
	return e, nil
}

// remove frees entry i, which must not be on loan.
func (h *handles) remove(i uint32, r *abi.Resource) (handle, error) {
	e, err := h.get(i, r)
	if err != nil {
		return handle{}, err
	}
	if e.lends != 0 {
		return handle{}, fmt.Errorf("handle %d is on loan to a call in progress", i)
	}
	out := *e
	*e = handle{}
	h.free = append(h.free, i)
	return out, nil
}

// takeOwn removes entry i for a transfer of ownership.
func (h *handles) takeOwn(i uint32, r *abi.Resource) (handle, error) {
	e, err := h.get(i, r)
	if err != nil {
		return handle{}, err
	}
	if !e.own {
		return handle{}, fmt.Errorf("handle %d is borrowed: it can't be given away", i)
	}
	return h.remove(i, r)
}

// dropAll empties the table and tells Go resources that were owned by it.
func (h *handles) dropAll(ctx context.Context) {
	entries := h.entries
	h.entries, h.free = nil, nil
	for i := range entries {
		if e := &entries[i]; e.own {
			dropHost(ctx, e.host)
		}
	}
}

func dropHost(ctx context.Context, v any) {
	if d, ok := v.(Dropper); ok {
		d.Drop(ctx)
	}
}
