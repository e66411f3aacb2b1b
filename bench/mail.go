package main

import (
	"context"
	"fmt"

	"github.com/witan-os/witan/bench/internal/guests"
	"github.com/witan-os/witan/bench/internal/rows"
	"github.com/witan-os/witan/bench/internal/turns"
	"github.com/witan-os/witan/hostimpl/witan"
	"github.com/witan-os/witan/kernel/capability"
	"github.com/witan-os/witan/kernel/ipc"
	"github.com/witan-os/witan/kernel/manifest"
	"github.com/witan-os/witan/kernel/process"
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
	client := newDriven()
	s := system{
		manifest:   fmt.Sprintf(mailSystem, answering),
		components: map[string][]byte{"mail": guests.Mail()},
		host:       witan.Default(),
		entries:    map[string]entry{"client": client.run},
		object:     mailBox(),
	}
	if answering == mailReceived {
		s.entries["server"] = serveMail
	}
	if err := s.start(ctx, v, client.ended); err != nil {
		return nil, err
	}
	return client.work(rows.Loop{Export: "drive", Length: rows.MessageLength}), nil
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

func serveMail(ctx context.Context, _ *vm.Process, i *vm.Instance) error {
	f, err := i.Func("", "serve")
	if err != nil {
		return err
	}
	_, err = vm.CallExport(ctx, f)
	return err
}
