//go:build linux

#include "textflag.h"
#include "go_asm.h"

// Entry and exit of the kernel. All code runs in ring 0, so the CPU switches no
// stack for SYSCALL; interrupts and exceptions switch because their gates name
// a stack of the interrupt stack table (IST). GS points to this CPU's block;
// ring-0 Go never uses GS, so there is no SWAPGS.
//
// A SYSCALL and an interrupt store the running thread's registers directly into
// its thread block: cpu_frameTop is the end of the frame there, and the IST
// entry for interrupts holds the same address.

#define PUSH_REGISTERS \
	PUSHQ AX \
	PUSHQ BX \
	PUSHQ CX \
	PUSHQ DX \
	PUSHQ SI \
	PUSHQ DI \
	PUSHQ BP \
	PUSHQ R8 \
	PUSHQ R9 \
	PUSHQ R10 \
	PUSHQ R11 \
	PUSHQ R12 \
	PUSHQ R13 \
	PUSHQ R14 \
	PUSHQ R15

#define POP_REGISTERS \
	POPQ R15 \
	POPQ R14 \
	POPQ R13 \
	POPQ R12 \
	POPQ R11 \
	POPQ R10 \
	POPQ R9 \
	POPQ R8 \
	POPQ BP \
	POPQ DI \
	POPQ SI \
	POPQ DX \
	POPQ CX \
	POPQ BX \
	POPQ AX

#define READ_FS_BASE_AX BYTE $0xf3; BYTE $0x48; BYTE $0x0f; BYTE $0xae; BYTE $0xc0
#define WRITE_FS_BASE_AX BYTE $0xf3; BYTE $0x48; BYTE $0x0f; BYTE $0xae; BYTE $0xd0

// SSE and AVX state. The x87 registers are left alone: neither Go nor wazero
// uses them.
#define XSTATE_MASK \
	MOVL $const_xstateSaved, AX \
	XORL DX, DX
#define XSAVE_DI \
	XSTATE_MASK \
	BYTE $0x48; BYTE $0x0f; BYTE $0xae; BYTE $0x27
#define XRSTOR_DI \
	XSTATE_MASK \
	BYTE $0x48; BYTE $0x0f; BYTE $0xae; BYTE $0x2f

// What Go code expects around it: a g in R14, found again through TLS after
// each call from assembly. The handlers' g is all zeros, so that every stack
// check passes.
#define GO_ENVIRONMENT \
	CLD \
	LEAQ ·handlerTLS+8(SB), AX \
	WRITE_FS_BASE_AX \
	LEAQ ·handlerG(SB), R14 \
	XORPS X15, X15 \
	XORL BP, BP

GLOBL ·handlerG(SB), NOPTR, $1024
DATA ·handlerTLS+0(SB)/8, $·handlerG(SB)
GLOBL ·handlerTLS(SB), NOPTR, $16

// syscallEntry is where SYSCALL lands: CX is the return address, R11 the flags,
// interrupts are off. By the Go ABI no vector register but X15, which is zero,
// lives across a SYSCALL: there is nothing to save.
TEXT ·syscallEntry(SB),NOSPLIT|NOFRAME,$0
	MOVQ SP, cpu_userSP(GS)
	MOVQ cpu_frameTop(GS), SP
	PUSHQ $const_dataSelector
	PUSHQ cpu_userSP(GS)
	PUSHQ R11
	PUSHQ $const_codeSelector
	PUSHQ CX
	PUSHQ $0
	PUSHQ $const_vectorSyscall
	PUSH_REGISTERS
	MOVQ $0, cpu_vectorsSaved(GS)
	JMP ·handle(SB)

// interruptStubs is one CALL of 5 bytes per external vector. The return address
// that CALL pushes takes the place of the error code and tells the vector.
#define CALL8 \
	CALL ·interruptEntry(SB) \
	CALL ·interruptEntry(SB) \
	CALL ·interruptEntry(SB) \
	CALL ·interruptEntry(SB) \
	CALL ·interruptEntry(SB) \
	CALL ·interruptEntry(SB) \
	CALL ·interruptEntry(SB) \
	CALL ·interruptEntry(SB)

TEXT ·interruptStubs(SB),NOSPLIT|NOFRAME,$0
	CALL8
	CALL8
	CALL8
	CALL8

TEXT ·interruptEntry(SB),NOSPLIT|NOFRAME,$0
	PUSHQ $const_vectorInterrupt
	PUSH_REGISTERS
	CLD
	MOVQ cpu_vectorArea(GS), DI
	XSAVE_DI
	MOVQ $1, cpu_vectorsSaved(GS)
	JMP ·handle(SB)

// handle runs trap(frame, cpu) on the CPU's own stack; SP is the frame.
TEXT ·handle(SB),NOSPLIT|NOFRAME,$0
	MOVQ SP, BX
	MOVQ cpu_stackTop(GS), SP
	SUBQ $16, SP
	GO_ENVIRONMENT
	MOVQ BX, 0(SP)
	MOVQ cpu_self(GS), AX
	MOVQ AX, 8(SP)
	CALL ·trap(SB)
	JMP ·resume(SB)

