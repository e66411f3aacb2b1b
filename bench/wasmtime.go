package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

const wasmtimeModule = "github.com/bytecodealliance/wasmtime-go/v44"

// prepareWasmtime builds the peer that links wasmtime. The build is ours to start because nothing in a Go file can
// tell cgo where another module's headers are.
func prepareWasmtime(ctx context.Context, dir string) (*program, error) {
	source, err := sourceDir(ctx)
	if err != nil {
		return nil, err
	}
	var module struct{ Dir, Error string }
	listed, err := goTool(ctx, source, nil, "mod", "download", "-json", wasmtimeModule)
	if json.Unmarshal(listed, &module) == nil && module.Error != "" {
		err = errors.New(module.Error)
	}
	if err != nil {
		return nil, fmt.Errorf("its module can't be downloaded: %w", err)
	}
	cache, err := cacheDir()
	if err != nil {
		return nil, err
	}
	command := filepath.Join(cache, "wasmtime-peer")
	env := []string{"CGO_ENABLED=1", "CGO_CFLAGS=-O2 -I" + filepath.Join(module.Dir, "build", "include")}
	if _, err := goTool(ctx, source, env, "build", "-tags", "wasmtime", "-o", command, "./peers/wasmtime"); err != nil {
		return nil, fmt.Errorf("it can't be built; it takes a C compiler: %w", err)
	}
	return &program{turns: []string{command, "turns", dir}, crowd: []string{command, "crowd", dir}}, nil
}

// sourceDir is where the source of this program is.
func sourceDir(ctx context.Context) (string, error) {
	dir, err := goTool(ctx, "", nil, "list", "-f", "{{.Dir}}", "github.com/witan-os/witan/bench")
	if err != nil {
		return "", fmt.Errorf("run bench in its repository: %w", err)
	}
	return string(bytes.TrimSpace(dir)), nil
}

// goTool runs the go command and returns what it prints. The error has its messages.
func goTool(ctx context.Context, dir string, env []string, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), env...)
	return output(cmd)
}

// output runs a command and returns what it prints. The error has its messages.
func output(cmd *exec.Cmd) ([]byte, error) {
	out, err := cmd.Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) && len(exit.Stderr) > 0 {
		err = fmt.Errorf("%w: %s", err, bytes.TrimSpace(exit.Stderr))
	}
	return out, err
}

// cacheDir is where peers are kept between runs.
func cacheDir() (string, error) {
	user, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	dir := filepath.Join(user, "witan-bench")
	return dir, os.MkdirAll(dir, 0o755)
}
