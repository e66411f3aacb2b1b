// Package kernel runs programs: components, each a process with the host interfaces that it was given.
//
// A program's main calls [Boot] with the implementations of its interfaces. The same main runs hosted,
// where a boot.toml beside it names the components, and on metal, where everything comes out of the
// boot image:
//
//	func main() {
//		kernel.Boot(kernel.On(metal.This()), wasi.Default(), wallclock.Provide(clock{}))
//	}
//
// Nothing here knows bare metal: the machine is an interface, and this package is tested on any system.
package kernel

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/witan-os/witan/kernel/process"
	"github.com/witan-os/witan/runtime/trace"
	"github.com/witan-os/witan/runtime/vm"
)

// The exit statuses that the kernel gives; every other one is the program's own.
const (
	StatusFailure = process.StatusFailure // the program's run function returned an error
	StatusBad     = process.StatusBad     // a program that can't be loaded, or bad use
	StatusTrap    = process.StatusTrap    // the program trapped
	StatusKilled  = process.StatusKilled  // the process was ended by somebody else
)

// Kernel runs programs on one VM with one set of host interfaces.
type Kernel struct {
	vm        *vm.VM
	providers []vm.Provider
	entries   map[string]Entry
	compiled  func(program string) // told when a program is compiled; may be nil
}

// New makes a kernel whose programs get the interfaces of the given parts. Of two parts that provide the
// same interface the later one counts.
func New(v *vm.VM, parts ...vm.Provider) *Kernel {
	k := &Kernel{vm: v, entries: map[string]Entry{}}
	for _, p := range parts {
		switch p := p.(type) {
		case entryPart:
			k.entries[p.component] = p.entry
		case machinePart, busPart, mirrorPart:
		default:
			k.providers = append(k.providers, p)
		}
	}
	return k
}

// OnCompiled has f called when a program and the adapters between its components are compiled, before it runs:
// compiling is what takes long.
func (k *Kernel) OnCompiled(f func(program string)) { k.compiled = f }

// Process is a program in execution.
type Process struct {
	vm.Process
	Instance *vm.Instance
}

// Entry is Go code that drives a component: it calls the exports that the component is there for. Its error
// ends the program like one of the component's own.
type Entry func(ctx context.Context, p *Process) error

// Run is a part for [Boot] or [New]: processes of the named component are driven by entry, instead of by
// their own wasi:cli/run.
func Run(component string, entry Entry) vm.Provider { return entryPart{component, entry} }

type entryPart struct {
	component string
	entry     Entry
}

// Provide returns nothing: an entry is for the kernel.
func (entryPart) Provide(*vm.Process) ([]*vm.Interface, error) { return nil, nil }

// Program is what to run.
type Program struct {
	vm.Process
	Wasm []byte // a component, or a core module that speaks WASI 0.1
	// File is what messages call Wasm when something is wrong with it; "" for the program's name.
	File string
	// Links answer imports of the component before the kernel's own interfaces do.
	Links []Link
	// Trace is where the calls that the program makes of its host are printed, one a line; nil for nowhere. A core
	// module's are not known.
	Trace io.Writer
	// Invoke names an exported function to call instead of the program's main one. Args are then the
	// function's parameters, as text, and its result is printed to Stdout.
	Invoke string
}

// Run runs a program to its end and returns its exit status: its own, or one of the Status constants.
// What is wrong is said on the program's Stderr, which is also its log if it was given none.
func (k *Kernel) Run(ctx context.Context, p *Program) (status int) {
	if p.Stdout == nil {
		p.Stdout = io.Discard
	}
	if p.Stderr == nil {
		p.Stderr = io.Discard
	}
	if p.Log == nil {
		p.Log = p.Stderr
	}
	err := k.run(ctx, p)
	status = statusOf(err)
	var exit *vm.Exit
	var failed *vm.Failed
	switch {
	case err == nil, errors.As(err, &exit):
	case errors.As(err, &failed) && p.Invoke == "" && failed.Text == "":
		// The program has said on its own what went wrong.
	case p.File != "" && isBad(err):
		fmt.Fprintf(p.Stderr, "witan: %s: %v\n", p.File, err)
	default:
		fmt.Fprintf(p.Stderr, "witan: %s: %v\n", p.Name, err)
	}
	return status
}

