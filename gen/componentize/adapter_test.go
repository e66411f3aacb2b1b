package componentize_test

import (
	"context"
	"strings"
	"testing"

	"github.com/witan-os/witan/gen/binary"
	"github.com/witan-os/witan/gen/componentize"
	"github.com/witan-os/witan/internal/testwasm"
	"github.com/witan-os/witan/runtime/abi"
	"github.com/witan-os/witan/runtime/glue"
	"github.com/witan-os/witan/runtime/value"
	"github.com/witan-os/witan/runtime/vm"
)

// The programs here are for an old interface, "old", with one function: put(address, size) -> size, which has a text
// of the program shouted and returns the size of what comes back. Adapters do that with a function that components
// know. They also export the program as a component has it: run() -> u32 starts it, and returns what it leaves at
// address 0.

const adapterWIT = `package test:old;
world adapter {
  import shout: func(text: string) -> string;
  import unwanted: func();
  export run: func() -> u32;
}`

// oldProgram imports the function twice, as programs in Go do.
func oldProgram(more func(m *testwasm.Module)) []byte {
	m := testwasm.NewModule()
	m.ImportFunc("old", "put", "i32 i32 -> i32")
	put := m.ImportFunc("old", "put", "i32 i32 -> i32")
	m.Memory("memory", 3)
	m.Data(100, "abc")
	m.Func("_start", "->", "i32.const 0 i32.const 100 i32.const 3 call "+number(put)+" i32.store 0")
	if more != nil {
		more(m)
	}
	return m.Bytes()
}

func number(i int) string { return value.Format(abi.Primitive(abi.U32), uint32(i)) }

// ownMemory is an adapter with a memory of its own, into which it copies the text.
func ownMemory() componentize.Adapter {
	window := testwasm.NewModule()
	window.ImportMemory("env", "memory", 0)
	window.Func("load8", "i32 -> i32", "local.get 0 i32.load8_u 0")
	window.Func("load32", "i32 -> i32", "local.get 0 i32.load 0")
	window.Func("unused", "-> i32", "memory.size")

	m := testwasm.NewModule()
	shout := number(m.ImportFunc("$root", "shout", "i32 i32 i32 ->"))
	unwanted := number(m.ImportFunc("$root", "unwanted", "->"))
	load8 := number(m.ImportFunc("guest_memory", "load8", "i32 -> i32"))
	load32 := number(m.ImportFunc("guest_memory", "load32", "i32 -> i32"))
	start := number(m.ImportFunc("__main_module__", "_start", "->"))
	_, realloc := m.Allocator()
	m.Export("cabi_realloc", testwasm.Func, realloc)
	m.Func("put", "i32 i32 -> i32", `
		i32.const 16 local.get 0 call `+load8+` i32.store8 0
		i32.const 17 local.get 0 i32.const 1 i32.add call `+load8+` i32.store8 0
		i32.const 18 local.get 0 i32.const 2 i32.add call `+load8+` i32.store8 0
		i32.const 16 local.get 1 i32.const 8 call `+shout+`
		i32.const 12 i32.load 0`)
	m.Func("run", "-> i32", "call "+start+" i32.const 0 call "+load32)
	m.Func("never", "->", "call "+unwanted)
	return componentize.Adapter{Name: "old", Module: m.Bytes(), Window: window.Bytes()}
}

// foreign is an adapter that works in the memory of the program, with a stack there.
func foreign(state bool) componentize.Adapter {
	m := testwasm.NewModule()
	shout := number(m.ImportFunc("$root", "shout", "i32 i32 i32 ->"))
	start := number(m.ImportFunc("__main_module__", "_start", "->"))
	realloc := number(m.ImportFunc("__main_module__", "cabi_realloc", "i32 i32 i32 i32 -> i32"))
	m.ImportMemory("env", "memory", 0)
	pointer, allocation := m.Global("", 0), m.Global("", 0)
	sp := number(pointer)
	// Realloc remembers where what was allocated last is: behind the stack, if that is where it has to be.
	m.Func("cabi_import_realloc", "i32 i32 i32 i32 -> i32", "local.get 0 local.get 1 local.get 2 local.get 3 call "+realloc)
	m.Func("put", "i32 i32 -> i32", `
		global.get `+sp+` i32.const 16 i32.sub global.set `+sp+`
		local.get 0 local.get 1 global.get `+sp+` call `+shout+`
		global.get `+sp+` i32.load 4
		global.get `+sp+` i32.const 16 i32.add global.set `+sp)
	m.Func("run", "-> i32", "call "+start+" i32.const 0 i32.load 0 global.get "+sp+" i32.add global.get "+number(allocation)+" i32.add")
	names := []byte{7}
	entries := []byte{1, byte(pointer)}
	entries = append(append(entries, 15), "__stack_pointer"...)
	if state {
		entries[0] = 2
		entries = append(append(entries, byte(allocation), 16), "allocation_state"...)
	}
	names = append(append(names, byte(len(entries))), entries...)
	custom := append([]byte{0, byte(5 + len(names)), 4}, "name"...)
	return componentize.Adapter{Name: "old", Module: append(m.Bytes(), append(custom, names...)...)}
}

// shouting is the host's part.
func shouting(t *testing.T, heard *[]string) *vm.Interface {
	t.Helper()
	text := abi.Primitive(abi.String)
	shout, err := vm.HostFunc("shout", &abi.Func{Params: []abi.Param{{Name: "text", Type: text}}, Result: text},
		func(_ context.Context, args []value.Value) (value.Value, error) {
			*heard = append(*heard, args[0].(string))
			return strings.ToUpper(args[0].(string)) + "!", nil
		})
	if err != nil {
		t.Fatal(err)
	}
	return &vm.Interface{Funcs: []glue.Func{shout}}
}

