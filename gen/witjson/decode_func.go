package witjson

import (
	"strings"

	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/runtime/abi"
)

func (d *decoder) fillInterfaces(nodes []*node) {
	for i, n := range nodes {
		iface := d.interfaces[i]
		m, names := interfaceMembers(n), distinct{}
		for _, e := range m.get("types").entries() {
			names.add(e, e.key) // functions have other names
		}
		for _, e := range m.get("functions").entries() {
			f := d.function(&iface.Scope, e.key, e)
			names.addFunc(e, f)
			iface.Funcs = append(iface.Funcs, f)
		}
	}
}

// addFunc adds the name of a function, which one of a resource has beside the resource's.
func (d distinct) addFunc(n *node, f *model.Func) {
	if f.Resource == nil {
		d.add(n, f.Base)
	} else if f.Kind != model.Constructor {
		d.add(n, f.Resource.Name+"."+f.Base)
	}
}

// function reads a function of a scope, which has it under a key.
func (d *decoder) function(s *model.Scope, key string, n *node) *model.Func {
	m := n.members("name", "kind", "params", "result?", "results?", "docs?", "stability?", "external_id?")
	f := &model.Func{Name: m.get("name").string(), Docs: docs(m.optional("docs")), ExternalID: externalID(m)}
	f.Stability = stability(m.optional("stability"))
	if f.Name != key {
		n.fail("its name is %s", quote(f.Name))
	}
	d.functionKind(f, s, m)
	names := distinct{}
	for _, p := range m.get("params").elements() {
		pm := p.members("name", "type")
		t, _ := d.standalone(pm.get("type"), s)
		f.Params = append(f.Params, model.Param{Name: names.identifier(pm), Type: t})
	}
	if r := result(m); r != nil && r.form != null {
		t, borrows := d.standalone(r, s)
		if f.Result = t; borrows {
			r.fail("a result can have no borrow inside")
		}
	}
	checkSignature(n, f)
	return f
}

// result is the node of the result's type, nil without one.
func result(m members) *node {
	older := m.optional("results")
	if older == nil {
		return m.optional("result")
	}
	list := older.elements()
	switch len(list) {
	case 0:
		return nil
	case 1:
		return list[0].members("type").get("type")
	}
	older.fail("functions with several results are no longer part of WIT")
	return nil
}

// functionKind reads the kind of a function, and finds the part of its name that WIT has.
func (d *decoder) functionKind(f *model.Func, s *model.Scope, m members) {
	kind := m.get("kind")
	base := f.Name
	if kind.form == text {
		f.Async = kind.text == "async-freestanding"
		if !f.Async && kind.text != "freestanding" {
			kind.fail("%s is no kind of function", quote(kind.text))
		}
	} else {
		base = d.resourceFunction(f, s, kind.only())
	}
	if f.Base = base; f.Kind != model.Constructor {
		identifierOf(m.get("name"), base)
	}
}

// resourceFunction reads the kind of a function of a resource. It returns its base name.
func (d *decoder) resourceFunction(f *model.Func, s *model.Scope, n *node) (base string) {
	e := d.resource(n, len(d.types))
	if e == nil {
		return ""
	}
	f.Resource = e.def
	if e.def.Owner != s || e.def != e.resource {
		n.fail("no resource %s is declared here", quote(e.def.Name))
	}
	prefix := ""
	switch n.key {
	case "method", "async-method":
		f.Kind, prefix = model.Method, "[method]"+e.def.Name+"."
	case "static", "async-static":
		f.Kind, prefix = model.Static, "[static]"+e.def.Name+"."
	case "constructor":
		f.Kind, prefix = model.Constructor, "[constructor]"+e.def.Name
	default:
		n.fail("unknown kind of function")
	}
	f.Async = strings.HasPrefix(n.key, "async-")
	base, ok := strings.CutPrefix(f.Name, prefix)
	if !ok || f.Kind == model.Constructor && base != "" {
		n.fail("the name of the function does not begin with %s", quote(prefix))
	}
	if f.Kind == model.Constructor {
		return "constructor"
	}
	return base
}

// checkSignature compares parameters and result with what the kind wants.
func checkSignature(n *node, f *model.Func) {
	switch f.Kind {
	case model.Method:
		if len(f.Params) == 0 || !handleOf(f.Params[0].Type, abi.Borrow, f.Resource) || f.Params[0].Name != "self" {
			n.fail("a method's first parameter is self, a borrow of its resource")
		}
	case model.Constructor:
		t := f.Result
		if t != nil && t.Kind == abi.Result && t.Alias == nil {
			t = t.OK()
		}
		if !handleOf(t, abi.Own, f.Resource) {
			n.fail("a constructor's result is its resource, or a result with that")
		}
	}
}

func handleOf(t *model.Type, kind abi.Kind, resource *model.TypeDef) bool {
	return t != nil && t.Kind == kind && t.Alias == nil && t.Resource == resource && t.Handle == nil
}
