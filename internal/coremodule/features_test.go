package coremodule_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/witan-os/witan/internal/coremodule"
	"github.com/witan-os/witan/internal/leb128"
)

// TestShakeKeepsRarities has what compilers seldom make.
func TestShakeKeepsRarities(t *testing.T) {
	for _, tt := range []struct {
		name  string
		build func(r *raw)
		keep  []string
		want  string
	}{
		{
			"the start function", func(r *raw) {
				r.add(secType, fn, 0, 0)
				r.fn(0, unreachable)
				r.fn(0)
				r.add(secStart, 1)
			}, nil, "function type",
		},
		{
			"what is copied into an imported table", func(r *raw) {
				r.add(secType, fn, 0, 0)
				r.add(secImport, "m", "own", byte(1), funcref, 0, 1)
				r.add(secTable, funcref, 0, 1)
				r.fn(0)
				r.fn(0)
				r.add(secElem, 0, i32const(0), end, 1, 1)
				r.add(secElem, 2, 1, i32const(0), end, byte(0), 1, 0)
			}, nil, "import:m.own function table type element-segment",
		},
		{
			"what is copied into an imported memory", func(r *raw) {
				r.add(secImport, "m", "memory", byte(2), 0, 1)
				r.add(secImport, "m", "at", byte(3), i32, 0)
				r.add(secData, 0, globalGet, 0, end, "data")
				r.add(secData, 1, "passive")
			}, nil, "import:m.memory import:m.at memory global data-segment",
		},
		{
			"passive segments that are used", func(r *raw) {
				r.add(secType, fn, 0, 0)
				r.add(secTable, funcref, 0, 4)
				r.add(secMemory, 0, 1)
				r.add(secExport, "init", byte(0), 0)
				r.add(secElem, 1, byte(0), 1, 2)
				r.add(secElem, 1, byte(0), 1, 1)
				r.add(secElem, 5, funcref, 1, refNull, funcref, end)
				r.add(secCount, 3)
				r.fn(0, i32const(0), i32const(0), i32const(1), byte(0xfc), 12, 1, 0,
					byte(0xfc), 13, 2, i32const(0), i32const(0), i32const(1), byte(0xfc), 8, 2, 0, byte(0xfc), 9, 1)
				r.fn(0)
				r.fn(0)
				r.add(secData, 1, "zero")
				r.add(secData, 1, "one")
				r.add(secData, 1, "two")
			}, []string{"init"}, "export:init function function table memory type element-segment element-segment data-segment data-segment",
		},
		{
			"references that only a dropped export declares", func(r *raw) {
				r.add(secType, fn, 0, 1, funcref)
				r.add(secExport, "make", byte(0), 1)
				r.add(secExport, "made", byte(0), 0)
				r.fn(0, refNull, funcref)
				r.fn(0, refFunc, 0)
			}, []string{"make"}, "export:make function function type element-segment",
		},
		{
			"references that a global declares", func(r *raw) {
				r.add(secType, fn, 0, 1, funcref)
				r.add(secGlobal, funcref, 0, refNull, funcref, end)
				r.add(secGlobal, funcref, 0, refFunc, 0, end)
				r.add(secExport, "make", byte(0), 1)
				r.add(secExport, "global", byte(3), 1)
				r.fn(0, refNull, funcref)
				r.fn(0, refFunc, 0)
			}, []string{"make", "global"}, "export:make export:global function function global type",
		},
		{
			"exceptions", func(r *raw) {
				r.add(secType, fn, 0, 0)
				r.add(secType, fn, 1, i32, 0)
				r.add(secType, fn, 0, 1, i32)
				r.add(secTag, 0, 0)
				r.add(secTag, 0, 1)
				r.add(secExport, "catch", byte(0), 1)
				r.fn(0, throw, 0)
				r.fn(2, block, i32, tryTable, byte(0x40), 1, 0, 1, 0, i32const(7), throw, 1, end, i32const(0), end)
			}, []string{"catch"}, "export:catch function tag type type",
		},
		{
			"numbers with padding", func(r *raw) {
				padded := []byte{0x82, 0x80, 0x80, 0x80, 0}
				r.add(secType, fn, 0, 0)
				r.add(secType, fn, 0, 0)
				r.add(secExport, "f", byte(0), []byte{0x81, 0x80, 0})
				r.fn(0)
				r.fn(1, call, padded, block, []byte{0x80, 0x80, 0x80, 0x80, 0}, end)
				r.fn(1)
			}, []string{"f"}, "export:f function function type type",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := newRaw()
			tt.build(r)
			valid(t, r.bytes())
			wasm, m := shake(t, r.bytes(), tt.keep...)
			if got := shape(m); got != tt.want {
				t.Errorf("stays: %s\nwant: %s", got, tt.want)
			}
			valid(t, wasm)
		})
	}
}

