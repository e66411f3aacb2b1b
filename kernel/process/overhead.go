package process

import (
	"fmt"

	"github.com/witan-os/witan/kernel/host"
	"github.com/witan-os/witan/runtime/vm"
)

// This file bounds the memory that processes take of the kernel itself: call stacks, values of calls, arguments. Processes
// with small budgets need it, too, so it is none of those budgets, but a part of what there is for all. A process has
// what it takes in common with those that it starts: else who starts many could take all of it from others.

const (
	overheadShare = 4 // all of it is at most that part of the memory of all processes
	familyShare   = 2 // and a family has at most that part of it
)

// part is a quota for an nth of another one. There is none of none.
func part(of *vm.Quota, n uint64) *vm.Quota {
	if of == nil {
		return nil
	}
	return &vm.Quota{Each: of.Total / n, Total: of.Total / n, Of: of}
}

// argumentCost is what an argument takes besides its bytes: the kernel and the life each have a list with it.
const argumentCost = 32

// charge takes what the arguments of a process need that has not been launched yet.
func (p *Process) charge(size uint64) error {
	if p.overhead == nil {
		return nil
	}
	if !p.overhead.Take(size) {
		return fmt.Errorf("arguments of %d bytes, for which no memory is left: %w", size, host.ErrOverBudget)
	}
	p.charged = size
	return nil
}

// refund gives that back at the end for good.
func (p *Process) refund() {
	if p.charged != 0 {
		p.overhead.Give(p.charged)
		p.charged = 0
	}
}
