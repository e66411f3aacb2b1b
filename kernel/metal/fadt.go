package metal

import "encoding/binary"

// How the machine is turned off and started anew, as the firmware says in the FADT and the
// DSDT (ACPI 6.5, sections 5.2.9 and 7.4.2.5). Like acpi.go, this reads bytes that were
// checked for length and sum only.

// powerRegisters are what turning off and resetting takes. A zero port is none.
type powerRegisters struct {
	control    [2]uint16 // ports of PM1a and PM1b, 16 bits each
	sleepType  [2]uint8  // what to write there to turn off
	canTurnOff bool

	resetPort  uint16
	resetValue uint8
}

const (
	fadtDSDT        = 40
	fadtControl     = 64 // PM1a, then PM1b, 4 bytes each
	fadtFlags       = 112
	fadtReset       = 116 // a generic address
	fadtResetValue  = 128
	fadtWideDSDT    = 140
	fadtWideControl = 172 // two generic addresses

	fadtHasReset = 1 << 10

	genericAddressSize = 12
	genericPorts       = 1 // address space

	sleepEnable    = 1 << 13
	sleepTypeShift = 10
)

// parseFADT reads a FADT and returns where the DSDT is. What old tables lack is zero.
func parseFADT(table []byte, into *powerRegisters) (dsdt uint64) {
	le := binary.LittleEndian
	word := func(at int) uint32 {
		if at+4 > len(table) {
			return 0
		}
		return le.Uint32(table[at:])
	}
	dsdt = uint64(word(fadtDSDT))
	if wide := uint64(word(fadtWideDSDT)) | uint64(word(fadtWideDSDT+4))<<32; wide != 0 {
		dsdt = wide
	}
	for i := range into.control {
		port := word(fadtControl + 4*i)
		if port == 0 {
			port = genericPort(table, fadtWideControl+i*genericAddressSize)
		}
		if port < 1<<16 {
			into.control[i] = uint16(port)
		}
	}
	if port := genericPort(table, fadtReset); word(fadtFlags)&fadtHasReset != 0 && port != 0 && len(table) > fadtResetValue {
		into.resetPort, into.resetValue = uint16(port), table[fadtResetValue]
	}
	return dsdt
}

// genericPort returns a generic address (5.2.3.2) if that is a port, or 0.
func genericPort(table []byte, at int) uint32 {
	if at+genericAddressSize > len(table) || table[at] != genericPorts {
		return 0
	}
	if address := binary.LittleEndian.Uint64(table[at+4:]); address < 1<<16 {
		return uint32(address)
	}
	return 0
}

// Parts of the language of the DSDT (20.2).
const (
	amlZero    = 0x00
	amlOne     = 0x01
	amlByte    = 0x0a
	amlName    = 0x08
	amlPackage = 0x12
	amlRoot    = '\\'
)

// parseSleepTypes looks for the package _S5_ in a DSDT: the sleep types of the state in
// which the machine is off. It knows its encoding as a name in the root scope, which is
// how it is found in all firmware, and nothing else of the language.
func parseSleepTypes(dsdt []byte, into *powerRegisters) {
	for at := acpiHeaderSize; at+4 <= len(dsdt); at++ {
		if string(dsdt[at:at+4]) != "_S5_" {
			continue
		}
		named := dsdt[at-1] == amlName || dsdt[at-1] == amlRoot && dsdt[at-2] == amlName
		if named && parseSleepPackage(dsdt[at+4:], into) {
			into.canTurnOff = into.control[0] != 0
			return
		}
	}
}

// parseSleepPackage reads a package of at least two small numbers.
func parseSleepPackage(b []byte, into *powerRegisters) bool {
	const lengthAt, followShift = 1, 6
	if len(b) < 2 || b[0] != amlPackage {
		return false
	}
	rest := lengthAt + 1 + int(b[lengthAt]>>followShift) // behind the length
	if rest >= len(b) || b[rest] < 2 {
		return false
	}
	b = b[rest+1:]
	for i := range into.sleepType {
		v, size := amlNumber(b)
		if size == 0 || v > 7 {
			return false
		}
		into.sleepType[i] = v
		b = b[size:]
	}
	return true
}

// amlNumber reads a number of up to 8 bits, and returns how many bytes it takes, or 0.
func amlNumber(b []byte) (v uint8, size int) {
	switch {
	case len(b) >= 1 && (b[0] == amlZero || b[0] == amlOne):
		return b[0], 1
	case len(b) >= 2 && b[0] == amlByte:
		return b[1], 2
	}
	return 0, 0
}
