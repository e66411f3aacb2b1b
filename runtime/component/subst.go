package component

// substitution copies types with some resource types and some named types replaced. Parts in which
// nothing can be replaced are shared with the original, and a part that occurs more than once is copied
// once.
type substitution struct {
	d  *decoder
	at int
	// to gives the replacements of resource types by their identities, nodes those of single nodes.
	to       map[*Resource]*Resource
	nodes    map[Type]Type
	synonyms map[*Synonym]*Synonym
	// binder owns the resource types that get fresh replacements when they are first met.
	binder *binder
	copies map[Type]Type
}

func (d *decoder) substitute(at int, b *binder, to map[*Resource]*Resource) *substitution {
	return &substitution{d: d, at: at, to: to, binder: b, copies: map[Type]Type{}}
}

// open makes the type of an import or export concrete: what it leaves open gets resource types of its
// own in this scope, and a type gets a node of its own.
func (d *decoder) open(t ExternType, name string) ExternType {
	switch {
	case t.Sort == SortType && t.Abstract:
		t.Type = d.scope.newResource(&Resource{})
	case t.Sort == SortType:
		t.Type = named(t.Type, t.Sort)
		t.rename()
	case t.Sort == SortInstance:
		if it := t.Type.(*InstanceType); it.binder != nil {
			s := d.substitute(d.pos, it.binder, map[*Resource]*Resource{})
			opened := s.instance(it)
			opened.declared = it
			t.Type = opened
		}
	}
	return t
}

// instantiated gives the type of a new instance of a component: it checks the arguments against the
// imports, puts the given types in the place of the imported ones, and gives the instance fresh resource
// types in the place of those that the component defines.
func (d *decoder) instantiated(at int, c *ComponentType, given map[string]ExternType) *InstanceType {
	m := d.matcher(at)
	for i := range c.Imports {
		wanted := &c.Imports[i]
		m.path = append(m.path[:0], "argument "+quoted(wanted.Name))
		actual, ok := given[wanted.Name]
		if !ok {
			d.fail(at, "the component imports %q, but the instantiation does not give it", clip(wanted.Name))
		}
		m.extern(wanted.Type, actual)
	}
	s := d.substitute(at, c.binder, m.bound)
	s.nodes, s.synonyms = m.nodes, m.synonyms
	return d.instanceTypeOf(at, s.externs(c.Exports), nil)
}

// resource replaces a resource type. Each further name of it gets a node for the replacement.
func (s *substitution) resource(r *Resource) *Resource {
	if to, ok := s.nodes[r]; ok {
		return to.(*Resource)
	}
	if c, ok := s.copies[r]; ok {
		return c.(*Resource)
	}
	to, replaced := s.to[r.Identity()]
	switch {
	case !replaced && r.binder != s.binder:
		return r
	case !replaced:
		to = s.d.scope.newResource(&Resource{Name: r.Name})
		s.to[r.Identity()] = to
	}
	if r.original != nil {
		to = to.alias()
		to.f.of = s.origin(r.f.of)
		s.copies[r] = to
	}
	return to
}

func (s *substitution) step() { s.d.spend(s.at, 1) }

func (s *substitution) externs(list []Extern) []Extern {
	out := make([]Extern, len(list))
	for i := range list {
		s.step()
		out[i] = list[i]
		if t := list[i].Type.Type; t != nil {
			out[i].Type.Type = s.typ(t)
			if to := s.synonyms[list[i].Type.SynonymOf]; to != nil {
				out[i].Type.SynonymOf = to
			}
		}
	}
	return out
}

// instance copies an instance type. What its binder owned is known in the copy, so that has none.
func (s *substitution) instance(t *InstanceType) *InstanceType {
	c := &InstanceType{Exports: s.externs(t.Exports), exportIndex: t.exportIndex, facted: t.facted, core: t.core}
	if t.binder != s.binder {
		c.binder = t.binder
	}
	return c
}

func (s *substitution) component(t *ComponentType) *ComponentType {
	return &ComponentType{
		Imports: s.externs(t.Imports), Exports: s.externs(t.Exports),
		importIndex: t.importIndex, exportIndex: t.exportIndex, binder: t.binder, facted: t.facted, core: t.core,
	}
}

// typ copies a type of any kind.
func (s *substitution) typ(t Type) Type {
	if f := t.facts(); !f.resources && (len(s.nodes) == 0 || !f.nameable) {
		return t
	}
	if r, ok := t.(*Resource); ok {
		return s.resource(r)
	}
	if to, ok := s.nodes[t]; ok {
		return to
	}
	if c, ok := s.copies[t]; ok {
		return c
	}
	s.step()
	var c Type
	switch t := t.(type) {
	case *FuncType:
		c = &FuncType{Async: t.Async, Params: s.fields(t.Params), Result: s.optional(t.Result), facted: t.facted}
	case *InstanceType:
		c = s.instance(t)
	case *ComponentType:
		c = s.component(t)
	case ValueType:
		c = s.value(t)
	}
	if f := c.facts(); f.of != nil {
		f.of = s.origin(f.of)
	}
	s.copies[t] = c
	return c
}

func (s *substitution) optional(t ValueType) ValueType {
	if t == nil {
		return nil
	}
	return s.typ(t).(ValueType)
}

func (s *substitution) fields(list []Field) []Field {
	out := make([]Field, len(list))
	for i, f := range list {
		s.step()
		out[i] = Field{Label: f.Label, Type: s.optional(f.Type)}
	}
	return out
}

// value copies a value type. Types without parts never get here: they have no resource types.
func (s *substitution) value(t ValueType) ValueType {
	switch t := t.(type) {
	case *Record:
		return &Record{Fields: s.fields(t.Fields), facted: t.facted}
	case *Variant:
		cases := make([]Case, len(t.Cases))
		for i, c := range t.Cases {
			s.step()
			cases[i] = Case{Label: c.Label, Type: s.optional(c.Type)}
		}
		return &Variant{Cases: cases, facted: t.facted}
	case *Tuple:
		types := make([]ValueType, len(t.Types))
		for i, part := range t.Types {
			s.step()
			types[i] = s.optional(part)
		}
		return &Tuple{Types: types, facted: t.facted}
	case *List:
		return &List{Elem: s.optional(t.Elem), Len: t.Len, facted: t.facted}
	case *Option:
		return &Option{Some: s.optional(t.Some), facted: t.facted}
	case *Result:
		return &Result{OK: s.optional(t.OK), Err: s.optional(t.Err), facted: t.facted}
	case *Map:
		return &Map{Key: t.Key, Value: s.optional(t.Value), facted: t.facted}
	case *Own:
		return &Own{Resource: s.resource(t.Resource), facted: t.facted}
	case *Borrow:
		return &Borrow{Resource: s.resource(t.Resource), facted: t.facted}
	case *Stream:
		return &Stream{Elem: s.optional(t.Elem), facted: t.facted}
	case *Future:
		return &Future{Elem: s.optional(t.Elem), facted: t.facted}
	default:
		return t
	}
}