// resume continues the thread whose block the CPU's fields describe. After a
// SYSCALL, which leaves CX and R11 undefined, a jump is enough; STI lets no
// interrupt in before the instruction that follows it.
TEXT ·resume(SB),NOSPLIT|NOFRAME,$0
	MOVQ cpu_fsBase(GS), AX
	WRITE_FS_BASE_AX
	CMPQ cpu_vectorsSaved(GS), $0
	JEQ  clean
	MOVQ cpu_vectorArea(GS), DI
	XRSTOR_DI
	JMP  registers
clean:
	XORPS X15, X15
registers:
	MOVQ cpu_frameTop(GS), SP
	SUBQ $frame__size, SP
	CMPQ frame_vector(SP), $const_vectorSyscall
	JEQ  afterSyscall
	POP_REGISTERS
	ADDQ $16, SP
	IRETQ
afterSyscall:
	MOVQ frame_rip(SP), AX
	MOVQ AX, frame_cx(SP)
	MOVQ frame_sp(SP), AX
	MOVQ AX, cpu_userSP(GS)
	POP_REGISTERS
	MOVQ cpu_userSP(GS), SP
	STI
	JMP CX

// pageFaultEntry resolves a page fault on a stack of its own and touches no
// thread state, so that handlers, too, may take page faults. What it cannot
// resolve becomes an exception.
TEXT ·pageFaultEntry(SB),NOSPLIT|NOFRAME,$0
	PUSHQ $const_vectorPageFault
	PUSH_REGISTERS
	MOVQ SP, BX
	MOVQ cpu_faultArea(GS), DI
	XSAVE_DI
	READ_FS_BASE_AX
	MOVQ AX, R13
	SUBQ $32, SP
	ANDQ $~15, SP
	MOVQ R13, 24(SP)
	MOVQ BX, 16(SP)
	GO_ENVIRONMENT
	MOVQ BX, 0(SP)
	CALL ·pageFault(SB)
	MOVB 8(SP), CX
	MOVQ 24(SP), AX
	MOVQ 16(SP), SP
	WRITE_FS_BASE_AX
	MOVQ cpu_faultArea(GS), DI
	XRSTOR_DI
	TESTB CX, CX
	JEQ  unresolved
	POP_REGISTERS
	ADDQ $16, SP
	IRETQ
unresolved:
	POP_REGISTERS
	JMP ·exceptionEntry(SB)

// nonMaskableEntry handles a non-maskable interrupt, which may come between any two
// instructions. Like a page fault it leaves everything as it was; the vector registers
// are saved on the stack, which is made for that.
TEXT ·nonMaskableEntry(SB),NOSPLIT|NOFRAME,$0
	PUSHQ $0
	PUSHQ $const_vectorNMI
	PUSH_REGISTERS
	CLD
	MOVQ SP, BX
	READ_FS_BASE_AX
	MOVQ AX, R13
	LEAQ -const_vectorAreaSize(SP), DI
	ANDQ $~63, DI
	XORL AX, AX
	MOVQ AX, 512(DI) // XRSTOR wants a clean header
	MOVQ AX, 520(DI)
	MOVQ AX, 528(DI)
	MOVQ AX, 536(DI)
	MOVQ AX, 544(DI)
	MOVQ AX, 552(DI)
	MOVQ AX, 560(DI)
	MOVQ AX, 568(DI)
	LEAQ -32(DI), SP
	XSAVE_DI
	MOVQ R13, 24(SP)
	MOVQ BX, 16(SP)
	GO_ENVIRONMENT
	MOVQ BX, 0(SP)
	MOVQ cpu_self(GS), AX
	MOVQ AX, 8(SP)
	CALL ·nonMaskable(SB)
	LEAQ 32(SP), DI
	MOVQ 24(SP), AX
	WRITE_FS_BASE_AX
	XRSTOR_DI
	MOVQ 16(SP), SP
	POP_REGISTERS
	ADDQ $16, SP
	IRETQ

// exceptionEntry finds vector and error code on its stack. Unless it came out of
// a handler, it moves on to the stack that handlers run on: it will touch the
// program's memory, and the page faults of that need theirs.
TEXT ·exceptionEntry(SB),NOSPLIT|NOFRAME,$0
	PUSH_REGISTERS
	CLD
	MOVQ SP, BX
	CMPQ cpu_inHandler(GS), $0
	JNE  inHandler
	MOVQ cpu_vectorArea(GS), DI
	XSAVE_DI
	MOVQ cpu_stackTop(GS), SP
inHandler:
	SUBQ $32, SP
	ANDQ $~15, SP
	GO_ENVIRONMENT
	MOVQ BX, 0(SP)
	MOVQ cpu_self(GS), AX
	MOVQ AX, 8(SP)
	CALL ·exception(SB)
	JMP ·resume(SB)

#define WITHOUT_ERROR(name, vector) \
TEXT name(SB),NOSPLIT|NOFRAME,$0 \
	PUSHQ $0 \
	PUSHQ $vector \
	JMP ·exceptionEntry(SB)

