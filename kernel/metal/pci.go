package metal

import (
	"fmt"
	"math/bits"
)

// What PCI functions say of themselves in their configuration spaces (PCI 3.0,
// chapter 6). Nothing of it is believed: lists are bounded, and extents are checked
// against the windows that they lie in. This file works on any configuration space, so
// that it is tested without a machine.

// pciAddress is bus<<8 | slot<<3 | function.
type pciAddress uint16

func (a pciAddress) String() string {
	return fmt.Sprintf("%02x:%02x.%d", uint16(a>>8), uint16(a>>3&31), uint16(a&7))
}

// configSpace gives access to configuration registers, 32 bits wide each, at
// multiples of 4 below 256.
type configSpace interface {
	read(a pciAddress, register uint8) uint32
	write(a pciAddress, register uint8, v uint32)
}

// Configuration registers.
const (
	pciIdentity   = 0x00
	pciCommand    = 0x04 // status in the upper half
	pciClass      = 0x08 // revision in the lowest byte
	pciHeaderType = 0x0c // in the third byte
	pciWindows    = 0x10
	pciBuses      = 0x18 // of a bridge; secondary bus in the second byte
	pciSubsystem  = 0x2c
	pciCapability = 0x34

	pciAbsent         = 0xffff // vendor
	pciMultiFunction  = 0x80
	pciTypeDevice     = 0
	pciTypeBridge     = 1
	pciCommandIO      = 1 << 0
	pciCommandMemory  = 1 << 1
	pciCommandMaster  = 1 << 2
	pciCommandNoINTx  = 1 << 10
	pciHasCapability  = 1 << 4 // status
	pciWindowIO       = 1 << 0
	pciWindowTypeMask = 3 << 1
	pciWindow64       = 2 << 1

	capabilityVendor = 0x09
	capabilityMSIX   = 0x11

	maxDevices      = 256
	maxBuses        = 256
	maxCapabilities = 48 // as many as fit into a configuration space
)

// pciFunction is what is known of one function.
type pciFunction struct {
	address         pciAddress
	vendor, product uint16
	class           uint32
	windows         [maxWindows]pciWindow
	messages        messageTable
	virtio          VirtioLayout
	isVirtio        bool
}

// pciWindow is a range of physical addresses.
type pciWindow struct{ start, size uint64 }

// messageTable is what the MSI-X capability says (PCI 3.0, section 6.8.2).
type messageTable struct {
	register       uint8 // of the capability
	entries        int
	table, pending Extent
}

const (
	messageEntrySize  = 16
	maxMessageEntries = 2048
	messageEnable     = 1 << 31
	messageMaskAll    = 1 << 30
)

func (f *pciFunction) info() DeviceInfo {
	info := DeviceInfo{
		Address: f.address.String(), Vendor: f.vendor, Product: f.product, Class: f.class,
		Interrupts: f.messages.entries,
	}
	for i, w := range f.windows {
		info.Windows[i] = w.size
	}
	if f.isVirtio {
		layout := f.virtio
		info.Virtio = &layout
	}
	return info
}

// findFunctions walks the buses from bus 0 on, over bridges, and returns at most
// maxDevices functions that are not bridges.
func findFunctions(c configSpace) []pciFunction {
	var found []pciFunction
	var seen [maxBuses]bool
	seen[0] = true
	for buses := []uint8{0}; len(buses) > 0; buses = buses[1:] {
		for slot := range pciAddress(32) {
			first := pciAddress(buses[0])<<8 | slot<<3
			for function := range functionCount(c, first) {
				a := first | function
				if uint16(c.read(a, pciIdentity)) == pciAbsent {
					continue
				}
				switch headerType(c, a) {
				case pciTypeDevice:
					if len(found) < maxDevices {
						found = append(found, readFunction(c, a))
					}
				case pciTypeBridge:
					if bus := uint8(c.read(a, pciBuses) >> 8); !seen[bus] {
						seen[bus] = true
						buses = append(buses, bus)
					}
				}
			}
		}
	}
	return found
}

// functionCount returns how many functions a slot may have.
func functionCount(c configSpace, first pciAddress) pciAddress {
	switch {
	case uint16(c.read(first, pciIdentity)) == pciAbsent:
		return 0
	case c.read(first, pciHeaderType)>>16&pciMultiFunction != 0:
		return 8
	}
	return 1
}

func headerType(c configSpace, a pciAddress) uint32 { return c.read(a, pciHeaderType) >> 16 & 0x7f }

func readFunction(c configSpace, a pciAddress) pciFunction {
	identity := c.read(a, pciIdentity)
	f := pciFunction{
		address: a, vendor: uint16(identity), product: uint16(identity >> 16), class: c.read(a, pciClass) >> 8,
	}
	f.readWindows(c)
	f.readCapabilities(c)
	return f
}

