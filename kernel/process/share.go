package process

import (
	"sync"
	"time"

	"github.com/witan-os/witan/runtime/meter"
)

// This file bounds how much of a CPU a process uses. Its guest comes back to Go after each grant of fuel, about twenty
// microseconds of work; when it has used its share of a period, it waits for the next one. Fuel is the same on every
// machine, so a slow one does less in a share.

// sharePeriod is the time within which a share is used up. It is short, so that nobody notices the pauses.
const sharePeriod = 20 * time.Millisecond

// fuelPerNanosecond is about what the VM's meter counts for a nanosecond of work.
const fuelPerNanosecond = 3

// share is the part of a CPU that a process may use, over all its lives.
type share struct {
	allowance uint64 // grants in a period; 0 for any

	mu    sync.Mutex
	begin time.Time // of the period
	used  uint64    // grants in it
}

func newShare(percent uint64) *share {
	if percent == 0 || percent >= 100 {
		return &share{}
	}
	all := uint64(sharePeriod.Nanoseconds()) * fuelPerNanosecond / meter.Budget
	return &share{allowance: max(all*percent/100, 1)}
}

// wait counts a grant, and says how long the process has to wait for it. Only when the allowance is used up it looks
// at the clock: whoever took longer than a period for that has used less.
func (s *share) wait(now func() time.Time) time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.used++
	if s.used <= s.allowance {
		return 0
	}
	t := now()
	left := sharePeriod - t.Sub(s.begin)
	if s.begin.IsZero() {
		left = sharePeriod
	}
	left = max(left, 0)
	s.begin, s.used = t.Add(left), 1
	return left
}

// pace is what the VM asks; nil if the process may use all of a CPU.
func (s *share) pace() func() time.Duration {
	if s.allowance == 0 {
		return nil
	}
	return func() time.Duration { return s.wait(time.Now) }
}
