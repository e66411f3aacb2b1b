package component

// The core types of what the canonical ABI makes and takes: the functions that lower and the built-ins
// define, and those that lift and the options refer to. They are worked out for memories with addresses
// of 32 bits. A function that depends on the memory it works on has no known type, which nil stands for, if
// that memory has wider ones, and is not checked.

// checkLiftedCore checks the types of the core functions of a lift.
func (d *decoder) checkLiftedCore(at int, l *Lift) {
	if d.wide(l.Options) {
		return
	}
	want := lifted(l.Options, l.Type)
	d.needCoreType(at, "the lifted function", l.CoreFunc, want)
	if l.Options.HasPostReturn {
		d.needCoreType(at, "the option post-return", l.Options.PostReturn, &CoreFuncType{Params: want.Results})
	}
}

// checkOptionTypes checks the types of what options refer to, as far as they are the same everywhere.
func (d *decoder) checkOptionTypes(at int, o Options) {
	if o.HasMemory {
		d.checkOptionMemory(at, o)
	}
	if o.HasRealloc && o.HasMemory {
		d.needCoreType(at, "the option realloc", o.Realloc, d.reallocType(o))
	}
	if o.HasCallback {
		d.needCoreType(at, "the option callback", o.Callback, coreSignature(3, CoreI32))
	}
}

func (d *decoder) checkOptionMemory(at int, o Options) {
	if d.wide(o) {
		d.need(at, FeatureMemory64)
	}
	if d.memory(o).Shared {
		d.fail(at, "the option memory refers to core memory %d, which is shared", o.Memory)
	}
}

// reallocType is the type of a function that allocates in the memory of the options: it takes the address,
// size and alignment of a block and its new size, and returns its new address.
func (d *decoder) reallocType(o Options) *CoreFuncType {
	if d.wide(o) {
		return &CoreFuncType{
			Params: []CoreValType{CoreI64, CoreI64, CoreI64, CoreI64}, Results: []CoreValType{CoreI64},
		}
	}
	return coreSignature(4, CoreI32)
}

// needCoreType checks the type of a core function.
func (d *decoder) needCoreType(at int, what string, index uint32, want *CoreFuncType) {
	actual := d.scope.core[SortCoreFunc][index].Func
	if actual != nil && !coreFuncMatches(want, actual) {
		d.fail(at, "%s needs a core function of type %s, but core func %d has the type %s", what, want, index, actual)
	}
}

func (d *decoder) memory(o Options) CoreLimits { return d.scope.core[SortCoreMemory][o.Memory].Limits }

// wide tells whether addresses have 64 bits.
func (d *decoder) wide(o Options) bool { return o.HasMemory && d.memory(o).Wide }

// coreSignature is a function type with parameters of type i32.
func coreSignature(params int, results ...CoreValType) *CoreFuncType {
	t := &CoreFuncType{Params: make([]CoreValType, params), Results: results}
	for i := range t.Params {
		t.Params[i] = CoreI32
	}
	return t
}

// lifted is the type of a core function that can be lifted to a type.
func lifted(o Options, t *FuncType) *CoreFuncType {
	c := &CoreFuncType{Params: passed(flatten(t.Params), maxFlatParams)}
	switch {
	case o.Async && o.HasCallback:
		c.Results = []CoreValType{CoreI32}
	case !o.Async && t.Result != nil:
		c.Results = passed(*t.Result.facts(), maxFlatResults)
	}
	return c
}

// lowered is the type of the core function that lowering makes of a function.
func (d *decoder) lowered(o Options, t *FuncType) *CoreFuncType {
	if d.wide(o) {
		return nil
	}
	c := &CoreFuncType{}
	params, maxResults := uint32(maxFlatParams), uint32(maxFlatResults)
	if o.Async {
		params, maxResults = maxFlatAsyncParams, 0
		c.Results = []CoreValType{CoreI32}
	}
	c.Params = append(c.Params, passed(flatten(t.Params), params)...)
	switch {
	case t.Result == nil:
	case t.Result.facts().flat > maxResults: // through memory, at an address that the caller gives
		c.Params = append(c.Params, CoreI32)
	default:
		c.Results = t.Result.facts().core
	}
	return c
}