// readWindows finds the windows' sizes: address bits that the window does not
// compare stay zero when ones are written. Meanwhile the function answers to none.
func (f *pciFunction) readWindows(c configSpace) {
	command := c.read(f.address, pciCommand) & 0xffff
	c.write(f.address, pciCommand, command&^(pciCommandIO|pciCommandMemory))
	defer c.write(f.address, pciCommand, command)
	for i := 0; i < maxWindows; i++ {
		low, lowMask := probeWindow(c, f.address, i)
		if low&pciWindowIO != 0 {
			continue
		}
		start, mask := uint64(low&^15), uint64(lowMask&^15)|0xffff_ffff<<32
		if low&pciWindowTypeMask == pciWindow64 {
			if i+1 == maxWindows {
				return
			}
			high, highMask := probeWindow(c, f.address, i+1)
			start, mask = start|uint64(high)<<32, mask&0xffff_ffff|uint64(highMask)<<32
		}
		// A size is a power of two: only the upper bits are compared.
		size := ^mask + 1
		if lowMask&^15 != 0 || mask>>32 != 0xffff_ffff {
			if bits.OnesCount64(size) == 1 && start != 0 && start%size == 0 {
				f.windows[i] = pciWindow{start, size}
			}
		}
		if low&pciWindowTypeMask == pciWindow64 {
			i++
		}
	}
}

// probeWindow returns a window register, and what it reads as after ones were
// written.
func probeWindow(c configSpace, a pciAddress, i int) (value, mask uint32) {
	register := uint8(pciWindows + 4*i)
	value = c.read(a, register)
	c.write(a, register, 0xffff_ffff)
	mask = c.read(a, register)
	c.write(a, register, value)
	return value, mask
}

// readCapabilities follows the list of capabilities.
func (f *pciFunction) readCapabilities(c configSpace) {
	if c.read(f.address, pciCommand)>>16&pciHasCapability == 0 {
		return
	}
	next := uint8(c.read(f.address, pciCapability)) &^ 3
	for n := 0; next >= 0x40 && n < maxCapabilities; n++ {
		header := c.read(f.address, next)
		switch uint8(header) {
		case capabilityMSIX:
			f.readMessages(c, next, header)
		case capabilityVendor:
			if f.vendor == virtioVendor && f.product >= virtioProducts && f.product <= virtioLastModel {
				f.readVirtio(c, next, header)
			}
		}
		next = uint8(header>>8) &^ 3
	}
}

// readMessages reads an MSI-X capability. One that makes no sense counts as none.
func (f *pciFunction) readMessages(c configSpace, register uint8, header uint32) {
	if register > 0xff-11 {
		return
	}
	part := func(word uint32, length int) Extent {
		return Extent{Window: uint8(word & 7), Offset: word &^ 7, Length: uint32(length)}
	}
	entries := int(header>>16&(maxMessageEntries-1)) + 1
	m := messageTable{
		register: register,
		entries:  entries,
		table:    part(c.read(f.address, register+4), entries*messageEntrySize),
		pending:  part(c.read(f.address, register+8), (entries+63)/64*8),
	}
	if f.contains(m.table) && f.contains(m.pending) {
		f.messages = m
	}
}

// contains reports whether one of f's windows holds e.
func (f *pciFunction) contains(e Extent) bool {
	return int(e.Window) < maxWindows && e.Length > 0 && uint64(e.Offset)+uint64(e.Length) <= f.windows[e.Window].size
}

// Virtio on PCI: vendor capabilities, of 16 bytes, 20 for the notifications, name
// parts of windows (virtio 1.2, section 4.1.4).
//
// A device that also has the old interface has another product number, and its type is
// the subsystem's (section 4.1.2).
const (
	virtioVendor    = 0x1af4
	virtioProducts  = 0x1000
	virtioModern    = 0x1040
	virtioLastModel = 0x107f

	virtioCommon   = 1
	virtioNotify   = 2
	virtioISR      = 3
	virtioSpecific = 4
)

// readVirtio reads one of virtio's capabilities. Where several are of one type, the
// first that makes sense counts, as the device lists them in the order of its preference.
func (f *pciFunction) readVirtio(c configSpace, register uint8, header uint32) {
	length := header >> 16 & 0xff
	if length < 16 || int(register)+int(length) > 256 {
		return
	}
	e := Extent{
		Window: uint8(c.read(f.address, register+4)),
		Offset: c.read(f.address, register+8),
		Length: c.read(f.address, register+12),
	}
	if !f.contains(e) {
		return
	}
	var place *Extent
	switch header >> 24 {
	case virtioCommon:
		place = &f.virtio.Common
	case virtioNotify:
		place = &f.virtio.Notify
		if length < 20 || *place != (Extent{}) {
			return
		}
		f.virtio.NotifyMultiplier = c.read(f.address, register+16)
	case virtioISR:
		place = &f.virtio.ISR
	case virtioSpecific:
		place = &f.virtio.Specific
	default:
		return
	}
	if *place == (Extent{}) {
		*place = e
	}
	f.virtio.Type = f.virtioType(c)
	f.isVirtio = f.virtio.Common.Length > 0 && f.virtio.Notify.Length > 0
}

func (f *pciFunction) virtioType(c configSpace) uint16 {
	if f.product >= virtioModern {
		return f.product - virtioModern
	}
	return uint16(c.read(f.address, pciSubsystem) >> 16)
}
