package modeltest_test

import (
	"strings"
	"testing"

	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/gen/model/modeltest"
	"github.com/witan-os/witan/runtime/abi"
)

// sample makes a new tree, of pointers that no other has.
func sample() *model.Tree {
	p := &model.Package{Namespace: "a", Name: "b", Version: "1.0.0", Docs: "about"}
	i := &model.Interface{Scope: model.Scope{Package: p, Name: "i"}}
	r := &model.TypeDef{Owner: &i.Scope, Name: "r", Resource: &abi.Resource{Name: "a:b/i@1/r"}}
	rec := &model.TypeDef{Owner: &i.Scope, Name: "rec", Docs: "a record"}
	rec.Type = &model.Type{Kind: abi.Record, Def: rec, Fields: []model.Field{
		{Name: "x", Type: &model.Type{Kind: abi.List, Elem: &model.Type{Kind: abi.Own, Resource: r}}},
	}}
	alias := &model.TypeDef{Owner: &i.Scope, Name: "alias", Type: rec.Type}
	i.Types = []*model.TypeDef{r, rec, alias}
	use := *alias.Type
	use.Alias = alias
	f := &model.Func{Name: "f", Base: "f", Params: []model.Param{{Name: "a", Type: &use}}}
	f.Result = &model.Type{Kind: abi.Result, Cases: []model.Case{{Name: "ok"}, {Name: "error", Type: rec.Type}}}
	i.Funcs = []*model.Func{f}
	p.Interfaces = []*model.Interface{i}
	w := &model.World{Scope: model.Scope{Package: p, Name: "w"}}
	in := &model.Interface{Scope: model.Scope{Package: p, World: w, Name: "in"}}
	w.Imports = []*model.Item{{Interface: i}, {Name: "in", Interface: in}}
	w.Exports = []*model.Item{{Name: "g", Func: &model.Func{Name: "g", Base: "g"}}}
	p.Worlds = []*model.World{w}
	return &model.Tree{Packages: []*model.Package{p}, Root: p}
}

func TestDiff(t *testing.T) {
	if d := modeltest.Diff(sample(), sample()); d != "" {
		t.Errorf("equal trees differ:\n%s", d)
	}
	iface := func(t *model.Tree) *model.Interface { return t.Packages[0].Interfaces[0] }
	world := func(t *model.Tree) *model.World { return t.Packages[0].Worlds[0] }
	tests := []struct {
		name   string
		change func(*model.Tree)
		want   string
		ignore []modeltest.Ignore // hides the difference
	}{
		{"root", func(t *model.Tree) { t.Root = nil }, "Root", []modeltest.Ignore{modeltest.Root}},
		{"version", func(t *model.Tree) { t.Root.Version = "2.0.0" }, "a:b@2.0.0", nil},
		{"docs", func(t *model.Tree) { t.Root.Docs = "more" }, "more", []modeltest.Ignore{modeltest.Docs}},
		{"docs of a type", func(t *model.Tree) { iface(t).Types[1].Docs = "" }, "a record", []modeltest.Ignore{modeltest.Docs}},
		{"docs of a field", func(t *model.Tree) { iface(t).Types[1].Type.Fields[0].Docs = "new" }, "new", []modeltest.Ignore{modeltest.Docs}},
		{"stability", func(t *model.Tree) { iface(t).Since = "1.0.0" }, "Since", []modeltest.Ignore{modeltest.Stability}},
		{"order", func(t *model.Tree) { types := iface(t).Types; types[0], types[1] = types[1], types[0] }, "rec", nil},
		{"fewer", func(t *model.Tree) { iface(t).Funcs = nil }, "Funcs", nil},
		{"owner", func(t *model.Tree) { iface(t).Types[1].Owner = &world(t).Scope }, "a:b/w@1.0.0.rec", nil},
		{"error", func(t *model.Tree) { iface(t).Types[1].IsError = true }, "IsError", nil},
		{"resource", func(t *model.Tree) { iface(t).Types[0].Resource.Name = "other" }, "other", nil},
		{"part", func(t *model.Tree) { iface(t).Types[1].Type.Fields[0].Type.Elem.Kind = abi.Borrow }, "borrow<a:b/i@1.0.0.r>", nil},
		{"alias", func(t *model.Tree) { iface(t).Funcs[0].Params[0].Type.Alias = nil }, "a:b/i@1.0.0.alias", nil},
		{"handle", func(t *model.Tree) { iface(t).Types[1].Type.Fields[0].Type.Elem.Handle = iface(t).Types[2] }, "as a:b/i@1.0.0.alias", nil},
		{"async", func(t *model.Tree) { iface(t).Funcs[0].Async = true }, "Async", nil},
		{"result", func(t *model.Tree) { iface(t).Funcs[0].Result.Cases[1].Type = nil }, "result<", nil},
		{"item", func(t *model.Tree) { world(t).Imports[0].Name = "named" }, "Implement", nil},
		{"docs of an item", func(t *model.Tree) { world(t).Imports[0].Docs = "used" }, "used", []modeltest.Ignore{modeltest.ItemDocs}},
		{"external ID", func(t *model.Tree) { world(t).Imports[0].ExternalID = "x" }, "ExternalID", nil},
		{"in place", func(t *model.Tree) { world(t).Imports[1].Interface.Funcs = iface(t).Funcs }, "InPlace", nil},
		{"function of a world", func(t *model.Tree) { world(t).Exports[0].Func.Kind = model.Static }, "Kind", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := sample()
			tt.change(got)
			d := modeltest.Diff(sample(), got)
			if d == "" || !strings.Contains(d, tt.want) {
				t.Errorf("want %s in the difference:\n%s", tt.want, d)
			}
			if d := modeltest.Diff(sample(), got, tt.ignore...); tt.ignore != nil && d != "" {
				t.Errorf("a difference to ignore:\n%s", d)
			}
		})
	}
}
