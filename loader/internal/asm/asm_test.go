package asm

import (
	"bytes"
	"testing"
)

func TestLink(t *testing.T) {
	a := New(0x1000)
	a.Jump("end", JZ...)         // forward
	a.Label("loop")              //
	a.Op32(0x12345678, 0xb8)     // mov eax, 0x12345678
	a.Jump("loop", JMP...)       // backward
	a.OpAddr("end", 0x0f, 0x01)  // absolute
	a.Op32(0xffffffff, 0x0f, 10) // an operand with its sign bit set
	a.Label("end")
	if a.Here() != 0x101c {
		t.Errorf("Here() = %#x", a.Here())
	}
	code, err := a.Link()
	if err != nil {
		t.Fatal(err)
	}
	want := []byte{
		0x0f, 0x84, 0x16, 0, 0, 0,
		0xb8, 0x78, 0x56, 0x34, 0x12,
		0xe9, 0xf6, 0xff, 0xff, 0xff,
		0x0f, 0x01, 0x1c, 0x10, 0, 0,
		0x0f, 10, 0xff, 0xff, 0xff, 0xff,
	}
	if !bytes.Equal(code, want) {
		t.Errorf("code\n% x, want\n% x", code, want)
	}
}

func TestLinkUndefinedLabel(t *testing.T) {
	a := New(0)
	a.Jump("nowhere", JMP...)
	if _, err := a.Link(); err == nil || err.Error() != `asm: label "nowhere" is used but not defined` {
		t.Errorf("error %v", err)
	}
}
