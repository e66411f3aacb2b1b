package wast

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/witan-os/witan/internal/testwasm"
)

// play writes a script with its binaries and runs it. Each command is JSON.
func play(t *testing.T, script map[string]any, wasm map[string][]byte, commands ...string) *FileResult {
	t.Helper()
	return playFor(t, commandTime, script, wasm, commands...)
}

// playFor is play with a limit of its own for each command.
func playFor(t *testing.T, limit time.Duration, script map[string]any, wasm map[string][]byte, commands ...string) *FileResult {
	t.Helper()
	dir := t.TempDir()
	for name, data := range wasm {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	list := make([]json.RawMessage, len(commands))
	for i, c := range commands {
		list[i] = json.RawMessage(c)
	}
	whole := map[string]any{"format": format, "commands": list}
	for key, v := range script {
		whole[key] = v
	}
	data, err := json.Marshal(whole)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "script.json")
	if err := os.WriteFile(file, data, 0o666); err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	r, err := NewRunner(ctx)
	if err != nil {
		t.Fatal(err)
	}
	r.time = limit
	result, err := r.Run(ctx, file)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Close(ctx); err != nil {
		t.Error(err)
	}
	return result
}

// want compares the outcomes with what must be in their have, or "ok" for any command that passes.
func want(t *testing.T, r *FileResult, outcomes ...string) {
	t.Helper()
	if len(r.Commands) != len(outcomes) {
		t.Fatalf("%d outcomes, want %d", len(r.Commands), len(outcomes))
	}
	for i, o := range r.Commands {
		status, text, _ := strings.Cut(outcomes[i], ": ")
		if string(o.Status) != status || !strings.Contains(o.Have, text) {
			t.Errorf("command %d (%s): %s, %s\nwant %s", i, o.Type, o.Status, o.Have, outcomes[i])
		}
	}
}

func invoke(typ, module, field, args, rest string) string {
	return fmt.Sprintf(`{"type":%q,"line":1,"action":{"type":"invoke","module":%q,"field":%q,"args":[%s]}%s}`, typ, module, field, args, rest)
}

// counter is a component with a number that bump raises by its argument; fail traps, recurse never ends, and async
// is what this runtime can't do.
func counter() []byte {
	m := testwasm.NewModule()
	n := m.Global("", 0)
	m.Func("bump", "i32 -> i32", fmt.Sprintf("global.get %[1]d local.get 0 i32.add global.set %[1]d global.get %[1]d", n))
	m.Func("fail", "->", "unreachable")
	m.Func("recurse", "->", "call 2")
	c := testwasm.NewComponent()
	inst := c.Instantiated(m)
	c.ExportFunc("bump", c.CoreFunc(inst, "bump"), "func(by: u32) -> u32")
	c.ExportFunc("fail", c.CoreFunc(inst, "fail"), "func()")
	c.ExportFunc("recurse", c.CoreFunc(inst, "recurse"), "func()")
	c.ExportFunc("later", c.CoreFunc(inst, "fail"), "async func()")
	return c.Bytes()
}

// user imports a counter under a name, and exports its function.
func user(name string) []byte {
	c := testwasm.NewComponent()
	from := c.ImportInstance(name, testwasm.NewInstanceType().Func("bump", "func(by: u32) -> u32"))
	lowered := c.Lower(c.Alias(from, testwasm.SortFunc, "bump"))
	c.ExportFunc("twice", lowered, "func(by: u32) -> u32")
	return c.Bytes()
}

const (
	one   = `{"type":"u32","value":"1"}`
	two   = `{"type":"u32","value":"2"}`
	is1   = `,"expected":[{"type":"u32","value":"1"}]`
	is2   = `,"expected":[{"type":"u32","value":"2"}]`
	is3   = `,"expected":[{"type":"u32","value":"3"}]`
	empty = `,"expected":[]`
)

