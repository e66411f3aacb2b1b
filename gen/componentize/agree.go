package componentize

import (
	"slices"

	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/runtime/abi"
)

// agreement compares the types of functions that two versions of an interface have. Those that can stand in for each
// other are the same but for the version. Types share parts, so each pair is compared once.
type agreement map[[2]*abi.Type]bool

// agree checks that the functions that an interface has already are the same in another version of it.
func (f *iface) agree(i *model.Interface, problems *Error) {
	g := agreement{}
	for _, fn := range i.Funcs {
		if known := f.fn[fn.Name]; known != nil && !g.sameFunc(known.ABI, fn.ABI) {
			problems.add(fn.Place, "%s has another type in %s than in %s, and the module and the adapters use both",
				fn.Base, i.ID(), f.newest.ID())
		}
	}
}

func (g agreement) sameFunc(a, b *abi.Func) bool {
	return a.Async == b.Async && g.same(a.Result, b.Result) && slices.EqualFunc(a.Params, b.Params, func(x, y abi.Param) bool {
		return x.Name == y.Name && g.same(x.Type, y.Type)
	})
}

func (g agreement) same(a, b *abi.Type) bool {
	if a == nil || b == nil {
		return a == b
	}
	pair := [2]*abi.Type{a, b}
	if same, ok := g[pair]; ok {
		return same
	}
	g[pair] = a.Kind == b.Kind && a.Len == b.Len && sameResource(a.Resource, b.Resource) && g.same(a.Elem, b.Elem) &&
		slices.Equal(a.Labels, b.Labels) && g.sameParts(a, b)
	return g[pair]
}

func (g agreement) sameParts(a, b *abi.Type) bool {
	return slices.EqualFunc(a.Fields, b.Fields, func(x, y abi.Field) bool { return x.Name == y.Name && g.same(x.Type, y.Type) }) &&
		slices.EqualFunc(a.Cases, b.Cases, func(x, y abi.Case) bool { return x.Name == y.Name && g.same(x.Type, y.Type) })
}

// sameResource goes by names, which have the track of their interface and not its version.
func sameResource(a, b *abi.Resource) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.Name == b.Name
}
