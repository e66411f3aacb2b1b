package binary

import (
	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/runtime/component"
)

// function converts a function, and tells whether it is new in the scope.
func (s *scope) function(x *component.Extern) (f *model.Func, isNew bool) {
	f = s.convert(x)
	if known := s.funcs[x.Name]; known != nil {
		s.sameFunc(known, f)
		return known, false
	}
	s.funcs[x.Name] = f
	return f, true
}

func (s *scope) convert(x *component.Extern) *model.Func {
	s.node()
	t := x.Type.Type.(*component.FuncType)
	f := &model.Func{Name: x.Name, Async: t.Async, ExternalID: x.ExternalID}
	s.setKind(f)
	p := s.parts(t)
	for _, param := range t.Params {
		s.node()
		s.in("parameter "+quoted(param.Label), func() {
			f.Params = append(f.Params, model.Param{Name: param.Label, Type: p.next(param.Type)})
		})
	}
	s.in("result", func() { f.Result = p.next(t.Result) })
	return f
}

// setKind reads from the name of a function what it belongs to.
func (s *scope) setKind(f *model.Func) {
	n := s.parse(f.Name)
	f.Base = n.Label
	switch n.Kind {
	case component.NamePlain:
		return
	case component.NameMethod:
		f.Kind = model.Method
	case component.NameStatic:
		f.Kind = model.Static
	case component.NameConstructor:
		f.Kind, f.Base = model.Constructor, "constructor"
	default:
		s.fail("the name of a function is a plain one")
	}
	f.Resource = s.types[n.Resource]
	if f.Resource == nil || f.Resource.Resource == nil {
		s.fail("the resource type %s is not defined here: WIT has its functions where it is", quoted(n.Resource))
	}
}