func TestInstances(t *testing.T) {
	r := play(t, nil, map[string][]byte{"c.wasm": counter()},
		`{"type":"module_definition","name":"C","kind":"component","filename":"c.wasm"}`,
		`{"type":"module_instance","instance":"a","module":"C"}`,
		`{"type":"module_instance","instance":"b"}`,
		invoke("assert_return", "a", "bump", one, is1),
		invoke("assert_return", "a", "bump", two, is3),
		invoke("assert_return", "b", "bump", two, is2),
		invoke("assert_return", "", "bump", one, is2),
		invoke("action", "", "bump", one, ""),
		invoke("assert_trap", "", "fail", "", ""),
		invoke("assert_trap", "b", "bump", one, ""),
		invoke("assert_return", "a", "bump", one, ""),
		invoke("assert_return", "c", "bump", one, is1),
		invoke("assert_return", "a", "missing", one, is1),
		invoke("assert_return", "a", "bump", "", is1),
		invoke("assert_return", "a", "bump", `{"type":"s32","value":"1"}`, is1),
		invoke("assert_trap", "a", "bump", one, ""),
		`{"type":"module_instance","instance":"d","module":"D"}`,
		invoke("assert_return", "", "bump", one, is1),
		`{"type":"assert_return","line":1}`,
	)
	want(t, r, "passed", "passed", "passed", "passed: u32 1", "passed: u32 3", "passed: u32 2", "failed: u32 3", "passed: u32 4",
		"passed: unreachable", "passed: unreachable", "failed: u32 4", `failed: there is no instance "c"`, "failed: no function missing",
		"failed: takes 1 arguments, the script has 0", "failed: the type is u32, the script has a s32", "failed: no trap: u32 5",
		`failed: there is no definition "D"`, `failed: there is no instance ""`, "failed: the command has no action")
	if r.Passed != 9 || r.Failed != 10 || len(r.Failures()) != 10 {
		t.Errorf("counted %+v", r.Counts)
	}
}

// TestExhaustion tells traps apart.
func TestExhaustion(t *testing.T) {
	r := play(t, nil, map[string][]byte{"c.wasm": counter()},
		`{"type":"module","kind":"component","filename":"c.wasm"}`, invoke("assert_exhaustion", "", "recurse", "", ""),
		`{"type":"module","kind":"component","filename":"c.wasm"}`, invoke("assert_exhaustion", "", "fail", "", ""),
		`{"type":"module","kind":"component","filename":"c.wasm"}`, invoke("assert_exhaustion", "", "bump", one, ""))
	want(t, r, "passed", "passed: stack overflow", "passed", "failed: unreachable", "passed", "failed: no trap")
}

// TestEndlessGuests stops guests that never end. That is no trap of theirs.
func TestEndlessGuests(t *testing.T) {
	m := testwasm.NewModule()
	m.Func("spin", "->", "loop br 0 end")
	c := testwasm.NewComponent()
	c.ExportFunc("spin", c.CoreFunc(c.Instantiated(m), "spin"), "func()")
	r := playFor(t, 100*time.Millisecond, nil, map[string][]byte{"c.wasm": c.Bytes(), "m.wasm": m.Bytes()},
		`{"type":"module","kind":"component","filename":"c.wasm"}`, invoke("assert_trap", "", "spin", "", ""),
		`{"type":"module","kind":"core","filename":"m.wasm"}`, invoke("assert_trap", "", "spin", "", ""))
	want(t, r, "passed", "failed: deadline exceeded", "passed", "failed: deadline exceeded")
}

// TestUnsupportedFails checks that no command passes because of what this runtime can't do.
func TestUnsupportedFails(t *testing.T) {
	r := play(t, nil, map[string][]byte{"c.wasm": counter()},
		`{"type":"module","kind":"component","filename":"c.wasm"}`, invoke("assert_trap", "", "later", "", ""), invoke("assert_return", "", "later", "", empty))
	want(t, r, "passed", "failed: asynchronous functions between components and Go are not run yet", "failed: asynchronous functions between components and Go are not run yet")
}

