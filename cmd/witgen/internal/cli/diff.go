package cli

import (
	"context"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/term"

	"github.com/witan-os/witan/cmd/witgen/internal/files"
	"github.com/witan-os/witan/cmd/witgen/internal/gitfs"
	"github.com/witan-os/witan/cmd/witgen/internal/witfile"
	"github.com/witan-os/witan/gen/check/breaking"
	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/gen/resolve"
)

type diffCommand struct {
	Against string `name:"against" required:"" placeholder:"git:REV[:DIR]|DIR|FILE" help:"The old side: the WIT of a git revision, a directory or file with WIT, a file with WIT in JSON, or a component."`
	WIT     string `name:"wit" config:"wit" default:"wit" placeholder:"DIR" help:"The new side: the WIT package (default: wit)."`
	World   string `name:"world" placeholder:"NAME" help:"The world that a component is for, if the package has more than one; that of another package is namespace:package/world, or namespace:package/world@version."`
	FailOn  string `name:"fail-on" enum:"abi,source,additive,none" default:"source" placeholder:"abi|source|additive|none" help:"Exit with 1 if a change is of this severity or a worse one (default: source)."`
	JSON    bool   `name:"json" help:"Print the changes as JSON; its form is versioned."`

	features
	errorFormat
}

// Help is shown below the flags.
func (diffCommand) Help() string {
	return `Prints what has changed since the old side, the worst first. A change has a rule, such as parameter-renamed, and
one of three severities:

    abi         components that were built with the old WIT do not link, or misbehave
    source      they go on, but source of hosts or guests has to change
    additive    nothing that was promised breaks

Documentation and the order of declarations are no changes. Within a package, versions of one semver track are
compared with each other; other tracks are other packages. A function that is new in an interface which a world
imports is a change in source, because hosts have to implement it, and in one that a world exports it breaks
components that lack it.

The directory in a git revision is the one of --wit if none is given, and otherwise a path from the root of the
repository. Packages below deps are part of both sides. All features are enabled unless some are chosen; what
was behind an @unstable gate has promised nothing.

Against a component, the question is whether it still runs: only what it imports and exports is compared, with
the features that are chosen, and its world has to be exported in full.`
}

// exits implements exiter.
func (diffCommand) exits() []Exit {
	return []Exit{{Stale, "a change is of the severity of --fail-on or worse"}}
}

// thresholds are the values of --fail-on. No change is as bad as none.
var thresholds = map[string]breaking.Severity{
	"additive": breaking.Additive, "source": breaking.Source, "abi": breaking.ABI, "none": breaking.ABI + 1,
}

// Run prints the changes.
func (c *diffCommand) Run(e *env) error {
	changes, err := c.compare()
	if err != nil {
		return c.asked(e, err)
	}
	if c.JSON {
		err = breaking.WriteJSON(e.stdout, changes)
	} else {
		err = breaking.WriteText(e.stdout, changes, breaking.TextOptions{Color: colored(e.stdout)})
	}
	if err == nil && breaking.Worst(changes) >= thresholds[c.FailOn] {
		return exitCode(Stale)
	}
	return err
}

func (c *diffCommand) compare() ([]breaking.Change, error) {
	chosen := c.options()
	all := chosen
	all.AllFeatures = all.AllFeatures || len(all.Features) == 0
	old, err := c.old(all)
	if err != nil {
		return nil, err
	}
	if !isComponent(old) {
		if c.World != "" {
			return nil, fmt.Errorf("--world is for components, and %s is none", c.Against)
		}
		return c.compareTrees(old, all)
	}
	tree, err := c.new(chosen)
	if err != nil {
		return nil, err
	}
	world, err := c.world(tree)
	if err != nil {
		return nil, err
	}
	return breaking.Component(old, tree, world)
}

