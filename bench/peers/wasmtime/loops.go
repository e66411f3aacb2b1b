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

// provideHost defines the host's functions for the next instance.
func (e *engine) provideHost() error {
	C.wasmtime_component_linker_allow_shadowing(e.linker, true)
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

// loops finds the exported functions that do something n times.
func (i *instance) loops(loops []rows.Loop) (map[string]turns.Work, error) {
	works := map[string]turns.Work{}
	for _, l := range loops {
		params := 1
		if l.Length != 0 {
			params = 2
		}
		f, err := i.function("", l.Export, params, true)
		if err != nil {
			return nil, err
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
	return works, nil
}