// TestLinkedInstances imports instances by the names that they have or that they are registered with.
func TestLinkedInstances(t *testing.T) {
	files := map[string][]byte{"c.wasm": counter(), "a.wasm": user("a"), "b.wasm": user("b")}
	r := play(t, nil, files,
		`{"type":"module","name":"a","kind":"component","filename":"c.wasm"}`,
		`{"type":"module","kind":"component","filename":"a.wasm"}`,
		invoke("assert_return", "", "twice", one, is1),
		invoke("assert_return", "a", "bump", one, is2),
		`{"type":"assert_unlinkable","kind":"component","filename":"b.wasm"}`,
		`{"type":"module","name":"c","kind":"component","filename":"c.wasm"}`,
		`{"type":"register","name":"c","as":"b"}`,
		`{"type":"register","name":"x","as":"b"}`,
		`{"type":"module","kind":"component","filename":"b.wasm"}`,
		invoke("assert_return", "", "twice", two, is2),
		`{"type":"assert_unlinkable","kind":"component","filename":"b.wasm"}`)
	want(t, r, "passed", "passed", "passed", "passed", "passed: b", "passed", "passed", `failed: there is no instance "x"`, "passed", "passed",
		"failed: it can be instantiated")
}

// hostUser calls functions of the scripts' host, whose parameters it names as it likes.
func hostUser() []byte {
	c := testwasm.NewComponent()
	host := c.ImportInstance("host", testwasm.NewInstanceType().Resource("resource1").
		Func("return-three", "func() -> u32").
		Func("[constructor]resource1", "func(anything: u32) -> own<resource1>").
		Func("[static]resource1.drops", "func() -> u32").Func("[static]resource1.last-drop", "func() -> u32").
		Func("[method]resource1.simple", "func(self: borrow<resource1>, b: u32)").
		Instance("nested", testwasm.NewInstanceType().Func("return-four", "func() -> u32")).
		Module("simple-module", "f", "-> i32"))
	typ := c.Alias(host, testwasm.SortType, "resource1")
	lower := func(name string) testwasm.CoreExport {
		return testwasm.CoreExport{Name: name, Index: c.Lower(c.Alias(host, testwasm.SortFunc, name))}
	}
	given := c.CoreInline(lower("[constructor]resource1"), lower("[method]resource1.simple"), testwasm.CoreExport{Name: "drop", Index: c.ResourceDrop(typ)})
	m := testwasm.NewModule()
	makes := m.ImportFunc("host", "[constructor]resource1", "i32 -> i32")
	simple := m.ImportFunc("host", "[method]resource1.simple", "i32 i32 ->")
	drop := m.ImportFunc("host", "drop", "i32 ->")
	m.Func("make-and-drop", "i32 ->", fmt.Sprintf("local.get 0 call %d call %d", makes, drop))
	m.Func("check", "i32 ->", fmt.Sprintf("i32.const 7 call %d local.get 0 call %d", makes, simple))
	inst := c.Instantiated(m, testwasm.CoreArg{Name: "host", Instance: given})
	c.ExportFunc("make-and-drop", c.CoreFunc(inst, "make-and-drop"), "func(rep: u32)")
	c.ExportFunc("check", c.CoreFunc(inst, "check"), "func(rep: u32)")
	for name, of := range map[string]string{"three": "return-three", "drops": "[static]resource1.drops", "last": "[static]resource1.last-drop"} {
		c.ExportFunc(name, c.Lower(c.Alias(host, testwasm.SortFunc, of)), "func() -> u32")
	}
	nested := c.Alias(host, testwasm.SortInstance, "nested")
	c.ExportFunc("four", c.Lower(c.Alias(nested, testwasm.SortFunc, "return-four")), "func() -> u32")
	module := c.CoreInstance(c.Alias(host, testwasm.SortCoreModule, "simple-module"))
	c.ExportFunc("f", c.CoreFunc(module, "f"), "func() -> u32")
	return c.Bytes()
}

