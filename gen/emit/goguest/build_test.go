package goguest_test

import (
	"bytes"
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/witan-os/witan/gen/componentize"
	"github.com/witan-os/witan/gen/emit"
	"github.com/witan-os/witan/gen/emit/goguest"
	"github.com/witan-os/witan/gen/layout"
	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/gen/resolve"
	"github.com/witan-os/witan/gen/wasi01"
	"github.com/witan-os/witan/hostimpl/wasi"
	"github.com/witan-os/witan/runtime/component"
	"github.com/witan-os/witan/runtime/glue"
	"github.com/witan-os/witan/runtime/vm"
)

// This file builds guests as a user would: a module of their own, which uses this one.

// outsider is the path of that module.
const outsider = "outsider.test/app"

// load resolves WIT, with its representation.
func load(t testing.TB, path string) *model.Tree {
	t.Helper()
	tree, err := resolve.Load(path, resolve.Options{AllFeatures: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := layout.Compute(tree); err != nil {
		t.Fatal(err)
	}
	return tree
}

// worldOf finds a world of the root package.
func worldOf(t testing.TB, tree *model.Tree, name string) *model.World {
	t.Helper()
	for _, w := range tree.Root.Worlds {
		if w.Name == name {
			return w
		}
	}
	t.Fatalf("there is no world %s", name)
	return nil
}

// module is a module that uses this one.
type module struct{ dir string }

func newModule(t testing.TB) *module {
	t.Helper()
	root, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	m := &module{t.TempDir()}
	// All that guests use of this module is a package which imports nothing: no other requirement matters.
	m.write(t, emit.File{Path: "go.mod", Content: []byte("module " + outsider + "\n\ngo 1.26\n\n" +
		"require github.com/witan-os/witan v0.0.0\n\nreplace github.com/witan-os/witan => " + root + "\n")})
	return m
}

func (m *module) write(t testing.TB, files ...emit.File) {
	t.Helper()
	for _, f := range files {
		name := filepath.Join(m.dir, filepath.FromSlash(f.Path))
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, f.Content, 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// generate writes the packages for a world below a directory of the module.
func (m *module) generate(t testing.TB, dir string, tree *model.Tree, w *model.World) {
	t.Helper()
	files, err := goguest.Generate(tree, w, goguest.Options{Module: outsider + "/" + dir})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		f.Path = dir + "/" + f.Path
		m.write(t, f)
	}
}

// goCommand runs the go command in the module, for a guest or for the machine that the tests run on.
func (m *module) goCommand(t testing.TB, guest bool, args ...string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", args...)
	cmd.Dir = m.dir
	cmd.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=-mod=mod")
	if guest {
		cmd.Env = append(cmd.Env, "GOOS=wasip1", "GOARCH=wasm")
	}
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go %v: %v\n%s", args, err, bytes.TrimSpace(out))
	}
}

// component builds the main package of the module as a component of a world, which is called.
func (m *module) component(t testing.TB, w *model.World) []byte {
	t.Helper()
	core, adapter := m.core(t, "-buildmode=c-shared")
	imports := *adapter.World // it does not run by itself
	imports.Exports = nil
	adapter.World = &imports
	return wrap(t, core, w, adapter)
}

// command builds the main package of the module as a command.
func (m *module) command(t testing.TB, w *model.World) []byte {
	t.Helper()
	core, adapter := m.core(t)
	return wrap(t, core, w, adapter)
}

// core compiles the main package of the module, and makes the adapter that it needs.
func (m *module) core(t testing.TB, flags ...string) ([]byte, componentize.Adapter) {
	t.Helper()
	out := filepath.Join(m.dir, "core.wasm")
	args := append([]string{"build"}, flags...)
	m.goCommand(t, true, append(args, "-ldflags=-s -w", "-o", out, ".")...)
	core, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	adapter, err := wasi01.Adapter(wasi01.Options{Program: core})
	if err != nil {
		t.Fatal(err)
	}
	return core, adapter
}

func wrap(t testing.TB, core []byte, w *model.World, adapter componentize.Adapter) []byte {
	t.Helper()
	wasm, err := componentize.New(core, componentize.Options{World: w, Adapters: []componentize.Adapter{adapter}})
	if err != nil {
		t.Fatal(err)
	}
	return wasm
}

// run compiles and instantiates a component for the time of a test. Its environment is given.
func run(t testing.TB, wasm []byte, env []string, host ...*vm.Interface) *vm.Instance {
	t.Helper()
	return runTo(t, t.Output(), wasm, env, host...)
}

// runTo is run with a place for what the component writes.
func runTo(t testing.TB, out io.Writer, wasm []byte, env []string, host ...*vm.Interface) *vm.Instance {
	t.Helper()
	ctx := context.Background()
	v, err := vm.New(ctx, vm.Config{CacheDir: os.Getenv("WITAN_CACHE")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { v.Close(ctx) })
	c, err := v.CompileWith(ctx, t.Name(), wasm, component.AllFeatures)
	if err != nil {
		t.Fatal(err)
	}
	p := &glue.Process{Name: "guest", Env: env, Stdout: out, Stderr: out}
	t.Cleanup(p.Close)
	imports, err := wasi.Default().Provide(p)
	if err != nil {
		t.Fatal(err)
	}
	inst, err := c.Instantiate(ctx, vm.Options{Imports: append(imports, host...)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { inst.Close(ctx) })
	return inst
}
