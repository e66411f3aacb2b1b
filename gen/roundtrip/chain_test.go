package roundtrip

import (
	"bytes"
	"context"
	"os"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/gen/roundtrip/testdata/generated/test/roundtrip/v1/boxes"
	"github.com/witan-os/witan/gen/roundtrip/testdata/generated/test/roundtrip/v1/calls"
	"github.com/witan-os/witan/gen/roundtrip/testdata/generated/test/roundtrip/v1/types"
	"github.com/witan-os/witan/hostimpl/wasi"
	"github.com/witan-os/witan/runtime/abi"
	"github.com/witan-os/witan/runtime/component"
	"github.com/witan-os/witan/runtime/glue"
	"github.com/witan-os/witan/runtime/value"
	"github.com/witan-os/witan/runtime/value/valuetest"
	"github.com/witan-os/witan/runtime/vm"
)

// TestChains sends values through guests that stand one behind the other. A word is a guest. A plus before it
// says that generated code of a host passes calls on to it, and no adapter; a star behind it, that its core modules were
// taken out of it and come from the host.
func TestChains(t *testing.T) {
	tree := load(t)
	guests := compile(t, tree)
	iface := interfaceOf(t, tree, "calls")
	for _, words := range []string{"c", "go", "go c", "c go", "go c go c", "c +go", "go +c", "go* c*"} {
		if *witSeed != committedSeed && strings.Contains(words, "+") {
			continue // the generated code is for other types
		}
		t.Run(strings.ReplaceAll(words, " ", "-"), func(t *testing.T) {
			c := newChain(t, guests, iface, strings.Fields(words))
			for _, fn := range iface.Funcs {
				t.Run(fn.Name, func(t *testing.T) {
					rapid.Check(t, func(r *rapid.T) { c.check(r, fn) })
					c.checkLeft(t)
				})
			}
			t.Logf("%d calls", c.calls)
			t.Run("boxes", func(t *testing.T) {
				rapid.Check(t, func(r *rapid.T) { c.checkBoxes(t, r) })
				c.checkLeft(t)
			})
		})
	}
}

// guest is a component that is compiled.
type guest struct {
	*vm.Component
	modules *glue.Interface // those that were taken out of it
}

// compile builds the guests, by their language, as they are and with a star.
func compile(t *testing.T, tree *model.Tree) map[string]guest {
	t.Helper()
	ctx := context.Background()
	v, err := vm.New(ctx, vm.Config{CacheDir: os.Getenv("WITAN_CACHE")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { v.Close(ctx) })
	guests := map[string]guest{}
	for language, wasm := range map[string][]byte{"c": cGuest(t, tree), "go": goGuest(t, tree)} {
		parts, err := component.Unbundle(wasm, 0)
		if err != nil {
			t.Fatal(err)
		}
		modules := &glue.Interface{}
		for _, m := range parts.Modules {
			compiled, err := v.NewModule(ctx, m.Bytes)
			if err != nil {
				t.Fatal(err)
			}
			modules.Modules = append(modules.Modules, vm.NamedModule{Name: m.Name, Module: compiled})
		}
		for name, g := range map[string]guest{language: {}, language + "*": {modules: modules}} {
			data := wasm
			if g.modules != nil {
				data = parts.Component
			}
			if g.Component, err = v.CompileWith(ctx, name, data, component.AllFeatures); err != nil {
				t.Fatal(err)
			}
			guests[name] = g
		}
	}
	return guests
}

// chain is guests one behind the other, and what is at both ends.
type chain struct {
	instances []*vm.Instance // the first is that which is called
	languages []string
	iface     string
	got       []value.Value // what has arrived behind the last one
	answer    value.Value   // what that gets
	boxes     lastBoxes     // behind the last one
	calls     int
}

func newChain(t *testing.T, guests map[string]guest, iface *model.Interface, words []string) *chain {
	t.Helper()
	c := &chain{iface: iface.ID()}
	behind := slices.Concat(types.Provide(), boxes.Provide(&c.boxes), glue.Fixed{c.end(t, iface)})
	var links []vm.Link
	for i := len(words) - 1; i >= 0; i-- {
		language, overGo := strings.CutPrefix(words[i], "+")
		inst := c.instantiate(t, guests[language], behind, links)
		c.instances = append([]*vm.Instance{inst}, c.instances...)
		c.languages = append([]string{language}, c.languages...)
		links = nil
		if overGo {
			behind = overHost(t, inst)
		} else {
			links = []vm.Link{{Name: "test:roundtrip", Instance: inst}}
		}
	}
	return c
}

// overHost passes calls on to a guest through generated code, which lifts what comes and lowers it again.
func overHost(t *testing.T, inst *vm.Instance) glue.Fixed {
	t.Helper()
	c, err := calls.Bind(inst.Instance)
	if err != nil {
		t.Fatal(err)
	}
	b, err := boxes.Bind(inst.Instance)
	if err != nil {
		t.Fatal(err)
	}
	return slices.Concat(types.Provide(), calls.Provide(c), boxes.Provide(b))
}

func (c *chain) instantiate(t *testing.T, g guest, host []*glue.Interface, links []vm.Link) *vm.Instance {
	t.Helper()
	ctx := context.Background()
	p := &glue.Process{Name: "guest", Env: goEnv, Stdout: t.Output(), Stderr: t.Output()}
	t.Cleanup(p.Close)
	imports, err := wasi.Default().Provide(p)
	if err != nil {
		t.Fatal(err)
	}
	imports = append(imports, host...)
	if g.modules != nil {
		imports = append(imports, g.modules)
	}
	inst, err := g.Instantiate(ctx, vm.Options{Imports: imports, Links: links, Limits: limits})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := inst.Close(ctx); err != nil {
			t.Error(err)
		}
	})
	return inst
}

