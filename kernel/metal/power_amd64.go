//go:build linux

package metal

import "unsafe"

// Every end of the machine goes through powerOff: the control line learns the
// exact status, QEMU's isa-debug-exit device ends the machine, or ACPI does.

const (
	debugExitPort  = 0xf4
	keyboardPort   = 0x64
	keyboardReset  = 0xfe
	resetPort      = 0xcf9 // of chipsets
	resetHard      = 0x06
	maxDebugStatus = 127 // the device's exit status is value<<1 | 1, in 8 bits

	// powerPatience is how long one way to end the machine may take, in readings of a port.
	powerPatience = 100_000
)

// power is what the firmware says about turning the machine off.
var power powerRegisters

// startPower reads what ending the machine takes: when it comes to that, the less has to
// work the better.
func startPower() {
	dsdt := parseFADT(findACPITable("FACP"), &power)
	parseSleepTypes(acpiTable(dsdt, "DSDT"), &power)
}

// powerOff ends the machine with an exit status. A machine that can neither exit nor be
// turned off is reset, and when that does nothing either, the CPU stops.
func powerOff(status uintptr) {
	stopOthers()
	status &= 0xff
	com1.drain()
	serialLines.log.drain()
	if c := serialLines.control; c != 0 {
		c.text("exit ")
		c.number(status, 10)
		c.text("\n")
		c.drain()
	}
	out32(debugExitPort, uint32(min(status, maxDebugStatus)))
	turnOff()
	logText("metal: the machine has no exit device, and cannot be turned off; resetting\n")
	reset()
}

// noDescriptors is an empty descriptor table, for LIDT.
var noDescriptors [10]byte

// turnOff enters ACPI's state S5.
func turnOff() {
	if !power.canTurnOff {
		return
	}
	for i, port := range power.control {
		if port != 0 {
			out16(port, uint16(power.sleepType[i])<<sleepTypeShift|sleepEnable)
		}
	}
	waitForEnd()
}

// reset starts the machine anew, in one way after the other.
func reset() {
	stopOthers()
	com1.drain()
	serialLines.log.drain()
	if c := serialLines.control; c != 0 {
		c.text("reboot\n")
		c.drain()
	}
	if power.resetPort != 0 {
		out8(power.resetPort, power.resetValue)
		waitForEnd()
	}
	out8(resetPort, resetHard)
	waitForEnd()
	out8(keyboardPort, keyboardReset)
	waitForEnd()
	// Without descriptors the CPU cannot even report an exception.
	loadIDT(unsafe.Pointer(&noDescriptors))
	breakpoint()
	haltForever()
}

// waitForEnd gives the machine time to end. Reading a port takes some under any emulator.
func waitForEnd() {
	for range powerPatience {
		in8(keyboardPort)
	}
}

// sysReboot serves reboot(magic, magic, command).
func sysReboot(t *thread) uintptr {
	const (
		magic1, magic2    = 0xfee1dead, 0x28121969
		restart, turnsOff = 0x01234567, 0x4321fedc
	)
	f := &t.frame
	if uint32(f.di) != magic1 || uint32(f.si) != magic2 {
		return errno(einval)
	}
	switch uint32(f.dx) {
	case restart:
		reset()
	case turnsOff:
		powerOff(0)
	}
	return errno(einval)
}

// text writes s to u.
func (u uart) text(s string) {
	u.send(uintptr(unsafe.Pointer(unsafe.StringData(s))), uintptr(len(s)), logPatience)
}

// fail ends the machine over something that is no program's fault.
func fail(why string) {
	logText("metal: ")
	logText(why)
	logText("\n")
	powerOff(StatusFatal)
}
