package kernel

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"runtime"
	"slices"
	"sync"

	"github.com/witan-os/witan/kernel/audit"
	"github.com/witan-os/witan/kernel/capability"
	"github.com/witan-os/witan/kernel/device"
	"github.com/witan-os/witan/kernel/host"
	"github.com/witan-os/witan/kernel/ipc"
	"github.com/witan-os/witan/kernel/manifest"
	"github.com/witan-os/witan/kernel/policy"
	"github.com/witan-os/witan/kernel/process"
	"github.com/witan-os/witan/runtime/component"
	"github.com/witan-os/witan/runtime/vm"
)

// This file runs a system of processes, as the manifest and the policy describe it.

// runProcesses runs the system and returns its status. args go to the process at the console.
func (s *system) runProcesses(ctx context.Context, args []string) int {
	s.stdout, s.stderr = &lockedWriter{w: s.stdout}, &lockedWriter{w: s.stderr}
	table, err := s.table(ctx, args)
	if err != nil {
		fmt.Fprintf(s.stderr, "witan: %v\n", err)
		return StatusBad
	}
	status := table.Run(ctx)
	if p, ok := s.machine.(Power); ok && table.Reboots() {
		p.Reboot()
	}
	return status
}

// table makes the processes.
func (s *system) table(ctx context.Context, args []string) (*process.Table, error) {
	s.components = &components{system: s, turns: make(chan struct{}, runtime.GOMAXPROCS(0)), compiled: map[string]*compiled{}}
	memory, err := s.processMemory()
	if err != nil {
		return nil, err
	}
	plan, err := s.plan(memory)
	if err != nil {
		return nil, err
	}
	objects, err := newObjects(s.manifest, s.bus())
	if err != nil {
		return nil, err
	}
	console := newConsole(s.stdin)
	c := process.Config{
		VM: s.vm, Specs: s.specs(plan, args), Component: s.components.get, Provide: s.kernel.provide, Object: objects.find,
		Streams: func(m *manifest.Process) (stdin io.Reader, stdout, stderr io.Writer) {
			return console.reader(m.Stdin), s.writer(m, m.Stdout), s.writer(m, m.Stderr)
		},
		// Several start at the same time: which of them has asked for what was compiled is not known.
		Built: func(p *manifest.Process) {
			s.misses.report(s.stderr, s.vm.CacheMisses(), "the processes up to "+p.Name)
		},
		Files: s.files, Ready: s.ready, Log: s.stderr, Machine: (*summary)(s), Bus: s.bus(), Audit: audit.NewRing(0, nil), Memory: memory,
		Trace: func(p *vm.Process) process.Tracer {
			return tracer{s.stderr, fmt.Sprintf("%s[%d] ", p.Name, p.ID)}.event
		},
	}
	t, err := process.NewTable(c)
	if err == nil {
		objects.process = t.Reference // which nobody asks for before the table runs
	}
	return t, err
}

// plan resolves the manifest for processes that can have so much memory together, and warns of what only the machine can
// tell. All else has been said when the image was built.
func (s *system) plan(memory uint64) (*policy.Plan, error) {
	in := policy.Inputs{Components: map[string]*policy.Component{}, Metal: s.machine != nil, Memory: memory}
	for i := range s.manifest.Components {
		c := &s.manifest.Components[i]
		described, err := s.describe(c)
		if err != nil {
			return nil, fmt.Errorf("component %s: %w", c.Name, err)
		}
		in.Components[c.Name] = described
	}
	s.components.described = in.Components
	plan, err := policy.Resolve(s.manifest, in)
	if err != nil {
		return nil, err
	}
	for _, d := range plan.Warnings.Items {
		if d.Rule == policy.RuleBudget {
			fmt.Fprintf(s.stderr, "witan: %s\n", d.Message)
		}
	}
	return plan, nil
}

// describe tells what a component needs and has: what the image says, if it does, as decoding takes time that only
// components that are started are worth.
func (s *system) describe(c *manifest.Component) (*policy.Component, error) {
	if s.machine != nil {
		text, err := fs.ReadFile(s.root, c.File+OutlineSuffix)
		if err == nil {
			return policy.ParseOutline(text)
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
	}
	wasm, err := s.read(c)
	if err != nil {
		return nil, err
	}
	decoded, err := component.Decode(wasm)
	if err != nil {
		return nil, err
	}
	return policy.Describe(decoded), nil
}

func (s *system) specs(plan *policy.Plan, args []string) []*process.Spec {
	specs := make([]*process.Spec, len(plan.Processes))
	for i, p := range plan.Processes {
		specs[i] = &process.Spec{Process: p, Args: p.Arguments, Environment: slices.Concat(s.manifest.Env, p.Env)}
		if p.Stdin == manifest.StreamConsole {
			specs[i].Args = slices.Concat(p.Arguments, args)
		}
		if entry, ok := s.kernel.entries[p.Component]; ok {
			specs[i].Entry = func(ctx context.Context, p *vm.Process, i *vm.Instance) error {
				return entry(ctx, &Process{Process: *p, Instance: i})
			}
		}
	}
	return specs
}

// provide makes the interfaces of the kernel's parts for one process.
func (k *Kernel) provide(p *vm.Process) ([]*vm.Interface, error) {
	var list []*vm.Interface
	for _, part := range k.providers {
		more, err := part.Provide(p)
		if err != nil {
			return nil, err
		}
		list = append(list, more...)
	}
	return list, nil
}

// writer makes an output stream of a process.
func (s *system) writer(m *manifest.Process, to manifest.Stream) io.Writer {
	switch {
	case to == manifest.StreamConsole && m.Stdin == manifest.StreamConsole:
		return s.stdout
	case to == manifest.StreamConsole:
		return &consoleStream{to: s.stdout}
	case to == manifest.StreamLog:
		return &logStream{to: s.stderr, name: m.Name}
	}
	return io.Discard
}

// lockedWriter is a writer for any number of processes.
type lockedWriter struct {
	mu sync.Mutex
	w  io.Writer
}

// Write writes p in one piece.
func (l *lockedWriter) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(p)
}

