package gosrc

import (
	"strings"

	"github.com/witan-os/witan/gen/model"
)

// This file names the interfaces of a world.

// WorldField is an imported or exported interface as a field of World or Exports.
type WorldField struct {
	Name      string
	Key       string // what components call the interface
	Interface *model.Interface
}

// Comment says which interface it is.
func (f WorldField) Comment() string {
	if f.Interface.World == nil && f.Key != f.Interface.ID() {
		return f.Key + ", which is " + f.Interface.ID()
	}
	return f.Key
}

// WorldFields names the interfaces of a list of items. Their names depend on nothing but the items before them, so
// that one which is added behind them changes none.
func WorldFields(w *model.World, items []*model.Item, taken Names) []WorldField {
	var list []WorldField
	owners := map[string]*model.Package{}
	for _, i := range items {
		if i.Interface == nil {
			continue
		}
		name := i.Name
		if name != "" {
			name = GoName(name)
		} else {
			name = interfaceField(w, i.Interface, taken, owners)
		}
		name = taken.Claim(name)
		owners[name] = i.Interface.Package
		list = append(list, WorldField{name, i.Key(), i.Interface})
	}
	return list
}

// interfaceField is the name of an interface of a package: for one of the world's own package that of the interface,
// otherwise with the package's before it. Where that is taken, by what owners tell, it has the package's name in any
// case, the version, or the namespace.
func interfaceField(w *model.World, i *model.Interface, taken Names, owners map[string]*model.Package) string {
	name, p := GoName(i.Name), i.Package
	if p != w.Package && p.Name != i.Name {
		name = GoName(p.Name) + name
	}
	if !taken[name] {
		return name
	}
	switch before := owners[name]; {
	case before == nil:
		return GoName(p.Name) + name
	case before.Path() == p.Path():
		return name + "V" + strings.Map(OnlyLetters, p.Track())
	}
	return GoName(p.Namespace) + name
}
