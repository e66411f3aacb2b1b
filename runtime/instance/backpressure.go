package instance

import (
	"context"

	"github.com/witan-os/witan/runtime/component"
)

// maxPressure is how often a guest may raise its backpressure without lowering it.
const maxPressure = 1<<16 - 1

// changeBackpressure is a built-in with which a guest asks that no further async call begins in it, or takes
// that back. There are no such calls yet, so the number alone is kept. It may be used at any time.
func changeBackpressure(op component.BuiltinOp) HostCall {
	return func(_ context.Context, b *Boundary, _ []uint64) {
		pressure := &b.inst.pressure
		switch {
		case op == component.BackpressureInc && *pressure == maxPressure:
			b.Trap("backpressure can't be raised more than %d times", maxPressure)
		case op == component.BackpressureInc:
			*pressure++
		case *pressure == 0:
			b.Trap("backpressure can't be less than none")
		default:
			*pressure--
		}
	}
}
