package engine

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/witan-os/witan/internal/leb128"
	"github.com/witan-os/witan/internal/testwasm"
)

// everything is a module that imports and exports one of each kind, and defines more.
func everything() []byte {
	m := testwasm.NewModule()
	f := m.ImportFunc("a", "f", "i32 i64 -> f32")
	m.ImportTable("a", "t", 3)
	m.ImportMemory("b", "m", 1)
	m.ImportGlobal("b", "g")
	m.ImportTag("", "e", "i32 ->")
	m.Export("f again", testwasm.Func, f)
	m.Export("t again", testwasm.Table, 0)
	m.Export("m again", testwasm.Memory, 0)
	m.Export("g again", testwasm.Global, 0)
	m.Export("e again", testwasm.Tag, 0)
	m.Func("own", "-> i32", "i32.const 7")
	m.Global("own g", 5)
	m.Tag("own e", "i64 ->")
	m.Data(0, "data")
	return m.Bytes()
}

func TestShape(t *testing.T) {
	s, _, err := readShape(everything())
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, i := range s.imports {
		got = append(got, fmt.Sprintf("%s %q %q %s", i.Kind, i.Module, i.Name, i.Func))
	}
	want := []string{
		`func "a" "f" (i32 i64) -> (f32)`, `table "a" "t" () -> ()`, `memory "b" "m" () -> ()`,
		`global "b" "g" () -> ()`, `tag "" "e" (i32) -> ()`,
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("imports:\n%s", strings.Join(got, "\n"))
	}
	for name, want := range map[string]struct {
		kind ExternKind
		typ  string
	}{
		"f again": {ExternFunc, "(i32 i64) -> (f32)"}, "t again": {ExternTable, "() -> ()"},
		"m again": {ExternMemory, "() -> ()"}, "g again": {ExternGlobal, "() -> ()"}, "e again": {ExternTag, "(i32) -> ()"},
		"own": {ExternFunc, "() -> (i32)"}, "own g": {ExternGlobal, "() -> ()"}, "own e": {ExternTag, "(i64) -> ()"},
	} {
		if x, ok := s.exports[name]; !ok || x.Kind != want.kind || x.Func.String() != want.typ {
			t.Errorf("export %q: %v, %s %s", name, ok, x.Kind, x.Func)
		}
	}
	if !s.hasCode || s.hasMemory {
		t.Errorf("hasCode %v, hasMemory %v", s.hasCode, s.hasMemory)
	}
}

// TestShapeOfTruncatedModules reads every beginning of a module. Only one that ends between two sections is
// a module.
func TestShapeOfTruncatedModules(t *testing.T) {
	wasm := everything()
	ends := map[int]bool{headerSize: true}
	for p := headerSize; p < len(wasm); {
		size, n, err := leb128.Uint32(wasm[p+1:])
		if err != nil {
			t.Fatal(err)
		}
		p += 1 + n + int(size)
		ends[p] = true
	}
	for n := range wasm {
		if _, _, err := readShape(wasm[:n]); (err == nil) != ends[n] {
			t.Errorf("the first %d bytes: %v", n, err)
		}
	}
}

