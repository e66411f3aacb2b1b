package breaking

import "github.com/witan-os/witan/gen/model"

// needed are the types that the functions of a tree refer to, with the names by which they are written. What
// is behind a gate does not count.
func needed(t *model.Tree) map[*model.TypeDef]bool {
	n := need{}
	for _, p := range t.Packages {
		for _, i := range p.Interfaces {
			n.iface(i)
		}
		for _, w := range p.Worlds {
			if w.Unstable != "" {
				continue
			}
			for _, items := range [][]*model.Item{w.Imports, w.Exports} {
				for _, f := range model.Funcs(items) {
					n.fn(f)
				}
				for _, i := range model.Interfaces(items) {
					n.iface(i)
				}
			}
		}
	}
	return n
}

type need map[*model.TypeDef]bool

func (n need) iface(i *model.Interface) {
	if i.Unstable != "" {
		return
	}
	for _, f := range i.Funcs {
		n.fn(f)
	}
}

func (n need) fn(f *model.Func) {
	if f.Unstable != "" {
		return
	}
	n.def(f.Resource)
	for _, p := range f.Params {
		n.typ(p.Type)
	}
	n.typ(f.Result)
}

func (n need) def(d *model.TypeDef) {
	if d == nil || n[d] {
		return
	}
	n[d] = true
	n.def(d.Target())
	if d.Type == nil {
		return
	}
	if d.Type.Def == d {
		n.parts(d.Type)
		return
	}
	n.typ(d.Type)
}

// typ looks at a type where it is used. What has a name is seen once, under its name.
func (n need) typ(t *model.Type) {
	switch {
	case t == nil:
	case t.Alias != nil:
		n.def(t.Alias)
	case t.Def != nil:
		n.def(t.Def)
	default:
		n.def(t.Handle)
		n.def(t.Resource)
		n.parts(t)
	}
}

func (n need) parts(t *model.Type) {
	n.typ(t.Key)
	n.typ(t.Elem)
	for _, f := range t.Fields {
		n.typ(f.Type)
	}
	for _, k := range t.Cases {
		n.typ(k.Type)
	}
}
