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
		if l.inst.isEntered() {
			b.Trap("the callee's instance is in a call already")
		}
		l.inst.setEntered(true)
		b.depart()
		args := value.LiftParams(b, caller, stack)
		e.name = b.name
		e.start(ctx)
		e.arrive(b)
		value.LowerParams(&e.Boundary, l.plan, e.stack, args)
		e.Invoke()
		e.depart()
		result := value.LiftResult(&e.Boundary, l.plan, e.stack)
		b.arrive(&e.Boundary)
		value.LowerResult(b, caller, stack, result)
		b.passage = nil
		if err := e.postReturn(); err != nil {
			panic(err)
		}
		l.inst.setEntered(false)
	}, nil
}
