package kernel

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/witan-os/witan/runtime/glue"
	"github.com/witan-os/witan/runtime/vm"
)

//go:generate go tool witgen generate --wit testdata/probe/wit --guest c --world probe --out testdata/probe/guest/generated
//go:generate go tool witgen build ./testdata/probe/guest -o testdata/probe/probe.wasm

// probeFile is a component that does what its host says; its source is beside it.
const probeFile = "testdata/probe/probe.wasm"

// probeWasm reads the component.
func probeWasm(t *testing.T) []byte {
	t.Helper()
	wasm, err := os.ReadFile(probeFile)
	if err != nil {
		t.Fatal(err)
	}
	return wasm
}

// control is the host of the probe: it provides the interface test:kernel/control, whose only function says how
// the probe's main function ends.
type control func(p *vm.Process) (ending uint64, err error)

// How the probe's main function ends.
const (
	success uint64 = iota
	failure
	trap
)

// Provide makes the interface for one process.
func (c control) Provide(p *vm.Process) ([]*vm.Interface, error) {
	return []*vm.Interface{{
		Name: "test:kernel/control@0.1.0",
		Funcs: []glue.Func{{
			Name:    "next",
			Type:    "func() -> enum{success, failure, trap}",
			Results: []glue.CoreType{glue.I32},
			Call: func(_ context.Context, b *glue.Boundary, stack []uint64) {
				ending, err := c(p)
				if err != nil {
					b.Fail(err)
				}
				stack[0] = ending
			},
		}},
	}}, nil
}

// errJam is a failure of the host.
var errJam = errors.New("a paper jam")

// obey has a process do what its arguments say, one after the other; the last says how it ends.
func obey(p *vm.Process) (ending uint64, err error) {
	for _, arg := range p.Args {
		word, operand, _ := strings.Cut(arg, "=")
		switch word {
		case "success":
			return success, nil
		case "failure":
			return failure, nil
		case "trap":
			return trap, nil
		case "fail":
			return 0, errJam
		case "exit":
			code, err := strconv.ParseUint(operand, 0, 32)
			if err != nil {
				return 0, err
			}
			return 0, &glue.Exit{Code: uint32(code)}
		case "log":
			fmt.Fprintln(p.Log, operand)
		case "say":
			fmt.Fprintln(p.Stdout, operand)
		case "env":
			fmt.Fprintln(p.Stdout, p.Env)
		case "copy":
			_, err = io.Copy(p.Stdout, p.Stdin)
		case "show":
			var text []byte
			text, err = fs.ReadFile(p.Files, operand)
			_, _ = p.Stdout.Write(text)
		default:
			err = fmt.Errorf("the probe is told to %q", arg)
		}
		if err != nil {
			return 0, err
		}
	}
	return 0, errors.New("the probe is not told how to end")
}

// newVM starts a VM for a test.
func newVM(t *testing.T) *vm.VM {
	t.Helper()
	v, err := vm.New(context.Background(), vm.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = v.Close(context.Background()) })
	return v
}

// streams are what a program or system is given, and what comes out.
type streams struct {
	in       string
	out, err bytes.Buffer
}

// check compares what came out. wantErr are parts of standard error, which is empty if there are none.
func (s *streams) check(t *testing.T, wantOut string, wantErr ...string) {
	t.Helper()
	if got := s.out.String(); got != wantOut {
		t.Errorf("stdout %q, want %q", got, wantOut)
	}
	for _, part := range wantErr {
		if !strings.Contains(s.err.String(), part) {
			t.Errorf("stderr lacks %q:\n%s", part, s.err.String())
		}
	}
	if len(wantErr) == 0 && s.err.Len() > 0 {
		t.Errorf("stderr: %s", s.err.String())
	}
}
