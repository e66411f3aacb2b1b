package guestbuild

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"golang.org/x/mod/module"

	"github.com/witan-os/witan/cmd/witgen/internal/files"
)

// This file runs the go command. It compiles for wasip1, the one system interface that stock Go has for WebAssembly.

// goTarget is a package as the go command is asked for it.
type goTarget struct {
	dir      string // where the go command is run; "" for the current directory
	pkg      string // what it is asked for there
	registry string // or IMPORTPATH@VERSION of a module that has to be fetched
}

// dirTarget asks for the package in a directory. The go command names files in its messages relative to where it is
// run, so that is the current directory, unless the package belongs to another module.
func dirTarget(dir string) (goTarget, error) {
	here, err := filepath.Abs(".")
	if err != nil {
		return goTarget{}, err
	}
	there, err := filepath.Abs(dir)
	if err != nil {
		return goTarget{}, err
	}
	if moduleRoot(here) != moduleRoot(there) {
		return goTarget{dir: dir, pkg: "."}, nil
	}
	pkg, err := filepath.Rel(here, there)
	if err != nil {
		return goTarget{}, err
	}
	if pkg = filepath.ToSlash(pkg); !looksLikePath(pkg) {
		pkg = "./" + pkg
	}
	return goTarget{pkg: pkg}, nil
}

// moduleRoot is the directory of the go.mod that counts in a directory, or "".
func moduleRoot(dir string) string {
	for ; ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		if dir == filepath.Dir(dir) {
			return ""
		}
	}
}

// listDir finds the directory of a package of the module at hand, or of the standard library.
func listDir(ctx context.Context, t goTarget) (string, error) {
	out, err := t.onPackage("list", "-find", "-f", "{{.Dir}}").output(ctx)
	if err != nil {
		return "", err
	}
	dirs := strings.Split(strings.TrimSpace(out), "\n")
	if len(dirs) != 1 || dirs[0] == "" {
		return "", fmt.Errorf("%s is %d packages: name them one by one", t.pkg, len(dirs))
	}
	return dirs[0], nil
}

// compileGo makes the core module. The directory is for what else is to be kept.
func (g *Guest) compileGo(ctx context.Context, module, dir string) error {
	t := g.target
	if t.registry != "" {
		var err error
		if t, err = scratchModule(ctx, t.registry, dir, g.opt.Progress); err != nil {
			return err
		}
	}
	if err := checkMain(ctx, t); err != nil {
		return explained(err)
	}
	args := []string{"-trimpath", "-buildvcs=false"}
	if !g.isCommand() {
		args = append(args, "-buildmode=c-shared")
	}
	if g.opt.Optimize {
		args = append(args, "-ldflags=-s -w")
	}
	return refused(explained(t.onPackage("build", append(args, "-o", module)...).run(ctx)))
}

// foreignToGuests is what the go command prints about code of other modules that is for other systems only. A path with a
// version is that of a module that was fetched.
var foreignToGuests = regexp.MustCompile(`(?m)(@v[0-9]|\bvendor/).*: undefined: |build constraints exclude all Go files in .*(@v[0-9]|/vendor/)`)

// explained adds to the failure of a build what may be the reason if the source is not the user's own: what its authors
// have not written for this platform.
func explained(err error) error {
	var failure *ToolError
	if !errors.As(err, &failure) || !foreignToGuests.MatchString(failure.Output) {
		return err
	}
	return &ToolError{Output: failure.Output, Status: fmt.Errorf("%w: this program, or a module that it needs, was not written for "+
		"wasip1, which is Go's name for the system of guests; a newer version may be", failure.Status)}
}

// command runs the go command for the platform of guests, where the package is known.
func (t goTarget) command(args ...string) *command {
	c := &command{
		dir: t.dir, name: "go", args: args,
		env:     []string{"GOOS=wasip1", "GOARCH=wasm", "CGO_ENABLED=0"},
		missing: "guests in Go need the go command, which is not installed: see https://go.dev/dl",
	}
	if t.registry != "" {
		c.env = append(c.env, "GOWORK=off")
	}
	return c
}

// onPackage runs one of the go command's commands with flags on the package.
func (t goTarget) onPackage(verb string, flags ...string) *command {
	args := []string{verb}
	if t.registry != "" {
		args = append(args, "-mod=mod") // nobody else cares about the scratch module
	}
	return t.command(append(append(args, flags...), "--", t.pkg)...)
}

// checkMain refuses a package of which the go command would make no program, without a word.
func checkMain(ctx context.Context, t goTarget) error {
	out, err := t.onPackage("list", "-find", "-f", "{{.Name}} {{.ImportPath}}").output(ctx)
	if err != nil {
		return err
	}
	name, path, _ := strings.Cut(strings.TrimSpace(out), " ")
	if name != "main" {
		return fmt.Errorf("%s is package %s: a guest in Go is a package main", path, name)
	}
	return nil
}

// scratchModule makes a module that requires the package, so that it is built as its authors have published it, and
// nothing of the module at hand counts. One that is kept from an earlier build serves again, if the version can only
// mean what it meant then.
func scratchModule(ctx context.Context, registry, dir string, progress func(string, ...any)) (goTarget, error) {
	pkg, version, _ := strings.Cut(registry, "@")
	t := goTarget{dir: filepath.Join(dir, "module"), pkg: pkg, registry: registry}
	name := filepath.Join(t.dir, "go.mod")
	exact := module.CanonicalVersion(version) == version
	if have, err := os.ReadFile(name); err == nil && exact && bytes.Contains(have, []byte("require")) {
		return t, nil
	}
	if err := os.MkdirAll(t.dir, 0o777); err != nil {
		return t, err
	}
	if err := errors.Join(files.WriteBytes(name, []byte("module scratch\n")), removeIfThere(filepath.Join(t.dir, "go.sum"))); err != nil {
		return t, err
	}
	progress("fetching %s", registry)
	return t, t.command("get", "--", registry).run(ctx)
}

func removeIfThere(name string) error {
	if err := os.Remove(name); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}