// TestShakeOnWhatTheEngineLacks has modules that no engine here can validate.
func TestShakeOnWhatTheEngineLacks(t *testing.T) {
	r := newRaw()
	r.add(secType, fn, 0, 0)
	r.add(secMemory, 0, 1)
	r.add(secMemory, 5, []byte{1, 2}) // with indices of 64 bits
	r.add(secMemory, 0, 1)
	r.add(secTable, byte(0x40), byte(0), funcref, 0, 1, refFunc, 1, end)
	r.add(secExport, "second", byte(0), 0)
	r.add(secExport, "table", byte(1), 0)
	r.fn(0, i32const(0), load, 0x42, 2, 8, drop, i32const(0), byte(0xfe), 0x10, 0x42, 2, 0, drop)
	r.fn(0)
	r.fn(0)
	r.add(secData, 0, i32const(0), end, "first")
	r.add(secData, 2, 2, i32const(0), end, "third")
	wasm, m := shake(t, r.bytes(), "second")
	if got, want := shape(m), "export:second function memory type data-segment"; got != want {
		t.Errorf("stays: %s\nwant: %s", got, want)
	}
	// The memory that stays is number 0 now, although it is still named.
	if !bytes.Contains(wasm, []byte{load, 0x42, 0, 8}) {
		t.Errorf("the code is %x", wasm)
	}
	_, m = shake(t, r.bytes(), "table")
	if got, want := shape(m), "export:table function table type"; got != want {
		t.Errorf("stays: %s\nwant: %s", got, want)
	}
}

// nameMap is a subsection of the name section, of indices with names.
func nameMap(id int, entries ...any) []byte {
	body := enc(append([]any{len(entries) / 2}, entries...)...)
	return enc(id, len(body), body)
}

func named(names ...any) *raw {
	r := newRaw()
	r.add(secType, fn, 1, i32, 0)
	r.add(secGlobal, i32, byte(0), i32const(1), end)
	r.add(secGlobal, i32, byte(0), i32const(2), end)
	r.add(secExport, "f", byte(0), 1)
	r.fn(0)
	r.fn(0, globalGet, 1, drop)
	r.custom("producers", "who")
	r.custom("name", names...)
	r.custom("component-type:x", "world")
	r.custom(".debug_line", "where")
	return r
}

func TestShakeRenamesNames(t *testing.T) {
	locals := enc(2, 0, 1, 0, "gone", 1, 1, 0, "argument")
	r := named(enc(0, 2, "m"), nameMap(1, 0, "unused", 1, "used"), enc(2, len(locals), locals), nameMap(7, 0, "one", 1, "two"))
	wasm, _ := shake(t, r.bytes(), "f")
	stays := enc(1, 0, 1, 0, "argument")
	want := enc("name", enc(0, 2, "m"), nameMap(1, 0, "used"), enc(2, len(stays), stays), nameMap(7, 0, "two"))
	if !bytes.Contains(wasm, want) {
		t.Errorf("the names are not %x in %x", want, wasm)
	}
	for name, stays := range map[string]bool{"producers": true, "component-type:x": false, ".debug_line": false, "unused": false} {
		if bytes.Contains(wasm, []byte(name)) != stays {
			t.Errorf("custom section %s: stays is not %t", name, stays)
		}
	}
	valid(t, wasm)
}

// TestMalformedNamesAreAbsent: so the specification has it.
func TestMalformedNamesAreAbsent(t *testing.T) {
	for what, names := range map[string][]byte{
		"cut off":         {1, 20, 1, 0},
		"too many":        {1, 1, 100},
		"not ascending":   nameMap(1, 1, "b", 0, "a"),
		"not UTF-8":       nameMap(1, 1, "\xff"),
		"of unknown kind": nameMap(77, 1, "a"),
		"with more":       {1, 3, 0, 0, 0},
	} {
		wasm, _ := shake(t, named(names).bytes(), "f")
		if bytes.Contains(wasm, []byte("\x04name")) {
			t.Errorf("%s: the names stay", what)
		}
	}
}

func TestReadRefuses(t *testing.T) {
	section := func(id byte, parts ...any) string {
		body := enc(parts...)
		return "\x00asm\x01\x00\x00\x00" + string(enc(id, len(body), body))
	}
	for _, tt := range []struct{ name, wasm, want string }{
		{"nothing", "", "does not begin with"},
		{"a component", "\x00asm\x0d\x00\x01\x00", "does not begin with"},
		{"a cut section", "\x00asm\x01\x00\x00\x00\x01\x05\x00", "offset 0xa: the module is cut off"},
		{"a huge vector", section(secType, 1<<30), "claims 1073741824 elements"},
		{"sections out of order", section(secFunc, 0) + "\x01\x01\x00", "offset 0xb: section 1 is unknown or out of order"},
		{"an unknown section", section(14, 0), "section 14 is unknown"},
		{"garbage-collected types", section(secType, 1, byte(0x5f), 0), "type form 0x5f is not supported"},
		{"typed references", section(secType, 1, fn, 1, byte(0x64), 0, 0), "typed references"},
		{"a type that is missing", section(secFunc, 1, 5), "offset 0xb: there is no type 5"},
		{"an export of nothing", section(secExport, 1, "f", byte(0), 3), "there is no function 3"},
		{"an export of unknown kind", section(secExport, 1, "f", byte(9), 3), "exports of kind 0x9"},
		{"an import of unknown kind", section(secImport, 1, "f", "g", byte(9)), "imports of kind 0x9"},
		{"functions without code", section(secType, 1, fn, 0, 0) + "\x03\x02\x01\x00", "1 functions are declared and 0 have code"},
		{"code without functions", section(secCode, 1, 2, 0, end), "code for more than the 0 functions"},
		{"a wrong number of data", section(secCount, 4), "4 data segments are announced and there are 0"},
		{"left-overs", section(secMemory, 1, 0, 1, 7), "1 bytes are left over"},
		{"unknown element flags", section(secElem, 1, 9), "flags 0x9 are unknown"},
		{"unknown data flags", section(secData, 1, 3), "flags 0x3 are unknown"},
		{"unknown limits", section(secMemory, 1, byte(0x10)), "flags 0x10"},
		{"a segment for no memory", section(secData, 1, 0, i32const(0), end, "x"), "there is no memory 0"},
	} {
		_, err := coremodule.Read([]byte(tt.wasm))
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: the error is %v, want one with %q", tt.name, err, tt.want)
		}
	}
}

