//go:build wasmtime

// Wasmtime measures wasmtime as a Go program would use it: through its C API, whose component functions take and
// return dynamic values. The library and its headers are those of the module wasmtime-go, whose own Go API has no
// components.
//
//	wasmtime GUESTS
//
// It is a peer of bench, which builds it with the tag and with where the headers are.
package main

import (
	"fmt"
	"maps"
	"os"

	"github.com/witan-os/witan/bench/internal/guests"
	"github.com/witan-os/witan/bench/internal/peer"
	"github.com/witan-os/witan/bench/internal/rows"
	"github.com/witan-os/witan/bench/internal/turns"
)

func main() {
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "wasmtime:", err)
		os.Exit(1)
	}
}

func run(dir string) error {
	set, err := guests.Read(dir)
	if err != nil {
		return err
	}
	e := newEngine()
	callee, err := e.instantiate(set.Callee)
	if err != nil {
		return fmt.Errorf("callee: %w", err)
	}
	composed, err := e.instantiate(set.Plain)
	if err != nil {
		return fmt.Errorf("callee and driver: %w", err)
	}
	subjects := map[string]turns.Subject{}
	for _, find := range []func() (map[string]turns.Work, error){
		func() (map[string]turns.Work, error) { return exports(callee) },
		func() (map[string]turns.Work, error) { return callee.loops(rows.ImportLoops) },
		func() (map[string]turns.Work, error) { return composed.loops(rows.CrossLoops) },
	} {
		works, err := find()
		if err != nil {
			return err
		}
		for name, work := range maps.All(works) {
			subjects[name] = turns.Here(work)
		}
	}
	return peer.Serve(os.Stdin, os.Stdout, subjects)
}
