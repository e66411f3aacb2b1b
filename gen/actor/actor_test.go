package actor_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/witan-os/witan/gen/actor"
	"github.com/witan-os/witan/gen/componentize"
	"github.com/witan-os/witan/internal/coremodule"
	"github.com/witan-os/witan/internal/testwasm"
	"github.com/witan-os/witan/runtime/abi"
	"github.com/witan-os/witan/runtime/component"
	"github.com/witan-os/witan/runtime/glue"
	"github.com/witan-os/witan/runtime/value"
	"github.com/witan-os/witan/runtime/vm"
)

// call is one of the imports that an actor may have, as its ancestor's documentation gives them, and with a use.
type call struct {
	name, core, wit string
	code            string // arguments and the call, which is %d
	want            string // what the host sees
}

var calls = []call{
	{"sys_log", "i32 i32 ->", "func(text: list<u8>)", "i32.const 16 i32.const 2 call %d", "[104, 105]"},
	{"sys_cap_send", "i64 i32 i32 i32 i64 -> i32", "func(handle: s64, opcode: s32, payload: list<u8>, cap-slot: s64) -> s32", "i64.const 1 i32.const 2 i32.const 16 i32.const 1 i64.const -3 call %d drop", "1 2 [104] -3"},
	{"sys_cap_recv", "i64 i32 i32 -> i64", "func(handle: s64, buffer: list<u8>) -> s64", "i64.const 4 i32.const 17 i32.const 1 call %d drop", "4 [105]"},
	{"sys_cap_mem_read", "i64 i32 i32 i32 -> i32", "func(handle: s64, offset: s32, buffer: list<u8>) -> s32", "i64.const 5 i32.const 6 i32.const 16 i32.const 0 call %d drop", "5 6 []"},
	{"sys_cap_mem_write", "i64 i32 i32 i32 -> i32", "func(handle: s64, offset: s32, bytes: list<u8>) -> s32", "i64.const 7 i32.const -8 i32.const 16 i32.const 2 call %d drop", "7 -8 [104, 105]"},
	{"sys_fb_info", "-> i64", "func() -> s64", "call %d drop", ""},
	{"sys_cap_irq_wait", "i64 -> i32", "func(handle: s64) -> s32", "i64.const 9 call %d drop", "9"},
	{"sys_cap_io_read", "i64 i32 i32 -> i64", "func(handle: s64, offset: s32, size: s32) -> s64", "i64.const 10 i32.const 11 i32.const 4 call %d drop", "10 11 4"},
	{"sys_cap_io_write", "i64 i32 i32 i32 -> i32", "func(handle: s64, offset: s32, size: s32, value: s32) -> s32", "i64.const 12 i32.const 13 i32.const 2 i32.const 65535 call %d drop", "12 13 2 65535"},
	{"sys_exit", "i32 ->", "func(code: s32)", "i32.const 14 call %d unreachable", "14"},
}

// wrap makes a component of a core module.
func wrap(t *testing.T, wasm []byte) ([]byte, error) {
	t.Helper()
	m, err := coremodule.Read(wasm)
	if err != nil {
		t.Fatal(err)
	}
	a, err := actor.Adapter(m)
	if err != nil {
		return nil, err
	}
	return componentize.New(wasm, componentize.Options{Adapters: []componentize.Adapter{a}})
}

// shape are the imports and exports of a component.
func shape(t *testing.T, wasm []byte) (list []string) {
	t.Helper()
	c, err := component.Decode(wasm)
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range c.Type.Imports {
		for _, f := range i.Type.Type.(*component.InstanceType).Exports {
			list = append(list, "import "+i.Name+"#"+f.Name)
		}
	}
	for _, e := range c.Type.Exports {
		list = append(list, "export "+e.Name)
	}
	return list
}

