package component

// externList collects the imports or exports of a scope.
type externList struct {
	list []Extern
	// folded maps names to how they were written: names that differ only in ways that generated code
	// could lose are the same name.
	folded map[string]string
	// resources are the types that constructors, methods and static functions may belong to.
	resources map[string]*Resource
	// bare is set for a list that introduces no types, so that nothing can belong to one.
	bare bool
}

// importDef reads an entry of the import section.
func (d *decoder) importDef() Def {
	at := d.pos
	name, t := d.importDecl()
	return &Import{At: At(at), ExternName: name, Type: t}
}

// importDecl reads an import of a component or a component type.
func (d *decoder) importDecl() (ExternName, ExternType) {
	at := d.pos
	name := d.externName()
	t := d.externType()
	t = d.open(t, name.Name)
	d.addExtern(at, &d.scope.imports, name, t, "import")
	d.makeVisible(at, visibleImport, t, name.Name)
	d.appendExtern(at, t)
	return name, t
}

// exportDecl reads an export of a component type or an instance type.
func (d *decoder) exportDecl() {
	at := d.pos
	name := d.externName()
	t := d.externType()
	t = d.open(t, name.Name)
	d.addExtern(at, &d.scope.exports, name, t, "export")
	d.makeVisible(at, visibleExport, t, name.Name)
	d.appendExtern(at, t)
}

// exportDef reads an entry of the export section.
func (d *decoder) exportDef() Def {
	at := d.pos
	e := &Export{At: At(at), ExternName: d.externName()}
	sortAt := d.pos
	e.Sort, e.Index = d.sortIndex()
	if e.Sort.IsCore() && e.Sort != SortCoreModule {
		d.fail(sortAt, "a component cannot export a %s", e.Sort)
	}
	d.use(sortAt, e.Sort, e.Index)
	e.Type = d.scope.externOf(e.Sort, e.Index)
	typeAt := d.pos
	if e.Ascribed = d.flag("presence of a type"); e.Ascribed {
		e.Type = d.ascribe(typeAt, e.Type, e.Name)
	} else {
		e.Type.Type = named(e.Type.Type, e.Sort)
		e.Type.rename()
		e.Type.Abstract = d.firstExport(e.Type)
	}
	d.addExtern(at, &d.scope.exports, e.ExternName, e.Type, "export")
	d.makeVisible(at, visibleExport, e.Type, e.Name)
	d.appendExtern(at, e.Type)
	if e.Sort == SortValue {
		d.scope.values[len(d.scope.values)-1].used = true
	}
	return e
}

// firstExport tells whether the export of a type introduces a resource type to the outside, as the
// first one of a resource type does that no import brought.
func (d *decoder) firstExport(t ExternType) bool {
	r, ok := t.Type.(*Resource)
	return ok && t.Sort == SortType && !d.scope.shown[r.Identity()]
}

// ascribe reads the type that an export is given instead of its own. The new type must be one that
// the exported entity has too; resource types that it introduces hide those of the entity.
func (d *decoder) ascribe(at int, actual ExternType, name string) ExternType {
	wanted := d.externType()
	d.match(at, wanted, actual, "the type of the export")
	return d.open(wanted, name)
}

// externName reads the name of an import or export with its attributes.
func (d *decoder) externName() ExternName {
	at := d.pos
	form := d.byte("form of the name")
	if form > 2 {
		d.fail(at, "form 0x%02x of a name is unknown", form)
	}
	n := ExternName{Name: d.name("name")}
	if form == 2 {
		d.attributes(&n)
	}
	return n
}

func (d *decoder) attributes(n *ExternName) {
	count := d.count("attribute", maxVector)
	var seen [3]bool
	for range count {
		at := d.pos
		kind := d.byte("attribute")
		if int(kind) >= len(seen) {
			d.fail(at, "attribute 0x%02x is unknown", kind)
		}
		if seen[kind] {
			d.fail(at, "attribute 0x%02x stands twice", kind)
		}
		seen[kind] = true
		switch kind {
		case 0x00:
			d.need(at, FeatureAttributes)
			n.Implements = d.implements()
		case 0x01:
			d.need(at, FeatureCanonNames)
			n.VersionSuffix = d.versionSuffix(n.Name)
		case 0x02:
			d.need(at, FeatureAttributes)
			n.ExternalID, n.HasExternalID = d.name("external id"), true
		}
	}
}

func (d *decoder) implements() string {
	at := d.pos
	s := d.name("implemented interface")
	n, err := ParseName(s)
	if err != nil {
		d.fail(at, "the name of the implemented interface is not valid: %v", err)
	}
	if n.Kind != NameInterface {
		d.fail(at, "%q is not the name of an interface, so nothing can implement it", clip(s))
	}
	d.checkNameFeatures(at, n)
	return s
}

// versionSuffix reads what was cut off the version of an interface name; joined, they are a version.
func (d *decoder) versionSuffix(of string) string {
	at := d.pos
	suffix := d.name("version suffix")
	n, err := ParseName(of)
	if err != nil || n.Kind != NameInterface || !n.Canonical {
		d.fail(at, "%q has a version suffix, but no canonical version before it", clip(of))
	}
	if !isSemver(n.Version + suffix) {
		d.fail(at, "%q is not a semantic version", clip(n.Version+suffix))
	}
	return suffix
}

func (d *decoder) checkNameFeatures(at int, n Name) {
	if n.nested() {
		d.need(at, FeatureNestedNames)
	}
	if n.Canonical && !isSemver(n.Version) {
		d.need(at, FeatureCanonNames)
	}
}