// TestReadBounds: what has too many entries is refused before the rest is looked at.
func TestReadBounds(t *testing.T) {
	const many = 1_000_001
	types := enc(many, bytes.Repeat([]byte{fn, 0, 0}, many))
	exports := enc(many, bytes.Repeat([]byte{0, 2, 0}, many))
	for what, wasm := range map[string][]byte{
		"entries of kind type": enc([]byte("\x00asm\x01\x00\x00\x00"), secType, len(types), types),
		"exports":              enc([]byte("\x00asm\x01\x00\x00\x00"), secMemory, 3, 1, 0, 1, secExport, len(exports), exports),
	} {
		if _, err := coremodule.Read(wasm); err == nil || !strings.Contains(err.Error(), "more than 1000000 "+what) {
			t.Errorf("%s: the error is %v", what, err)
		}
	}
}

func TestShakeRefusesCode(t *testing.T) {
	for _, tt := range []struct {
		name string
		code []any
		want string
	}{
		{"a function that is missing", []any{call, 9}, "there is no function 9"},
		{"a data segment that is missing", []any{byte(0xfc), 9, 3}, "there is no data segment 3"},
		{"an unknown instruction", []any{byte(0xc5)}, "opcode 0xc5 is unknown"},
		{"an unknown instruction with a prefix", []any{byte(0xfc), 99}, "opcode 0xfc is unknown"},
		{"a garbage-collected value", []any{byte(0xfb), 0}, "opcode 0xfb is unknown"},
		{"a call of a typed reference", []any{byte(0x14), 0}, "typed references"},
		{"a typed null", []any{refNull, 0}, "typed references"},
		{"a cut instruction", []any{call, []byte{0xff, 0xff}}, "offset"},
	} {
		r := newRaw()
		r.add(secType, fn, 0, 0)
		r.add(secExport, "f", byte(0), 0)
		r.fn(0, tt.code...)
		if _, err := coremodule.Shake(r.bytes(), []string{"f"}); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: the error is %v, want one with %q", tt.name, err, tt.want)
		}
		if _, err := coremodule.Shake(r.bytes(), nil); err != nil {
			t.Errorf("%s: not needed, and yet %v", tt.name, err)
		}
	}
}

// TestManyTypes: the index of a block's type is a signed number, which from 64 on takes another byte.
func TestManyTypes(t *testing.T) {
	r := newRaw()
	r.add(secType, fn, 1, i64, 0) // dropped
	for i := range 70 {
		r.add(secType, fn, 0, 0)
		r.add(secExport, fmt.Sprint(i), byte(0), i)
	}
	for i := range 70 {
		r.fn(1+i, block, leb128.AppendInt(nil, int64(1+i)), end)
	}
	keep := make([]string, 70)
	for i := range keep {
		keep[i] = fmt.Sprint(i)
	}
	wasm, m := shake(t, r.bytes(), keep...)
	if m.Len(coremodule.Type) != 70 {
		t.Errorf("there are %d types", m.Len(coremodule.Type))
	}
	valid(t, wasm)
}

func TestReadModule(t *testing.T) {
	m, err := coremodule.Read(rich())
	if err != nil {
		t.Fatal(err)
	}
	if got := m.Imports[1]; got != (coremodule.Import{Module: "env", Name: "used", Space: coremodule.Func, Index: 1}) {
		t.Errorf("the second import is %v", got)
	}
	for i, want := range map[uint32]string{0: "7c -> 7c", 1: "7f -> 7f", 2: "7e -> 7e", 6: "7f7f -> 7f"} {
		f := m.FuncType(i)
		if got := hex(f.Params) + " -> " + hex(f.Results); got != want {
			t.Errorf("function %d is of type %s, want %s", i, got, want)
		}
	}
	if b := m.Body(2); !bytes.Equal(b, []byte{0, localGet, 0, end}) {
		t.Errorf("the code of function 2 is %x", b)
	}
	if b := m.Body(0); len(b) != 0 {
		t.Errorf("an imported function has the code %x", b)
	}
}
