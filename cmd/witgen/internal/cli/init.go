package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/witan-os/witan/cmd/witgen/internal/project"
	"github.com/witan-os/witan/cmd/witgen/internal/survey"
)

type initCommand struct {
	Dir      string `arg:"" help:"The directory of the project, which is made if it is not there."`
	Template string `name:"template" enum:"host,guest,plugin,os" default:"host" placeholder:"host|guest|plugin|os" help:"What kind of project (default: host)."`
	Name     string `name:"name" placeholder:"NAME" help:"What the project is called: small letters, digits and dashes (default: the name of the directory)."`
	Module   string `name:"module" placeholder:"PATH" help:"The path of its Go module (default: example.com/NAME)."`
	Replace  string `name:"replace" placeholder:"DIR" help:"Use the checkout of Witan in this directory, by a replace directive in go.mod, in place of the version that this witgen is of."`
}

// Help is shown below the flags.
func (initCommand) Help() string {
	var b strings.Builder
	b.WriteString(`Creates a Go module with an interface in WIT, Go code on one side of it or on both, tests, and all that is generated.
Its README.md says what is what. There are these templates:

`)
	for _, t := range project.Templates() {
		fmt.Fprintf(&b, "  %-6s  %s\n", t.Name, t.Summary)
	}
	b.WriteString(`
Nothing that is there is overwritten: if one of the files exists, none is written.`)
	return b.String()
}

// Run creates a project and says what can be done with it.
func (c *initCommand) Run(e *env) error {
	abs, err := filepath.Abs(c.Dir)
	if err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(c.Dir, "go.mod")); err == nil {
		return fmt.Errorf("%s is a Go module already: go get -tool %s adds witgen to it", c.Dir, project.Tool)
	}
	if c.Name == "" {
		c.Name = filepath.Base(abs)
		if err := project.CheckName(c.Name); err != nil {
			return fmt.Errorf("%w: give another one with --name", err)
		}
	}
	if c.Module == "" {
		c.Module = "example.com/" + c.Name
	}
	witan, err := c.witan()
	if err != nil {
		return err
	}
	err = project.Create(project.Options{
		Template: c.Template, Dir: c.Dir, Name: c.Name, Module: c.Module, Witan: witan, Generate: generateIn,
	})
	if err != nil {
		return err
	}
	if work := workspace(abs); work != "" {
		fmt.Fprintf(e.stderr, "witgen: the project lies in the workspace of %s: add it there with go work use\n", work)
	}
	return c.advise(e.stdout)
}

// advise says what can be done with the project.
func (c *initCommand) advise(w io.Writer) error {
	fmt.Fprintf(w, "The module %s is in %s. In that directory:\n\n", c.Module, c.Dir)
	for _, step := range project.Steps(c.Template, c.Name) {
		if _, err := fmt.Fprintf(w, "    %s\n", step); err != nil {
			return err
		}
	}
	return nil
}

func (c *initCommand) witan() (*project.Witan, error) {
	if c.Replace != "" {
		w, err := project.FromDir(c.Replace)
		if err != nil {
			return nil, fmt.Errorf("--replace: %w", err)
		}
		return w, nil
	}
	return project.This(context.Background())
}

// generateIn generates what the projects in a directory and below it want.
func generateIn(dir string) error {
	found, err := survey.Find(dir)
	if err != nil {
		return err
	}
	for _, p := range found.Projects {
		if err := generateProject(p); err != nil {
			return err
		}
	}
	return nil
}

func generateProject(p survey.Project) error {
	g, err := parseGenerate(p)
	if err != nil {
		return err
	}
	out, err := g.render(g.options())
	if err != nil {
		return err
	}
	return out.write()
}

// workspace finds the go.work file that the go command would use in a directory.
func workspace(dir string) string {
	if set, ok := os.LookupEnv("GOWORK"); ok && set != "" {
		return "" // off, or chosen by whoever set it
	}
	for d := dir; ; d = filepath.Dir(d) {
		name := filepath.Join(d, "go.work")
		if _, err := os.Stat(name); !errors.Is(err, os.ErrNotExist) {
			return name
		}
		if d == filepath.Dir(d) {
			return ""
		}
	}
}