// externType reads the type of an import or export.
func (d *decoder) externType() ExternType {
	at := d.pos
	sort := d.sort()
	switch sort {
	case SortCoreModule:
		i := d.index(SortCoreType)
		t, ok := d.scope.coreTypes[i].(*CoreModuleType)
		if !ok {
			d.fail(at, "core type index %d is not a module type", i)
		}
		return ExternType{Sort: sort, Module: t}
	case SortFunc:
		return ExternType{Sort: sort, Type: typeOf[*FuncType](d, "a function type")}
	case SortComponent:
		return ExternType{Sort: sort, Type: typeOf[*ComponentType](d, "a component type")}
	case SortInstance:
		return ExternType{Sort: sort, Type: typeOf[*InstanceType](d, "an instance type")}
	case SortType:
		return d.typeBound()
	case SortValue:
		return d.valueBound(at)
	default:
		d.fail(at, "a %s cannot be imported or exported", sort)
		return ExternType{}
	}
}

// typeOf reads the index of a type of one kind.
func typeOf[T Type](d *decoder, what string) T {
	at := d.pos
	i := d.index(SortType)
	t, ok := d.scope.types[i].(T)
	if !ok {
		d.fail(at, "type index %d is %s, where %s is needed", i, describe(d.scope.types[i]), what)
	}
	return t
}

func (d *decoder) typeBound() ExternType {
	if d.flag("bound of the type") {
		return ExternType{Sort: SortType, Abstract: true}
	}
	i := d.index(SortType)
	return d.scope.externOf(SortType, i)
}

func (d *decoder) valueBound(at int) ExternType {
	d.need(at, FeatureValues)
	if d.flag("bound of the value") {
		return ExternType{Sort: SortValue, Type: d.valType()}
	}
	return ExternType{Sort: SortValue, Type: d.scope.values[d.index(SortValue)].typ}
}

// sort reads the sort of a component-level index.
func (d *decoder) sort() Sort {
	at := d.pos
	code := d.byte("sort")
	if code == 0 {
		return d.coreSort()
	}
	s, ok := sortCodes[code]
	if !ok {
		d.fail(at, "sort 0x%02x is unknown", code)
	}
	if s == SortValue {
		d.need(at, FeatureValues)
	}
	return s
}

func (d *decoder) coreSort() Sort {
	at := d.pos
	code := d.byte("core sort")
	s, ok := coreSortCodes[code]
	if !ok {
		d.fail(at, "core sort 0x%02x is unknown", code)
	}
	return s
}

func (d *decoder) sortIndex() (Sort, uint32) {
	s := d.sort()
	return s, d.index(s)
}

// use marks a value as used, which may happen once; other sorts may be used any number of times.
func (d *decoder) use(at int, sort Sort, i uint32) {
	if sort != SortValue {
		return
	}
	v := &d.scope.values[i]
	if v.used {
		d.fail(at, "value %d is used a second time", i)
	}
	v.used = true
}

// addExtern adds an import or export to its list, after checking that its name is well formed, not
// taken, and fit for what it names.
func (d *decoder) addExtern(at int, to *externList, name ExternName, t ExternType, what string) {
	parsed, err := ParseName(name.Name)
	if err != nil {
		d.fail(at, "the %s name is not valid: %v", what, err)
	}
	d.checkNameFeatures(at, parsed)
	if to.folded == nil {
		to.folded, to.resources = map[string]string{}, map[string]*Resource{}
	}
	key := foldName(name.Name)
	if other, taken := to.folded[key]; taken {
		d.fail(at, "the %s names %q and %q are too alike", what, clip(other), clip(name.Name))
	}
	to.folded[key] = name.Name
	if name.Implements != "" && (t.Sort != SortInstance || parsed.Kind != NamePlain) {
		d.fail(at, "%q implements an interface, which only an instance under a plain name can", clip(name.Name))
	}
	d.checkMember(at, to, parsed, t)
	if r, ok := t.Type.(*Resource); ok && t.Sort == SortType && parsed.Kind == NamePlain {
		if !to.bare {
			to.resources[parsed.Label] = r
		}
		r.name(parsed.Label)
	}
	to.list = append(to.list, Extern{ExternName: name, Type: t})
}

// checkMember checks that a constructor, method or static function belongs to a resource type that
// stands before it and has the shape that its kind demands.
func (d *decoder) checkMember(at int, in *externList, n Name, t ExternType) {
	if n.Resource == "" {
		return
	}
	f, ok := t.Type.(*FuncType)
	if !ok {
		d.fail(at, "a constructor, method or static function of %q must be a function, not %s", clip(n.Resource), t.Sort.one())
	}
	r, ok := in.resources[n.Resource]
	if !ok {
		d.fail(at, "the resource type %q, to which the function belongs, is not known here", clip(n.Resource))
	}
	switch {
	case n.Kind == NameConstructor && !constructs(f, r):
		d.fail(at, "the constructor of %q must return own<%[1]s> or a result with that", clip(n.Resource))
	case n.Kind == NameMethod && !borrowsSelf(f, r):
		d.fail(at, "the first parameter of a method of %q must be self: borrow<%[1]s>", clip(n.Resource))
	}
}

func constructs(f *FuncType, r *Resource) bool {
	t := f.Result
	if result, ok := t.(*Result); ok {
		t = result.OK
	}
	own, ok := t.(*Own)
	return ok && own.Resource == r
}

func borrowsSelf(f *FuncType, r *Resource) bool {
	if len(f.Params) == 0 || f.Params[0].Label != "self" {
		return false
	}
	b, ok := f.Params[0].Type.(*Borrow)
	return ok && b.Resource == r
}
