package instance

import (
	"context"

	"github.com/witan-os/witan/runtime/abi"
)

// This file is for those who only look at a call: nothing here has an effect on the guest, or stops it.

// Peek returns a view of the guest's memory, unless some of it is outside or the function has no memory.
func (b *Boundary) Peek(ptr, size uint32) (view []byte, ok bool) {
	if b.memory == nil {
		return nil, false
	}
	return b.memory.Read(ptr, size)
}

// Encoding is that of the function's strings.
func (b *Boundary) Encoding() abi.Encoding { return b.encoding }

// DropFunc is called before a handle of a resource that Go defines is dropped by a guest, whether it can be or not.
type DropFunc func(r *abi.Resource, handle uint32)

// announced is the drop of a handle with word of it before.
func announced(drop HostCall, f DropFunc, r *abi.Resource) HostCall {
	return func(ctx context.Context, b *Boundary, stack []uint64) {
		f(r, uint32(stack[0]))
		drop(ctx, b, stack)
	}
}

// HandleRoom is how many more resource handles the instance can take.
func (b *Boundary) HandleRoom() int { return b.inst.handles.room() }
