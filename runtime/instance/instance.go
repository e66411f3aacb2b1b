package instance

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/witan-os/witan/runtime/abi"
	"github.com/witan-os/witan/runtime/component"
	"github.com/witan-os/witan/runtime/engine"
	"github.com/witan-os/witan/runtime/link"
)

// Limits bound what one instance may cost. A zero field means its default.
type Limits struct {
	MaxHandles int    // resource handles that each component instance may hold
	CallBudget uint64 // bytes of Go memory for the values of one call
}

func (l Limits) withDefaults() Limits {
	if l.MaxHandles == 0 {
		l.MaxHandles = DefaultMaxHandles
	}
	if l.CallBudget == 0 {
		l.CallBudget = CallBudget
	}
	return l
}

// ErrClosed is the error of calls into an instance after Close.
var ErrClosed = errors.New("the instance is closed")

// store is what the instances of one root component share: they live, trap and end together.
type store struct {
	component string
	engine    *engine.Engine
	limits    Limits
	instances []*Instance
	modules   []engine.Module
	locals    map[*abi.Resource]*local
	crossings []*crossing   // calls between components, by their edge numbers
	host      engine.Module // what adapters call; nil until there is one
	nested    int           // how many destructors run inside each other
	steps     int           // definitions gone through, see maxSteps
	running   bool          // a call is inside; see Export.Enter
	dead      atomic.Pointer[error]
}

// local is a resource type that a component of the store defines.
type local struct {
	inst *Instance
	dtor *coreExtern // nil without destructor
	// idle is the destructor ready for a call. It is nil while the destructor runs: one that runs inside
	// itself needs a call stack of its own.
	idle engine.Function
}

// Instance is a running component. It serves one call at a time: whoever calls while a call is running
// gets [ErrBusy].
type Instance struct {
	*store
	handles  handles
	env      environment
	exports  map[string]extern
	storage  [2]uint32 // what context.get and context.set reach; each call starts with zeros
	mayLeave bool      // false while the guest runs realloc or post-return, when it may not call out
	entered  bool      // a call is inside: no other may come in
	gate     *gate     // has mayLeave and entered instead, if adapters look at them
	habits   habits
	callees  []*Instance // whom the instance may call
	complete bool        // it is instantiated: callees has all of them
}

func (i *Instance) name() string { return i.component }

// refusal says why no call may begin.
func (i *Instance) refusal() error {
	if i.running {
		return ErrBusy
	}
	return i.Err()
}

func (i *Instance) leave() {
	i.entered, i.running = false, false
	if i.gate != nil {
		i.setEntered(false)
	}
}

// die poisons the store: every later call gets the same error.
func (i *Instance) die(err error) {
	i.dead.CompareAndSwap(nil, &err)
	i.leave()
}

// Err returns why the instance can't be called any more, or nil.
func (i *Instance) Err() error {
	if dead := i.dead.Load(); dead != nil {
		return *dead
	}
	return nil
}

// Close ends the instance: Go resources that it owns are told, and its memory is released. It must not be
// in a call.
func (i *Instance) Close(ctx context.Context) error {
	closed := error(ErrClosed)
	i.dead.Store(&closed)
	for _, in := range i.instances {
		in.handles.dropAll(ctx)
	}
	var errs []error
	for n := len(i.modules) - 1; n >= 0; n-- {
		errs = append(errs, i.modules[n].Close(ctx))
	}
	i.instances, i.modules = nil, nil
	return errors.Join(errs...)
}

// Export resolves an exported function whose type must print as typ. iface names the exported instance
// that it is in, with or without an exact version of its semver track; "" means the component itself.
func (i *Instance) Export(iface, name, typ string) (*Export, error) {
	e, err := i.Func(iface, name)
	if err != nil {
		return nil, err
	}
	if have := e.typ.String(); have != typ {
		return nil, fmt.Errorf("component %q: export %s has type\n    %s\nand not\n    %s", i.component, e.name, have, typ)
	}
	return e, nil
}

// Func is [Instance.Export] for callers that take the type as it comes.
func (i *Instance) Func(iface, name string) (*Export, error) {
	full, exports := name, i.exports
	if iface != "" {
		full = iface + "#" + name
		x, ok := i.lookup(iface)
		if !ok || x.instance == nil {
			return nil, fmt.Errorf("component %q has no export %s: it exports %s", i.component, iface, names(i.exports))
		}
		exports = x.instance.exports
	}
	x, ok := exports[name]
	if !ok || x.function == nil {
		return nil, fmt.Errorf("component %q has no exported function %s: there is %s", i.component, full, names(exports))
	}
	if err := x.function.unsupported; err != nil {
		return nil, fmt.Errorf("component %q: export %s can't be called: %w", i.component, full, err)
	}
	if x.function.lift == nil {
		return nil, fmt.Errorf("component %q exports %s, but only passes on a function of its host", i.component, full)
	}
	return x.function.lift.export(full)
}

// ExportedFunc names an exported function.
type ExportedFunc struct{ Interface, Name string }

// String is the name as messages and command lines have it: "interface#function", or the function alone.
func (f ExportedFunc) String() string {
	if f.Interface == "" {
		return f.Name
	}
	return f.Interface + "#" + f.Name
}

// Funcs lists the exported functions, those of exported interfaces included, in order of their names.
func (i *Instance) Funcs() []ExportedFunc {
	var list []ExportedFunc
	for name, x := range i.exports {
		if x.function != nil {
			list = append(list, ExportedFunc{Name: name})
		}
		if x.instance == nil {
			continue
		}
		for member, y := range x.instance.exports {
			if y.function != nil {
				list = append(list, ExportedFunc{name, member})
			}
		}
	}
	slices.SortFunc(list, func(a, b ExportedFunc) int { return strings.Compare(a.String(), b.String()) })
	return list
}

// lookup finds an exported instance by its name, or else by another version of its track: of several the one
// whose name sorts last, so that the answer is always the same.
func (i *Instance) lookup(iface string) (found extern, ok bool) {
	if x, ok := i.exports[iface]; ok {
		return x, true
	}
	last := ""
	for name, x := range i.exports {
		if name > last && link.Key(name) == link.Key(iface) {
			last, found = name, x
		}
	}
	return found, last != ""
}

func names(exports map[string]extern) string {
	var list []string
	for name := range exports {
		list = append(list, name)
	}
	if len(list) == 0 {
		return "nothing"
	}
	slices.Sort(list)
	return strings.Join(list, ", ")
}

// newInstance adds an instance of one component to the store.
func (s *store) newInstance(c *component.Component, h habits) *Instance {
	i := &Instance{
		store: s, mayLeave: true, habits: h,
		env:     make(environment, len(c.Resources)),
		exports: map[string]extern{},
	}
	i.handles.max = s.limits.MaxHandles
	s.instances = append(s.instances, i)
	return i
}
