package cli

import (
	"fmt"
	"strings"
	"time"

	"github.com/witan-os/witan/cmd/witgen/internal/files"
	"github.com/witan-os/witan/gen/compose"
)

type componentCompose struct {
	Component string   `arg:"" name:"component" placeholder:"APP.wasm" help:"The component whose exports the new one has."`
	Link      []string `name:"link" sep:"none" required:"" placeholder:"[NAME=]DEP.wasm" help:"Answer imports with the exports of another component: those of the interface or package NAME, or all that it exports. May be repeated."`
	Output    string   `name:"output" short:"o" required:"" placeholder:"OUT.wasm" help:"The component to write."`
}

// Help is shown below the flags.
func (componentCompose) Help() string {
	return `Does for good what run --link does each time: writes one component in which the imports of the first are answered by the
others, and theirs by each other, by name and semver track. What is left is imported from outside, once for all of them
and in the newest version that one of them asks for. The components inside keep their bytes.

A file whose own name has a = needs NAME= before it; a NAME without a colon stands for all that the other one exports.`
}

// Run composes the components.
func (c *componentCompose) Run(e *env) error {
	start := time.Now()
	app, err := files.Read(c.Component)
	if err != nil {
		return err
	}
	deps, err := readDeps(c.Link)
	if err != nil {
		return err
	}
	made, err := compose.Link(compose.Part{Name: c.Component, Component: app}, deps...)
	if err != nil {
		return err
	}
	return e.writeComponent(c.Output, made, time.Since(start))
}

// readDeps reads the files of [NAME=]FILE arguments.
func readDeps(args []string) ([]compose.Part, error) {
	var deps []compose.Part
	for _, a := range args {
		name, file, named := strings.Cut(a, "=")
		if !named {
			name, file = "", a
		}
		if file == "" || named && name == "" {
			return nil, fmt.Errorf("--link %s: want NAME=DEP.wasm or DEP.wasm", a)
		}
		data, err := files.Read(file)
		if err != nil {
			return nil, err
		}
		deps = append(deps, compose.Part{Name: file, For: name, Component: data})
	}
	return deps, nil
}
