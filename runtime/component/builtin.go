package component

// BuiltinOp is a function that the canonical ABI provides to core modules.
type BuiltinOp uint8

// The built-ins, in the order of their opcodes in the binary format.
const (
	ResourceNew BuiltinOp = iota
	ResourceDrop
	ResourceRep
	TaskCancel
	SubtaskCancel
	TaskReturn
	ContextGet
	ContextSet
	ThreadYield
	SubtaskDrop
	StreamNew
	StreamRead
	StreamWrite
	StreamCancelRead
	StreamCancelWrite
	StreamDropReadable
	StreamDropWritable
	FutureNew
	FutureRead
	FutureWrite
	FutureCancelRead
	FutureCancelWrite
	FutureDropReadable
	FutureDropWritable
	ErrorContextNew
	ErrorContextDebugMessage
	ErrorContextDrop
	WaitableSetNew
	WaitableSetWait
	WaitableSetPoll
	WaitableSetDrop
	WaitableJoin
	BackpressureInc
	BackpressureDec
	ThreadIndex
	ThreadNewIndirect
	ThreadResumeLater
	ThreadSuspend
	ThreadSuspendThenResume
	ThreadYieldThenResume
	ThreadSuspendThenPromote
	ThreadYieldThenPromote
	ThreadSpawnRef
	ThreadSpawnIndirect
	ThreadAvailableParallelism
)

// shape says which operands follow the opcode of a built-in.
type shape uint8

const (
	shapeNone         shape = iota
	shapeResource           // a resource type
	shapeLocal              // a resource type that this component defines
	shapeResult             // a result list and options
	shapeContext            // a core value type and a slot
	shapeStream             // a stream type
	shapeStreamRead         // a stream type and options
	shapeStreamWrite        // the same
	shapeStreamCancel       // a stream type and whether to cancel asynchronously
	shapeFuture             // and likewise for futures
	shapeFutureRead
	shapeFutureWrite
	shapeFutureCancel
	shapeAsync       // whether it is asynchronous
	shapeCancel      // whether it is cancellable
	shapeWait        // whether it is cancellable, and a memory
	shapeOptions     // options with a memory
	shapeReallocated // options with a memory and realloc
	shapeIndirect    // a core function type and a table
	shapeSharedRef   // whether it is shared, and a core function type
	shapeSharedTable // the same and a table
	shapeShared      // whether it is shared
)

type builtinInfo struct {
	op    BuiltinOp
	name  string
	needs Features
	shape shape
}

var builtins = map[byte]builtinInfo{
	0x02: {ResourceNew, "resource.new", 0, shapeLocal},
	0x03: {ResourceDrop, "resource.drop", 0, shapeResource},
	0x04: {ResourceRep, "resource.rep", 0, shapeLocal},
	0x05: {TaskCancel, "task.cancel", FeatureAsync, shapeNone},
	0x06: {SubtaskCancel, "subtask.cancel", FeatureAsync, shapeAsync},
	0x09: {TaskReturn, "task.return", FeatureAsync, shapeResult},
	0x0a: {ContextGet, "context.get", FeatureAsync, shapeContext},
	0x0b: {ContextSet, "context.set", FeatureAsync, shapeContext},
	0x0c: {ThreadYield, "thread.yield", FeatureAsync, shapeCancel},
	0x0d: {SubtaskDrop, "subtask.drop", FeatureAsync, shapeNone},
	0x0e: {StreamNew, "stream.new", FeatureAsync, shapeStream},
	0x0f: {StreamRead, "stream.read", FeatureAsync, shapeStreamRead},
	0x10: {StreamWrite, "stream.write", FeatureAsync, shapeStreamWrite},
	0x11: {StreamCancelRead, "stream.cancel-read", FeatureAsync, shapeStreamCancel},
	0x12: {StreamCancelWrite, "stream.cancel-write", FeatureAsync, shapeStreamCancel},
	0x13: {StreamDropReadable, "stream.drop-readable", FeatureAsync, shapeStream},
	0x14: {StreamDropWritable, "stream.drop-writable", FeatureAsync, shapeStream},
	0x15: {FutureNew, "future.new", FeatureAsync, shapeFuture},
	0x16: {FutureRead, "future.read", FeatureAsync, shapeFutureRead},
	0x17: {FutureWrite, "future.write", FeatureAsync, shapeFutureWrite},
	0x18: {FutureCancelRead, "future.cancel-read", FeatureAsync, shapeFutureCancel},
	0x19: {FutureCancelWrite, "future.cancel-write", FeatureAsync, shapeFutureCancel},
	0x1a: {FutureDropReadable, "future.drop-readable", FeatureAsync, shapeFuture},
	0x1b: {FutureDropWritable, "future.drop-writable", FeatureAsync, shapeFuture},
	0x1c: {ErrorContextNew, "error-context.new", FeatureErrorContext, shapeOptions},
	0x1d: {ErrorContextDebugMessage, "error-context.debug-message", FeatureErrorContext, shapeReallocated},
	0x1e: {ErrorContextDrop, "error-context.drop", FeatureErrorContext, shapeNone},
	0x1f: {WaitableSetNew, "waitable-set.new", FeatureAsync, shapeNone},
	0x20: {WaitableSetWait, "waitable-set.wait", FeatureAsync, shapeWait},
	0x21: {WaitableSetPoll, "waitable-set.poll", FeatureAsync, shapeWait},
	0x22: {WaitableSetDrop, "waitable-set.drop", FeatureAsync, shapeNone},
	0x23: {WaitableJoin, "waitable.join", FeatureAsync, shapeNone},
	0x24: {BackpressureInc, "backpressure.inc", FeatureAsync, shapeNone},
	0x25: {BackpressureDec, "backpressure.dec", FeatureAsync, shapeNone},
	0x26: {ThreadIndex, "thread.index", FeatureThreads, shapeNone},
	0x27: {ThreadNewIndirect, "thread.new-indirect", FeatureThreads, shapeIndirect},
	0x28: {ThreadResumeLater, "thread.resume-later", FeatureThreads, shapeNone},
	0x29: {ThreadSuspend, "thread.suspend", FeatureThreads, shapeCancel},
	0x2a: {ThreadSuspendThenResume, "thread.suspend-then-resume", FeatureThreads, shapeCancel},
	0x2b: {ThreadYieldThenResume, "thread.yield-then-resume", FeatureThreads, shapeCancel},
	0x2c: {ThreadSuspendThenPromote, "thread.suspend-then-promote", FeatureThreads, shapeCancel},
	0x2d: {ThreadYieldThenPromote, "thread.yield-then-promote", FeatureThreads, shapeCancel},
	0x40: {ThreadSpawnRef, "thread.spawn-ref", FeatureThreads, shapeSharedRef},
	0x41: {ThreadSpawnIndirect, "thread.spawn-indirect", FeatureThreads, shapeSharedTable},
	0x42: {ThreadAvailableParallelism, "thread.available-parallelism", FeatureThreads, shapeShared},
}

