// Package asm is the smallest assembler that can make a boot stub: machine code goes in as bytes, and the
// package puts in the addresses of labels once all are known. With it, building an image needs no other
// program. What the bytes mean is written next to them, by whoever writes them.
package asm

import (
	"encoding/binary"
	"fmt"
)

// Opcodes of the jumps that take a 32-bit displacement, for Assembler.Jump.
var (
	JMP = []byte{0xe9}
	JB  = []byte{0x0f, 0x82} // unsigned less
	JNC = []byte{0x0f, 0x83} // carry clear
	JZ  = []byte{0x0f, 0x84} // zero
	JNZ = []byte{0x0f, 0x85} // not zero
	JAE = JNC                // unsigned greater or equal
)

// An Assembler collects machine code.
type Assembler struct {
	origin uint32 // the address of the first byte
	code   []byte
	labels map[string]uint32
	fixups []fixup
}

// A fixup is a 32-bit field that refers to a label.
type fixup struct {
	at       int // of the field in code
	label    string
	relative bool // to the end of the field, as in a jump; otherwise absolute
}

// New returns an assembler for code that will run at address origin.
func New(origin uint32) *Assembler {
	return &Assembler{origin: origin, labels: make(map[string]uint32)}
}

// Here is the address of the next byte.
func (a *Assembler) Here() uint32 { return a.origin + uint32(len(a.code)) }

// Label names the address of the next byte.
func (a *Assembler) Label(name string) { a.labels[name] = a.Here() }

// Op appends bytes: an opcode with its ModR/M byte and short operands.
func (a *Assembler) Op(code ...byte) { a.code = append(a.code, code...) }

// Op32 appends an instruction that ends in a 32-bit operand.
func (a *Assembler) Op32(operand uint32, code ...byte) {
	a.Op(code...)
	a.code = binary.LittleEndian.AppendUint32(a.code, operand)
}

// OpAddr appends an instruction that ends in the absolute address of a label.
func (a *Assembler) OpAddr(label string, code ...byte) {
	a.Op(code...)
	a.refer(label, false)
}

// Jump appends a jump to a label; code is one of the opcodes above.
func (a *Assembler) Jump(label string, code ...byte) {
	a.Op(code...)
	a.refer(label, true)
}

// OpRel appends an instruction that ends in the distance from its end to a label, as operands relative to RIP do.
func (a *Assembler) OpRel(label string, code ...byte) { a.Jump(label, code...) }

// LabelAt names an address outside of the code.
func (a *Assembler) LabelAt(name string, address uint32) { a.labels[name] = address }

// Address returns the address of a label, which must have been defined.
func (a *Assembler) Address(name string) uint32 { return a.labels[name] }

func (a *Assembler) refer(label string, relative bool) {
	a.fixups = append(a.fixups, fixup{at: len(a.code), label: label, relative: relative})
	a.code = append(a.code, 0, 0, 0, 0)
}

// Link fills in the references and returns the code.
func (a *Assembler) Link() ([]byte, error) {
	for _, f := range a.fixups {
		value, ok := a.labels[f.label]
		if !ok {
			return nil, fmt.Errorf("asm: label %q is used but not defined", f.label)
		}
		if f.relative {
			value -= a.origin + uint32(f.at) + 4
		}
		binary.LittleEndian.PutUint32(a.code[f.at:], value)
	}
	return a.code, nil
}
