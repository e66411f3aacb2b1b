package goguest_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/witan-os/witan/gen/emit"
	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/runtime/glue"
	"github.com/witan-os/witan/runtime/value"
	"github.com/witan-os/witan/runtime/vm"
)

// file is a resource of the host.
type file struct {
	name string
	disk *disk
}

func (f *file) Drop(context.Context) { f.disk.dropped = append(f.disk.dropped, f.name) }

// disk is the host, with the names of the files that were dropped.
type disk struct{ dropped []string }

// files is the interface of the host.
func (d *disk) files(t *testing.T, iface *model.Interface) *vm.Interface {
	t.Helper()
	calls := map[string]vm.ValueFunc{
		"[constructor]file": func(_ context.Context, args []value.Value) (value.Value, error) {
			return value.Own{Rep: &file{args[0].(string), d}}, nil
		},
		"[method]file.size": func(_ context.Context, args []value.Value) (value.Value, error) {
			return uint32(len(args[0].(value.Borrow).Rep.(*file).name)), nil
		},
	}
	host := &vm.Interface{Name: iface.ID()}
	for _, def := range iface.Types {
		if def.Resource != nil {
			host.Resources = append(host.Resources, glue.NamedResource{Name: def.Name, Type: def.Resource})
		}
	}
	for _, fn := range iface.Funcs {
		call := calls[fn.Name]
		if call == nil {
			call = func(context.Context, []value.Value) (value.Value, error) {
				t.Errorf("the guest called %s", fn.Name)
				return nil, nil
			}
		}
		hf, err := vm.HostFunc(fn.Name, fn.ABI, call)
		if err != nil {
			t.Fatal(err)
		}
		host.Funcs = append(host.Funcs, hf)
	}
	return host
}

// program writes the main package of a guest, and its tests if there are any.
func (m *module) program(t testing.TB, name string) {
	t.Helper()
	files, err := filepath.Glob("testdata/guests/" + name + "/*.go")
	if err != nil || len(files) == 0 {
		t.Fatalf("there is no program %s: %v", name, err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		m.write(t, emit.File{Path: filepath.Base(file), Content: text})
	}
}

// TestResources has a guest define a resource, pass it in all ways, and use one of the host's.
func TestResources(t *testing.T) {
	tree := load(t, "testdata/wit")
	w := worldOf(t, tree, "owners")
	m := newModule(t)
	m.generate(t, "gen", tree, w)
	m.program(t, "owners")
	d := &disk{}
	inst := run(t, m.component(t, w), []string{"GOGC=1"}, d.files(t, model.Interfaces(w.Imports)[0]))
	call := func(iface, name string, args ...value.Value) value.Value {
		t.Helper()
		v, err := inst.Call(context.Background(), "test:guest/"+iface+"@1.2.0", name, args...)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		return v
	}
	expect := func(want value.Value, iface, name string, args ...value.Value) {
		t.Helper()
		if got := call(iface, name, args...); !value.Equal(got, want) {
			t.Errorf("%s: got %v, want %v", name, got, want)
		}
	}
	lend := func(v value.Value) value.Value { return value.Borrow{Rep: v.(value.Own).Rep} }

	a, b := call("counters", "[constructor]counter", uint32(5)), call("counters", "[constructor]counter", uint32(7))
	expect(uint32(8), "counters", "[method]counter.add", lend(a), uint32(3))
	expect(uint32(8), "auditors", "audit", lend(a))
	expect(uint32(15), "counters", "total", value.List{lend(a), lend(b)})
	c := call("counters", "[method]counter.copy", lend(a))

	merged := call("counters", "[static]counter.merge", a, lend(b))
	a = merged.(value.Result).Payload
	expect(uint32(15), "auditors", "audit", lend(a))
	big := call("counters", "[constructor]counter", uint32(999))
	expect(value.Err("too much"), "counters", "[static]counter.merge", big, lend(b))
	expect(uint32(1), "counters", "lost")

	swapped := call("counters", "swap", pair(a, "pair", value.Some(b))).(value.Record)
	if a, b = swapped[2].Value.(value.Option).Value, swapped[0].Value; swapped[1].Value != "pair!" {
		t.Errorf("the name is %v", swapped[1].Value)
	}
	expect(uint32(7), "auditors", "audit", lend(b))
	expect(uint32(15), "auditors", "audit", lend(a))

	many := call("counters", "make", uint32(100))
	one := call("counters", "pick", value.Variant{Case: "many", Payload: many}).(value.Variant)
	if one.Case != "one" {
		t.Fatalf("picked %v", one)
	}
	expect(uint32(100), "counters", "lost")
	for _, v := range []value.Value{one.Payload, a, b} {
		call("auditors", "absorb", v)
	}
	expect(uint32(103), "counters", "lost")
	expect(uint32(8), "auditors", "absorb", c)
	issued := call("auditors", "issue", uint32(9))
	expect(uint32(9), "auditors", "audit", lend(issued))
	expect(uint32(105), "counters", "lost")

	files := []*file{{"one", d}, {"three", d}, {"eleven", d}}
	borrow := func(f *file) value.Value { return value.Borrow{Rep: f} }
	expect(uint32(14), "auditors", "measure", borrow(files[0]), value.List{borrow(files[1]), borrow(files[2])})
	if got := call("auditors", "pass", value.Own{Rep: files[0]}).(value.Own).Rep; got != any(files[0]) {
		t.Errorf("the guest passed %v back", got)
	}
	for what, want := range map[string]string{
		"over":              "only lent, for a call that is over",
		"closed":            "it was closed",
		"given away":        "it was given away",
		"closed, in a list": "it was closed",
		"nil":               "a resource is nil",
		"new":               "not made by its constructor",
		"own":               "it was closed",
		"nothing":           "has no resource",
	} {
		if got := call("auditors", "misuse", what); !strings.Contains(got.(string), want) {
			t.Errorf("%s: %q, want …%s…", what, got, want)
		}
	}
	slices.Sort(d.dropped)
	if want := []string{"a", "c", "d"}; !slices.Equal(d.dropped, want) {
		t.Errorf("dropped %q, want %q", d.dropped, want)
	}
}

func pair(left value.Value, name string, right value.Value) value.Value {
	return value.Record{{Name: "left", Value: left}, {Name: "name", Value: name}, {Name: "right", Value: right}}
}