func TestHost(t *testing.T) {
	wrong := testwasm.NewComponent()
	wrong.ImportInstance("host", testwasm.NewInstanceType().Func("return-three", "func() -> u64"))
	result := func(n int) string { return fmt.Sprintf(`,"expected":[{"type":"u32","value":"%d"}]`, n) }
	r := play(t, nil, map[string][]byte{"h.wasm": hostUser(), "w.wasm": wrong.Bytes()},
		`{"type":"module","kind":"component","filename":"h.wasm"}`,
		invoke("assert_return", "", "three", "", result(3)), invoke("assert_return", "", "four", "", result(4)), invoke("assert_return", "", "f", "", result(101)),
		invoke("assert_return", "", "drops", "", result(0)),
		invoke("assert_return", "", "make-and-drop", two, empty), invoke("assert_return", "", "make-and-drop", one, empty),
		invoke("assert_return", "", "drops", "", result(2)), invoke("assert_return", "", "last", "", result(1)),
		invoke("assert_return", "", "check", `{"type":"u32","value":"7"}`, empty), invoke("assert_trap", "", "check", one, ""),
		`{"type":"assert_unlinkable","kind":"component","filename":"w.wasm"}`)
	for _, o := range r.Failures() {
		t.Errorf("%+v", o)
	}
	want(t, &FileResult{Commands: r.Commands[10:]}, "passed: the resource has the representation 7, not 1", "passed: its parameters or its result are others")
}

// TestSuitesThatOnlyValidate decodes what another suite would instantiate, until something is called.
func TestSuitesThatOnlyValidate(t *testing.T) {
	script := map[string]any{"source": map[string]string{"repository": "bytecodealliance/wasm-tools", "path": "a.wast"}}
	files := map[string][]byte{"u.wasm": user("nobody"), "c.wasm": counter(), "bad.wasm": []byte("\x00asm\x0d\x00\x01\x00\x0d")}
	commands := []string{
		`{"type":"module","kind":"component","filename":"u.wasm"}`,
		invoke("assert_return", "", "twice", one, is1),
		`{"type":"module","kind":"component","filename":"c.wasm"}`,
		invoke("assert_return", "", "bump", one, is1), invoke("assert_return", "", "bump", one, is2),
		`{"type":"module","kind":"component","filename":"bad.wasm"}`,
	}
	want(t, play(t, script, files, commands...), "passed", "failed: nobody", "passed", "passed", "passed", "failed: section id 13 is unknown")
	want(t, play(t, nil, files, commands...), "failed: nobody", `failed: there is no instance ""`, "passed", "passed", "passed", "failed: section id 13 is unknown")
}

// TestFeatures refuses what a script does not say it needs, and only where it must be refused.
func TestFeatures(t *testing.T) {
	fixed := testwasm.NewComponent()
	fixed.ValueType("list<u8, 4>")
	body := testwasm.NewModule()
	body.Func("", "-> i32", "i64.const 1")
	broken := testwasm.NewComponent()
	broken.CoreModule(body)
	files := map[string][]byte{"f.wasm": fixed.Bytes(), "b.wasm": broken.Bytes()}
	commands := []string{
		`{"type":"module","kind":"component","filename":"f.wasm"}`,
		`{"type":"assert_invalid","kind":"component","filename":"f.wasm"}`,
		`{"type":"assert_invalid","kind":"component","filename":"b.wasm"}`,
		`{"type":"assert_malformed","kind":"component","module_type":"text","filename":"t.wat","binary_filename":"f.wasm"}`,
		`{"type":"assert_malformed","kind":"component","module_type":"text","filename":"t.wat","text_error":"no"}`,
		`{"type":"module","kind":"component","module_type":"text","filename":"t.wat","text_error":"no"}`,
		`{"type":"module","kind":"component","filename":"../f.wasm"}`,
	}
	rest := []string{"passed: cannot use i64", "passed: fixed-length lists", "not applicable", "failed: there is no binary: no", "failed: lies outside"}
	without := append([]string{"passed", "passed: fixed-length lists"}, rest...)
	want(t, play(t, nil, files, commands...), without...)
	needs := map[string]any{"features": []string{"cm-fixed-length-lists"}}
	with := append([]string{"passed", "failed: it is taken for valid"}, rest...)
	with[3] = "failed: it is taken for valid"
	want(t, play(t, needs, files, commands...), with...)
	needs["config"] = map[string]any{"component_model_fixed_length_lists": false}
	want(t, play(t, needs, files, commands...), without...)
	delete(needs, "config")
	needs["source"] = map[string]string{"path": "missing-features/lists.wast"}
	want(t, play(t, needs, files, commands...), without...)
}

