package component

// Whoever uses a component has to be able to name the types in the signatures of its imports and
// exports: each resource, record, variant, enum and flags type there must have been imported or exported
// under a name before. This file keeps track of the types that have a name, by their nodes: the node
// that an import or export of a type adds has one, while the node that it refers to has none.

// visibility says through what a type is known outside. What is imported may rely only on imports.
type visibility uint8

const (
	invisible visibility = iota
	visibleExport
	visibleImport
)

// named gives a value type a node of its own, under the name of the import or export that adds it.
// Types of other kinds keep theirs.
func named(t Type, sort Sort) Type {
	if sort != SortType {
		return t
	}
	switch t := t.(type) {
	case *Resource:
		c := t.alias()
		c.renamed(t)
		return c
	case *Record:
		c := *t
		c.renamed(t)
		return &c
	case *Variant:
		c := *t
		c.renamed(t)
		return &c
	case *Tuple:
		c := *t
		c.renamed(t)
		return &c
	case *Flags:
		c := *t
		c.renamed(t)
		return &c
	case *Enum:
		c := *t
		c.renamed(t)
		return &c
	case *List:
		c := *t
		c.renamed(t)
		return &c
	case *Option:
		c := *t
		c.renamed(t)
		return &c
	case *Result:
		c := *t
		c.renamed(t)
		return &c
	case *Map:
		c := *t
		c.renamed(t)
		return &c
	case *Own:
		c := *t
		c.renamed(t)
		return &c
	case *Borrow:
		c := *t
		c.renamed(t)
		return &c
	case *Stream:
		c := *t
		c.renamed(t)
		return &c
	case *Future:
		c := *t
		c.renamed(t)
		return &c
	default:
		return t
	}
}

// makeVisible notes the names that an import or export gives, and checks that it uses only types that
// have one. An instance type may use what its surroundings name, so it is checked where something has
// that type, and in its own scope names are only noted.
func (d *decoder) makeVisible(at int, how visibility, t ExternType, name string) {
	if d.scope.named == nil {
		d.scope.named, d.scope.shown = map[Type]visibility{}, map[*Resource]bool{}
	}
	v := &visibilityCheck{d: d, at: at, how: how, name: name, seen: map[Type]bool{}}
	v.register(t)
	if d.scope.kind != inInstanceType {
		v.extern(t)
	}
}

type visibilityCheck struct {
	d    *decoder
	at   int
	how  visibility
	name string
	seen map[Type]bool
}

// register notes what t names: itself if it is a type, and the types that an instance exports.
func (v *visibilityCheck) register(t ExternType) {
	v.step()
	switch t.Sort {
	case SortType:
		if v.d.scope.named[t.Type] < v.how {
			v.d.scope.named[t.Type] = v.how
		}
		if r, ok := t.Type.(*Resource); ok {
			v.d.scope.shown[r.Identity()] = true
		}
	case SortInstance:
		for i := range t.Type.(*InstanceType).Exports {
			v.register(t.Type.(*InstanceType).Exports[i].Type)
		}
	}
}

func (v *visibilityCheck) step() { v.d.spend(v.at, 1) }

// extern checks the types that t uses. Modules have none.
func (v *visibilityCheck) extern(t ExternType) {
	if t.Type != nil {
		v.typ(t.Type)
	}
}

func (v *visibilityCheck) typ(t Type) {
	if _, ok := t.(Primitive); ok || v.seen[t] {
		return
	}
	v.step()
	v.seen[t] = true
	switch t := t.(type) {
	case *ComponentType:
		return // it was checked in its own scope, and uses nothing outside
	case *InstanceType:
		v.register(ExternType{Sort: SortInstance, Type: t})
		for i := range t.Exports {
			v.extern(t.Exports[i].Type)
		}
		return
	case *Resource, *Record, *Variant, *Enum, *Flags:
		if v.d.scope.named[t] < v.how {
			v.fail(t)
		}
	}
	eachPart(t, v.typ)
}

// fail refuses a type without a name.
func (v *visibilityCheck) fail(t Type) {
	r, ok := t.(*Resource)
	switch {
	case ok && v.d.scope.shown[r.Identity()]:
		v.d.fail(v.at, "%q uses the resource type %q as it was before it got its name: use the type that the import or export adds",
			clip(v.name), clip(r.Name))
	case ok && r.Name != "":
		v.d.fail(v.at, "%q uses the resource type %q that has no name outside: import or export it first", clip(v.name), clip(r.Name))
	default:
		v.d.fail(v.at, "%q uses %s that has no name outside: import or export it first", clip(v.name), describe(t))
	}
}

// eachPart calls f with each type that a function or value type is made of.
func eachPart(t Type, f func(Type)) {
	part := func(p ValueType) {
		if p != nil {
			f(p)
		}
	}
	switch t := t.(type) {
	case *FuncType:
		for _, p := range t.Params {
			f(p.Type)
		}
		part(t.Result)
	case *Record:
		for _, p := range t.Fields {
			f(p.Type)
		}
	case *Variant:
		for _, c := range t.Cases {
			part(c.Type)
		}
	case *Tuple:
		for _, p := range t.Types {
			f(p)
		}
	case *List:
		f(t.Elem)
	case *Option:
		f(t.Some)
	case *Result:
		part(t.OK)
		part(t.Err)
	case *Map:
		f(t.Key)
		f(t.Value)
	case *Own:
		f(t.Resource)
	case *Borrow:
		f(t.Resource)
	case *Stream:
		part(t.Elem)
	case *Future:
		part(t.Elem)
	}
}
