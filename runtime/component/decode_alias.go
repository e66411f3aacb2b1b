package component

// The kinds of alias in the binary format.
const (
	aliasOfExport     = 0x00
	aliasOfCoreExport = 0x01
	aliasOfOuter      = 0x02
)

// alias reads an entry of the alias section.
func (d *decoder) alias() Def {
	at := d.pos
	sort := d.sort()
	kindAt := d.pos
	switch kind := d.byte("kind of alias"); kind {
	case aliasOfExport:
		return d.exportAlias(at, sort)
	case aliasOfCoreExport:
		return d.coreExportAlias(at, sort)
	case aliasOfOuter:
		return d.outerAlias(at, sort)
	default:
		d.fail(kindAt, "kind 0x%02x of an alias is unknown", kind)
		return nil
	}
}

// aliasDecl reads an alias in a type, where only types and instances can be reached.
func (d *decoder) aliasDecl() {
	at := d.pos
	switch a := d.alias().(type) {
	case *AliasExport:
		if a.Sort != SortType && a.Sort != SortInstance {
			d.fail(at, "a type can alias the types and instances of an instance, not %s", a.Sort.one())
		}
	case *AliasOuter:
		if a.Sort != SortType && a.Sort != SortCoreType {
			d.fail(at, "a type can alias types from further out, not %s", a.Sort.one())
		}
		if s := d.scope; a.Sort == SortCoreType {
			s.coreDecls = append(s.coreDecls, coreDecl{types: s.coreTypes[len(s.coreTypes)-1:], raw: d.since(at), alias: true})
		}
	}
}

func (d *decoder) exportAlias(at int, sort Sort) Def {
	a := &AliasExport{At: At(at), Sort: sort, Instance: d.index(SortInstance)}
	nameAt := d.pos
	a.Name = d.name("name of the export")
	t, ok := d.scope.instances[a.Instance].Export(a.Name)
	if !ok {
		d.fail(nameAt, "instance %d has no export %q", a.Instance, clip(a.Name))
	}
	if t.Sort != sort {
		d.fail(nameAt, "export %q of instance %d is %s, not %s", clip(a.Name), a.Instance, t.Sort.one(), sort.one())
	}
	d.appendExtern(at, t)
	return a
}

func (d *decoder) coreExportAlias(at int, sort Sort) Def {
	if d.scope.kind != inComponent {
		d.fail(at, "a type cannot alias exports of core instances")
	}
	if !sort.isCoreEntity() {
		d.fail(at, "a core instance exports no %s", plural(sort.String()))
	}
	a := &AliasCoreExport{At: At(at), Sort: sort, Instance: d.index(SortCoreInstance)}
	nameAt := d.pos
	a.Name = d.name("name of the export")
	t, ok := d.scope.coreInstances[a.Instance].Export(a.Name)
	if !ok {
		d.fail(nameAt, "core instance %d has no export %q", a.Instance, clip(a.Name))
	}
	if t.Sort != sort {
		d.fail(nameAt, "export %q of core instance %d is %s, not %s", clip(a.Name), a.Instance, t.Sort.one(), sort.one())
	}
	d.addCore(t)
	return a
}

func (d *decoder) outerAlias(at int, sort Sort) Def {
	s := d.scope
	countAt := d.pos
	target, index := d.outer(sort)
	a := &AliasOuter{At: At(at), Sort: sort, Count: d.countTo(target), Index: index}
	switch sort {
	case SortType:
		t := target.types[index]
		if d.leavesComponent(target) && t.facts().resources {
			d.fail(countAt, "the type refers to a resource type, which belongs to one instance of the outer component")
		}
		s.appendType(t, target.synonym(index))
	case SortComponent:
		d.appendComponent(at, target.components[index])
	case SortCoreModule:
		d.appendModule(at, target.coreModules[index])
	case SortCoreType:
		s.coreTypes = append(s.coreTypes, target.coreTypes[index])
	default:
		d.fail(at, "an outer alias reaches types, components, core types and core modules, not %s", sort.one())
	}
	return a
}

// outer reads how many scopes outwards an entry is, and its index there.
func (d *decoder) outer(sort Sort) (*scope, uint32) {
	at := d.pos
	count := d.u32("number of scopes outwards")
	target := d.scope
	for range count {
		if target = target.parent; target == nil {
			d.fail(at, "%d scopes outwards is beyond the root: %d enclose this one", count, d.scope.depth)
		}
	}
	indexAt := d.pos
	index := d.u32(sort.String() + " index")
	d.checkIndex(indexAt, target, sort, index)
	return target, index
}

// countTo is the distance of an enclosing scope.
func (d *decoder) countTo(target *scope) uint32 { return uint32(d.scope.depth - target.depth) }

// leavesComponent tells whether the way to an enclosing scope crosses the boundary of a component.
func (d *decoder) leavesComponent(target *scope) bool {
	for s := d.scope; s != target; s = s.parent {
		if s.kind == inComponent {
			return true
		}
	}
	return false
}
