package resolve

import (
	"fmt"

	witlib "go.bytecodealliance.org/wit"

	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/runtime/abi"
)

// addType converts a named type and adds it to the scope that declares it.
func (c *converter) addType(scope *model.Scope, t *witlib.TypeDef) error {
	if gated(t.Stability) || c.defs[t] != nil {
		return nil
	}
	d := &model.TypeDef{Owner: scope, Name: t.TypeName(), Docs: docs(t.Docs, t.Stability)}
	if err := c.define(d, t); err != nil {
		return fmt.Errorf("type %s: %w", d.Name, err)
	}
	c.defs[t] = d
	scope.Types = append(scope.Types, d)
	return nil
}

func (c *converter) define(d *model.TypeDef, t *witlib.TypeDef) (err error) {
	switch kind := t.Kind.(type) {
	case *witlib.Resource:
		d.Resource = &abi.Resource{Name: d.Owner.TrackID() + "/" + d.Name}
		return nil
	case *witlib.TypeDef:
		target := c.defs[kind]
		if target == nil {
			return fmt.Errorf("%s is gated or missing", kind.TypeName())
		}
		if root := target.Root(); root.Resource != nil {
			d.AliasOf = root
			return nil
		}
		d.Type = target.Type
		return nil
	}
	d.Type, err = c.convertKind(t.Kind)
	if err == nil && named(d.Type.Kind) {
		d.Type.Def = d
	}
	return err
}

// named reports whether types of the kind are declared by name in WIT.
func named(k abi.Kind) bool {
	return k == abi.Record || k == abi.Variant || k == abi.Enum || k == abi.Flags
}

// primitives gives the kind of the library's primitive types.
var primitives = map[witlib.TypeDefKind]abi.Kind{
	witlib.Bool{}: abi.Bool, witlib.S8{}: abi.S8, witlib.U8{}: abi.U8, witlib.S16{}: abi.S16, witlib.U16{}: abi.U16,
	witlib.S32{}: abi.S32, witlib.U32{}: abi.U32, witlib.S64{}: abi.S64, witlib.U64{}: abi.U64,
	witlib.F32{}: abi.F32, witlib.F64{}: abi.F64, witlib.Char{}: abi.Char, witlib.String{}: abi.String,
}

// convertType converts a type where it is used: a named one is looked up.
func (c *converter) convertType(t witlib.Type) (*model.Type, error) {
	def, ok := t.(*witlib.TypeDef)
	if !ok {
		return c.convertKind(t)
	}
	if def.Name == nil {
		return c.convertKind(def.Kind)
	}
	d := c.defs[def]
	switch {
	case d == nil:
		return nil, fmt.Errorf("type %s is gated or missing", def.TypeName())
	case d.Root().Resource != nil:
		return nil, fmt.Errorf("resource %s is used without own or borrow", def.TypeName())
	case d.Type.Def == d:
		return d.Type, nil
	}
	aliased := *d.Type
	aliased.Alias = d
	return &aliased, nil
}

// convertKind converts the shape of a type.
func (c *converter) convertKind(kind witlib.TypeDefKind) (*model.Type, error) {
	switch k := kind.(type) {
	case *witlib.TypeDef:
		return c.convertType(k)
	case witlib.Primitive:
		if p, ok := primitives[k]; ok {
			return &model.Type{Kind: p, ABI: abi.Primitive(p)}, nil
		}
		return nil, fmt.Errorf("error-context is not supported")
	case *witlib.List:
		elem, err := c.convertType(k.Type)
		if err != nil {
			return nil, err
		}
		return &model.Type{Kind: abi.List, Elem: elem, ABI: abi.NewList(elem.ABI)}, nil
	case *witlib.Option:
		return c.convertOption(k)
	case *witlib.Record:
		return c.convertRecord(k)
	case *witlib.Tuple:
		return c.convertTuple(k)
	case *witlib.Variant:
		return c.convertVariant(k)
	case *witlib.Enum:
		return convertEnum(k)
	case *witlib.Result:
		return c.convertResult(k)
	case *witlib.Flags:
		return convertFlags(k)
	case *witlib.Own:
		return c.convertHandle(abi.Own, abi.NewOwn, k.Type)
	case *witlib.Borrow:
		return c.convertHandle(abi.Borrow, abi.NewBorrow, k.Type)
	case *witlib.Stream:
		return nil, fmt.Errorf("stream is not supported")
	case *witlib.Future:
		return nil, fmt.Errorf("future is not supported")
	}
	return nil, fmt.Errorf("the type is of a kind that is not supported")
}

