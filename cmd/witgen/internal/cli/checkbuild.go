package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"github.com/alecthomas/kong"

	"github.com/witan-os/witan/cmd/witgen/internal/files"
	"github.com/witan-os/witan/cmd/witgen/internal/guestbuild"
	"github.com/witan-os/witan/cmd/witgen/internal/survey"
	"github.com/witan-os/witan/gen/check"
)

// This file compares components that are kept beside the source of their guests with what would be built of it.

// checkBuild checks what a //go:generate line with witgen build makes.
func checkBuild(e *env, p survey.Project) *projectReport {
	r := &projectReport{Dir: filepath.ToSlash(p.Dir), Line: filepath.ToSlash(p.Line), Problems: []check.Difference{}}
	r.err = r.compareBuild(e, p)
	if r.err != nil {
		r.Error = r.err.Error()
	}
	return r
}

func (r *projectReport) compareBuild(e *env, p survey.Project) error {
	var c struct {
		Build buildCommand `cmd:""`
	}
	parser, err := kong.New(&c, kong.Name("witgen"), kong.NoDefaultHelp())
	if err != nil {
		return err
	}
	if _, err := parser.Parse(append([]string{"build"}, p.Args...)); err != nil {
		return fmt.Errorf("%s: witgen build: %w", p.Line, err)
	}
	ctx, stop := interruptible()
	defer stop()
	opt, err := c.Build.options(e, p.Dir)
	if err != nil {
		return err
	}
	guests, err := c.Build.find(ctx, opt)
	if err != nil {
		return err
	}
	outputs, err := c.Build.outputs(guests, p.Dir)
	if err != nil {
		return err
	}
	for i, g := range guests {
		built, err := g.Build(ctx)
		if err != nil {
			return err
		}
		if err := r.compareGuest(outputs[i], built.Component); err != nil {
			return err
		}
	}
	return nil
}

// compareGuest compares a component with the file that it would be written to.
func (r *projectReport) compareGuest(name string, want []byte) error {
	have, err := files.Read(name)
	path := filepath.ToSlash(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		r.Problems = append(r.Problems, check.Difference{Kind: check.Missing, Path: path})
		return nil
	case err != nil || bytes.Equal(have, want):
		return err
	}
	was, is := guestbuild.Compiler(have), guestbuild.Compiler(want)
	if was != is {
		r.notes = append(r.notes, fmt.Sprintf("%s was made by %s, and this is %s: it is not compared", path, known(was), known(is)))
		return nil
	}
	r.Problems = append(r.Problems, check.Difference{Kind: check.Stale, Path: path})
	return nil
}

// known is a compiler as it is called.
func known(compiler string) string {
	if compiler == "" {
		return "an unknown compiler"
	}
	return compiler
}
