package cguest_test

import (
	"context"
	"slices"
	"testing"

	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/runtime/glue"
	"github.com/witan-os/witan/runtime/value"
	"github.com/witan-os/witan/runtime/vm"
)

// account is a resource of the host in TestResources.
type account struct {
	name  string
	total uint32
	bank  *bank
}

func (a *account) Drop(context.Context) { a.bank.dropped = append(a.bank.dropped, a.name) }

// bank is the host, with the names of the accounts that were dropped.
type bank struct{ dropped []string }

// ledger is the interface of the host.
func (b *bank) ledger(t *testing.T, iface *model.Interface) *vm.Interface {
	t.Helper()
	calls := map[string]vm.ValueFunc{
		"[constructor]account": func(_ context.Context, args []value.Value) (value.Value, error) {
			return value.Own{Rep: &account{name: args[0].(string), bank: b}}, nil
		},
		"[method]account.add": func(_ context.Context, args []value.Value) (value.Value, error) {
			a := args[0].(value.Borrow).Rep.(*account)
			a.total += args[1].(uint32)
			return a.total, nil
		},
		"[method]account.name": func(_ context.Context, args []value.Value) (value.Value, error) {
			return args[0].(value.Borrow).Rep.(*account).name, nil
		},
		"[static]account.merge": func(_ context.Context, args []value.Value) (value.Value, error) {
			a := args[0].(value.Own).Rep.(*account)
			a.total += args[1].(value.Borrow).Rep.(*account).total
			return value.Own{Rep: a}, nil
		},
	}
	host := &vm.Interface{Name: iface.ID(), Resources: []glue.NamedResource{{Name: "account", Type: iface.Types[0].Resource}}}
	for _, f := range iface.Funcs {
		hf, err := vm.HostFunc(f.Name, f.ABI, calls[f.Name])
		if err != nil {
			t.Fatal(err)
		}
		host.Funcs = append(host.Funcs, hf)
	}
	return host
}

// TestResources has a guest define a resource that holds one of the host, and passes both around.
func TestResources(t *testing.T) {
	tree := tree(t, "testdata/counters.wit")
	w := tree.Root.Worlds[0]
	b := &bank{}
	inst := run(t, build(t, tree, w, "testdata/guest/counters.c"), b.ledger(t, w.Imports[0].Interface))
	const teller = "test:counters/teller@1.0.0"
	call := func(name string, args ...value.Value) value.Value {
		t.Helper()
		v, err := inst.Call(context.Background(), teller, name, args...)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		return v
	}
	expect := func(want value.Value, name string, args ...value.Value) {
		t.Helper()
		if got := call(name, args...); !value.Equal(got, want) {
			t.Errorf("%s: got %v, want %v", name, got, want)
		}
	}
	lend := func(v value.Value) value.Value { return value.Borrow{Rep: v.(value.Own).Rep} }

	first, second := call("[constructor]cash-drawer", "first"), call("[constructor]cash-drawer", "second")
	expect(uint32(2), "alive")
	expect(value.OK(uint32(3)), "[method]cash-drawer.put", lend(first), uint32(3))
	expect(value.OK(uint32(8)), "[method]cash-drawer.put", lend(first), uint32(5))
	expect(value.Err("nothing to put"), "[method]cash-drawer.put", lend(second), uint32(0))
	expect(uint32(8), "[static]cash-drawer.total", value.List{lend(first), lend(second)})

	third := &account{name: "third", total: 100, bank: b}
	expect("third", "peek", value.Borrow{Rep: third})
	old := call("[method]cash-drawer.replace", lend(first), value.Own{Rep: third}).(value.Own).Rep.(*account)
	if old.name != "first" || old.total != 8 || third.total != 108 {
		t.Errorf("replaced %+v by %+v", old, third)
	}

	swapped := call("swap", lend(first), second).(value.Tuple)
	second = swapped[0]
	if swapped[1] != uint32(8) {
		t.Errorf("the first drawer had %v, want 8", swapped[1])
	}
	expect(value.OK(uint32(109)), "[method]cash-drawer.put", lend(second), uint32(1))

	call("[static]cash-drawer.close", first)
	call("[static]cash-drawer.close", second)
	expect(uint32(0), "alive")
	if want := []string{"second", "third"}; !slices.Equal(b.dropped, want) {
		t.Errorf("dropped %q, want %q", b.dropped, want)
	}
	if left, err := inst.Call(context.Background(), "", "blocks"); err != nil || left != uint32(0) {
		t.Errorf("%v blocks are left, %v", left, err)
	}
}
