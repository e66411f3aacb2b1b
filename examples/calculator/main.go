// Calculator is made of two components in two languages: one in C that calculates, and one in Go that understands
// expressions and has the first one calculate. Neither knows of the other more than wit/calculator.wit says; this
// program links them. A call from one to the other stays in machine code, and neither can reach the memory of the
// other.
//
//	go generate ./calculator/...    # after a change to wit/calculator.wit
//	witgen build ./calculator/unit ./calculator/parser -o calculator/built/
//	go run ./calculator calculator/built '2 * (3 + 4)'
//
// witgen run does the same without this program:
//
//	witgen run --link demo:calculator/arithmetic=unit.wasm --invoke evaluate parser.wasm '"2 * (3 + 4)"'
//
// and witgen component compose makes one component of the two, for any host that runs components:
//
//	witgen component compose parser.wasm --link unit.wasm -o calculator.wasm
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/witan-os/witan/examples/calculator/generated/demo/calculator/v0.1/evaluator"
	"github.com/witan-os/witan/hostimpl/wasi"
	"github.com/witan-os/witan/kernel"
	"github.com/witan-os/witan/runtime/vm"
)

//go:generate go tool witgen generate
//go:generate go tool witgen generate --guest c --world unit --out unit/generated

func main() {
	if err := run(context.Background(), os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "calculator:", err)
		os.Exit(1)
	}
}

// run prints the values of expressions. The first argument is the directory that has the components.
func run(ctx context.Context, args []string, out io.Writer) error {
	if len(args) < 2 {
		return errors.New("want the directory that has the components, and expressions: calculator DIR EXPRESSION")
	}
	c, err := load(ctx, filepath.Join(args[0], "unit.wasm"), filepath.Join(args[0], "parser.wasm"))
	if err != nil {
		return err
	}
	defer c.close(ctx)
	for _, expression := range args[1:] {
		value, err := c.Evaluate(ctx, expression)
		if err != nil {
			return fmt.Errorf("%s: %w", expression, err)
		}
		fmt.Fprintln(out, value)
	}
	return nil
}

// calculator is the two components as one: a typed client of what the parser exports.
type calculator struct {
	*evaluator.Client
	vm *vm.VM
}

func load(ctx context.Context, unitFile, parserFile string) (_ *calculator, err error) {
	v, err := vm.New(ctx, vm.Config{CacheDir: kernel.HostCache()})
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			v.Close(ctx)
		}
	}()
	unit, err := compile(ctx, v, unitFile)
	if err != nil {
		return nil, err
	}
	parser, err := compile(ctx, v, parserFile)
	if err != nil {
		return nil, err
	}
	i, err := parser.Instantiate(ctx, vm.Options{
		Links: []vm.Link{{Name: "demo:calculator/arithmetic", Component: unit}},
		Host:  wasi.Default(), // which the Go runtime in the parser needs
	})
	if err != nil {
		return nil, err
	}
	client, err := evaluator.Bind(i.Instance)
	return &calculator{client, v}, err
}

func compile(ctx context.Context, v *vm.VM, file string) (*vm.Component, error) {
	wasm, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	return v.Compile(ctx, filepath.Base(file), wasm)
}

func (c *calculator) close(ctx context.Context) { c.vm.Close(ctx) }