func (c *converter) convertOption(o *witlib.Option) (*model.Type, error) {
	elem, err := c.convertType(o.Type)
	if err != nil {
		return nil, err
	}
	t, err := abi.NewOption(elem.ABI)
	return &model.Type{Kind: abi.Option, Elem: elem, ABI: t}, err
}

func (c *converter) convertRecord(r *witlib.Record) (*model.Type, error) {
	fields := make([]model.Field, len(r.Fields))
	layout := make([]abi.Field, len(r.Fields))
	for i, f := range r.Fields {
		t, err := c.convertType(f.Type)
		if err != nil {
			return nil, fmt.Errorf("field %s: %w", f.Name, err)
		}
		fields[i] = model.Field{Name: f.Name, Docs: tidyDocs(f.Docs.Contents), Type: t}
		layout[i] = abi.Field{Name: f.Name, Type: t.ABI}
	}
	t, err := abi.NewRecord(layout...)
	return &model.Type{Kind: abi.Record, Fields: fields, ABI: t}, err
}

func (c *converter) convertTuple(tuple *witlib.Tuple) (*model.Type, error) {
	fields := make([]model.Field, len(tuple.Types))
	layout := make([]*abi.Type, len(tuple.Types))
	for i, part := range tuple.Types {
		t, err := c.convertType(part)
		if err != nil {
			return nil, err
		}
		fields[i].Type, layout[i] = t, t.ABI
	}
	t, err := abi.NewTuple(layout...)
	return &model.Type{Kind: abi.Tuple, Fields: fields, ABI: t}, err
}

func (c *converter) convertVariant(v *witlib.Variant) (*model.Type, error) {
	cases := make([]model.Case, len(v.Cases))
	layout := make([]abi.Case, len(v.Cases))
	for i, k := range v.Cases {
		cases[i] = model.Case{Name: k.Name, Docs: tidyDocs(k.Docs.Contents)}
		layout[i].Name = k.Name
		if k.Type == nil {
			continue
		}
		t, err := c.convertType(k.Type)
		if err != nil {
			return nil, fmt.Errorf("case %s: %w", k.Name, err)
		}
		cases[i].Type, layout[i].Type = t, t.ABI
	}
	t, err := abi.NewVariant(layout...)
	return &model.Type{Kind: abi.Variant, Cases: cases, ABI: t}, err
}

func convertEnum(e *witlib.Enum) (*model.Type, error) {
	cases := make([]model.Case, len(e.Cases))
	names := make([]string, len(e.Cases))
	for i, k := range e.Cases {
		cases[i] = model.Case{Name: k.Name, Docs: tidyDocs(k.Docs.Contents)}
		names[i] = k.Name
	}
	t, err := abi.NewEnum(names...)
	return &model.Type{Kind: abi.Enum, Cases: cases, ABI: t}, err
}

func (c *converter) convertResult(r *witlib.Result) (*model.Type, error) {
	cases := []model.Case{{Name: "ok"}, {Name: "error"}}
	var layout [2]*abi.Type
	for i, side := range []witlib.Type{r.OK, r.Err} {
		if side == nil {
			continue
		}
		t, err := c.convertType(side)
		if err != nil {
			return nil, err
		}
		cases[i].Type, layout[i] = t, t.ABI
	}
	t, err := abi.NewResult(layout[0], layout[1])
	return &model.Type{Kind: abi.Result, Cases: cases, ABI: t}, err
}

func convertFlags(f *witlib.Flags) (*model.Type, error) {
	labels := make([]model.Label, len(f.Flags))
	names := make([]string, len(f.Flags))
	for i, l := range f.Flags {
		labels[i] = model.Label{Name: l.Name, Docs: tidyDocs(l.Docs.Contents)}
		names[i] = l.Name
	}
	t, err := abi.NewFlags(names...)
	return &model.Type{Kind: abi.Flags, Labels: labels, ABI: t}, err
}

func (c *converter) convertHandle(kind abi.Kind, layout func(*abi.Resource) *abi.Type, of *witlib.TypeDef) (*model.Type, error) {
	d := c.defs[of]
	if d == nil || d.Root().Resource == nil {
		return nil, fmt.Errorf("resource %s is gated or missing", of.TypeName())
	}
	r := d.Root()
	return &model.Type{Kind: kind, Resource: r, ABI: layout(r.Resource)}, nil
}
