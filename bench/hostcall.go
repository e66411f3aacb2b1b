package main

import (
	"context"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"

	"github.com/witan-os/witan/generated/wasi/clocks/v0.2/monotonicclock"
	"github.com/witan-os/witan/generated/wasi/io/v0.2/poll"
	"github.com/witan-os/witan/runtime/glue"
	"github.com/witan-os/witan/runtime/vm"
)

// hostCalls measures calls between a guest and Go: one module runs in a component with generated glue, and by
// itself with glue written by hand.
func hostCalls(ctx context.Context) ([]row, error) {
	ours, err := newOurs(ctx)
	if err != nil {
		return nil, err
	}
	hand, err := newHand(ctx)
	if err != nil {
		return nil, err
	}
	return []row{
		{
			"guest calls host, () -> u64",
			subject{"generated", func(n int) error { return ours.call(ctx, n) }},
			subject{"GoModuleFunction", func(n int) error { return hand.call(ctx, n) }},
		},
		{
			"host calls export, (u32)",
			subject{"glue.Export", func(n int) error { return repeat(n, func() error { return ours.call(ctx, 0) }) }},
			subject{"CallWithStack", func(n int) error { return repeat(n, func() error { return hand.call(ctx, 0) }) }},
		},
	}, nil
}

func repeat(n int, f func() error) error {
	for range n {
		if err := f(); err != nil {
			return err
		}
	}
	return nil
}

// clock is the host of the generated interface.
type clock struct{}

func (clock) Now(context.Context) (uint64, error)        { return 1, nil }
func (clock) Resolution(context.Context) (uint64, error) { return 1, nil }

func (clock) SubscribeInstant(context.Context, uint64) (glue.Own[poll.Pollable], error) {
	return glue.Own[poll.Pollable]{}, nil
}

func (clock) SubscribeDuration(context.Context, uint64) (glue.Own[poll.Pollable], error) {
	return glue.Own[poll.Pollable]{}, nil
}

type oursLoop struct{ run *glue.Export }

func newOurs(ctx context.Context) (*oursLoop, error) {
	v, err := vm.New(ctx, vm.Config{})
	if err != nil {
		return nil, err
	}
	c, err := v.Compile(ctx, "loop", loopComponent())
	if err != nil {
		return nil, err
	}
	i, err := c.Instantiate(ctx, vm.Options{Imports: monotonicclock.Provide(clock{})})
	if err != nil {
		return nil, err
	}
	run, err := i.Export("", "run", "func(n: u32)")
	return &oursLoop{run}, err
}

// call is what witgen generates for a Client's method with one parameter and no result.
func (o *oursLoop) call(ctx context.Context, n int) (err error) {
	e := o.run
	if err = e.Enter(ctx); err != nil {
		return err
	}
	defer e.Leave(&err)
	e.Stack()[0] = uint64(uint32(n))
	e.Invoke()
	return nil
}

type handLoop struct {
	run   api.Function
	stack [1]uint64
}

func newHand(ctx context.Context) (*handLoop, error) {
	r := wazero.NewRuntime(ctx)
	host, err := r.NewHostModuleBuilder(hostModule).NewFunctionBuilder().WithGoModuleFunction(
		api.GoModuleFunc(func(_ context.Context, _ api.Module, stack []uint64) { stack[0] = 1 }),
		nil, []api.ValueType{api.ValueTypeI64},
	).Export(hostFunc).Compile(ctx)
	if err != nil {
		return nil, err
	}
	h, err := r.InstantiateModule(ctx, host, wazero.NewModuleConfig().WithName(""))
	if err != nil {
		return nil, err
	}
	ctx = experimental.WithImportResolver(ctx, func(string) api.Module { return h })
	m, err := r.Instantiate(ctx, loopModule())
	if err != nil {
		return nil, err
	}
	return &handLoop{run: m.ExportedFunction("run")}, nil
}

func (h *handLoop) call(ctx context.Context, n int) error {
	h.stack[0] = uint64(uint32(n))
	return h.run.CallWithStack(ctx, h.stack[:])
}
