package instance

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/witan-os/witan/runtime/component"
	"github.com/witan-os/witan/runtime/engine"
	"github.com/witan-os/witan/runtime/link"
)

// Instance is a running component. It serves one call at a time: whoever calls while a call is running
// gets [ErrBusy]. It may share its [Store] with others.
type Instance struct {
	*Store

	// Each call between the guest and Go looks at these.
	mayLeave bool      // false while the guest runs realloc or post-return, when it may not call out
	entered  bool      // a call is inside: no other may come in
	gate     *gate     // has mayLeave and entered instead, if adapters look at them
	storage  [2]uint32 // what context.get and context.set reach; each call starts with zeros
	budget   uint64    // with which a call begins, see Limits.freeBudget

	member    *member
	component string // the name of the root component that it is, or is part of
	typ       *component.ComponentType

	meter    *engine.Meter
	handles  handles
	env      environment
	exports  map[string]extern
	habits   habits
	pressure uint32          // see changeBackpressure
	task     *task           // the async call that is inside, if it is one
	callees  []*Instance     // whom the instance may call
	complete bool            // it is instantiated: callees has all of them
	reused   map[string]bool // see Reuse
}

func (i *Instance) name() string { return i.component }

// Err returns why the instance can't be called any more, or nil.
func (i *Instance) Err() error {
	if dead := i.member.dead.Load(); dead != nil {
		return *dead
	}
	return i.Store.Err()
}

// Close ends the instance with all of its store, as [Store.Close] does; of a team only the instance and what was made
// for it, see [NewTeam].
func (i *Instance) Close(ctx context.Context) error {
	if i.team != nil {
		return i.team.part(ctx, i.member)
	}
	return i.Store.Close(ctx)
}

// Fuel is [Store.Fuel]. In a team it is what this instance has used, what others have done for it included.
func (i *Instance) Fuel() uint64 { return i.member.meter.Used() }

// AddFuel is [Store.AddFuel], in a team for this instance alone.
func (i *Instance) AddFuel(n uint64) { i.member.meter.Add(n) }

// distance is 1 if a call to another instance leads to another member of a team, and else 0. The store's away counts
// such calls, if they pass through Go.
func (i *Instance) distance(to *Instance) int {
	if i.member == to.member {
		return 0
	}
	return 1
}

// admit begins a call that can't begin at once. The context is that of the call.
func (i *Instance) admit(ctx context.Context) (context.Context, error) {
	if i.team != nil {
		return i.team.enter(ctx, i.member)
	}
	if i.running != nil {
		return nil, ErrBusy
	}
	return nil, i.Err()
}

func (i *Instance) leave() {
	i.entered = false
	if i.gate == nil && i.team == nil {
		i.running = nil
		return
	}
	i.leaveOthers()
}

// leaveOthers is leave for an instance at whose state others look.
func (i *Instance) leaveOthers() {
	if i.gate != nil {
		i.setEntered(false)
	}
	if i.team != nil {
		i.team.leave(i.member)
		return
	}
	i.running = nil
}

// die ends the store, or the instance's part of a team.
func (i *Instance) die(err error) {
	if i.team != nil {
		i.team.lose(i.member, err)
	} else {
		i.poison(err)
	}
	i.leave()
}

// Export resolves an exported function whose type must print as typ. iface names the exported instance
// that it is in, with or without an exact version of its semver track; "" means the component itself.
func (i *Instance) Export(iface, name, typ string) (*Export, error) {
	e, err := i.Func(iface, name)
	if err != nil {
		return nil, err
	}
	if e.typ.String() != typ {
		return nil, i.otherType(e, typ)
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
		return nil, fmt.Errorf("component %q: export %s can't be called: %w", i.component, full, inGo(err))
	}
	if x.function.lift == nil {
		return nil, fmt.Errorf("component %q exports %s, but only passes on a function of its host", i.component, full)
	}
	if x.function.lift.typ.Async {
		return nil, fmt.Errorf("component %q: export %s can't be called: %w", i.component, full, ErrAsync)
	}
	e, err := x.function.lift.export(full)
	if err == nil && i.reused[iface] {
		e.bytes = buffered
	}
	return e, err
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

// lookup finds an exported instance by its name, or else the newest version of its track.
func (i *Instance) lookup(iface string) (extern, bool) {
	name, ok := link.Newest(maps.Keys(i.exports), iface)
	return i.exports[name], ok
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

// newInstance adds an instance of one component to the member. name is that of the root component.
func (m *member) newInstance(name string, c *component.Component, h habits) *Instance {
	i := &Instance{
		Store: m.store, member: m, component: name, typ: c.Type, budget: m.limits.freeBudget(), meter: m.meter, mayLeave: true, habits: h,
		env:     make(environment, len(c.Resources)),
		exports: map[string]extern{},
	}
	i.handles.max = m.limits.MaxHandles
	m.instances = append(m.instances, i)
	return i
}
