package model

// MarkErrors sets [TypeDef.IsError] throughout a tree. It is the last step of whoever builds one.
func MarkErrors(tree *Tree) {
	for _, p := range tree.Packages {
		for _, i := range p.Interfaces {
			markErrors(p, i.Funcs)
		}
		for _, w := range p.Worlds {
			for _, items := range [][]*Item{w.Imports, w.Exports} {
				markErrors(p, Funcs(items))
				for _, i := range Interfaces(items) {
					markErrors(p, i.Funcs)
				}
			}
		}
	}
}

// markErrors marks the named types of a package that some of its functions have as errors.
func markErrors(p *Package, funcs []*Func) {
	for _, f := range funcs {
		if d := f.ErrorDef(); d != nil && d.Owner.Package == p {
			d.IsError = true
		}
	}
}
