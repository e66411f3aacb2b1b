package process

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/witan-os/witan/kernel/capability"
	"github.com/witan-os/witan/kernel/device"
	"github.com/witan-os/witan/kernel/host"
	"github.com/witan-os/witan/kernel/manifest"
	"github.com/witan-os/witan/runtime/vm"
)

// bench has devices that do nothing but tell who has them.
type bench struct{ disks []*disk }

func (b *bench) Picture() device.Picture { return nil }

func (b *bench) Devices(kind string) []device.Device {
	var list []device.Device
	for _, d := range b.disks {
		if kind == "virtio-blk" {
			list = append(list, d)
		}
	}
	return list
}

// disk is a device.
type disk struct {
	product uint16
	mu      sync.Mutex
	opened  bool
	times   int
}

var errBusy = errors.New("the device has an owner")

func (d *disk) Open() (device.Opened, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.opened {
		return nil, errBusy
	}
	d.opened = true
	d.times++
	return owned{d}, nil
}

func (d *disk) state() (opened bool, times int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.opened, d.times
}

type owned struct{ *disk }

var errNothing = errors.New("there is no such part")

func (o owned) Info() device.Info                        { return device.Info{Product: o.product} }
func (o owned) Window(int) (capability.Object, error)    { return nil, errNothing }
func (o owned) Interrupt(int) (capability.Object, error) { return nil, errNothing }
func (o owned) DMA(size uint64) (capability.Object, error) {
	if size == 13 {
		return nil, errNothing
	}
	return nil, nil
}

func (o owned) Close() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.opened = false
	return nil
}

func granted(name string, kind manifest.Device, dma uint64) func(*Spec) {
	return func(s *Spec) {
		s.Grants = append(s.Grants, manifest.Grant{Name: name, Device: kind, DMA: manifest.Size(dma)})
	}
}

// TestDevices gives devices to processes, and takes them back.
func TestDevices(t *testing.T) {
	bus := &bench{disks: []*disk{{product: 1}, {product: 2}}}
	wants := func(product uint16) func(*Spec) {
		return entry(func(ctx context.Context, k host.Kernel, _ *vm.Instance) error {
			if _, err := k.Device("other"); !errors.Is(err, host.ErrNotFound) {
				t.Errorf("a device that is not granted: %v", err)
			}
			if _, err := k.Device("net"); !errors.Is(err, host.ErrUnsupported) {
				t.Errorf("a device that is not there: %v", err)
			}
			d, err := k.Device("disk")
			if err != nil {
				return err
			}
			if again, err := k.Device("disk"); err != nil || again != d {
				t.Errorf("opened again: %v, %v", again, err)
			}
			if got := d.Info().Product; got != product {
				t.Errorf("disk %d, want %d", got, product)
			}
			if _, err := d.DMA(13); !errors.Is(err, errNothing) {
				t.Errorf("memory that the machine has not: %v", err)
			}
			for range 2 {
				if _, err := d.DMA(512); err != nil {
					t.Errorf("half of the memory: %v", err)
				}
			}
			if _, err := d.DMA(1); !errors.Is(err, host.ErrOverBudget) {
				t.Errorf("a byte more: %v", err)
			}
			<-ctx.Done()
			return ctx.Err()
		})
	}
	net := granted("net", "virtio-net", 0)
	s := bootWith(t, Config{Bus: bus}, specified("one", "spin", net, granted("disk", "virtio-blk", 1024), wants(1)),
		specified("two", "spin", net, granted("disk", "virtio-blk", 1024), wants(2)),
		specified("three", "spin", never, granted("disk", "virtio-blk", 0), entry(
			func(_ context.Context, k host.Kernel, _ *vm.Instance) error {
				_, err := k.Device("disk")
				return err
			})))
	for _, d := range bus.disks {
		s.until("both are opened", func() bool { opened, _ := d.state(); return opened })
	}
	if e := s.ending("three"); e.Kind != host.Trapped {
		t.Errorf("three %s", describe(e))
	}
	l := s.process("one").interrupt(killed(s.process("two")))
	<-l.done
	s.until("the next life has it", func() bool { opened, times := bus.disks[0].state(); return opened && times == 2 })
	if _, times := bus.disks[1].state(); times != 1 {
		t.Errorf("the other one was opened %d times", times)
	}
	s.table.Stop(0)
	s.wait()
	for _, d := range bus.disks {
		if opened, _ := d.state(); opened {
			t.Errorf("disk %d has an owner after the end", d.product)
		}
	}
}

// TestDeviceOfAnother is granted to a process of which there are two.
func TestDeviceOfAnother(t *testing.T) {
	bus := &bench{disks: []*disk{{product: 1}}}
	s := bootWith(t, Config{Bus: bus}, specified("driver", "spin", spawnable, granted("disk", "virtio-blk", 0), entry(
		func(ctx context.Context, k host.Kernel, _ *vm.Instance) error {
			if _, err := k.Device("disk"); err != nil {
				return err
			}
			<-ctx.Done()
			return nil
		})), specified("boss", "spin", essential, func(s *Spec) { s.Startable = []string{"driver"} }, entry(
		func(ctx context.Context, k host.Kernel, _ *vm.Instance) error {
			first, err := k.Spawn(ctx, "driver", nil, nil)
			if err != nil {
				return err
			}
			for opened := false; !opened && ctx.Err() == nil; {
				opened, _ = bus.disks[0].state()
			}
			second, err := k.Spawn(ctx, "driver", nil, nil)
			if err != nil {
				return err
			}
			if e, err := second.Wait(ctx); err != nil || e.Kind != host.Trapped {
				t.Errorf("the second %s, %v", describe(e), err)
			}
			return first.Kill(ctx)
		})))
	if got := s.wait(); got != 0 {
		t.Errorf("status %d", got)
	}
	if opened, times := bus.disks[0].state(); opened || times != 1 {
		t.Errorf("opened: %v, %d times", opened, times)
	}
}
