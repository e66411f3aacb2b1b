package cli

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/witan-os/witan/cmd/witgen/internal/files"
	"github.com/witan-os/witan/cmd/witgen/internal/guestbuild"
	"github.com/witan-os/witan/runtime/component"
)

// This file has what the commands that make components of core modules have in common.

// wrapFlags say what goes into a component besides a core module.
type wrapFlags struct {
	Adapt []string `name:"adapt" sep:"none" placeholder:"NAME=ADAPTER.wasm" help:"Answer what the core module imports from NAME with an adapter, a core module that tells its world in a section of its own. Without NAME= it is what the file is called up to a dot. May be repeated."`
	Exit  string   `name:"exit" enum:"exact,ok-or-error" default:"exact" placeholder:"exact|ok-or-error" help:"How Witan's adapter ends a program of WASI 0.1: with its exit code, or by saying just whether that is 0, for hosts without wasi:cli/exit#exit-with-code (default: exact)."`
}

// wrapOptions reads the adapters, whose names are relative to a directory.
func (f *wrapFlags) wrapOptions(dir string) (guestbuild.WrapOptions, error) {
	opt := guestbuild.WrapOptions{Exit: guestbuild.Exit(f.Exit)}
	for _, a := range f.Adapt {
		name, file, ok := strings.Cut(a, "=")
		if !ok {
			file = a
			name, _, _ = strings.Cut(filepath.Base(a), ".")
		}
		if name == "" || file == "" {
			return opt, fmt.Errorf("--adapt %s: want NAME=ADAPTER.wasm", a)
		}
		module, err := readModule(within(dir, file))
		if err != nil {
			return opt, fmt.Errorf("--adapt %s: %w", a, err)
		}
		opt.Adapters = append(opt.Adapters, guestbuild.Adapter{Name: name, Module: module})
	}
	return opt, nil
}

// readModule reads a file that has to be a core module.
func readModule(name string) ([]byte, error) {
	data, err := files.Read(name)
	if err != nil {
		return nil, err
	}
	if kind, err := component.Sniff(data); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	} else if kind != component.KindModule {
		return nil, fmt.Errorf("%s is a %s, where a core module is expected", name, kind)
	}
	return data, nil
}

// writeComponent writes a component, unless the file has it already, and tells what it needs and does.
func (e *env) writeComponent(name string, data []byte, took time.Duration) error {
	if have, err := os.ReadFile(name); err == nil && bytes.Equal(have, data) {
		_, err := fmt.Fprintf(e.stderr, "witgen: %s is up to date\n", name)
		return err
	}
	c, err := component.Decode(data)
	if err != nil {
		return err
	}
	if err := files.WriteBytes(name, data); err != nil {
		return err
	}
	fmt.Fprintf(e.stderr, "witgen: %s: %s, in %.1f s\n", name, size(len(data)), took.Seconds())
	for _, i := range c.Type.Imports {
		printName(e.stderr, "import", i.Name)
	}
	for _, x := range c.Type.Exports {
		printName(e.stderr, "export", x.Name)
	}
	return nil
}

func printName(w io.Writer, what, name string) { fmt.Fprintf(w, "  %s %s\n", what, name) }

// size is a number of bytes for people.
func size(n int) string {
	switch {
	case n < 10<<10:
		return fmt.Sprintf("%d bytes", n)
	case n < 10<<20:
		return fmt.Sprintf("%d KB", n>>10)
	}
	return fmt.Sprintf("%d MB", n>>20)
}
