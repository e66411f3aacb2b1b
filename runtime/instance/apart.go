package instance

import (
	"github.com/witan-os/witan/runtime/component"
	"github.com/witan-os/witan/runtime/engine"
	"github.com/witan-os/witan/runtime/fuse"
)

// This file links adapters to memories that no window shows: on systems that can't map them, or when they are too
// large. An adapter imports the caller's memory, and from a module beside the callee's the functions that access that.

// apart names both memories for an edge without a window. That one of them is missing is for fuse to say.
func (t *tie) apart(e *fuse.Edge, l *lift, options component.Options) {
	if l.home == nil || !options.HasMemory || t.err != nil {
		return
	}
	const caller, callee = "caller-memory", "callee-memory"
	home := &t.core[engine.ExternMemory][options.Memory]
	t.given[caller] = home.module
	e.Caller.Memory = &fuse.Import{Module: caller, Name: home.name}
	t.given[callee], t.err = t.reach(l)
	e.Reach = callee
}

// reach returns the module with the functions for the memory of l, and makes it at first.
func (w *walk) reach(l *lift) (engine.Module, error) {
	if m, ok := w.reaches[l.memory]; ok {
		return m, nil
	}
	code, err := w.root.adapters.compile(w.ctx, w.root.engine, fuse.Reach(l.home.name))
	if err != nil {
		return nil, err
	}
	m, err := w.root.engine.Instantiate(w.ctx, code, func(string) engine.Module { return l.home.module })
	if err != nil {
		return nil, err
	}
	w.own(m)
	if w.reaches == nil {
		w.reaches = map[engine.Memory]engine.Module{}
	}
	w.reaches[l.memory] = m
	return m, nil
}

// copy copies bytes between the memories of an edge without a window. The adapter has checked that they are in
// bounds.
func (c *crossing) copy(toCallee bool, to, from, bytes uint32) {
	dst, src := c.caller, c.callee
	if toCallee {
		dst, src = src, dst
	}
	copy(dst.View(to, bytes, 1), src.View(from, bytes, 1))
}
