package metaltest

import (
	"errors"
	"os"
	"testing"
	"time"

	"github.com/witan-os/witan/kernel/metal"
)

// openVirtio opens the first virtio device of a type.
func openVirtio(t *testing.T, kind uint16) *metal.OpenDevice {
	t.Helper()
	for _, d := range metal.Devices() {
		if v := d.Info().Virtio; v != nil && v.Type == kind {
			o, err := d.Open()
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { o.Close() })
			return o
		}
	}
	for _, d := range metal.Devices() {
		t.Logf("%+v", d.Info())
	}
	t.Fatalf("the machine has no virtio device of type %d", kind)
	return nil
}

// TestEntropyDevice drives a virtio-rng by hand: registers, memory, interrupt.
func TestEntropyDevice(t *testing.T) {
	inVM(t)
	const entropy = 4
	o := openVirtio(t, entropy)
	layout := o.Info().Virtio
	if layout == nil {
		t.Fatalf("no virtio structures in %+v", o.Info())
	}
	window, err := o.Window(int(layout.Common.Window))
	if err != nil {
		t.Fatal(err)
	}
	read := func(offset uint32, width int) uint64 {
		t.Helper()
		v, err := window.Read(uint64(layout.Common.Offset+offset), width)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	write := func(offset uint32, width int, v uint64) {
		t.Helper()
		if err := window.Write(uint64(layout.Common.Offset+offset), width, v); err != nil {
			t.Fatal(err)
		}
	}
	const (
		featureSelect, feature         = 8, 12
		configVector, status           = 16, 20
		queueSelect, queueSize         = 22, 24
		queueVector, queueEnable       = 26, 28
		queueNotify                    = 30
		descriptors, available, used   = 32, 40, 48
		acknowledge, driver, driverOK  = 1, 2, 4
		featuresOK, version1, deviceWr = 8, 1, 2
	)
	write(status, 1, 0)
	write(status, 1, acknowledge|driver)
	write(featureSelect, 4, 1)
	write(feature, 4, version1)
	write(status, 1, acknowledge|driver|featuresOK)
	if read(status, 1)&featuresOK == 0 {
		t.Fatal("the device refuses its features")
	}
	irq, err := o.Interrupt(1)
	if err != nil {
		t.Fatal(err)
	}
	ring, err := o.Memory(3 * 4096)
	if err != nil {
		t.Fatal(err)
	}
	write(queueSelect, 2, 0)
	write(queueSize, 2, 8)
	write(queueVector, 2, 1)
	if v := read(queueVector, 2); v != 1 {
		t.Fatalf("the queue has vector %#x", v)
	}
	for i, at := range []uint32{descriptors, available, used} {
		write(at, 8, ring.Address()+uint64(i)*1024)
	}
	write(queueEnable, 2, 1)
	write(status, 1, acknowledge|driver|featuresOK|driverOK)
	notify, err := o.Window(int(layout.Notify.Window))
	if err != nil {
		t.Fatal(err)
	}
	notifyAt := uint64(layout.Notify.Offset) + uint64(uint32(read(queueNotify, 2))*layout.NotifyMultiplier)

	store := func(offset uint64, width int, v uint64) {
		t.Helper()
		if err := ring.Store(offset, width, v); err != nil {
			t.Fatal(err)
		}
	}
	const size, buffer = 64, 4096
	seen := map[string]bool{}
	for round := range uint64(5) {
		store(0, 8, ring.Address()+buffer)
		store(8, 4, size)
		store(12, 2, deviceWr)
		store(1024+4+2*(round%8), 2, 0)
		store(1024+2, 2, round+1)
		if err := notify.Write(notifyAt, 2, 0); err != nil {
			t.Fatal(err)
		}
		if n, err := irq.Wait(); err != nil || n == 0 {
			t.Fatalf("%d interrupts, %v", n, err)
		}
		if v, err := ring.Load(2048+2, 2); err != nil || v != round+1 {
			t.Fatalf("the device has used %d buffers after %d, %v", v, round+1, err)
		}
		random := make([]byte, size)
		if err := ring.Read(buffer, random); err != nil {
			t.Fatal(err)
		}
		if seen[string(random)] {
			t.Fatal("the same bytes again")
		}
		seen[string(random)] = true
	}

	waiting := make(chan error)
	go func() {
		_, err := irq.Wait()
		waiting <- err
	}()
	time.Sleep(time.Millisecond)
	if err := o.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-waiting; !errors.Is(err, os.ErrClosed) {
		t.Errorf("waiting at the close of a device ends with %v", err)
	}
	if _, err := window.Read(0, 1); err != metal.ErrDeviceClosed {
		t.Errorf("a register of a closed device: %v", err)
	}
	if err := ring.Store(0, 8, 0); err != metal.ErrDeviceClosed {
		t.Errorf("memory of a closed device: %v", err)
	}
}