// host answers all calls of actors with 0, or what the test says, and keeps a log of them.
func host(t *testing.T, log *[]string, answers map[string]value.Value) *glue.Interface {
	t.Helper()
	i := &glue.Interface{Name: "witan:kernel/actor@0.1.0"}
	for _, c := range calls {
		typ, err := abi.ParseFunc(c.wit)
		if err != nil {
			t.Fatal(err)
		}
		zeros := map[string]value.Value{"s32": int32(0), "s64": int64(0)}
		f, err := vm.HostFunc(strings.ReplaceAll(c.name, "_", "-"), typ, func(_ context.Context, args []value.Value) (value.Value, error) {
			words := []string{c.name}
			for n, a := range args {
				words = append(words, value.Format(typ.Params[n].Type, a))
			}
			*log = append(*log, strings.Join(words, " "))
			answer, ok := answers[c.name]
			switch {
			case c.name == "sys_exit":
				return nil, &vm.Exit{Code: uint32(args[0].(int32))}
			case ok || typ.Result == nil:
				return answer, nil
			}
			return zeros[typ.Result.String()], nil
		})
		if err != nil {
			t.Fatal(err)
		}
		i.Funcs = append(i.Funcs, f)
	}
	return i
}

// execute runs an actor's component as a program.
func execute(t *testing.T, wasm []byte, i *glue.Interface) error {
	t.Helper()
	ctx := t.Context()
	v, err := vm.New(ctx, vm.Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close(ctx)
	c, err := v.Compile(ctx, "actor", wasm)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(ctx)
	instance, err := c.Instantiate(ctx, vm.Options{Imports: []*glue.Interface{i}})
	if err != nil {
		t.Fatal(err)
	}
	defer instance.Close(ctx)
	main, err := instance.Main()
	if err != nil {
		t.Fatal(err)
	}
	_, err = vm.CallText(ctx, main, nil)
	return err
}

// TestAllCalls makes each call with arguments that tell which is which.
func TestAllCalls(t *testing.T) {
	m := testwasm.NewModule()
	var code, want, imports []string
	for _, c := range calls {
		index := m.ImportFunc("env", c.name, c.core)
		code = append(code, strings.Replace(c.code, "%d", fmt.Sprint(index), 1))
		want = append(want, strings.TrimSpace(c.name+" "+c.want))
	}
	m.Memory("memory", 1)
	m.Data(16, "hi")
	m.Func("_start", "->", strings.Join(code, " "))
	wasm, err := wrap(t, m.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range shape(t, wasm) {
		if strings.HasPrefix(line, "import ") {
			imports = append(imports, line)
		}
	}
	if len(imports) != len(calls) {
		t.Errorf("the component imports %v", imports)
	}
	var log []string
	err = execute(t, wasm, host(t, &log, nil))
	var exit *vm.Exit
	if !errors.As(err, &exit) || exit.Code != 14 {
		t.Errorf("the actor ended with %v, want status 14", err)
	}
	if diff := cmp.Diff(want, log); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestOnlyWhatIsUsed has an actor that returns, and calls one function.
func TestOnlyWhatIsUsed(t *testing.T) {
	m := testwasm.NewModule()
	info := m.ImportFunc("env", "sys_fb_info", "-> i64")
	m.Memory("memory", 1)
	m.Func("_start", "->", fmt.Sprintf("call %d drop", info))
	wasm, err := wrap(t, m.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"import witan:kernel/actor@0.1.0#sys-fb-info", "export wasi:cli/run@0.2.12"}, shape(t, wasm)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	var log []string
	if err := execute(t, wasm, host(t, &log, nil)); err != nil {
		t.Errorf("the actor ended with %v", err)
	}
	if diff := cmp.Diff([]string{"sys_fb_info"}, log); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestCompiled runs an actor that a C compiler made.
func TestCompiled(t *testing.T) {
	out := filepath.Join(t.TempDir(), "ping.wasm")
	text, err := exec.CommandContext(t.Context(), "clang", "--target=wasm32", "-Os", "-nostdlib", "-Wl,--no-entry",
		"-o", out, filepath.Join("testdata", "ping.c")).CombinedOutput()
	if errors.Is(err, exec.ErrNotFound) {
		t.Fatalf("%v: this test needs clang and wasm-ld (Debian: apt-get install clang lld)", err)
	}
	if err != nil {
		t.Fatalf("clang: %v\n%s", err, text)
	}
	module, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	wasm, err := wrap(t, module)
	if err != nil {
		t.Fatal(err)
	}
	var log []string
	err = execute(t, wasm, host(t, &log, map[string]value.Value{"sys_cap_recv": int64(-1), "sys_fb_info": int64(1024<<32 | 768)}))
	var exit *vm.Exit
	if !errors.As(err, &exit) || exit.Code != 3 {
		t.Errorf("the actor ended with %v, want status 3", err)
	}
	want := []string{
		"sys_log [112, 105, 110, 103]", // ping
		"sys_fb_info",
		"sys_cap_send 4294967297 1024 [0, 3, 0, 0] -1",
		"sys_cap_recv 4294967297 [0, 0, 0, 0]",
		"sys_exit 3",
	}
	if diff := cmp.Diff(want, log); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestErrors(t *testing.T) {
	start := func(m *testwasm.Module) { m.Func("_start", "->", "") }
	for _, c := range []struct {
		name  string
		write func(m *testwasm.Module)
		want  []string
	}{
		{"another signature", func(m *testwasm.Module) {
			m.ImportFunc("env", "sys_cap_send", "i32 i32 i32 i32 i64 -> i32")
			start(m)
		}, []string{
			"the actor imports env.sys_cap_send as (i32 i32 i32 i32 i64) -> (i32), and witan:kernel/actor@0.1.0#sys-cap-send is called as (i64 i32 i32 i32 i64) -> (i32)",
		}},
		{"another result", func(m *testwasm.Module) {
			m.ImportFunc("env", "sys_log", "i32 i32 -> i32")
			start(m)
		}, []string{
			"the actor imports env.sys_log as (i32 i32) -> (i32), and witan:kernel/actor@0.1.0#sys-log is called as (i32 i32) -> ()",
		}},
		{"misspelt", func(m *testwasm.Module) {
			m.ImportFunc("env", "sys_cap_sent", "i64 i32 i32 i32 i64 -> i32")
			start(m)
		}, []string{"the actor imports env.sys_cap_sent, which is no call of actors: did you mean sys_cap_send?"}},
		{"unknown", func(m *testwasm.Module) {
			m.ImportFunc("env", "sys_frobnicate", "->")
			start(m)
		}, []string{"the actor imports env.sys_frobnicate, which is no call of actors: the calls are sys_log, sys_exit, sys_cap_send,"}},
		{"of somebody else", func(m *testwasm.Module) {
			m.ImportFunc("env", "sys_exit", "i32 ->")
			m.ImportFunc("wasi_snapshot_preview1", "proc_exit", "i32 ->")
			start(m)
		}, []string{"the actor imports wasi_snapshot_preview1.proc_exit: an actor imports functions of env alone"}},
		{"a memory", func(m *testwasm.Module) {
			m.ImportMemory("env", "memory", 1)
			m.ImportFunc("env", "sys_exit", "i32 ->")
			start(m)
		}, []string{"the actor imports env.memory: an actor imports functions of env alone"}},
		{"no start", func(m *testwasm.Module) { m.ImportFunc("env", "sys_exit", "i32 ->") }, []string{"the actor exports no function _start"}},
		{"another start", func(m *testwasm.Module) {
			m.ImportFunc("env", "sys_exit", "i32 ->")
			m.Func("_start", "i32 -> i32", "local.get 0")
		}, []string{"the actor's _start has the type (i32) -> (i32): it must have no parameters and no results"}},
		{"all at once", func(m *testwasm.Module) {
			m.ImportFunc("env", "sys_exit", "i64 ->")
			m.ImportFunc("env", "sys_log", "->")
		}, []string{"the actor imports env.sys_exit as (i64) -> ()", "the actor imports env.sys_log as () -> ()", "the actor exports no function _start"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := testwasm.NewModule()
			c.write(m)
			_, err := wrap(t, m.Bytes())
			if err == nil {
				t.Fatal("it is an actor")
			}
			lines := strings.Split(err.Error(), "\n")
			ok := len(lines) == len(c.want)
			for i := range min(len(lines), len(c.want)) {
				ok = ok && strings.HasPrefix(lines[i], c.want[i])
			}
			if !ok {
				t.Errorf("(-want +got):\n%s", cmp.Diff(c.want, lines))
			}
		})
	}
}

func TestIs(t *testing.T) {
	for _, c := range []struct {
		module, name string
		want         bool
	}{{"env", "sys_log", true}, {"env", "sys_anything", true}, {"env", "puts", false}, {"other", "sys_log", false}} {
		m := testwasm.NewModule()
		m.ImportFunc(c.module, c.name, "->")
		read, err := coremodule.Read(m.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		if got := actor.Is(read); got != c.want {
			t.Errorf("a module that imports %s.%s is an actor: %t", c.module, c.name, got)
		}
	}
}
