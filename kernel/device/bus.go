package device

import (
	"errors"

	"github.com/witan-os/witan/kernel/capability"
)

// This file is what the kernel asks of a machine that has devices.

// ErrNoPart is the error of a device that does not have what it is asked for.
var ErrNoPart = errors.New("the device has no such part")

// Bus has the devices of a machine.
type Bus interface {
	// Devices returns those of a kind, such as "virtio-blk" or "pci:1af4:1044", always in the same order.
	Devices(kind string) []Device
	// Picture is the machine's screen, nil if it has none.
	Picture() Picture
}

// Device is a device of a machine.
type Device interface {
	// Open gives the device to one owner, until that closes it.
	Open() (Opened, error)
}

// Opened is a device with its owner. What it hands out are objects that have no references yet, each of which the owner
// has to close or to tie to one who does.
type Opened interface {
	Info() Info
	// Window makes an object of a register window, numbered from 0. It fails with [ErrNoPart].
	Window(number int) (capability.Object, error)
	// Interrupt makes an object of an interrupt, numbered from 0. It fails with [ErrNoPart].
	Interrupt(number int) (capability.Object, error)
	// DMA makes an object of so many bytes of memory that the device can reach, zero at first.
	DMA(size uint64) (capability.Object, error)
	// Close stops the device, which reaches no memory and interrupts nobody from then on.
	Close() error
}

// Info is what is known of a device.
type Info struct {
	Vendor, Product uint16
	Virtio          *VirtioLayout // nil unless it is a virtio device
}

// Extent is a part of a register window, in bytes.
type Extent struct {
	Window         uint8
	Offset, Length uint32
}

// VirtioLayout is where the structures of a virtio device on PCI lie (virtio 1.2, section 4.1.4). What the device lacks
// has length 0.
type VirtioLayout struct {
	Common, Notify, ISR, Specific Extent
	NotifyMultiplier              uint32 // of a queue's notification offset, in bytes
}

// Picture is the picture on a screen, from any goroutine. A pixel is four bytes: blue, green, red, and one that does not
// matter. What is outside of the picture is left out when something is drawn.
type Picture interface {
	Size() (width, height int)
	Fill(x, y, width, height, pixel uint32)
	// Draw copies rows of so many pixels; its error is for what is not whole rows.
	Draw(x, y, width uint32, pixels []byte) error
	// Capture returns the pixels of a rectangle row by row; its error is for one that is not inside of the picture.
	Capture(x, y, width, height uint32) ([]byte, error)
}
