package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/witan-os/witan/bench/internal/guests"
	"github.com/witan-os/witan/bench/internal/rows"
	"github.com/witan-os/witan/bench/internal/turns"
	"github.com/witan-os/witan/hostimpl/witan"
	"github.com/witan-os/witan/kernel/audit"
	"github.com/witan-os/witan/kernel/capability"
	"github.com/witan-os/witan/kernel/host"
	"github.com/witan-os/witan/kernel/ipc"
	"github.com/witan-os/witan/kernel/manifest"
	"github.com/witan-os/witan/kernel/policy"
	"github.com/witan-os/witan/kernel/process"
	"github.com/witan-os/witan/runtime/component"
	"github.com/witan-os/witan/runtime/trace"
	"github.com/witan-os/witan/runtime/value"
	"github.com/witan-os/witan/runtime/vm"
)

// mailSystem is a system of two processes, which are made of one component. Nobody but the kernel is between them. What
// the server has of the endpoint is left open.
const mailSystem = `
[[component]]
name = "mail"
file = "mail.wasm"

[[endpoint]]
name = "box"

[[process]]
name = "server"
component = "mail"
%s
[process.imports]
"witan:kernel" = "kernel"

[[process]]
name = "client"
component = "mail"
[process.imports]
"witan:kernel" = "kernel"
[[process.grant]]
name = "box"
endpoint = "box"
rights = ["send"]
badge = 1
`

// How a server answers: when it is called, or out of a loop of its own, in which it receives and replies.
const (
	mailHandled  = `serves = ["box"]`
	mailReceived = `grant = [{ name = "box", endpoint = "box", rights = ["receive"] }]`
)

// mailCalls starts the system, and returns what has the client call the server. The system ends with ctx.
func mailCalls(ctx context.Context, v *vm.VM, answering string) (turns.Work, error) {
	m, err := manifest.Parse("mail.toml", fmt.Appendf(nil, mailSystem, answering))
	if err != nil {
		return nil, err
	}
	decoded, err := component.Decode(guests.Mail())
	if err != nil {
		return nil, err
	}
	plan, err := policy.Resolve(m, policy.Inputs{Components: map[string]*policy.Component{"mail": policy.Describe(decoded)}})
	if err != nil {
		return nil, err
	}
	compiled, err := v.Compile(ctx, "mail", guests.Mail())
	if err != nil {
		return nil, err
	}
	client := &mailClient{requests: make(chan int), answers: make(chan mailAnswer), ended: make(chan struct{})}
	c := process.Config{
		VM: v, Log: os.Stderr, Audit: audit.NewRing(0, nil), Machine: anyMachine{}, Provide: witan.Default().Provide,
		Component: func(context.Context, string) (*vm.Component, error) { return compiled, nil },
		Streams:   func(*manifest.Process) (io.Reader, io.Writer, io.Writer) { return nil, io.Discard, io.Discard },
		Object:    mailBox(),
		Trace:     func(*vm.Process) process.Tracer { return func(*trace.Event) {} },
	}
	for _, p := range plan.Processes {
		s := &process.Spec{Process: p}
		switch {
		case p.Name == "client":
			s.Entry = client.run
		case answering == mailReceived:
			s.Entry = serveMail
		}
		c.Specs = append(c.Specs, s)
	}
	table, err := process.NewTable(c)
	if err != nil {
		return nil, err
	}
	go func() {
		defer close(client.ended)
		table.Run(ctx)
	}()
	return client.call, nil
}

// mailBox returns what gives the endpoint to each process that is granted it.
func mailBox() func(*manifest.Grant) (process.Object, error) {
	endpoint := ipc.NewEndpoint(ipc.Limits{})
	ref := capability.New(endpoint, endpoint.Rights(), 0)
	return func(g *manifest.Grant) (process.Object, error) {
		o := process.Object{Ref: ref, Badge: g.Badge}
		for _, name := range g.Rights {
			right, _ := capability.RightNamed(string(name))
			o.Rights |= right
		}
		return o, nil
	}
}

type anyMachine struct{}

func (anyMachine) Summary() host.Summary { return host.Summary{} }

func serveMail(ctx context.Context, _ *vm.Process, i *vm.Instance) error {
	f, err := i.Func("", "serve")
	if err != nil {
		return err
	}
	_, err = vm.CallExport(ctx, f)
	return err
}

// mailClient is the process that sends. It lives on a goroutine of the kernel, and is told how often to call.
type mailClient struct {
	requests chan int
	answers  chan mailAnswer
	ended    chan struct{} // with the system
}

type mailAnswer struct {
	check uint64
	err   error
}

func (c *mailClient) run(ctx context.Context, _ *vm.Process, i *vm.Instance) error {
	drive, err := i.Func("", "drive")
	if err != nil {
		return err
	}
	for {
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case n := <-c.requests:
			check, err := number(vm.CallExport(ctx, drive, value.Value(uint32(n)), value.Value(uint32(rows.MessageLength))))
			select {
			case <-ctx.Done():
			case c.answers <- mailAnswer{check, err}:
			}
		}
	}
}

// call has the process call so many times.
func (c *mailClient) call(n int) (check uint64, err error) {
	gone := fmt.Errorf("the processes have ended")
	select {
	case <-c.ended:
		return 0, gone
	case c.requests <- n:
	}
	select {
	case <-c.ended:
		return 0, gone
	case a := <-c.answers:
		return a.check, a.err
	}
}
