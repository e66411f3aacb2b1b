package kernel

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/witan-os/witan/runtime/glue"
	"github.com/witan-os/witan/runtime/vm"
)

// coreModule is a core module with the sections of the given ids and contents.
func coreModule(sections ...string) []byte {
	return []byte("\x00asm\x01\x00\x00\x00" + strings.Join(sections, ""))
}

const (
	startType   = "\x01\x04\x01\x60\x00\x00"       // type 0: no parameters, no results
	startFunc   = "\x03\x02\x01\x00"               // a function of type 0
	startExport = "\x07\x0a\x01\x06_start\x00\x00" // exported
	startNop    = "\x0a\x04\x01\x02\x00\x0b"       // which returns
	startTrap   = "\x0a\x05\x01\x03\x00\x00\x0b"   // which traps
	exitTypes   = "\x01\x08\x02\x60\x01\x7f\x00\x60\x00\x00"
	exitImport  = "\x02\x24\x01\x16wasi_snapshot_preview1\x09proc_exit\x00\x00"
	exitFunc    = "\x03\x02\x01\x01"
	exitExport  = "\x07\x0a\x01\x06_start\x00\x01"
	exitCall    = "\x0a\x08\x01\x06\x00\x41\x07\x10\x00\x0b" // proc_exit(7)
)

func TestRun(t *testing.T) {
	probe := probeWasm(t)
	v := newVM(t)
	tests := []struct {
		name   string
		wasm   []byte
		invoke string
		args   []string
		status int
		out    string
		err    []string
	}{
		{name: "success", args: []string{"say=hello", "success"}, out: "hello\n"},
		{name: "failure", args: []string{"failure"}, status: StatusFailure},
		{name: "trap", args: []string{"say=last words", "trap"}, status: StatusTrap, out: "last words\n", err: []string{`witan: trap: trap in component "trap"`, "function wasi:cli/run@", "unreachable", "at .exports_wasi_cli_run_run("}},
		{name: "exit with success", args: []string{"exit=0"}},
		{name: "exit", args: []string{"exit=7"}, status: 7},
		{name: "exit with more than a status holds", args: []string{"exit=0x1ff"}, status: 255},
		{name: "failing host", args: []string{"fail"}, status: StatusTrap, err: []string{"host: a paper jam"}},

		{name: "invoke", invoke: "add", args: []string{"40", "2"}, out: "42\n"},
		{name: "invoke with result", invoke: "divide", args: []string{"7", "2"}, out: "3\n"},
		{name: "invoke with error", invoke: "divide", args: []string{"7", "0"}, status: StatusFailure, err: []string{"returned the error 33"}},
		{name: "invoke an interface's function", invoke: "wasi:cli/run@0.2.12#run", status: StatusTrap, err: []string{"not told how to end"}},
		{name: "invoke nothing", invoke: "multiply", status: StatusBad, err: []string{"no function multiply", "add"}},
		{name: "invoke with too few arguments", invoke: "add", args: []string{"1"}, status: StatusBad, err: []string{"takes 2 arguments"}},
		{name: "invoke with what is no number", invoke: "add", args: []string{"1", "x"}, status: StatusBad, err: []string{"argument 2 (b) of add"}},

		{name: "empty file", wasm: []byte{}, status: StatusBad, err: []string{"witan: file.wasm: "}},
		{name: "no wasm", wasm: []byte("#!/bin/sh\n"), status: StatusBad, err: []string{"witan: file.wasm: "}},
		{name: "truncated", wasm: probe[:len(probe)-1], status: StatusBad, err: []string{"witan: file.wasm: ", "offset"}},

		{name: "core module", wasm: coreModule(startType, startFunc, startExport, startNop)},
		{name: "core module that traps", wasm: coreModule(startType, startFunc, startExport, startTrap), status: StatusTrap, err: []string{"unreachable"}},
		{name: "core module that exits", wasm: coreModule(exitTypes, exitImport, exitFunc, exitExport, exitCall), status: 7},
		{name: "core module that is no command", wasm: coreModule(), status: StatusBad, err: []string{"_start"}},
		{name: "invoke in a core module", wasm: coreModule(startType, startFunc, startExport, startNop), invoke: "add", status: StatusBad, err: []string{"core module"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.wasm == nil {
				tt.wasm = probe
			}
			var s streams
			status := New(v, control(obey)).Run(t.Context(), &Program{
				Wasm: tt.wasm, File: "file.wasm", Invoke: tt.invoke,
				Process: vm.Process{Name: tt.name, Args: tt.args, Stdout: &s.out, Stderr: &s.err},
			})
			if status != tt.status {
				t.Errorf("status %d, want %d", status, tt.status)
			}
			s.check(t, tt.out, tt.err...)
		})
	}
}

// refuse is a part that has nothing for a process.
type refuse struct{}

func (refuse) Provide(*vm.Process) ([]*vm.Interface, error) { return nil, errJam }

// ending is a host that knows only one end.
func ending(e uint64) control {
	return func(*vm.Process) (uint64, error) { return e, nil }
}

func TestParts(t *testing.T) {
	v := newVM(t)
	tests := []struct {
		name   string
		parts  []vm.Provider
		status int
		err    []string
	}{
		{"missing import", nil, StatusBad, []string{`component "probe" imports what nothing here provides`, "test:kernel/control@0.1.0"}},
		{"the later counts", []vm.Provider{ending(trap), ending(success)}, 0, nil},
		{"a part that refuses", []vm.Provider{ending(success), refuse{}}, StatusBad, []string{"witan: probe: a paper jam"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var s streams
			status := New(v, tt.parts...).Run(t.Context(), &Program{
				Wasm: probeWasm(t), Process: vm.Process{Name: "probe", Stdout: &s.out, Stderr: &s.err},
			})
			if status != tt.status {
				t.Errorf("status %d, want %d", status, tt.status)
			}
			s.check(t, "", tt.err...)
		})
	}
}

