// Package cli implements wasi:cli: what a program knows of how it was started, its standard streams, and its
// end.
package cli

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"unicode/utf8"

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

// Interfaces are the host interfaces of one process. Its standard input is in, which stands on p.Stdin. The
// error says which argument or variable can't be told to a program.
func Interfaces(p *glue.Process, in *stream.Input) (glue.Fixed, error) {
	if err := checkText(p); err != nil {
		return nil, err
	}
	h := newHost(p, in)
	return slices.Concat(
		environment.Provide(h), exit.Provide(h),
		stdin.Provide(h), stdout.Provide(h), stderr.Provide(h),
		terminalinput.Provide(), terminaloutput.Provide(),
		terminalstdin.Provide(h), terminalstdout.Provide(h), terminalstderr.Provide(h),
	), nil
}

// checkText finds what is no string of WIT: systems let arguments and variables be any bytes.
func checkText(p *glue.Process) error {
	if !utf8.ValidString(p.Name) {
		return fmt.Errorf("the program's name %q is not valid UTF-8", p.Name)
	}
	for i, arg := range p.Args {
		if !utf8.ValidString(arg) {
			return fmt.Errorf("argument %d, %q, is not valid UTF-8", i+1, arg)
		}
	}
	for _, kv := range p.Env {
		if !utf8.ValidString(kv) {
			return fmt.Errorf("the environment's %q is not valid UTF-8", kv)
		}
	}
	return nil
}

// host implements all interfaces of the package. Every handle of a standard stream refers to the same
// stream, so that handles share its position.
type host struct {
	process  *glue.Process
	in       *stream.Input
	out, err *stream.Output

	isTerminal func(*os.File) bool
}

func newHost(p *glue.Process, in *stream.Input) *host {
	return &host{
		process: p,
		in:      in, out: stream.NewOutput(p.Stdout), err: stream.NewOutput(p.Stderr),
		isTerminal: isTerminal,
	}
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
	return terminalOf[terminalinput.TerminalInput](h, h.process.Stdin), nil
}

// GetTerminalStdout implements terminalstdout.Host.
func (h *host) GetTerminalStdout(context.Context) (glue.Option[glue.Own[terminaloutput.TerminalOutput]], error) {
	return terminalOf[terminaloutput.TerminalOutput](h, h.process.Stdout), nil
}

// GetTerminalStderr implements terminalstderr.Host.
func (h *host) GetTerminalStderr(context.Context) (glue.Option[glue.Own[terminaloutput.TerminalOutput]], error) {
	return terminalOf[terminaloutput.TerminalOutput](h, h.process.Stderr), nil
}

// terminalOf is the resource for a standard stream, if that is a terminal.
func terminalOf[T any](h *host, standard any) glue.Option[glue.Own[T]] {
	if f, ok := standard.(*os.File); !ok || !h.isTerminal(f) {
		return glue.None[glue.Own[T]]()
	}
	return glue.Some(glue.Give(any(terminal{}).(T)))
}

// isTerminal asks the system. It leaves the file in the mode it is in, which File.Fd would not.
func isTerminal(f *os.File) (yes bool) {
	conn, err := f.SyscallConn()
	if err != nil {
		return false
	}
	err = conn.Control(func(fd uintptr) { yes = term.IsTerminal(int(fd)) })
	return err == nil && yes
}
