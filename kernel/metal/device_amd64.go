//go:build linux

package metal

import (
	"os"
	"sync"
	"syscall"
	"unsafe"
)

// Devices on this machine. Only the functions that serve system calls run in
// handlers.

// System calls of our own, where Linux has none for long.
const (
	callMapDevice     = 500
	callOpenInterrupt = 501
	callAllocateDMA   = 502
	callFreeDMA       = 503
	callAddEntropy    = 504
)

var bus struct {
	once    sync.Once
	devices []*Device
}

func machineDevices() []*Device {
	if !active {
		return nil
	}
	bus.once.Do(func() {
		for _, f := range findFunctions(pciPorts{}) {
			bus.devices = append(bus.devices, &Device{function: f})
		}
	})
	return bus.devices
}

// pciPorts reaches the configuration spaces through two I/O ports: one takes the
// address, the other is the register.
type pciPorts struct{}

const (
	pciAddressPort = 0xcf8
	pciDataPort    = 0xcfc
	pciSelect      = 1 << 31
)

var pciPortsLock sync.Mutex

func (pciPorts) read(a pciAddress, register uint8) uint32 {
	pciPortsLock.Lock()
	defer pciPortsLock.Unlock()
	out32(pciAddressPort, pciSelect|uint32(a)<<8|uint32(register&^3))
	return in32(pciDataPort)
}

func (pciPorts) write(a pciAddress, register uint8, v uint32) {
	pciPortsLock.Lock()
	defer pciPortsLock.Unlock()
	out32(pciAddressPort, pciSelect|uint32(a)<<8|uint32(register&^3))
	out32(pciDataPort, v)
}

// command changes bits of the command register.
func (d *Device) command(set, clear uint32) {
	a := d.function.address
	v := pciPorts{}.read(a, pciCommand) & 0xffff
	pciPorts{}.write(a, pciCommand, v&^clear|set)
}

// start lets the device answer to its windows, and transfer. What the firmware did with it is
// over first.
func (d *Device) start() {
	d.command(pciCommandMemory|pciCommandNoINTx, 0)
	d.resetVirtio()
	d.command(pciCommandMaster, 0)
	d.setMessages(messageEnable | messageMaskAll)
	if d.function.messages.entries > 0 {
		d.maskAll()
		d.setMessages(messageEnable)
	}
}

// stop ends transfers and interrupts.
func (d *Device) stop() {
	d.resetVirtio()
	d.command(0, pciCommandMaster)
	d.setMessages(0)
}

// resetVirtio makes a virtio device forget its queues, with which it would go on as soon as
// it may transfer again. The device says when it has (virtio 1.2, section 4.1.4.3.2); one
// that does not say so for long is left to the loss of the bus.
func (d *Device) resetVirtio() {
	const none, patience = 0, 100_000
	f := &d.function
	if !f.isVirtio || f.virtio.Common.Length <= virtioStatus {
		return
	}
	w, err := d.window(int(f.virtio.Common.Window), uncached)
	if err != nil {
		return
	}
	status := w.base + uint64(f.virtio.Common.Offset) + virtioStatus
	storeDevice(status, 1, none)
	for n := 0; loadDevice(status, 1) != none && n < patience; n++ {
		spinHint()
	}
}

// virtioStatus is the offset of the device status in the common configuration.
const virtioStatus = 20

// setMessages sets the control word of MSI-X.
func (d *Device) setMessages(control uint32) {
	if m := &d.function.messages; m.entries > 0 {
		v := pciPorts{}.read(d.function.address, m.register)
		pciPorts{}.write(d.function.address, m.register, v&^(messageEnable|messageMaskAll)|control)
	}
}

// Words of an entry of the MSI-X table.
const (
	messageAddress = 0
	messageData    = 8
	messageControl = 12
	messageMasked  = 1
)

// messageEntry returns where entry n of the MSI-X table is.
func (d *Device) messageEntry(n int) (uint64, error) {
	table := d.function.messages.table
	w, err := d.window(int(table.Window), uncached)
	if err != nil {
		return 0, err
	}
	return w.base + uint64(table.Offset) + uint64(n)*messageEntrySize, nil
}

// maskAll masks every entry of the MSI-X table.
func (d *Device) maskAll() {
	for n := range d.function.messages.entries {
		if entry, err := d.messageEntry(n); err == nil {
			storeDevice(entry+messageControl, 4, messageMasked)
		}
	}
}

