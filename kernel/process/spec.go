package process

import (
	"context"

	"github.com/witan-os/witan/kernel/capability"
	"github.com/witan-os/witan/kernel/policy"
	"github.com/witan-os/witan/runtime/vm"
)

// Spec is what a process is to be, as manifest and policy have it.
type Spec struct {
	*policy.Process
	// Args and Environment are those of the manifest with what the system adds.
	Args, Environment []string
	// Entry drives the component instead of its own run function; nil for none.
	Entry func(ctx context.Context, p *vm.Process, i *vm.Instance) error
}

// Object is a kernel object that a process is granted.
type Object struct {
	Ref    *capability.Ref // of which the process's own are derived
	Rights capability.Rights
	Badge  uint64
}

// resolved is how an import is answered.
func (s *Spec) resolved(name string) (policy.Import, bool) {
	for _, i := range s.Imports {
		if i.Name == name {
			return i, true
		}
	}
	return policy.Import{}, false
}
