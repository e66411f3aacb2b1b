package witfile

import (
	"fmt"
	"strings"

	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/internal/diag"
)

// World finds a world: one of the tree's own package by its name, any by its full name, such as
// "wasi:cli/command@0.2.12" or without the version if there is but one. The name may be left out if the package has
// only one world.
func World(tree *model.Tree, name string) (*model.World, error) {
	if name == "" {
		return onlyWorld(tree.Root)
	}
	var names []string
	var found []*model.World
	for _, p := range tree.Packages {
		for _, w := range p.Worlds {
			if p == tree.Root && w.Name == name || w.ID() == name {
				return w, nil
			}
			if p.Path()+"/"+w.Name == name {
				found = append(found, w)
			}
			if p == tree.Root {
				names = append(names, w.Name)
			} else {
				names = append(names, w.ID())
			}
		}
	}
	switch len(found) {
	case 0:
		return nil, fmt.Errorf("there is no world %s in %s%s", name, tree.Root.ID(), hint(name, names))
	case 1:
		return found[0], nil
	}
	return nil, fmt.Errorf("there are several versions of the world %s: say which, for example %s", name, found[0].ID())
}

// PackageOf is the ID of the package that the full name of a world has, in a list for [resolve.Options.Also]: a world that
// is asked for may be one of witgen's, and need not be named in text. The list is empty for other names.
func PackageOf(world string) []string {
	pkg, name, full := strings.Cut(world, "/")
	_, version, versioned := strings.Cut(name, "@")
	if !full || !versioned {
		return nil
	}
	return []string{pkg + "@" + version}
}

// onlyWorld is the world of a package that needs no name.
func onlyWorld(p *model.Package) (*model.World, error) {
	switch len(p.Worlds) {
	case 0:
		return nil, fmt.Errorf("the package %s has no world", p.ID())
	case 1:
		return p.Worlds[0], nil
	}
	var names []string
	for _, w := range p.Worlds {
		names = append(names, w.Name)
	}
	return nil, fmt.Errorf("the package %s has several worlds: say with --world which of them, %s", p.ID(), strings.Join(names, ", "))
}

// hint says which world may be meant.
func hint(name string, known []string) string {
	if near := diag.Nearest(name, known); near != "" {
		return ": did you mean " + near + "?"
	}
	if len(known) > 0 {
		return ", which has " + strings.Join(known, ", ")
	}
	return ""
}
