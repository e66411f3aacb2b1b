package print

import (
	"strings"

	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/gen/syntax"
	"github.com/witan-os/witan/internal/diag"
)

// Package writes one package as a file of its own. What it uses of other packages is named, not included.
func Package(p *model.Package) string {
	w := &writer{pkg: p}
	w.header(p)
	w.contents(p)
	return w.text()
}

// Tree writes all packages of a tree into one file: the root in the form of a file, and behind it the others,
// nested.
func Tree(t *model.Tree) string {
	w := &writer{}
	if t.Root != nil {
		w.pkg = t.Root
		w.header(t.Root)
		w.contents(t.Root)
	}
	for _, p := range t.Packages {
		if p == t.Root {
			continue
		}
		w.pkg = p
		w.docs(p.Docs)
		w.block("package "+packageName(p), func() { w.contents(p) })
	}
	return w.text()
}

// writer collects text without much layout. A line per item and empty lines between some of them are all that
// the formatter wants to be told.
type writer struct {
	strings.Builder
	pkg *model.Package // the one whose names need no package in front
}

// text lays out what was written. A tree that no text can have, such as one with an interface called "a b",
// makes text that does not parse: it remains as it is, so that one can see what is wrong with it.
func (w *writer) text() string {
	text, errs := syntax.Format(diag.NewSource("", w.String()))
	if errs.Err() != nil {
		return w.String()
	}
	return text
}

func (w *writer) line(parts ...string) {
	for _, p := range parts {
		w.WriteString(p)
	}
	w.WriteByte('\n')
}

// block writes what body does in braces.
func (w *writer) block(head string, body func()) {
	w.line(head, " {")
	body()
	w.line("}")
}

func (w *writer) header(p *model.Package) {
	w.docs(p.Docs)
	w.line("package ", packageName(p), ";")
}

func (w *writer) contents(p *model.Package) {
	for _, i := range p.Interfaces {
		w.docs(i.Docs)
		w.gates(i.Stability, "")
		w.block("interface "+name(i.Name), func() { w.iface(i) })
	}
	for _, world := range p.Worlds {
		w.docs(world.Docs)
		w.gates(world.Stability, "")
		w.block("world "+name(world.Name), func() { w.world(world) })
	}
}

// name is an identifier as text has it.
func name(s string) string {
	if syntax.IsKeyword(s) {
		return "%" + s
	}
	return s
}

func packageName(p *model.Package) string { return packagePath(p) + version(p) }

func packagePath(p *model.Package) string { return name(p.Namespace) + ":" + name(p.Name) }

func version(p *model.Package) string {
	if p.Version == "" {
		return ""
	}
	return "@" + p.Version
}

// path is how the package that is being written names an interface.
func (w *writer) path(s *model.Scope) string {
	if s.Package == w.pkg {
		return name(s.Name)
	}
	return packagePath(s.Package) + "/" + name(s.Name) + version(s.Package)
}
