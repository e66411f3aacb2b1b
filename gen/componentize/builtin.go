package componentize

import (
	"strings"

	"github.com/witan-os/witan/gen/componentize/internal/corename"
	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/runtime/abi"
	"github.com/witan-os/witan/runtime/component"
)

// builtin answers an import with a function that the canonical ABI provides.
func (u *use) builtin() need {
	b := &builtin{of: u.of, def: component.Builtin{
		Op: u.id.Op, Cancellable: u.id.Cancellable, Slot: u.id.Slot, SlotType: u.id.SlotType,
	}}
	ok := true
	switch u.id.Op {
	case component.ResourceNew, component.ResourceRep, component.ResourceDrop:
		ok = u.resource(b)
	case component.TaskReturn:
		return u.taskReturn(b)
	case component.ContextGet:
		return u.simple(b, &component.CoreFuncType{Results: []component.CoreValType{u.id.SlotType}})
	case component.ContextSet:
		return u.simple(b, &component.CoreFuncType{Params: []component.CoreValType{u.id.SlotType}})
	case component.WaitableSetWait, component.WaitableSetPoll:
		ok = u.lend(b, true, false)
	case component.ErrorContextNew, component.ErrorContextDebugMessage:
		b.def.Options.Encoding = u.id.Encoding
		ok = u.lend(b, true, u.id.Op == component.ErrorContextDebugMessage)
	case component.SubtaskCancel:
		b.def.Async = u.id.Async
	default:
		if isPayloadOp(u.id.Op) {
			ok = u.payload(b)
		}
	}
	if !ok {
		return nil
	}
	return u.simple(b, signatures[u.id.Op])
}

// simple is a built-in of a type that is known.
func (u *use) simple(b *builtin, want *component.CoreFuncType) need {
	if !u.typed(model.Place{}, want, u.id.Op.String()) {
		return nil
	}
	return b
}

// lend checks that the module has the memory and the allocator that a built-in works with.
func (u *use) lend(b *builtin, memory, realloc bool) bool {
	b.def.Options.HasMemory, b.def.Options.HasRealloc = memory, realloc
	return u.canLend(u.of, memory, realloc, corename.ImportRealloc, model.Place{}, u.id.Op.String())
}

// canLend checks that a module has a memory and an allocator, as far as a call needs them.
func (m *matcher) canLend(of *module, memory, realloc bool, purpose corename.Role, at model.Place, what string) bool {
	if memory && !m.hasMemory(of, at, what) {
		return false
	}
	if !realloc {
		return true
	}
	if of.memory != of { // for an adapter there is one in any case
		m.reallocOf(of, purpose)
		return true
	}
	if _, ok := of.realloc(purpose); !ok {
		m.problems.add(at, "%s needs a function that allocates in the memory of its module, but %s exports none: its name would be %q",
			what, of.what, "cabi_realloc")
		return false
	}
	return true
}

func (m *matcher) hasMemory(of *module, at model.Place, what string) bool {
	name, ok := of.memory.byRole[corename.Memory]
	if !ok {
		m.problems.add(at, "%s needs a memory, but %s exports none: its name would be %q", what, of.memory.what, "memory")
		return false
	}
	if x, _ := of.memory.shape.Export(name); x.Limits.Wide {
		m.problems.add(at, "%s needs a memory with addresses of 32 bits, but that of %s has 64", what, of.memory.what)
		return false
	}
	return true
}

// resource finds the resource type that a built-in is about.
func (u *use) resource(b *builtin) bool {
	in := u.item()
	if in == nil {
		return false
	}
	d := in.iface.typ[u.id.Name]
	if d == nil || d.Root().Resource == nil {
		u.fail(in.place, "there is no such resource%s", u.problems.suggest(u.id.Name, in.iface.resourceNames()))
		return false
	}
	if u.id.Op != component.ResourceDrop && (!in.export || d.Resource == nil || d.AliasOf != nil) {
		u.fail(d.Place, "only the interface that exports the resource itself has its representation")
		return false
	}
	u.useDef(in, d)
	b.item, b.resource = in, d
	return true
}

// taskReturn is the function that delivers the result of an asynchronous export.
func (u *use) taskReturn(b *builtin) need {
	in := u.item()
	if in == nil {
		return nil
	}
	fn := u.lookup(in)
	if fn == nil {
		return nil
	}
	var result *abi.Type
	if fn.Result != nil {
		result = fn.Result.ABI
	}
	plan, err := abi.NewReturnPlan(result)
	if err != nil {
		u.fail(fn.Place, "its result cannot be returned: %v", err)
		return nil
	}
	if !u.typed(fn.Place, coreType(plan.Lowered.Params, nil), "task.return of "+fn.Base) || !u.lend(b, plan.NeedsMemory(), false) {
		return nil
	}
	b.def.Options.Encoding = u.of.encoding
	b.item, b.result = in, fn.Result
	return b
}

func isPayloadOp(op component.BuiltinOp) bool {
	return op >= component.StreamNew && op <= component.FutureDropWritable
}