// compareTrees compares two packages, each with what it uses. Of what witgen has itself, a tree only has what it names; it
// is not gone when nothing names it any more, so that both trees get what either has.
func (c *diffCommand) compareTrees(old *model.Tree, opt resolve.Options) ([]breaking.Change, error) {
	tree, err := c.new(opt)
	if err != nil {
		return nil, err
	}
	was, is := lent(old), lent(tree)
	if !slices.Equal(was, is) {
		opt.Also = slices.Concat(was, is)
		if old, err = c.old(opt); err != nil {
			return nil, err
		}
		if tree, err = c.new(opt); err != nil {
			return nil, err
		}
	}
	return breaking.Trees(old, tree), nil
}

// lent are the packages of a tree that witgen has itself.
func lent(t *model.Tree) []string {
	var ids []string
	for _, p := range t.Packages {
		if witfile.Library.Has(p.ID()) {
			ids = append(ids, p.ID())
		}
	}
	return ids
}

// new reads the new side.
func (c *diffCommand) new(opt resolve.Options) (*model.Tree, error) {
	tree, err := witfile.Load(c.WIT, opt)
	if err == nil && isComponent(tree) {
		return nil, fmt.Errorf("--wit: %s is a component, which can only be on the old side: give it to --against", c.WIT)
	}
	return tree, err
}

// isComponent tells the tree of a component, which stands for itself, from that of a package.
func isComponent(t *model.Tree) bool { return t.Root != nil && t.Root.ID() == "root:component" }

// world finds the world that a component is for. A package without worlds has none, and then interfaces are all
// that counts.
func (c *diffCommand) world(tree *model.Tree) (*model.World, error) {
	var worlds []*model.World
	var names []string
	for _, p := range tree.Packages {
		for _, w := range p.Worlds {
			if p == tree.Root {
				names = append(names, w.Name)
			}
			switch c.World {
			case w.ID(), w.TrackID(), p.Path() + "/" + w.Name:
				worlds = append(worlds, w)
			case w.Name, "":
				if p == tree.Root {
					worlds = append(worlds, w)
				}
			}
		}
	}
	there := "there is none"
	if len(names) > 0 {
		there = "there is " + strings.Join(names, ", ")
	}
	switch {
	case len(worlds) == 1:
		return worlds[0], nil
	case len(worlds) > 1 && c.World == "":
		return nil, fmt.Errorf("%s has several worlds: choose one of %s with --world", c.WIT, strings.Join(names, ", "))
	case len(worlds) > 1:
		return nil, fmt.Errorf("%s has world %s in several versions: say which, as in %s", c.WIT, c.World, worlds[0].ID())
	case c.World != "":
		return nil, fmt.Errorf("%s has no world %s: %s", c.WIT, c.World, there)
	}
	return nil, nil
}

// gitPrefix stands before the revision that is compared with.
const gitPrefix = "git:"

// old reads the old side.
func (c *diffCommand) old(opt resolve.Options) (*model.Tree, error) {
	spec, ok := strings.CutPrefix(c.Against, gitPrefix)
	if !ok {
		return witfile.Load(c.Against, opt)
	}
	revision, dir, given := strings.Cut(spec, ":")
	if revision == "" {
		return nil, fmt.Errorf("--against %s names no revision", c.Against)
	}
	ctx, in := context.Background(), "."
	if !given {
		var err error
		if in, dir, err = repositoryOf(ctx, c.WIT); err != nil {
			return nil, err
		}
	}
	tree, err := gitfs.Read(ctx, in, revision, dir, witfile.TextExt, witfile.BinaryExt)
	if err != nil {
		return nil, err
	}
	return witfile.LoadFS(tree, revision+":"+path.Clean(dir), opt)
}

// repositoryOf finds a directory in the repository that a WIT package is in, and the package's path in there. The
// package may be gone from the working tree: it is enough that a directory above it is there.
func repositoryOf(ctx context.Context, wit string) (in, dir string, err error) {
	in, rest := wit, ""
	for !files.IsDir(in) && filepath.Dir(in) != in {
		in, rest = filepath.Dir(in), path.Join(filepath.Base(in), rest)
	}
	prefix, err := gitfs.Prefix(ctx, in)
	return in, path.Join(prefix, rest), err
}

// colored reports whether what is written to w is for a terminal that shows colours.
func colored(w any) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd())) && os.Getenv("NO_COLOR") == ""
}
