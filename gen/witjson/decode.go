package witjson

import (
	"fmt"
	"strings"

	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/gen/syntax"
)

// Decode reads a resolve in JSON, of at most [MaxSize] bytes. Errors begin with the path of what is wrong.
//
// Also accepted is the older spelling of results, an array of at most one. What a clone_of says, that an interface in
// place was copied by an include, has no place in a model. The root of the tree is the last package, since the JSON does
// not tell: that is right for all trees but those whose packages stand in one file.
func Decode(data []byte) (*model.Tree, error) {
	root, err := parse(data)
	if err != nil {
		return nil, fmt.Errorf("WIT in JSON: %w", err)
	}
	d := &decoder{doc: root.doc}
	tree := d.tree(root)
	if err := d.doc.err; err != nil {
		return nil, fmt.Errorf("WIT in JSON: %w", err)
	}
	model.MarkErrors(tree)
	return tree, nil
}

// decoder has what the arrays of the document stand for, by index.
type decoder struct {
	doc        *document
	packages   []*model.Package
	interfaces []*model.Interface
	worlds     []*model.World
	types      []*entry
	places     order

	reading *entry // the type, parameter or result that is being read
	spelled int    // how many types all of these are made of
}

// failed tells that something was wrong. Each step goes by what those before it have checked.
func (d *decoder) failed() bool { return d.doc.err != nil }

// tree makes the tree in steps. What is named comes first, so that all can refer to it.
func (d *decoder) tree(root *node) *model.Tree {
	m := root.members("worlds", "interfaces", "types", "packages")
	worlds, interfaces := m.get("worlds").elements(), m.get("interfaces").elements()
	types, packages := m.get("types").elements(), m.get("packages").elements()
	if len(packages) == 0 {
		root.fail("there is no package")
	}
	for range types {
		d.types = append(d.types, &entry{})
	}
	for _, step := range []func(){
		func() { d.declarePackages(packages) },
		func() { d.declareInterfaces(interfaces) },
		func() { d.declareWorlds(worlds) },
		func() { d.listPackages(packages, interfaces, worlds) },
		func() { d.placeInterfaces(interfaces, worlds) },
		func() { d.places = d.order() },
		func() { d.placeTypes(interfaces, worlds) },
		func() { d.defineTypes(types) },
		func() { d.fillInterfaces(interfaces) },
		func() { d.fillWorlds(worlds) },
	} {
		if step(); d.failed() {
			return nil
		}
	}
	return &model.Tree{Packages: d.packages, Root: d.packages[len(d.packages)-1]}
}

func packageMembers(n *node) members { return n.members("name", "docs?", "interfaces", "worlds") }

func interfaceMembers(n *node) members {
	return n.members("name", "types", "functions", "docs?", "stability?", "package", "clone_of?")
}

func worldMembers(n *node) members {
	return n.members("name", "imports", "exports", "package", "docs?", "stability?")
}

func (d *decoder) declarePackages(nodes []*node) {
	seen := map[string]bool{}
	for _, n := range nodes {
		m := packageMembers(n)
		p := packageName(m.get("name"))
		p.Docs = docs(m.optional("docs"))
		if seen[p.ID()] {
			m.get("name").fail("package %s is there twice", quote(p.ID()))
		}
		seen[p.ID()] = true
		d.packages = append(d.packages, p)
	}
}

// packageName reads a name such as "wasi:io@0.2.12".
func packageName(n *node) *model.Package {
	id, version, versioned := strings.Cut(n.string(), "@")
	namespace, name, ok := strings.Cut(id, ":")
	if !ok || !syntax.IsIdentifier(namespace) || !syntax.IsIdentifier(name) || versioned && !syntax.IsVersion(version) {
		n.fail("%s is no name of a package", quote(n.text))
	}
	return &model.Package{Namespace: namespace, Name: name, Version: version}
}

func (d *decoder) declareInterfaces(nodes []*node) {
	for _, n := range nodes {
		m := interfaceMembers(n)
		i := &model.Interface{}
		if name := m.get("name"); name.form != null {
			i.Name = identifier(name)
		}
		d.scope(&i.Scope, m)
		if clone := m.optional("clone_of"); clone != nil {
			clone.index(len(nodes))
		}
		d.interfaces = append(d.interfaces, i)
	}
}

func (d *decoder) declareWorlds(nodes []*node) {
	for _, n := range nodes {
		m := worldMembers(n)
		w := &model.World{}
		w.Name = identifier(m.get("name"))
		d.scope(&w.Scope, m)
		d.worlds = append(d.worlds, w)
	}
}

