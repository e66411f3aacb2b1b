package vm_test

import (
	"context"
	"fmt"
	"log"

	"github.com/witan-os/witan/runtime/abi"
	"github.com/witan-os/witan/runtime/glue"
	"github.com/witan-os/witan/runtime/value"
	"github.com/witan-os/witan/runtime/vm"
)

// tally is a resource that Go defines: guests hold handles of it. Drop is optional.
type tally struct{ total uint32 }

func (t *tally) Drop(context.Context) { fmt.Println("dropped at", t.total) }

// counters is the interface demo:count/counters on dynamic values. Generated code does the same with Go types.
func counters() (*vm.Interface, error) {
	counter := &abi.Resource{Name: "counter"}
	u32 := abi.Primitive(abi.U32)
	create, err := vm.HostFunc("[constructor]counter", &abi.Func{Result: abi.NewOwn(counter)},
		func(context.Context, []value.Value) (value.Value, error) {
			return value.Own{Rep: &tally{}}, nil // the guest owns it now
		})
	if err != nil {
		return nil, err
	}
	params := []abi.Param{{Name: "self", Type: abi.NewBorrow(counter)}, {Name: "n", Type: u32}}
	add, err := vm.HostFunc("[method]counter.add", &abi.Func{Params: params, Result: u32},
		func(_ context.Context, args []value.Value) (value.Value, error) {
			t := args[0].(value.Borrow).Rep.(*tally)
			t.total += args[1].(uint32)
			return t.total, nil
		})
	return &vm.Interface{
		Name:      "demo:count/counters",
		Funcs:     []glue.Func{create, add},
		Resources: []glue.NamedResource{{Name: "counter", Type: counter}},
	}, err
}

// A host function gets what a guest's handle stands for, and is told when the guest drops it.
func Example_resource() {
	ctx := context.Background()
	v, err := vm.New(ctx, vm.Config{})
	if err != nil {
		log.Fatal(err)
	}
	defer v.Close(ctx)
	c, err := v.Compile(ctx, "count", counterWasm())
	if err != nil {
		log.Fatal(err)
	}
	host, err := counters()
	if err != nil {
		log.Fatal(err)
	}
	i, err := c.Instantiate(ctx, vm.Options{Imports: []*vm.Interface{host}})
	if err != nil {
		log.Fatal(err)
	}
	defer i.Close(ctx)

	total, err := i.Call(ctx, "", "count", uint32(21))
	fmt.Println(total, err)
	// Output:
	// dropped at 42
	// 42 <nil>
}
