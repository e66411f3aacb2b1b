package device

import (
	"bytes"
	"encoding/binary"
	"errors"
	"testing"

	witcap "github.com/witan-os/witan/generated/witan/kernel/v0.1/capability"
	wit "github.com/witan-os/witan/generated/witan/kernel/v0.1/device"
	"github.com/witan-os/witan/hostimpl/witan/capability"
	"github.com/witan-os/witan/hostimpl/witan/internal/fakekernel"
	object "github.com/witan-os/witan/kernel/capability"
	"github.com/witan-os/witan/kernel/device"
	"github.com/witan-os/witan/kernel/host"
	"github.com/witan-os/witan/kernel/ipc"
	"github.com/witan-os/witan/runtime/glue"
)

// bytesAt is memory as registers, and as memory for transfers at an address.
type bytesAt []byte

func (b bytesAt) Read(offset uint64, width int) (uint64, error) {
	var v [8]byte
	copy(v[:width], b[offset:])
	return binary.LittleEndian.Uint64(v[:]), nil
}

func (b bytesAt) Write(offset uint64, width int, value uint64) error {
	copy(b[offset:], binary.LittleEndian.AppendUint64(nil, value)[:width])
	return nil
}

type window struct{ bytesAt }

func (w window) Size() uint64 { return uint64(len(w.bytesAt)) }

type buffer struct{ bytesAt }

func (buffer) Address() uint64 { return 0x5000 }

func (b buffer) Size() int { return len(b.bytesAt) }

func (b buffer) Read(offset uint64, p []byte) error {
	copy(p, b.bytesAt[offset:])
	return nil
}

func (b buffer) Write(offset uint64, p []byte) error {
	copy(b.bytesAt[offset:], p)
	return nil
}

func (b buffer) Load(offset uint64, width int) (uint64, error) { return b.bytesAt.Read(offset, width) }

func (b buffer) Store(offset uint64, width int, value uint64) error {
	return b.bytesAt.Write(offset, width, value)
}

// card is a device with one window of 16 bytes, one interrupt and 4096 bytes for transfers.
type card struct{ line *ipc.Interrupt }

func (card) Info() device.Info {
	return device.Info{Vendor: 0x1af4, Product: 0x1044, Virtio: &device.VirtioLayout{
		Common: device.Extent{Window: 4, Length: 56}, NotifyMultiplier: 4,
	}}
}

func (card) Window(number int) (object.Object, error) {
	if number != 0 {
		return nil, host.ErrNotFound
	}
	return device.NewRegisters(window{make(bytesAt, 16)}, nil), nil
}

func (c card) Interrupt(int) (object.Object, error) { return c.line, nil }

func (card) DMA(size uint64) (object.Object, error) {
	if size > 4096 {
		return nil, host.ErrOverBudget
	}
	return device.NewDMA(buffer{make(bytesAt, size)}, nil), nil
}

func open(t *testing.T) (wit.Handle, card) {
	t.Helper()
	c := card{ipc.NewInterrupt()}
	k := fakekernel.New()
	k.Devices = map[string]host.Device{"card": c}
	p := provider{&capability.Holder{Kernel: k, ID: 1}}
	if _, err := p.HandleOpen(t.Context(), "disk"); !errors.Is(err, witcap.ErrorNotFound) {
		t.Errorf("a device that there is none of: %v", err)
	}
	own, err := p.HandleOpen(t.Context(), "card")
	if err != nil {
		t.Fatal(err)
	}
	return own.Value(), c
}

func TestInfo(t *testing.T) {
	h, _ := open(t)
	info, err := h.Info(t.Context())
	want := wit.Info{Vendor: 0x1af4, Product: 0x1044, Virtio: glue.Some(wit.VirtioLayout{
		Common: wit.Extent{Window: 4, Length: 56}, NotifyMultiplier: 4,
	})}
	if info != want || err != nil {
		t.Errorf("got %+v, %v", info, err)
	}
}

func TestRegisters(t *testing.T) {
	h, _ := open(t)
	if _, err := h.Window(t.Context(), 1); !errors.Is(err, witcap.ErrorNotFound) {
		t.Errorf("a window that there is none of: %v", err)
	}
	own, err := h.Window(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	r, ctx := own.Value(), t.Context()
	if size, err := r.Size(ctx); size != 16 || err != nil {
		t.Errorf("%d bytes, %v", size, err)
	}
	err = errors.Join(r.Write64(ctx, 0, 0x1122334455667788), r.Write32(ctx, 8, 0xaabbccdd), r.Write16(ctx, 12, 0xeeff), r.Write8(ctx, 14, 0x99))
	if err != nil {
		t.Fatal(err)
	}
	b, err1 := r.Read8(ctx, 1)
	w, err2 := r.Read16(ctx, 2)
	d, err4 := r.Read32(ctx, 12)
	q, err8 := r.Read64(ctx, 8)
	if b != 0x77 || w != 0x5566 || d != 0x99eeff || q != 0x99eeffaabbccdd {
		t.Errorf("read %#x, %#x, %#x, %#x", b, w, d, q)
	}
	if err := errors.Join(err1, err2, err4, err8); err != nil {
		t.Error(err)
	}
	_, unaligned := r.Read32(ctx, 2)
	for name, err := range map[string]error{"unaligned": unaligned, "past the end": r.Write8(ctx, 16, 0), "far": r.Write64(ctx, 1<<32-8, 0)} {
		if !errors.Is(err, witcap.ErrorOutOfRange) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestInterrupt(t *testing.T) {
	h, c := open(t)
	own, err := h.Interrupt(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := own.Value().Wait(t.Context(), glue.Some[uint64](1000)); !errors.Is(err, witcap.ErrorTimedOut) {
		t.Errorf("a short wait: %v", err)
	}
	c.line.Raise(3)
	if n, err := own.Value().Wait(t.Context(), glue.None[uint64]()); n != 3 || err != nil {
		t.Errorf("%d times, %v", n, err)
	}
}

func TestTransfers(t *testing.T) {
	h, _ := open(t)
	if _, err := h.Dma(t.Context(), 8192); !errors.Is(err, witcap.ErrorOverBudget) {
		t.Errorf("more than the manifest has: %v", err)
	}
	own, err := h.Dma(t.Context(), 32)
	if err != nil {
		t.Fatal(err)
	}
	d, ctx := own.Value(), t.Context()
	address, err1 := d.Address(ctx)
	size, err2 := d.Size(ctx)
	if err := errors.Join(err1, err2); address != 0x5000 || size != 32 || err != nil {
		t.Errorf("%d bytes at %#x, %v", size, address, err)
	}
	if err := errors.Join(d.Write(ctx, 4, []byte{1, 2, 3, 4}), d.Write16(ctx, 6, 0x9988)); err != nil {
		t.Fatal(err)
	}
	w, err1 := d.Read16(ctx, 4)
	l, err2 := d.Read32(ctx, 4)
	all, err3 := d.Read(ctx, 3, 6, []byte{7})
	if err := errors.Join(err1, err2, err3); w != 0x0201 || l != 0x99880201 || !bytes.Equal(all, []byte{7, 0, 1, 2, 0x88, 0x99, 0}) || err != nil {
		t.Errorf("read %#x, %#x, %v, %v", w, l, all, err)
	}
	_, long := d.Read(ctx, 0, 1<<32-1, nil)
	_, odd := d.Read16(ctx, 1)
	for name, err := range map[string]error{"long": long, "odd": odd, "past the end": d.Write(ctx, 30, make([]byte, 3)), "value": d.Write16(ctx, 32, 1)} {
		if !errors.Is(err, witcap.ErrorOutOfRange) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
