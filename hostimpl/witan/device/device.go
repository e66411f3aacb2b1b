// Package device implements witan:kernel/device: what a driver needs of its device, each part a capability in the
// driver's space.
package device

import (
	"context"
	"math"
	"slices"
	"time"

	wit "github.com/witan-os/witan/generated/witan/kernel/v0.1/device"
	"github.com/witan-os/witan/hostimpl/witan/capability"
	object "github.com/witan-os/witan/kernel/capability"
	"github.com/witan-os/witan/kernel/device"
	"github.com/witan-os/witan/kernel/host"
	"github.com/witan-os/witan/kernel/ipc"
	"github.com/witan-os/witan/runtime/glue"
)

// Interfaces are the host interfaces of one process.
func Interfaces(h *capability.Holder) glue.Fixed { return wit.Provide(provider{h}) }

type provider struct{ *capability.Holder }

// HandleOpen implements wit.Host.
func (p provider) HandleOpen(_ context.Context, name string) (glue.Own[wit.Handle], error) {
	d, err := p.Kernel.Device(name)
	if err != nil {
		return glue.Own[wit.Handle]{}, p.Fail("open device "+name, err)
	}
	return glue.Give[wit.Handle](&handle{p.Holder, d}), nil
}

// handle is the resource of a device.
type handle struct {
	holder *capability.Holder
	device host.Device
}

// Info implements wit.Handle.
func (h *handle) Info(context.Context) (wit.Info, error) {
	info := h.device.Info()
	result := wit.Info{Vendor: info.Vendor, Product: info.Product}
	if v := info.Virtio; v != nil {
		result.Virtio = glue.Some(wit.VirtioLayout{
			Common: extent(v.Common), Notify: extent(v.Notify), NotifyMultiplier: v.NotifyMultiplier,
			Isr: extent(v.ISR), Specific: extent(v.Specific),
		})
	}
	return result, nil
}

func extent(e device.Extent) wit.Extent {
	return wit.Extent{Window: e.Window, Offset: e.Offset, Length: e.Length}
}

// make takes what the device has made into the driver's space.
func (h *handle) make(operation string, o object.Object, err error) (capability.Held, error) {
	if err != nil {
		return capability.Held{}, h.holder.Fail(operation, err)
	}
	return h.holder.Make(o)
}

// Window implements wit.Handle.
func (h *handle) Window(_ context.Context, number uint8) (glue.Own[wit.Mmio], error) {
	o, err := h.device.Window(int(number))
	held, err := h.make("window of a device", o, err)
	if err != nil {
		return glue.Own[wit.Mmio]{}, err
	}
	return glue.Give[wit.Mmio](&registers{held, h.holder}), nil
}

// Interrupt implements wit.Handle.
func (h *handle) Interrupt(_ context.Context, number uint8) (glue.Own[wit.Interrupt], error) {
	o, err := h.device.Interrupt(int(number))
	held, err := h.make("interrupt of a device", o, err)
	if err != nil {
		return glue.Own[wit.Interrupt]{}, err
	}
	return glue.Give[wit.Interrupt](&interrupt{held, h.holder}), nil
}

// Dma implements wit.Handle.
func (h *handle) Dma(_ context.Context, size uint32) (glue.Own[wit.Dma], error) {
	o, err := h.device.DMA(uint64(size))
	held, err := h.make("memory for a device", o, err)
	if err != nil {
		return glue.Own[wit.Dma]{}, err
	}
	return glue.Give[wit.Dma](&transfers{held, h.holder}), nil
}

// registers is the resource of a window.
type registers struct {
	capability.Held
	holder *capability.Holder
}

// Size implements wit.Mmio. A window that has ended has no bytes.
func (r *registers) Size(context.Context) (uint32, error) {
	size, err := device.Size(r.Ref())
	if err != nil {
		return 0, nil
	}
	return uint32(min(size, math.MaxUint32)), nil
}

func (r *registers) read(offset uint32, width int) (uint64, error) {
	v, err := device.Read(r.Ref(), uint64(offset), width)
	if err != nil {
		return 0, r.holder.Fail("read a register", err)
	}
	return v, nil
}

func (r *registers) write(offset uint32, width int, value uint64) error {
	if err := device.Write(r.Ref(), uint64(offset), width, value); err != nil {
		return r.holder.Fail("write a register", err)
	}
	return nil
}

// Read8 implements wit.Mmio.
func (r *registers) Read8(_ context.Context, offset uint32) (uint8, error) {
	v, err := r.read(offset, 1)
	return uint8(v), err
}