// passed gives the core values by which values are passed: an address if they are too many.
func passed(f facts, limit uint32) []CoreValType {
	if f.flat > limit {
		return []CoreValType{CoreI32}
	}
	return f.core
}

// builtinCore is the type of the core function that a built-in is.
func (d *decoder) builtinCore(b *Builtin) *CoreFuncType {
	if d.wide(b.Options) {
		return nil
	}
	switch b.Op {
	case ResourceNew:
		return &CoreFuncType{Params: []CoreValType{b.Type.(*Resource).Rep}, Results: []CoreValType{CoreI32}}
	case ResourceRep:
		return &CoreFuncType{Params: []CoreValType{CoreI32}, Results: []CoreValType{b.Type.(*Resource).Rep}}
	case TaskReturn:
		if b.Result == nil {
			return coreSignature(0)
		}
		return &CoreFuncType{Params: passed(*b.Result.facts(), maxFlatParams)}
	case ContextGet:
		return coreSignature(0, b.SlotType)
	case ContextSet:
		return &CoreFuncType{Params: []CoreValType{b.SlotType}}
	case ThreadNewIndirect, ThreadSpawnRef, ThreadSpawnIndirect, ThreadAvailableParallelism:
		return nil
	default:
		return builtinSignatures[b.Op].coreType()
	}
}

// builtinSignature is a function type with parameters of type i32, and one result or, where it is zero, none.
type builtinSignature struct {
	params int
	result CoreValType
}

func (s builtinSignature) coreType() *CoreFuncType {
	if s.result == 0 {
		return coreSignature(s.params)
	}
	return coreSignature(s.params, s.result)
}

// builtinSignatures are the types of the built-ins that have the same one always. Those that make threads
// depend on the table and function type that they are given, and have none.
//
// They are plain data of the program: to make them when it starts takes longer than all uses of them.
var builtinSignatures = [...]builtinSignature{
	ResourceDrop:             {params: 1},
	TaskCancel:               {},
	SubtaskCancel:            {1, CoreI32},
	ThreadYield:              {0, CoreI32},
	SubtaskDrop:              {params: 1},
	StreamNew:                {0, CoreI64},
	StreamRead:               {3, CoreI32},
	StreamWrite:              {3, CoreI32},
	StreamCancelRead:         {1, CoreI32},
	StreamCancelWrite:        {1, CoreI32},
	StreamDropReadable:       {params: 1},
	StreamDropWritable:       {params: 1},
	FutureNew:                {0, CoreI64},
	FutureRead:               {2, CoreI32},
	FutureWrite:              {2, CoreI32},
	FutureCancelRead:         {1, CoreI32},
	FutureCancelWrite:        {1, CoreI32},
	FutureDropReadable:       {params: 1},
	FutureDropWritable:       {params: 1},
	ErrorContextNew:          {2, CoreI32},
	ErrorContextDebugMessage: {params: 2},
	ErrorContextDrop:         {params: 1},
	WaitableSetNew:           {0, CoreI32},
	WaitableSetWait:          {2, CoreI32},
	WaitableSetPoll:          {2, CoreI32},
	WaitableSetDrop:          {params: 1},
	WaitableJoin:             {params: 2},
	BackpressureInc:          {},
	BackpressureDec:          {},
	ThreadIndex:              {0, CoreI32},
	ThreadResumeLater:        {params: 1},
	ThreadSuspend:            {0, CoreI32},
	ThreadSuspendThenResume:  {1, CoreI32},
	ThreadYieldThenResume:    {1, CoreI32},
	ThreadSuspendThenPromote: {1, CoreI32},
	ThreadYieldThenPromote:   {1, CoreI32},
}
