//go:build linux

#include "textflag.h"
#include "go_asm.h"

// func storeGDT(descriptor unsafe.Pointer)
TEXT ·storeGDT(SB),NOSPLIT,$0-8
	MOVQ descriptor+0(FP), AX
	SGDT (AX)
	RET

// What the loader's stub sets, see package loader: PAE, PGE, OSFXSR, OSXMMEXCPT and
// FSGSBASE; and PE, MP, ET, NE, WP and PG.
#define loaderCR4 $0x106a0
#define loaderCR0 $0x80010033

// func launch(entry, stack, info, tables uintptr, gdt unsafe.Pointer)
//
// This code is mapped one to one in both sets of tables; the stack is not. CS needs no
// loading: the loader's descriptor is the same as the kernel's.
TEXT ·launch(SB),NOSPLIT|NOFRAME,$0-40
	CLI
	CLD
	MOVQ entry+0(FP), AX
	MOVQ stack+8(FP), BX
	MOVQ info+16(FP), SI
	MOVQ tables+24(FP), CX
	MOVQ gdt+32(FP), DX
	LGDT (DX)
	MOVQ loaderCR4, DX
	MOVQ DX, CR4
	MOVQ CX, CR3
	MOVQ loaderCR0, DX
	MOVQ DX, CR0
	MOVQ BX, SP
	MOVL $const_dataSelector, DX
	MOVW DX, DS
	MOVW DX, ES
	MOVW DX, SS
	MOVW DX, FS
	MOVW DX, GS
	XORL DI, DI
	JMP  AX
