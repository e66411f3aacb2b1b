package binary

import (
	"encoding/json"
	"strings"
	"unicode"

	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/gen/syntax"
	"github.com/witan-os/witan/runtime/component"
)

// The binary format has no place for documentation and gates. Tools keep them in a custom section, as JSON
// behind a byte with the version of its form. What it says of things that are not in the file counts for
// nothing: a component has only a part of the packages that it was made from.
const docsSection = "package-docs"

// docsVersions are the versions of the form. The first one has texts where the second may have gates, too, and
// both can be read as one.
const docsVersions = 2

type packageDocs struct {
	Package    string                    `json:"package,omitempty"` // its ID; empty for the root
	Docs       string                    `json:"docs,omitempty"`
	Worlds     map[string]*worldDocs     `json:"worlds,omitempty"`
	Interfaces map[string]*interfaceDocs `json:"interfaces,omitempty"`
}

// worldDocs is about a world. What is said of interfaces and functions without telling imports from exports is
// for imports, and for exports of names that are no imports.
type worldDocs struct {
	itemDocs
	Interfaces       map[string]*interfaceDocs `json:"interfaces,omitempty"`
	InterfaceExports map[string]*interfaceDocs `json:"interface_exports,omitempty"`
	Types            map[string]*typeDocs      `json:"types,omitempty"`
	Funcs            map[string]*funcDocs      `json:"funcs,omitempty"`
	FuncExports      map[string]*funcDocs      `json:"func_exports,omitempty"`
	ImportGates      map[string]*gates         `json:"interface_import_stability,omitempty"`
	ExportGates      map[string]*gates         `json:"interface_export_stability,omitempty"`
	ImportDocs       map[string]string         `json:"interface_import_docs,omitempty"`
	ExportDocs       map[string]string         `json:"interface_export_docs,omitempty"`
}

type interfaceDocs struct {
	itemDocs
	Funcs map[string]*funcDocs `json:"funcs,omitempty"`
	Types map[string]*typeDocs `json:"types,omitempty"`
}

type typeDocs struct {
	itemDocs
	Items map[string]string `json:"items,omitempty"` // fields, cases and flags
}

type itemDocs struct {
	Docs      string `json:"docs,omitempty"`
	Stability gates  `json:"stability,omitzero"`
}

// funcDocs is an object, or in the first version a text.
type funcDocs struct{ itemDocs }

// UnmarshalJSON reads either form.
func (f *funcDocs) UnmarshalJSON(data []byte) error {
	if len(data) > 0 && data[0] == '"' {
		return json.Unmarshal(data, &f.Docs)
	}
	return json.Unmarshal(data, &f.itemDocs)
}

// gates are since when something is there, or for which feature.
type gates struct {
	Stable struct {
		Since      string `json:"since"`
		Deprecated string `json:"deprecated,omitempty"`
	} `json:"stable,omitzero"`
	Unstable struct {
		Feature    string `json:"feature"`
		Deprecated string `json:"deprecated,omitempty"`
	} `json:"unstable,omitzero"`
}

// docs reads the documentation that a component has with it. What does not name a package is about the root.
func (d *decoder) docs(c *component.Component, root *model.Package) {
	for _, def := range c.Defs {
		section, ok := def.(*component.Custom)
		if !ok || section.Name != docsSection {
			continue
		}
		d.at, d.section = section.Offset(), "custom"
		d.in(quoted(docsSection), func() { d.docsOf(section.Bytes, root) })
	}
}

func (d *decoder) docsOf(data []byte, root *model.Package) {
	if len(data) == 0 || data[0] >= docsVersions {
		d.fail("it does not begin with a version that is known, 0 or 1")
	}
	var docs packageDocs
	if err := json.Unmarshal(data[1:], &docs); err != nil {
		d.fail("it is not JSON of the form that it should have: %v", err)
	}
	if docs.Package != "" {
		root = d.packages[docs.Package]
	}
	if root == nil {
		return
	}
	root.Docs = or(root.Docs, docs.Docs)
	for _, i := range root.Interfaces {
		d.ifaceDocs(i, docs.Interfaces[i.Name])
	}
	for _, w := range root.Worlds {
		if with := docs.Worlds[w.Name]; with != nil {
			d.worldDocs(w, with)
		}
	}
}

