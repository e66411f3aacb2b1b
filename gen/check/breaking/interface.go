package breaking

import (
	"slices"

	"github.com/witan-os/witan/gen/model"
)

// iface compares two interfaces of one name.
func (c *comparison) iface(p pair, o, n *model.Interface) {
	c.gates(p, o.Stability, n.Stability, n.Place, removal(o, p.role), Additive)
	p = p.behind(o.Stability)
	c.types(p, o.Types, n.Types)
	c.funcs(p, withoutResources(o, n), withoutResources(n, o))
}

// withoutResources are the functions of an interface except those of resources that the other one does not
// declare: these have come or gone with their resource.
func withoutResources(i, other *model.Interface) []*model.Func {
	has := map[string]bool{}
	for _, d := range other.Types {
		if d.Resource != nil {
			has[d.Name] = true
		}
	}
	return slices.DeleteFunc(slices.Clone(i.Funcs), func(f *model.Func) bool { return f.Resource != nil && !has[f.Resource.Name] })
}