#define WITH_ERROR(name, vector) \
TEXT name(SB),NOSPLIT|NOFRAME,$0 \
	PUSHQ $vector \
	JMP ·exceptionEntry(SB)

WITHOUT_ERROR(·exception0, 0)
WITHOUT_ERROR(·exception1, 1)
WITHOUT_ERROR(·exception3, 3)
WITHOUT_ERROR(·exception4, 4)
WITHOUT_ERROR(·exception5, 5)
WITHOUT_ERROR(·exception6, 6)
WITHOUT_ERROR(·exception7, 7)
WITH_ERROR(·exception8, 8)
WITH_ERROR(·exception10, 10)
WITH_ERROR(·exception11, 11)
WITH_ERROR(·exception12, 12)
WITH_ERROR(·exception13, 13)
WITHOUT_ERROR(·exception16, 16)
WITH_ERROR(·exception17, 17)
WITHOUT_ERROR(·exception18, 18)
WITHOUT_ERROR(·exception19, 19)

// exceptionStubs has the address of each exception's stub, by vector.
DATA ·exceptionStubs+0(SB)/8, $·exception0(SB)
DATA ·exceptionStubs+8(SB)/8, $·exception1(SB)
DATA ·exceptionStubs+16(SB)/8, $·nonMaskableEntry(SB)
DATA ·exceptionStubs+24(SB)/8, $·exception3(SB)
DATA ·exceptionStubs+32(SB)/8, $·exception4(SB)
DATA ·exceptionStubs+40(SB)/8, $·exception5(SB)
DATA ·exceptionStubs+48(SB)/8, $·exception6(SB)
DATA ·exceptionStubs+56(SB)/8, $·exception7(SB)
DATA ·exceptionStubs+64(SB)/8, $·exception8(SB)
DATA ·exceptionStubs+80(SB)/8, $·exception10(SB)
DATA ·exceptionStubs+88(SB)/8, $·exception11(SB)
DATA ·exceptionStubs+96(SB)/8, $·exception12(SB)
DATA ·exceptionStubs+104(SB)/8, $·exception13(SB)
DATA ·exceptionStubs+112(SB)/8, $·pageFaultEntry(SB)
DATA ·exceptionStubs+128(SB)/8, $·exception16(SB)
DATA ·exceptionStubs+136(SB)/8, $·exception17(SB)
DATA ·exceptionStubs+144(SB)/8, $·exception18(SB)
DATA ·exceptionStubs+152(SB)/8, $·exception19(SB)
GLOBL ·exceptionStubs(SB), RODATA|NOPTR, $160

// func exceptionStub(vector int) uintptr
TEXT ·exceptionStub(SB),NOSPLIT,$0-16
	MOVQ vector+0(FP), CX
	LEAQ ·exceptionStubs(SB), AX
	MOVQ (AX)(CX*8), AX
	MOVQ AX, ret+8(FP)
	RET

// func interruptStubBase() uintptr
TEXT ·interruptStubBase(SB),NOSPLIT,$0-8
	MOVQ $·interruptStubs(SB), AX
	MOVQ AX, ret+0(FP)
	RET

// func syscallEntryAddress() uintptr
TEXT ·syscallEntryAddress(SB),NOSPLIT,$0-8
	MOVQ $·syscallEntry(SB), AX
	MOVQ AX, ret+0(FP)
	RET

// idle is the code of the idle thread: wait for the next interrupt.
TEXT ·idle(SB),NOSPLIT|NOFRAME,$0
wait:
	STI
	HLT
	JMP wait

// func idleAddress() uintptr
TEXT ·idleAddress(SB),NOSPLIT,$0-8
	MOVQ $·idle(SB), AX
	MOVQ AX, ret+0(FP)
	RET

// haltUntilWoken and wakeEntry are how a CPU waits for the kernel lock. The interrupt
// has nothing to do but to come. It may come between two instructions: STI lets nothing
// in before HLT, but when a non-maskable interrupt comes there the CPU need not remember
// that. HLT is skipped then, for nothing would end it.

// func haltUntilWoken()
TEXT ·haltUntilWoken(SB),NOSPLIT|NOFRAME,$0-0
	STI
	HLT // the function's second byte
	CLI
	RET

TEXT ·wakeEntry(SB),NOSPLIT|NOFRAME,$0
	PUSHQ AX
	MOVQ $const_endOfInterrupt, AX
	MOVL $0, (AX)
	MOVQ $·haltUntilWoken+1(SB), AX
	CMPQ 8(SP), AX
	JNE  woken
	INCQ 8(SP)
woken:
	POPQ AX
	IRETQ

// func wakeEntryAddress() uintptr
TEXT ·wakeEntryAddress(SB),NOSPLIT,$0-8
	MOVQ $·wakeEntry(SB), AX
	MOVQ AX, ret+0(FP)
	RET

// func thisCPU() *cpu
TEXT ·thisCPU(SB),NOSPLIT,$0-8
	MOVQ cpu_self(GS), AX
	MOVQ AX, ret+0(FP)
	RET
