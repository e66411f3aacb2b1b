package meter

import "github.com/witan-os/witan/internal/coremodule/opcode"

// This file decides where a function charges for its work, and how much.
//
// Three rules make the charges enough. What repeats is charged: loops at their headers and functions in cycles
// of calls at their entries. A charge covers the longest way from there to where others take over. And there
// is a check after at most maxCharge units on every way, through calls as well, so that a module can't hide
// work from the countdown in code without loops.
//
// What can be left out: the check where another one follows for sure, the charge of a function that costs no
// more than charging for it (its callers know its cost), and everything in short loops that count to a
// constant.

// form is how a charge is made.
type form byte

const (
	formNone   form = iota
	formCharge      // without looking at the counter: a check follows
	formInline      // with a check that calls yield where it stands
	formApart       // with a check that leaves the loop, or the function's body, in order to call yield
)

// charge is made at a loop's header, or before any other instruction.
type charge struct {
	at    int // index of the instruction
	loop  bool
	form  form
	units uint32
}

// What calls count for, in units.
const (
	callUnits     = 3
	indirectUnits = 5
	hostUnits     = 64 // for a function from outside
)

const (
	// bareUnits is the cost of functions whose callers charge for it.
	bareUnits = 24
	// leadUnits is what a function may do before the first check without a check at its entry.
	leadUnits = 4096
	// outsideUnits is leadUnits for functions that other modules can call, which don't know more about them.
	outsideUnits = 256
	// tailUnits is what a function may do without a check after a call that may lead to itself again: so much
	// may wait in each frame of the call stack.
	tailUnits = 256
)

// summary is what callers know about a function, or about whatever a call through a table may call.
type summary struct {
	known bool
	cost  uint32 // for the caller to charge
	lead  uint32 // the most units before the first check, or of everything if there is none
	exit  uint32 // the most units since the last check, at the end
	sure  bool   // there is a check at the entry
}

// recursive is the summary of functions in cycles of calls.
var recursive = summary{known: true, cost: callUnits, exit: maxCharge - tailUnits, sure: true}

// foreign is the summary of what is not in the module.
var foreign = summary{known: true, cost: hostUnits, lead: outsideUnits, exit: maxCharge - tailUnits}

// path is the longest way to a place in the code. Where ways meet, each part is the longest.
type path struct {
	dead bool
	work uint32 // units to charge where the current region begins
	run  uint32 // units since the last check, or the entry
	lead int64  // units since the entry; -1 when there was a check
}

func (p *path) merge(o path) {
	switch {
	case o.dead:
	case p.dead:
		*p = o
	default:
		p.work, p.run, p.lead = max(p.work, o.work), max(p.run, o.run), max(p.lead, o.lead)
	}
}

// region is the part of a function that one charge covers: the body of a loop, without loops inside that
// charge for themselves, or what follows a check up to the end of the block that it is in.
type region struct {
	charge int // -1 for the entry
	most   uint32
	before uint32 // the work of the region around it when this one began
}

// frame is a block around the current instruction.
type frame struct {
	op     opcode.Code
	at     int
	depth  int  // how many regions there are around the block
	inner  int  // and where its body begins
	label  path // merges the ways to the block's end
	before path // of an if: the way to its else
	merged bool // the else was seen
}

// planner plans one function after the other.
type planner struct {
	*function
	graph     *graph
	summaries []summary // of each node

	charges []charge
	entry   charge
	frames  []frame
	regions []region
	path    path
	lead    uint32 // the highest of all paths
	exit    uint32
}

func newPlanner(m *module, g *graph) *planner {
	p := &planner{function: &function{module: m}, graph: g, summaries: make([]summary, m.outside()+1)}
	for node := range m.bodies {
		if g.cyclic[node] {
			p.summaries[node] = recursive
		}
	}
	p.summaries[m.outside()] = foreign
	return p
}

// plan plans the function that was decoded, all of whose callees have been planned but for cycles.
func (p *planner) plan() {
	p.charges, p.frames, p.lead, p.exit = p.charges[:0], p.frames[:0], 0, 0
	p.regions = append(p.regions[:0], region{charge: -1})
	p.path = path{}
	for i := 0; i < len(p.code); i++ {
		if end, units := p.constantLoop(i); end > 0 {
			p.add(i, units)
			i = end
			continue
		}
		p.step(i)
	}
	for _, r := range p.regions {
		p.settle(r)
	}
	p.planEntry()
}

// settle fixes the units of a region that has ended.
func (p *planner) settle(r region) {
	if r.charge < 0 {
		p.entry.units = price(r.most)
	} else {
		p.charges[r.charge].units = max(price(r.most), 1)
	}
}

// price is what a charge for a region takes whose longest way has so many units. Few rounds of a long body go
// the longest way: interpreters and the output of Go's compiler are loops around a switch. Charging for it in
// full would make them yield all the time; what is left off is bounded, and so is the time to the next check.
func price(most uint32) uint32 {
	const full, discount = 64, 16
	if most <= full {
		return most
	}
	return full + (most-full)/discount
}

