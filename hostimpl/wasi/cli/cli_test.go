package cli

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/witan-os/witan/generated/wasi/cli/v0.2/environment"
	"github.com/witan-os/witan/generated/wasi/cli/v0.2/exit"
	"github.com/witan-os/witan/generated/wasi/cli/v0.2/stderr"
	"github.com/witan-os/witan/generated/wasi/cli/v0.2/stdin"
	"github.com/witan-os/witan/generated/wasi/cli/v0.2/stdout"
	"github.com/witan-os/witan/generated/wasi/cli/v0.2/terminalstderr"
	"github.com/witan-os/witan/generated/wasi/cli/v0.2/terminalstdin"
	"github.com/witan-os/witan/generated/wasi/cli/v0.2/terminalstdout"
	"github.com/witan-os/witan/hostimpl/wasi/stream"
	"github.com/witan-os/witan/runtime/glue"
)

// hostOf is what a process gets.
func hostOf(p *glue.Process) *host { return newHost(p, stream.NewInput(p.Stdin)) }

func TestEnvironment(t *testing.T) {
	var h environment.Host = hostOf(&glue.Process{
		Name: "prog", Args: []string{"", "-v", "naïve"},
		Env: []string{"HOME=/", "EMPTY=", "PAIR=a=b", "BARE"},
	})
	args, err := h.GetArguments(t.Context())
	if want := []string{"prog", "", "-v", "naïve"}; err != nil || !slices.Equal(args, want) {
		t.Errorf("arguments %q, %v; want %q", args, err, want)
	}
	env, err := h.GetEnvironment(t.Context())
	want := []glue.Tuple2[string, string]{{F0: "HOME", F1: "/"}, {F0: "EMPTY"}, {F0: "PAIR", F1: "a=b"}, {F0: "BARE"}}
	if err != nil || !slices.Equal(env, want) {
		t.Errorf("environment %q, %v; want %q", env, err, want)
	}
	if cwd, err := h.InitialCwd(t.Context()); err != nil || cwd != glue.None[string]() {
		t.Errorf("initial-cwd: %v, %v", cwd, err)
	}
}

// TestArgumentsAreTheCallersOwn has two calls not share memory, nor the process's.
func TestArgumentsAreTheCallersOwn(t *testing.T) {
	args := append(make([]string, 0, 10), "one")
	h := hostOf(&glue.Process{Name: "prog", Args: args})
	first, _ := h.GetArguments(t.Context())
	first[1] = "changed"
	if second, _ := h.GetArguments(t.Context()); second[1] != "one" || args[0] != "one" {
		t.Errorf("%q, %q", second, args)
	}
}

func TestWhatIsNoStringIsRefused(t *testing.T) {
	tests := []struct {
		p    glue.Process
		want string // part of the error; empty if there is none
	}{
		{glue.Process{Name: "naïve", Args: []string{"", "ü"}, Env: []string{"Ä=ö"}}, ""},
		{glue.Process{Name: "na\xefve"}, `name "na\xefve"`},
		{glue.Process{Args: []string{"fine", "\xff"}}, `argument 2, "\xff"`},
		{glue.Process{Env: []string{"A=b", "C=\xc3"}}, `"C=\xc3"`},
	}
	for _, tt := range tests {
		list, err := Interfaces(&tt.p, stream.NewInput(nil))
		switch {
		case tt.want == "" && (err != nil || len(list) != 10):
			t.Errorf("%q: %d interfaces, %v", tt.p.Args, len(list), err)
		case tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)):
			t.Errorf("got %v, want %s", err, tt.want)
		}
	}
}

func TestExit(t *testing.T) {
	var h exit.Host = hostOf(&glue.Process{})
	tests := []struct {
		name string
		err  error
		want uint32
	}{
		{"exit(ok)", h.Exit(t.Context(), glue.OK[glue.Unit, glue.Unit](glue.Unit{})), 0},
		{"exit(err)", h.Exit(t.Context(), glue.Err[glue.Unit](glue.Unit{})), 1},
		{"exit-with-code(0)", h.ExitWithCode(t.Context(), 0), 0},
		{"exit-with-code(7)", h.ExitWithCode(t.Context(), 7), 7},
		{"exit-with-code(255)", h.ExitWithCode(t.Context(), 255), 255},
	}
	for _, tt := range tests {
		var got *glue.Exit
		if !errors.As(tt.err, &got) || got.Code != tt.want {
			t.Errorf("%s: %v, want code %d", tt.name, tt.err, tt.want)
		}
	}
}

// TestStandardStreams has every handle of a stream share its position.
func TestStandardStreams(t *testing.T) {
	var outBuf, errBuf bytes.Buffer
	h := hostOf(&glue.Process{Stdin: strings.NewReader("onetwo"), Stdout: &outBuf, Stderr: &errBuf})
	var in stdin.Host = h
	var out stdout.Host = h
	var diag stderr.Host = h
	for _, word := range []string{"one", "two"} {
		i, err := in.GetStdin(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		p, err := i.Value().BlockingRead(t.Context(), 3, nil)
		if err != nil || string(p) != word {
			t.Errorf("read %q, %v; want %q", p, err, word)
		}
		o, err := out.GetStdout(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		e, err := diag.GetStderr(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(o.Value().Write(t.Context(), p), e.Value().Write(t.Context(), []byte{'\x1b', p[0], 0})); err != nil {
			t.Error(err)
		}
	}
	if outBuf.String() != "onetwo" || errBuf.String() != "\x1bo\x00\x1bt\x00" {
		t.Errorf("stdout %q, stderr %q", outBuf.String(), errBuf.String())
	}
}

// terminals asks which of the standard streams are terminals.
func terminals(t *testing.T, h *host) [3]bool {
	t.Helper()
	var in terminalstdin.Host = h
	var out terminalstdout.Host = h
	var diag terminalstderr.Host = h
	i, err := in.GetTerminalStdin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	o, err := out.GetTerminalStdout(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	e, err := diag.GetTerminalStderr(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var got [3]bool
	_, got[0] = i.Get()
	_, got[1] = o.Get()
	_, got[2] = e.Get()
	return got
}

func TestTerminals(t *testing.T) {
	tty, file := regular(t), regular(t)
	tests := []struct {
		p    glue.Process
		want [3]bool
	}{
		{glue.Process{Stdin: tty, Stdout: tty, Stderr: tty}, [3]bool{true, true, true}},
		{glue.Process{Stdin: tty, Stdout: file, Stderr: tty}, [3]bool{true, false, true}},
		{glue.Process{Stdin: file, Stdout: tty, Stderr: file}, [3]bool{false, true, false}},
		{glue.Process{Stdin: strings.NewReader(""), Stdout: new(bytes.Buffer)}, [3]bool{}},
	}
	for i, tt := range tests {
		h := hostOf(&tt.p)
		h.isTerminal = func(f *os.File) bool { return f == tty }
		if got := terminals(t, h); got != tt.want {
			t.Errorf("%d: %v, want %v", i, got, tt.want)
		}
	}
}

func TestFilesAreNoTerminals(t *testing.T) {
	file, closed := regular(t), regular(t)
	_ = closed.Close()
	if got := terminals(t, hostOf(&glue.Process{Stdin: file, Stdout: file, Stderr: closed})); got != [3]bool{} {
		t.Errorf("%v", got)
	}
}

func regular(t *testing.T) *os.File {
	t.Helper()
	f, err := os.Create(filepath.Join(t.TempDir(), "file"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}
