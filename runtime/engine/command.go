package engine

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"
	"github.com/tetratelabs/wazero/sys"
)

// Command is a run of a core module that speaks WASI 0.1: a program from before components.
type Command struct {
	Name           string   // argv[0]
	Args, Env      []string // Env as "KEY=VALUE"
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	Mounts         []Mount
	Files          fs.FS // read-only, as the root directory; nil if none
}

// Mount makes a directory of the host visible to a command.
type Mount struct {
	Host, Guest string
	ReadOnly    bool
}

// Run compiles and runs a command, with the engine's own implementation of WASI 0.1, and returns its exit
// code. That implementation follows symbolic links out of a mounted directory.
func (e *Engine) Run(ctx context.Context, wasm []byte, c Command) (exit uint32, err error) {
	code, err := e.Compile(ctx, wasm)
	if err != nil {
		return 0, err
	}
	defer code.Close(ctx)
	if err := e.provideWASI01(ctx); err != nil {
		return 0, err
	}
	registered := func(string) Module { return nil } // WASI 0.1 is found by its name
	memory := &Quota{Each: MaxMemoryPages << 16, Total: MaxMemoryPages << 16}
	m, err := e.instantiate(WithQuota(ctx, memory), code, registered, c.config())
	if err == nil {
		defer m.Close(ctx)
		_, err = m.ExportedFunction("_start").Call(ctx)
	}
	var ended *sys.ExitError
	if errors.As(err, &ended) {
		return ended.ExitCode(), nil
	}
	return 0, err
}

// provideWASI01 registers the engine's WASI 0.1, once.
func (e *Engine) provideWASI01(ctx context.Context) error {
	e.wasi01.Lock()
	defer e.wasi01.Unlock()
	if e.runtime.Module(wasi_snapshot_preview1.ModuleName) != nil {
		return nil
	}
	_, err := wasi_snapshot_preview1.Instantiate(ctx, e.runtime)
	return err
}

func (c Command) config() wazero.ModuleConfig {
	files := wazero.NewFSConfig()
	if c.Files != nil {
		files = files.WithFSMount(c.Files, "/")
	}
	for _, m := range c.Mounts {
		if m.ReadOnly {
			files = files.WithReadOnlyDirMount(m.Host, m.Guest)
		} else {
			files = files.WithDirMount(m.Host, m.Guest)
		}
	}
	config := wazero.NewModuleConfig().WithName("").WithStartFunctions().
		WithArgs(append([]string{c.Name}, c.Args...)...).
		WithStdin(c.Stdin).WithStdout(c.Stdout).WithStderr(c.Stderr).
		WithFSConfig(files).
		WithSysWalltime().WithSysNanotime().WithSysNanosleep().WithRandSource(rand.Reader)
	for _, kv := range c.Env {
		key, val, _ := strings.Cut(kv, "=")
		config = config.WithEnv(key, val)
	}
	return config
}

// IsCommand reports whether a core module is a WASI 0.1 command: it exports _start and imports nothing
// else than WASI 0.1.
func IsCommand(wasm []byte) error {
	shape, _, err := readShape(wasm)
	if err != nil {
		return err
	}
	if _, ok := shape.exports["_start"]; !ok {
		return errors.New("the core module exports no _start function, so it is not a WASI 0.1 command")
	}
	for _, i := range shape.imports {
		if i.Module != wasi_snapshot_preview1.ModuleName {
			return fmt.Errorf("the core module imports %q from %q: only WASI 0.1 is provided to core modules", i.Name, i.Module)
		}
	}
	return nil
}