func TestEntry(t *testing.T) {
	v := newVM(t)
	add := func(ctx context.Context, p *Process) error {
		sum, err := p.Instance.Call(ctx, "", "add", uint32(40), uint32(2))
		if err != nil {
			return err
		}
		_, err = fmt.Fprintln(p.Stdout, sum, p.Args)
		return err
	}
	returns := func(err error) Entry {
		return func(context.Context, *Process) error { return err }
	}
	tests := []struct {
		name      string
		component string
		entry     Entry
		invoke    string
		status    int
		out       string
		err       []string
	}{
		{"calls", "probe", add, "", 0, "42 [20 22]\n", nil},
		{"fails", "probe", returns(errJam), "", StatusFailure, "", []string{"witan: probe: a paper jam"}},
		{"exits", "probe", returns(fmt.Errorf("the end: %w", &vm.Exit{Code: 9})), "", 9, "", nil},
		{"traps", "probe", func(ctx context.Context, p *Process) error {
			_, err := p.Instance.Call(ctx, vm.RunInterface, "run")
			return err
		}, "", StatusTrap, "", []string{"host: the probe is told to \"20\""}},
		{"of another component", "other", returns(errJam), "", StatusTrap, "", []string{"is told to"}},
		{"gives way to --invoke", "probe", returns(errJam), "add", 0, "42\n", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var s streams
			status := New(v, control(obey), Run(tt.component, tt.entry)).Run(t.Context(), &Program{
				Wasm: probeWasm(t), Invoke: tt.invoke,
				Process: vm.Process{Name: "probe", Args: []string{"20", "22"}, Stdout: &s.out, Stderr: &s.err},
			})
			if status != tt.status {
				t.Errorf("status %d, want %d", status, tt.status)
			}
			s.check(t, tt.out, tt.err...)
		})
	}
}

// TestProcesses looks at what the kernel tells hosts about each process.
func TestProcesses(t *testing.T) {
	probe := probeWasm(t)
	v := newVM(t)
	start := time.Now()
	var ids []uint64
	part := control(func(p *vm.Process) (uint64, error) {
		ids = append(ids, p.ID)
		if p.Started.Before(start) || p.Started.After(time.Now()) {
			t.Errorf("started at %v", p.Started)
		}
		return success, nil
	})
	program := &Program{Wasm: probe, Process: vm.Process{Name: "probe"}}
	for _, k := range []*Kernel{New(v, part), New(v, part)} {
		for range 2 {
			if status := k.Run(t.Context(), program); status != 0 {
				t.Fatal("status", status)
			}
		}
	}
	if len(ids) != 4 || !(0 < ids[0] && ids[0] < ids[1] && ids[1] < ids[2] && ids[2] < ids[3]) {
		t.Errorf("processes are numbered %d", ids)
	}
	if program.ID != 0 {
		t.Error("the program has become the process")
	}
}

// cleanup is a part that wants to know of the end.
type cleanup struct {
	name string
	log  *bytes.Buffer
}

func (c cleanup) Provide(p *vm.Process) ([]*vm.Interface, error) {
	p.AtExit(func() { fmt.Fprintln(c.log, c.name) })
	return nil, nil
}

func TestAtExit(t *testing.T) {
	v := newVM(t)
	for _, args := range [][]string{{"success"}, {"trap"}, {"exit=3"}, nil} {
		var log bytes.Buffer
		parts := []vm.Provider{control(obey), cleanup{"first", &log}, cleanup{"second", &log}}
		if args == nil {
			parts = append(parts, refuse{})
		}
		New(v, parts...).Run(t.Context(), &Program{Wasm: probeWasm(t), Process: vm.Process{Name: "probe", Args: args}})
		if got := log.String(); got != "second\nfirst\n" {
			t.Errorf("%v: cleaned up %q", args, got)
		}
	}
}

func TestOnCompiled(t *testing.T) {
	var compiled []string
	k := New(newVM(t), control(obey))
	k.OnCompiled(func(program string) { compiled = append(compiled, program) })
	k.Run(t.Context(), &Program{Wasm: probeWasm(t), Process: vm.Process{Name: "one", Args: []string{"success"}}})
	k.Run(t.Context(), &Program{Wasm: []byte("bad"), Process: vm.Process{Name: "two"}})
	if !slices.Equal(compiled, []string{"one"}) {
		t.Errorf("compiled %q", compiled)
	}
}

func TestStatus(t *testing.T) {
	tests := []struct {
		err  error
		want int
	}{
		{nil, 0},
		{errJam, StatusFailure},
		{&vm.Exit{Code: 3}, 3},
		{errors.Join(&glue.Exit{Code: 3}, errJam), 3},
		{&vm.Failed{Text: "1"}, StatusFailure},
		{&vm.Trap{Reason: "unreachable"}, StatusTrap},
		{&loadError{&vm.Trap{Reason: "unreachable"}}, StatusTrap},
		{&loadError{errJam}, StatusBad},
	}
	for _, tt := range tests {
		if got := statusOf(tt.err); got != tt.want {
			t.Errorf("%v: status %d, want %d", tt.err, got, tt.want)
		}
	}
}