func isBad(err error) bool {
	var bad *loadError
	return errors.As(err, &bad)
}

func statusOf(err error) int {
	var exit *vm.Exit
	var trap *vm.Trap
	var failed *vm.Failed
	switch {
	case err == nil:
		return 0
	case errors.As(err, &exit):
		return int(exit.Code & 0xff)
	case errors.As(err, &trap):
		return StatusTrap
	case errors.As(err, &failed):
		return StatusFailure
	case isBad(err):
		return StatusBad
	}
	return StatusFailure
}

// loadError marks errors of loading and calling a program, before anything of it has run.
type loadError struct{ error }

func (e *loadError) Unwrap() error { return e.error }

func (k *Kernel) run(ctx context.Context, p *Program) error {
	kind, err := vm.Sniff(p.Wasm)
	if err != nil {
		return &loadError{err}
	}
	if kind == vm.KindModule {
		return k.runModule(ctx, p)
	}
	c, err := k.vm.Compile(ctx, p.Name, p.Wasm)
	if err != nil {
		return &loadError{err}
	}
	defer c.Close(ctx)
	links, free, err := k.compileLinks(ctx, p.Links)
	defer free()
	if err != nil {
		return &loadError{err}
	}
	return k.runComponent(ctx, c, links, p)
}

func (k *Kernel) runModule(ctx context.Context, p *Program) error {
	switch {
	case p.Invoke != "":
		return &loadError{errors.New("only a component's exports can be invoked: this is a core module")}
	case p.Trace != nil:
		return &loadError{errors.New("only a component's calls can be traced: this is a core module")}
	case len(p.Links) > 0:
		return &loadError{errors.New("only components can be linked to each other: this is a core module")}
	}
	code, err := k.vm.RunModule(ctx, p.Wasm, &p.Process)
	var trap *vm.Trap
	switch {
	case errors.As(err, &trap):
		return err
	case err != nil:
		return &loadError{err}
	case code != 0:
		return &vm.Exit{Code: code}
	}
	return nil
}

func (k *Kernel) runComponent(ctx context.Context, c *vm.Component, links []vm.Link, p *Program) (err error) {
	proc := &Process{Process: p.Process}
	proc.ID, proc.Started = process.NewID(), time.Now()
	defer proc.Process.Close()
	imports, err := k.provide(&proc.Process)
	if err != nil {
		return &loadError{err}
	}
	options := vm.Options{Links: links}
	if p.Trace != nil {
		options.OnDrop = trace.Drops(tracer{out: p.Trace}.event)
		if imports, err = (tracer{out: p.Trace}).watch(imports); err != nil {
			return &loadError{err}
		}
	}
	options.Imports = imports
	proc.Instance, err = c.Instantiate(ctx, options)
	if k.compiled != nil {
		k.compiled(p.Name)
	}
	if err != nil {
		return &loadError{err}
	}
	defer func() { err = errors.Join(err, proc.Instance.Close(ctx)) }()
	if entry, ok := k.entries[p.Name]; ok && p.Invoke == "" {
		return entry(ctx, proc)
	}
	return call(ctx, proc, p)
}

// call runs the exported function that the program asks for, or is there for.
func call(ctx context.Context, proc *Process, p *Program) error {
	if p.Invoke == "" {
		e, err := proc.Instance.Main()
		if err != nil {
			return &loadError{err}
		}
		_, err = vm.CallText(ctx, e, nil)
		return err
	}
	e, err := proc.Instance.Find(p.Invoke)
	if err != nil {
		return &loadError{err}
	}
	text, err := vm.CallText(ctx, e, p.Args)
	if err != nil && !hasRun(err) {
		return &loadError{err}
	}
	if err == nil && text != "" {
		_, err = fmt.Fprintln(proc.Stdout, text)
	}
	return err
}

// hasRun tells the errors of a function from those of its arguments.
func hasRun(err error) bool {
	var trap *vm.Trap
	var exit *vm.Exit
	var failed *vm.Failed
	return errors.As(err, &trap) || errors.As(err, &exit) || errors.As(err, &failed)
}
