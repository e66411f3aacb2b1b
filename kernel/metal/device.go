package metal

import "sync"

// Devices for programs. What is here runs as ordinary Go: all of the program is in
// ring 0, so that registers are read where they are. Only what the kernel keeps
// account of (interrupt vectors, memory for transfers, page tables) takes system
// calls of our own, see device_amd64.go.
//
// A device is opened by one owner at a time, and closed before the next one gets it.
// Closing stops it: it can neither write memory nor interrupt any more. Until then
// a device goes where its driver sends it, as there is no IOMMU: whoever may write a
// device's registers can reach all memory through its transfers.

// maxWindows is how many register windows a device can have.
const maxWindows = 6

// A DeviceInfo is what the bus says of a device.
type DeviceInfo struct {
	Address         string // on the bus: "00:03.0" is bus, slot and function
	Vendor, Product uint16
	Class           uint32 // class, subclass and interface, a byte each
	// Windows has the size in bytes of each register window. It is zero where
	// there is none that lies in memory.
	Windows    [maxWindows]uint64
	Interrupts int           // how many the device can tell apart
	Virtio     *VirtioLayout // nil unless it is a virtio device
}

// An Extent is a part of a register window.
type Extent struct {
	Window         uint8
	Offset, Length uint32
}

// A VirtioLayout says where the structures of a virtio device on PCI lie (virtio
// 1.2, section 4.1.4). What the device lacks has length 0.
type VirtioLayout struct {
	Type                          uint16 // of the device (section 5): 1 network, 2 block, 3 console, 4 entropy
	Common, Notify, ISR, Specific Extent
	NotifyMultiplier              uint32 // of a queue's notification offset, in bytes
}

// What using a device can fail with.
const (
	ErrDeviceBusy   = staticError("device: opened already")
	ErrDeviceClosed = staticError("device: closed")
	ErrNoWindow     = staticError("device: no such register window")
	ErrNoInterrupt  = staticError("device: no such interrupt, or no message-signalled ones (MSI-X)")
	ErrOutOfRange   = staticError("device: access outside of the window, not aligned, or of an odd width")
	ErrNoMemory     = staticError("device: no memory, or no room, for this")
)

// A Device is one function on the PCI bus.
type Device struct {
	function pciFunction

	mu     sync.Mutex
	opened *OpenDevice

	mapping sync.Mutex
	windows [maxWindows]uintptr // where each is mapped, or 0
}

// Devices returns the machine's devices in the order of their addresses. Hosted
// there are none.
func Devices() []*Device { return machineDevices() }

// Info returns what the bus says of d.
func (d *Device) Info() DeviceInfo { return d.function.info() }

// Open makes the caller d's owner, and lets d transfer.
func (d *Device) Open() (*OpenDevice, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.opened != nil {
		return nil, ErrDeviceBusy
	}
	d.opened = &OpenDevice{device: d}
	d.start()
	return d.opened, nil
}

// An OpenDevice is a device with an owner. All methods may be called by several
// goroutines at once.
type OpenDevice struct {
	device *Device

	mu         sync.Mutex
	closed     bool
	windows    []*Window
	interrupts []*Interrupt
	memory     []*DMA
}

// Info returns what the bus says of the device.
func (o *OpenDevice) Info() DeviceInfo { return o.device.Info() }

// Window returns register window n, of [DeviceInfo.Windows].
func (o *OpenDevice) Window(n int) (*Window, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.closed {
		return nil, ErrDeviceClosed
	}
	w, err := o.device.window(n, uncached)
	if err != nil {
		return nil, err
	}
	o.windows = append(o.windows, w)
	return w, nil
}

// Interrupt returns interrupt n, from 0, of [DeviceInfo.Interrupts]. An interrupt
// can be had once.
func (o *OpenDevice) Interrupt(n int) (*Interrupt, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.closed {
		return nil, ErrDeviceClosed
	}
	for _, i := range o.interrupts {
		if i.number == n {
			return nil, ErrDeviceBusy
		}
	}
	i, err := o.device.interrupt(n)
	if err != nil {
		return nil, err
	}
	o.interrupts = append(o.interrupts, i)
	return i, nil
}

// Memory returns at least size bytes of memory that the device can reach: zero,
// physically contiguous, at a multiple of 4096 below 4 GiB.
func (o *OpenDevice) Memory(size int) (*DMA, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.closed {
		return nil, ErrDeviceClosed
	}
	m, err := allocateDMA(size)
	if err != nil {
		return nil, err
	}
	o.memory = append(o.memory, m)
	return m, nil
}

// Close stops the device and takes back all that it was given: who waits for an
// interrupt gets an error, and so does every later access.
func (o *OpenDevice) Close() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.closed {
		return ErrDeviceClosed
	}
	o.closed = true
	d := o.device
	d.stop()
	for _, i := range o.interrupts {
		i.close()
	}
	for _, w := range o.windows {
		w.closed.Store(true)
	}
	for _, m := range o.memory {
		m.release()
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.opened = nil
	return nil
}
