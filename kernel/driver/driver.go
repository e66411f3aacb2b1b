// Package driver says what a device looks like to whoever drives it, be it a component with capabilities or a driver in
// Go: registers, interrupts and memory for transfers. Below it are the machine's devices, simulated ones for systems that
// run hosted, and the drivers that the kernel has itself.
package driver

import (
	"fmt"

	"github.com/witan-os/witan/kernel/device"
	"github.com/witan-os/witan/kernel/metal"
)

// A Device is one that was found. It has one owner at a time.
type Device interface {
	Info() metal.DeviceInfo
	// Open makes the caller the owner. It fails with [metal.ErrDeviceBusy].
	Open() (Opened, error)
}

// Opened is a device with an owner. Its parts fail with [metal.ErrDeviceClosed] after Close. All methods of it and its
// parts may be called by several goroutines at once.
type Opened interface {
	Info() metal.DeviceInfo
	// Window returns register window n. It fails with [metal.ErrNoWindow].
	Window(n int) (Window, error)
	// Interrupt returns interrupt n, which can be had once. It fails with [metal.ErrNoInterrupt] and
	// [metal.ErrDeviceBusy].
	Interrupt(n int) (Interrupt, error)
	// Memory returns at least so many bytes, zero at first. It fails with [metal.ErrNoMemory] and
	// [metal.ErrOutOfRange].
	Memory(size int) (Memory, error)
	// Close stops the device and takes all back.
	Close() error
}

// A Window is a range of registers. Accesses that are not of 1, 2, 4 or 8 bytes at a multiple of that fail with
// [metal.ErrOutOfRange].
type Window = device.Window

// An Interrupt counts how often the device asks for attention.
type Interrupt interface {
	// Wait waits until it has since the last Wait, and returns how often. It fails with [os.ErrClosed].
	Wait() (uint64, error)
}

// Memory is what a device reaches at a physical address. Accesses outside of it fail with [metal.ErrOutOfRange].
type Memory = device.Buffer

// virtioNames are what people call virtio's types of devices (virtio 1.2, section 5).
var virtioNames = map[uint16]string{
	1: "virtio-net", 2: "virtio-blk", 3: "virtio-console", 4: "virtio-rng",
}

// Names returns how a device can be called: "virtio-blk" and the like, and "pci:VVVV:PPPP", which is vendor and product.
func Names(i metal.DeviceInfo) []string {
	names := []string{fmt.Sprintf("pci:%04x:%04x", i.Vendor, i.Product)}
	if i.Virtio != nil && virtioNames[i.Virtio.Type] != "" {
		names = append(names, virtioNames[i.Virtio.Type])
	}
	return names
}