func (p *planner) step(i int) {
	in := &p.code[i]
	switch in.op {
	case opcode.Block:
		p.push(i)
	case opcode.TryTable:
		p.surcharge(i)
		p.catchLabels(in)
		p.push(i)
	case opcode.Loop:
		p.loop(i)
	case opcode.If:
		p.add(i, 1)
		p.push(i)
	case opcode.Else:
		p.orElse()
	case opcode.End:
		p.closeBlock()
	case opcode.Br:
		p.add(i, 1)
		p.branch(in.arg)
		p.path.dead = true
	case opcode.BrIf, opcode.BrOnNull, opcode.BrOnNonNull:
		p.add(i, 1)
		p.branch(in.arg)
	case opcode.BrTable:
		p.add(i, uint32(weights[opcode.BrTable]))
		r := p.immediatesOf(in)
		for range r.count() + 1 {
			p.branch(r.u32())
		}
		p.path.dead = true
	case opcode.Return, opcode.Unreachable, opcode.Throw, opcode.ThrowRef:
		p.surcharge(i)
		p.leave()
	case opcode.Call, opcode.ReturnCall, opcode.CallIndirect, opcode.ReturnCallIndirect, opcode.CallRef, opcode.ReturnCallRef:
		p.call(i)
	case opcode.MemoryGrow, opcode.TableGrow:
		p.surcharge(i)
	case opcode.MemoryInit, opcode.TableInit:
		p.add(i, uint32(weights[in.op])+p.initUnits(in))
	default:
		p.add(i, uint32(weights[in.op]))
	}
}

// add counts units for instruction i, and has a check before it if that would be too many.
func (p *planner) add(i int, units uint32) {
	if p.path.dead || units == 0 {
		return
	}
	if p.path.work+units > maxCharge || p.path.run+units > maxCharge {
		p.split(i)
	}
	p.path.work += units
	r := &p.regions[len(p.regions)-1]
	r.most = max(r.most, p.path.work)
	p.pass(units)
}

// pass counts units that are charged elsewhere.
func (p *planner) pass(units uint32) {
	p.path.run += units
	if p.path.lead >= 0 {
		p.path.lead += int64(units)
		p.lead = max(p.lead, uint32(min(p.path.lead, maxCharge)))
	}
}

// surcharge counts what instruction i charges for itself.
func (p *planner) surcharge(i int) {
	units := surcharge(p.code[i].op)
	if p.path.dead || units == 0 {
		return
	}
	if p.path.run+units > maxCharge {
		p.split(i)
	}
	p.pass(units)
}

// split puts a check before instruction i. It covers the rest of the block.
func (p *planner) split(i int) {
	inner := 1
	if n := len(p.frames); n > 0 {
		inner = p.frames[n-1].inner
	}
	p.leaveRegions(inner)
	p.enterRegion(charge{at: i, form: formInline})
	p.checked()
}

func (p *planner) enterRegion(c charge) {
	p.regions = append(p.regions, region{charge: len(p.charges), before: p.path.work})
	p.charges = append(p.charges, c)
	p.path.work = 0
}

// leaveRegions leaves all regions but the first n.
func (p *planner) leaveRegions(n int) {
	p.path.work = p.workIn(n)
	for _, r := range p.regions[n:] {
		p.settle(r)
	}
	p.regions = p.regions[:n]
}

// workIn is the current path's work as the first n regions have it.
func (p *planner) workIn(n int) uint32 {
	if n < len(p.regions) {
		return p.regions[n].before
	}
	return p.path.work
}

func (p *planner) checked() { p.path.run, p.path.lead = 0, -1 }

func (p *planner) push(i int) {
	p.frames = append(p.frames, frame{
		op: p.code[i].op, at: i, depth: len(p.regions), inner: len(p.regions),
		label: path{dead: true}, before: p.path,
	})
}

func (p *planner) loop(i int) {
	p.push(i)
	f := &p.frames[len(p.frames)-1]
	c := charge{at: i, loop: true, form: formApart}
	if _, params := p.blockType(p.immediatesOf(&p.code[i])); params > 0 {
		c.form = formInline
	}
	if p.leadsToLoop(i) {
		c.form = formCharge
	}
	if p.path.dead {
		return // it can't be reached, so it stays as it is
	}
	p.enterRegion(c)
	f.inner = len(p.regions)
	if c.form != formCharge {
		p.checked()
	}
}

// leadsToLoop reports whether every round of a loop comes to the header of a loop inside.
func (p *planner) leadsToLoop(i int) bool {
	blocks := uint32(0) // that were entered since
	for i++; ; i++ {
		if end, _ := p.constantLoop(i); end > 0 {
			i = end
			continue
		}
		switch in := &p.code[i]; in.op {
		case opcode.Block:
			blocks++
		case opcode.Loop:
			return true
		case opcode.BrIf:
			if in.arg <= blocks {
				return false
			}
		case opcode.If, opcode.Else, opcode.End, opcode.Br, opcode.BrTable, opcode.Return, opcode.Unreachable, opcode.Throw, opcode.ThrowRef, opcode.TryTable,
			opcode.ReturnCall, opcode.ReturnCallIndirect, opcode.ReturnCallRef, opcode.BrOnNull, opcode.BrOnNonNull:
			return false
		}
	}
}

