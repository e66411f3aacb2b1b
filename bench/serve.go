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

// This file makes bench a peer of itself, for what wants a process of its own: crowds, to see what they alone
// take, and guests that never end, in case they can't be stopped.

// ownCommand is the command that serves what is asked for.
func ownCommand(what, dir string) ([]string, error) {
	self, err := os.Executable()
	return []string{self, "-guests", dir, "-serve", what}, err
}

// serve is what that command runs.
func serve(ctx context.Context, what string, set *guests.Set) error {
	v, err := vm.New(ctx, vm.Config{})
	if err != nil {
		return err
	}
	var subjects map[string]turns.Subject
	switch what {
	case "crowd":
		subjects, err = crowds(ctx, v, set)
	case "endless":
		subjects, err = endless(ctx, v)
	default:
		err = fmt.Errorf("-serve %s: there are crowd and endless", what)
	}
	if err != nil {
		return err
	}
	return peer.Serve(os.Stdin, os.Stdout, subjects)
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
