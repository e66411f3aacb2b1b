package cli

import (
	"errors"
	"fmt"
	"slices"

	"github.com/witan-os/witan/cmd/witgen/internal/config"
	"github.com/witan-os/witan/cmd/witgen/internal/guestbuild"
	"github.com/witan-os/witan/cmd/witgen/internal/survey"
	"github.com/witan-os/witan/cmd/witgen/internal/witfile"
	"github.com/witan-os/witan/gen/emit"
	"github.com/witan-os/witan/gen/emit/cguest"
	"github.com/witan-os/witan/gen/emit/goguest"
	"github.com/witan-os/witan/gen/model"
)

// guestFlags are the flags of generate that are about guests.
type guestFlags struct {
	Guest string `name:"guest" config:"guest" enum:"c,go," default:"" placeholder:"go|c" help:"Write what a guest in this language is made with: a component that is for a world. Without this, what is written is for hosts, in Go."`
	World string `name:"world" config:"world" placeholder:"NAME" help:"The world of the guest: its name, or NS:PKG/NAME@VERSION for one of another package (default: the only world of the package)."`
}

// checkGuest refuses flags that have no meaning for what is to be written.
func (c *generate) checkGuest() error {
	if c.Guest == "" {
		if c.World != "" {
			return fmt.Errorf("--world, or world in %s, is for guests: say with --guest in which language", config.Name)
		}
		return nil
	}
	for _, f := range []struct {
		name string
		set  bool
	}{
		{"with", len(c.With) > 0},
		{"without-tests", c.WithoutTests},
		{"syscalls", c.Lock != ""},
		{"syscalls-doc", c.Doc != ""},
		{"retire", len(c.Retire) > 0},
		{"module", c.Module != "" && c.Guest == string(guestbuild.C)},
	} {
		if f.set {
			return fmt.Errorf("--%s, or %[1]s in %s, has no meaning for a guest in %s", f.name, config.Name, languageNames[c.Guest])
		}
	}
	return nil
}

// languageNames are the languages of guests as people call them.
var languageNames = map[string]string{string(guestbuild.Go): "Go", string(guestbuild.C): "C"}

// renderGuest makes the files of a guest.
func (c *generate) renderGuest(tree *model.Tree) (output, error) {
	out := output{dir: c.path(c.Out)}
	w, err := witfile.World(tree, c.World)
	if err != nil {
		return output{}, err
	}
	switch guestbuild.Language(c.Guest) {
	case guestbuild.Go:
		out.missing = goguest.Missing(w)
		out.files, err = c.renderGo(tree, w)
	case guestbuild.C:
		out.files, err = cguest.Generate(tree, w, cguest.Options{})
	default:
		err = errors.New("no guest is generated in " + c.Guest)
	}
	if err != nil {
		return output{}, err
	}
	manifest, err := emit.Manifest(packagesOf(tree, w), out.files)
	out.files = append(out.files, manifest)
	return out, err
}

func (c *generate) renderGo(tree *model.Tree, w *model.World) ([]emit.File, error) {
	module, err := c.module()
	if err != nil {
		return nil, err
	}
	return goguest.Generate(tree, w, goguest.Options{Module: module})
}

// noteMissing tells which functions of its world a guest in Go will not have.
func noteMissing(e *env, missing []goguest.LeftOut) {
	if len(missing) == 0 {
		return
	}
	fmt.Fprintln(e.stderr, "witgen: note: guests in Go can't have functions with streams, futures or error contexts yet, so these are left out:")
	exported := false
	for _, l := range missing {
		side := "import"
		if l.Exported {
			side, exported = "export", true
		}
		place := ""
		if l.Source != nil {
			p := l.Source.Position(l.Start)
			place = fmt.Sprintf("%s:%d:%d: ", l.Source.Name(), p.Line, p.Column)
		}
		fmt.Fprintf(e.stderr, "  %s%s %s\n", place, side, l.Title())
	}
	if exported {
		fmt.Fprintln(e.stderr, "  Without its exports no component can be made for the world: write the guest in C, or take them out.")
	}
}

// packagesOf are the packages of a tree that a world has something of.
func packagesOf(tree *model.Tree, w *model.World) []*model.Package {
	has := map[*model.Package]bool{w.Package: true}
	for _, i := range slices.Concat(model.Interfaces(w.Imports), model.Interfaces(w.Exports)) {
		has[i.Package] = true
	}
	return slices.DeleteFunc(slices.Clone(tree.Packages), func(p *model.Package) bool { return !has[p] })
}

// staleGuest says what is wrong with the code that was generated for the guest in a directory, if anything is.
func staleGuest(dir string) string {
	if dir == "" {
		return ""
	}
	projects, err := survey.In(dir)
	if err != nil {
		return err.Error()
	}
	for _, p := range projects {
		args, err := parseGenerate(p)
		if err != nil {
			return err.Error()
		}
		out, err := args.render(args.options())
		if err != nil {
			return fmt.Sprintf("whether the generated code in %s is up to date can't be told: %v", args.path(args.Out), err)
		}
		diffs, err := out.compare()
		switch {
		case err != nil:
			return err.Error()
		case len(diffs) > 0:
			return fmt.Sprintf("the generated code in %s is not up to date with its WIT (%s): run witgen generate %s",
				args.path(args.Out), diffs[0], dir)
		}
	}
	return ""
}
