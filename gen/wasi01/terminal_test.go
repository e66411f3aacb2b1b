package wasi01

import (
	"context"
	"slices"
	"testing"

	"github.com/witan-os/witan/generated/wasi/cli/v0.2/terminalinput"
	"github.com/witan-os/witan/generated/wasi/cli/v0.2/terminaloutput"
	"github.com/witan-os/witan/generated/wasi/cli/v0.2/terminalstderr"
	"github.com/witan-os/witan/generated/wasi/cli/v0.2/terminalstdin"
	"github.com/witan-os/witan/generated/wasi/cli/v0.2/terminalstdout"
	"github.com/witan-os/witan/runtime/glue"
)

// terminals says that standard input and standard error are terminals, and standard output is not.
type terminals struct{}

func (terminals) GetTerminalStdin(context.Context) (glue.Option[glue.Own[terminalinput.TerminalInput]], error) {
	return glue.Some(glue.Give[terminalinput.TerminalInput](terminals{})), nil
}

func (terminals) GetTerminalStdout(context.Context) (glue.Option[glue.Own[terminaloutput.TerminalOutput]], error) {
	return glue.None[glue.Own[terminaloutput.TerminalOutput]](), nil
}

func (terminals) GetTerminalStderr(context.Context) (glue.Option[glue.Own[terminaloutput.TerminalOutput]], error) {
	return glue.Some(glue.Give[terminaloutput.TerminalOutput](terminals{})), nil
}

// TestTerminals asks what standard streams are, many times: a terminal is a resource, of which a program can't have any
// number.
func TestTerminals(t *testing.T) {
	const stat, characterDevice, seekOrTell = 0x100, 2, 1<<2 | 1<<5
	var calls []call
	for fd := range 3 {
		calls = append(calls, do("fd_fdstat_get", fd, stat+0x100*fd), do("fd_filestat_get", fd, stat+0x100*fd+0x40))
	}
	o := script{calls: slices.Repeat(calls, 300)}.run(t, glue.Process{},
		slices.Concat(terminalstdin.Provide(terminals{}), terminalstdout.Provide(terminals{}), terminalstderr.Provide(terminals{}))...)
	for fd, want := range []byte{characterDevice, 0, characterDevice} {
		at := stat + 0x100*fd
		if got, file := o.memory[at], o.memory[at+0x40+16]; got != want || file != want {
			t.Errorf("descriptor %d is of type %d and %d, want %d", fd, got, file, want)
		}
		if got := o.u64(at + 8); got&seekOrTell != 0 {
			t.Errorf("descriptor %d has rights %#x", fd, got)
		}
	}
}
