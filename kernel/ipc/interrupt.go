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
	mu      sync.Mutex
	pending uint64
	raised  chan struct{} // has a token when pending may be more than zero
}

// NewInterrupt makes an interrupt. What raises it is an event, as devices with MSI-X have them: nothing is held off until
// a driver has looked.
func NewInterrupt() *Interrupt { return &Interrupt{raised: make(chan struct{}, 1)} }

// Kind is capability.Interrupt.
func (*Interrupt) Kind() capability.Kind { return capability.Interrupt }

// Rights are all of the kind.
func (*Interrupt) Rights() capability.Rights { return capability.Interrupt.Rights() }

// Close does nothing: it is the device that stops raising an interrupt, when it is closed.
func (*Interrupt) Close() {}

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
	i.pending = 0
	return times
}

// Wait waits until the device has asked for attention since the last wait, and returns how often it has. Needs the right to
// receive. It fails with [ErrTimeout], with the cause of the context's end, and with [capability.ErrRevoked] also when the
// reference ends meanwhile.
func Wait(ctx context.Context, via *capability.Ref, timeout time.Duration) (uint64, error) {
	i, err := capability.As[*Interrupt](via, capability.Interrupt, capability.Receive)
	if err != nil {
		return 0, err
	}
	if ctx.Err() != nil {
		return 0, context.Cause(ctx)
	}
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