var builtinNames = func() (names [ThreadAvailableParallelism + 1]string) {
	for _, b := range builtins {
		names[b.op] = b.name
	}
	return names
}()

func (op BuiltinOp) String() string { return builtinNames[op] }

// builtin reads what follows the opcode of a built-in.
func (d *decoder) builtin(at int, code byte) Def {
	info, ok := builtins[code]
	if !ok {
		d.fail(at, "canonical definition 0x%02x is unknown", code)
	}
	if info.needs != 0 {
		d.need(at, info.needs)
	}
	b := &Builtin{At: At(at), Op: info.op}
	d.operands(b, info)
	d.addCoreFunc(d.builtinCore(b))
	return b
}

func (d *decoder) operands(b *Builtin, info builtinInfo) {
	switch info.shape {
	case shapeResource:
		d.resourceOperand(b)
	case shapeLocal:
		d.localOperand(b)
	case shapeResult:
		d.taskReturn(b)
	case shapeContext:
		d.context(b)
	case shapeStream, shapeStreamRead, shapeStreamWrite, shapeStreamCancel:
		d.streamOperand(b, info)
	case shapeFuture, shapeFutureRead, shapeFutureWrite, shapeFutureCancel:
		d.futureOperand(b, info)
	case shapeAsync:
		b.Async = d.asyncFlag()
	case shapeCancel:
		b.Cancellable = d.flag("cancellable immediate")
	case shapeWait:
		b.Cancellable = d.flag("cancellable immediate")
		memoryAt := d.pos
		b.Options.Memory, b.Options.HasMemory = d.index(SortCoreMemory), true
		d.checkOptionMemory(memoryAt, b.Options)
	case shapeOptions, shapeReallocated:
		d.errorContext(b, info)
	case shapeIndirect:
		d.threadFunc(b)
		b.Table = d.index(SortCoreTable)
	case shapeSharedRef:
		b.Shared = d.flag("shared immediate")
		d.threadFunc(b)
	case shapeSharedTable:
		b.Shared = d.flag("shared immediate")
		d.threadFunc(b)
		b.Table = d.index(SortCoreTable)
	case shapeShared:
		b.Shared = d.flag("shared immediate")
	}
}

func (d *decoder) resourceOperand(b *Builtin) *Resource {
	at := d.pos
	b.TypeIndex = d.index(SortType)
	r, ok := d.scope.types[b.TypeIndex].(*Resource)
	if !ok {
		d.fail(at, "type index %d is %s, where a resource type is needed",
			b.TypeIndex, describe(d.scope.types[b.TypeIndex]))
	}
	b.Type = r
	return r
}

// localOperand reads a resource type whose representation this component may see.
func (d *decoder) localOperand(b *Builtin) {
	at := d.pos
	if r := d.resourceOperand(b); !r.Local || r.binder != d.scope.binder {
		d.fail(at, "type index %d is not a resource type that this component defines", b.TypeIndex)
	}
}

