package process

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/witan-os/witan/generated/systable"
	"github.com/witan-os/witan/kernel/audit"
	"github.com/witan-os/witan/kernel/capability"
	"github.com/witan-os/witan/kernel/host"
	"github.com/witan-os/witan/kernel/ipc"
	"github.com/witan-os/witan/kernel/manifest"
	"github.com/witan-os/witan/kernel/policy"
	"github.com/witan-os/witan/runtime/glue"
	"github.com/witan-os/witan/runtime/trace"
	"github.com/witan-os/witan/runtime/vm"
)

// This file runs systems of processes for the tests.

// system is a system that a test runs.
type system struct {
	t        testing.TB
	table    *Table
	audit    *audit.Ring
	log      *syncBuffer
	endpoint *capability.Ref
	status   chan int
}

// specified is a process of a test, with what the manifest has for what is not said.
func specified(name, component string, with ...func(*Spec)) *Spec {
	m := new(manifest.Process)
	m.SetDefaults()
	m.Name, m.Component, m.Restart = name, component, manifest.RestartOnFailure
	s := &Spec{Process: &policy.Process{Process: m, Calls: allCalls()}}
	if component == "client" {
		s.Imports = []policy.Import{{Name: workInterface, Export: workInterface, Provider: manifest.Provider{Kind: manifest.Guarded, Name: "service"}}}
	} else {
		s.Imports = []policy.Import{{Name: hostInterface, Provider: manifest.Provider{Kind: manifest.Kernel}}}
	}
	for _, f := range with {
		f(s)
	}
	return s
}

func allCalls() policy.Calls {
	c := make(policy.Calls, (len(systable.Calls)+63)/64)
	for i := range c {
		c[i] = ^uint64(0)
	}
	return c
}

// entry has Go code drive the component.
func entry(f func(ctx context.Context, k host.Kernel, i *vm.Instance) error) func(*Spec) {
	return func(s *Spec) {
		s.Entry = func(ctx context.Context, p *vm.Process, i *vm.Instance) error {
			k, ok := host.Of(p)
			if !ok {
				return errors.New("there is no kernel")
			}
			return f(ctx, k, i)
		}
	}
}

func never(s *Spec)     { s.Restart = manifest.RestartNever }
func essential(s *Spec) { s.Essential = true; s.Restart = manifest.RestartNever }
func spawnable(s *Spec) { s.Start, s.Restart = manifest.StartSpawn, manifest.RestartNever }
func often(s *Spec)     { s.Restarts = 1 << 20 }
func within(d time.Duration) func(*Spec) {
	return func(s *Spec) { s.CallTime = manifest.Duration(d) }
}

func under(parent string) func(*Spec) {
	return func(s *Spec) { s.Parent = parent }
}

// shared by all tests: compiling is what takes long.
var shop = sync.OnceValue(func() *workshop {
	v, err := vm.New(context.Background(), vm.Config{})
	if err != nil {
		panic(err)
	}
	w := &workshop{vm: v, compiled: map[string]*vm.Component{}}
	w.add("service", service())
	w.add("client", client())
	w.add("unstartable", unstartable())
	for name, code := range programs {
		w.add(name, program(code))
	}
	return w
})

type workshop struct {
	vm       *vm.VM
	compiled map[string]*vm.Component
}

func (w *workshop) add(name string, wasm []byte) {
	c, err := w.vm.Compile(context.Background(), name, wasm)
	if err != nil {
		panic(err)
	}
	w.compiled[name] = c
}

func (w *workshop) component(_ context.Context, name string) (*vm.Component, error) {
	if c := w.compiled[name]; c != nil {
		return c, nil
	}
	return nil, fmt.Errorf("there is no component %s", name)
}

