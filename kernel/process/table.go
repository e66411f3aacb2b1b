// Package process runs processes: components, each with a name, a number, limits and grants of its own.
//
// A process is driven by one goroutine, which gives it one life after the other: it makes an instance of the component,
// runs it or waits for calls, and takes everything away at its end, whatever the instance was doing. What a life may
// cost is bounded when it begins. What ends it, a trap, a status, somebody with the right to, ends nothing else, except
// what the manifest ties to it: its children in the tree of supervision, and the system if it is essential. Then the
// restart policy says whether there is another life.
//
// A process whose component has a run function is a program: its life is that function. Any other one is a service: it
// answers the calls of processes that are linked to it, one at a time, in the order in which they came.
package process

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/witan-os/witan/kernel/audit"
	"github.com/witan-os/witan/kernel/capability"
	"github.com/witan-os/witan/kernel/device"
	"github.com/witan-os/witan/kernel/host"
	"github.com/witan-os/witan/kernel/manifest"
	"github.com/witan-os/witan/runtime/vm"
)

// Config is what processes are made of.
type Config struct {
	VM *vm.VM
	// Specs are the processes that there can be, those of the boot in the order in which they start.
	Specs []*Spec
	// Component returns the compiled component of that name. Several processes may share it.
	Component func(ctx context.Context, name string) (*vm.Component, error)
	// Provide makes the interfaces that the kernel implements for one process.
	Provide func(p *vm.Process) ([]*vm.Interface, error)
	// Streams are what a life of a process has as its standard streams, which it does not share with others: those that are
	// an [io.Closer] are closed when it ends, whoever is in them at that moment.
	Streams func(m *manifest.Process) (stdin io.Reader, stdout, stderr io.Writer)
	// Object is what a grant of the manifest gives to a process.
	Object func(g *manifest.Grant) (Object, error)
	// Files are what processes see that the manifest gives files.
	Files fs.FS
	// Built is called when an instance for a process has been made or could not be, and all code has been compiled that this
	// takes; nil for nobody.
	Built func(m *manifest.Process)
	// Ready is called when the first process runs; nil for nobody.
	Ready func()
	// Log takes lines about processes and of processes, for people, each in one call of Write, from any goroutine.
	Log io.Writer
	// Trace returns what shows the system calls of a process.
	Trace func(p *vm.Process) Tracer
	// Audit is the record of what happens.
	Audit *audit.Ring
	// Machine is under the system, with the devices of Bus, which may be nil.
	Machine Machine
	Bus     device.Bus
	// Memory is how many bytes all processes may have together, whatever each of them may, with what the kernel has for
	// them; 0 for no bound.
	Memory uint64
}

// Machine is what processes can see of the machine.
type Machine interface{ Summary() host.Summary }

// Limits of a table, so that processes which start others can't use up the kernel.
const (
	MaxProcesses = 512 // in a table, with those that have ended and are held
	MaxChildren  = 32  // that a process has started, with those
)

// Table holds all processes of a system.
type Table struct {
	config  Config
	started time.Time
	ctx     context.Context // of all processes
	stop    context.CancelCauseFunc
	reboot  atomic.Bool
	ready   sync.Once
	devices map[grantedDevice]device.Device
	teams   map[int]*team
	// What all processes may have, and as a part of that, what the kernel may have for them; nil for no bound.
	memory, overhead *vm.Quota

	mu        sync.Mutex
	processes map[uint64]*Process
	boot      map[string]*Process // by their names
	specs     map[string]*Spec
	running   sync.WaitGroup
}

