// Package memory implements witan:kernel/memory: bytes that several processes can reach.
package memory

import (
	"context"
	"slices"

	witcap "github.com/witan-os/witan/generated/witan/kernel/v0.1/capability"
	wit "github.com/witan-os/witan/generated/witan/kernel/v0.1/memory"
	"github.com/witan-os/witan/hostimpl/witan/capability"
	object "github.com/witan-os/witan/kernel/capability"
	"github.com/witan-os/witan/kernel/ipc"
	"github.com/witan-os/witan/runtime/glue"
)

// Interfaces are the host interfaces of one process.
func Interfaces(h *capability.Holder) glue.Fixed { return wit.Provide(provider{h}) }

type provider struct{ *capability.Holder }

// RegionCreate implements wit.Host. The bytes are charged to the process before they are there, and come back when the
// last reference to them has ended, in whatever process that is.
func (p provider) RegionCreate(_ context.Context, size uint64) (glue.Own[wit.Region], error) {
	if size > ipc.MaxMemory {
		return glue.Own[wit.Region]{}, capability.OutOfRange
	}
	if err := p.Kernel.Charge(size); err != nil {
		return glue.Own[wit.Region]{}, p.Fail("create memory", err)
	}
	m, err := ipc.NewMemory(size, func() { p.Kernel.Refund(size) })
	if err != nil {
		p.Kernel.Refund(size)
		return glue.Own[wit.Region]{}, p.Fail("create memory", err)
	}
	held, err := p.Make(m)
	if err != nil {
		return glue.Own[wit.Region]{}, err
	}
	return glue.Give[wit.Region](&region{held, p.Holder}), nil
}

// RegionOpen implements wit.Host.
func (p provider) RegionOpen(_ context.Context, from glue.Own[witcap.Capability]) (glue.Own[wit.Region], error) {
	held, err := p.Open(from, object.Memory)
	if err != nil {
		return glue.Own[wit.Region]{}, err
	}
	return glue.Give[wit.Region](&region{held, p.Holder}), nil
}

// region is the resource.
type region struct {
	capability.Held
	holder *capability.Holder
}

// Capability implements wit.Region.
func (r *region) Capability(context.Context) (glue.Own[witcap.Capability], error) { return r.Again() }

// Size implements wit.Region. A region that has ended has no bytes.
func (r *region) Size(context.Context) (uint64, error) {
	size, err := ipc.MemorySize(r.Ref())
	if err != nil {
		return 0, nil
	}
	return size, nil
}

// Read implements wit.Region. What is outside of the region costs nothing.
func (r *region) Read(_ context.Context, offset uint64, length uint32, buf []byte) ([]byte, error) {
	size, err := ipc.MemorySize(r.Ref())
	if err != nil {
		return nil, r.holder.Fail("read memory", err)
	}
	if uint64(length) > size {
		return nil, capability.OutOfRange
	}
	from := len(buf)
	buf = slices.Grow(buf, int(length))[:from+int(length)]
	if err := ipc.ReadMemory(r.Ref(), offset, buf[from:]); err != nil {
		return nil, r.holder.Fail("read memory", err)
	}
	return buf, nil
}

// Write implements wit.Region.
func (r *region) Write(_ context.Context, offset uint64, bytes []byte) error {
	if err := ipc.WriteMemory(r.Ref(), offset, bytes); err != nil {
		return r.holder.Fail("write memory", err)
	}
	return nil
}
