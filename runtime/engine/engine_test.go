package engine

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/witan-os/witan/internal/testwasm"
)

func newEngine(t *testing.T) *Engine {
	t.Helper()
	return newEngineWith(t, Config{})
}

func newEngineWith(t *testing.T, c Config) *Engine {
	t.Helper()
	e, err := New(context.Background(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return e
}

func instantiate(t testing.TB, e *Engine, m *testwasm.Module, given map[string]Module) Module {
	t.Helper()
	code, err := e.Compile(t.Context(), m.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	inst, err := e.Instantiate(t.Context(), code, func(name string) Module { return given[name] })
	if err != nil {
		t.Fatal(err)
	}
	return inst
}

// TestBundle re-exports one extern of each kind under new names, and has a module use them.
func TestBundle(t *testing.T) {
	e := newEngine(t)
	lib := testwasm.NewModule()
	lib.Func("f", "i32 -> i32", "local.get 0 i32.const 1 i32.add")
	lib.Table("t", 1)
	lib.Elem(0, 0)
	lib.Memory("m", 1)
	lib.Data(0, "\x05")
	lib.Global("g", 30)
	lib.Tag("e", "i32 ->")
	code, err := e.Compile(t.Context(), lib.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	from, err := e.Instantiate(t.Context(), code, nil)
	if err != nil {
		t.Fatal(err)
	}
	var entries []Reexport
	for _, name := range []string{"f", "t", "m", "g", "e"} {
		x, ok := code.Export(name)
		if !ok {
			t.Fatalf("no export %s", name)
		}
		entries = append(entries, Reexport{Name: "my " + name, From: from, Export: name, Extern: x})
	}
	// One function may go by several names.
	entries = append(entries, Reexport{Name: "my other f", From: from, Export: "f", Extern: entries[0].Extern})
	bundle := bundleOf(t, e, entries)

	user := testwasm.NewModule()
	user.ImportFunc("b", "my f", "i32 -> i32")
	user.ImportFunc("b", "my other f", "i32 -> i32")
	user.ImportTable("b", "my t", 1)
	user.ImportMemory("b", "my m", 1)
	user.ImportGlobal("b", "my g")
	user.ImportTag("b", "my e", "i32 ->")
	user.Func("sum", "-> i32", `i32.const 100 call 0 call 1
		i32.const 0 i32.load8_u 0 i32.add global.get 0 i32.add
		i32.const 0 call_indirect 0`)
	inst := instantiate(t, e, user, map[string]Module{"b": bundle})
	if got, err := inst.ExportedFunction("sum").Call(t.Context()); err != nil || got[0] != 100+1+1+5+30+1 {
		t.Errorf("sum = %v, %v", got, err)
	}
}

func bundleOf(t *testing.T, e *Engine, entries []Reexport) Module {
	t.Helper()
	code, err := e.CompileTrusted(t.Context(), Bundle(entries))
	if err != nil {
		t.Fatal(err)
	}
	m, err := e.InstantiateBundle(t.Context(), code, entries)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestBundleOfNothing(t *testing.T) { bundleOf(t, newEngine(t), nil) }

// TestMemoryIsCapped checks that no memory gets as large as the compiled code can't measure.
func TestMemoryIsCapped(t *testing.T) {
	e := newEngine(t)
	m := testwasm.NewModule()
	m.Memory("memory", 1, 65536)
	m.Func("grow", "i32 -> i32", "local.get 0 memory.grow")
	inst := instantiate(t, e, m, nil)
	grow := inst.ExportedFunction("grow")
	if got, err := grow.Call(t.Context(), MaxMemoryPages); err != nil || uint32(got[0]) != 0xffffffff {
		t.Errorf("growing to 65536 pages: %v, %v", got, err)
	}
	if got, err := grow.Call(t.Context(), 1); err != nil || got[0] != 1 || inst.Memory().Size() != 2<<16 {
		t.Errorf("growing by a page: %v, %v, and it has %d bytes", got, err, inst.Memory().Size())
	}

	large := testwasm.NewModule()
	large.Memory("memory", 65536)
	_, err := e.Compile(t.Context(), large.Bytes())
	if err == nil || !strings.Contains(err.Error(), "65536 pages") {
		t.Errorf("a memory of 65536 pages from the start: %v", err)
	}
}

func TestIsReadOnly(t *testing.T) {
	for err, want := range map[error]bool{
		nil:                        false,
		errors.New("out of paper"): false,
		&fs.PathError{Op: "open", Path: "/x", Err: syscall.EROFS}:    true,
		&fs.PathError{Op: "open", Path: "/x", Err: fs.ErrPermission}: true,
		&fs.PathError{Op: "open", Path: "/x", Err: syscall.ENOSPC}:   false,
	} {
		if isReadOnly(err) != want {
			t.Errorf("%v", err)
		}
	}
}

// printer is a WASI 0.1 command that writes a text to its standard output and exits with a code.
func printer(text string, code string) []byte {
	m := testwasm.NewModule()
	write := m.ImportFunc("wasi_snapshot_preview1", "fd_write", "i32 i32 i32 i32 -> i32")
	exit := m.ImportFunc("wasi_snapshot_preview1", "proc_exit", "i32 ->")
	m.Memory("memory", 1)
	m.Data(0, "\x10\x00\x00\x00"+string(rune(len(text)))+"\x00\x00\x00")
	m.Data(16, text)
	m.Func("_start", "->", "i32.const 1 i32.const 0 i32.const 1 i32.const 8 call "+string(rune('0'+write))+" drop "+
		"i32.const "+code+" call "+string(rune('0'+exit)))
	return m.Bytes()
}

// TestCommandsRunTogether runs WASI 0.1 commands of one engine at the same time.
func TestCommandsRunTogether(t *testing.T) {
	e := newEngine(t)
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			var out bytes.Buffer
			exit, err := e.Run(t.Context(), printer("good day", "7"), Command{Name: "printer", Stdout: &out})
			if err != nil || exit != 7 || out.String() != "good day" {
				t.Errorf("exit %d, %v, output %q", exit, err, &out)
			}
		})
	}
	wait.Wait()
}

func TestCommandThatTraps(t *testing.T) {
	m := testwasm.NewModule()
	m.Func("_start", "->", "unreachable")
	if _, err := newEngine(t).Run(t.Context(), m.Bytes(), Command{Name: "trap"}); err == nil || !strings.Contains(err.Error(), "unreachable") {
		t.Errorf("got %v", err)
	}
	m = testwasm.NewModule()
	m.Func("_start", "->", "")
	if exit, err := newEngine(t).Run(t.Context(), m.Bytes(), Command{Name: "nothing"}); exit != 0 || err != nil {
		t.Errorf("a command that just ends: %d, %v", exit, err)
	}
}

func TestIsCommand(t *testing.T) {
	library := testwasm.NewModule()
	library.Func("f", "->", "")
	other := testwasm.NewModule()
	other.ImportFunc("env", "f", "->")
	other.Func("_start", "->", "")
	for _, tt := range []struct {
		name string
		wasm []byte
		want string
	}{
		{"command", printer("x", "0"), ""},
		{"library", library.Bytes(), "exports no _start function"},
		{"other imports", other.Bytes(), `imports "f" from "env": only WASI 0.1 is provided`},
		{"text", []byte("hello"), "not a core module"},
	} {
		err := IsCommand(tt.wasm)
		if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
			t.Errorf("%s: got %v, want %q", tt.name, err, tt.want)
		}
	}
}

func compile(t *testing.T, e *Engine, wasm []byte) *Code {
	t.Helper()
	code, err := e.Compile(context.Background(), wasm)
	if err != nil {
		t.Fatal(err)
	}
	return code
}
