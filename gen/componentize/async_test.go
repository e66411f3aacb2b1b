package componentize_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/witan-os/witan/gen/componentize"
	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/internal/testwasm"
	"github.com/witan-os/witan/runtime/abi"
)

// asyncDummy is [dummy] in the asynchronous form: functions that are async are called and exported so, and all
// built-ins are imported that there are for tasks, streams and futures.
func asyncDummy(w *model.World) []byte {
	m := testwasm.NewModule()
	for name, typ := range map[string]string{
		"[backpressure-inc]": "->", "[backpressure-dec]": "->", "[waitable-set-new]": "-> i32", "[waitable-set-drop]": "i32 ->",
		"[waitable-set-wait]": "i32 i32 -> i32", "[waitable-set-poll]": "i32 i32 -> i32", "[waitable-join]": "i32 i32 ->",
		"[subtask-drop]": "i32 ->", "[subtask-cancel]": "i32 -> i32", "[async-lower][subtask-cancel]": "i32 -> i32",
		"[thread-yield]": "-> i32", "[context-get-0]": "-> i32", "[context-set-0]": "i32 ->", "[stream-new-unit]": "-> i64",
		"[async-lower][future-read-unit]": "i32 i32 -> i32", "[error-context-new-utf8]": "i32 i32 -> i32",
		"[error-context-debug-message-utf8]": "i32 i32 ->", "[error-context-drop]": "i32 ->",
	} {
		m.ImportFunc("$root", name, typ)
	}
	m.ImportFunc("[export]$root", "[task-cancel]", "->")
	for _, i := range w.Imports {
		if i.Type == nil {
			eachFunc(i, func(fn *model.Func) { importAsync(m, moduleName("", i), fn) })
		}
	}
	for _, i := range w.Exports {
		if i.Interface != nil {
			importHandles(m, "[export]"+i.Key(), i.Interface)
		}
		eachFunc(i, func(fn *model.Func) {
			importPayloads(m, moduleName("[export]", i), fn)
			if fn.Async {
				m.ImportFunc(moduleName("[export]", i), "[task-return]"+fn.Name, typeText(abi.Signature{Params: returned(fn)}))
			}
		})
	}
	m.Memory("memory", 1)
	m.Func("cabi_realloc", "i32 i32 i32 i32 -> i32", "i32.const 0")
	for _, i := range w.Exports {
		prefix := ""
		if i.Interface != nil {
			prefix = i.Key() + "#"
		}
		eachFunc(i, func(fn *model.Func) {
			if !fn.Async {
				exportFunc(m, prefix, fn)
				return
			}
			name := "[async-lift]" + prefix + fn.Name
			m.Func(name, vals(fn.Plan.Lifted.Params)+" -> i32", "i32.const 0")
			m.Func("[callback]"+name, "i32 i32 i32 -> i32", "i32.const 0")
		})
	}
	return m.Bytes()
}

// moduleName is the module name of what an item of a world has.
func moduleName(prefix string, i *model.Item) string {
	if i.Interface == nil {
		return prefix + "$root"
	}
	return prefix + i.Key()
}

func eachFunc(i *model.Item, f func(fn *model.Func)) {
	if i.Func != nil {
		f(i.Func)
		return
	}
	for _, fn := range i.Interface.Funcs {
		f(fn)
	}
}

func importAsync(m *testwasm.Module, module string, fn *model.Func) {
	importPayloads(m, module, fn)
	if !fn.Async {
		importFunc(m, module, fn)
		return
	}
	plan, err := abi.NewAsyncPlan(fn.ABI)
	if err != nil {
		panic(err)
	}
	m.ImportFunc(module, "[async-lower]"+fn.Name, typeText(plan.Lowered))
}

// returned are the parameters of the task.return of a function.
func returned(fn *model.Func) []abi.CoreType {
	plan, err := abi.NewReturnPlan(fn.ABI.Result)
	if err != nil {
		panic(err)
	}
	return plan.Lowered.Params
}

// importPayloads imports the built-ins for each stream and future in the type of a function.
func importPayloads(m *testwasm.Module, module string, fn *model.Func) {
	types := append([]abi.Param{}, fn.ABI.Params...)
	if fn.ABI.Result != nil {
		types = append(types, abi.Param{Type: fn.ABI.Result})
	}
	n := 0
	for _, p := range types {
		eachPayload(p.Type, func(t *abi.Type) {
			kind, transfer := t.Kind.String(), "i32 i32 i32 -> i32"
			if t.Kind == abi.Future {
				transfer = "i32 i32 -> i32"
			}
			for _, b := range []struct{ name, typ string }{
				{"[%s-new-%d]", "-> i64"},
				{"[async-lower][%s-read-%d]", transfer},
				{"[%s-write-%d]", transfer},
				{"[%s-cancel-read-%d]", "i32 -> i32"},
				{"[async-lower][%s-cancel-write-%d]", "i32 -> i32"},
				{"[%s-drop-readable-%d]", "i32 ->"},
				{"[%s-drop-writable-%d]", "i32 ->"},
			} {
				m.ImportFunc(module, fmt.Sprintf(b.name, kind, n)+fn.Name, b.typ)
			}
			n++
		})
	}
}

// eachPayload calls f with the streams and futures in a type, inner ones first.
func eachPayload(t *abi.Type, f func(t *abi.Type)) {
	if t == nil || !t.HasAsync() {
		return
	}
	eachPayload(t.Elem, f)
	for _, x := range t.Fields {
		eachPayload(x.Type, f)
	}
	for _, x := range t.Cases {
		eachPayload(x.Type, f)
	}
	if t.Kind == abi.Stream || t.Kind == abi.Future {
		f(t)
	}
}

// TestAsync checks what is said about the asynchronous form of exports.
func TestAsync(t *testing.T) {
	const wit = `package a:b; world w { export f: async func() -> string; export g: func(); }`
	for _, c := range []struct {
		name, export, typ, code, want string
	}{
		{"without a callback", "[async-lift]f", "-> i32", "i32.const 0", `w.wit:1:31: the module exports "[async-lift]f", but no callback "[callback][async-lift]f"`},
		{"without need for one", "[async-lift-stackful]f", "->", "", ""},
		{"of another type", "[async-lift-stackful]f", "-> i32", "i32.const 0", `w.wit:1:31: the module exports "[async-lift-stackful]f" with the type () -> (i32), but as the function f it has to have the type () -> ()`},
		{"of a function that is not", "[async-lift-stackful]g", "->", "", `w.wit:1:65: the module exports "[async-lift-stackful]g", the asynchronous form of a function that is not async`},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := testwasm.NewModule()
			m.Memory("memory", 1)
			m.Func(c.export, c.typ, c.code)
			if strings.HasSuffix(c.export, "f") {
				m.Func("g", "->", "")
			} else {
				m.Func("f", "-> i32", "i32.const 0")
			}
			_, err := componentize.New(m.Bytes(), componentize.Options{World: only(t, wit)})
			if c.want == "" {
				checkProblems(t, err, nil)
			} else {
				checkProblems(t, err, []string{c.want})
			}
		})
	}
}