func TestAdapters(t *testing.T) {
	bump := func(m *testwasm.Module) {
		heap := number(m.Global("", 1024))
		m.Func("cabi_realloc", "i32 i32 i32 i32 -> i32", "global.get "+heap+" global.get "+heap+" local.get 3 i32.add global.set "+heap)
	}
	const size, page, allocated = 4, 1 << 16, 2
	for _, c := range []struct {
		name    string
		adapter componentize.Adapter
		program []byte
		want    uint32
	}{
		{"a memory of its own", ownMemory(), oldProgram(nil), size},
		// The program has three pages. The fourth is the stack, and the fifth what the host allocates.
		{"in the program's memory, which has to grow", foreign(false), oldProgram(nil), size + 4*page},
		{"a state does not help a program that cannot allocate", foreign(true), oldProgram(nil), size + 4*page + allocated},
		{"a program that allocates", foreign(true), oldProgram(bump), size + 1024 + page + allocated},
		{"without a state, the memory grows in any case", foreign(false), oldProgram(bump), size + 4*page},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.adapter.World = only(t, adapterWIT)
			file, err := componentize.New(c.program, componentize.Options{Adapters: []componentize.Adapter{c.adapter}})
			if err != nil {
				t.Fatal(err)
			}
			var heard []string
			if got := call(t, start(t, file, shouting(t, &heard)), "", "run"); got != c.want {
				t.Errorf("run returns %v, want %d", got, c.want)
			}
			if len(heard) != 1 || heard[0] != "abc" {
				t.Errorf("the host heard %q", heard)
			}
			checkImports(t, file, "shout")
		})
	}
}

// TestGrow has the memory grow by more than a page for what the host returns.
func TestGrow(t *testing.T) {
	text := abi.Primitive(abi.String)
	const size, page = 100_000, 1 << 16
	shout, err := vm.HostFunc("shout", &abi.Func{Params: []abi.Param{{Name: "text", Type: text}}, Result: text},
		func(context.Context, []value.Value) (value.Value, error) { return strings.Repeat("x", size), nil })
	if err != nil {
		t.Fatal(err)
	}
	a := foreign(false)
	a.World = only(t, adapterWIT)
	file, err := componentize.New(oldProgram(nil), componentize.Options{Adapters: []componentize.Adapter{a}})
	if err != nil {
		t.Fatal(err)
	}
	i := start(t, file, &vm.Interface{Funcs: []glue.Func{shout}})
	if got := call(t, i, "", "run"); got != uint32(size+4*page) {
		t.Errorf("run returns %v, want %d", got, size+4*page)
	}
}

// checkImports checks what functions a component imports by themselves.
func checkImports(t *testing.T, file []byte, want ...string) {
	t.Helper()
	tree, err := binary.Decode(file)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, i := range tree.Root.Worlds[0].Imports {
		got = append(got, i.Key())
	}
	if strings.Join(got, " ") != strings.Join(want, " ") {
		t.Errorf("the component imports %q, want %q", got, want)
	}
}

// TestUnusedAdapter checks that an adapter nobody needs leaves no trace.
func TestUnusedAdapter(t *testing.T) {
	m := testwasm.NewModule()
	m.Func("f", "->", "")
	without, err := componentize.New(m.Bytes(), componentize.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for name, a := range map[string]componentize.Adapter{"own memory": ownMemory(), "foreign": foreign(true)} {
		a.World = only(t, `package test:old; world adapter { import shout: func(text: string) -> string; import unwanted: func(); }`)
		with, err := componentize.New(m.Bytes(), componentize.Options{Adapters: []componentize.Adapter{a}})
		if err != nil {
			t.Fatal(err)
		}
		if string(with) != string(without) {
			t.Errorf("%s: the component is another one with an adapter that it does not need", name)
		}
	}
}

// TestAdapterProblems shows what is said about adapters that do not fit.
func TestAdapterProblems(t *testing.T) {
	w := only(t, adapterWIT)
	for _, c := range []struct {
		name     string
		adapters []componentize.Adapter
		want     string
	}{
		{
			"a function that it does not have",
			[]componentize.Adapter{{Name: "old", Module: oldAdapter("pat", "i32 i32 -> i32"), World: w}},
			`the module imports "old" "put", but the adapter "old" does not export that; did you mean "pat"?`,
		},
		{
			"a function of another type",
			[]componentize.Adapter{{Name: "old", Module: oldAdapter("put", "i32 -> i32"), World: w}},
			`the module imports "old" "put" with the type (i32 i32) -> (i32), but in the adapter "old" it has the type (i32) -> (i32)`,
		},
		{
			"no world",
			[]componentize.Adapter{{Name: "old", Module: oldAdapter("put", "i32 i32 -> i32")}},
			`the world of the adapter "old": the module does not have any`,
		},
		{"two of a name", []componentize.Adapter{ownMemory(), ownMemory()}, `there are two adapters of the name "old"`},
		{"no module", []componentize.Adapter{{Name: "old"}}, `the adapter "old": offset 0x0`},
	} {
		t.Run(c.name, func(t *testing.T) {
			for i := range c.adapters {
				if c.name == "two of a name" {
					c.adapters[i].World = w
				}
			}
			_, err := componentize.New(oldProgram(nil), componentize.Options{Adapters: c.adapters})
			if err == nil || !strings.HasPrefix(err.Error(), c.want) {
				t.Errorf("the error is %v, want %s", err, c.want)
			}
		})
	}
}

// oldAdapter is one that does nothing.
func oldAdapter(name, typ string) []byte {
	m := testwasm.NewModule()
	m.Memory("memory", 1)
	m.Func("run", "-> i32", "i32.const 0")
	m.Func(name, typ, "i32.const 0")
	return m.Bytes()
}
