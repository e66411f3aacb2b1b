package component

import "github.com/witan-os/witan/runtime/abi"

// Options are the canonical options of a definition. An index means something only if its Has field
// is set.
type Options struct {
	Encoding abi.Encoding
	// Async selects the asynchronous form of the canonical ABI.
	Async bool

	Memory, Realloc, PostReturn, Callback             uint32
	HasMemory, HasRealloc, HasPostReturn, HasCallback bool
}

// The limits on values passed without memory.
const (
	maxFlatParams      = 16
	maxFlatAsyncParams = 4
	maxFlatResults     = 1
)

// options reads a list of canonical options, each of which may stand once.
func (d *decoder) options() Options {
	start := d.pos
	var o Options
	var encoded bool
	n := d.count("option", maxVector)
	once := func(at int, seen *bool, name string) {
		if *seen {
			d.fail(at, "the option %s stands twice", name)
		}
		*seen = true
	}
	for range n {
		at := d.pos
		switch code := d.byte("option"); code {
		case 0x00, 0x01, 0x02:
			once(at, &encoded, "string-encoding")
			o.Encoding = abi.Encoding(code)
		case 0x03:
			once(at, &o.HasMemory, "memory")
			o.Memory = d.index(SortCoreMemory)
		case 0x04:
			once(at, &o.HasRealloc, "realloc")
			o.Realloc = d.index(SortCoreFunc)
		case 0x05:
			once(at, &o.HasPostReturn, "post-return")
			o.PostReturn = d.index(SortCoreFunc)
		case 0x06:
			d.need(at, FeatureAsync)
			once(at, &o.Async, "async")
		case 0x07:
			d.need(at, FeatureAsync)
			once(at, &o.HasCallback, "callback")
			o.Callback = d.index(SortCoreFunc)
		default:
			d.fail(at, "option 0x%02x is unknown", code)
		}
	}
	d.checkOptionTypes(start, o)
	return o
}

// checkOptions applies the rules that hold for the options of lifted and lowered functions.
func (d *decoder) checkOptions(at int, o Options, lift bool) {
	switch {
	case o.HasRealloc && !o.HasMemory:
		d.fail(at, "the option realloc needs the option memory")
	case o.HasPostReturn && !lift:
		d.fail(at, "the option post-return is for lifted functions only")
	case o.HasCallback && !lift:
		d.fail(at, "the option callback is for lifted functions only")
	case o.HasPostReturn && o.Async:
		d.fail(at, "the options post-return and async exclude each other")
	case o.HasCallback && !o.Async:
		d.fail(at, "the option callback needs the option async")
	}
}

// requireMemory refuses options without the memory that a type cannot do without.
func (d *decoder) requireMemory(at int, o Options, why string) {
	if !o.HasMemory {
		d.fail(at, "the option memory is missing: %s", why)
	}
}

func (d *decoder) requireRealloc(at int, o Options, why string) {
	if !o.HasRealloc {
		d.fail(at, "the option realloc is missing: %s", why)
	}
}

// canon reads an entry of the canon section.
func (d *decoder) canon() Def {
	at := d.pos
	code := d.byte("canonical definition")
	switch code {
	case 0x00:
		return d.lift(at)
	case 0x01:
		return d.lower(at)
	default:
		return d.builtin(at, code)
	}
}

func (d *decoder) lift(at int) Def {
	d.expect(0, "sort of the lifted function")
	l := &Lift{At: At(at), CoreFunc: d.index(SortCoreFunc)}
	optionsAt := d.pos
	l.Options = d.options()
	typeAt := d.pos
	l.TypeIndex = d.index(SortType)
	t, ok := d.scope.types[l.TypeIndex].(*FuncType)
	if !ok {
		d.fail(typeAt, "type index %d is %s, where a function type is needed", l.TypeIndex, describe(d.scope.types[l.TypeIndex]))
	}
	l.Type = t
	d.checkOptions(optionsAt, l.Options, true)
	d.checkAsync(optionsAt, l.Options, t)
	if l.Options.Async && !l.Options.HasCallback {
		d.need(optionsAt, FeatureStackful)
	}
	d.checkLift(optionsAt, l.Options, t)
	d.checkLiftedCore(at, l)
	d.scope.funcs = append(d.scope.funcs, t)
	return l
}

func (d *decoder) checkAsync(at int, o Options, t *FuncType) {
	if o.Async && !t.Async {
		d.fail(at, "the option async needs an async function type")
	}
}

func (d *decoder) checkLift(at int, o Options, t *FuncType) {
	params := flatten(t.Params)
	switch {
	case params.pointers:
		d.requireRealloc(at, o, "a parameter contains a list or string")
	case params.flat > maxFlatParams:
		d.requireRealloc(at, o, "the parameters do not fit in core values")
	}
	if t.Result == nil {
		return
	}
	limit := uint32(maxFlatResults)
	if o.Async {
		limit = maxFlatParams
	}
	result := t.Result.facts()
	switch {
	case result.pointers:
		d.requireMemory(at, o, "the result contains a list or string")
	case result.flat > limit:
		d.requireMemory(at, o, "the result does not fit in core values")
	}
}

func (d *decoder) lower(at int) Def {
	d.expect(0, "sort of the lowered function")
	l := &Lower{At: At(at), Func: d.index(SortFunc)}
	l.Type = d.scope.funcs[l.Func]
	optionsAt := d.pos
	l.Options = d.options()
	d.checkOptions(optionsAt, l.Options, false)
	d.checkAsync(optionsAt, l.Options, l.Type)
	d.checkLower(optionsAt, l.Options, l.Type)
	d.addCoreFunc(d.lowered(l.Options, l.Type))
	return l
}

func (d *decoder) checkLower(at int, o Options, t *FuncType) {
	maxParams, maxResults := uint32(maxFlatParams), uint32(maxFlatResults)
	if o.Async {
		maxParams, maxResults = maxFlatAsyncParams, 0
	}
	params := flatten(t.Params)
	switch {
	case params.pointers:
		d.requireMemory(at, o, "a parameter contains a list or string")
	case params.flat > maxParams:
		d.requireMemory(at, o, "the parameters do not fit in core values")
	}
	if t.Result == nil {
		return
	}
	result := t.Result.facts()
	if result.flat > maxResults {
		d.requireMemory(at, o, "the result does not fit in core values")
	}
	if result.pointers {
		d.requireRealloc(at, o, "the result contains a list or string")
	}
}

// flatten gives the facts of parameters taken together.
func flatten(params []Field) facts {
	l := newLayout()
	for _, p := range params {
		l.field(p.Type)
	}
	return l.close()
}
