package witjson

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/witan-os/witan/gen/model"
)

// Encode writes a tree as JSON, indented, with a newline at the end.
//
// The indices are those that wasm-tools gives: packages in order, and in each first the interfaces that it declares
// by name, then those that worlds have in place. Types are numbered as [numbering] says. What wasm-tools takes from
// the order of the text alone is here in the order of the model: where imports and exports stand between each other,
// and whether something came by include.
func Encode(tree *model.Tree) ([]byte, error) {
	e := &encoder{
		interfaces: map[*model.Interface]int{},
		scopes:     map[*model.Scope]choice{},
		packages:   map[*model.Package]int{},
		numbering:  numbering{defs: map[*model.TypeDef]int{}},
	}
	e.numbering.owner = func(s *model.Scope) choice { return e.scopes[s] }
	e.number(tree)
	for _, p := range tree.Packages {
		if err := e.pkg(p); err != nil {
			return nil, fmt.Errorf("WIT in JSON: %w", err)
		}
	}
	e.out.Types = e.numbering.types
	if e.out.Types == nil {
		e.out.Types = []*typeJSON{}
	}
	compact, err := marshal(e.out)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := json.Indent(&out, compact, "", "  "); err != nil {
		return nil, err
	}
	out.WriteByte('\n')
	return out.Bytes(), nil
}

// ErrName is the error of a tree that has, for an interface under a plain name, the one by which JSON refers to that
// interface itself.
var ErrName = errors.New("in JSON the name stands for an interface under its own ID")

type encoder struct {
	out        resolveJSON
	packages   map[*model.Package]int
	interfaces map[*model.Interface]int
	scopes     map[*model.Scope]choice // as owners of types
	numbering  numbering
}

// number gives packages, interfaces and worlds their indices.
func (e *encoder) number(tree *model.Tree) {
	worlds := 0
	for i, p := range tree.Packages {
		e.packages[p] = i
		for _, i := range p.Interfaces {
			e.numberInterface(i)
		}
		for _, w := range p.Worlds {
			e.scopes[&w.Scope] = choice{"world", worlds}
			worlds++
			for _, i := range inPlace(w) {
				e.numberInterface(i)
			}
		}
	}
	e.out = resolveJSON{Worlds: []*worldJSON{}, Interfaces: []*interfaceJSON{}, Packages: []*packageJSON{}}
}

func (e *encoder) numberInterface(i *model.Interface) {
	e.interfaces[i] = len(e.interfaces)
	e.scopes[&i.Scope] = choice{"interface", e.interfaces[i]}
}

// inPlace are the interfaces that a world has in place.
func inPlace(w *model.World) []*model.Interface {
	var list []*model.Interface
	for _, items := range [][]*model.Item{w.Imports, w.Exports} {
		for _, i := range model.Interfaces(items) {
			if i.World == w {
				list = append(list, i)
			}
		}
	}
	return list
}

// pkg writes a package. Functions can only be written when the types of the whole package have their numbers.
func (e *encoder) pkg(p *model.Package) error {
	e.numbering.pkg(p)
	out := &packageJSON{Name: p.ID(), Docs: docsOf(p.Docs)}
	e.out.Packages = append(e.out.Packages, out)
	for _, i := range p.Interfaces {
		out.Interfaces.add(i.Name, e.interfaces[i])
		e.iface(i)
	}
	for _, w := range p.Worlds {
		for _, i := range inPlace(w) {
			e.iface(i)
		}
	}
	for _, w := range p.Worlds {
		out.Worlds.add(w.Name, len(e.out.Worlds))
		if err := e.world(w); err != nil {
			return fmt.Errorf("world %s: %w", w.ID(), err)
		}
	}
	return nil
}

func (e *encoder) iface(i *model.Interface) {
	out := &interfaceJSON{Docs: docsOf(i.Docs), Stability: stabilityOf(i.Stability), Package: e.packages[i.Package]}
	if i.World == nil {
		out.Name = &i.Name
	}
	for _, t := range i.Types {
		out.Types.add(t.Name, e.numbering.defs[t])
	}
	for _, f := range i.Funcs {
		out.Functions.add(f.Name, e.numbering.function(f))
	}
	e.out.Interfaces = append(e.out.Interfaces, out)
}

func (e *encoder) world(w *model.World) (err error) {
	out := &worldJSON{Name: w.Name, Package: e.packages[w.Package], Docs: docsOf(w.Docs), Stability: stabilityOf(w.Stability)}
	e.out.Worlds = append(e.out.Worlds, out)
	if out.Imports, err = e.items(w.Imports); err != nil {
		return err
	}
	out.Exports, err = e.items(w.Exports)
	return err
}

func (e *encoder) items(items []*model.Item) (entries, error) {
	var out entries
	for _, i := range items {
		switch {
		case i.Func != nil:
			out.add(i.Name, choice{"function", e.numbering.function(i.Func)})
		case i.Type != nil:
			out.add(i.Name, choice{"type", e.numbering.defs[i.Type]})
		default:
			index := e.interfaces[i.Interface]
			key := i.Name
			if i.Name == "" {
				key = interfaceKey(index)
			} else if i.Implements() && i.Name == interfaceKey(index) {
				return nil, fmt.Errorf("%s: %w", i.Name, ErrName)
			}
			out.add(key, choice{"interface", itemJSON{index, stabilityOf(i.Stability), i.ExternalID, docsOf(i.Docs)}})
		}
	}
	return out, nil
}