// components compiles each component when it is first needed, and no more of them at once than there are CPUs: so the first
// processes run while others are not even loaded, in place of all of them later.
type components struct {
	system    *system
	turns     chan struct{}
	described map[string]*policy.Component // as the plan knows them
	mu        sync.Mutex
	compiled  map[string]*compiled
}

type compiled struct {
	once      sync.Once
	component *vm.Component
	err       error
}

func (c *components) get(ctx context.Context, name string) (*vm.Component, error) {
	c.mu.Lock()
	e := c.compiled[name]
	if e == nil {
		e = new(compiled)
		c.compiled[name] = e
	}
	c.mu.Unlock()
	e.once.Do(func() { e.component, e.err = c.compile(context.WithoutCancel(ctx), name) })
	return e.component, e.err
}

// compile makes sure that the component is the one that the plan was made for.
func (c *components) compile(ctx context.Context, name string) (*vm.Component, error) {
	c.turns <- struct{}{}
	defer func() { <-c.turns }()
	wasm, err := c.system.load(name)
	if err != nil {
		return nil, err
	}
	compiled, err := c.system.vm.Compile(ctx, name, wasm)
	if err != nil {
		return nil, err
	}
	if known := c.described[name]; !policy.Describe(compiled.Decoded()).Equal(known) {
		compiled.Close(ctx)
		return nil, fmt.Errorf("component %s is not the one that the image has the outline of", name)
	}
	return compiled, nil
}

// objects are the kernel objects of the manifest.
type objects struct {
	endpoints, memories, logs map[string]*capability.Ref
	framebuffer               *capability.Ref                   // nil without a screen
	process                   func(name string) *capability.Ref // nil for one that there is not
}

func newObjects(m *manifest.Manifest, bus device.Bus) (*objects, error) {
	o := &objects{endpoints: map[string]*capability.Ref{}, memories: map[string]*capability.Ref{}, logs: map[string]*capability.Ref{}}
	for _, e := range m.Endpoints {
		endpoint := ipc.NewEndpoint(ipc.Limits{Messages: e.Capacity})
		o.endpoints[e.Name] = capability.New(endpoint, endpoint.Rights(), 0)
	}
	for _, region := range m.Memories {
		memory, err := ipc.NewMemory(uint64(region.Size), nil)
		if err != nil {
			return nil, fmt.Errorf("memory %s: %w", region.Name, err)
		}
		o.memories[region.Name] = capability.New(memory, memory.Rights(), 0)
	}
	for _, l := range m.Logs {
		log := ipc.NewLog(l.Name, uint8(l.Level.Order()))
		o.logs[l.Name] = capability.New(log, log.Rights(), 0)
	}
	if bus == nil {
		return o, nil
	}
	if picture := bus.Picture(); picture != nil {
		framebuffer := device.NewFramebuffer(picture)
		o.framebuffer = capability.New(framebuffer, framebuffer.Rights(), 0)
	}
	return o, nil
}

// find is the object of a grant.
func (o *objects) find(g *manifest.Grant) (process.Object, error) {
	var ref *capability.Ref
	switch g.Object() {
	case manifest.ObjectEndpoint:
		ref = o.endpoints[g.Endpoint]
	case manifest.ObjectMemory:
		ref = o.memories[g.Memory]
	case manifest.ObjectLog:
		ref = o.logs[g.Log]
	case manifest.ObjectProcess:
		ref = o.process(g.Process)
	case manifest.ObjectFramebuffer:
		ref = o.framebuffer
	}
	if ref == nil {
		return process.Object{}, host.ErrUnsupported
	}
	var rights capability.Rights
	for _, name := range g.Rights {
		r, ok := capability.RightNamed(string(name))
		if !ok {
			return process.Object{}, fmt.Errorf("there is no right %q", name)
		}
		rights |= r
	}
	return process.Object{Ref: ref, Rights: rights, Badge: g.Badge}, nil
}
