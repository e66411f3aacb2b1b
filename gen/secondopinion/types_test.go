package secondopinion_test

import (
	"fmt"

	witlib "go.bytecodealliance.org/wit"

	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/runtime/abi"
)

// addType converts a named type and adds it to the scope that declares it.
func (c *converter) addType(scope *model.Scope, t *witlib.TypeDef) error {
	if c.defs[t] != nil {
		return nil
	}
	d := &model.TypeDef{Owner: scope, Name: t.TypeName(), Docs: t.Docs.Contents, Stability: stability(t.Stability)}
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
			return fmt.Errorf("%s is missing", kind.TypeName())
		}
		if root := target.Root(); root.Resource != nil {
			d.AliasOf = target
			return nil
		}
	}
	d.Type, err = c.convertKind(t.Kind)
	if err == nil && named(d.Type.Kind) && d.Type.Def == nil {
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
		return nil, fmt.Errorf("type %s is missing", def.TypeName())
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
			return &model.Type{Kind: p}, nil
		}
		return &model.Type{Kind: abi.ErrorContext}, nil
	case *witlib.List:
		return c.convertElem(abi.List, k.Type)
	case *witlib.Option:
		return c.convertElem(abi.Option, k.Type)
	case *witlib.Stream:
		return c.convertElem(abi.Stream, k.Type)
	case *witlib.Future:
		return c.convertElem(abi.Future, k.Type)
	case *witlib.Record:
		t := &model.Type{Kind: abi.Record}
		for _, f := range k.Fields {
			field := model.Field{Name: f.Name, Docs: f.Docs.Contents}
			var err error
			if field.Type, err = c.convertType(f.Type); err != nil {
				return nil, fmt.Errorf("field %s: %w", f.Name, err)
			}
			t.Fields = append(t.Fields, field)
		}
		return t, nil
	case *witlib.Tuple:
		t := &model.Type{Kind: abi.Tuple}
		for _, part := range k.Types {
			p, err := c.convertType(part)
			if err != nil {
				return nil, err
			}
			t.Fields = append(t.Fields, model.Field{Type: p})
		}
		return t, nil
	case *witlib.Variant:
		return c.convertVariant(k)
	case *witlib.Enum:
		t := &model.Type{Kind: abi.Enum}
		for _, k := range k.Cases {
			t.Cases = append(t.Cases, model.Case{Name: k.Name, Docs: k.Docs.Contents})
		}
		return t, nil
	case *witlib.Result:
		return c.convertResult(k)
	case *witlib.Flags:
		t := &model.Type{Kind: abi.Flags}
		for _, l := range k.Flags {
			t.Labels = append(t.Labels, model.Label{Name: l.Name, Docs: l.Docs.Contents})
		}
		return t, nil
	case *witlib.Own:
		return c.convertHandle(abi.Own, k.Type)
	case *witlib.Borrow:
		return c.convertHandle(abi.Borrow, k.Type)
	}
	return nil, fmt.Errorf("the type is of a kind that is not supported")
}

// convertElem converts a type with one part, which streams and futures may do without.
func (c *converter) convertElem(kind abi.Kind, part witlib.Type) (*model.Type, error) {
	if part == nil {
		return &model.Type{Kind: kind}, nil
	}
	elem, err := c.convertType(part)
	return &model.Type{Kind: kind, Elem: elem}, err
}

func (c *converter) convertVariant(v *witlib.Variant) (*model.Type, error) {
	t := &model.Type{Kind: abi.Variant}
	for _, k := range v.Cases {
		next := model.Case{Name: k.Name, Docs: k.Docs.Contents}
		if k.Type != nil {
			var err error
			if next.Type, err = c.convertType(k.Type); err != nil {
				return nil, fmt.Errorf("case %s: %w", k.Name, err)
			}
		}
		t.Cases = append(t.Cases, next)
	}
	return t, nil
}

func (c *converter) convertResult(r *witlib.Result) (*model.Type, error) {
	cases := []model.Case{{Name: "ok"}, {Name: "error"}}
	for i, side := range []witlib.Type{r.OK, r.Err} {
		if side == nil {
			continue
		}
		var err error
		if cases[i].Type, err = c.convertType(side); err != nil {
			return nil, err
		}
	}
	return &model.Type{Kind: abi.Result, Cases: cases}, nil
}

func (c *converter) convertHandle(kind abi.Kind, of *witlib.TypeDef) (*model.Type, error) {
	d := c.defs[of]
	if d == nil || d.Root().Resource == nil {
		return nil, fmt.Errorf("resource %s is missing", of.TypeName())
	}
	t := &model.Type{Kind: kind, Resource: d.Root()}
	if t.Resource != d {
		t.Handle = d
	}
	return t, nil
}
