package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/witan-os/witan/cmd/witgen/internal/files"
	"github.com/witan-os/witan/cmd/witgen/internal/guestbuild"
	"github.com/witan-os/witan/cmd/witgen/internal/witfile"
	"github.com/witan-os/witan/gen/binary"
	"github.com/witan-os/witan/gen/layout"
	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/runtime/component"
)

type componentCommand struct {
	New      componentNew      `cmd:"" help:"Make a component of a core module."`
	Embed    componentEmbed    `cmd:"" help:"Tell a core module the world that it is for."`
	Compose  componentCompose  `cmd:"" help:"Make one component of several that need each other."`
	Unbundle componentUnbundle `cmd:"" help:"Take the core modules out of a component."`
}

// worldFlags choose a world for a core module.
type worldFlags struct {
	WIT   string `name:"wit" placeholder:"DIR" help:"WIT that has the world: a directory, or a file."`
	World string `name:"world" placeholder:"NAME" help:"The world: its name, or NS:PKG/NAME@VERSION for one of another package (default: the only world of the WIT)."`

	Features    []string `name:"features" placeholder:"NAME" help:"Of WIT: enable features. Several are separated by commas."`
	AllFeatures bool     `name:"all-features" help:"Of WIT: enable all features."`
}

// load reads the world.
func (f *worldFlags) load(e *env) (*model.Tree, *model.World, error) {
	opt := features{f.Features, f.AllFeatures}.noting(e)
	opt.Also = witfile.PackageOf(f.World)
	tree, err := witfile.Load(f.WIT, opt)
	if err != nil {
		return nil, nil, err
	}
	if err := layout.Compute(tree); err != nil {
		return nil, nil, err
	}
	w, err := witfile.World(tree, f.World)
	return tree, w, err
}

type componentNew struct {
	Module string `arg:"" name:"module" placeholder:"CORE.wasm" help:"A core module."`
	Output string `name:"output" short:"o" required:"" placeholder:"APP.wasm" help:"The component to write."`
	worldFlags
	wrapFlags
}

// Help is shown below the flags.
func (componentNew) Help() string {
	return `Looks at what the core module imports and exports, compares it with the world, and writes a component that imports no
more than is used. The world is that of --wit and --world or, without them, the one that the module names in a section
of its own, as compilers and component embed write it; a program of WASI 0.1 needs none.

What is imported from wasi_snapshot_preview1, which is WASI 0.1, is answered by Witan's own adapter, and so are the calls
of actors, env.sys_log and its like, unless there is an
--adapt for it.`
}

// Run makes the component.
func (c *componentNew) Run(e *env) error {
	start := time.Now()
	if c.World != "" && c.WIT == "" {
		return fmt.Errorf("--world %s: say with --wit where it is", c.World)
	}
	module, err := readModule(c.Module)
	if err != nil {
		return err
	}
	opt, err := c.wrapOptions("")
	if err != nil {
		return err
	}
	var world *model.World
	if c.WIT != "" {
		if _, world, err = c.load(e); err != nil {
			return err
		}
	}
	made, err := guestbuild.Wrap(module, world, opt)
	if err != nil {
		return fmt.Errorf("%s: %w", c.Module, err)
	}
	e.doubt(guestbuild.Doubt(module, opt))
	return e.writeComponent(c.Output, made, time.Since(start))
}

type componentEmbed struct {
	Module string `arg:"" name:"module" placeholder:"CORE.wasm" help:"A core module."`
	Output string `name:"output" short:"o" required:"" placeholder:"OUT.wasm" help:"The core module to write."`
	worldFlags
}

// Help is shown below the flags.
func (componentEmbed) Help() string {
	return `Adds a section to the core module that has the world in binary form. It goes with the module wherever that is brought:
component new, and the tools of others, make a component of it without any WIT.`
}

// Run adds the section.
func (c *componentEmbed) Run(e *env) error {
	if c.WIT == "" {
		return errors.New("say with --wit where the world is")
	}
	module, err := readModule(c.Module)
	if err != nil {
		return err
	}
	tree, world, err := c.load(e)
	if err != nil {
		return err
	}
	made, err := binary.Embed(module, tree, world)
	if err != nil {
		return fmt.Errorf("%s: %w", c.Module, err)
	}
	return files.WriteBytes(c.Output, made)
}

type componentUnbundle struct {
	Component string `arg:"" name:"component" placeholder:"APP.wasm" help:"A component."`
	Output    string `name:"output" short:"o" required:"" placeholder:"DIR" help:"The directory to write to, which is made if it is not there."`
	AtLeast   int    `name:"at-least" default:"0" placeholder:"BYTES" help:"Leave core modules that are smaller where they are (default: 0)."`
}

// Help is shown below the flags.
func (componentUnbundle) Help() string {
	return `Writes each core module of the component, also those of components inside of it, to a file that is named like what is
left of the component imports it. That is written, too, under the name that the component has. The names of the files
are printed.`
}

// Run writes the modules and what is left.
func (c *componentUnbundle) Run(e *env) error {
	data, err := files.Read(c.Component)
	if err != nil {
		return err
	}
	u, err := component.Unbundle(data, c.AtLeast)
	if err != nil {
		return fmt.Errorf("%s: %w", c.Component, err)
	}
	if err := os.MkdirAll(c.Output, 0o777); err != nil {
		return err
	}
	parts := append(u.Modules, component.NamedModule{Name: programName(c.Component), Bytes: u.Component})
	for _, p := range parts {
		name := filepath.Join(c.Output, p.Name+".wasm")
		if err := files.WriteBytes(name, p.Bytes); err != nil {
			return err
		}
		if _, err := fmt.Fprintln(e.stdout, filepath.ToSlash(name)); err != nil {
			return err
		}
	}
	return nil
}
