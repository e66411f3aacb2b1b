package bare_test

import (
	"bytes"
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/witan-os/witan/gen/bare"
	"github.com/witan-os/witan/internal/diag"
	"github.com/witan-os/witan/internal/testutil"
	"github.com/witan-os/witan/internal/testwasm"
	"github.com/witan-os/witan/runtime/engine"
)

// compile compiles one file, whose package clause is not in the text.
func compile(t *testing.T, memory bare.Memory, text string) []byte {
	t.Helper()
	wasm, err := bare.Compile(map[string]string{"a.go": "package a\n" + text}, bare.Options{Memory: memory})
	if err != nil {
		t.Fatal(err)
	}
	return wasm
}

const i32 = 0x7f // as the binary format codes it

func call(t *testing.T, m engine.Module, name string, args ...uint64) uint64 {
	t.Helper()
	f := m.ExportedFunction(name)
	results, err := f.Call(context.Background(), args...)
	switch {
	case err != nil:
		t.Fatal(err)
	case len(results) == 0:
		return 0
	case f.Definition().ResultTypes()[0] == i32:
		return uint64(uint32(results[0])) // the engine leaves what is above open
	}
	return results[0]
}

// provider is an instance that gives a module what it imports.
func provider(t *testing.T, build func(m *testwasm.Module)) engine.Module {
	t.Helper()
	m := testwasm.NewModule()
	build(m)
	return instantiate(t, m.Bytes(), nil)
}

func TestImports(t *testing.T) {
	env := provider(t, func(m *testwasm.Module) {
		m.Func("twice:it/is@1.0.0", "i32 -> i32", "local.get 0 i32.const 2 i32.mul")
		m.Func("[method]many", "i32 -> i32", "local.get 0")
		m.Func("sum", "i64 i32 -> i64", "local.get 0 i64.const 5 i64.add")
	})
	m := instantiate(t, compile(t, bare.Memory{}, `
//go:wasmimport env twice:it/is@1.0.0
func twice(x uint32) uint32

//go:wasmexport run
func run(x uint32) uint32 {
	if many(x) == true {
		return twice(x) + uint32(sum(1, x))
	}
	return 1
}

//go:wasmimport env [method]many
func many(x uint32) bool

//go:wasmimport env sum
func sum(int64, uint32) int64
`), map[string]engine.Module{"env": env})
	if got := call(t, m, "run", 21); got != 48 {
		t.Errorf("run(21) = %d", got)
	}
	if got := call(t, m, "run", 0); got != 1 {
		t.Errorf("run(0) = %d", got)
	}
}

// TestSeveralResults passes two numbers from one module to another.
func TestSeveralResults(t *testing.T) {
	env := instantiate(t, compile(t, bare.Memory{}, `
//go:wasmexport split
func split(x uint64) (low, high uint32) { return uint32(x), uint32(x >> 32) }
`), nil)
	m := instantiate(t, compile(t, bare.Memory{}, `
//go:wasmimport env split
func split(x uint64) (low, high uint32)

//go:wasmexport swap
func swap(x uint64) uint64 {
	low, high := split(x)
	return uint64(low)<<32 | uint64(high)
}
`), map[string]engine.Module{"env": env})
	if got := call(t, m, "swap", 0x1234_5678_9abc_def0); got != 0x9abc_def0_1234_5678 {
		t.Errorf("swap = %#x", got)
	}
}

// TestImportedMemory lets a window look into the memory of another module.
func TestImportedMemory(t *testing.T) {
	owner := provider(t, func(m *testwasm.Module) {
		m.Memory("memory", 3)
		m.Data(100, "\x2a\x00\x00\x00")
	})
	m := instantiate(t, compile(t, bare.Imported("env", "memory"), `
//go:wasmimport op i32.load
func load(at uint32) uint32

//go:wasmimport op memory.size
func pages() uint32

//go:wasmexport look
func look(at uint32) uint32 { return load(at) + pages()<<8 }
`), map[string]engine.Module{"env": owner})
	if got := call(t, m, "look", 100); got != 0x32a {
		t.Errorf("look = %#x", got)
	}
	if _, err := m.ExportedFunction("look").Call(context.Background(), 3<<16-3); err == nil {
		t.Error("a load behind the memory succeeds")
	}
}

func TestData(t *testing.T) {
	m := instantiate(t, compile(t, bare.Own(2), `
//go:wasmimport op data
func data(text string) uint32

//go:wasmimport op data.end
func end() uint32

//go:wasmexport end
func exportedEnd() uint32 { return end() }

const first = "first"

//go:wasmexport first
func exportedFirst() uint32 { return data(first) }

//go:wasmexport again
func again() uint32 { return data("fi" + "rst") }

//go:wasmexport second
func second() uint32 { return data("second") }
`), nil)
	first := uint32(call(t, m, "first"))
	second := uint32(call(t, m, "second"))
	if again := uint32(call(t, m, "again")); again != first {
		t.Errorf("the same string is at %d and at %d", first, again)
	}
	for at, want := range map[uint32]string{first: "first", second: "second"} {
		if got, ok := m.Memory().Read(at, uint32(len(want))); !ok || string(got) != want {
			t.Errorf("at %d is %q, want %q", at, got, want)
		}
	}
	if end := uint32(call(t, m, "end")); end%16 != 0 || end < second+6 {
		t.Errorf("the strings end at %d, and the last is at %d", end, second)
	}
	if m.Memory().Size() != 2<<16 {
		t.Errorf("the memory has %d bytes", m.Memory().Size())
	}
}

