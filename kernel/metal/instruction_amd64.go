//go:build linux

package metal

import "unsafe"

// The instructions that Go has no words for. Each function is one instruction,
// give or take moving its operands.

func in8(port uint16) uint8
func out8(port uint16, v uint8)
func out32(port uint16, v uint32)

// outString writes n bytes from p to port, with one REP OUTSB.
func outString(port uint16, p unsafe.Pointer, n uintptr)

// readDevice and writeDevice access a 32-bit device register in memory. They
// are calls, so that the compiler drops or moves none of them.
func readDevice(address uintptr) uint32
func writeDevice(address uintptr, v uint32)

func readMSR(msr uint32) uint64
func writeMSR(msr uint32, v uint64)
func setXCR0(v uint64)
func readTSC() uint64
func cpuid(leaf, sub uint32) (a, b, c, d uint32)

// hardwareRandom and hardwareSeed are RDRAND and RDSEED; they report false when
// the source had nothing to give.
func hardwareRandom() (v uint64, ok bool)
func hardwareSeed() (v uint64, ok bool)

func readCR0() uintptr
func readCR2() uintptr
func readCR3() uintptr
func writeCR3(v uintptr)
func readCR4() uintptr
func writeCR4(v uintptr)
func invalidatePage(va uintptr)
func loadGDT(descriptor unsafe.Pointer)
func loadIDT(descriptor unsafe.Pointer)
func loadTaskRegister(selector uint16)
func spinHint()

// haltForever stops the CPU with interrupts off.
func haltForever()
