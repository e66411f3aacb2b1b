package fuse

import (
	"strings"

	"github.com/witan-os/witan/runtime/abi"
)

// This file is the frame of an adapter's function: guards, the call itself, and what comes after it.

// gen writes one adapter.
type gen struct {
	checks
	library
	edge   *Edge
	caller side
	callee side

	callFunc, callPost int
	trapFunc           int
	pass, settle       int
	enter              int
	settles            bool
	sites              []Site
	handles            []Handle
	where              []string
	loops              int  // that the code is in
	called             bool // the code is behind the call
	texts              map[*side]*textMove
	dense              map[*abi.Type]bool
}

// side is one party as the code sees it.
type side struct {
	base     uint32 // of its memory in the window
	size     int    // global with its memory's size
	realloc  int    // function
	leave    int    // global
	encoding abi.Encoding
	callee   bool

	own bool   // its memory is the adapter's own, imported
	far *reach // its memory is in no window: how it is reached
}

// none stands for a function or global that there is not.
const none = -1

func newGen(e *Edge, memory bool) *gen {
	m := &module{}
	g := &gen{
		edge: e, library: newLibrary(m), settle: none, pass: none, callPost: none, enter: none,
		dense: map[*abi.Type]bool{}, texts: map[*side]*textMove{},
	}
	g.callFunc = m.importFunc(e.Func, e.Callee.Plan.Lifted)
	if e.PostReturn != nil {
		g.callPost = m.importFunc(*e.PostReturn, abi.Signature{Params: e.Callee.Plan.Lifted.Results})
	}
	realloc := func(p Party) int {
		if p.Realloc == nil {
			return none
		}
		return m.importFunc(*p.Realloc, abi.Signature{Params: i32s(4), Results: i32s(1)})
	}
	leave := func(p Party) int {
		if p.Leave == nil {
			return none
		}
		return m.importGlobal(*p.Leave)
	}
	g.caller = side{base: e.Window.Caller, leave: leave(e.Caller), realloc: none, encoding: e.Caller.Encoding}
	g.callee = side{base: e.Window.Callee, leave: leave(e.Callee), realloc: none, encoding: e.Callee.Encoding, callee: true}
	if memory {
		if e.Window.Pages != 0 {
			m.memory = e.Window.Pages
		} else {
			g.reachApart()
		}
		g.caller.realloc, g.callee.realloc = realloc(e.Caller), realloc(e.Callee)
	}
	if e.Enter != nil {
		g.enter = m.importGlobal(*e.Enter)
	}
	g.trapFunc = m.importFunc(Import{HostModule, HostTrap}, abi.Signature{Params: i32s(4)})
	if g.passesHandles() {
		g.pass = m.importFunc(Import{HostModule, HostPass}, abi.Signature{Params: i32s(3), Results: i32s(1)})
	}
	if g.settles = g.needsSettling(); g.settles {
		g.settle = m.importFunc(Import{HostModule, HostSettle}, abi.Signature{Params: i32s(1)})
	}
	m.define32(EdgeGlobal)
	if m.memory != 0 {
		g.caller.size, g.callee.size = m.define32(CallerSizeGlobal), m.define32(CalleeSizeGlobal)
	}
	var self int
	g.code, self = m.define(e.Caller.Plan.Lowered)
	m.export(ExportName, funcKind, self)
	g.site = g.newSite
	g.defineFail()
	return g
}

func i32s(n int) []abi.CoreType {
	types := make([]abi.CoreType, n)
	for i := range types {
		types[i] = abi.I32
	}
	return types
}

func (g *gen) passesHandles() bool {
	f := g.edge.Callee.Plan.Func
	for _, p := range f.Params {
		if p.Type.HasHandle() {
			return true
		}
	}
	return f.Result != nil && f.Result.HasHandle()
}

// needsSettling reports whether the host must hear of the call's end. It must when the callee holds borrowed
// handles that it has to drop. It must also when the caller lends and gives away in one call, because what
// is lent can't be given. Otherwise nobody can see that a handle is on loan: the caller does not run, or
// the edge has Enter.
func (g *gen) needsSettling() bool {
	lends, keeps, gives := false, false, false
	seen := map[*abi.Type]bool{}
	var visit func(t *abi.Type)
	visit = func(t *abi.Type) {
		if t == nil || !t.HasHandle() || seen[t] {
			return
		}
		seen[t] = true
		switch t.Kind {
		case abi.Own:
			gives = true
		case abi.Borrow:
			lends = true
			keeps = keeps || g.edge.Keeps(t.Resource)
		}
		visit(t.Elem)
		for _, f := range t.Fields {
			visit(f.Type)
		}
		for _, c := range t.Cases {
			visit(c.Type)
		}
	}
	for _, p := range g.edge.Callee.Plan.Func.Params {
		visit(p.Type)
	}
	return keeps || lends && (gives || g.edge.Enter != nil)
}

func (g *gen) tooLarge() bool { return len(g.list) > maxCode || len(g.sites) > maxSites }

