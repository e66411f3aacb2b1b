package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"syscall"

	"github.com/witan-os/witan/bench/internal/rows"
	"github.com/witan-os/witan/bench/internal/turns"
	"github.com/witan-os/witan/kernel/capability"
	"github.com/witan-os/witan/kernel/ipc"
	"github.com/witan-os/witan/runtime/vm"
)

// This file measures a message from one process to another and the answer: through an endpoint of the kernel, and through
// two pipes between processes of the operating system.

// addMessages adds what programs and the kernel take for it, and the pipes for both.
func addMessages(ctx context.Context, v *vm.VM, works map[string]turns.Work) error {
	handled, err := mailCalls(ctx, v, mailHandled)
	if err != nil {
		return err
	}
	received, err := mailCalls(ctx, v, mailReceived)
	if err != nil {
		return err
	}
	endpoint, err := endpointCalls(ctx)
	if err != nil {
		return err
	}
	pipes, err := pipeCalls(ctx)
	if err != nil {
		return fmt.Errorf("pipes: %w", err)
	}
	works[rows.MessageCall], works[rows.MessageReceive], works[rows.MessageKernel] = handled, received, each(endpoint)
	for _, row := range []string{rows.MessageCall, rows.MessageKernel} {
		works[rows.Otherwise(row, rows.Pipes)] = each(pipes)
	}
	return nil
}

// endpointCalls returns a call between two goroutines that have all that a process is to an endpoint: a context, a space
// and a reference of its own.
func endpointCalls(ctx context.Context) (call func(int) (uint64, error), err error) {
	server, client := newParty(1), newParty(2)
	handle, err := server.Space.Make(ipc.NewEndpoint(ipc.Limits{}), 0)
	if err != nil {
		return nil, err
	}
	receive, err := server.Space.Get(handle, capability.Receive)
	if err != nil {
		return nil, err
	}
	send, err := receive.Derive(capability.Send, 1)
	if err != nil {
		return nil, err
	}
	go answerCalls(lifeIn(ctx), server, receive)
	life, message, buffer := lifeIn(ctx), make([]byte, rows.MessageLength), make([]byte, rows.MessageLength)
	return func(int) (uint64, error) {
		d, err := client.Call(life, send, ipc.Message{Payload: message}, buffer, ipc.Forever)
		return uint64(len(d.Payload)), err
	}, nil
}

func newParty(id uint64) *ipc.Party {
	return &ipc.Party{ID: id, Space: capability.NewSpace(capability.Limits{})}
}

// lifeIn is the context of a process.
func lifeIn(ctx context.Context) context.Context {
	life, end := context.WithCancel(ctx)
	context.AfterFunc(ctx, end)
	return life
}

// answerCalls sends back what it gets, until its process ends.
func answerCalls(ctx context.Context, p *ipc.Party, via *capability.Ref) {
	buffer := make([]byte, rows.MessageLength)
	for {
		d, err := p.Receive(ctx, via, buffer, ipc.Forever)
		if err != nil {
			return
		}
		if err := p.Reply(d.Reply, ipc.Message{Payload: d.Payload}); err != nil {
			d.Reply.Drop()
		}
	}
}

// pipeCalls returns a call of a process that sends back what it gets: cat. It ends when nobody can write to it any more.
// The system calls are made as directly as Go allows; files of package os would take a detour through the poller.
func pipeCalls(ctx context.Context) (call func(int) (uint64, error), err error) {
	var to, from [2]int
	for _, pipe := range []*[2]int{&to, &from} {
		if err := syscall.Pipe(pipe[:]); err != nil {
			return nil, err
		}
	}
	syscall.CloseOnExec(to[1])
	syscall.CloseOnExec(from[0])
	cmd := exec.CommandContext(ctx, "cat")
	stdin, stdout := os.NewFile(uintptr(to[0]), "stdin"), os.NewFile(uintptr(from[1]), "stdout")
	cmd.Stdin, cmd.Stdout = stdin, stdout
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	_ = stdin.Close()
	_ = stdout.Close()
	message, buffer := make([]byte, rows.MessageLength), make([]byte, rows.MessageLength)
	return func(int) (uint64, error) {
		if _, err := syscall.Write(to[1], message); err != nil {
			return 0, err
		}
		n, err := syscall.Read(from[0], buffer)
		return uint64(n), err
	}, nil
}
