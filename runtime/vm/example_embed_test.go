package vm_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"strings"
	"time"

	"github.com/witan-os/witan/runtime/abi"
	"github.com/witan-os/witan/runtime/glue"
	"github.com/witan-os/witan/runtime/value"
	"github.com/witan-os/witan/runtime/vm"
)

// compiled is what most of these examples begin with.
func compiled(ctx context.Context, name string, wasm []byte) (*vm.VM, *vm.Component) {
	v, err := vm.New(ctx, vm.Config{})
	if err != nil {
		log.Fatal(err)
	}
	c, err := v.Compile(ctx, name, wasm)
	if err != nil {
		log.Fatal(err)
	}
	return v, c
}

// Functions are called by name, with the dynamic values of package value.
func ExampleInstance_Call() {
	ctx := context.Background()
	v, greeter := compiled(ctx, "greeter", greeterWasm())
	defer v.Close(ctx)
	i, err := greeter.Instantiate(ctx, vm.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer i.Close(ctx)

	fmt.Println(i.Call(ctx, "demo:greet/greet@1.0.0", "hello", "Ada")) // any version of the track will do
	fmt.Println(i.Call(ctx, "demo:greet/greet@1.0.0", "hello", uint32(7)))
	fmt.Println(i.Funcs())
	// Output:
	// Ada <nil>
	// <nil> demo:greet/greet@1.0.0#hello: name: want string, have u32
	// [demo:greet/greet@1.2.0#hello]
}

// Arguments may come from a command line, and results go to one.
func ExampleCallText() {
	ctx := context.Background()
	v, greeter := compiled(ctx, "greeter", greeterWasm())
	defer v.Close(ctx)
	i, err := greeter.Instantiate(ctx, vm.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer i.Close(ctx)

	hello, err := i.Find("hello")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(hello.Name(), hello.Type())
	fmt.Println(vm.CallText(ctx, hello, []string{"Grace"}))
	// Output:
	// demo:greet/greet@1.2.0#hello func(name: string) -> string
	// "Grace" <nil>
}

// A host function needs no generated code.
func ExampleHostFunc() {
	ctx := context.Background()
	v, asker := compiled(ctx, "asker", askerWasm())
	defer v.Close(ctx)

	text := abi.Primitive(abi.String)
	hello, err := vm.HostFunc("hello", &abi.Func{Params: []abi.Param{{Name: "name", Type: text}}, Result: text},
		func(_ context.Context, args []value.Value) (value.Value, error) {
			return "Hello " + args[0].(string) + "!", nil
		})
	if err != nil {
		log.Fatal(err)
	}
	i, err := asker.Instantiate(ctx, vm.Options{
		Imports: []*vm.Interface{{Name: "demo:greet/greet@1.0.0", Funcs: []glue.Func{hello}}},
	})
	if err != nil {
		log.Fatal(err)
	}
	defer i.Close(ctx)
	fmt.Println(i.Call(ctx, "", "hello", "Ada"))
	// Output: Hello Ada! <nil>
}

// A component answers the imports of another one. Both become parts of one instance.
func ExampleLink() {
	ctx := context.Background()
	v, asker := compiled(ctx, "asker", askerWasm())
	defer v.Close(ctx)
	greeter, err := v.Compile(ctx, "greeter", greeterWasm())
	if err != nil {
		log.Fatal(err)
	}

	_, err = asker.Instantiate(ctx, vm.Options{})
	fmt.Println(err)
	i, err := asker.Instantiate(ctx, vm.Options{Links: []vm.Link{{Component: greeter}}})
	if err != nil {
		log.Fatal(err)
	}
	defer i.Close(ctx)
	fmt.Println(i.Call(ctx, "", "hello", "Ada"))
	// Output:
	// component "asker" imports what nothing here provides:
	//     demo:greet/greet@1.0.0
	// Ada <nil>
}

// In a store, new instances can import those that are there already.
func ExampleVM_NewStore() {
	ctx := context.Background()
	v, asker := compiled(ctx, "asker", askerWasm())
	defer v.Close(ctx)
	greeter, err := v.Compile(ctx, "greeter", greeterWasm())
	if err != nil {
		log.Fatal(err)
	}

	s := v.NewStore(vm.Limits{MaxTotalMemory: 16 << 20}) // for all of them together
	defer s.Close(ctx)
	shared, err := greeter.Instantiate(ctx, vm.Options{Store: s})
	if err != nil {
		log.Fatal(err)
	}
	for _, name := range []string{"Ada", "Grace"} {
		i, err := asker.Instantiate(ctx, vm.Options{Store: s, Links: []vm.Link{{Instance: shared}}})
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(i.Call(ctx, "", "hello", name))
	}
	// Output:
	// Ada <nil>
	// Grace <nil>
}

// A guest that wants more memory than it may have is told so, one that works too long traps.
func ExampleLimits() {
	ctx := context.Background()
	v, spinner := compiled(ctx, "spinner", spinnerWasm())
	defer v.Close(ctx)
	i, err := spinner.Instantiate(ctx, vm.Options{Limits: vm.Limits{MaxMemory: 128 << 10, Fuel: 10_000_000}})
	if err != nil {
		log.Fatal(err)
	}
	defer i.Close(ctx)
	for range 2 {
		fmt.Println(i.Call(ctx, "", "grow"))
	}
	_, err = i.Call(ctx, "", "spin")
	fmt.Println(errors.Is(err, vm.ErrOutOfFuel), i.Fuel())

	_, err = spinner.Instantiate(ctx, vm.Options{Limits: vm.Limits{MaxMemory: 32 << 10}})
	_, reason, _ := strings.Cut(err.Error(), ": ")
	fmt.Println(reason)
	// Output:
	// 1 <nil>
	// -1 <nil>
	// true 10000000
	// the core module wants a memory of 65536 bytes, and the limits leave 32768
}

// A call ends with its context, whatever the guest does.
func ExampleInstance_Call_cancel() {
	ctx := context.Background()
	v, spinner := compiled(ctx, "spinner", spinnerWasm())
	defer v.Close(ctx)
	i, err := spinner.Instantiate(ctx, vm.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer i.Close(ctx)

	short, cancel := context.WithTimeout(ctx, 10*time.Millisecond)
	defer cancel()
	_, err = i.Call(short, "", "spin")
	fmt.Println(errors.Is(err, context.DeadlineExceeded))
	// Output: true
}

// A trap ends the instance that it happens in: nobody knows what state it was left in. Others go on.
func ExampleTrap() {
	ctx := context.Background()
	v, spinner := compiled(ctx, "spinner", spinnerWasm())
	defer v.Close(ctx)
	one, err := spinner.Instantiate(ctx, vm.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer one.Close(ctx)

	_, err = one.Call(ctx, "", "fail")
	var trap *vm.Trap
	if errors.As(err, &trap) {
		fmt.Printf("%s in %s of %s\n", trap.Reason, trap.Function, trap.Component)
	}
	_, again := one.Call(ctx, "", "grow")
	fmt.Println(again == err)

	two, err := spinner.Instantiate(ctx, vm.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer two.Close(ctx)
	fmt.Println(two.Call(ctx, "", "grow"))
	// Output:
	// unreachable in fail of spinner
	// true
	// 1 <nil>
}