// limits are such that what a guest does not give back soon is too much: handles, and memory, of which all that is sent
// through one would take more.
var limits = vm.Limits{MaxHandles: 40, MaxMemory: 12 << 20}

// end is what the last guest calls.
func (c *chain) end(t *testing.T, iface *model.Interface) *glue.Interface {
	t.Helper()
	host := &glue.Interface{Name: iface.ID()}
	for _, fn := range iface.Funcs {
		f, err := vm.HostFunc(fn.Name, fn.ABI, func(_ context.Context, args []value.Value) (value.Value, error) {
			c.got = args
			c.calls++
			return c.answer, nil
		})
		if err != nil {
			t.Fatal(err)
		}
		host.Funcs = append(host.Funcs, f)
	}
	return host
}

// check draws a call of a function and makes it.
func (c *chain) check(t *rapid.T, fn *model.Func) {
	draw := valuetest.Value
	if fn.Name == "bulk" {
		draw = bulk
	}
	args := make([]value.Value, len(fn.Params))
	for i, p := range fn.Params {
		args[i] = draw(t, p.Type.ABI)
	}
	c.got, c.answer = nil, nil
	if fn.Result != nil {
		c.answer = draw(t, fn.Result.ABI)
	}
	got, err := c.instances[0].Call(context.Background(), c.iface, fn.Name, args...)
	if err != nil {
		t.Fatalf("%s: %v", fn, err)
	}
	if fn.Result != nil && !value.Equal(settled(got), settled(c.answer)) {
		t.Errorf("%s: %v was returned, and %v came", fn, c.answer, got)
	}
	if len(c.got) != len(args) {
		t.Fatalf("%s: %d arguments came", fn, len(c.got))
	}
	for i := range args {
		if !value.Equal(settled(args[i]), settled(c.got[i])) {
			t.Errorf("%s: argument %s was %v, and %v came", fn, fn.Params[i].Name, args[i], c.got[i])
		}
	}
}

// bulk draws lists of any length, up to some that take pages of memory: a guest's memory grows for them.
func bulk(t *rapid.T, typ *abi.Type) value.Value {
	if typ.Kind == abi.Tuple {
		tuple := make(value.Tuple, len(typ.Fields))
		for i, f := range typ.Fields {
			tuple[i] = bulk(t, f.Type)
		}
		return tuple
	}
	n := 1 << rapid.IntRange(0, 17).Draw(t, "size")
	n += rapid.IntRange(-1, 1).Draw(t, "more")
	if typ.Elem.Kind == abi.U8 {
		return bytes.Repeat([]byte{rapid.Byte().Draw(t, "byte")}, n)
	}
	elem := valuetest.Value(t, typ.Elem)
	list := make(value.List, n/16)
	for i := range list {
		list[i] = elem
	}
	return list
}

// checkLeft checks that guests in C have freed all that they had.
func (c *chain) checkLeft(t *testing.T) {
	t.Helper()
	for i, inst := range c.instances {
		if !strings.HasPrefix(c.languages[i], "c") {
			continue
		}
		if left, err := inst.Call(context.Background(), "", "blocks"); err != nil || left != uint32(0) {
			t.Errorf("guest %d: %v blocks of memory are left, %v", i, left, err)
		}
	}
}
