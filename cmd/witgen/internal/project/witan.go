package project

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"strings"

	"golang.org/x/mod/modfile"
)

// witanModule is what a project requires.
const witanModule = "github.com/witan-os/witan"

// Tool is the import path of witgen, which is a tool of every project.
const Tool = witanModule + "/cmd/witgen"

// Witan is the module that a project requires, and what that requires in turn. Its own go.mod and go.sum have all
// that a project's need, so that nothing is to be resolved before the first build. The project's list more than
// it takes, which go mod tidy puts right.
type Witan struct {
	version string
	replace string // the directory that stands for the version, or ""
	mod     *modfile.File
	sums    []byte
}

// FromDir is the Witan in a directory, which the project's go.mod will name: a checkout.
func FromDir(dir string) (*Witan, error) {
	w, err := readWitan(dir)
	if err != nil {
		return nil, err
	}
	w.version = "v0.0.0"
	w.replace, err = filepath.Abs(dir)
	return w, err
}

// FromVersion is a release of Witan, which the go command downloads.
func FromVersion(ctx context.Context, version string) (*Witan, error) {
	cmd := exec.CommandContext(ctx, "go", "mod", "download", "-json", witanModule+"@"+version)
	cmd.Dir = os.TempDir() // whatever module is around here has no say
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, runErr := cmd.Output()
	var d struct{ Error, Dir, Sum, GoModSum string }
	if err := json.Unmarshal(out, &d); err != nil || runErr != nil || d.Error != "" {
		if d.Error == "" {
			d.Error = errors.Join(runErr, errors.New(strings.TrimSpace(stderr.String()))).Error()
		}
		return nil, fmt.Errorf("%s %s can't be had, a checkout of it would do with --replace: %s", witanModule, version, d.Error)
	}
	w, err := readWitan(d.Dir)
	if err != nil {
		return nil, err
	}
	w.version = version
	w.sums = fmt.Appendf(w.sums, "%s %s %s\n%s %s/go.mod %s\n", witanModule, version, d.Sum, witanModule, version, d.GoModSum)
	return w, nil
}

// This is the Witan that the running program was built from.
func This(ctx context.Context) (*Witan, error) {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return nil, errors.New("this witgen does not know which Witan it was built from: give a checkout of it with --replace")
	}
	return fromBuild(ctx, info)
}

func fromBuild(ctx context.Context, info *debug.BuildInfo) (*Witan, error) {
	for _, m := range append([]*debug.Module{&info.Main}, info.Deps...) {
		switch {
		case m.Path != witanModule:
		case m.Replace != nil && m.Replace.Version == "" && filepath.IsAbs(m.Replace.Path):
			return FromDir(m.Replace.Path)
		case m.Replace == nil && strings.HasPrefix(m.Version, "v") && !strings.HasSuffix(m.Version, "+dirty"):
			return FromVersion(ctx, m.Version)
		}
	}
	return nil, errors.New("this witgen was built from a checkout of Witan, which has no version that a project could require: say with --replace where it is")
}

func readWitan(dir string) (*Witan, error) {
	name := filepath.Join(dir, "go.mod")
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	mod, err := modfile.Parse(name, text, nil)
	if err != nil {
		return nil, err
	}
	if mod.Module == nil || mod.Module.Mod.Path != witanModule {
		return nil, fmt.Errorf("%s is not that of %s", name, witanModule)
	}
	sums, err := os.ReadFile(filepath.Join(dir, "go.sum"))
	return &Witan{mod: mod, sums: sums}, err
}

// goMod is the go.mod of a module that requires Witan.
func (w *Witan) goMod(path string) ([]byte, error) {
	f := new(modfile.File)
	err := errors.Join(
		f.AddModuleStmt(path),
		f.AddGoStmt(w.mod.Go.Version),
		f.AddTool(Tool),
	)
	f.AddNewRequire(witanModule, w.version, false)
	for _, r := range w.mod.Require {
		f.AddNewRequire(r.Mod.Path, r.Mod.Version, true)
	}
	if w.replace != "" {
		err = errors.Join(err, f.AddReplace(witanModule, "", w.replace, ""))
	}
	if err != nil {
		return nil, err
	}
	f.SetRequireSeparateIndirect(f.Require)
	f.Cleanup()
	return f.Format()
}
