package coremodule_test

import (
	"fmt"

	"github.com/witan-os/witan/internal/leb128"
)

// raw is a core module that is put together from entries of sections as they are, because the modules to be read here have
// what no other test of the tree needs.
type raw struct {
	entries map[byte][][]byte
	customs []byte
}

// The sections by their ids, and in their order.
const (
	secType = 1 + iota
	secImport
	secFunc
	secTable
	secMemory
	secGlobal
	secExport
	secStart
	secElem
	secCode
	secData
	secCount
	secTag
)

var sectionOrder = []byte{
	secType, secImport, secFunc, secTable, secMemory, secTag, secGlobal, secExport, secStart, secElem, secCount, secCode, secData,
}

func newRaw() *raw { return &raw{entries: map[byte][][]byte{}} }

// enc writes an int as an unsigned number, a string as a name, and bytes as they are.
func enc(parts ...any) (b []byte) {
	for _, p := range parts {
		switch p := p.(type) {
		case int:
			b = leb128.AppendUint(b, uint64(p))
		case byte:
			b = append(b, p)
		case string:
			b = append(leb128.AppendUint(b, uint64(len(p))), p...)
		case []byte:
			b = append(b, p...)
		}
	}
	return b
}

// add appends an entry to a section and returns its number.
func (r *raw) add(section byte, parts ...any) int {
	r.entries[section] = append(r.entries[section], enc(parts...))
	return len(r.entries[section]) - 1
}

// fn adds a function without locals; code is without the last end.
func (r *raw) fn(typ int, code ...any) int {
	body := enc(append(append([]any{0}, code...), byte(0x0b))...)
	r.add(secFunc, typ)
	return r.add(secCode, len(body), body)
}

func (r *raw) custom(name string, contents ...any) {
	section := enc(append([]any{name}, contents...)...)
	r.customs = append(r.customs, enc(0, len(section), section)...)
}

func (r *raw) bytes() []byte {
	out := []byte("\x00asm\x01\x00\x00\x00")
	for _, id := range sectionOrder {
		list := r.entries[id]
		if len(list) == 0 {
			continue
		}
		var body []byte
		if id != secStart && id != secCount {
			body = enc(len(list))
		}
		for _, e := range list {
			body = append(body, e...)
		}
		out = append(out, enc(id, len(body), body)...)
	}
	return append(out, r.customs...)
}

// i32const is the instruction with a small number.
func i32const(n int) []byte { return leb128.AppendInt([]byte{0x41}, int64(n)) }

// The value types, and the instructions that the tests use, by their codes.
const (
	i32     byte = 0x7f
	i64     byte = 0x7e
	funcref byte = 0x70
	fn      byte = 0x60 // the form of a function type

	unreachable  byte = 0x00
	block        byte = 0x02
	tryTable     byte = 0x1f
	throw        byte = 0x08
	end          byte = 0x0b
	call         byte = 0x10
	callIndirect byte = 0x11
	drop         byte = 0x1a
	localGet     byte = 0x20
	localSet     byte = 0x21
	globalGet    byte = 0x23
	globalSet    byte = 0x24
	tableGet     byte = 0x25
	tableSet     byte = 0x26
	load         byte = 0x28
	store        byte = 0x36
	i32add       byte = 0x6a
	i32mul       byte = 0x6c
	i32and       byte = 0x71
	refNull      byte = 0xd0
	refIsNull    byte = 0xd1
	refFunc      byte = 0xd2
)

func hex(b []byte) string { return fmt.Sprintf("%x", b) }
