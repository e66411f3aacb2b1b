package component

// coreInstance reads an entry of the core instance section.
func (d *decoder) coreInstance() Def {
	at := d.pos
	form := d.byte("form of the core instance")
	switch form {
	case 0x00:
		i := &CoreInstantiate{At: At(at), Module: d.index(SortCoreModule), Args: d.coreArgs()}
		d.appendCore(at, SortCoreInstance)
		return i
	case 0x01:
		i := &CoreInlineExports{At: At(at), Exports: d.coreExports()}
		d.appendCore(at, SortCoreInstance)
		return i
	default:
		d.fail(at, "form 0x%02x of a core instance is unknown", form)
		return nil
	}
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

func (d *decoder) coreExports() []CoreExport {
	n := d.count("export", maxVector)
	exports := make([]CoreExport, n)
	names := d.nameSet("export", n)
	for i := range exports {
		exports[i].Name = names.next()
		at := d.pos
		s := d.coreSort()
		if s == SortCoreType || s == SortCoreModule || s == SortCoreInstance {
			d.fail(at, "a core instance cannot export a %s", s)
		}
		exports[i].Sort, exports[i].Index = s, d.index(s)
	}
	return exports
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
		s.d.fail(at, "two %ss have the name %q", s.noun, clip(name))
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
			d.fail(sortAt, "a component does not import %ss", a.Sort)
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
	var list externList
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
