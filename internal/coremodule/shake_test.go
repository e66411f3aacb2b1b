package coremodule_test

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/witan-os/witan/internal/coremodule"
	"github.com/witan-os/witan/internal/testwasm"
	"github.com/witan-os/witan/runtime/engine"
)

var machine = sync.OnceValues(func() (*engine.Engine, error) {
	return engine.New(context.Background(), engine.Config{})
})

// valid has the engine validate a module.
func valid(t testing.TB, wasm []byte) *engine.Code {
	t.Helper()
	e, err := machine()
	if err != nil {
		t.Fatal(err)
	}
	code, err := e.Compile(context.Background(), wasm)
	if err != nil {
		t.Fatalf("the module is not valid: %v", err)
	}
	t.Cleanup(func() { _ = code.Close(context.Background()) })
	return code
}

func instantiate(t testing.TB, wasm []byte, imports map[string]engine.Module) engine.Module {
	t.Helper()
	e, err := machine()
	if err != nil {
		t.Fatal(err)
	}
	m, err := e.Instantiate(context.Background(), valid(t, wasm), func(module string) engine.Module { return imports[module] })
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// shake shakes a module, twice.
func shake(t testing.TB, wasm []byte, keep ...string) ([]byte, *coremodule.Module) {
	t.Helper()
	once, err := coremodule.Shake(wasm, keep)
	if err != nil {
		t.Fatal(err)
	}
	twice, err := coremodule.Shake(once, keep)
	if err != nil || !bytes.Equal(once, twice) {
		t.Errorf("shaken again the module is another one, of %d bytes instead of %d (error %v)", len(twice), len(once), err)
	}
	m, err := coremodule.Read(once)
	if err != nil {
		t.Fatal(err)
	}
	return once, m
}

// shape lists imports, exports and the sizes of the index spaces.
func shape(m *coremodule.Module) string {
	var words []string
	for _, i := range m.Imports {
		words = append(words, "import:"+i.Module+"."+i.Name)
	}
	for _, x := range m.Exports {
		words = append(words, "export:"+x.Name)
	}
	for s := coremodule.Func; s <= coremodule.Data; s++ {
		for range m.Len(s) {
			words = append(words, strings.ReplaceAll(s.String(), " ", "-"))
		}
	}
	return strings.Join(words, " ")
}

// rich has something of everything.
func rich() []byte {
	m := testwasm.NewModule()
	unused := m.ImportFunc("env", "unused", "f64 -> f64")
	used := m.ImportFunc("env", "used", "i32 -> i32")
	global := m.ImportGlobal("env", "global")
	m.Memory("memory", 1)
	m.Table("", 1)
	table := m.Table("", 4)
	hits := m.Global("hits", 0)
	tag := m.Tag("", "i32 ->")
	alone := m.Func("", "i64 -> i64", "local.get 0")
	double := m.Func("", "i32 -> i32", "local.get 0 i32.const 2 i32.mul")
	through := m.Func("", "i32 -> i32", "local.get 0 call 1")
	m.Func("direct", "i32 -> i32", "local.get 0 call "+itoa(double))
	m.Func("indirect", "i32 i32 -> i32", "local.get 0 local.get 1 call_indirect "+itoa(m.Type("i32 -> i32")))
	m.Func("counted", "->", "global.get "+itoa(hits)+" i32.const 1 i32.add global.set "+itoa(hits))
	m.Func("thrower", "i32 ->", "local.get 0 throw "+itoa(tag))
	m.Func("outside", "-> i32", "global.get "+itoa(global)+" i32.load 16")
	m.Elem(0, through)
	m.Data(16, "\x07\x00\x00\x00")
	_, _, _, _ = unused, used, table, alone
	return m.Bytes()
}

func itoa(i int) string { return string(rune('0' + i)) }

func TestShakeKeepsWhatIsNeeded(t *testing.T) {
	for _, tt := range []struct {
		name string
		keep []string
		want string
	}{
		{"nothing", nil, ""},
		{"a name that is not there", []string{"absent"}, ""},
		{"a function and its callee", []string{"direct"}, "export:direct function function type"},
		{"a table and what is in it", []string{"indirect"}, "import:env.used export:indirect function function function table type type element-segment"},
		{"a global", []string{"counted"}, "export:counted function global type"},
		{"a tag", []string{"thrower"}, "export:thrower function tag type"},
		{"an imported global and the memory", []string{"outside"}, "import:env.global export:outside function memory global type data-segment"},
		{"an export that is no function", []string{"hits"}, "export:hits global"},
		{"a memory with its data", []string{"memory"}, "export:memory memory data-segment"},
		{"two at once", []string{"direct", "counted"}, "export:direct export:counted function function function global type type"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			wasm, m := shake(t, rich(), tt.keep...)
			if got := shape(m); got != tt.want {
				t.Errorf("stays: %s\nwant: %s", got, tt.want)
			}
			valid(t, wasm)
		})
	}
}

// TestShakeKeepsBehaviour calls what stays.
func TestShakeKeepsBehaviour(t *testing.T) {
	provider := testwasm.NewModule()
	provider.Func("used", "i32 -> i32", "local.get 0 i32.const 100 i32.add")
	provider.Func("unused", "f64 -> f64", "local.get 0")
	provider.Global("global", 0)
	env := map[string]engine.Module{"env": instantiate(t, provider.Bytes(), nil)}
	whole := instantiate(t, rich(), env)
	for name, args := range map[string][]uint64{"direct": {21}, "indirect": {5, 0}, "outside": nil} {
		wasm, _ := shake(t, rich(), name)
		part := instantiate(t, wasm, env)
		want, err := whole.ExportedFunction(name).Call(context.Background(), args...)
		if err != nil {
			t.Fatal(err)
		}
		got, err := part.ExportedFunction(name).Call(context.Background(), args...)
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%s gives %v (%v), want %v", name, got, err, want)
		}
	}
}
