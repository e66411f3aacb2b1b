// Package glue is what generated code stands on: the only package of the runtime that it imports.
//
// It re-exports the boundary between Go and a component instance, describes a host interface as data
// ([Interface], [Func]) so that the linker can match it against what a component imports, and adds the
// small generic helpers that make generated code short. Whatever a guest claims is checked below, in
// runtime/instance; generated code states layouts and moves values.
package glue

import (
	"context"
	"io"
	"io/fs"
	"slices"
	"time"

	"github.com/witan-os/witan/runtime/abi"
	"github.com/witan-os/witan/runtime/instance"
)

// These are the runtime's types that generated code and implementations name.
type (
	// Boundary lifts values from a component instance and lowers values to it.
	Boundary = instance.Boundary
	// Instance is a running component.
	Instance = instance.Instance
	// Export is an exported function, resolved.
	Export = instance.Export
	// Trap is the error of a call that ended its instance.
	Trap = instance.Trap
	// Exit is the error with which a program ends itself.
	Exit = instance.Exit
	// Resource is the identity of a resource type.
	Resource = abi.Resource
	// Dropper is implemented by resources that want to know of their end.
	Dropper = instance.Dropper
	// CoreType is a core value type in a flat signature.
	CoreType = abi.CoreType
	// Interface is a host's implementation of one WIT interface.
	Interface = instance.HostInterface
	// Func is one function of an Interface.
	Func = instance.HostFunc
	// NamedResource is a resource type that an Interface exports under its WIT name.
	NamedResource = instance.NamedResource
	// Held is Go's hold of a resource that a component defines.
	Held = instance.Held
	// Holder makes the Go values of resources that a component defines.
	Holder = instance.Holder
	// Misuse is the error of a call with a resource that it can't have.
	Misuse = instance.Misuse
	// UnfitError is why a call has ended an instance that had no room for what was passed.
	UnfitError = instance.UnfitError
)

// Core value types, for flat signatures.
const (
	I32 = abi.I32
	I64 = abi.I64
	F32 = abi.CoreF32
	F64 = abi.CoreF64
)

// Process is what a host knows about the program that it serves.
type Process struct {
	// ID and Started are given by whoever runs the process. No two processes of a system ever have the same
	// ID, and none has 0.
	ID      uint64
	Started time.Time

	Name           string
	Args           []string // without the name
	Env            []string // "KEY=VALUE"
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	// Log takes the lines of the system's log, each in one call of Write, from any goroutine; nil for a system that
	// keeps none.
	Log    io.Writer
	Mounts []Mount // directories of the host that the program may use
	Files  fs.FS   // read-only files shipped with the program, its root directory; nil if none
	// Kernel is what the kernel that runs the process has for implementations that know it; nil without one.
	Kernel any

	cleanup []func()
}

// AtExit has f called when the process has ended and its instance is closed.
func (p *Process) AtExit(f func()) { p.cleanup = append(p.cleanup, f) }

// Close calls what [Process.AtExit] was given, the last first.
func (p *Process) Close() {
	for _, f := range slices.Backward(p.cleanup) {
		f()
	}
	p.cleanup = nil
}

// Mount makes a directory of the host visible to a program.
type Mount struct {
	Host, Guest string
	ReadOnly    bool
}

// Provider makes the host interfaces that a process sees. Each process gets its own, so that one
// program's arguments, files and streams are out of reach of another.
type Provider interface {
	Provide(p *Process) ([]*Interface, error)
}

// Fixed is a provider of interfaces that all processes share.
type Fixed []*Interface

// Provide returns the interfaces.
func (f Fixed) Provide(*Process) ([]*Interface, error) { return f, nil }

// Blocking runs f, which may take its time, in the implementation of a function that got ctx. A program that shares
// its store with others lets them run meanwhile, if it can: see [instance.Blocking] for where that is, and what not to
// do there. Any other just runs f.
func Blocking(ctx context.Context, f func()) { instance.Blocking(ctx, f) }

// Own marks where ownership of a resource moves: into the host with a parameter, to the guest with a
// result.
type Own[T any] struct{ value T }

// Give wraps a resource to hand it over.
func Give[T any](v T) Own[T] { return Own[T]{v} }

// Value is the resource.
func (o Own[T]) Value() T { return o.value }

// Drop ends the resource for an owner who keeps it no longer. One that Go implements is told, if it is a [Dropper].
// The destructor runs of one that a component defines, unless the error is that it is gone already, or that its
// instance can't be called: after a trap, or because it is in a call.
func (o Own[T]) Drop(ctx context.Context) error { return instance.Drop(ctx, o.value) }

// Option is an optional value.
type Option[T any] struct {
	value T
	some  bool
}

// Some is an option with a value.
func Some[T any](v T) Option[T] { return Option[T]{v, true} }

// None is an option without a value, as is the zero Option.
func None[T any]() Option[T] { return Option[T]{} }

// Get returns the value and whether there is one.
func (o Option[T]) Get() (T, bool) { return o.value, o.some }

// Or returns the value, or instead when there is none.
func (o Option[T]) Or(instead T) T {
	if o.some {
		return o.value
	}
	return instead
}

// Result is a WIT result in a place where Go has no (T, error), such as a record's field.
type Result[T, E any] struct {
	ok   T
	err  E
	fail bool
}

// OK is a result that went well.
func OK[T, E any](v T) Result[T, E] { return Result[T, E]{ok: v} }

// Err is a result that went wrong.
func Err[T, E any](e E) Result[T, E] { return Result[T, E]{err: e, fail: true} }

// Get returns both sides; ok tells which one counts.
func (r Result[T, E]) Get() (value T, err E, ok bool) { return r.ok, r.err, !r.fail }

// Unit is the Go form of a missing payload.
type Unit = struct{}

// Error makes a Go error of a WIT error value whose type can't implement error itself, such as string or
// a missing payload ([Unit]).
type Error[E any] struct{ Value E }

// Error shows the value.
func (e Error[E]) Error() string { return errorText(e.Value) }

// Fail returns v as the error of a function whose WIT result has error type E.
func Fail[E any](v E) error { return Error[E]{v} }