// kernelInterface is a part of witan:kernel/process.
func kernelInterface(p *vm.Process) ([]*vm.Interface, error) {
	return []*vm.Interface{{Name: hostInterface, Funcs: []glue.Func{
		{Name: "id", Type: "func() -> u64", Results: []glue.CoreType{glue.I64}, Call: func(_ context.Context, _ *glue.Boundary, stack []uint64) {
			stack[0] = p.ID
		}},
		{Name: "yield", Type: "func()", Call: func(ctx context.Context, b *glue.Boundary, _ []uint64) {
			select {
			case <-ctx.Done():
				b.Fail(context.Cause(ctx))
			case <-time.After(time.Millisecond):
			}
		}},
		{Name: "exit", Type: "func(status: u8)", Params: []glue.CoreType{glue.I32}, Call: func(_ context.Context, b *glue.Boundary, stack []uint64) {
			b.Fail(&glue.Exit{Code: uint32(stack[0])})
		}},
	}}}, nil
}

// boot runs a system. It is ended with the test, if it has not ended by then.
func boot(t testing.TB, specs ...*Spec) *system {
	t.Helper()
	return bootWith(t, Config{}, specs...)
}

func bootWith(t testing.TB, c Config, specs ...*Spec) *system {
	t.Helper()
	e := ipc.NewEndpoint(ipc.Limits{})
	s := &system{
		t: t, audit: audit.NewRing(0, nil), log: new(syncBuffer), status: make(chan int, 1),
		endpoint: capability.New(e, e.Rights(), 0),
	}
	c.VM, c.Component, c.Specs, c.Provide, c.Log, c.Audit = shop().vm, shop().component, specs, handling, s.log, s.audit
	c.Streams = func(*manifest.Process) (io.Reader, io.Writer, io.Writer) { return nil, io.Discard, io.Discard }
	c.Trace = func(p *vm.Process) Tracer {
		return func(e *trace.Event) { fmt.Fprintf(s.log, "call of %s: %s\n", p.Name, e.Function) }
	}
	c.Object = func(g *manifest.Grant) (Object, error) {
		if ref := s.table.Reference(g.Process); ref != nil {
			return Object{Ref: ref, Rights: ref.Rights()}, nil
		}
		if g.Endpoint == "" {
			return Object{}, host.ErrUnsupported
		}
		return Object{Ref: s.endpoint, Rights: capability.Send | capability.Grant, Badge: g.Badge}, nil
	}
	c.Machine = noMachine{}
	table, err := NewTable(c)
	if err != nil {
		t.Fatal(err)
	}
	s.table = table
	go func() { s.status <- table.Run(context.Background()) }()
	t.Cleanup(func() {
		table.Stop(0)
		s.wait()
		if t.Failed() {
			t.Logf("the log:\n%s", s.log)
		}
	})
	return s
}

type noMachine struct{}

func (noMachine) Summary() host.Summary { return host.Summary{CPUs: 1} }

// patience is how long a test waits for what has to happen.
const patience = 20 * time.Second

// wait waits for the system's end.
func (s *system) wait() int {
	s.t.Helper()
	select {
	case status := <-s.status:
		s.status <- status
		return status
	case <-time.After(patience):
		s.t.Fatal("the system does not end")
		return -1
	}
}

// until waits for a condition.
func (s *system) until(what string, f func() bool) {
	s.t.Helper()
	for deadline := time.Now().Add(patience); !f(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			s.t.Fatalf("in vain: %s", what)
		}
	}
}

// process is a process of the boot.
func (s *system) process(name string) *Process {
	s.t.Helper()
	p := s.table.boot[name]
	if p == nil {
		s.t.Fatalf("there is no process %s", name)
	}
	return p
}

// ending waits until a process has ended for good.
func (s *system) ending(name string) host.Ending {
	s.t.Helper()
	p := s.process(name)
	select {
	case <-p.ended:
	case <-time.After(patience):
		s.t.Fatalf("%s does not end", p)
	}
	e, _ := p.Ending()
	return e
}

// happened lists what the audit has about a process, a word for each entry.
func (s *system) happened(name string) string {
	records := make([]audit.Record, audit.DefaultRecords)
	n, _ := s.audit.Read(0, records)
	var words []string
	for i := range records[:n] {
		if records[i].Name() == name {
			words = append(words, records[i].Verdict.String())
		}
	}
	return strings.Join(words, " ")
}

// syncBuffer is a buffer for several goroutines.
type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *syncBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}
