package meter_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/witan-os/witan/internal/leb128"
	"github.com/witan-os/witan/internal/testwasm"
	"github.com/witan-os/witan/runtime/engine"
	"github.com/witan-os/witan/runtime/meter"
)

const preamble = "\x00asm\x01\x00\x00\x00"

// section encodes a section of a core module.
func section(id byte, body ...byte) string {
	return string(leb128.AppendUint([]byte{id}, uint64(len(body)))) + string(body)
}

// module encodes a module with one function of no parameters whose body, with locals and end, is given.
func module(body ...byte) []byte {
	code := append(leb128.AppendUint([]byte{1}, uint64(len(body))), body...)
	return []byte(preamble + section(1, 1, 0x60, 0, 0) + section(3, 1, 0) + section(10, code...))
}

func TestMalformed(t *testing.T) {
	tests := []struct {
		name string
		wasm []byte
		text string // in the error
	}{
		{"nothing", nil, "not a core module"},
		{"a component", []byte("\x00asm\x0d\x00\x01\x00"), "not a core module"},
		{"unknown section", []byte(preamble + section(14)), "no such section"},
		{"section cut off", []byte(preamble + "\x01\x05\x00"), "cut off"},
		{"sections out of order", []byte(preamble + section(3, 0) + section(1, 0)), "out of order"},
		{"section twice", []byte(preamble + section(1, 0) + section(1, 0)), "out of order"},
		{"section too long", []byte(preamble + section(1, 0, 0)), "1 bytes are left over"},
		{"vector without end", []byte(preamble + section(1, 0xff, 0xff, 0xff, 0xff, 0x0f)), "claims 4294967295 elements"},
		{"recursive types", []byte(preamble + section(1, 1, 0x4e, 0)), "type form 0x4e"},
		{"no such type", []byte(preamble + section(1, 0) + section(3, 1, 0)), "no type 0"},
		{"functions without code", []byte(preamble + section(1, 1, 0x60, 0, 0) + section(3, 1, 0)), "1 functions are declared and 0 have code"},
		{"export of no function", []byte(preamble + section(7, 1, 0, 0, 0)), "no function 0"},
		{"export of no global", []byte(preamble + section(7, 1, 0, 3, 0)), "no global 0"},
		{"reference to no function", []byte(preamble + section(6, 1, 0x70, 0, 0xd2, 0, 0x0b)), "no function 0"},
		{"import of a new kind", []byte(preamble + section(2, 1, 0, 0, 5)), "kind 0x5"},
		{"memory of 64 bits", []byte(preamble + section(5, 1, 4, 0)), "limits with flags 0x4"},
		{"element segment", []byte(preamble + section(9, 1, 8)), "flags 0x8"},
		{"data segment", []byte(preamble + section(11, 1, 3)), "flags 0x3"},
		{"computed offset", []byte(preamble + section(11, 1, 0, 0x45, 0x0b, 0)), "opcode 0x45"},
		{"no end", module(0, 0x01), "cut off"},
		{"two ends", module(0, 0x0b, 0x0b), "follow the end"},
		{"open block", module(0, 0x02, 0x40, 0x0b), "cut off"},
		{"else without if", module(0, 0x02, 0x40, 0x05, 0x0b, 0x0b), "no if"},
		{"second else", module(0, 0x41, 0, 0x04, 0x40, 0x05, 0x05, 0x0b, 0x0b), "no if"},
		{"else in function", module(0, 0x05, 0x0b), "no if"},
		{"unknown opcode", module(0, 0xff, 0x0b), "opcode 0xff"},
		{"legacy try", module(0, 0x06, 0x40, 0x0b, 0x0b), "opcode 0x6 "},
		{"unknown prefixed opcode", module(0, 0xfc, 18, 0x0b), "is unknown"},
		{"large prefixed opcode", module(0, 0xfc, 0x80, 0x80, 1, 0x0b), "is unknown"},
		{"relaxed vector", module(0, 0xfd, 0x80, 0x02, 0x0b), "shortest form"},
		{"padded vector opcode", module(0, 0xfd, 0x8c, 0x00, 0x0b), "shortest form"},
		{"label", module(0, 0x0c, 1, 0x0b), "no label 1"},
		{"label in a table", module(0, 0x41, 0, 0x0e, 1, 0, 1, 0x0b), "no label 1"},
		{"label of a catch", module(0, 0x1f, 0x40, 1, 2, 1, 0x0b, 0x0b), "no label 1"},
		{"kind of a catch", module(0, 0x1f, 0x40, 1, 4, 0, 0x0b, 0x0b), "kind 0x4"},
		{"function", module(0, 0x10, 1, 0x0b), "no function 1"},
		{"local", module(0, 0x20, 0, 0x1a, 0x0b), "no local variable 0"},
		{"the counter", module(0, 0x23, 0, 0x1a, 0x0b), "no global 0"},
		{"type of a block", module(0, 0x02, 1, 0x0b, 0x0b), "no type 1"},
		{"type of an indirect call", module(0, 0x41, 0, 0x11, 1, 0, 0x0b), "no type 1"},
		{"table", module(0, 0x41, 0, 0x11, 0, 0, 0x0b), "no table 0"},
		{"memory", module(0, 0x3f, 0, 0x1a, 0x0b), "no memory"},
		{"tag", module(0, 0x08, 0, 0x0b), "no tag 0"},
		{"element", module(0, 0xfc, 13, 0, 0x0b), "no element segment 0"},
		{"locals", module(1, 0xff, 0xff, 0xff, 0xff, 0x0f, 0x7f, 0x0b), "more than 50000"},
		{"locals, in groups", module(2, 0xff, 0x7f, 0x7f, 0xd2, 0x86, 0x02, 0x7f, 0x0b), "more than 50000"},
		{"constant", module(0, 0x42, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0, 0x0b), "too many bytes"},
	}
	for _, tt := range tests {
		_, err := meter.Rewrite(tt.wasm)
		var e *meter.Error
		if !errors.As(err, &e) || !strings.Contains(err.Error(), tt.text) {
			t.Errorf("%s: %v, want %q", tt.name, err, tt.text)
		} else if e.Offset < 0 || e.Offset > len(tt.wasm) {
			t.Errorf("%s: offset %d of %d", tt.name, e.Offset, len(tt.wasm))
		}
	}
}

