//go:build linux

package metal

import "unsafe"

// The machine talks to its host over 16550 UARTs: COM1 carries the program's
// stdin and stdout, COM2 the log, COM3 the control line. Output waits for the
// UART's transmit FIFO to be empty and then fills all of it; input is in
// stdin_amd64.go.

// uart is the I/O port base of a 16550.
type uart uint16

const (
	com1 uart = 0x3f8
	com2 uart = 0x2f8
	com3 uart = 0x3e8
)

// Register offsets and bits.
const (
	uartData      = 0 // receive and transmit; divisor low while DLAB is set
	uartInterrupt = 1 // interrupt enable; divisor high while DLAB is set
	uartFIFO      = 2
	uartFormat    = 3
	uartModem     = 4
	uartStatus    = 5
	uartScratch   = 7

	uartReceiveInterrupt = 0x01
	uartFormatDLAB       = 0x80
	uartFormat8N1        = 0x03
	uartFIFOEnable       = 0xc7 // enabled, cleared, interrupt at 14 bytes
	uartModemReady       = 0x0b // DTR, RTS, and OUT2, which gates the interrupt
	uartHasData          = 0x01
	uartFIFOEmpty        = 0x20
	uartSent             = 0x40

	uartFIFODepth = 16
)

// serialLines says which UARTs the machine has.
var serialLines struct {
	log     uart // COM2, or COM1 when there is no COM2
	control uart // COM3, or 0
}

func (u uart) in(reg uart) uint8     { return in8(uint16(u + reg)) }
func (u uart) out(reg uart, v uint8) { out8(uint16(u+reg), v) }

// probe reports whether a UART answers at u: its scratch register remembers.
func (u uart) probe() bool {
	u.out(uartScratch, 0x5a)
	first := u.in(uartScratch)
	u.out(uartScratch, 0xa5)
	return first == 0x5a && u.in(uartScratch) == 0xa5
}

// start sets 115200 baud, 8N1, FIFOs on, interrupts off.
func (u uart) start() {
	u.out(uartInterrupt, 0)
	u.out(uartFormat, uartFormatDLAB)
	u.out(uartData, 1)
	u.out(uartInterrupt, 0)
	u.out(uartFormat, uartFormat8N1)
	u.out(uartFIFO, uartFIFOEnable)
	u.out(uartModem, uartModemReady)
}

// startSerial finds the serial lines.
func startSerial() {
	com1.start()
	serialLines.log = com1
	if com2.probe() {
		com2.start()
		serialLines.log = com2
	}
	if com3.probe() {
		com3.start()
		serialLines.control = com3
	}
}

// room waits, for a bounded number of polls, for an empty transmit FIFO.
func (u uart) room(polls int) bool {
	for range polls {
		if u.in(uartStatus)&uartFIFOEmpty != 0 {
			return true
		}
		spinHint()
	}
	return false
}

// Poll counts. One poll takes a microsecond on real hardware, about as long
// under emulation. A host that does not read for outputPatience is not waited
// for in a handler.
const (
	outputPatience = 1000
	logPatience    = 1_000_000
)

// send writes as much of the n bytes at p as the host takes, and returns how
// many that were.
func (u uart) send(p, n uintptr, patience int) uintptr {
	sent := uintptr(0)
	for sent < n && u.room(patience) {
		chunk := min(n-sent, uartFIFODepth)
		outString(uint16(u+uartData), unsafe.Pointer(at[byte](p+sent)), chunk)
		sent += chunk
	}
	return sent
}

// drain waits until everything is on the wire.
func (u uart) drain() {
	for range logPatience {
		if u.in(uartStatus)&uartSent != 0 {
			return
		}
		spinHint()
	}
}

// logText writes s to the log.
func logText(s string) {
	serialLines.log.send(uintptr(unsafe.Pointer(unsafe.StringData(s))), uintptr(len(s)), logPatience)
}

// logHex writes " name=0xvalue" to the log.
func logHex(name string, v uintptr) {
	logText(" ")
	logText(name)
	logText("=0x")
	logNumber(v, 16)
}

// logDecimal writes v to the log.
func logDecimal(v uintptr) { logNumber(v, 10) }

func logNumber(v, base uintptr) { serialLines.log.number(v, base) }

// number writes v in a base of at most 16.
func (u uart) number(v, base uintptr) {
	var digits [20]byte
	i := len(digits)
	for {
		i--
		digits[i] = "0123456789abcdef"[v%base]
		v /= base
		if v == 0 {
			break
		}
	}
	u.send(uintptr(unsafe.Pointer(&digits[i])), uintptr(len(digits)-i), logPatience)
}
