package policy

import (
	"fmt"

	"github.com/witan-os/witan/kernel/manifest"
)

// This file adds up the budgets of memory. More than there is may be promised, since few processes use all of theirs;
// who comes last is then refused what the manifest promises, which is worth a warning.

const memoryHint = "give the machine more memory, or processes less"

// checkMemory warns of budgets that can't be used up: of one process, or of all that start at boot together.
func (r *resolver) checkMemory() {
	if r.Memory == 0 {
		return
	}
	sum, told := uint64(0), false
	for _, p := range r.plan.Processes {
		own := uint64(p.Process.Memory)
		if own > r.Memory {
			r.warn(p, RuleBudget, fmt.Sprintf("%s may have %v, and all processes together can have %s", p.Name, p.Process.Memory, inMiB(r.Memory)), memoryHint, "memory")
			told = true
		}
		if p.Start == manifest.StartBoot {
			sum += own // of bounded numbers of bounded sizes
		}
		if sum > r.Memory && !told {
			r.warn(p, RuleBudget, fmt.Sprintf("with %s, processes of the boot may have %s together, and can have %s", p.Name, inMiB(sum), inMiB(r.Memory)), memoryHint, "memory")
			told = true
		}
	}
}

// inMiB is a number of bytes as people read it, without the odd rest.
func inMiB(bytes uint64) string { return fmt.Sprintf("%d MiB", bytes>>20) }
