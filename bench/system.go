package main

import (
	"context"
	"errors"
	"io"
	"os"

	"github.com/witan-os/witan/bench/internal/rows"
	"github.com/witan-os/witan/bench/internal/turns"
	"github.com/witan-os/witan/kernel/audit"
	"github.com/witan-os/witan/kernel/host"
	"github.com/witan-os/witan/kernel/manifest"
	"github.com/witan-os/witan/kernel/policy"
	"github.com/witan-os/witan/kernel/process"
	"github.com/witan-os/witan/runtime/component"
	"github.com/witan-os/witan/runtime/glue"
	"github.com/witan-os/witan/runtime/trace"
	"github.com/witan-os/witan/runtime/vm"
)

// This file runs systems of processes, with nothing but the kernel between them, and has one of them do what is measured.

// system is what there is of it.
type system struct {
	manifest   string
	components map[string][]byte // by their names in the manifest
	host       glue.Provider     // of the interfaces that the kernel answers
	entries    map[string]entry  // of processes that Go drives
	object     func(*manifest.Grant) (process.Object, error)
}

// entry drives a process.
type entry = func(ctx context.Context, p *vm.Process, i *vm.Instance) error

// start has the system run until ctx is done. Then ended is closed.
func (s *system) start(ctx context.Context, v *vm.VM, ended chan<- struct{}) error {
	m, err := manifest.Parse(manifest.Name, []byte(s.manifest))
	if err != nil {
		return err
	}
	in, compiled := policy.Inputs{Components: map[string]*policy.Component{}}, map[string]*vm.Component{}
	for name, wasm := range s.components {
		decoded, err := component.Decode(wasm)
		if err != nil {
			return err
		}
		in.Components[name] = policy.Describe(decoded)
		if compiled[name], err = v.Compile(ctx, name, wasm); err != nil {
			return err
		}
	}
	plan, err := policy.Resolve(m, in)
	if err != nil {
		return err
	}
	c := process.Config{
		VM: v, Log: os.Stderr, Audit: audit.NewRing(0, nil), Machine: anyMachine{}, Provide: s.host.Provide, Object: s.object,
		Component: func(_ context.Context, name string) (*vm.Component, error) { return compiled[name], nil },
		Streams:   func(*manifest.Process) (io.Reader, io.Writer, io.Writer) { return nil, io.Discard, io.Discard },
		Trace:     func(*vm.Process) process.Tracer { return func(*trace.Event) {} },
	}
	for _, p := range plan.Processes {
		c.Specs = append(c.Specs, &process.Spec{Process: p, Entry: s.entries[p.Name]})
	}
	table, err := process.NewTable(c)
	if err != nil {
		return err
	}
	go func() {
		defer close(ended)
		table.Run(ctx)
	}()
	return nil
}

type anyMachine struct{}

func (anyMachine) Summary() host.Summary { return host.Summary{} }

// driven is a process that is told what to do. It lives on a goroutine of the kernel.
type driven struct {
	requests chan request
	answers  chan answer
	ended    chan struct{} // with the system
}

type request struct {
	loop rows.Loop
	n    int
}

type answer struct {
	check uint64
	err   error
}

func newDriven() *driven {
	return &driven{requests: make(chan request), answers: make(chan answer), ended: make(chan struct{})}
}

// run is the process's entry.
func (d *driven) run(ctx context.Context, _ *vm.Process, i *vm.Instance) error {
	works := map[string]turns.Work{}
	for {
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case r := <-d.requests:
			work, ok := works[r.loop.Export]
			if !ok {
				e, err := i.Func("", r.loop.Export)
				if err != nil {
					return err
				}
				work = loopWork(ctx, e, r.loop)
				works[r.loop.Export] = work
			}
			check, err := work(r.n)
			select {
			case <-ctx.Done():
			case d.answers <- answer{check, err}:
			}
		}
	}
}

var errEnded = errors.New("the processes have ended")

// work has the process run a loop.
func (d *driven) work(l rows.Loop) turns.Work {
	return func(n int) (uint64, error) {
		select {
		case <-d.ended:
			return 0, errEnded
		case d.requests <- request{l, n}:
		}
		select {
		case <-d.ended:
			return 0, errEnded
		case a := <-d.answers:
			return a.check, a.err
		}
	}
}
