package docs

import (
	"strings"

	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/runtime/abi"
)

// Index is the name of the page that lists the packages.
const Index = "index"

// Pages makes the pages of a tree: the index, the root package, and then the packages that it uses.
func Pages(tree *model.Tree) []Page {
	index := Page{Name: Index, Title: "WIT packages"}
	pages := []Page{{}, newPage(tree.Root)}
	for _, p := range tree.Packages {
		if p != tree.Root {
			pages = append(pages, newPage(p))
		}
	}
	list := Section{Level: 2, Title: "Packages"}
	for _, p := range pages[1:] {
		list.Parts = append(list.Parts, Part{Code: []Span{{p.Title, Target{Page: p.Name}}}, Docs: summary(p.Docs)})
	}
	index.Sections = []Section{list}
	pages[0] = index
	return pages
}

// Root is the page of a tree's root package alone.
func Root(tree *model.Tree) Page { return newPage(tree.Root) }

// pageName is the name of a package's page. A colon can't be in the names of files everywhere.
func pageName(p *model.Package) string {
	return strings.NewReplacer(":", "-", "@", "-").Replace(p.ID())
}

// summary is the first paragraph.
func summary(docs string) string {
	first, _, _ := strings.Cut(docs, "\n\n")
	return first
}

func newPage(p *model.Package) Page {
	b := &builder{page: Page{Name: pageName(p), Title: p.ID(), Docs: p.Docs}}
	b.contents(p)
	for _, w := range p.Worlds {
		b.world(w)
	}
	for _, i := range p.Interfaces {
		b.iface(i, 2)
	}
	return b.page
}

// builder adds to a page in the order of reading.
type builder struct{ page Page }

func (b *builder) add(s Section) { b.page.Sections = append(b.page.Sections, s) }

// contents lists what the page is about.
func (b *builder) contents(p *model.Package) {
	s := Section{Level: 2, Title: "Contents"}
	for _, w := range p.Worlds {
		s.Parts = append(s.Parts, Part{concat(text("world "), scopeLink(&w.Scope)), summary(w.Docs)})
	}
	for _, i := range p.Interfaces {
		s.Parts = append(s.Parts, Part{concat(text("interface "), scopeLink(&i.Scope)), summary(i.Docs)})
	}
	if len(s.Parts) > 0 {
		b.add(s)
	}
}

func (b *builder) world(w *model.World) {
	b.add(Section{Level: 2, Anchor: anchor(&w.Scope), Title: "world " + w.Name, Notes: notes(w.Stability), Docs: w.Docs})
	b.items(w, "Imports", w.Imports)
	b.items(w, "Exports", w.Exports)
	b.types(&w.Scope, model.Funcs(w.Imports), 3)
}

// items lists one direction of a world. Types are declared below, interfaces in place as well.
func (b *builder) items(w *model.World, title string, items []*model.Item) {
	list := Section{Level: 3, Title: title}
	for _, i := range items {
		switch {
		case i.Func != nil && i.Func.Resource == nil:
			list.Parts = append(list.Parts, Part{funcSpans(i.Func), i.Func.Docs})
		case i.Interface != nil:
			list.Parts = append(list.Parts, Part{itemSpans(i), i.Docs})
		}
	}
	if len(list.Parts) > 0 {
		b.add(list)
	}
	for _, i := range items {
		if i.Interface != nil && i.Interface.World == w {
			b.iface(i.Interface, 3)
		}
	}
}

func itemSpans(i *model.Item) []Span {
	link := scopeLink(&i.Interface.Scope)
	if i.Implements() {
		return concat(text(i.Name, ": "), link)
	}
	return link
}

func (b *builder) iface(i *model.Interface, level int) {
	b.add(Section{Level: level, Anchor: anchor(&i.Scope), Title: "interface " + i.Name, Notes: notes(i.Stability), Docs: i.Docs})
	b.types(&i.Scope, i.Funcs, level+1)
	for _, f := range i.Funcs {
		if f.Resource == nil {
			b.fn(f, anchor(&i.Scope), level+1)
		}
	}
}

// types declares the types of a scope, and behind each resource those of the functions that are its own.
func (b *builder) types(s *model.Scope, funcs []*model.Func, level int) {
	for _, d := range s.Types {
		if d.Used() {
			continue
		}
		b.typeDef(d, level)
		for _, f := range funcs {
			if f.Resource == d {
				b.fn(f, anchor(s), level+1)
			}
		}
	}
}

func (b *builder) fn(f *model.Func, scope string, level int) {
	at := scope + "." + f.Base
	if f.Resource != nil {
		at = scope + "." + f.Resource.Name + "." + f.Base
	}
	b.add(Section{Level: level, Anchor: at, Title: f.Base, Code: funcSpans(f), Notes: notes(f.Stability), Docs: f.Docs})
}

func (b *builder) typeDef(d *model.TypeDef, level int) {
	s := Section{Level: level, Anchor: typeAnchor(d), Title: d.Name, Notes: notes(d.Stability), Docs: d.Docs}
	switch {
	case d.Target() != nil:
		s.Code = concat(text("type ", d.Name, " = "), typeLink(d.Target()))
	case d.Resource != nil:
		s.Code = text("resource ", d.Name)
	case d.Type.Def == d:
		s.Code = text(d.Type.Kind.String(), " ", d.Name)
		s.Parts = parts(d.Type)
	default:
		s.Code = concat(text("type ", d.Name, " = "), typeSpans(d.Type))
	}
	b.add(s)
}

// parts are the members of a record, variant, enum or flags.
func parts(t *model.Type) []Part {
	var out []Part
	switch t.Kind {
	case abi.Record:
		for _, f := range t.Fields {
			out = append(out, Part{concat(text(f.Name, ": "), typeSpans(f.Type)), f.Docs})
		}
	case abi.Flags:
		for _, l := range t.Labels {
			out = append(out, Part{text(l.Name), l.Docs})
		}
	default:
		for _, c := range t.Cases {
			code := text(c.Name)
			if c.Type != nil {
				code = concat(code, text("("), typeSpans(c.Type), text(")"))
			}
			out = append(out, Part{code, c.Docs})
		}
	}
	return out
}

// notes say in words what the gates of a declaration say.
func notes(s model.Stability) []string {
	var out []string
	if s.Since != "" {
		out = append(out, "Since version "+s.Since+".")
	}
	if s.Unstable != "" {
		out = append(out, "Unstable: part of the feature "+s.Unstable+".")
	}
	if s.Deprecated != "" {
		out = append(out, "Deprecated since version "+s.Deprecated+".")
	}
	return out
}
