//go:build linux

#include "textflag.h"
#include "go_asm.h"

// entry is the program's ELF entry point on metal. The loader jumps here with
// SI = BootInfo, a physical address, and a stack, on page tables that map the first
// 4 GiB one to one. Under Linux, in ring 3, it is an ordinary
// program's entry.
TEXT ·entry(SB),NOSPLIT|NOFRAME,$0
	MOVW CS, AX
	TESTL $3, AX
	JNE  hosted
	CLI
	CLD
	SUBQ $16, SP
	MOVQ SI, 0(SP)
	MOVL $const_msrFSBase, CX // WRFSBASE may not be there; boot checks
	MOVQ $·handlerTLS+8(SB), AX
	MOVQ AX, DX
	SHRQ $32, DX
	WRMSR
	XORPS X15, X15
	CALL ·boot(SB)
	JMP  ·resume(SB)
hosted:
	JMP _rt0_amd64_linux(SB)

// func runtimeEntry() uintptr
TEXT ·runtimeEntry(SB),NOSPLIT,$0-8
	MOVQ $_rt0_amd64_linux(SB), AX
	MOVQ AX, ret+0(FP)
	RET

// func linkedText() uintptr
TEXT ·linkedText(SB),NOSPLIT,$0-8
	MOVQ $runtime·text(SB), AX
	MOVQ AX, ret+0(FP)
	RET
