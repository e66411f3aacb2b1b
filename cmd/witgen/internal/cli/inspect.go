package cli

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/term"

	"github.com/witan-os/witan/cmd/witgen/internal/files"
	"github.com/witan-os/witan/cmd/witgen/internal/inspect"
	"github.com/witan-os/witan/cmd/witgen/internal/witfile"
	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/gen/print"
	"github.com/witan-os/witan/gen/resolve"
	"github.com/witan-os/witan/gen/witjson"
)

type inspectCommand struct {
	File string `arg:"" help:"A component or a core module; or WIT: a directory, a .wit file or a .json file."`
	JSON bool   `name:"json" xor:"form" help:"Print JSON instead of a tree; its form is versioned. That of WIT is the one of wasm-tools."`
	WIT  bool   `name:"wit" xor:"code" help:"Print the WIT of a component, a package in binary form, or a core module that is to become a component."`

	Features    []string `name:"features" placeholder:"NAME" help:"Of WIT: enable features. Without this, items behind @unstable gates are left out. Several are separated by commas."`
	AllFeatures bool     `name:"all-features" help:"Of WIT: enable all features."`
	Adapters    bool     `name:"adapters" xor:"form,code" help:"Print how the components inside call each other, with the code of the adapters between them."`

	errorFormat
}

// Help is shown below the flags.
func (inspectCommand) Help() string {
	return `Shows imports, exports and their types as WIT writes them, the core modules and what they import and export,
nested components and custom sections. Nothing is compiled or run.

WIT is shown with all names resolved, as text: a world lists all that it includes and needs. With --json it is
printed in the form that wasm-tools has for resolved WIT, and such a file can stand wherever WIT is read.

With --wit a component is shown as the world of what it imports and exports, with as much of each interface as it
has. The text can stand wherever WIT is read.

With --adapters the component is instantiated instead, with imports that trap when they are called, to link its
parts. Start functions run, for at most a fraction of a second.

Colours are used if stdout is a terminal and NO_COLOR is not set.`
}

// Run describes the file.
func (c *inspectCommand) Run(e *env) error {
	if c.WIT || witfile.HoldsText(c.File) {
		return c.inspectWIT(e)
	}
	data, err := files.Read(c.File)
	if err != nil {
		return err
	}
	if c.Adapters {
		if err := printAdapters(context.Background(), e.stdout, programName(c.File), data); err != nil {
			return fmt.Errorf("%s: %w", c.File, err)
		}
		return nil
	}
	f, err := inspect.Describe(data)
	if err != nil {
		return fmt.Errorf("%s: %w", c.File, err)
	}
	if c.JSON {
		return writeJSON(e.stdout, f)
	}
	return f.Tree(e.stdout, filepath.Base(c.File), e.style())
}

// inspectWIT prints WIT that is resolved.
func (c *inspectCommand) inspectWIT(e *env) error {
	if c.Adapters {
		return fmt.Errorf("--adapters: %s is WIT, which has no code", c.File)
	}
	tree, err := c.loadWIT()
	if err != nil {
		return c.asked(e, err)
	}
	out := []byte(print.Tree(tree))
	if c.JSON {
		if out, err = witjson.Encode(tree); err != nil {
			return fmt.Errorf("%s: %w", c.File, err)
		}
	}
	_, err = e.stdout.Write(out)
	return err
}

// loadWIT reads WIT, which is in binary form unless the file's name says otherwise.
func (c *inspectCommand) loadWIT() (*model.Tree, error) {
	if witfile.HoldsText(c.File) {
		return witfile.Load(c.File, resolve.Options{Features: c.Features, AllFeatures: c.AllFeatures})
	}
	return witfile.LoadBinary(c.File)
}

// style is how stdout shows colours: nil for not at all.
func (e *env) style() inspect.Style {
	f, ok := e.stdout.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) || os.Getenv("NO_COLOR") != "" {
		return nil
	}
	return inspect.NewStyle(f)
}
