//go:build linux

#include "textflag.h"
#include "go_asm.h"

// secondaryEntry is where the trampoline jumps, with DI = the CPU's block. The
// CPU's stacks are there already.
TEXT ·secondaryEntry(SB),NOSPLIT|NOFRAME,$0
	MOVQ cpu_stackTop(DI), SP
	SUBQ $16, SP
	MOVQ DI, 0(SP)
	MOVL $const_msrFSBase, CX
	MOVQ $·handlerTLS+8(SB), AX
	MOVQ AX, DX
	SHRQ $32, DX
	WRMSR
	FINIT
	MOVL $const_vectorControl, 8(SP)
	LDMXCSR 8(SP)
	XORPS X15, X15
	CALL ·startSecondary(SB)
	JMP  ·resume(SB)

// func secondaryEntryAddress() uintptr
TEXT ·secondaryEntryAddress(SB),NOSPLIT,$0-8
	MOVQ $·secondaryEntry(SB), AX
	MOVQ AX, ret+0(FP)
	RET
