package instance

import (
	"github.com/witan-os/witan/runtime/engine"
	"github.com/witan-os/witan/runtime/fuse"
)

// This file is about when an instance may be called and may call: the two flags of the specification, and how
// to tell from the graph of instances that nobody has to look at them.

// gate holds an instance's flags where adapters can see them.
type gate struct {
	module       engine.Module
	leave, enter engine.Global
}

func flag(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}

func (i *Instance) canLeave() bool {
	if i.gate != nil {
		return i.gate.leave.Get() != 0
	}
	return i.mayLeave
}

func (i *Instance) setLeave(may bool) {
	i.mayLeave = may
	if i.gate != nil {
		i.gate.leave.Set(flag(may))
	}
}

func (i *Instance) isEntered() bool {
	if i.gate != nil {
		return i.gate.enter.Get() == 0
	}
	return i.entered
}

func (i *Instance) setEntered(entered bool) {
	i.entered = entered
	if i.gate != nil {
		i.gate.enter.Set(flag(!entered))
	}
}

// needGate returns the instance's gate, and makes it at first.
func (w *walk) needGate(i *Instance) (*gate, error) {
	if i.gate != nil {
		return i.gate, nil
	}
	code, err := w.root.adapters.compile(w.ctx, w.root.engine, fuse.Gate())
	if err != nil {
		return nil, err
	}
	m, err := w.root.engine.Instantiate(w.ctx, code, nil)
	if err != nil {
		return nil, err
	}
	i.member.own(m) // other members may come to need it
	global := func(name string) engine.Global { return m.ExportedGlobal(name).(engine.Global) }
	g := &gate{module: m, leave: global(fuse.GateLeave), enter: global(fuse.GateEnter)}
	i.gate = g
	i.setLeave(i.mayLeave)
	i.setEntered(i.entered)
	return g, nil
}

// mayReturn reports whether a call into the instance can lead to another call into it before it has
// returned. While an instance is incomplete, it may still get to know others.
func (i *Instance) mayReturn() bool {
	seen := map[*Instance]bool{}
	var reaches func(from *Instance) bool
	reaches = func(from *Instance) bool {
		if !from.complete {
			return true
		}
		for _, to := range from.callees {
			if to == i {
				return true
			}
			if !seen[to] {
				seen[to] = true
				if reaches(to) {
					return true
				}
			}
		}
		return false
	}
	return reaches(i)
}
