//go:build wasmtime

// Wasmtime measures wasmtime as a Go program would use it: through its C API, whose component functions take and
// return dynamic values. The library and its headers are those of the module wasmtime-go, whose own Go API has no
// components.
//
//	wasmtime turns|crowd GUESTS
//
// It is a peer of bench, which builds it with the tag and with where the headers are. In the same process nothing
// but crowds is measured if those are asked for.
package main

import (
	"errors"
	"fmt"
	"maps"
	"os"

	"github.com/witan-os/witan/bench/internal/crowd"
	"github.com/witan-os/witan/bench/internal/guests"
	"github.com/witan-os/witan/bench/internal/peer"
	"github.com/witan-os/witan/bench/internal/rows"
	"github.com/witan-os/witan/bench/internal/turns"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "wasmtime:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 2 {
		return errors.New("usage: wasmtime turns|crowd GUESTS")
	}
	set, err := guests.Read(args[1])
	if err != nil {
		return err
	}
	measure := inTurns
	if args[0] == "crowd" {
		measure = inCrowds
	}
	e, err := newEngine()
	if err != nil {
		return err
	}
	subjects, err := measure(e, set)
	if err != nil {
		return err
	}
	return peer.Serve(os.Stdin, os.Stdout, subjects)
}

// inTurns are the calls and programs.
func inTurns(e *engine, set *guests.Set) (map[string]turns.Subject, error) {
	works := map[string]turns.Work{}
	for guest, wasm := range map[rows.Guest][]byte{
		rows.Callee:   set.Callee,
		rows.Composed: set.Plain,
		rows.Guarded:  set.Plain,
		rows.Owner:    guests.Owner(),
		rows.Kernels:  guests.Kernels(),
	} {
		c, err := e.compile(wasm)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", guest, err)
		}
		i, err := e.instantiate(c)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", guest, err)
		}
		if err := i.addLoops(guest, works); err != nil {
			return nil, err
		}
		if guest != rows.Callee {
			continue
		}
		calls, err := exports(i)
		if err != nil {
			return nil, err
		}
		maps.Copy(works, calls)
	}
	return turns.AllHere(works), nil
}

// inCrowds are many instances of one component.
func inCrowds(e *engine, set *guests.Set) (map[string]turns.Subject, error) {
	subjects := map[string]turns.Subject{}
	for _, of := range []struct {
		row         string
		wasm        []byte
		iface, name string
		params      int
		hasResult   bool
	}{
		{rows.CrowdSmall, guests.Small(), "", "add", 2, true},
		{rows.CrowdCallee, set.Callee, api, "noop", 0, false},
	} {
		c, err := e.compile(of.wasm)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", of.row, err)
		}
		subjects[of.row] = crowd.Subject(func() (func() error, error) {
			i, err := e.instantiate(c)
			if err != nil {
				return nil, err
			}
			return func() error {
				f, err := i.function(of.iface, of.name, of.params, of.hasResult)
				if err != nil {
					return err
				}
				for n := range f.args {
					setU32(&f.args[n], 1)
				}
				return f.call()
			}, nil
		})
	}
	return subjects, nil
}
