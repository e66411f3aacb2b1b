package instance

import (
	"fmt"

	"github.com/witan-os/witan/runtime/abi"
	"github.com/witan-os/witan/runtime/component"
)

// environment binds the resource types of a component to the ones that an instance of it has. It is
// indexed like component.Component.Resources; an entry is nil until the walk has come to it.
type environment []*abi.Resource

// function converts a function type, with the environment's resources in place.
func (env environment) function(t *component.FuncType) (*abi.Func, error) {
	f := &abi.Func{Async: t.Async, Params: make([]abi.Param, len(t.Params))}
	for i, p := range t.Params {
		typ, err := env.value(p.Type)
		if err != nil {
			return nil, err
		}
		f.Params[i] = abi.Param{Name: p.Label, Type: typ}
	}
	if t.Result != nil {
		typ, err := env.value(t.Result)
		if err != nil {
			return nil, err
		}
		f.Result = typ
	}
	return f, nil
}

var primitives = [...]abi.Kind{
	component.Bool: abi.Bool, component.S8: abi.S8, component.U8: abi.U8, component.S16: abi.S16,
	component.U16: abi.U16, component.S32: abi.S32, component.U32: abi.U32, component.S64: abi.S64,
	component.U64: abi.U64, component.F32: abi.F32, component.F64: abi.F64, component.Char: abi.Char,
	component.String: abi.String,
}

// value converts a value type. The decoder has bounded its depth and size.
func (env environment) value(t component.ValueType) (*abi.Type, error) {
	switch t := t.(type) {
	case component.Primitive:
		if int(t) < len(primitives) {
			return abi.Primitive(primitives[t]), nil
		}
		return nil, unsupported("values of type %s are", t)
	case *component.List:
		elem, err := env.value(t.Elem)
		if err != nil {
			return nil, err
		}
		if t.Len != 0 {
			return abi.NewFixedList(elem, t.Len)
		}
		return abi.NewList(elem), nil
	case *component.Map:
		pair, err := env.values([]component.ValueType{t.Key, t.Value})
		if err != nil {
			return nil, err
		}
		return abi.NewMap(pair[0], pair[1])
	case *component.Record:
		return env.record(t)
	case *component.Tuple:
		types, err := env.values(t.Types)
		if err != nil {
			return nil, err
		}
		return abi.NewTuple(types...)
	case *component.Variant:
		return env.variant(t)
	case *component.Enum:
		return abi.NewEnum(t.Labels...)
	case *component.Flags:
		return abi.NewFlags(t.Labels...)
	case *component.Option:
		some, err := env.value(t.Some)
		if err != nil {
			return nil, err
		}
		return abi.NewOption(some)
	case *component.Result:
		sides, err := env.values([]component.ValueType{t.OK, t.Err})
		if err != nil {
			return nil, err
		}
		return abi.NewResult(sides[0], sides[1])
	case *component.Own:
		r, err := env.resource(t.Resource)
		if err != nil {
			return nil, err
		}
		return abi.NewOwn(r), nil
	case *component.Borrow:
		r, err := env.resource(t.Resource)
		if err != nil {
			return nil, err
		}
		return abi.NewBorrow(r), nil
	}
	return nil, unsupported("streams and futures are")
}

// values converts several types; a nil stays nil.
func (env environment) values(list []component.ValueType) ([]*abi.Type, error) {
	out := make([]*abi.Type, len(list))
	for i, t := range list {
		if t == nil {
			continue
		}
		typ, err := env.value(t)
		if err != nil {
			return nil, err
		}
		out[i] = typ
	}
	return out, nil
}

func (env environment) record(t *component.Record) (*abi.Type, error) {
	fields := make([]abi.Field, len(t.Fields))
	for i, f := range t.Fields {
		typ, err := env.value(f.Type)
		if err != nil {
			return nil, err
		}
		fields[i] = abi.Field{Name: f.Label, Type: typ}
	}
	return abi.NewRecord(fields...)
}

func (env environment) variant(t *component.Variant) (*abi.Type, error) {
	cases := make([]abi.Case, len(t.Cases))
	for i, c := range t.Cases {
		cases[i].Name = c.Label
		if c.Type == nil {
			continue
		}
		typ, err := env.value(c.Type)
		if err != nil {
			return nil, err
		}
		cases[i].Type = typ
	}
	return abi.NewVariant(cases...)
}

// resource returns the resource type that r stands for here.
func (env environment) resource(r *component.Resource) (*abi.Resource, error) {
	if r.Index >= 0 && r.Index < len(env) && env[r.Index] != nil {
		return env[r.Index], nil
	}
	return nil, fmt.Errorf("resource type %q has no implementation here", r.Name)
}

// bind gives the resource types that a static type introduces the identities that its value brings.
func (env environment) bind(t component.ExternType, x extern) {
	switch typ := t.Type.(type) {
	case *component.Resource:
		if typ.Index >= 0 && typ.Index < len(env) && env[typ.Index] == nil {
			env[typ.Index] = x.resource
		}
	case *component.InstanceType:
		if x.instance == nil {
			return
		}
		for _, e := range typ.Exports {
			env.bind(e.Type, x.instance.exports[e.Name])
		}
	}
}