func TestShapeErrors(t *testing.T) {
	const header = "\x00asm\x01\x00\x00\x00"
	for _, tt := range []struct{ name, wasm, want string }{
		{"empty", "", `not a core module: it does not begin with \0asm`},
		{"text", "(module $m)", "not a core module"},
		{"no size", header + "\x01", "offset 0x9: size of section 1: the integer is cut off"},
		{"endless size", header + "\x01\x80\x80\x80\x80\x80\x00", "offset 0x9: size of section 1: the integer has too many bytes"},
		{"cut off", header + "\x01\x05\x00", "offset 0x8: section 1 is cut off: it claims 5 bytes and 1 are left"},
		{"huge section", header + "\x01\xff\xff\xff\xff\x0f", "it claims 4294967295 bytes and 0 are left"},
		{"no type", header + "\x01\x01\x01", "offset 0xb: the section is cut off"},
		{"many types", header + "\x01\x05\xff\xff\xff\xff\x0f", "offset 0xf: the section is cut off"},
		{"array type", header + "\x01\x02\x01\x5e", "type form 0x5e is not supported: only function types are"},
		{"long params", header + "\x01\x07\x01\x60\xff\xff\xff\xff\x0f", "the section is cut off"},
		{"import kind", header + "\x02\x06\x01\x01a\x01b\x09", `import "a" "b" has unknown kind 0x9`},
		{"import type", header + "\x02\x07\x01\x01a\x01b\x00\x00", "type 0 is not defined"},
		{"import name", header + "\x02\x07\x01\x01\xff\x01b\x00\x00", "a name is not valid UTF-8"},
		{"function type", header + "\x03\x02\x01\x04", "type 4 is not defined"},
		{"global initialiser", header + "\x06\x05\x01\x7f\x00\x10\x00", "opcode 0x10 is not allowed in a constant expression"},
		{"global without end", header + "\x06\x05\x01\x7f\x00\x41\x00", "the section is cut off"},
		{"export", header + "\x07\x05\x01\x01x\x00\x00", `export "x" refers to func 0, which is not defined`},
		{"export kind", header + "\x07\x05\x01\x01x\x22\x00", `export "x" refers to unknown 0, which is not defined`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, _, err := readShape([]byte(tt.wasm))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
}

// TestShapeLacks reads modules that another engine could run.
func TestShapeLacks(t *testing.T) {
	const header = "\x00asm\x01\x00\x00\x00"
	for _, tt := range []struct{ name, wasm, want string }{
		{"struct type", header + "\x01\x03\x01\x5f\x00", "type form 0x5f is not supported"},
		{"64-bit memory", header + "\x05\x03\x01\x04\x01", "memories and tables with indices of 64 bits are not supported"},
		{"64-bit table", header + "\x04\x04\x01\x70\x04\x01", "memories and tables with indices of 64 bits are not supported"},
		{"shared memory", header + "\x05\x04\x01\x03\x01\x01", "shared memories are not supported"},
		{"page size", header + "\x05\x04\x01\x08\x01\x00", "memories with pages of another size are not supported"},
		{"two memories", header + "\x05\x05\x02\x00\x01\x00\x01", "more than one memory is not supported"},
		{"another memory imported", header + "\x02\x07\x01\x00\x01m\x02\x00\x01" + "\x05\x03\x01\x00\x01", "more than one memory is not supported"},
		{"object", header + "\x06\x05\x01\x6c\x00\xfb\x1c", "garbage-collected values are not supported"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, _, err := readShape([]byte(tt.wasm))
			if err == nil || !strings.Contains(err.Error(), tt.want) || !errors.Is(err, errors.ErrUnsupported) {
				t.Errorf("got %v, want %q as an errors.ErrUnsupported", err, tt.want)
			}
		})
	}
}

// TestConstantExpressions reads globals with each form of initialiser: the export behind them is found only if
// their ends are.
func TestConstantExpressions(t *testing.T) {
	for _, code := range []string{
		"\x41\xff\x00", "\x42\x80\x80\x01", "\x43....", "\x44........", "\x23\x00", "\xd0\x70", "\xd2\x00",
		"\xfd\x0c................", "\x41\x01\x41\x02\x6a", "\x42\x01\x42\x02\x7e",
	} {
		global := "\x01\x7f\x00" + code + "\x0b"
		wasm := "\x00asm\x01\x00\x00\x00" + "\x06" + string(rune(len(global))) + global + "\x07\x05\x01\x01x\x03\x00"
		s, _, err := readShape([]byte(wasm))
		if err != nil || s.exports["x"].Kind != ExternGlobal {
			t.Errorf("%x: %v", code, err)
		}
	}
}

// TestEmptyModuleName instantiates a module that imports from "", beside a module whose name is what "" is
// called instead.
func TestEmptyModuleName(t *testing.T) {
	e := newEngine(t)
	host := func(n uint64) Module {
		m, err := e.Host(t.Context(), []HostFunc{{Name: "n", Type: NewFuncType(nil, []byte{0x7f}), Code: GoFunc(func(_ context.Context, stack []uint64) {
			stack[0] = n
		})}})
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	m := testwasm.NewModule()
	empty, dash, dashes := m.ImportFunc("", "n", "-> i32"), m.ImportFunc("-", "n", "-> i32"), m.ImportFunc("--", "n", "-> i32")
	m.Func("sum", "-> i32", fmt.Sprintf("call %d call %d i32.add call %d i32.add", empty, dash, dashes))
	wasm := m.Bytes()
	before := bytes.Clone(wasm)
	code, err := e.Compile(t.Context(), wasm)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(wasm, before) {
		t.Error("compiling has changed the module")
	}
	if code.Imports()[0].Module != "" {
		t.Errorf("the import is shown to be from %q", code.Imports()[0].Module)
	}
	given := map[string]Module{"": host(1), "-": host(20), "--": host(300)}
	inst, err := e.Instantiate(t.Context(), code, func(name string) Module { return given[name] })
	if err != nil {
		t.Fatal(err)
	}
	if got, err := inst.ExportedFunction("sum").Call(t.Context()); err != nil || got[0] != 321 {
		t.Errorf("sum = %v, %v", got, err)
	}
}

func FuzzShape(f *testing.F) {
	f.Add(everything())
	f.Add([]byte("\x00asm\x01\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, wasm []byte) {
		before := bytes.Clone(wasm)
		s, out, err := readShape(wasm)
		if !bytes.Equal(wasm, before) {
			t.Fatal("reading has changed the module")
		}
		if err != nil {
			return
		}
		again, same, err := readShape(out)
		if err != nil {
			t.Fatalf("what was written can't be read: %v", err)
		}
		if (&shapeReader{shape: again}).hasEmpty() || !bytes.Equal(same, out) {
			t.Error("a module without empty names was written anew")
		}
		if len(again.imports) != len(s.imports) || len(again.exports) != len(s.exports) {
			t.Errorf("%d imports and %d exports became %d and %d", len(s.imports), len(s.exports), len(again.imports), len(again.exports))
		}
	})
}