func (d *decoder) taskReturn(b *Builtin) {
	at := d.pos
	b.Result = d.resultList()
	if b.Result != nil && b.Result.facts().borrows {
		d.fail(at, "the result contains a borrow, which cannot outlive its call")
	}
	optionsAt := d.pos
	b.Options = d.options()
	o := b.Options
	if o.HasRealloc || o.HasPostReturn || o.HasCallback || o.Async {
		d.fail(optionsAt, "task.return takes only the options memory and string-encoding")
	}
	if b.Result == nil {
		return
	}
	switch f := b.Result.facts(); {
	case f.pointers:
		d.requireMemory(optionsAt, o, "the result contains a list or string")
	case f.flat > maxFlatParams:
		d.requireMemory(optionsAt, o, "the result does not fit in core values")
	}
}

// contextSlots is the number of words of storage that a thread has.
const contextSlots = 2

func (d *decoder) context(b *Builtin) {
	at := d.pos
	b.SlotType = CoreValType(d.byte("type of the slot"))
	switch b.SlotType {
	case CoreI32:
	case CoreI64:
		d.need(at, FeatureMemory64)
	default:
		d.fail(at, "0x%02x is not the type of a slot: slots hold i32 or i64", byte(b.SlotType))
	}
	if t := &d.scope.slotType; *t == 0 {
		*t = b.SlotType
	} else if *t != b.SlotType {
		d.fail(at, "the slots of a component have one type, which is %s already", *t)
	}
	slotAt := d.pos
	if b.Slot = d.u32("slot"); b.Slot >= contextSlots {
		d.fail(slotAt, "slot %d does not exist: a thread has %d", b.Slot, contextSlots)
	}
	if b.Slot > 0 { // the others are for the threads that a guest makes
		d.need(slotAt, FeatureThreads)
	}
}

func (d *decoder) asyncFlag() bool {
	at := d.pos
	async := d.flag("async immediate")
	if async {
		d.need(at, FeatureMoreAsync)
	}
	return async
}

func (d *decoder) streamOperand(b *Builtin, info builtinInfo) {
	at := d.pos
	b.TypeIndex = d.index(SortType)
	t, ok := d.scope.types[b.TypeIndex].(*Stream)
	if !ok {
		d.fail(at, "%s needs a stream type, but type index %d is %s", info.name, b.TypeIndex,
			describe(d.scope.types[b.TypeIndex]))
	}
	b.Type = t
	switch info.shape {
	case shapeStreamCancel:
		b.Async = d.asyncFlag()
	case shapeStreamRead, shapeStreamWrite:
		d.copyOptions(b, t.Elem, info.shape == shapeStreamRead)
	}
}

func (d *decoder) futureOperand(b *Builtin, info builtinInfo) {
	at := d.pos
	b.TypeIndex = d.index(SortType)
	t, ok := d.scope.types[b.TypeIndex].(*Future)
	if !ok {
		d.fail(at, "%s needs a future type, but type index %d is %s", info.name, b.TypeIndex,
			describe(d.scope.types[b.TypeIndex]))
	}
	b.Type = t
	switch info.shape {
	case shapeFutureCancel:
		b.Async = d.asyncFlag()
	case shapeFutureRead, shapeFutureWrite:
		d.copyOptions(b, t.Elem, info.shape == shapeFutureRead)
	}
}

// copyOptions reads the options of a built-in that moves elements between a memory and a stream or
// future.
func (d *decoder) copyOptions(b *Builtin, elem ValueType, read bool) {
	at := d.pos
	b.Options = d.options()
	o := b.Options
	switch {
	case o.HasPostReturn || o.HasCallback:
		d.fail(at, "%s takes neither the option post-return nor callback", b.Op)
	case o.HasRealloc && !o.HasMemory:
		d.fail(at, "the option realloc needs the option memory")
	case !o.Async:
		d.need(at, FeatureMoreAsync)
	}
	if elem == nil {
		return
	}
	d.requireMemory(at, o, "elements are copied from or to it")
	if read && elem.facts().pointers {
		d.requireRealloc(at, o, "the elements contain a list or string")
	}
}

func (d *decoder) errorContext(b *Builtin, info builtinInfo) {
	at := d.pos
	b.Options = d.options()
	o := b.Options
	if o.HasPostReturn || o.HasCallback || o.Async {
		d.fail(at, "%s takes only the options memory, realloc and string-encoding", info.name)
	}
	d.requireMemory(at, o, "the message is there")
	if info.shape == shapeReallocated {
		d.requireRealloc(at, o, "the message needs space")
	}
}

// threadFunc reads the type of the function that a new thread runs: it takes one integer.
func (d *decoder) threadFunc(b *Builtin) {
	at := d.pos
	b.TypeIndex = d.index(SortCoreType)
	f, ok := d.scope.coreTypes[b.TypeIndex].(*CoreFuncType)
	if !ok {
		d.fail(at, "core type index %d is not a function type", b.TypeIndex)
	}
	if len(f.Params) != 1 || len(f.Results) != 0 || f.Params[0] != CoreI32 && f.Params[0] != CoreI64 {
		d.fail(at, "a thread runs a function that takes one integer and returns nothing")
	}
	if f.Params[0] == CoreI64 {
		d.need(at, FeatureMemory64)
	}
}