// fallOut merges the current path into the end of the innermost block.
func (p *planner) fallOut(f *frame) {
	end := p.path
	end.work = p.workIn(f.depth)
	f.label.merge(end)
	p.leaveRegions(f.depth)
}

func (p *planner) orElse() {
	f := &p.frames[len(p.frames)-1]
	p.fallOut(f)
	f.merged = true
	p.path = f.before
}

func (p *planner) closeBlock() {
	n := len(p.frames)
	if n == 0 {
		p.leave()
		return
	}
	f := &p.frames[n-1]
	p.fallOut(f)
	if f.op == opcode.If && !f.merged {
		f.label.merge(f.before)
	}
	p.path = f.label
	p.frames = p.frames[:n-1]
}

// branch notes that the current path may go to a label.
func (p *planner) branch(label uint32) {
	n := len(p.frames) - 1 - int(label)
	if n < 0 {
		p.exitHere()
		return
	}
	f := &p.frames[n]
	if p.path.dead || f.op == opcode.Loop {
		return
	}
	to := p.path
	to.work = p.workIn(f.depth)
	f.label.merge(to)
}

func (p *planner) exitHere() {
	if !p.path.dead {
		p.exit = max(p.exit, p.path.run)
	}
}

// leave ends the path: it leaves the function.
func (p *planner) leave() {
	p.exitHere()
	p.path.dead = true
}

// catchLabels notes that an exception may go to a label from anywhere in a block.
func (p *planner) catchLabels(in *instr) {
	r := p.immediatesOf(in)
	p.blockType(r)
	before := p.path
	p.path.run = maxCharge - tailUnits
	if p.path.lead >= 0 {
		p.path.lead = maxCharge
		p.lead = maxCharge
	}
	p.clauses(r, func(_ byte, _, label uint32) { p.branch(label) })
	p.path = before
}

// call counts a call, whose callee has charges of its own.
func (p *planner) call(i int) {
	in := &p.code[i]
	var s summary
	switch in.op {
	case opcode.Call, opcode.ReturnCall:
		s = p.summaries[p.node(in.arg)]
	default:
		s = p.behindType(p.graph.number[in.arg])
	}
	if !p.path.dead {
		if p.path.run+s.cost+s.lead > maxCharge {
			p.split(i)
		}
		p.add(i, s.cost)
		p.after(s)
	}
	switch in.op {
	case opcode.ReturnCall, opcode.ReturnCallIndirect, opcode.ReturnCallRef:
		p.leave()
	}
}

// after continues the path behind a call.
func (p *planner) after(s summary) {
	if s.sure {
		p.checked()
		p.path.run = s.exit
		return
	}
	p.pass(s.lead)
	p.path.run = max(p.path.run, s.exit)
}

// behindType summarises the functions of a type that may be called through a table or a reference.
func (p *planner) behindType(number uint32) summary {
	node := p.typeNode(number)
	s := &p.summaries[node]
	if s.known {
		return *s
	}
	*s = summary{known: true, cost: indirectUnits, sure: true}
	for _, callee := range p.graph.edges[p.graph.starts[node]:p.graph.starts[node+1]] {
		c := p.summaries[callee]
		s.cost, s.lead, s.exit = max(s.cost, c.cost), max(s.lead, c.lead), max(s.exit, c.exit)
		s.sure = s.sure && c.sure
	}
	return *s
}

// planEntry decides about the charge at the entry, and summarises the function.
func (p *planner) planEntry() {
	s := &p.summaries[p.index]
	limit := uint32(leadUnits)
	if i := p.imported + p.index; p.escapes(i, p.exported[i]) {
		limit = outsideUnits
	}
	p.entry.form = formCharge
	switch {
	case p.graph.cyclic[p.index] || p.lead > limit:
		p.entry.form = formApart
		*s = summary{known: true, cost: callUnits, exit: p.exit, sure: true}
		if p.graph.cyclic[p.index] {
			*s = recursive
		}
	case p.entry.units <= bareUnits:
		p.entry.form = formNone
		*s = summary{known: true, cost: callUnits + p.entry.units, lead: p.lead, exit: p.exit}
	default:
		*s = summary{known: true, cost: callUnits, lead: p.lead, exit: p.exit}
	}
	p.entry.units = max(p.entry.units, 1)
	p.cover()
}

// cover takes the check from the entry if the header of a loop follows with one.
func (p *planner) cover() {
	if p.entry.form != formApart || !p.leadsToLoop(-1) {
		return
	}
	p.entry.form = formCharge
	first := &p.charges[0]
	if first.loop && p.entry.units <= bareUnits && first.units+p.entry.units <= maxCharge {
		first.units += p.entry.units
		p.entry.form = formNone
	}
}
