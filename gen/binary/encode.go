package binary

import (
	"errors"
	"fmt"
	"strings"

	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/runtime/component"
)

// EncodePackage writes a package of a tree as a component that exports a type for each interface and each world,
// with documentation and gates. [Decode] reads it. The error tells what of the package components cannot have.
func EncodePackage(tree *model.Tree, p *model.Package) ([]byte, error) {
	return encode(tree, "package "+p.ID(), func(e *encoder, w *component.Writer) {
		if len(p.Interfaces)+len(p.Worlds) == 0 {
			e.fail("a package without interfaces and worlds has no encoding")
		}
		for _, i := range p.Interfaces {
			exportType(w, i.Name, e.interfaceType(i))
		}
		for _, x := range p.Worlds {
			exportType(w, x.Name, e.worldType(x))
		}
		e.docs(w, p)
	})
}

// EncodeWorld writes a world of a tree as the contents of a custom section of a core module, which tells that the
// module was written for the world and has strings in UTF-8. Documentation is not kept there.
func EncodeWorld(tree *model.Tree, x *model.World) ([]byte, error) {
	return encode(tree, "package "+x.Package.ID(), func(e *encoder, w *component.Writer) {
		w.Custom(moduleFormatSection, []byte{moduleFormat, utf8})
		exportType(w, x.Name, e.worldType(x))
	})
}

// Tools that read the worlds of core modules want to know the version of their form, which is the fourth, and how
// strings are encoded.
const (
	moduleFormatSection      = "wit-component-encoding"
	moduleFormat, utf8  byte = 4, 0
)

// exportType writes a type and exports it.
func exportType(w *component.Writer, name string, t *component.ComponentTypeWriter) {
	w.Export(plainName(name), component.SortType, w.ComponentType(t))
}

func plainName(name string) component.ExternName { return component.ExternName{Name: name} }

// encoder writes WIT as the types of components. What components cannot have panics with an encodeFailure, which
// encode makes an error.
type encoder struct {
	interfaces map[*model.Scope]*model.Interface
	path       []string // what is being written, from the outside in
}

type encodeFailure struct{ error }

func encode(tree *model.Tree, what string, write func(e *encoder, w *component.Writer)) (data []byte, err error) {
	e := &encoder{interfaces: map[*model.Scope]*model.Interface{}, path: []string{what}}
	for _, p := range tree.Packages {
		for _, i := range p.Interfaces {
			e.interfaces[&i.Scope] = i
		}
	}
	defer func() {
		if r := recover(); r != nil {
			failure, ok := r.(encodeFailure)
			if !ok {
				panic(r)
			}
			data, err = nil, failure.error
		}
	}()
	w := component.NewWriter()
	write(e, w)
	data = w.Bytes()
	e.check(data)
	return data, nil
}

// check decodes what was written. It finds the rules that components have and WIT has not.
func (e *encoder) check(data []byte) {
	_, err := component.DecodeWith(data, component.AllFeatures)
	var broken *component.Error
	if errors.As(err, &broken) {
		e.fail("components cannot have it: %s", broken.Rule)
	}
}

func (e *encoder) fail(format string, args ...any) {
	panic(encodeFailure{fmt.Errorf("%s: %s", strings.Join(e.path, ", "), fmt.Sprintf(format, args...))})
}

// in adds to what errors say that is being written, while f runs.
func (e *encoder) in(what string, f func()) {
	e.path = append(e.path, what)
	f()
	e.path = e.path[:len(e.path)-1]
}

// interfaceType is the type that stands for an interface in a package: it imports what the interface uses and
// exports the interface.
func (e *encoder) interfaceType(i *model.Interface) *component.ComponentTypeWriter {
	s := e.newComponentSpace()
	for _, of := range usedBy(i.Types) {
		s.need(of)
	}
	s.in("interface "+i.Name, func() { s.instance(s.world.Export, plainName(i.ID()), &i.Scope, i.Funcs) })
	return s.world
}

// worldType is the type that stands for a world: it exports the type of a component that fits the world.
func (e *encoder) worldType(x *model.World) *component.ComponentTypeWriter {
	outer := component.NewComponentType()
	e.in("world "+x.Name, func() {
		outer.Export(plainName(x.ID()), component.ComponentDesc(outer.ComponentType(e.world(x))))
	})
	return outer
}

// world is the type of a component that fits a world.
func (e *encoder) world(x *model.World) *component.ComponentTypeWriter {
	s := e.newComponentSpace()
	s.items("import", s.world.Import, x.Imports)
	s.items("export", s.world.Export, x.Exports)
	return s.world
}

// items declares imports or exports, each behind those whose types it uses.
func (s *space) items(what string, declare declarator, list []*model.Item) {
	done := map[*model.Item]bool{}
	owners := map[*model.Scope]*model.Item{}
	for _, i := range list {
		if i.Interface != nil && !i.Implements() {
			owners[&i.Interface.Scope] = i
		}
	}
	var item func(i *model.Item)
	item = func(i *model.Item) {
		if done[i] {
			return
		}
		done[i] = true
		for _, of := range uses(i) {
			if first := owners[of]; first != nil {
				item(first)
			}
			s.need(of)
		}
		s.in(what+" "+i.Key(), func() { s.item(declare, i) })
	}
	for _, i := range list {
		item(i)
	}
}

func (s *space) item(declare declarator, i *model.Item) {
	switch {
	case i.Type != nil:
		s.typeDef(declare, i.Type)
	case i.Func != nil:
		s.function(declare, i.Func)
	case i.Implements():
		// Types that others use come from where the interface has its own name.
		instance, ok := s.have[&i.Interface.Scope]
		name := externName(i.Name, i.ExternalID)
		name.Implements = i.Interface.ID()
		s.instance(declare, name, &i.Interface.Scope, i.Interface.Funcs)
		if ok {
			s.have[&i.Interface.Scope] = instance
		}
	default:
		s.instance(declare, externName(i.Key(), i.ExternalID), &i.Interface.Scope, i.Interface.Funcs)
	}
}

func externName(name, externalID string) component.ExternName {
	return component.ExternName{Name: name, ExternalID: externalID, HasExternalID: externalID != ""}
}

// uses are the scopes that an import or export uses types of.
func uses(i *model.Item) []*model.Scope {
	switch {
	case i.Interface != nil:
		return usedBy(i.Interface.Types)
	case i.Type != nil:
		return usedBy([]*model.TypeDef{i.Type})
	}
	return nil
}

func usedBy(types []*model.TypeDef) []*model.Scope {
	var list []*model.Scope
	for _, d := range types {
		if d.Used() {
			list = append(list, d.Target().Owner)
		}
	}
	return list
}

// need imports the types of an interface, unless there is something already to have them from.
func (s *space) need(of *model.Scope) {
	if _, ok := s.have[of]; ok || s.interfaces[of] == nil {
		return
	}
	for _, first := range usedBy(of.Types) {
		s.need(first)
	}
	s.in("use of "+of.ID(), func() { s.instance(s.world.Import, plainName(of.ID()), of, nil) })
}
