package process

import (
	"sync/atomic"

	"github.com/witan-os/witan/kernel/host"
)

// budget is an amount that a life may take in all. It is charged before anything is taken.
type budget struct {
	limit uint64
	used  atomic.Uint64
}

func (b *budget) charge(n uint64) error {
	for {
		used := b.used.Load()
		if n > b.limit-used {
			return host.ErrOverBudget
		}
		if b.used.CompareAndSwap(used, used+n) {
			return nil
		}
	}
}

func (b *budget) refund(n uint64) { b.used.Add(-n) }
