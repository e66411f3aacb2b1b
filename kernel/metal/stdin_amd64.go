//go:build linux

package metal

// The program's stdin arrives on COM1, byte by byte, and its end on COM3 as the
// line "eof COUNT". The interrupt handler moves bytes to a ring; when the ring
// is full it leaves them in the UART, whose host then stops sending.

const (
	vectorSerial = firstInterrupt + 1
	serialLine   = 4 // ISA interrupt of COM1 and COM3

	inputSize   = 64 << 10
	inputBatch  = 4 << 10 // what a reader is woken for at once
	inputDelay  = 500_000 // how long it waits for more of less, in nanoseconds
	eofUnknown  = ^uint64(0)
	controlSize = 32
)

// input is the ring. Its counters only grow; their difference is what it holds.
var input struct {
	ring      [inputSize]byte
	received  uint64
	delivered uint64
	eof       uint64 // bytes that there are in all, or eofUnknown
	stopped   bool   // receive interrupts are off, because the ring is full
}

// control collects the line that is arriving on COM3.
var control struct {
	line [controlSize]byte
	n    int
}

// startInput begins to receive.
func startInput() {
	input.eof = eofUnknown
	routeInterrupt(serialLine, vectorSerial)
	com1.out(uartInterrupt, uartReceiveInterrupt)
	if c := serialLines.control; c != 0 {
		c.out(uartInterrupt, uartReceiveInterrupt)
	}
	if c := serialLines.control; c != 0 {
		c.text("ready\n") // until here the UARTs may have dropped what came in
	}
	serialInterrupt()
}

// serialInterrupt serves the line that COM1 and COM3 share. As it is edge
// triggered, it goes on until neither has anything.
func serialInterrupt() {
	for again := true; again; {
		again = receiveInput()
		if c := serialLines.control; c != 0 && c.in(uartStatus)&uartHasData != 0 {
			receiveControl(c.in(uartData))
			again = true
		}
	}
	if readable() {
		alertReaders()
	}
}

// receiveInput moves one byte from COM1 to the ring, if there is one and room.
func receiveInput() bool {
	if input.stopped {
		return false
	}
	if input.received-input.delivered == inputSize {
		input.stopped = true
		com1.out(uartInterrupt, 0)
		return false
	}
	if com1.in(uartStatus)&uartHasData == 0 {
		return false
	}
	input.ring[input.received%inputSize] = com1.in(uartData)
	input.received++
	return true
}

// receiveControl takes one byte of the control line.
func receiveControl(b byte) {
	if b != '\n' {
		if control.n < controlSize {
			control.line[control.n] = b
			control.n++
		}
		return
	}
	if count, ok := parseEOF(control.line[:control.n]); ok {
		input.eof = count
	}
	control.n = 0
}

// readable reports whether read would return: bytes, or the end.
func readable() bool {
	return input.received != input.delivered || input.delivered >= input.eof
}

// alertReaders wakes the threads that wait for input, soon. Bytes come in by the
// dozen; a switch to the reader for each dozen would take longer than they do.
func alertReaders() {
	now := input.received-input.delivered >= inputBatch || input.received >= input.eof
	for id := waiters.first(waitInput); id != noThread; {
		t := threadByID(id)
		id = waiters.after(id)
		if now {
			t.wake()
		} else if !t.timed {
			t.setDeadline(nanotime() + inputDelay)
		}
	}
}

// readInput serves read on stdin.
func readInput(t *thread, buffer, size uintptr) uintptr {
	if size == 0 {
		return 0
	}
	if !readable() {
		return t.restart(threadReading, waitInput, noDeadline)
	}
	n := min(uint64(size), input.received-input.delivered)
	if input.eof != eofUnknown {
		n = min(n, input.eof-min(input.eof, input.delivered))
	}
	to := bytesAt(buffer, uintptr(n))
	for i := range to {
		to[i] = input.ring[(input.delivered+uint64(i))%inputSize]
	}
	input.delivered += n
	if input.stopped && input.received-input.delivered < inputSize/2 {
		input.stopped = false
		com1.out(uartInterrupt, uartReceiveInterrupt)
		serialInterrupt()
	}
	return uintptr(n)
}