// window maps register window n, once.
func (d *Device) window(n int, how caching) (*Window, error) {
	if n < 0 || n >= maxWindows || d.function.windows[n].size == 0 {
		return nil, ErrNoWindow
	}
	d.mapping.Lock()
	defer d.mapping.Unlock()
	physical := d.function.windows[n]
	if d.windows[n] == 0 {
		base, err := mapDevice(physical.start, physical.size, how)
		if err != nil {
			return nil, err
		}
		d.windows[n] = base
	}
	w := &Window{base: uint64(d.windows[n]), size: physical.size}
	if m := &d.function.messages; m.entries > 0 {
		for i, e := range [...]Extent{m.table, m.pending} {
			if int(e.Window) == n {
				w.hidden[i] = e
			}
		}
	}
	return w, nil
}

// mapDevice maps physical addresses and returns where.
func mapDevice(physical, size uint64, how caching) (uintptr, error) {
	offset := physical & pageMask
	base, _, e := syscall.RawSyscall(callMapDevice, uintptr(physical-offset), uintptr(size+offset), uintptr(how))
	if e != 0 {
		return 0, ErrNoMemory
	}
	return base + uintptr(offset), nil
}

// interrupt makes the device send its interrupt n to a file descriptor.
func (d *Device) interrupt(n int) (*Interrupt, error) {
	if n < 0 || n >= d.function.messages.entries {
		return nil, ErrNoInterrupt
	}
	entry, err := d.messageEntry(n)
	if err != nil {
		return nil, err
	}
	var message interruptMessage
	fd, _, e := syscall.RawSyscall(callOpenInterrupt, uintptr(unsafe.Pointer(&message)), 0, 0)
	if e != 0 {
		return nil, ErrNoInterrupt
	}
	i := &Interrupt{number: n, device: d, file: os.NewFile(fd, "interrupt of "+d.function.address.String())}
	storeDevice(entry+messageAddress, 4, message.address)
	storeDevice(entry+messageAddress+4, 4, message.address>>32)
	storeDevice(entry+messageData, 4, message.data)
	storeDevice(entry+messageControl, 4, 0)
	return i, nil
}

// close masks the interrupt, and wakes who waits for it.
func (i *Interrupt) close() {
	if entry, err := i.device.messageEntry(i.number); err == nil {
		storeDevice(entry+messageControl, 4, messageMasked)
	}
	i.file.Close()
}

// allocateDMA returns zeroed memory for transfers.
func allocateDMA(size int) (*DMA, error) {
	if size <= 0 || size > maxDMA {
		return nil, ErrOutOfRange
	}
	size = (size + pageMask) &^ pageMask
	physical, _, e := syscall.RawSyscall(callAllocateDMA, uintptr(size), 0, 0)
	if e != 0 {
		return nil, ErrNoMemory
	}
	view := bytesAt(direct(physical), uintptr(size))
	clear(view)
	return &DMA{address: uint64(physical), view: view}, nil
}

func freeDMA(physical uint64) { syscall.RawSyscall(callFreeDMA, uintptr(physical), 0, 0) }

// loadDevice and storeDevice access device registers, or memory that a device sees, in
// one instruction of the width.
func loadDevice(address uint64, width int) uint64 {
	a := uintptr(address)
	switch width {
	case 1:
		return uint64(readDevice8(a))
	case 2:
		return uint64(readDevice16(a))
	case 4:
		return uint64(readDevice(a))
	}
	return readDevice64(a)
}

func storeDevice(address uint64, width int, v uint64) {
	a := uintptr(address)
	switch width {
	case 1:
		writeDevice8(a, uint8(v))
	case 2:
		writeDevice16(a, uint16(v))
	case 4:
		writeDevice(a, uint32(v))
	default:
		writeDevice64(a, v)
	}
}

func in32(port uint16) uint32
func out16(port uint16, v uint16)

// breakpoint raises an exception.
func breakpoint()
func readDevice8(address uintptr) uint8
func readDevice16(address uintptr) uint16
func readDevice64(address uintptr) uint64
func writeDevice8(address uintptr, v uint8)
func writeDevice16(address uintptr, v uint16)
func writeDevice64(address uintptr, v uint64)

// orderMemory lets no later access of memory overtake an earlier one.
func orderMemory()
