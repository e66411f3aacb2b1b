// Package tool runs witgen for the tests of the examples, which build their guests with it as a person would. The
// components that are built here are not kept with the sources: a guest in Go has megabytes, and Go is there wherever
// these tests run.
package tool

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// patience is how long a command may take before it is taken to hang. Building compiles the standard library when the
// go command has not done so before.
const patience = 5 * time.Minute

// path is where the go command keeps witgen, the tool of this module. Run as go tool witgen it would be found, and
// built if need be, each time.
var path = sync.OnceValues(func() (string, error) {
	out, err := exec.Command("go", "tool", "-n", "witgen").Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		err = fmt.Errorf("%w\n%s", err, exit.Stderr)
	}
	return strings.TrimSpace(string(out)), err
})

// Witgen returns the path of the witgen executable.
func Witgen(t testing.TB) string {
	t.Helper()
	file, err := path()
	if err != nil {
		t.Fatalf("go tool -n witgen: %v", err)
	}
	return file
}

// Build makes a component of a guest and returns its file: witgen build PACKAGE.
func Build(t testing.TB, pkg string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "guest.wasm")
	build(t, pkg, "-o", file)
	return file
}

// BuildAll makes a component of each of several guests in one directory, which it returns. Each has the name of its
// package.
func BuildAll(t testing.TB, pkgs ...string) string {
	t.Helper()
	dir := t.TempDir()
	build(t, append(pkgs, "-o", dir+"/")...)
	return dir
}

func build(t testing.TB, args ...string) {
	t.Helper()
	r := Run(t, Command{Args: append([]string{Witgen(t), "build"}, args...)})
	if r.Status != 0 {
		t.Fatalf("witgen build %s ends with status %d\n%s", strings.Join(args, " "), r.Status, r.Stderr)
	}
}

// Command is a program to run, with its arguments.
type Command struct {
	Args  []string
	Dir   string // "" for the current one
	Env   []string
	Stdin string
}

// Result is what a program has done.
type Result struct {
	Stdout, Stderr string
	Status         int
}

// Run runs a program to its end. It fails the test only if that does not start, or does not end.
func Run(t testing.TB, c Command) Result {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, c.Args[0], c.Args[1:]...)
	cmd.Dir = c.Dir
	cmd.Env = append(os.Environ(), c.Env...)
	cmd.Stdin = strings.NewReader(c.Stdin)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) || ctx.Err() != nil {
		t.Fatalf("%q: %v %v\n%s", c.Args, err, ctx.Err(), &stderr)
	}
	return Result{stdout.String(), stderr.String(), cmd.ProcessState.ExitCode()}
}

// Files reads all files of a directory tree, by their paths in it.
func Files(t testing.TB, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(name)
		name, _ = filepath.Rel(dir, name)
		files[filepath.ToSlash(name)] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}
