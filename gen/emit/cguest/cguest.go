package cguest

import (
	"fmt"
	"slices"

	"github.com/witan-os/witan/gen/emit"
	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/gen/syntax"
)

// Options say how the C code is named.
type Options struct {
	// Name names the files, and begins the C names of what belongs to the world itself. It is a WIT identifier; if
	// it is empty, it is that of the world.
	Name string
}

// Generate writes the header and the source for a world of a tree that gen/layout has been over. Both depend on
// nothing but the arguments. The paths of the files have no directory. The tree is not looked at beyond the world; it is
// there so that emitters for guests are called alike.
func Generate(_ *model.Tree, w *model.World, opt Options) ([]emit.File, error) {
	if opt.Name != "" && !syntax.IsIdentifier(opt.Name) {
		return nil, fmt.Errorf("%q is no WIT identifier", opt.Name)
	}
	g := newGenerator(w, opt)
	if err := g.check(); err != nil {
		return nil, err
	}
	g.world()
	return []emit.File{
		{Path: g.prefix + ".c", Content: g.sourceFile()},
		{Path: g.prefix + ".h", Content: g.headerFile()},
	}, nil
}

// generator carries what the parts of one run share.
type generator struct {
	def    *model.World
	prefix string // the name of the world in C

	names     scope // the names with linkage and the macros
	views     views
	types     map[typeKey]*ctype
	resources map[resourceKey]*resource

	header  text // declarations, in an order that C accepts
	source  text // definitions
	layouts text // assertions on types
	helpers text // static functions
	bits    bits

	// What the world needs of the parts that are the same for all.
	memory, strings, streams, errorContexts bool
}

func newGenerator(w *model.World, opt Options) *generator {
	name := opt.Name
	if name == "" {
		name = w.Name
	}
	prefix := snake(name)
	if slices.Contains(headers, prefix) {
		prefix += "_"
	}
	g := &generator{
		def: w, prefix: prefix, names: newScope(reservedNames...),
		types: map[typeKey]*ctype{}, resources: map[resourceKey]*resource{},
	}
	g.claimFixed()
	g.views = newViews(g)
	return g
}

// check makes sure that functions have a representation.
func (g *generator) check() error {
	for _, v := range g.views.all {
		for _, f := range v.funcs {
			if f.Plan == nil {
				return fmt.Errorf("%s: function %s has no representation", g.def.ID(), f.Name)
			}
		}
	}
	return nil
}

// world writes everything that the world imports and exports.
func (g *generator) world() {
	for _, v := range g.views.all {
		if len(v.types)+len(v.funcs) == 0 {
			continue
		}
		g.title(v)
		for _, d := range v.types {
			g.typeDef(v, d)
		}
		for _, f := range v.funcs {
			if v.export {
				g.exportFunc(v, f)
			} else {
				g.importFunc(v, f)
			}
			g.channelFuncs(v, f)
		}
	}
}

// title begins the section of a view in both files.
func (g *generator) title(v *view) {
	for _, t := range []*text{&g.header, &g.source} {
		t.gap()
		t.write(heading(v.title()))
	}
	g.header.gap()
	g.header.comment(v.docs)
	g.header.gap()
}
