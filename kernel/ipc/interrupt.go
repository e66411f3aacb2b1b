package ipc

import (
	"context"
	"math"
	"sync"
	"time"

	"github.com/witan-os/witan/kernel/capability"
)

// Interrupt is the object behind capabilities of the kind Interrupt: it counts how often a device has asked for
// attention.
type Interrupt struct {
	rearm, close func()

	mu      sync.Mutex
	pending uint64
	taken   bool          // somebody has been told, and the device may not ask again yet
	raised  chan struct{} // has a token when pending may be more than zero
}

// NewInterrupt makes an interrupt. A line that is held off from when it is raised until the driver has looked at its device
// is let go by rearm, which is called by the driver's next wait; closed is called when nobody has the interrupt any more.
// Both may be nil.
func NewInterrupt(rearm, closed func()) *Interrupt {
	return &Interrupt{rearm: rearm, close: closed, raised: make(chan struct{}, 1)}
}

// Kind is capability.Interrupt.
func (*Interrupt) Kind() capability.Kind { return capability.Interrupt }

// Rights are all of the kind.
func (*Interrupt) Rights() capability.Rights { return capability.Interrupt.Rights() }

// Close tells the machine that nobody has the interrupt any more.
func (i *Interrupt) Close() {
	if i.close != nil {
		i.close()
	}
}

// Raise says that the device has asked for attention so many times. It does not wait, and none is ever forgotten.
func (i *Interrupt) Raise(times uint64) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if times > math.MaxUint64-i.pending {
		times = math.MaxUint64 - i.pending
	}
	i.pending += times
	select {
	case i.raised <- struct{}{}:
	default:
	}
}

// take is how often the device has asked since the last take.
func (i *Interrupt) take() uint64 {
	i.mu.Lock()
	defer i.mu.Unlock()
	times := i.pending
	i.pending, i.taken = 0, i.taken || times > 0
	return times
}

// acknowledge lets the device ask again.
func (i *Interrupt) acknowledge() {
	i.mu.Lock()
	taken := i.taken
	i.taken = false
	i.mu.Unlock()
	if taken && i.rearm != nil {
		i.rearm()
	}
}

// Wait waits until the device has asked for attention since the last wait, and returns how often it has. Needs the right to
// receive. It begins by acknowledging what the last wait has returned. It fails with [ErrTimeout], with the cause of
// the context's end, and with [capability.ErrRevoked] also when the reference ends meanwhile.
func Wait(ctx context.Context, via *capability.Ref, timeout time.Duration) (uint64, error) {
	i, err := capability.As[*Interrupt](via, capability.Interrupt, capability.Receive)
	if err != nil {
		return 0, err
	}
	if ctx.Err() != nil {
		return 0, context.Cause(ctx)
	}
	i.acknowledge()
	var expired <-chan time.Time
	if timeout != Forever {
		timer := time.NewTimer(timeout)
		defer timer.Stop()
		expired = timer.C
	}
	for {
		if times := i.take(); times > 0 {
			return times, nil
		}
		select {
		case <-i.raised:
		case <-via.Done():
			return 0, capability.ErrRevoked
		case <-ctx.Done():
			return 0, context.Cause(ctx)
		case <-expired:
			return 0, ErrTimeout
		}
	}
}
