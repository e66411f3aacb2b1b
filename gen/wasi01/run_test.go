package wasi01

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"testing"

	"github.com/witan-os/witan/gen/componentize"
	"github.com/witan-os/witan/hostimpl/wasi"
	"github.com/witan-os/witan/runtime/glue"
	"github.com/witan-os/witan/runtime/vm"
)

// This file runs programs of WASI 0.1 as components, on WASI 0.2 as Go implements it.

// outcome is what a program did.
type outcome struct {
	stdout, stderr string
	exit           int
	trap           error
}

// adapted makes a component of a program.
func adapted(t testing.TB, program []byte) []byte {
	t.Helper()
	return adaptedWith(t, program, Options{Program: program})
}

func adaptedWith(t testing.TB, program []byte, opt Options) []byte {
	t.Helper()
	adapter, err := Adapter(opt)
	if err != nil {
		t.Fatal(err)
	}
	c, err := componentize.New(program, componentize.Options{Adapters: []componentize.Adapter{adapter}})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// compiled is a component that can be run many times.
type compiled struct{ component *vm.Component }

func compileComponent(t testing.TB, wasm []byte) compiled {
	t.Helper()
	ctx := context.Background()
	machine, err := vm.New(ctx, vm.Config{CacheDir: os.Getenv("WITAN_CACHE")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { machine.Close(ctx) })
	c, err := machine.Compile(ctx, "program", wasm)
	if err != nil {
		t.Fatal(err)
	}
	return compiled{c}
}

// run runs the component as a process, whose output goes to the outcome, too. More interfaces may replace those
// of WASI.
func (c compiled) run(t testing.TB, p glue.Process, more ...*glue.Interface) outcome {
	t.Helper()
	ctx := context.Background()
	var stdout, stderr bytes.Buffer
	if p.Name == "" {
		p.Name = "program"
	}
	p.Stdout, p.Stderr = tee(&stdout, p.Stdout), tee(&stderr, p.Stderr)
	defer p.Close()
	imports, err := wasi.Default().Provide(&p)
	if err != nil {
		t.Fatal(err)
	}
	i, err := c.component.Instantiate(ctx, vm.Options{Imports: append(imports, more...)})
	if err != nil {
		t.Fatal(err)
	}
	defer i.Close(ctx)
	_, err = i.Call(ctx, "wasi:cli/run@0.2.12", "run")
	o := outcome{stdout: stdout.String(), stderr: stderr.String(), trap: err}
	var exit *vm.Exit
	if errors.As(err, &exit) {
		o.exit, o.trap = int(exit.Code), nil
	}
	return o
}

func tee(to *bytes.Buffer, more io.Writer) io.Writer {
	if more == nil {
		return to
	}
	return io.MultiWriter(to, more)
}

func read(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
