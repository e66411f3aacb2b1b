package inspect

import (
	"strings"

	"github.com/witan-os/witan/runtime/component"
)

// describer describes one component. A nested one has its own, since its names are its own.
type describer struct {
	*budget
	at    int64 // of the definition that is being described
	names *names
}

func describeComponent(b *budget, c *component.Component) *Component {
	d := &describer{budget: b, at: c.Offset(), names: newNames()}
	out := &Component{
		Offset: c.Offset(), Size: c.Size,
		Modules: []Module{}, Components: []Component{}, Custom: []Custom{},
	}
	out.Imports = d.externs(c.Type.Imports, d.names.inner(""))
	out.Exports = d.externs(c.Type.Exports, d.names.inner(""))
	for _, def := range c.Defs {
		switch def := def.(type) {
		case *component.CoreModule:
			out.Modules = append(out.Modules, *d.module(def.Bytes, def.Offset(), def.Type))
		case *component.Component:
			out.Components = append(out.Components, *describeComponent(b, def))
		case *component.Custom:
			b.spend(def.Offset(), len(def.Name))
			out.Custom = append(out.Custom, Custom{def.Name, def.Offset(), len(def.Bytes)})
		}
	}
	return out
}

// externs describes the imports or exports of a component, or the exports of an instance. Functions of
// resources go to their resource, which stands before them.
func (d *describer) externs(list []component.Extern, s *scope) []Extern {
	out := []Extern{}
	resources := map[string]*TypeDef{}
	for i := range list {
		x := &list[i]
		d.spend(d.at, len(x.Name)+len(x.Implements)+len(x.VersionSuffix)+len(x.ExternalID))
		n, err := component.ParseName(x.Name)
		if r := resources[n.Resource]; err == nil && n.Resource != "" && r != nil {
			r.Funcs = append(r.Funcs, *d.function(s, n, x.Type.Type.(*component.FuncType)))
			continue
		}
		e := d.extern(x, s)
		if e.Type != nil {
			resources[x.Name] = e.Type
		}
		out = append(out, e)
	}
	return out
}

func (d *describer) extern(x *component.Extern, s *scope) Extern {
	e := Extern{Name: x.Name, Kind: x.Type.Sort.String(), Implements: x.Implements, VersionSuffix: x.VersionSuffix}
	if x.HasExternalID {
		e.ExternalID = &x.ExternalID
	}
	switch t := x.Type; t.Sort {
	case component.SortFunc:
		e.Func = d.function(s, component.Name{Label: x.Name}, t.Type.(*component.FuncType))
	case component.SortType:
		e.Type = d.typeDef(s, x.Name, t.Type)
	case component.SortInstance:
		e.Instance = &InstanceType{Exports: d.externs(t.Type.(*component.InstanceType).Exports, s.inner(x.Name))}
	case component.SortComponent:
		c := t.Type.(*component.ComponentType)
		e.Component = &ComponentType{
			Imports: d.externs(c.Imports, s.inner(x.Name)), Exports: d.externs(c.Exports, s.inner(x.Name)),
		}
	case component.SortCoreModule:
		if t.Module != nil {
			e.Module = d.moduleType(t.Module)
		}
	case component.SortValue:
		e.Value = d.text(s, t.Type)
	}
	return e
}

func (d *describer) function(s *scope, n component.Name, t *component.FuncType) *Func {
	f := &Func{Name: n.Label, Kind: "func", Async: t.Async, Params: []Named{}}
	params := t.Params
	switch n.Kind {
	case component.NameConstructor:
		f.Kind = "constructor"
	case component.NameMethod:
		f.Kind, params = "method", params[1:]
	case component.NameStatic:
		f.Kind = "static"
	}
	for _, p := range params {
		d.spend(d.at, len(p.Label))
		f.Params = append(f.Params, Named{p.Label, d.text(s, p.Type)})
	}
	if t.Result != nil {
		f.Result = d.text(s, t.Result)
	}
	return f
}

// typeDef describes the type that is imported or exported under a name, and gives it that name.
func (d *describer) typeDef(s *scope, name string, t component.Type) *TypeDef {
	def := &TypeDef{Name: name}
	known, isKnown := d.names.known(t)
	own := known.scope == s
	switch {
	case isKnown && own && known.name != name:
		def.Kind, def.Of = "alias", known.name
	case isKnown && !own && known.scope.path != "":
		def.Kind, def.From, def.Of = "use", known.scope.path, known.name
	default:
		d.define(s, def, t)
	}
	s.enter(t, name)
	return def
}

// define describes a type by its parts.
func (d *describer) define(s *scope, def *TypeDef, t component.Type) {
	def.Kind = nominalKind(t)
	switch t := t.(type) {
	case *component.Record:
		for _, f := range t.Fields {
			def.Parts = append(def.Parts, Named{f.Label, d.text(s, f.Type)})
		}
	case *component.Variant:
		for _, c := range t.Cases {
			part := Named{Name: c.Label}
			if c.Type != nil {
				part.Type = d.text(s, c.Type)
			}
			def.Parts = append(def.Parts, part)
		}
	case *component.Enum:
		def.Parts = labels(t.Labels)
	case *component.Flags:
		def.Parts = labels(t.Labels)
	case *component.Resource:
	case component.ValueType:
		def.Of = d.text(s, t)
	default:
		def.Of = def.Kind
	}
	for _, p := range def.Parts {
		d.spend(d.at, len(p.Name))
	}
}

func labels(list []string) []Named {
	out := make([]Named, len(list))
	for i, l := range list {
		out[i] = Named{Name: l}
	}
	return out
}

// moduleType describes the declared type of a core module.
func (d *describer) moduleType(t *component.CoreModuleType) *ModuleType {
	out := &ModuleType{Imports: []CoreExtern{}, Exports: []CoreExtern{}}
	for i := range t.Imports {
		module := t.Imports[i].Module
		e := d.coreExtern(&t.Imports[i].CoreExtern)
		e.Module = &module
		out.Imports = append(out.Imports, e)
	}
	for i := range t.Exports {
		out.Exports = append(out.Exports, d.coreExtern(&t.Exports[i]))
	}
	return out
}

func (d *describer) coreExtern(x *component.CoreExtern) CoreExtern {
	e := CoreExtern{Name: x.Name, Kind: strings.TrimPrefix(x.Sort.String(), "core ")}
	switch {
	case x.Func != nil:
		e.Type = coreFuncText(x.Func)
	case x.Sort == component.SortCoreGlobal:
		e.Type = globalText(x.Val, x.Mutable)
	case x.Sort == component.SortCoreTable:
		e.Type = tableText(x.Val, x.Limits)
	case x.Sort == component.SortCoreMemory:
		e.Type = memoryText(x.Limits)
	}
	d.spend(d.at, len(e.Name)+len(e.Type))
	return e
}
