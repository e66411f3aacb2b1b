package componentize

import (
	"github.com/witan-os/witan/gen/componentize/internal/corename"
	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/runtime/abi"
	"github.com/witan-os/witan/runtime/component"
)

// builtin answers an import with a function that the canonical ABI provides.
func (u *use) builtin() need {
	if u.id.Async && !hasAsyncForm(u.id.Op) || u.id.Cancellable && !canBeCancelled(u.id.Op) {
		u.fail(model.Place{}, "%s has no such form", u.id.Op)
		return nil
	}
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

// hasAsyncForm tells whether a built-in can return before it is done.
func hasAsyncForm(op component.BuiltinOp) bool {
	switch op {
	case component.SubtaskCancel,
		component.StreamRead, component.StreamWrite, component.StreamCancelRead, component.StreamCancelWrite,
		component.FutureRead, component.FutureWrite, component.FutureCancelRead, component.FutureCancelWrite:
		return true
	}
	return false
}

// canBeCancelled tells whether a built-in waits, and may be told to stop that.
func canBeCancelled(op component.BuiltinOp) bool {
	switch op {
	case component.WaitableSetWait, component.WaitableSetPoll, component.ThreadYield, component.ThreadSuspend,
		component.ThreadSuspendThenResume, component.ThreadYieldThenResume,
		component.ThreadSuspendThenPromote, component.ThreadYieldThenPromote:
		return true
	}
	return false
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
