package component

// coreInstance reads an entry of the core instance section.
func (d *decoder) coreInstance() Def {
	at := d.pos
	form := d.byte("form of the core instance")
	switch form {
	case 0x00:
		return d.coreInstantiate(at)
	case 0x01:
		i := &CoreInlineExports{At: At(at)}
		var exports *CoreModuleType
		i.Exports, exports = d.coreExports()
		d.appendCoreInstance(at, exports)
		return i
	default:
		d.fail(at, "form 0x%02x of a core instance is unknown", form)
		return nil
	}
}

// coreInstantiate reads an instantiation and checks that its arguments give what the module imports.
func (d *decoder) coreInstantiate(at int) Def {
	i := &CoreInstantiate{At: At(at), Module: d.index(SortCoreModule), Args: d.coreArgs()}
	given := make(map[string]*CoreModuleType, len(i.Args))
	for _, a := range i.Args {
		given[a.Name] = d.scope.coreInstances[a.Instance]
	}
	t := d.scope.coreModules[i.Module]
	m := d.matcher(at)
	for k := range t.Imports {
		wanted := &t.Imports[k]
		from, ok := given[wanted.Module]
		if !ok {
			d.fail(at, "the core module imports from %q, but the instantiation does not give it", clip(wanted.Module))
		}
		m.path = append(m.path[:0], "argument "+quoted(wanted.Module), "export "+quoted(wanted.Name))
		m.coreExport(wanted.CoreExternType, from, wanted.Name)
	}
	d.appendCoreInstance(at, t)
	return i
}

func (d *decoder) coreArgs() []CoreArg {
	n := d.count("argument", maxVector)
	args := make([]CoreArg, n)
	names := d.nameSet("argument", n)
	for i := range args {
		args[i].Name = names.next()
		d.expect(0x12, "sort of the argument")
		args[i].Instance = d.index(SortCoreInstance)
	}
	return args
}

// coreExports reads the exports of a core instance that is made of what exists.
func (d *decoder) coreExports() ([]CoreExport, *CoreModuleType) {
	n := d.count("export", maxVector)
	list := make([]CoreExport, n)
	t := &CoreModuleType{}
	for i := range list {
		e := &list[i]
		nameAt := d.pos
		e.Name = d.name("name of the export")
		at := d.pos
		e.Sort = d.coreSort()
		if !e.Sort.isCoreEntity() {
			d.fail(at, "a core instance cannot export a %s", e.Sort)
		}
		e.Index = d.index(e.Sort)
		d.addCoreExport(nameAt, t, CoreExtern{Name: e.Name, CoreExternType: d.scope.core[e.Sort][e.Index]})
	}
	return list, t
}

// nameSet reads names that have to differ from each other as they are written.
type nameSet struct {
	d    *decoder
	noun string
	seen map[string]bool
}

func (d *decoder) nameSet(noun string, n int) *nameSet {
	return &nameSet{d: d, noun: noun, seen: make(map[string]bool, n)}
}

func (s *nameSet) next() string {
	at := s.d.pos
	name := s.d.name("name of the " + s.noun)
	if s.seen[name] {
		s.d.fail(at, "two %s have the name %q", plural(s.noun), clip(name))
	}
	s.seen[name] = true
	return name
}

// instance reads an entry of the instance section.
func (d *decoder) instance() Def {
	at := d.pos
	form := d.byte("form of the instance")
	switch form {
	case 0x00:
		return d.instantiate(at)
	case 0x01:
		return d.inlineExports(at)
	default:
		d.fail(at, "form 0x%02x of an instance is unknown", form)
		return nil
	}
}

func (d *decoder) instantiate(at int) Def {
	i := &Instantiate{At: At(at), Component: d.index(SortComponent)}
	n := d.count("argument", maxVector)
	i.Args = make([]Arg, n)
	names := d.nameSet("argument", n)
	given := make(map[string]ExternType, n)
	for k := range i.Args {
		a := &i.Args[k]
		a.Name = names.next()
		sortAt := d.pos
		a.Sort, a.Index = d.sortIndex()
		if a.Sort.IsCore() && a.Sort != SortCoreModule {
			d.fail(sortAt, "a component does not import %s", plural(a.Sort.String()))
		}
		d.use(sortAt, a.Sort, a.Index)
		given[a.Name] = d.scope.externOf(a.Sort, a.Index)
	}
	i.Type = d.instantiated(at, d.scope.components[i.Component], given)
	d.appendInstance(at, i.Type)
	return i
}

func (d *decoder) inlineExports(at int) Def {
	i := &InlineExports{At: At(at)}
	n := d.count("export", maxVector)
	i.Exports = make([]InlineExport, n)
	list := externList{bare: true}
	for k := range i.Exports {
		e := &i.Exports[k]
		nameAt := d.pos
		e.ExternName = d.externName()
		sortAt := d.pos
		e.Sort, e.Index = d.sortIndex()
		if e.Sort.IsCore() && e.Sort != SortCoreModule {
			d.fail(sortAt, "an instance cannot export a %s", e.Sort)
		}
		d.use(sortAt, e.Sort, e.Index)
		d.addExtern(nameAt, &list, e.ExternName, d.scope.externOf(e.Sort, e.Index), "export")
	}
	i.Type = d.instanceTypeOf(at, list.list, nil)
	d.appendInstance(at, i.Type)
	return i
}

// start reads the one entry of a start section.
func (d *decoder) start() Def {
	at := d.pos
	d.need(at, FeatureValues)
	s := &Start{At: At(at), Func: d.index(SortFunc)}
	f := d.scope.funcs[s.Func]
	countAt := d.pos
	n := d.count("argument", maxVector)
	if n != len(f.Params) {
		d.fail(countAt, "the start function takes %s, but gets %d", quantity(len(f.Params), "argument"), n)
	}
	s.Args = make([]uint32, n)
	for i := range s.Args {
		argAt := d.pos
		s.Args[i] = d.index(SortValue)
		d.use(argAt, SortValue, s.Args[i])
		d.matchValue(argAt, f.Params[i].Type, d.scope.values[s.Args[i]].typ, "an argument of the start function")
	}
	resultsAt := d.pos
	s.Results = d.u32("number of results")
	results := uint32(0)
	if f.Result != nil {
		results = 1
		d.scope.values = append(d.scope.values, value{typ: f.Result, at: at})
	}
	if s.Results != results {
		d.fail(resultsAt, "the start function has %s, not %d", quantity(int(results), "result"), s.Results)
	}
	return s
}
