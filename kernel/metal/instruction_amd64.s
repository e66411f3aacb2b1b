//go:build linux

#include "textflag.h"

// func in8(port uint16) uint8
TEXT ·in8(SB),NOSPLIT,$0-9
	MOVW port+0(FP), DX
	INB
	MOVB AX, ret+8(FP)
	RET

// func out8(port uint16, v uint8)
TEXT ·out8(SB),NOSPLIT,$0-3
	MOVW port+0(FP), DX
	MOVB v+2(FP), AX
	OUTB
	RET

// func out32(port uint16, v uint32)
TEXT ·out32(SB),NOSPLIT,$0-8
	MOVW port+0(FP), DX
	MOVL v+4(FP), AX
	OUTL
	RET

// func outString(port uint16, p unsafe.Pointer, n uintptr)
TEXT ·outString(SB),NOSPLIT,$0-24
	MOVW port+0(FP), DX
	MOVQ p+8(FP), SI
	MOVQ n+16(FP), CX
	CLD
	REP; OUTSB
	RET

// func readDevice(address uintptr) uint32
TEXT ·readDevice(SB),NOSPLIT,$0-12
	MOVQ address+0(FP), AX
	MOVL (AX), AX
	MOVL AX, ret+8(FP)
	RET

// func writeDevice(address uintptr, v uint32)
TEXT ·writeDevice(SB),NOSPLIT,$0-12
	MOVQ address+0(FP), AX
	MOVL v+8(FP), CX
	MOVL CX, (AX)
	RET

// func readMSR(msr uint32) uint64
TEXT ·readMSR(SB),NOSPLIT,$0-16
	MOVL msr+0(FP), CX
	RDMSR
	SHLQ $32, DX
	ORQ  DX, AX
	MOVQ AX, ret+8(FP)
	RET

// func writeMSR(msr uint32, v uint64)
TEXT ·writeMSR(SB),NOSPLIT,$0-16
	MOVL msr+0(FP), CX
	MOVQ v+8(FP), AX
	MOVQ AX, DX
	SHRQ $32, DX
	WRMSR
	RET

// func setXCR0(v uint64)
TEXT ·setXCR0(SB),NOSPLIT,$0-8
	MOVQ v+0(FP), AX
	MOVQ AX, DX
	SHRQ $32, DX
	XORL CX, CX
	BYTE $0x0f; BYTE $0x01; BYTE $0xd1 // XSETBV
	RET

// func readTSC() uint64
TEXT ·readTSC(SB),NOSPLIT,$0-8
	RDTSC
	SHLQ $32, DX
	ORQ  DX, AX
	MOVQ AX, ret+0(FP)
	RET

// func cpuid(leaf, sub uint32) (a, b, c, d uint32)
TEXT ·cpuid(SB),NOSPLIT,$0-24
	MOVL leaf+0(FP), AX
	MOVL sub+4(FP), CX
	CPUID
	MOVL AX, a+8(FP)
	MOVL BX, b+12(FP)
	MOVL CX, c+16(FP)
	MOVL DX, d+20(FP)
	RET

// func hardwareRandom() (v uint64, ok bool)
TEXT ·hardwareRandom(SB),NOSPLIT,$0-9
	RDRANDQ AX
	SETCS   ok+8(FP)
	MOVQ    AX, v+0(FP)
	RET

// func hardwareSeed() (v uint64, ok bool)
TEXT ·hardwareSeed(SB),NOSPLIT,$0-9
	RDSEEDQ AX
	SETCS   ok+8(FP)
	MOVQ    AX, v+0(FP)
	RET

// func readCR0() uintptr
TEXT ·readCR0(SB),NOSPLIT,$0-8
	MOVQ CR0, AX
	MOVQ AX, ret+0(FP)
	RET

// func readCR2() uintptr
TEXT ·readCR2(SB),NOSPLIT,$0-8
	MOVQ CR2, AX
	MOVQ AX, ret+0(FP)
	RET

// func readCR3() uintptr
TEXT ·readCR3(SB),NOSPLIT,$0-8
	MOVQ CR3, AX
	MOVQ AX, ret+0(FP)
	RET

// func writeCR3(v uintptr)
TEXT ·writeCR3(SB),NOSPLIT,$0-8
	MOVQ v+0(FP), AX
	MOVQ AX, CR3
	RET

// func readCR4() uintptr
TEXT ·readCR4(SB),NOSPLIT,$0-8
	MOVQ CR4, AX
	MOVQ AX, ret+0(FP)
	RET

// func writeCR4(v uintptr)
TEXT ·writeCR4(SB),NOSPLIT,$0-8
	MOVQ v+0(FP), AX
	MOVQ AX, CR4
	RET

// func invalidatePage(va uintptr)
TEXT ·invalidatePage(SB),NOSPLIT,$0-8
	MOVQ   va+0(FP), AX
	INVLPG (AX)
	RET

// func loadGDT(descriptor unsafe.Pointer)
TEXT ·loadGDT(SB),NOSPLIT,$0-8
	MOVQ descriptor+0(FP), AX
	BYTE $0x0f; BYTE $0x01; BYTE $0x10 // LGDT (AX)
	RET

// func loadIDT(descriptor unsafe.Pointer)
TEXT ·loadIDT(SB),NOSPLIT,$0-8
	MOVQ descriptor+0(FP), AX
	BYTE $0x0f; BYTE $0x01; BYTE $0x18 // LIDT (AX)
	RET

// func loadTaskRegister(selector uint16)
TEXT ·loadTaskRegister(SB),NOSPLIT,$0-2
	MOVW selector+0(FP), AX
	BYTE $0x0f; BYTE $0x00; BYTE $0xd8 // LTR AX
	RET

// func spinHint()
TEXT ·spinHint(SB),NOSPLIT,$0-0
	PAUSE
	RET

// func holdBack(priority uintptr)
TEXT ·holdBack(SB),NOSPLIT,$0-8
	MOVQ priority+0(FP), AX
	MOVQ AX, CR8
	RET

// func haltForever()
TEXT ·haltForever(SB),NOSPLIT,$0-0
	CLI
	HLT
	JMP -2(PC)
