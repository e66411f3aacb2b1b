//go:build linux

package metal

import "unsafe"

// Every end of the machine goes through powerOff: the control line learns the
// exact status, QEMU's isa-debug-exit device ends the machine.

const (
	debugExitPort  = 0xf4
	keyboardPort   = 0x64
	keyboardReset  = 0xfe
	statusFatal    = 125 // a kernel fault, or a machine that cannot run it
	maxDebugStatus = 127 // the device's exit status is value<<1 | 1, in 8 bits
)

// powerOff ends the machine with an exit status. When there is no exit device,
// it resets the machine, and when that does nothing, it stops the CPU.
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
	logText("metal: no exit device; resetting\n")
	serialLines.log.drain()
	out8(keyboardPort, keyboardReset)
	haltForever()
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
	powerOff(statusFatal)
}