// TestNoCode checks that there is nothing to do for a module without functions.
func TestNoCode(t *testing.T) {
	wasm := []byte(preamble + section(5, 1, 0, 1))
	r, err := meter.Rewrite(wasm)
	if err != nil || string(r.Module) != string(wasm) || r.Import != "" || r.Counter != "" {
		t.Errorf("%+v, %v", r, err)
	}
}

// TestNamesAreFree has a module that uses the names that it would get.
func TestNamesAreFree(t *testing.T) {
	m := testwasm.NewModule()
	m.ImportFunc("meter", "yield", "-> i32")
	m.Func("fuel", "-> i32", "loop call 0 br_if 0 end i32.const 5")
	r, err := meter.Rewrite(m.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if r.Import == "meter" || r.Counter == "fuel" {
		t.Errorf("the names are %q and %q", r.Import, r.Counter)
	}
	e := newEngines(t).metered
	code, err := e.Compile(ctx, m.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	own, err := e.Host(ctx, []engine.HostFunc{{
		Name: "yield", Type: engine.NewFuncType(nil, []byte{0x7f}),
		Code: engine.GoFunc(func(_ context.Context, stack []uint64) { stack[0] = 0 }),
	}})
	if err != nil {
		t.Fatal(err)
	}
	inst, err := e.Instantiate(ctx, code, func(name string) engine.Module {
		if name != "meter" {
			t.Errorf("asked for %q", name)
		}
		return own
	})
	if err != nil {
		t.Fatal(err)
	}
	if got, err := inst.ExportedFunction("fuel").Call(ctx); err != nil || got[0] != 5 {
		t.Errorf("%v, %v", got, err)
	}
}

// TestNames reads function names out of stack traces.
func TestNames(t *testing.T) {
	m := testwasm.NewModule()
	m.ImportFunc("host", "f", "->")
	m.Func("outer", "->", "call 2")
	m.Func("", "->", "unreachable")
	name := func(s string) string { return string(rune(len(s))) + s }
	functions := "\x03" + "\x00" + name("imported") + "\x01" + name("caller") + "\x02" + name("culprit")
	locals := "\x01\x02\x01\x00" + name("x")
	subsection := func(id byte, body string) string { return section(id, []byte(body)...) }
	trap := func(names string) string {
		wasm := append(m.Bytes(), section(0, []byte(name("name")+names)...)...)
		e := newEngines(t).metered
		code, err := e.Compile(ctx, wasm)
		if err != nil {
			t.Fatal(err)
		}
		host, err := e.Host(ctx, []engine.HostFunc{{Name: "f", Code: engine.GoFunc(func(context.Context, []uint64) {})}})
		if err != nil {
			t.Fatal(err)
		}
		inst, err := e.Instantiate(ctx, code, func(string) engine.Module { return host })
		if err != nil {
			t.Fatal(err)
		}
		_, err = inst.ExportedFunction("outer").Call(ctx)
		report := engine.Trace(err)
		return strings.Join(append([]string{report.Reason}, report.Frames...), ", ")
	}
	text := trap(subsection(0, name("mod")) + subsection(1, functions) + subsection(2, locals))
	if !strings.Contains(text, "mod.culprit(), mod.caller()") {
		t.Errorf("the trap says %s", text)
	}
	for what, names := range map[string]string{
		"cut off":    "\x01\x7f\x00",
		"descending": subsection(1, "\x02"+"\x02"+name("a")+"\x01"+name("b")),
		"no UTF-8":   subsection(1, "\x01"+"\x02"+name("\xff")),
		"too many":   subsection(1, "\xff\xff\x03"),
		"beyond":     subsection(1, "\x01"+"\x63"+name("a")),
	} {
		if text := trap(names); !strings.Contains(text, "unreachable") {
			t.Errorf("%s: the trap says %s", what, text)
		}
	}
}

// TestLimits takes functions to the limits of engines: they must not be crossed.
func TestLimits(t *testing.T) {
	e := newEngines(t)
	// 50,000 locals, and a memory.fill that would like one more.
	body := []byte{1}
	body = append(leb128.AppendUint(body, 50_000), 0x7f)
	body = append(body, 0x41, 0, 0x41, 7, 0x41, 5, 0xfc, 11, 0, 0x0b)
	code := append(leb128.AppendUint([]byte{1}, uint64(len(body))), body...)
	wasm := []byte(preamble + section(1, 1, 0x60, 0, 0) + section(3, 1, 0) + section(5, 1, 0, 1) +
		section(7, 2, 1, 'm', 2, 0, 1, 'f', 0, 0) + section(10, code...))
	compiled, err := e.metered.Compile(ctx, wasm)
	if err != nil {
		t.Fatal(err)
	}
	inst, err := e.metered.Instantiate(ctx, compiled, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := inst.ExportedFunction("f").Call(ctx); err != nil {
		t.Fatal(err)
	}
	if got, _ := inst.Memory().Read(0, 6); string(got) != "\x07\x07\x07\x07\x07\x00" {
		t.Errorf("the memory is %x", got)
	}

	// A function of 1.2 MB that consists of loops would have more than 10 MB with checks apart, and has 7 otherwise.
	loops := []byte{0}
	for range 400_000 {
		loops = append(loops, 0x03, 0x40, 0x01, 0x0b)
	}
	if _, err := meter.Rewrite(module(append(loops, 0x0b)...)); err == nil || !strings.Contains(err.Error(), "would be larger than") {
		t.Errorf("many loops: %v", err)
	}
	if r, err := meter.Rewrite(module(append(loops[:1+4*300_000], 0x0b)...)); err != nil || len(r.Module) > 7_654_321+1000 {
		t.Errorf("fewer loops: %v, %d bytes", err, len(r.Module))
	}
}

// TestDeep nests blocks and loops as deeply as there is room: time and memory must not get out of hand.
func TestDeep(t *testing.T) {
	const depth = 50_000
	for _, opener := range []string{"\x02\x40", "\x03\x40", "\x41\x00\x04\x40", "\x1f\x40\x00"} {
		body := []byte{0}
		for range depth {
			body = append(body, opener...)
		}
		body = append(body, 0x41, 0, 0x0e)
		body = leb128.AppendUint(body, depth)
		for i := range depth + 1 {
			body = leb128.AppendUint(body, uint64(i))
		}
		for range depth + 1 {
			body = append(body, 0x0b)
		}
		r, err := meter.Rewrite(module(body...))
		if err != nil || len(r.Module) > 100*len(body) {
			t.Errorf("%x: %v, %d bytes from %d", opener, err, len(r.Module), len(body))
		}
	}
	// Loops that count to 2, each inside of the last one.
	var nest func(n int) []byte
	nest = func(n int) []byte {
		if n == 0 {
			return nil
		}
		head := []byte{0x41, 0, 0x21, 0, 0x03, 0x40}
		tail := []byte{0x20, 0, 0x41, 1, 0x6a, 0x22, 0, 0x41, 2, 0x47, 0x0d, 0, 0x0b}
		return append(append(head, nest(n-1)...), tail...)
	}
	body := append([]byte{1, 1, 0x7f}, nest(2000)...)
	if _, err := meter.Rewrite(module(append(body, 0x0b)...)); err != nil {
		t.Error(err)
	}
}

func FuzzRewrite(f *testing.F) {
	for seed := range uint64(6) {
		f.Add(makeGuest(seed, 3))
	}
	f.Add(module(0, 0x03, 0x40, 0x0c, 0, 0x0b, 0x0b))
	e := newEngines(f)
	f.Fuzz(func(t *testing.T, wasm []byte) {
		r, err := meter.Rewrite(wasm)
		if err != nil {
			return
		}
		// What the engine takes must be taken with instrumentation.
		plain, err := e.plain.Compile(ctx, wasm)
		if err != nil {
			return
		}
		_ = plain.Close(ctx)
		metered, err := e.plain.CompileTrusted(ctx, r.Module)
		if err != nil {
			t.Fatalf("valid before, and now: %v", err)
		}
		_ = metered.Close(ctx)
	})
}
