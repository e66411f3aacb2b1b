package cli

import (
	"bytes"
	"fmt"
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
	Adapt []string `name:"adapt" sep:"none" placeholder:"NAME=ADAPTER.wasm" help:"Answer what the core module imports from NAME with an adapter, a core module that tells its world in a section of its own. Without NAME= it is what the file is called up to a dot. A library in Go, which has _initialize, needs an adapter with a memory of its own, as Witan's is: with the usual one for wasi_snapshot_preview1 it traps. May be repeated."`
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
	for _, line := range importLines(c.Type.Imports) {
		fmt.Fprintf(e.stderr, "  import %s\n", line)
	}
	for _, x := range c.Type.Exports {
		fmt.Fprintf(e.stderr, "  export %s\n", x.Name)
	}
	return nil
}

// doubt prints why a component is not likely to be of use, if there is a reason.
func (e *env) doubt(why string) {
	if why != "" {
		fmt.Fprintf(e.stderr, "witgen: warning: %s\n", why)
	}
}

// importLines are the names of imports. The interfaces of a package share a line, which is where the first of them
// stands: a program in Go imports a dozen of WASI's.
func importLines(imports []component.Extern) []string {
	var lines []string
	at := map[string]int{} // the line of a package
	for _, i := range imports {
		pkg, name, ok := splitID(i.Name)
		if !ok {
			lines = append(lines, i.Name)
			continue
		}
		if n, ok := at[pkg]; ok {
			lines[n] += ", " + name
			continue
		}
		at[pkg] = len(lines)
		lines = append(lines, pkg+": "+name)
	}
	return lines
}

// splitID takes the ID of an interface apart: its package, with the version, and its name. Other names of imports are
// no such IDs.
func splitID(id string) (pkg, name string, ok bool) {
	path, version, versioned := strings.Cut(id, "@")
	pkg, name, ok = strings.Cut(path, "/")
	if !ok || strings.ContainsAny(id, "<> ") || !strings.Contains(pkg, ":") {
		return "", "", false
	}
	if versioned {
		pkg += "@" + version
	}
	return pkg, name, true
}

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
