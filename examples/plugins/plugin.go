package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/witan-os/witan/examples/plugins/generated/demo/pictures/v0.1/plugin"
	"github.com/witan-os/witan/hostimpl/wasi"
	"github.com/witan-os/witan/kernel"
	"github.com/witan-os/witan/runtime/vm"
)

// What a plugin may take for one picture. It is refused what goes beyond, and what it does then is its own affair.
var limits = vm.Limits{
	MaxTotalMemory: 96 << 20,
	MaxHandles:     16,
	CallBudget:     2 * maxFile,
}

const (
	maxPixels = 1 << 20
	patience  = 5 * time.Second
)

// errForeign is the error of a plugin that does not know a file's format.
var errForeign = errors.New("the plugin does not know the format")

// shelf has all plugins of a directory, compiled.
type shelf struct {
	vm       *vm.VM
	plugins  []*loaded
	patience time.Duration // how long a plugin may take for one picture
}

// loaded is a plugin that can be started.
type loaded struct {
	name      string
	component *vm.Component
}

// openShelf compiles the plugins of a directory. Machine code is kept, so that only the first time takes long.
func openShelf(ctx context.Context, dir string) (*shelf, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.wasm"))
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("%s has no plugin", dir)
	}
	v, err := vm.New(ctx, vm.Config{CacheDir: kernel.HostCache()})
	if err != nil {
		return nil, err
	}
	s := &shelf{vm: v, patience: patience}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".wasm")
		wasm, err := os.ReadFile(file)
		if err != nil {
			return nil, errors.Join(err, v.Close(ctx))
		}
		c, err := v.Compile(ctx, name, wasm)
		if err != nil {
			return nil, errors.Join(err, v.Close(ctx))
		}
		s.plugins = append(s.plugins, &loaded{name, c})
	}
	return s, nil
}

func (s *shelf) close(ctx context.Context) { s.vm.Close(ctx) }

// view shows a file with a fresh instance of the plugin, so that a picture can't meddle with the next one.
func (p *loaded) view(ctx context.Context, file []byte, patience time.Duration) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	imports, err := plugin.World{Viewer: viewer{}}.Provide(nil)
	if err != nil {
		return "", err
	}
	// A plugin gets WASI, which the Go runtime in some of them needs, but no files and no streams.
	i, err := p.component.Instantiate(ctx, vm.Options{Imports: imports, Host: wasi.Default(), Limits: limits})
	if err != nil {
		return "", err
	}
	defer i.Close(ctx)
	exports, err := plugin.Bind(i.Instance)
	if err != nil {
		return "", err
	}
	return view(ctx, exports.Codec, file)
}

// viewer answers what plugins ask. It implements the interface that was generated for viewer.
type viewer struct{}

func (viewer) MaxPixels(context.Context) (uint32, error) { return maxPixels, nil }