// payload finds the stream or future type that a built-in is about.
func (u *use) payload(b *builtin) bool {
	stream := strings.HasPrefix(u.id.Op.String(), "stream.")
	b.item, b.payload = u.root, unit(stream)
	if u.id.Payload != corename.Unit {
		in := u.item()
		if in == nil {
			return false
		}
		fn := u.lookup(in)
		if fn == nil {
			return false
		}
		found := u.asyncTypes(in, fn)
		if u.id.Payload >= len(found) || (found[u.id.Payload].typ.Kind == abi.Stream) != stream {
			u.fail(fn.Place, "of the streams and futures in the type of %s, number %d is none of that kind", fn.Base, u.id.Payload)
			return false
		}
		b.item, b.payload = found[u.id.Payload].in, found[u.id.Payload].typ
		u.useType(b.item, b.payload)
	}
	switch u.id.Op {
	case component.StreamRead, component.FutureRead, component.StreamWrite, component.FutureWrite:
		return u.transfer(b)
	case component.StreamCancelRead, component.StreamCancelWrite, component.FutureCancelRead, component.FutureCancelWrite:
		b.def.Async = u.id.Async
	}
	return true
}

// transfer sets the options of a built-in that moves elements. What is read may need space beside that of the element.
func (u *use) transfer(b *builtin) bool {
	b.def.Options.Async, b.def.Options.Encoding = u.id.Async, u.of.encoding
	elem := b.payload.Elem
	read := u.id.Op == component.StreamRead || u.id.Op == component.FutureRead
	return u.lend(b, elem != nil, read && elem != nil && elem.ABI.HasPointer())
}

// unit is the stream or future that carries nothing.
func unit(stream bool) *model.Type {
	if stream {
		return &model.Type{Kind: abi.Stream}
	}
	return &model.Type{Kind: abi.Future}
}

// typeIn is a type with the item in which its names are to be looked up.
type typeIn struct {
	in  *item
	typ *model.Type
}

// asyncTypes lists the streams and futures in the type of a function: those inside of another one before it, and
// otherwise in the order in which they are written. The names of core functions count them like that.
func (m *matcher) asyncTypes(in *item, fn *model.Func) []typeIn {
	if found, ok := m.async[called{in, fn}]; ok {
		return found
	}
	w := &asyncWalk{contract: m.contract}
	for _, p := range fn.Params {
		w.use(in, p.Type)
	}
	w.use(in, fn.Result)
	m.async[called{in, fn}] = w.found
	return w.found
}

type asyncWalk struct {
	*contract
	found []typeIn
	steps int
}

// maxAsyncWalk bounds the parts that are looked at. Types share parts, and every use of one counts.
const maxAsyncWalk = 1 << 16

func (w *asyncWalk) use(in *item, t *model.Type) {
	if w.steps++; t == nil || w.steps > maxAsyncWalk || t.ABI == nil || !t.ABI.HasAsync() {
		return
	}
	d := t.Alias
	if d == nil {
		d = t.Def
	}
	for d != nil {
		at, def := w.resolve(in, d)
		if at == nil {
			return
		}
		in, t, d = at, def.Type, def.Target()
	}
	w.parts(in, t)
}

func (w *asyncWalk) parts(in *item, t *model.Type) {
	w.use(in, t.Key)
	w.use(in, t.Elem)
	for _, f := range t.Fields {
		w.use(in, f.Type)
	}
	for _, c := range t.Cases {
		w.use(in, c.Type)
	}
	if t.Kind == abi.Stream || t.Kind == abi.Future {
		w.found = append(w.found, typeIn{in, t})
	}
}

// signature makes the type of a core function with parameters and results of type i32.
func signature(params, results int) *component.CoreFuncType {
	all := []component.CoreValType{i32, i32, i32, i32}
	return &component.CoreFuncType{Params: all[:params:params], Results: all[:results:results]}
}

// handles is the type of the functions that make two handles, which come back in one number.
var handles = &component.CoreFuncType{Results: []component.CoreValType{component.CoreI64}}

// signatures are the types of the built-ins that have the same one always, for memories with addresses of 32 bits.
var signatures = map[component.BuiltinOp]*component.CoreFuncType{
	component.ResourceNew: signature(1, 1), component.ResourceRep: signature(1, 1), component.ResourceDrop: signature(1, 0),
	component.TaskCancel: signature(0, 0), component.BackpressureInc: signature(0, 0), component.BackpressureDec: signature(0, 0),
	component.SubtaskCancel: signature(1, 1), component.SubtaskDrop: signature(1, 0),
	component.WaitableSetNew: signature(0, 1), component.WaitableSetDrop: signature(1, 0), component.WaitableJoin: signature(2, 0),
	component.WaitableSetWait: signature(2, 1), component.WaitableSetPoll: signature(2, 1),
	component.ErrorContextNew: signature(2, 1), component.ErrorContextDebugMessage: signature(2, 0),
	component.ErrorContextDrop: signature(1, 0),
	component.StreamNew:        handles, component.FutureNew: handles,
	component.StreamRead: signature(3, 1), component.StreamWrite: signature(3, 1),
	component.FutureRead: signature(2, 1), component.FutureWrite: signature(2, 1),
	component.StreamCancelRead: signature(1, 1), component.StreamCancelWrite: signature(1, 1),
	component.FutureCancelRead: signature(1, 1), component.FutureCancelWrite: signature(1, 1),
	component.StreamDropReadable: signature(1, 0), component.StreamDropWritable: signature(1, 0),
	component.FutureDropReadable: signature(1, 0), component.FutureDropWritable: signature(1, 0),
	component.ThreadYield: signature(0, 1), component.ThreadIndex: signature(0, 1), component.ThreadSuspend: signature(0, 1),
	component.ThreadResumeLater: signature(1, 0), component.ThreadSuspendThenResume: signature(1, 1),
	component.ThreadYieldThenResume: signature(1, 1), component.ThreadSuspendThenPromote: signature(1, 1),
	component.ThreadYieldThenPromote: signature(1, 1),
}
