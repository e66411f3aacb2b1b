package instance

import (
	"context"

	"github.com/witan-os/witan/runtime/abi"
	"github.com/witan-os/witan/runtime/value"
)

// calledWith makes the lifted function callable through an import that another component has lowered with
// the given plan. The values pass through Go as dynamic values: it is the way across for what no adapter
// can do.
func (l *lift) calledWith(caller *abi.Plan) (HostCall, error) {
	e, err := l.export("")
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, b *Boundary, stack []uint64) {
		there, back := textsFrom(b.encoding), textsFrom(l.encoding)
		b.texts = there
		args := value.LiftParams(b, caller, stack)
		if l.inst.isEntered() {
			b.Trap("the callee's instance is in a call already")
		}
		l.inst.setEntered(true)
		e.name = b.name
		e.start(ctx)
		e.texts = there
		value.LowerParams(&e.Boundary, l.plan, e.stack, args)
		e.Invoke()
		e.texts = back
		result := value.LiftResult(&e.Boundary, l.plan, e.stack)
		if err := e.postReturn(); err != nil {
			panic(err)
		}
		l.inst.setEntered(false)
		b.texts = back
		value.LowerResult(b, caller, stack, result)
	}, nil
}