// Read16 implements wit.Mmio.
func (r *registers) Read16(_ context.Context, offset uint32) (uint16, error) {
	v, err := r.read(offset, 2)
	return uint16(v), err
}

// Read32 implements wit.Mmio.
func (r *registers) Read32(_ context.Context, offset uint32) (uint32, error) {
	v, err := r.read(offset, 4)
	return uint32(v), err
}

// Read64 implements wit.Mmio.
func (r *registers) Read64(_ context.Context, offset uint32) (uint64, error) {
	return r.read(offset, 8)
}

// Write8 implements wit.Mmio.
func (r *registers) Write8(_ context.Context, offset uint32, value uint8) error {
	return r.write(offset, 1, uint64(value))
}

// Write16 implements wit.Mmio.
func (r *registers) Write16(_ context.Context, offset uint32, value uint16) error {
	return r.write(offset, 2, uint64(value))
}

// Write32 implements wit.Mmio.
func (r *registers) Write32(_ context.Context, offset, value uint32) error {
	return r.write(offset, 4, uint64(value))
}

// Write64 implements wit.Mmio.
func (r *registers) Write64(_ context.Context, offset uint32, value uint64) error {
	return r.write(offset, 8, value)
}

// interrupt is the resource.
type interrupt struct {
	capability.Held
	holder *capability.Holder
}

// Wait implements wit.Interrupt.
func (i *interrupt) Wait(ctx context.Context, timeout glue.Option[uint64]) (uint64, error) {
	limit := ipc.Forever
	if n, ok := timeout.Get(); ok && n < math.MaxInt64 {
		limit = time.Duration(n)
	}
	var n uint64
	var err error
	glue.Blocking(ctx, func() { n, err = ipc.Wait(ctx, i.Ref(), limit) })
	if err != nil {
		return 0, i.holder.Fail("wait for an interrupt", err)
	}
	return n, nil
}

// transfers is the resource of memory that the device reaches.
type transfers struct {
	capability.Held
	holder *capability.Holder
}

// Address implements wit.Dma. Memory that has ended is at 0.
func (t *transfers) Address(context.Context) (uint64, error) {
	address, _, err := device.Place(t.Ref())
	if err != nil {
		return 0, nil
	}
	return address, nil
}

// Size implements wit.Dma.
func (t *transfers) Size(context.Context) (uint32, error) {
	_, size, err := device.Place(t.Ref())
	if err != nil {
		return 0, nil
	}
	return uint32(min(size, math.MaxUint32)), nil
}

// Read implements wit.Dma. What is outside of the memory costs nothing.
func (t *transfers) Read(_ context.Context, offset, length uint32, buf []byte) ([]byte, error) {
	_, size, err := device.Place(t.Ref())
	if err != nil {
		return nil, t.holder.Fail("read memory for a device", err)
	}
	if uint64(length) > size {
		return nil, capability.OutOfRange
	}
	from := len(buf)
	buf = slices.Grow(buf, int(length))[:from+int(length)]
	if err := device.CopyOut(t.Ref(), uint64(offset), buf[from:]); err != nil {
		return nil, t.holder.Fail("read memory for a device", err)
	}
	return buf, nil
}

// Write implements wit.Dma.
func (t *transfers) Write(_ context.Context, offset uint32, bytes []byte) error {
	if err := device.CopyIn(t.Ref(), uint64(offset), bytes); err != nil {
		return t.holder.Fail("write memory for a device", err)
	}
	return nil
}

func (t *transfers) load(offset uint32, width int) (uint64, error) {
	v, err := device.Load(t.Ref(), uint64(offset), width)
	if err != nil {
		return 0, t.holder.Fail("read memory for a device", err)
	}
	return v, nil
}

// Read16 implements wit.Dma.
func (t *transfers) Read16(_ context.Context, offset uint32) (uint16, error) {
	v, err := t.load(offset, 2)
	return uint16(v), err
}

// Read32 implements wit.Dma.
func (t *transfers) Read32(_ context.Context, offset uint32) (uint32, error) {
	v, err := t.load(offset, 4)
	return uint32(v), err
}

// Write16 implements wit.Dma.
func (t *transfers) Write16(_ context.Context, offset uint32, value uint16) error {
	if err := device.Store(t.Ref(), uint64(offset), 2, uint64(value)); err != nil {
		return t.holder.Fail("write memory for a device", err)
	}
	return nil
}
