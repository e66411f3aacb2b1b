package process

import (
	"time"

	"github.com/witan-os/witan/kernel/host"
	"github.com/witan-os/witan/kernel/manifest"
)

// This file decides whether and when a process is started again.

// intensity bounds how often that is within a time.
type intensity struct {
	most   int
	within time.Duration
	recent []time.Time
}

// full reports whether there were as many lately as there may be.
func (i *intensity) full(now time.Time) bool {
	kept := i.recent[:0]
	for _, t := range i.recent {
		if now.Sub(t) < i.within {
			kept = append(kept, t)
		}
	}
	i.recent = kept
	return len(i.recent) >= i.most
}

// admit counts one more restart, unless there were too many lately.
func (i *intensity) admit(now time.Time) bool {
	if i.full(now) {
		return false
	}
	i.recent = append(i.recent, now)
	return true
}

// delay is how long to wait before the latest restart: not at all if it is the only one lately, else longer each time, but
// never so long that the allowed restarts would not fit into their time.
func (i *intensity) delay() time.Duration {
	n := len(i.recent) - 1
	if n <= 0 {
		return 0
	}
	return min(firstDelay<<min(n-1, 16), i.within/time.Duration(i.most))
}

const firstDelay = 5 * time.Millisecond

// wantsRestart says whether a policy asks for another life after such an end.
func wantsRestart(policy manifest.Restart, e host.Ending) bool {
	switch policy {
	case manifest.RestartAlways:
		return true
	case manifest.RestartOnFailure:
		return failed(e)
	}
	return false
}

// failed tells failures from ends that are as they should be.
func failed(e host.Ending) bool { return e.Kind != host.Exited || e.Status != 0 }
