package component

// scopeKind says what introduces a scope: each has index spaces of its own.
type scopeKind uint8

const (
	inComponent scopeKind = iota
	inComponentType
	inInstanceType
	inModuleType
	inModule
)

// scope holds the index spaces of a component or type while it is being read.
type scope struct {
	kind   scopeKind
	parent *scope
	depth  int
	binder *binder

	types       []Type
	funcs       []*FuncType
	instances   []*InstanceType
	components  []*ComponentType
	values      []value
	coreTypes   []CoreType
	coreModules []*CoreModuleType
	// coreInstances are described as the type of a module that exports the same.
	coreInstances []*CoreModuleType
	// core holds functions, tables, memories, globals and tags, each under its sort.
	core [numSorts][]CoreExternType

	resources []*Resource

	// coreDecls are the core types that a component or instance type declares, for [Encode].
	coreDecls []coreDecl

	// synonyms are the names of primitive types, by their index in types.
	synonyms map[uint32]*Synonym

	imports, exports externList
	// named holds the types that have a name outside: see visibility.go.
	named map[Type]visibility
	// shown holds the resource types that have a name outside, by their identities.
	shown map[*Resource]bool

	// slotType is the type that the thread-local slots of the component have, 0 while none was used.
	slotType CoreValType
}

// value is an entry of the value index space; each value must be used exactly once.
type value struct {
	typ  ValueType
	at   int
	used bool
}

// enter opens a scope inside the current one.
func (d *decoder) enter(kind scopeKind, at int) *scope {
	s := &scope{kind: kind, parent: d.scope, binder: new(binder)}
	if d.scope != nil {
		s.depth = d.scope.depth + 1
	}
	if s.depth >= maxNesting {
		d.fail(at, "components and types are nested more than %d deep", maxNesting)
	}
	d.scope = s
	return s
}

func (d *decoder) leave() { d.scope = d.scope.parent }

// newResource introduces a resource type to the scope.
func (s *scope) newResource(r *Resource) *Resource {
	r.f = facts{size: 1, depth: 1, resources: true}
	r.binder = s.binder
	r.Index = -1
	if s.kind == inComponent {
		r.Index = len(s.resources)
		s.resources = append(s.resources, r)
	}
	return r
}

// size is the number of entries of an index space.
func (s *scope) size(sort Sort) int {
	switch sort {
	case SortFunc:
		return len(s.funcs)
	case SortValue:
		return len(s.values)
	case SortType:
		return len(s.types)
	case SortComponent:
		return len(s.components)
	case SortInstance:
		return len(s.instances)
	case SortCoreType:
		return len(s.coreTypes)
	case SortCoreModule:
		return len(s.coreModules)
	case SortCoreInstance:
		return len(s.coreInstances)
	default:
		return len(s.core[sort])
	}
}

// index reads an index into an index space and checks that the entry exists by now.
func (d *decoder) index(sort Sort) uint32 {
	at := d.pos
	i := d.u32(sort.String() + " index")
	d.checkIndex(at, d.scope, sort, i)
	return i
}

func (d *decoder) checkIndex(at int, s *scope, sort Sort, i uint32) {
	if n := s.size(sort); int64(i) >= int64(n) {
		d.fail(at, "%s index %d is out of range: %s defined here", sort, i, existing(n, sort.String()))
	}
}

// addCore adds a function, table, memory, global or tag to its core index space.
func (d *decoder) addCore(t CoreExternType) {
	d.define(d.pos)
	d.scope.core[t.Sort] = append(d.scope.core[t.Sort], t)
}

// addCoreFunc adds a core function, whose type is nil if it is not known.
func (d *decoder) addCoreFunc(t *CoreFuncType) {
	d.addCore(CoreExternType{Sort: SortCoreFunc, Func: t})
}

func (d *decoder) appendCoreInstance(at int, exports *CoreModuleType) {
	d.bound(at, SortCoreInstance, maxInstances)
	d.scope.coreInstances = append(d.scope.coreInstances, exports)
}

// bound refuses one more entry of an index space that has a limit.
func (d *decoder) bound(at int, sort Sort, limit int) {
	if d.scope.size(sort) >= limit {
		d.fail(at, "a component has more than %s", quantity(limit, sort.String()))
	}
}

func (d *decoder) appendModule(at int, t *CoreModuleType) {
	d.bound(at, SortCoreModule, maxModules)
	d.scope.coreModules = append(d.scope.coreModules, t)
}

func (d *decoder) appendComponent(at int, t *ComponentType) {
	d.bound(at, SortComponent, maxComponents)
	d.scope.components = append(d.scope.components, t)
}

func (d *decoder) appendInstance(at int, t *InstanceType) {
	d.bound(at, SortInstance, maxInstances)
	d.scope.instances = append(d.scope.instances, t)
}

// appendExtern adds an import, export or alias to the index space of its sort.
func (d *decoder) appendExtern(at int, t ExternType) {
	s := d.scope
	switch t.Sort {
	case SortFunc:
		s.funcs = append(s.funcs, t.Type.(*FuncType))
	case SortValue:
		s.values = append(s.values, value{typ: t.Type.(ValueType), at: at})
	case SortType:
		s.appendType(t.Type, t.Synonym)
	case SortComponent:
		d.appendComponent(at, t.Type.(*ComponentType))
	case SortInstance:
		d.appendInstance(at, t.Type.(*InstanceType))
	case SortCoreModule:
		d.appendModule(at, t.Module)
	}
}

// externOf describes an entry of an index space as something to export.
func (s *scope) externOf(sort Sort, i uint32) ExternType {
	t := ExternType{Sort: sort}
	switch sort {
	case SortFunc:
		t.Type = s.funcs[i]
	case SortValue:
		t.Type = s.values[i].typ
	case SortType:
		t.Type, t.Synonym = s.types[i], s.synonym(i)
	case SortComponent:
		t.Type = s.components[i]
	case SortInstance:
		t.Type = s.instances[i]
	case SortCoreModule:
		t.Module = s.coreModules[i]
	}
	return t
}
