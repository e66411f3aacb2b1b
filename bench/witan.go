package main

import (
	"context"
	"maps"
	"math"
	"slices"

	"github.com/witan-os/witan/bench/generated/perf/bench/api"
	"github.com/witan-os/witan/bench/generated/perf/bench/host"
	"github.com/witan-os/witan/bench/internal/guests"
	"github.com/witan-os/witan/bench/internal/rows"
	"github.com/witan-os/witan/bench/internal/turns"
	"github.com/witan-os/witan/runtime/glue"
	"github.com/witan-os/witan/runtime/value"
	"github.com/witan-os/witan/runtime/vm"
)

//go:generate go tool witgen generate --without-tests

// ourHost is the host of the guests, as an implementation of the generated interface.
type ourHost struct{ rows.Host }

func (h ourHost) Tick(_ context.Context, x uint32) (uint32, error) { return h.Host.Tick(x), nil }
func (h ourHost) Log(_ context.Context, s string) (uint32, error)  { return h.Host.Log(s), nil }

// witanWorks are calls through generated glue, and what happens within guests.
func witanWorks(ctx context.Context, set *guests.Set) (map[string]turns.Work, error) {
	v, err := vm.New(ctx, vm.Config{})
	if err != nil {
		return nil, err
	}
	works := map[string]turns.Work{}
	for guest, wasm := range map[rows.Guest][]byte{
		rows.Callee:   set.Callee,
		rows.Composed: set.Composed,
		rows.Guarded:  guests.Guarded(),
		rows.Owner:    guests.Owner(),
		rows.Kernels:  guests.Kernels(),
	} {
		i, err := instantiate(ctx, v, string(guest), wasm, vm.Options{})
		if err != nil {
			return nil, err
		}
		if err := addLoops(ctx, works, rows.LoopsOf(guest), i); err != nil {
			return nil, err
		}
		if guest != rows.Callee {
			continue
		}
		client, err := api.Bind(i.Instance)
		if err != nil {
			return nil, err
		}
		maps.Copy(works, typedCalls(ctx, client))
	}
	if err := addTeam(ctx, v, works); err != nil {
		return nil, err
	}
	if err := addGuarded(ctx, v, works); err != nil {
		return nil, err
	}
	return works, addMessages(ctx, v, works)
}

// addTeam adds the loops of two processes that share a store, and the same of one program with the same code.
func addTeam(ctx context.Context, v *vm.VM, works map[string]turns.Work) error {
	callee, driver := guests.Pair()
	provider, err := instantiate(ctx, v, "callee", callee, vm.Options{Store: v.NewTeam(0)})
	if err != nil {
		return err
	}
	client, err := instantiate(ctx, v, "driver", driver, vm.Options{Links: []vm.Link{{Instance: provider}}})
	if err != nil {
		return err
	}
	if err := addLoops(ctx, works, rows.TeamLoops, client); err != nil {
		return err
	}
	one, err := instantiate(ctx, v, "composed", guests.BuiltIn().Composed, vm.Options{})
	if err != nil {
		return err
	}
	inOne := slices.Clone(rows.TeamLoops)
	for i := range inOne {
		inOne[i].Row = rows.Otherwise(inOne[i].Row, rows.OneProgram)
	}
	return addLoops(ctx, works, inOne, one)
}

// guardedSystem is a system of the same two, of which each has a store of its own.
const guardedSystem = `
[[component]]
name = "callee"
file = "callee.wasm"

[[component]]
name = "driver"
file = "driver.wasm"

[[process]]
name = "callee"
[process.imports]
"perf:bench/host" = "kernel"

[[process]]
name = "driver"
[process.imports]
"perf:bench/api" = "process:callee"
`

// addGuarded adds the loops of two processes whose calls the kernel carries.
func addGuarded(ctx context.Context, v *vm.VM, works map[string]turns.Work) error {
	callee, driver := guests.Pair()
	client := newDriven()
	s := system{
		manifest:   guardedSystem,
		components: map[string][]byte{"callee": callee, "driver": driver},
		host:       host.Provide(ourHost{}),
		entries:    map[string]entry{"driver": client.run},
	}
	if err := s.start(ctx, v, client.ended); err != nil {
		return err
	}
	for _, l := range rows.GuardLoops {
		works[l.Row] = client.work(l)
	}
	return nil
}

func instantiate(ctx context.Context, v *vm.VM, name string, wasm []byte, o vm.Options) (*vm.Instance, error) {
	c, err := v.Compile(ctx, name, wasm)
	if err != nil {
		return nil, err
	}
	o.Imports = host.Provide(ourHost{})
	return c.Instantiate(ctx, o)
}

// typedCalls calls the callee through its generated client.
func typedCalls(ctx context.Context, c *api.Client) map[string]turns.Work {
	echo := func(s string) turns.Work {
		return each(func(int) (uint64, error) {
			got, err := c.Echo(ctx, s)
			return uint64(len(got)), err
		})
	}
	return map[string]turns.Work{
		rows.ExportNoop: each(func(int) (uint64, error) { return 0, c.Noop(ctx) }),
		rows.ExportAdd: each(func(i int) (uint64, error) {
			got, err := c.Add(ctx, uint32(i), 1)
			return uint64(got), err
		}),
		rows.ExportEcho16: echo(rows.Short),
		rows.ExportEcho1K: echo(rows.Long),
		rows.ExportRecord: each(func(i int) (uint64, error) {
			got, err := c.RecIO(ctx, api.Rec(rows.Record(i)))
			return uint64(got.A) + uint64(len(got.H)), err
		}),
		rows.ExportVariant: each(func(i int) (uint64, error) {
			got, err := c.VariantIO(ctx, api.VNum(uint32(i)))
			num, _ := got.AsNum()
			return uint64(num), err
		}),
		rows.ExportOption: each(func(i int) (uint64, error) {
			got, err := c.OptionIO(ctx, glue.Some(uint32(i)))
			return uint64(got.Or(0)), err
		}),
		rows.ExportResult: each(func(i int) (uint64, error) {
			got, err := c.ResultIO(ctx, uint32(i)&math.MaxInt32)
			return uint64(got), err
		}),
		rows.ExportBytes: each(func(int) (uint64, error) {
			got, err := c.TakeBytes(ctx, rows.Bytes)
			return uint64(got), err
		}),
	}
}

// each makes work of one call; the check is the sum of what the calls give.
func each(call func(i int) (uint64, error)) turns.Work {
	return func(n int) (sum uint64, err error) {
		for i := range n {
			got, err := call(i)
			if err != nil {
				return 0, err
			}
			sum += got
		}
		return sum, nil
	}
}

// addLoops adds loops of a guest. They are called with dynamic values: that is once for many times.
func addLoops(ctx context.Context, works map[string]turns.Work, loops []rows.Loop, i *vm.Instance) error {
	for _, l := range loops {
		export, err := i.Func("", l.Export)
		if l.Optional && err != nil {
			continue
		}
		if err != nil {
			return err
		}
		works[l.Row] = loopWork(ctx, export, l)
	}
	return nil
}

func loopWork(ctx context.Context, export *glue.Export, l rows.Loop) turns.Work {
	return func(n int) (uint64, error) {
		args := []value.Value{uint32(n)}
		if l.Length != 0 {
			args = append(args, uint32(l.Length))
		}
		return number(vm.CallExport(ctx, export, args...))
	}
}
