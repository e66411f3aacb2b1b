// Package policy decides what a manifest means for the components that it names: who answers each import of each
// process, which system calls that grants, and in which order processes start. It says what does not fit, and where
// the manifest says so.
//
// The image builder and the kernel come to the same [Plan] by it: what would not start is no image. The plan also
// answers, without running anything, which process can bring about what ([Reach]).
package policy

import (
	"cmp"
	"slices"

	"github.com/witan-os/witan/internal/diag"
	"github.com/witan-os/witan/kernel/manifest"
	"github.com/witan-os/witan/runtime/component"
	"github.com/witan-os/witan/runtime/link"
)

// Inputs are what a manifest is resolved with.
type Inputs struct {
	// Components has what each component of the manifest imports and exports, by its name there.
	Components map[string]*Component
	// Metal says that the system runs on bare metal, not as a program of another one.
	Metal bool
	// Memory is how many bytes the processes can have together; 0 if that is not known, or not bounded.
	Memory uint64
	// Kernel has the names of the interfaces that there are implementations of in Go. If it is nil, they are not
	// known: then all system calls count as implemented, and other interfaces are doubtful.
	Kernel []string
}

// Component is what policy knows of a component.
type Component struct {
	// Imports are those that something has to answer: not what has nothing but types.
	Imports []link.Name
	Exports []link.Name
}

// Describe tells what a component needs and has.
func Describe(c *component.Component) *Component {
	d := new(Component)
	for _, i := range c.Type.Imports {
		if !typesOnly(i.Type) {
			d.Imports = append(d.Imports, link.Name{Name: i.Name, Implements: i.Implements})
		}
	}
	for _, e := range c.Type.Exports {
		d.Exports = append(d.Exports, link.Name{Name: e.Name, Implements: e.Implements})
	}
	return d
}

// typesOnly reports whether an import is a type, or has nothing but types that need no implementation.
func typesOnly(t component.ExternType) bool {
	switch typ := t.Type.(type) {
	case *component.InstanceType:
		return !slices.ContainsFunc(typ.Exports, func(e component.Extern) bool {
			return e.Type.Sort != component.SortType || e.Type.Abstract
		})
	default:
		return t.Sort == component.SortType
	}
}

// runInterface is what programs export, on whichever track.
const runInterface = "wasi:cli/run"

// Program reports whether the component has a run function. One without is a service: it answers calls.
func (c *Component) Program() bool {
	return slices.ContainsFunc(c.Exports, func(e link.Name) bool { return interfaceOf(e.Name) == runInterface })
}

// export finds the export that answers an import, with whichever version of its track.
func (c *Component) export(want link.Name) (name string, ok bool) {
	names := func(yield func(string) bool) {
		for _, e := range c.Exports {
			if !yield(e.Name) {
				return
			}
		}
	}
	if name, ok = link.Newest(names, want.Name); !ok && want.Implements != "" {
		name, ok = link.Newest(names, want.Implements)
	}
	return name, ok
}

// Plan is what is to be started, and with what.
type Plan struct {
	// Processes are those of the manifest that exist on the machine. First come those that start at boot, each behind
	// those that answer its imports, then those that others start.
	Processes []*Process
	// Warnings are about what is allowed but makes little sense.
	Warnings diag.List
}

// Process is a process with all decisions about it.
type Process struct {
	*manifest.Process
	// Imports are answered, those of its component and of its private components alike. They are sorted by name.
	Imports []Import
	// Private are the components that it has instances of to itself, each behind those that answer its imports.
	Private []string
	// Calls are the system calls that it may make.
	Calls Calls
	// Team is the number of the team of processes that it shares its fate with, from 1; 0 if it is in none.
	Team int
	// Program says that its component has a run function. A service has none and waits for calls.
	Program bool

	index int // in the manifest
}

// Import is an import and what answers it.
type Import struct {
	// Name is how the component names it.
	Name string
	// Provider is who answers.
	Provider manifest.Provider
	// Key is where the manifest's imports of the process say so.
	Key string
	// Export is how the component of the process or the private component that answers names it; "" for the kernel.
	Export string
}

// Import finds what answers an import of a component of the process. There is nothing for one that has nothing but
// types.
func (p *Process) Import(name string) (Import, bool) {
	i, ok := slices.BinarySearchFunc(p.Imports, name, func(i Import, name string) int { return cmp.Compare(i.Name, name) })
	if !ok {
		return Import{}, false
	}
	return p.Imports[i], true
}

// Process finds a process of the plan by name. It is nil if there is none.
func (p *Plan) Process(name string) *Process {
	for _, q := range p.Processes {
		if q.Name == name {
			return q
		}
	}
	return nil
}

// The rules that diagnostics name.
const (
	ruleImport  diag.Rule = "import"   // an import that nothing answers
	ruleCycle   diag.Rule = "cycle"    // a process that would have to start before itself
	ruleTeam    diag.Rule = "team"     // a link through the kernel within a team
	ruleUnused  diag.Rule = "unused"   // a part of the manifest that is of no use
	ruleDevice  diag.Rule = "device"   // devices that do not add up
	ruleDoubt   diag.Rule = "unproven" // what only running the system can tell
	ruleServes  diag.Rule = "serves"   // a server that can't handle messages
	ruleProgram diag.Rule = "program"  // a process that has nothing to do
)

// RuleBudget is about budgets of memory that exceed what there is. Only the machine tells, so it is whoever boots it
// that has to hear of it.
const RuleBudget diag.Rule = "budget"

// resolver makes a plan.
type resolver struct {
	Inputs
	m      *manifest.Manifest
	plan   *Plan
	kernel link.Set[struct{}]
	errors diag.List
}

// Resolve makes the plan for a manifest that has processes. The error is a [diag.List] with everything that is
// wrong.
func Resolve(m *manifest.Manifest, in Inputs) (*Plan, error) {
	r := &resolver{Inputs: in, m: m, plan: new(Plan)}
	for _, name := range in.kernelInterfaces() {
		r.kernel.Add(name, struct{}{})
	}
	for i := range m.Processes {
		if p := &m.Processes[i]; p.Exists(in.Metal) {
			r.plan.Processes = append(r.plan.Processes, &Process{Process: p, index: i})
		}
	}
	for _, p := range r.plan.Processes {
		r.resolve(p)
	}
	r.order()
	r.team()
	if r.errors.Err() == nil { // otherwise a circle has been reported already
		r.checkTeams()
	}
	r.checkDevices()
	r.checkMemory()
	if err := r.errors.Err(); err != nil {
		return nil, err
	}
	r.plan.Warnings.Sort()
	return r.plan, nil
}

// fail adds an error about a part of a process.
func (r *resolver) fail(p *Process, rule diag.Rule, message, hint string, path ...any) {
	r.errors.Add(r.m.Diagnose(rule, message, hint, append([]any{"process", p.index}, path...)...))
}

// warn adds a warning about a part of a process.
func (r *resolver) warn(p *Process, rule diag.Rule, message, hint string, path ...any) {
	r.plan.Warnings.Add(r.m.Diagnose(rule, message, hint, append([]any{"process", p.index}, path...)...))
}

// byName orders imports.
func byName(a, b Import) int { return cmp.Compare(a.Name, b.Name) }
