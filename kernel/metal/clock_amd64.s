//go:build linux

#include "textflag.h"

// vdsoClock is clock_gettime(DI = clock, SI = *timespec) in the C calling
// convention, as the Go runtime calls Linux's vDSO. It may use the registers
// that a C function may, on a stack of any size.
TEXT ·vdsoClock(SB),NOSPLIT|NOFRAME,$0
	RDTSC
	SHLQ $32, DX
	ORQ  DX, AX
	SUBQ ·clock+0(SB), AX
	MULQ ·clock+8(SB)
	SHRQ $32, DX, AX
	XORL DX, DX
	MOVQ $1000000000, CX
	DIVQ CX
	TESTL DI, DI
	JNE  monotonic
	ADDQ ·clock+16(SB), AX
monotonic:
	MOVQ AX, 0(SI)
	MOVQ DX, 8(SI)
	XORL AX, AX
	RET

// func hookClock()
TEXT ·hookClock(SB),NOSPLIT,$0-0
	MOVQ $·vdsoClock(SB), AX
	MOVQ AX, runtime·vdsoClockgettimeSym(SB)
	RET
