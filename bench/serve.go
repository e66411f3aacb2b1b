package main

import (
	"context"
	"fmt"
	"os"

	"github.com/witan-os/witan/bench/generated/perf/bench/host"
	"github.com/witan-os/witan/bench/internal/crowd"
	"github.com/witan-os/witan/bench/internal/guests"
	"github.com/witan-os/witan/bench/internal/peer"
	"github.com/witan-os/witan/bench/internal/rows"
	"github.com/witan-os/witan/bench/internal/turns"
	"github.com/witan-os/witan/runtime/value"
	"github.com/witan-os/witan/runtime/vm"
)

// This file makes bench a peer of itself. Every side that is compared has a process of its own, so that the
// scheduler and the collector treat them alike. Crowds have one to see what they alone take, and guests that never
// end in case they can't be stopped.

// ownWorks are the sides that are measured by bench itself.
var ownWorks = map[string]func(context.Context, *guests.Set) (map[string]turns.Work, error){
	rows.Witan:   witanWorks,
	rows.Dynamic: dynamicWorks,
	rows.Hand:    handWorks,
}

// ownCommand is the command that serves what is asked for.
func ownCommand(what, dir string) ([]string, error) {
	self, err := os.Executable()
	return []string{self, "-guests", dir, "-serve", what}, err
}

// What bench serves besides the sides.
const (
	serveCrowd   = "crowd"
	serveEndless = "endless"
)

// serve is what that command runs.
func serve(ctx context.Context, what string, set *guests.Set) error {
	subjects, err := served(ctx, what, set)
	if err != nil {
		return err
	}
	return peer.Serve(os.Stdin, os.Stdout, subjects)
}

func served(ctx context.Context, what string, set *guests.Set) (map[string]turns.Subject, error) {
	if open, ok := ownWorks[what]; ok {
		works, err := open(ctx, set)
		return turns.AllHere(works), err
	}
	v, err := vm.New(ctx, vm.Config{})
	if err != nil {
		return nil, err
	}
	switch what {
	case serveCrowd:
		return crowds(ctx, v, set)
	case serveEndless:
		return endless(ctx, v)
	}
	return nil, fmt.Errorf("-serve %s: there is no such thing", what)
}

// crowds are many instances of one component.
func crowds(ctx context.Context, v *vm.VM, set *guests.Set) (map[string]turns.Subject, error) {
	subjects := map[string]turns.Subject{}
	for _, of := range []struct {
		row         string
		wasm        []byte
		iface, name string
		args        []value.Value
	}{
		{rows.CrowdSmall, guests.Small(), "", "add", []value.Value{uint32(1), uint32(1)}},
		{rows.CrowdCallee, set.Callee, apiName, "noop", nil},
	} {
		c, err := v.Compile(ctx, of.row, of.wasm)
		if err != nil {
			return nil, err
		}
		options := vm.Options{Imports: host.Provide(ourHost{})}
		subjects[of.row] = crowd.Subject(func() (func() error, error) {
			i, err := c.Instantiate(ctx, options)
			return func() error {
				_, err := i.Call(ctx, of.iface, of.name, of.args...)
				return err
			}, err
		})
	}
	return subjects, nil
}