// NewTable makes a table with the processes of the boot, none of which runs yet.
func NewTable(c Config) (*Table, error) {
	t := &Table{
		config: c, started: time.Now(), devices: assign(c.Specs, c.Bus), teams: gather(c.VM, c.Specs),
		processes: map[uint64]*Process{}, boot: map[string]*Process{}, specs: map[string]*Spec{},
	}
	if c.Memory != 0 {
		t.memory = &vm.Quota{Each: c.Memory, Total: c.Memory}
		t.overhead = part(t.memory, overheadShare)
	}
	t.ctx, t.stop = context.WithCancelCause(context.Background())
	for _, s := range c.Specs {
		if t.specs[s.Name] != nil {
			return nil, fmt.Errorf("there are two processes named %s", s.Name)
		}
		t.specs[s.Name] = s
	}
	for _, s := range c.Specs {
		if s.Start == manifest.StartBoot {
			p := t.add(s)
			o := newReferent(p)
			p.self = capability.New(o, o.Rights(), 0)
			t.boot[s.Name] = p
		}
	}
	for _, p := range t.boot {
		if p.team != nil {
			p.team.add(p)
		}
	}
	for _, s := range c.Specs { // in their order, which is that of the children
		if p := t.boot[s.Name]; p != nil {
			if err := t.place(p); err != nil {
				return nil, err
			}
		}
	}
	return t, nil
}

// place gives a process of the boot its place in the tree.
func (t *Table) place(p *Process) error {
	if p.spec.Parent == "" {
		return nil
	}
	parent := t.boot[p.spec.Parent]
	if parent == nil {
		return fmt.Errorf("process %s: its parent %s is no process of the boot", p.spec.Name, p.spec.Parent)
	}
	for at := parent; at != nil; at = t.boot[at.spec.Parent] {
		if at == p {
			return fmt.Errorf("process %s is its own ancestor", p.spec.Name)
		}
	}
	p.parent = parent
	parent.children = append(parent.children, p)
	return nil
}

// lastID is the ID of the latest process. All systems of a program count together.
var lastID atomic.Uint64

// NewID returns a number that no process has had.
func NewID() uint64 { return lastID.Add(1) }

func (t *Table) add(s *Spec) *Process {
	p := newProcess(t, s)
	t.processes[p.id] = p
	return p
}

// Run starts the processes of the boot, and returns the status of the system when it has ended: because an essential
// process has, because somebody shut it down, or because ctx is done. All processes have ended then.
func (t *Table) Run(ctx context.Context) (status int) {
	defer context.AfterFunc(ctx, func() { t.stop(&shutdown{StatusKilled}) })()
	for _, s := range t.config.Specs {
		if p := t.boot[s.Name]; p != nil {
			t.launch(p)
		}
	}
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		t.watchCalls()
	}()
	idle := make(chan struct{})
	go func() {
		t.running.Wait()
		close(idle)
	}()
	select {
	case <-t.ctx.Done():
	case <-idle: // all have ended, and none was essential
		t.stop(&shutdown{0})
	}
	t.endAll()
	<-idle
	<-watched
	return statusOf(context.Cause(t.ctx))
}

// launch has a process run.
func (t *Table) launch(p *Process) {
	t.running.Add(1)
	go func() {
		defer t.running.Done()
		p.run()
	}()
}

// endAll ends all processes, those that were started last first, since they may need the others to end.
func (t *Table) endAll() {
	list := t.list()
	for _, p := range slices.Backward(list) {
		p.dismiss(errShutdown)
		p.awaitEnd(endTime)
	}
}

// endTime is how long the end of one process may hold up that of the next one.
const endTime = 2 * time.Second

// list has the processes in the order of their numbers.
func (t *Table) list() []*Process {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.SortedFunc(maps.Values(t.processes), func(a, b *Process) int { return cmp.Compare(a.id, b.id) })
}

// find is the process with a number.
func (t *Table) find(id uint64) (*Process, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if p := t.processes[id]; p != nil {
		return p, nil
	}
	return nil, fmt.Errorf("process %d: %w", id, host.ErrNotFound)
}

// Reboots reports whether the system has ended to start anew.
func (t *Table) Reboots() bool { return t.reboot.Load() }

// Stop ends the system with a status. It returns at once.
func (t *Table) Stop(status int) { t.stop(&shutdown{status}) }

// shutdown is why the system ends.
type shutdown struct{ status int }

func (s *shutdown) Error() string { return fmt.Sprintf("the system ends with status %d", s.status) }
