//go:build wasmtime

package main

// #include "shim.h"
import "C"

import (
	"github.com/witan-os/witan/bench/internal/rows"
	"github.com/witan-os/witan/bench/internal/turns"
)

// This file is about the calls that guests make in loops: of the host, and of each other.

const host = "perf:bench/host"

// The host's functions, by number.
const (
	tick = iota
	log
)

// provideHost defines the host's functions.
func (e *engine) provideHost() error {
	root := C.wasmtime_component_linker_root(e.linker)
	defer C.wasmtime_component_linker_instance_delete(root)
	var within *C.wasmtime_component_linker_instance_t
	text, n := cString(host)
	if err := failure(C.wasmtime_component_linker_instance_add_instance(root, text, n, &within)); err != nil {
		return err
	}
	defer C.wasmtime_component_linker_instance_delete(within)
	for number, function := range []string{tick: "tick", log: "log"} {
		text, n := cString(function)
		if err := failure(C.add_host_func(within, text, n, C.uintptr_t(number))); err != nil {
			return err
		}
	}
	return nil
}

//export hostCall
func hostCall(number C.uintptr_t, args, results *C.val) {
	switch number {
	case tick:
		setU32(results, rows.Host{}.Tick(getU32(args)))
	case log:
		setU32(results, rows.Host{}.Log(getString(args)))
	}
}

// addLoops adds the loops of one guest.
func (i *instance) addLoops(guest rows.Guest, works map[string]turns.Work) error {
	for _, l := range rows.Loops {
		if l.Guest != guest {
			continue
		}
		params := 1
		if l.Length != 0 {
			params = 2
		}
		f, err := i.function("", l.Export, params, true)
		if l.Optional && err != nil {
			continue
		}
		if err != nil {
			return err
		}
		works[l.Row] = func(n int) (uint64, error) {
			setU32(&f.args[0], uint32(n))
			if l.Length != 0 {
				setU32(&f.args[1], uint32(l.Length))
			}
			err := f.call()
			return uint64(getU32(f.result)), err
		}
	}
	return nil
}
