package driver_test

import (
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/witan-os/witan/kernel/capability"
	"github.com/witan-os/witan/kernel/device"
	"github.com/witan-os/witan/kernel/driver"
	"github.com/witan-os/witan/kernel/driver/screen"
	"github.com/witan-os/witan/kernel/driver/simulated"
	"github.com/witan-os/witan/kernel/ipc"
	"github.com/witan-os/witan/kernel/metal"
)

func TestNames(t *testing.T) {
	for _, test := range []struct {
		info metal.DeviceInfo
		want []string
	}{
		{metal.DeviceInfo{Vendor: 0x8086, Product: 0x100e}, []string{"pci:8086:100e"}},
		{simulated.Entropy(rand.Reader).Info(), []string{"pci:1af4:1044", "virtio-rng"}},
		{metal.DeviceInfo{Vendor: 0x1af4, Product: 0x1005, Virtio: &metal.VirtioLayout{Type: 4}}, []string{"pci:1af4:1005", "virtio-rng"}},
		{metal.DeviceInfo{Vendor: 0x1af4, Product: 0x1052, Virtio: &metal.VirtioLayout{Type: 18}}, []string{"pci:1af4:1052"}},
	} {
		if got := driver.Names(test.info); !slices.Equal(got, test.want) {
			t.Errorf("%+v is called %v, want %v", test.info, got, test.want)
		}
	}
}

// TestBus uses a device through capabilities, up to its end.
func TestBus(t *testing.T) {
	rng := simulated.Entropy(rand.Reader)
	disk, err := simulated.Block(make(simulated.Memory, 4096), 4096)
	if err != nil {
		t.Fatal(err)
	}
	picture := screen.New(8, 8)
	bus := driver.Bus([]driver.Device{disk, rng}, picture)
	if bus.Picture() != picture {
		t.Error("another picture")
	}
	if n := len(bus.Devices("virtio-net")); n != 0 {
		t.Errorf("%d network devices", n)
	}
	found := bus.Devices("virtio-rng")
	if len(found) != 1 {
		t.Fatalf("%d entropy devices", len(found))
	}
	o, err := found[0].Open()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := found[0].Open(); err != metal.ErrDeviceBusy {
		t.Errorf("opened twice: %v", err)
	}
	info := o.Info()
	if info.Vendor != 0x1af4 || info.Product != 0x1044 || info.Virtio == nil || info.Virtio.Common.Length == 0 {
		t.Fatalf("%+v", info)
	}
	refer := func(o capability.Object, err error) *capability.Ref {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return capability.New(o, o.Rights(), 0)
	}
	registers := refer(o.Window(int(info.Virtio.Common.Window)))
	dma := refer(o.DMA(4096))
	interrupt := refer(o.Interrupt(0))
	if v, err := device.Read(registers, uint64(info.Virtio.Common.Offset)+18, 2); v != 1 || err != nil {
		t.Errorf("number of queues: %d, %v", v, err)
	}
	if address, size, err := device.Place(dma); address == 0 || size != 4096 || err != nil {
		t.Errorf("memory of %d bytes at %#x, %v", size, address, err)
	}
	if _, err := o.DMA(1 << 40); err != metal.ErrOutOfRange {
		t.Errorf("too much memory: %v", err)
	}
	for _, number := range []int{0, 6, 255} {
		if _, err := o.Window(number); !errors.Is(err, device.ErrNoPart) || !errors.Is(err, metal.ErrNoWindow) {
			t.Errorf("window %d: %v", number, err)
		}
	}
	if _, err := o.Interrupt(255); !errors.Is(err, device.ErrNoPart) || !errors.Is(err, metal.ErrNoInterrupt) {
		t.Errorf("no interrupt: %v", err)
	}

	// A broken queue is what a device tells without being asked.
	status, common := uint64(20), uint64(info.Virtio.Common.Offset)
	for _, w := range []struct {
		field uint64
		width int
		value uint64
	}{
		{status, 1, 3},
		{8, 4, 1},
		{12, 4, 1},
		{status, 1, 11},
		{16, 2, 0},
		{28, 2, 1},
		{status, 1, 15},
	} {
		if err := device.Write(registers, common+w.field, w.width, w.value); err != nil {
			t.Fatal(err)
		}
	}
	if err := device.Write(registers, uint64(info.Virtio.Notify.Offset), 2, 0); err != nil {
		t.Fatal(err)
	}
	if n, err := ipc.Wait(context.Background(), interrupt, 10*time.Second); n != 1 || err != nil {
		t.Errorf("%d interrupts, %v", n, err)
	}
	if err := o.Close(); err != nil {
		t.Fatal(err)
	}
	if err := device.Write(registers, common+status, 1, 0); !errors.Is(err, metal.ErrDeviceClosed) {
		t.Errorf("a register of a closed device: %v", err)
	}
	if _, err := found[0].Open(); err != nil {
		t.Errorf("opened again: %v", err)
	}
}
