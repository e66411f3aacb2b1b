//go:build linux

package metal

// Interrupts come through the local APIC and the I/O APIC; the old 8259
// controllers are silenced. The local APIC also has the timer.

// apic is the base address of the local APIC's registers.
type apic uintptr

const (
	localAPIC apic = directBase + apicPhysical

	apicPhysical = 0xfee00000
)

// Local APIC registers.
const (
	apicID           = 0x20
	apicEOI          = 0xb0
	apicSpurious     = 0xf0
	apicCommand      = 0x300 // interrupt command register, and its upper half
	apicDestination  = 0x310
	apicTimerVector  = 0x320
	apicLINT0        = 0x350
	apicLINT1        = 0x360
	apicTimerInitial = 0x380
	apicTimerCurrent = 0x390
	apicTimerDivide  = 0x3e0

	apicEnable    = 0x100
	apicMasked    = 0x10000
	apicDivideBy1 = 0xb
	apicTimerMax  = 0xffff_ffff

	apicSending  = 1 << 12
	apicNMI      = 4<<8 | 1<<14
	apicInit     = 5<<8 | 1<<14
	apicStartUp  = 6<<8 | 1<<14
	apicFixed    = 0<<8 | 1<<14
	apicPatience = 1_000_000 // readings before a command counts as sent

	msrAPICBase    = 0x1b
	apicBaseEnable = 1 << 11
)

func (a apic) read(register apic) uint32     { return readDevice(uintptr(a + register)) }
func (a apic) write(register apic, v uint32) { writeDevice(uintptr(a+register), v) }

// start enables the local APIC; nothing reaches the CPU but the timer, what the I/O
// APIC and other CPUs send, and the machine's non-maskable interrupt, which comes on
// LINT1.
func (a apic) start() {
	writeMSR(msrAPICBase, readMSR(msrAPICBase)|apicBaseEnable)
	a.write(apicSpurious, apicEnable|vectorSpurious)
	a.write(apicLINT0, apicMasked)
	a.write(apicLINT1, apicNMI)
	a.write(apicTimerDivide, apicDivideBy1)
	a.write(apicTimerVector, vectorTimer)
}

// setTimer starts the one-shot timer; zero stops it.
func (a apic) setTimer(counts uint32) { a.write(apicTimerInitial, counts) }

func (a apic) timerLeft() uint32 { return a.read(apicTimerCurrent) }

func (a apic) endOfInterrupt() { a.write(apicEOI, 0) }

func (a apic) id() uint32 { return a.read(apicID) >> 24 }

// send gives a command to the local APIC with an ID.
func (a apic) send(id, command uint32) {
	a.write(apicDestination, id<<24)
	a.write(apicCommand, command)
	for n := 0; a.read(apicCommand)&apicSending != 0 && n < apicPatience; n++ {
		spinHint()
	}
}

// interrupt interrupts another CPU.
func (a apic) interrupt(id, vector uint32) { a.send(id, apicFixed|vector) }

// interruptAlways interrupts another CPU even where it has interrupts off.
func (a apic) interruptAlways(id uint32) { a.send(id, apicNMI) }

// I/O APIC: an index and a data register, and behind them two 32-bit halves of
// a redirection entry per interrupt line.
const (
	ioAPIC            = directBase + 0xfec00000
	ioAPICData        = 0x10
	ioAPICVersion     = 0x01
	ioAPICRedirection = 0x10
	ioAPICAbsent      = 0xffff_ffff
)

func readIOAPIC(register uint32) uint32 {
	writeDevice(ioAPIC, register)
	return readDevice(ioAPIC + ioAPICData)
}

func writeIOAPIC(register, v uint32) {
	writeDevice(ioAPIC, register)
	writeDevice(ioAPIC+ioAPICData, v)
}

// routeInterrupt sends an ISA interrupt line, edge triggered, to this CPU.
func routeInterrupt(line uint32, vector uint32) {
	writeIOAPIC(ioAPICRedirection+2*line+1, localAPIC.id()<<24)
	writeIOAPIC(ioAPICRedirection+2*line, vector)
}

// 8259 interrupt controllers: command and data ports of both.
const (
	pic1       = 0x20
	pic2       = 0xa0
	picInit    = 0x11 // ICW1: edge, cascade, ICW4 follows
	pic8086    = 0x01 // ICW4
	picMaskAll = 0xff
	picVectors = 0xf0 // out of the way; LINT0 is masked too
)

// startInterrupts silences the old controllers and enables the new ones.
func startInterrupts() {
	for i, port := range [...]uint16{pic1, pic2} {
		out8(port, picInit)
		out8(port+1, picVectors+uint8(i)*8)
		out8(port+1, [...]uint8{1 << 2, 2}[i]) // ICW3: cascaded on line 2
		out8(port+1, pic8086)
		out8(port+1, picMaskAll)
	}
	localAPIC.start()
	if readIOAPIC(ioAPICVersion) == ioAPICAbsent {
		fail("the machine lacks an I/O APIC")
	}
}