// scope reads what interfaces and worlds have in common.
func (d *decoder) scope(s *model.Scope, m members) {
	if i, ok := m.get("package").index(len(d.packages)); ok {
		s.Package = d.packages[i]
	}
	s.Docs, s.Stability = docs(m.optional("docs")), stability(m.optional("stability"))
}

// listPackages gives packages their interfaces and worlds. Each with a name is in its package's list, once.
func (d *decoder) listPackages(nodes, interfaces, worlds []*node) {
	listed := map[*model.Scope]bool{}
	for i, n := range nodes {
		p := d.packages[i]
		names := distinct{}
		list := func(at *node, s *model.Scope) {
			if s.Package != p || s.Name != at.key {
				at.fail("this is %s of package %s", quote(s.Name), s.Package.ID())
			}
			names.add(at, at.key)
			listed[s] = true
		}
		m := packageMembers(n)
		last := -1
		for _, e := range m.get("interfaces").entries() {
			if i, ok := e.index(len(d.interfaces)); ok {
				if i <= last {
					e.fail("interface %d stands before those in front of it", i)
				}
				last = i
				list(e, &d.interfaces[i].Scope)
				p.Interfaces = append(p.Interfaces, d.interfaces[i])
			}
		}
		for _, e := range m.get("worlds").entries() {
			if i, ok := e.index(len(d.worlds)); ok {
				list(e, &d.worlds[i].Scope)
				p.Worlds = append(p.Worlds, d.worlds[i])
			}
		}
	}
	for i, n := range interfaces {
		if s := &d.interfaces[i].Scope; s.Name != "" && !listed[s] {
			n.fail("package %s does not list it", s.Package.ID())
		}
	}
	for i, n := range worlds {
		if s := &d.worlds[i].Scope; !listed[s] {
			n.fail("package %s does not list it", s.Package.ID())
		}
	}
}

// placeInterfaces finds out for interfaces without a name which import or export they are.
func (d *decoder) placeInterfaces(interfaces, worlds []*node) {
	for i, n := range worlds {
		m := worldMembers(n)
		for _, items := range []*node{m.get("imports"), m.get("exports")} {
			for _, item := range items.entries() {
				if part := item.only(); part.key == "interface" {
					d.placeInterface(d.worlds[i], item, part)
				}
			}
		}
	}
	for i, n := range interfaces {
		if d.interfaces[i].Name == "" {
			n.fail("it has no name, and no world has it in place")
		}
	}
}

func (d *decoder) placeInterface(w *model.World, item, n *node) {
	id := itemMembers(n).get("id")
	index, ok := id.index(len(d.interfaces))
	if !ok {
		return
	}
	i := d.interfaces[index]
	switch {
	case i.World != nil:
		id.fail("the interface has no name and is %s of world %s already", quote(i.Name), i.World.ID())
	case i.Name == "" && i.Package != w.Package:
		id.fail("the interface has no name and is of package %s", i.Package.ID())
	case i.Name == "":
		i.World, i.Name = w, identifierOf(item, item.key)
	}
}

// docs reads documentation, which may be missing.
func docs(n *node) string {
	if n == nil {
		return ""
	}
	contents := n.members("contents").get("contents")
	if contents.form == null {
		return ""
	}
	return contents.string()
}

// stability reads what gates say, which may be missing.
func stability(n *node) (s model.Stability) {
	if n == nil {
		return s
	}
	switch choice := n.only(); choice.key {
	case "stable":
		m := choice.members("since", "deprecated?")
		s.Since = version(m.get("since"))
		s.Deprecated = optionalVersion(m)
	case "unstable":
		m := choice.members("feature", "deprecated?")
		s.Unstable = identifier(m.get("feature"))
		s.Deprecated = optionalVersion(m)
	default:
		n.fail("want stable or unstable")
	}
	return s
}

func optionalVersion(m members) string {
	n := m.optional("deprecated")
	if n == nil || n.form == null {
		return ""
	}
	return version(n)
}

func version(n *node) string {
	v := n.string()
	if !syntax.IsVersion(v) {
		n.fail("%s is no version", quote(v))
	}
	return v
}

// externalID reads an external ID, which may be missing.
func externalID(m members) string {
	n := m.optional("external_id")
	if n == nil || n.form == null {
		return ""
	}
	return n.string()
}