// TestUninstantiable has components that trap while they start, and some that do not.
func TestUninstantiable(t *testing.T) {
	m := testwasm.NewModule()
	m.Start(m.Func("", "->", "unreachable"))
	c := testwasm.NewComponent()
	c.Instantiated(m)
	r := play(t, nil, map[string][]byte{"t.wasm": c.Bytes(), "c.wasm": counter(), "u.wasm": user("nobody")},
		`{"type":"assert_uninstantiable","kind":"component","filename":"t.wasm"}`,
		`{"type":"assert_uninstantiable","kind":"component","filename":"c.wasm"}`,
		`{"type":"assert_uninstantiable","kind":"component","filename":"u.wasm"}`,
		`{"type":"assert_unlinkable","kind":"component","filename":"t.wasm"}`,
		`{"type":"assert_unlinkable","kind":"component","filename":"u.wasm"}`)
	want(t, r, "passed: unreachable", "failed: it can be instantiated", "failed: nobody", "failed: unreachable", "passed: nobody")
}

func TestCoreModules(t *testing.T) {
	lib := testwasm.NewModule()
	n := lib.Global("n", 41)
	lib.Func("next", "i32 -> i32", fmt.Sprintf("global.get %d local.get 0 i32.add", n))
	lib.Func("fail", "->", "unreachable")
	use := testwasm.NewModule()
	next := use.ImportFunc("lib", "next", "i32 -> i32")
	use.Func("again", "-> i32", fmt.Sprintf("i32.const 2 call %d", next))
	odd := testwasm.NewModule()
	odd.ImportFunc("lib", "next", "-> i32")
	stop := testwasm.NewModule()
	stop.Start(stop.Func("", "->", "unreachable"))
	bad := testwasm.NewModule()
	bad.Func("", "-> i32", "")
	files := map[string][]byte{"lib.wasm": lib.Bytes(), "use.wasm": use.Bytes(), "odd.wasm": odd.Bytes(), "stop.wasm": stop.Bytes(), "bad.wasm": bad.Bytes()}
	r := play(t, nil, files,
		`{"type":"module","name":"m","kind":"core","filename":"lib.wasm"}`,
		invoke("assert_return", "", "next", `{"type":"i32","value":"-1"}`, `,"expected":[{"type":"i32","value":"40"}]`),
		invoke("assert_return", "", "next", `{"type":"i32","value":"-1"}`, `,"expected":[]`),
		`{"type":"assert_return","action":{"type":"get","field":"n"},"expected":[{"type":"i32","value":"41"}]}`,
		`{"type":"assert_return","action":{"type":"get","field":"o"},"expected":[{"type":"i32","value":"41"}]}`,
		invoke("assert_return", "", "last", "", ""),
		invoke("assert_trap", "", "fail", "", ""),
		`{"type":"assert_unlinkable","kind":"core","filename":"use.wasm"}`,
		`{"type":"register","name":"m","as":"lib"}`,
		`{"type":"module","kind":"core","filename":"use.wasm"}`,
		invoke("assert_return", "", "again", "", `,"expected":[{"type":"i32","value":"43"}]`),
		`{"type":"assert_unlinkable","kind":"core","filename":"odd.wasm"}`,
		`{"type":"assert_uninstantiable","kind":"core","filename":"stop.wasm"}`,
		`{"type":"assert_invalid","kind":"core","filename":"bad.wasm"}`,
		`{"type":"assert_invalid","kind":"core","filename":"lib.wasm"}`,
	)
	want(t, r, "passed", "passed", "failed", "passed", `failed: no exported global "o"`, `failed: no exported function "last"`, "passed: unreachable",
		"passed: not registered", "passed", "passed", "passed", "passed: but it is func", "passed: unreachable", "passed", "failed: it is taken for valid")
}