// TestShiftsOutOfWidth has counts that vet does not let pass in the specimen.
func TestShiftsOutOfWidth(t *testing.T) {
	m := instantiate(t, compile(t, bare.Memory{}, `
//go:wasmexport left
func left(x uint32) uint32 { return x << 32 }

//go:wasmexport right
func right(x uint64) uint64 { return x >> 200 }

//go:wasmexport signed
func signed(x int64) int64 { return x >> 64 }
`), nil)
	for name, want := range map[string]uint64{"left": 0, "right": 0, "signed": 1<<64 - 1} {
		if got := call(t, m, name, 1<<63|5); got != want {
			t.Errorf("%s = %#x, want %#x", name, got, want)
		}
	}
}

// TestNames: traps name functions as the source does.
func TestNames(t *testing.T) {
	m := instantiate(t, compile(t, bare.Memory{}, `
type state uint32

func (s state) check() {
	if s == 3 {
		panic("bad state")
	}
}

//go:wasmexport run
func start(x uint32) { state(x).check() }
`), nil)
	_, err := m.ExportedFunction("run").Call(context.Background(), 3)
	if err == nil || !strings.Contains(err.Error(), "state.check") || !strings.Contains(err.Error(), "start") {
		t.Errorf("the trap is %v", err)
	}
	call(t, m, "run", 4)
}

func TestCompileIsDeterministic(t *testing.T) {
	first, err := bare.Compile(specimen(t), bare.Options{Memory: bare.Own(1)})
	if err != nil {
		t.Fatal(err)
	}
	for range 5 {
		again, err := bare.Compile(specimen(t), bare.Options{Memory: bare.Own(1)})
		if err != nil || !bytes.Equal(first, again) {
			t.Fatalf("another run gives other bytes (%v)", err)
		}
	}
}

// TestConstraints: files that are not for wasip1 are not looked at.
func TestConstraints(t *testing.T) {
	wasm, err := bare.Compile(map[string]string{
		"a.go":         "//go:build wasip1 && wasm\n\npackage a\n\n//go:wasmexport f\nfunc f() uint32 { return 7 }\n",
		"b.go":         "// A comment.\n\n//go:build !wasip1\n\npackage a\n\nimport \"fmt\"\n\nfunc f() { fmt.Println() }\n",
		"a_test.go":    "package a_test\n\nimport \"testing\"\n",
		"linux_amd.go": "//go:build linux\n\npackage b\n",
	}, bare.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got := call(t, instantiate(t, wasm, nil), "f"); got != 7 {
		t.Errorf("f() = %d", got)
	}
	variants := map[string]string{
		"a.go": "//go:build wasip1\n\npackage a\n\n//go:wasmexport f\nfunc f() uint32 { return value }\n",
		"b.go": "//go:build wasip1 && small\n\npackage a\n\nconst value = 1\n",
		"c.go": "//go:build wasip1 && !small\n\npackage a\n\nconst value = 2\n",
	}
	for i, tags := range [][]string{{"small"}, nil} {
		wasm, err := bare.Compile(variants, bare.Options{Tags: tags})
		if err != nil {
			t.Fatal(err)
		}
		if got := call(t, instantiate(t, wasm, nil), "f"); got != uint64(i+1) {
			t.Errorf("with the tags %q f() = %d", tags, got)
		}
	}
	if _, err := bare.Compile(map[string]string{"b.go": "//go:build linux\n\npackage a\n"}, bare.Options{}); err == nil {
		t.Error("a package without files is compiled")
	}
	if _, err := bare.Compile(map[string]string{"a.go": "package a"}, bare.Options{Memory: bare.Own(1<<16 + 1)}); err == nil {
		t.Error("a memory is larger than 4 GiB")
	}
}

// TestErrors compares what is said about each file in the archives of testdata/errors with a golden file. The name of
// a file tells which memory there is.
func TestErrors(t *testing.T) {
	paths, err := filepath.Glob("testdata/errors/*.txtar")
	if err != nil || len(paths) < 5 {
		t.Fatalf("there are %d archives (%v)", len(paths), err)
	}
	memories := map[string]bare.Memory{"none": {}, "own": bare.Own(1), "imported": bare.Imported("env", "memory")}
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) {
			archive, err := txtar.ParseFile(path)
			if err != nil {
				t.Fatal(err)
			}
			var out bytes.Buffer
			for _, f := range archive.Files {
				what, memory, _ := strings.Cut(strings.TrimSuffix(f.Name, ".go"), "@")
				_, err := bare.Compile(map[string]string{what + ".go": string(f.Data)}, bare.Options{Memory: memories[memory]})
				var list diag.List
				if !errors.As(err, &list) {
					t.Errorf("%s: the error is %v", f.Name, err)
					continue
				}
				if err := diag.WriteText(&out, list, diag.Options{}); err != nil {
					t.Fatal(err)
				}
				out.WriteString("\n")
			}
			testutil.Golden(t, strings.TrimSuffix(path, "txtar")+"golden", out.Bytes())
		})
	}
}
