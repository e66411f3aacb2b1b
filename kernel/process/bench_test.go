package process

import (
	"context"
	"testing"

	"github.com/witan-os/witan/kernel/host"
	"github.com/witan-os/witan/runtime/vm"
)

// BenchmarkCall calls a function of two numbers in another process, from code that is one call away.
func BenchmarkCall(b *testing.B) {
	for name, with := range map[string]func(*Spec){"guarded": never, "fused": fusedTo(1)} {
		b.Run(name, func(b *testing.B) {
			s := boot(b, specified("service", "service", with), specified("it", "client", with, essential, entry(
				func(ctx context.Context, _ host.Kernel, i *vm.Instance) error {
					e, err := i.Func("", "add")
					if err != nil {
						return err
					}
					for b.Loop() {
						if err := e.Enter(ctx); err != nil {
							return err
						}
						e.Stack()[0], e.Stack()[1] = 1, 2
						if err := e.Finish(); err != nil {
							return err
						}
					}
					return nil
				})))
			if status := s.wait(); status != 0 {
				b.Errorf("status %d", status)
			}
		})
	}
}

// BenchmarkGate makes a system call that does next to nothing.
func BenchmarkGate(b *testing.B) {
	s := boot(b, specified("it", "identify", essential, entry(func(ctx context.Context, _ host.Kernel, i *vm.Instance) error {
		e, err := i.Func(runInterface, "run")
		if err != nil {
			return err
		}
		for b.Loop() {
			if err := e.Enter(ctx); err != nil {
				return err
			}
			if err := e.Finish(); err != nil {
				return err
			}
		}
		return nil
	})))
	if status := s.wait(); status != 0 {
		b.Errorf("status %d", status)
	}
}
