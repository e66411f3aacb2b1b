// Package cli implements wasi:cli: what a program knows of how it was started, its standard streams, and its
// end.
package cli

import (
	"context"
	"os"
	"slices"
	"strings"

	"golang.org/x/term"

	"github.com/witan-os/witan/generated/wasi/cli/v0.2/environment"
	"github.com/witan-os/witan/generated/wasi/cli/v0.2/exit"
	"github.com/witan-os/witan/generated/wasi/cli/v0.2/stderr"
	"github.com/witan-os/witan/generated/wasi/cli/v0.2/stdin"
	"github.com/witan-os/witan/generated/wasi/cli/v0.2/stdout"
	"github.com/witan-os/witan/generated/wasi/cli/v0.2/terminalinput"
	"github.com/witan-os/witan/generated/wasi/cli/v0.2/terminaloutput"
	"github.com/witan-os/witan/generated/wasi/cli/v0.2/terminalstderr"
	"github.com/witan-os/witan/generated/wasi/cli/v0.2/terminalstdin"
	"github.com/witan-os/witan/generated/wasi/cli/v0.2/terminalstdout"
	"github.com/witan-os/witan/generated/wasi/io/v0.2/streams"
	"github.com/witan-os/witan/hostimpl/wasi/stream"
	"github.com/witan-os/witan/runtime/glue"
)

// Interfaces are the host interfaces of one process.
func Interfaces(p *glue.Process) glue.Fixed {
	h := &host{
		process: p,
		in:      stream.NewInput(p.Stdin), out: stream.NewOutput(p.Stdout), err: stream.NewOutput(p.Stderr),
	}
	return slices.Concat(
		environment.Provide(h), exit.Provide(h),
		stdin.Provide(h), stdout.Provide(h), stderr.Provide(h),
		terminalinput.Provide(), terminaloutput.Provide(),
		terminalstdin.Provide(h), terminalstdout.Provide(h), terminalstderr.Provide(h),
	)
}

// host implements all interfaces of the package. Every handle of a standard stream refers to the same
// stream, so that handles share its position.
type host struct {
	process  *glue.Process
	in       *stream.Input
	out, err *stream.Output
}

// GetEnvironment implements environment.Host.
func (h *host) GetEnvironment(context.Context) ([]glue.Tuple2[string, string], error) {
	list := make([]glue.Tuple2[string, string], len(h.process.Env))
	for i, kv := range h.process.Env {
		list[i].F0, list[i].F1, _ = strings.Cut(kv, "=")
	}
	return list, nil
}

// GetArguments implements environment.Host. The first argument is the program's name.
func (h *host) GetArguments(context.Context) ([]string, error) {
	return append([]string{h.process.Name}, h.process.Args...), nil
}

// InitialCwd implements environment.Host. Programs start where their libraries start them.
func (h *host) InitialCwd(context.Context) (glue.Option[string], error) {
	return glue.None[string](), nil
}

// Exit implements exit.Host.
func (h *host) Exit(_ context.Context, status glue.Result[glue.Unit, glue.Unit]) error {
	if _, _, ok := status.Get(); !ok {
		return &glue.Exit{Code: 1}
	}
	return &glue.Exit{}
}

// ExitWithCode implements exit.Host.
func (h *host) ExitWithCode(_ context.Context, code uint8) error {
	return &glue.Exit{Code: uint32(code)}
}

// GetStdin implements stdin.Host.
func (h *host) GetStdin(context.Context) (glue.Own[streams.InputStream], error) {
	return glue.Give[streams.InputStream](h.in), nil
}

// GetStdout implements stdout.Host.
func (h *host) GetStdout(context.Context) (glue.Own[streams.OutputStream], error) {
	return glue.Give[streams.OutputStream](h.out), nil
}

// GetStderr implements stderr.Host.
func (h *host) GetStderr(context.Context) (glue.Own[streams.OutputStream], error) {
	return glue.Give[streams.OutputStream](h.err), nil
}

// terminal is the resource for either direction. Having one is all that it is good for.
type terminal struct{}

// GetTerminalStdin implements terminalstdin.Host.
func (h *host) GetTerminalStdin(context.Context) (glue.Option[glue.Own[terminalinput.TerminalInput]], error) {
	return terminalOf[terminalinput.TerminalInput](h.process.Stdin), nil
}

// GetTerminalStdout implements terminalstdout.Host.
func (h *host) GetTerminalStdout(context.Context) (glue.Option[glue.Own[terminaloutput.TerminalOutput]], error) {
	return terminalOf[terminaloutput.TerminalOutput](h.process.Stdout), nil
}

// GetTerminalStderr implements terminalstderr.Host.
func (h *host) GetTerminalStderr(context.Context) (glue.Option[glue.Own[terminaloutput.TerminalOutput]], error) {
	return terminalOf[terminaloutput.TerminalOutput](h.process.Stderr), nil
}

func terminalOf[T any](standard any) glue.Option[glue.Own[T]] {
	f, ok := standard.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return glue.None[glue.Own[T]]()
	}
	return glue.Some(glue.Give(any(terminal{}).(T)))
}
