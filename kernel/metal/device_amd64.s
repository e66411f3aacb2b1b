//go:build linux

#include "textflag.h"

// func in32(port uint16) uint32
TEXT ·in32(SB),NOSPLIT,$0-12
	MOVW port+0(FP), DX
	INL
	MOVL AX, ret+8(FP)
	RET

// func out16(port uint16, v uint16)
TEXT ·out16(SB),NOSPLIT,$0-4
	MOVW port+0(FP), DX
	MOVW v+2(FP), AX
	OUTW
	RET

// func readDevice8(address uintptr) uint8
TEXT ·readDevice8(SB),NOSPLIT,$0-9
	MOVQ address+0(FP), AX
	MOVB (AX), AX
	MOVB AX, ret+8(FP)
	RET

// func readDevice16(address uintptr) uint16
TEXT ·readDevice16(SB),NOSPLIT,$0-10
	MOVQ address+0(FP), AX
	MOVW (AX), AX
	MOVW AX, ret+8(FP)
	RET

// func readDevice64(address uintptr) uint64
TEXT ·readDevice64(SB),NOSPLIT,$0-16
	MOVQ address+0(FP), AX
	MOVQ (AX), AX
	MOVQ AX, ret+8(FP)
	RET

// func writeDevice8(address uintptr, v uint8)
TEXT ·writeDevice8(SB),NOSPLIT,$0-9
	MOVQ address+0(FP), AX
	MOVB v+8(FP), CX
	MOVB CX, (AX)
	RET

// func writeDevice16(address uintptr, v uint16)
TEXT ·writeDevice16(SB),NOSPLIT,$0-10
	MOVQ address+0(FP), AX
	MOVW v+8(FP), CX
	MOVW CX, (AX)
	RET

// func writeDevice64(address uintptr, v uint64)
TEXT ·writeDevice64(SB),NOSPLIT,$0-16
	MOVQ address+0(FP), AX
	MOVQ v+8(FP), CX
	MOVQ CX, (AX)
	RET

// func orderMemory()
TEXT ·orderMemory(SB),NOSPLIT,$0-0
	MFENCE
	RET

// func breakpoint()
TEXT ·breakpoint(SB),NOSPLIT,$0-0
	INT $3
	RET
