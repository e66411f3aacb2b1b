//go:build linux

#include "textflag.h"

// func linkedTable() uintptr
TEXT ·linkedTable(SB),NOSPLIT,$0-8
	MOVQ $runtime·pclntab(SB), AX
	MOVQ AX, ret+0(FP)
	RET

// func linkedTableEnd() uintptr
TEXT ·linkedTableEnd(SB),NOSPLIT,$0-8
	MOVQ $runtime·epclntab(SB), AX
	MOVQ AX, ret+0(FP)
	RET
