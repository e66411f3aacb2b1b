package binary

import (
	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/runtime/component"
)

// The package and world that stand for a component, and for a module with several worlds. WIT needs names, and
// these are what other tools call them too.
var (
	componentWorld = id{namespace: "root", name: "component", item: "root"}
	moduleWorld    = id{namespace: "root", name: "root", item: "root"}
)

// componentFile makes the model of a file that is a component.
func (d *decoder) componentFile(data []byte) *model.Tree {
	c := d.component(data)
	var root *model.Package
	switch types := exportedTypes(c); {
	case types == nil:
		root = d.pkg(componentWorld)
		d.newWorld(root, componentWorld.item).actual(c)
	case d.parse(types[0].Name).Kind == component.NameInterface:
		root = d.wholePackage(types)
	default:
		root = d.packageItems(types)
	}
	d.path = nil
	d.docs(c, root)
	return d.tree(root)
}

// exportedTypes are the exports of a component that is an encoded package, nil for other ones: a package has
// nothing but component types, and at least one.
func exportedTypes(c *component.Component) []*component.Export {
	if len(c.Type.Imports) > 0 {
		return nil
	}
	var list []*component.Export
	for _, def := range c.Defs {
		x, ok := def.(*component.Export)
		if !ok {
			continue
		}
		if _, isComponent := x.Type.Type.(*component.ComponentType); x.Sort != component.SortType || !isComponent {
			return nil
		}
		list = append(list, x)
	}
	return list
}

// exportedType begins to read a component type that is exported.
func (d *decoder) exportedType(x *component.Export) *component.ComponentType {
	d.section, d.at = "export", x.Offset()
	d.path = []string{"export " + quoted(x.Name)}
	return x.Type.Type.(*component.ComponentType)
}

// packageItems reads a package in today's encoding: each interface and each world is a component type of its own
// that exports the interface or world under its name in full, and imports what that uses.
func (d *decoder) packageItems(types []*component.Export) *model.Package {
	var root *model.Package
	for _, x := range types {
		t := d.exportedType(x)
		if len(t.Exports) != 1 {
			d.fail("an encoded interface or world is the only export of its type, which has %d", len(t.Exports))
		}
		p := d.pkg(d.id(t.Exports[0].Name, t.Exports[0].VersionSuffix))
		if root != nil && p != root {
			d.fail("it belongs to the package %s, and others in the file to %s", p.ID(), root.ID())
		}
		root = p
		d.uses(t.Imports)
		d.packageItem(p, &t.Exports[0])
	}
	return root
}

// wholePackage reads a package in the encoding that came before: one component type exports all interfaces and
// worlds, and imports what these use of other packages.
func (d *decoder) wholePackage(types []*component.Export) *model.Package {
	x := types[0]
	t := d.exportedType(x)
	name := d.id(x.Name, x.VersionSuffix)
	if len(types) > 1 || name.item != "wit" {
		d.fail("a component that exports types alone is an encoded package, but the names of these types are none that these have")
	}
	root := d.pkg(name)
	d.uses(t.Imports)
	for i := range t.Exports {
		d.packageItem(root, &t.Exports[i])
	}
	return root
}

// uses adds parts of interfaces, as imports of an encoded package have them.
func (d *decoder) uses(imports []component.Extern) {
	for i := range imports {
		x := &imports[i]
		d.in("import "+quoted(x.Name), func() {
			t, ok := x.Type.Type.(*component.InstanceType)
			if !ok {
				d.fail("an interface can use interfaces, and nothing of the sort %s", x.Type.Sort)
			}
			d.ifaceNamed(x.Name, x.VersionSuffix).fill(t)
		})
	}
}

// packageItem adds an interface or world in full.
func (d *decoder) packageItem(p *model.Package, x *component.Extern) {
	name := d.id(x.Name, x.VersionSuffix)
	if d.pkg(name) != p {
		d.fail("%s is in another package than %s", quoted(x.Name), p.ID())
	}
	d.in(quoted(x.Name), func() {
		switch t := x.Type.Type.(type) {
		case *component.InstanceType:
			s := d.ifaceNamed(x.Name, x.VersionSuffix)
			s.fill(t)
			s.follow(t)
		case *component.ComponentType:
			d.newWorld(p, name.item).described(t)
		default:
			d.fail("a package has interfaces and worlds, and nothing of the sort %s", x.Type.Sort)
		}
	})
}
