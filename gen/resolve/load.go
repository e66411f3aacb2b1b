package resolve

import (
	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/gen/secondopinion"
)

// Options say how WIT is read.
type Options struct {
	Features    []string // the features that are enabled: items behind other gates are left out
	AllFeatures bool
}

// Load resolves the WIT package in a directory, together with the packages below its deps.
func Load(path string, _ Options) (*model.Tree, error) {
	tree, err := secondopinion.Dir(path)
	if err != nil {
		return nil, err
	}
	markErrors(tree)
	return tree, nil
}

// markErrors finds the named types that functions of their own package use as errors.
func markErrors(tree *model.Tree) {
	for _, p := range tree.Packages {
		mark := func(funcs []*model.Func) {
			for _, f := range funcs {
				if d := f.ErrorDef(); d != nil && d.Owner.Package == p {
					d.IsError = true
				}
			}
		}
		for _, i := range p.Interfaces {
			mark(i.Funcs)
		}
		for _, w := range p.Worlds {
			for _, items := range [][]*model.Item{w.Imports, w.Exports} {
				mark(model.Funcs(items))
				for _, i := range model.Interfaces(items) {
					mark(i.Funcs)
				}
			}
		}
	}
}
