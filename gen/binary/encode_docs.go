package binary

import (
	"encoding/json"

	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/runtime/component"
)

// docs writes the documentation and gates of a package, in the newest form. Only what there is something to say of
// is named.
func (e *encoder) docs(w *component.Writer, p *model.Package) {
	all := &packageDocs{Docs: p.Docs, Interfaces: map[string]*interfaceDocs{}, Worlds: map[string]*worldDocs{}}
	for _, i := range p.Interfaces {
		put(all.Interfaces, i.Name, ifaceDocsOf(i))
	}
	for _, x := range p.Worlds {
		put(all.Worlds, x.Name, worldDocsOf(x))
	}
	text, err := json.Marshal(all)
	if err != nil {
		e.fail("its documentation cannot be written as JSON: %v", err)
	}
	if string(text) != "{}" {
		w.Custom(docsSection, append([]byte{docsVersions - 1}, text...))
	}
}

// put gives a name what is said of it, if anything is.
func put[T interface{ empty() bool }](m map[string]T, name string, v T) {
	if !v.empty() {
		m[name] = v
	}
}

func (d *itemDocs) empty() bool { return *d == itemDocs{} }

func (d *typeDocs) empty() bool { return d.itemDocs.empty() && len(d.Items) == 0 }

func (d *interfaceDocs) empty() bool {
	return d.itemDocs.empty() && len(d.Funcs)+len(d.Types) == 0
}

func (d *worldDocs) empty() bool {
	return d.itemDocs.empty() && len(d.Interfaces)+len(d.InterfaceExports)+len(d.Types)+len(d.Funcs)+
		len(d.FuncExports)+len(d.ImportGates)+len(d.ExportGates)+len(d.ImportDocs)+len(d.ExportDocs) == 0
}

func itemDocsOf(docs string, s model.Stability) itemDocs {
	return itemDocs{Docs: docs, Stability: gatesOf(s)}
}

func gatesOf(s model.Stability) (g gates) {
	if s.Unstable != "" {
		g.Unstable.Feature, g.Unstable.Deprecated = s.Unstable, s.Deprecated
	} else {
		g.Stable.Since, g.Stable.Deprecated = s.Since, s.Deprecated
	}
	return g
}

func ifaceDocsOf(i *model.Interface) *interfaceDocs {
	d := &interfaceDocs{
		itemDocs: itemDocsOf(i.Docs, i.Stability), Funcs: map[string]*funcDocs{}, Types: map[string]*typeDocs{},
	}
	for _, f := range i.Funcs {
		put(d.Funcs, f.Name, funcDocsOf(f))
	}
	for _, t := range i.Types {
		put(d.Types, t.Name, typeDocsOf(t))
	}
	return d
}

func funcDocsOf(f *model.Func) *funcDocs { return &funcDocs{itemDocsOf(f.Docs, f.Stability)} }

func typeDocsOf(t *model.TypeDef) *typeDocs {
	d := &typeDocs{itemDocs: itemDocsOf(t.Docs, t.Stability), Items: map[string]string{}}
	item := func(name, docs string) {
		if docs != "" {
			d.Items[name] = docs
		}
	}
	if t.Type == nil || t.Type.Def != t {
		return d
	}
	for _, f := range t.Type.Fields {
		item(f.Name, f.Docs)
	}
	for _, c := range t.Type.Cases {
		item(c.Name, c.Docs)
	}
	for _, l := range t.Type.Labels {
		item(l.Name, l.Docs)
	}
	return d
}

// worldDocsOf tells imports from exports throughout, as the newest form can.
func worldDocsOf(x *model.World) *worldDocs {
	d := &worldDocs{
		itemDocs: itemDocsOf(x.Docs, x.Stability), Types: map[string]*typeDocs{},
		Interfaces: map[string]*interfaceDocs{}, InterfaceExports: map[string]*interfaceDocs{},
		Funcs: map[string]*funcDocs{}, FuncExports: map[string]*funcDocs{},
		ImportGates: map[string]*gates{}, ExportGates: map[string]*gates{},
		ImportDocs: map[string]string{}, ExportDocs: map[string]string{},
	}
	for _, t := range x.Types {
		put(d.Types, t.Name, typeDocsOf(t))
	}
	for _, i := range x.Imports {
		itemsDocsOf(i, d.Interfaces, d.Funcs, d.ImportGates, d.ImportDocs)
	}
	for _, i := range x.Exports {
		itemsDocsOf(i, d.InterfaceExports, d.FuncExports, d.ExportGates, d.ExportDocs)
	}
	return d
}

// itemsDocsOf is for imports or exports alike. An interface that has a name of its own has its documentation there,
// and what remains is that of the import or export.
func itemsDocsOf(
	i *model.Item, interfaces map[string]*interfaceDocs, funcs map[string]*funcDocs, all map[string]*gates, docs map[string]string,
) {
	switch {
	case i.Func != nil:
		put(funcs, i.Name, funcDocsOf(i.Func))
	case i.Interface == nil:
	case i.Interface.World != nil:
		put(interfaces, i.Name, ifaceDocsOf(i.Interface))
	default:
		if g := gatesOf(i.Stability); g != (gates{}) {
			all[i.Key()] = &g
		}
		if i.Docs != "" {
			docs[i.Key()] = i.Docs
		}
	}
}
