package cguest

import (
	"slices"
	"strconv"
	"strings"

	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/runtime/abi"
)

// ctype is a type in C.
type ctype struct {
	name  string
	free  string // the function that frees what values own; empty if they own no memory
	entry string // of a map: the type of its elements

	lower, lift string // of a variant: the functions between it and slots

	channel bool // of a stream or future: there are functions for it
}

// stem is the name without the suffix of types.
func (c *ctype) stem() string { return strings.TrimSuffix(c.name, "_t") }

// typeKey tells types in C apart: named ones by where they are declared, others by their structure.
type typeKey struct {
	view      *view
	def       *model.TypeDef
	structure string
}

// primitives are the types of C for those of WIT that have no parts.
var primitives = map[abi.Kind]string{
	abi.Bool: "bool", abi.S8: "int8_t", abi.U8: "uint8_t", abi.S16: "int16_t", abi.U16: "uint16_t",
	abi.S32: "int32_t", abi.U32: "uint32_t", abi.S64: "int64_t", abi.U64: "uint64_t",
	abi.F32: "float", abi.F64: "double", abi.Char: "uint32_t",
}

// ctype returns the C type for a type as a view has it. The first time it declares the type, behind those that it is
// made of.
func (g *generator) ctype(v *view, t *model.Type) *ctype {
	switch {
	case t.Kind == abi.Own || t.Kind == abi.Borrow:
		if t.Alias == nil {
			return g.handle(v, t)
		}
		return g.named(v, t.Alias)
	case t.Alias != nil:
		return g.named(v, t.Alias)
	case t.Def != nil:
		return g.named(v, t.Def)
	case t.Kind == abi.String:
		return g.stringType()
	case t.Kind == abi.ErrorContext:
		g.errorContexts = true
		g.stringType()
		return &ctype{name: g.prefix + "_error_context_t"}
	}
	if name, ok := primitives[t.Kind]; ok {
		return &ctype{name: name}
	}
	return g.anonymous(v, t)
}

// named returns the C type for a type with a name.
func (g *generator) named(v *view, d *model.TypeDef) *ctype {
	home := g.home(v, d)
	key := typeKey{view: home, def: d}
	if c := g.types[key]; c != nil {
		return c
	}
	c := &ctype{}
	g.types[key] = c
	name := home.prefix + "_" + snake(d.Name)
	g.declare(home, d.Type, c, name, d)
	return c
}

// typeDef declares a type of a view, or a resource.
func (g *generator) typeDef(v *view, d *model.TypeDef) {
	if d.Type == nil {
		g.resource(v, d)
		return
	}
	g.named(v, d)
}

// anonymous returns the C type for a type without a name. One that is made of primitive types alone belongs to the
// world, so that all functions which pass it agree; others belong to the view.
func (g *generator) anonymous(v *view, t *model.Type) *ctype {
	key := typeKey{structure: g.structure(v, t)}
	prefix := g.prefix
	if !isPrimitive(t) {
		key.view, prefix = v, v.prefix
		if v.item == nil {
			key.view = g.views.imported[v.scope]
		}
	}
	if c := g.types[key]; c != nil {
		return c
	}
	c := &ctype{}
	g.types[key] = c
	g.declare(v, t, c, prefix+"_"+encoded(t), nil)
	return c
}

// isPrimitive reports whether a type has a name neither itself nor in it. A result counts as one that has, by habit.
func isPrimitive(t *model.Type) bool {
	if t.Alias != nil || t.Def != nil {
		return false
	}
	switch t.Kind {
	case abi.List, abi.FixedList, abi.Option:
		return isPrimitive(t.Elem)
	case abi.Map:
		return isPrimitive(t.Key) && isPrimitive(t.Elem)
	case abi.Tuple:
		return !slices.ContainsFunc(t.Fields, func(f model.Field) bool { return !isPrimitive(f.Type) })
	}
	return t.Kind <= abi.String || t.Kind == abi.ErrorContext
}

// structure tells a type without a name apart from others of its view: by its kind and the C types that it is made of.
func (g *generator) structure(v *view, t *model.Type) string {
	s := t.Kind.String() + strconv.FormatUint(uint64(t.Len), 10) + "("
	for _, p := range parts(t) {
		if p != nil {
			s += g.ctype(v, p).name
		}
		s += ","
	}
	return s + ")"
}

// parts are the types that one without a name is made of; nil stands for one that is left out.
func parts(t *model.Type) []*model.Type {
	switch t.Kind {
	case abi.Map:
		return []*model.Type{t.Key, t.Elem}
	case abi.Result:
		return []*model.Type{t.OK(), t.Err()}
	case abi.Tuple:
		list := make([]*model.Type, len(t.Fields))
		for i, f := range t.Fields {
			list[i] = f.Type
		}
		return list
	}
	return []*model.Type{t.Elem}
}

// encoded spells a type without a name, for example "list_option_u8".
func encoded(t *model.Type) string {
	switch {
	case t == nil:
		return "void"
	case t.Alias != nil:
		return snake(t.Alias.Name)
	case t.Def != nil:
		return snake(t.Def.Name)
	}
	switch t.Kind {
	case abi.Own, abi.Borrow:
		return t.Kind.String() + "_" + snake(handleDef(t).Name)
	case abi.Char:
		return "char32"
	case abi.ErrorContext:
		return "error_context"
	}
	if t.Kind <= abi.String {
		return t.Kind.String()
	}
	s := t.Kind.String()
	switch t.Kind {
	case abi.Tuple:
		s += strconv.Itoa(len(t.Fields))
	case abi.FixedList:
		s += strconv.FormatUint(uint64(t.Len), 10)
	}
	for _, p := range parts(t) {
		s += "_" + encoded(p)
	}
	return s
}

// handleDef is the resource type that a handle was written with, which may be an alias.
func handleDef(t *model.Type) *model.TypeDef {
	if t.Handle != nil {
		return t.Handle
	}
	return t.Resource
}