// function writes the adapter's function.
func (g *gen) function() {
	g.guard()
	plan := g.edge.Callee.Plan
	g.params(plan)
	for i := range plan.Lifted.Params {
		g.get(i)
	}
	if g.endsWithCall(plan) {
		g.with(opReturnCall, int64(g.callFunc))
		return
	}
	g.call(g.callFunc)
	g.called = true
	result := none
	if r := plan.Lifted.Results; len(r) > 0 {
		result = g.local(r[0])
		g.set(result)
	}
	if g.settles {
		g.with(opGlobalGet, int64(g.module.edgeGlobal()))
		g.call(g.settle)
	}
	returned := g.result(plan, result)
	g.postReturn(result)
	if g.enter != none {
		g.i32(1)
		g.with(opGlobalSet, int64(g.enter))
	}
	if returned != none {
		g.get(returned)
	}
}

// endsWithCall reports whether there is nothing to do after the call, so that it may take the adapter's place on
// the stack. That is only right for few parameters: wazero 1.12 passes a wrong value when they take all registers.
func (g *gen) endsWithCall(plan *abi.Plan) bool {
	const inRegisters = 4 // on every machine, of integers and of floats
	integers, floats := 0, 0
	for _, t := range plan.Lifted.Params {
		if t == abi.I32 || t == abi.I64 {
			integers++
		} else {
			floats++
		}
	}
	return !g.settles && g.callPost == none && g.enter == none && plan.ResultBlock == nil &&
		(plan.Result == nil || passes(plan.Result.Type)) && integers <= inRegisters && floats <= inRegisters
}

// guard refuses calls at forbidden times.
func (g *gen) guard() {
	if g.edge.CheckLeave {
		g.with(opGlobalGet, int64(g.caller.leave))
		g.emit(opI32Eqz)
		g.trapIf("the guest called out during realloc or post-return", none, none)
	}
	if g.enter != none {
		g.with(opGlobalGet, int64(g.enter))
		g.emit(opI32Eqz)
		g.trapIf("the callee's instance is in a call already", none, none)
		g.i32(0)
		g.with(opGlobalSet, int64(g.enter))
	}
}

// params moves the parameters to the callee. Core values stay in the parameters of the adapter.
func (g *gen) params(plan *abi.Plan) {
	if b := plan.ParamBlock; b != nil {
		defer g.in("parameters")()
		g.checkBlock(&g.caller, 0, b)
		to := g.local(abi.I32)
		g.alloc(&g.callee, b.Align, func() { g.i32(b.Size) }, to)
		g.move(b, place{side: &g.caller, addr: 0}, place{side: &g.callee, addr: to})
		g.get(to)
		g.set(0)
		return
	}
	for i := range plan.Params {
		leave := g.in("parameter " + plan.Func.Params[i].Name)
		p := place{flat: &plan.Params[i], side: &g.callee}
		from := p
		from.side = &g.caller
		g.move(p.flat.Type, from, p)
		leave()
	}
}

// result moves the result to the caller and returns the local with what the adapter returns.
func (g *gen) result(plan *abi.Plan, result int) int {
	defer g.in("result")()
	switch {
	case plan.Result != nil:
		returned := result
		if g.callPost != none { // which wants the callee's own value
			returned = g.local(plan.Lifted.Results[0])
			g.get(result)
			g.set(returned)
		}
		p := place{flat: plan.Result, base: returned, side: &g.caller}
		from := p
		from.side = &g.callee
		g.move(p.flat.Type, from, p)
		return returned
	case plan.ResultBlock != nil:
		to := g.edge.Caller.Plan.ResultSlot()
		g.checkBlock(&g.callee, result, plan.ResultBlock)
		g.checkBlock(&g.caller, to, plan.ResultBlock)
		g.move(plan.ResultBlock, place{side: &g.callee, addr: result}, place{side: &g.caller, addr: to})
	}
	return none
}

func (g *gen) postReturn(result int) {
	if g.callPost == none {
		return
	}
	g.leave(&g.callee, 0)
	if result != none {
		g.get(result)
	}
	g.call(g.callPost)
	g.leave(&g.callee, 1)
}

// in adds a step to where the generator is, for messages, and returns what takes it off again.
func (g *gen) in(step string) func() {
	g.where = append(g.where, step)
	return func() { g.where = g.where[:len(g.where)-1] }
}

// newSite puts the number of a new trap site on the stack.
func (g *gen) newSite(format string) {
	g.i32(uint32(len(g.sites)))
	g.addSite(format)
}

func (g *gen) addSite(format string) {
	g.sites = append(g.sites, Site{Where: strings.Join(g.where, ", "), Early: g.early(), format: format})
}

// early reports whether the code is before all that changes the state of the callee or of a handle table. Memory that
// the callee has allocated for parameters does not count.
func (g *gen) early() bool { return !g.called && g.enter == none && len(g.handles) == 0 }

// defineFail writes the function (site, a, b) that ends the call. That it stands between the adapter's function
// and the host keeps the edge's number out of the former's registers.
func (g *gen) defineFail() {
	var c *code
	c, g.fail = g.module.define(abi.Signature{Params: i32s(3)})
	c.with(opGlobalGet, int64(g.module.edgeGlobal()))
	for i := range c.params {
		c.get(i)
	}
	c.call(g.trapFunc)
}