func (d *decoder) worldDocs(w *model.World, with *worldDocs) {
	d.item(&w.Docs, &w.Stability, &with.itemDocs)
	for _, def := range w.Types {
		d.typeDocs(def, with.Types[def.Name])
	}
	imported := map[string]bool{}
	for _, i := range w.Imports {
		imported[i.Key()] = true
		d.itemDocs(i, with.Interfaces, with.Funcs, with.ImportGates)
		i.Docs = or(i.Docs, with.ImportDocs[i.Key()])
	}
	for _, i := range w.Exports {
		if !imported[i.Key()] {
			d.itemDocs(i, with.Interfaces, with.Funcs, nil)
		}
		d.itemDocs(i, with.InterfaceExports, with.FuncExports, with.ExportGates)
		i.Docs = or(i.Docs, with.ExportDocs[i.Key()])
	}
}

// itemDocs gives an import or export what is said of it.
func (d *decoder) itemDocs(i *model.Item, interfaces map[string]*interfaceDocs, funcs map[string]*funcDocs, all map[string]*gates) {
	switch {
	case i.Func != nil:
		d.funcDocs(i.Func, funcs[i.Name])
	case i.Interface == nil:
	case i.Interface.World != nil:
		d.ifaceDocs(i.Interface, interfaces[i.Name])
		i.Stability = i.Interface.Stability
	case all[i.Key()] != nil:
		i.Stability = d.stability(all[i.Key()])
	}
}

func (d *decoder) ifaceDocs(i *model.Interface, with *interfaceDocs) {
	if with == nil {
		return
	}
	d.item(&i.Docs, &i.Stability, &with.itemDocs)
	for _, def := range i.Types {
		d.typeDocs(def, with.Types[def.Name])
	}
	for _, f := range i.Funcs {
		d.funcDocs(f, with.Funcs[f.Name])
	}
}

func (d *decoder) funcDocs(f *model.Func, with *funcDocs) {
	if with != nil {
		d.item(&f.Docs, &f.Stability, &with.itemDocs)
	}
}

func (d *decoder) typeDocs(def *model.TypeDef, with *typeDocs) {
	if with == nil {
		return
	}
	d.item(&def.Docs, &def.Stability, &with.itemDocs)
	if def.Type == nil || def.Type.Def != def {
		return
	}
	t := def.Type
	for i := range t.Fields {
		t.Fields[i].Docs = tidy(with.Items[t.Fields[i].Name])
	}
	for i := range t.Cases {
		t.Cases[i].Docs = tidy(with.Items[t.Cases[i].Name])
	}
	for i := range t.Labels {
		t.Labels[i].Docs = tidy(with.Items[t.Labels[i].Name])
	}
}

func (d *decoder) item(docs *string, s *model.Stability, with *itemDocs) {
	*docs = or(*docs, with.Docs)
	*s = d.stability(&with.Stability)
}

// stability checks what gates say: it is going to stand in text without quotes.
func (d *decoder) stability(g *gates) model.Stability {
	s := model.Stability{Since: g.Stable.Since, Unstable: g.Unstable.Feature, Deprecated: g.Stable.Deprecated + g.Unstable.Deprecated}
	for _, v := range []string{s.Since, s.Deprecated} {
		if v != "" && !syntax.IsVersion(v) {
			d.fail("a gate has the version %s, which is none", quoted(v))
		}
	}
	switch {
	case s.Unstable != "" && !syntax.IsIdentifier(s.Unstable):
		d.fail("a gate has the feature %s, which is no identifier", quoted(s.Unstable))
	case s.Unstable != "" && s.Since != "", s.Deprecated != "" && s.Unstable == "" && s.Since == "":
		d.fail("gates exclude each other, or do not tell where something begins")
	}
	return s
}

// or is the text of docs, or what was there before if it is empty.
func or(before, docs string) string {
	if docs = tidy(docs); docs != "" {
		return docs
	}
	return before
}

// tidy removes blank space around a text and behind its lines, as for documentation that comes from text, and
// replaces what text may not have: what could do something to whoever reads it on a terminal.
func tidy(docs string) string {
	lines := strings.Split(strings.TrimSpace(strings.Map(harmless, docs)), "\n")
	for i, l := range lines {
		lines[i] = strings.TrimRight(l, " \t")
	}
	return strings.Join(lines, "\n")
}

func harmless(r rune) rune {
	switch {
	case r == '\n' || r == '\t':
		return r
	case r == '\r':
		return -1
	case !syntax.IsCharacter(r):
		return unicode.ReplacementChar
	}
	return r
}
