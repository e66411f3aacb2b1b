package resolve

import "github.com/witan-os/witan/gen/model"

// markErrors finds the named types that functions of their own package use as errors.
func markErrors(tree *model.Tree) {
	for _, p := range tree.Packages {
		for _, i := range p.Interfaces {
			markErrorsOf(p, i.Funcs)
		}
		for _, w := range p.Worlds {
			for _, items := range [][]*model.Item{w.Imports, w.Exports} {
				markErrorsOf(p, model.Funcs(items))
				for _, i := range model.Interfaces(items) {
					markErrorsOf(p, i.Funcs)
				}
			}
		}
	}
}

func markErrorsOf(p *model.Package, funcs []*model.Func) {
	for _, f := range funcs {
		if d := f.ErrorDef(); d != nil && d.Owner.Package == p {
			d.IsError = true
		}
	}
}
