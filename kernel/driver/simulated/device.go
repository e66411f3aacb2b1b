package simulated

import (
	"sync"

	"github.com/witan-os/witan/kernel/driver"
	"github.com/witan-os/witan/kernel/metal"
)

// model is what makes a device of a kind. A request is served while the owner's memory is locked.
type model struct {
	kind     uint16 // virtio's number of the type
	features uint64
	config   []byte // the part of the configuration that is special to the kind; it does not change
	// serve answers one request: it reads from one list of buffers, writes to the other, and returns how many bytes it
	// has written.
	serve func(from, to [][]byte) uint32
}

// Where the structures of a device lie in its registers.
const (
	registerWindow = 4
	registerSize   = 16 << 10
	commonOffset   = 0
	commonLength   = 56
	isrOffset      = 4 << 10
	isrLength      = 4
	specificOffset = 8 << 10
	specificLength = 256
	notifyOffset   = 12 << 10
	notifyLength   = 4
	notifyDistance = 4 // between queues

	virtioVendor  = 0x1af4
	virtioProduct = 0x1040
	storageClass  = 0x018000
	otherClass    = 0xff0000
	vectors       = 2 // changes of the configuration, which there are none of, and the queue
)

// A Device is a simulated device. It has one queue.
type Device struct {
	model   model
	address string

	mu     sync.Mutex
	opened *opened
}

// Info describes the device as a bus would.
func (d *Device) Info() metal.DeviceInfo {
	class := uint32(otherClass)
	if d.model.kind == blockKind {
		class = storageClass
	}
	return metal.DeviceInfo{
		Address: d.address, Vendor: virtioVendor, Product: virtioProduct + d.model.kind, Class: class,
		Windows:    [...]uint64{registerWindow: registerSize, 5: 0},
		Interrupts: vectors,
		Virtio: &metal.VirtioLayout{
			Type:             d.model.kind,
			Common:           metal.Extent{Window: registerWindow, Offset: commonOffset, Length: commonLength},
			Notify:           metal.Extent{Window: registerWindow, Offset: notifyOffset, Length: notifyLength},
			ISR:              metal.Extent{Window: registerWindow, Offset: isrOffset, Length: isrLength},
			Specific:         metal.Extent{Window: registerWindow, Offset: specificOffset, Length: specificLength},
			NotifyMultiplier: notifyDistance,
		},
	}
}

// Open makes the caller the owner of the device, which is reset.
func (d *Device) Open() (driver.Opened, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.opened != nil {
		return nil, metal.ErrDeviceBusy
	}
	o := &opened{device: d, memory: &memory{}, kick: make(chan struct{}, 1), done: make(chan struct{})}
	o.registers.reset()
	d.opened = o
	go o.work()
	return o, nil
}

// opened is the device in the hands of one owner.
type opened struct {
	device *Device
	memory *memory
	kick   chan struct{} // the queue was notified
	done   chan struct{} // work has ended

	mu        sync.Mutex
	registers registers
	lines     [vectors]*line
	closed    bool
}

// Info describes the device.
func (o *opened) Info() metal.DeviceInfo { return o.device.Info() }

// Window returns the registers.
func (o *opened) Window(n int) (driver.Window, error) {
	if n != registerWindow {
		return nil, metal.ErrNoWindow
	}
	return window{o}, nil
}

// Interrupt returns one of the interrupts.
func (o *opened) Interrupt(n int) (driver.Interrupt, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	switch {
	case o.closed:
		return nil, metal.ErrDeviceClosed
	case n < 0 || n >= vectors:
		return nil, metal.ErrNoInterrupt
	case o.lines[n] != nil:
		return nil, metal.ErrDeviceBusy
	}
	o.lines[n] = newLine()
	return o.lines[n], nil
}

// Memory returns memory for transfers.
func (o *opened) Memory(size int) (driver.Memory, error) {
	b, err := o.memory.allocate(size)
	if err != nil {
		return nil, err
	}
	return b, nil
}

// Close stops the device. What it was doing is over when Close returns.
func (o *opened) Close() error {
	if err := o.shut(); err != nil {
		return err
	}
	close(o.kick)
	<-o.done
	o.memory.close()
	o.device.mu.Lock()
	defer o.device.mu.Unlock()
	o.device.opened = nil
	return nil
}

func (o *opened) shut() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.closed {
		return metal.ErrDeviceClosed
	}
	o.closed = true
	o.registers.reset()
	for _, l := range o.lines {
		if l != nil {
			l.close()
		}
	}
	return nil
}

// work serves the queue whenever it is notified.
func (o *opened) work() {
	defer close(o.done)
	for range o.kick {
		o.serveQueue()
	}
}
