package inspect

import (
	"crypto/sha256"
	"fmt"
	"strings"

	"github.com/witan-os/witan/runtime/component"
)

// A component names a type by importing or exporting it, once in each interface that uses it. To say "use"
// where WIT did, a type must be recognised when it comes up again: by its parts, since each import or
// export gives it a node of its own.

// names are the types of a component that have a name, by identity.
type names struct {
	first map[string]place
	ids   map[component.Type]string // of the types that were asked for already
}

// place is where a type got its first name.
type place struct {
	scope *scope
	name  string
}

// scope is an interface, or the component itself: within it, types go by plain names.
type scope struct {
	*names
	path  string // how other interfaces call it, "" for the component itself
	local map[component.Type]string
}

func newNames() *names { return &names{map[string]place{}, map[component.Type]string{}} }

func (n *names) inner(path string) *scope {
	return &scope{n, path, map[component.Type]string{}}
}

// known gives the first name of a type with an identity.
func (n *names) known(t component.Type) (place, bool) {
	id := n.identity(t)
	p, ok := n.first[id]
	return p, ok && id != ""
}

// enter gives a type a name in the scope; the first one stays.
func (s *scope) enter(t component.Type, name string) {
	if _, ok := t.(component.Primitive); ok {
		return // every u32 is the same type, whatever it was called
	}
	if _, ok := s.local[t]; !ok {
		s.local[t] = name
	}
	id := s.identity(t)
	if _, ok := s.first[id]; !ok && id != "" {
		s.first[id] = place{s, name}
	}
}

// find gives the text by which a type is referred to in the scope.
func (s *scope) find(t component.Type) (string, bool) {
	if name, ok := s.local[t]; ok {
		return name, true
	}
	p, ok := s.known(t)
	switch {
	case !ok:
		return "", false
	case p.scope == s || p.scope.path == "":
		return p.name, true
	}
	return p.scope.path + ".{" + p.name + "}", true
}

// nominalKind tells the kind of a type definition.
func nominalKind(t component.Type) string {
	switch t.(type) {
	case *component.Record:
		return "record"
	case *component.Variant:
		return "variant"
	case *component.Enum:
		return "enum"
	case *component.Flags:
		return "flags"
	case *component.Resource:
		return "resource"
	case *component.FuncType:
		return "func"
	case *component.InstanceType:
		return "instance"
	case *component.ComponentType:
		return "component"
	}
	return "alias"
}

// maxIdentity bounds the text of an identity. Types so large that they exceed it are defined again
// wherever they occur.
const maxIdentity = 1 << 16

func (n *names) identity(t component.Type) string {
	id, ok := n.ids[t]
	if !ok {
		id = identity(t)
		n.ids[t] = id
	}
	return id
}

// identity tells types apart that WIT tells apart by name; it is "" for types that have no name of their
// own. Copies of a type share their lists of parts, except when resource types in them were replaced,
// so a type with resource types is known by its structure.
func identity(t component.Type) string {
	switch t := t.(type) {
	case *component.Resource:
		return fmt.Sprintf("resource %p", t.Identity())
	case *component.Enum:
		return fmt.Sprintf("enum %p", &t.Labels[0])
	case *component.Flags:
		return fmt.Sprintf("flags %p", &t.Labels[0])
	case *component.Record:
		return compoundIdentity(t, &t.Fields[0])
	case *component.Variant:
		return compoundIdentity(t, &t.Cases[0])
	}
	return ""
}

func compoundIdentity(t component.ValueType, parts any) string {
	w := &structure{limit: maxIdentity}
	w.value(t)
	switch {
	case !w.resources:
		return fmt.Sprintf("%T %p", t, parts)
	case w.full():
		return ""
	}
	return fmt.Sprintf("%T %x", t, sha256.Sum256([]byte(w.String())))
}

// structure writes a type with every part spelled out and resource types by address.
type structure struct {
	strings.Builder
	limit     int
	resources bool
}

func (w *structure) full() bool { return w.Len() > w.limit }

func (w *structure) value(t component.ValueType) {
	if w.full() {
		return
	}
	writeShape(w, t, w.value, func(r *component.Resource) {
		w.resources = true
		fmt.Fprintf(w, "%p", r.Identity())
	})
}
