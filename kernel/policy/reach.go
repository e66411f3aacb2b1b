package policy

import (
	"cmp"
	"maps"
	"slices"

	"github.com/witan-os/witan/kernel/manifest"
)

// Finding is a right that a process can bring about the use of.
type Finding struct {
	Process string
	Right   Right
	// Path says through whom, empty for a right of its own. It is a shortest one.
	Path []Step
}

// Step is how one process moves another.
type Step struct {
	How     How
	Process string // the other one
	Object  string // the endpoint, where one is between them; otherwise ""
}

// How is a way in which one process can move another.
type How string

// The ways. That a process can move another one does not say that the other one lets itself be moved: what its code
// does with a request is its own affair.
const (
	Asks   How = "asks"     // imports are answered by it, through the kernel
	Fuses  How = "calls"    // imports are answered by it, directly
	Tells  How = "tells"    // it receives what is sent to an endpoint
	Starts How = "starts"   // it may be started
	Given  How = "given by" // it can pass the right on
)

// Reach finds what each process can bring about: with rights of its own, by moving others that have rights, and with
// rights that others can pass on to it. Findings are in the order of processes in the plan, then of rights.
func Reach(plan *Plan) []Finding {
	g := newGraph(plan)
	var findings []Finding
	for i, p := range plan.Processes {
		found := g.reach(i)
		for _, r := range slices.SortedFunc(maps.Keys(found), byRight) {
			if path := found[r]; len(path) == 0 || !g.own[r] {
				findings = append(findings, Finding{p.Name, r, path})
			}
		}
	}
	return findings
}

// graph is who can move whom.
type graph struct {
	plan  *Plan
	own   map[Right]bool   // rights that are worth nothing to others
	held  []map[Right]bool // for each process, its rights, and whether it can pass them on
	moves [][]edge         // for each process, whom it can move
	gives [][]edge         // for each process, who can pass something on to it
}

type edge struct {
	to int
	Step
}

func newGraph(plan *Plan) *graph {
	g := &graph{
		plan: plan, own: map[Right]bool{}, held: make([]map[Right]bool, len(plan.Processes)),
		moves: make([][]edge, len(plan.Processes)), gives: make([][]edge, len(plan.Processes)),
	}
	for i, p := range plan.Processes {
		g.held[i] = map[Right]bool{}
		for _, h := range plan.holdings(p) {
			g.own[h.Right] = h.own
			g.held[i][h.Right] = g.held[i][h.Right] || h.passable
		}
		g.links(i, p)
		g.starts(i, p)
	}
	g.endpoints()
	for i := range plan.Processes {
		sortEdges(g.moves[i])
		sortEdges(g.gives[i])
	}
	return g
}

func sortEdges(list []edge) {
	slices.SortFunc(list, func(a, b edge) int {
		return cmp.Or(cmp.Compare(a.to, b.to), cmp.Compare(a.How, b.How), cmp.Compare(a.Object, b.Object))
	})
}

func (g *graph) index(name string) int {
	return slices.IndexFunc(g.plan.Processes, func(p *Process) bool { return p.Name == name })
}

func (g *graph) move(from, to int, how How, object string) {
	g.moves[from] = append(g.moves[from], edge{to, Step{how, g.plan.Processes[to].Name, object}})
}

// exchange notes that two processes can pass rights to each other, if both know what such a thing is.
func (g *graph) exchange(a, b int, object string) {
	if g.plan.Processes[a].holdsCapabilities() && g.plan.Processes[b].holdsCapabilities() {
		g.give(a, b, object)
		g.give(b, a, object)
	}
}

func (g *graph) give(from, to int, object string) {
	g.gives[to] = append(g.gives[to], edge{from, Step{Given, g.plan.Processes[from].Name, object}})
}

// holdsCapabilities reports whether the process has an interface whose functions capabilities pass through.
func (p *Process) holdsCapabilities() bool {
	return slices.ContainsFunc(p.Imports, func(i Import) bool {
		name := interfaceOf(i.Name)
		return i.Provider.Kind == manifest.Kernel && (name == capabilityInterface || name == actorInterface)
	})
}

func (g *graph) links(i int, p *Process) {
	for _, im := range p.Imports {
		how := Asks
		switch im.Provider.Kind {
		case manifest.Guarded:
		case manifest.Fused:
			how = Fuses
		default:
			continue
		}
		to := g.index(im.Provider.Name)
		g.move(i, to, how, "")
		g.exchange(i, to, "")
	}
}

func (g *graph) starts(i int, p *Process) {
	for _, name := range p.Startable {
		if to := g.index(name); to >= 0 { // otherwise it exists elsewhere
			g.move(i, to, Starts, "")
			if g.plan.Processes[to].holdsCapabilities() {
				g.give(i, to, "")
			}
		}
	}
}

// endpoints connects those who may send to an endpoint with those who may receive from it. An answer can carry a
// right back.
func (g *graph) endpoints() {
	for from, p := range g.plan.Processes {
		for _, send := range p.Grants {
			if send.Endpoint == "" || !slices.Contains(send.Rights, manifest.RightSend) {
				continue
			}
			for to, q := range g.plan.Processes {
				if to != from && q.receives(send.Endpoint) {
					g.move(from, to, Tells, send.Endpoint)
					g.exchange(from, to, send.Endpoint)
				}
			}
		}
	}
}

// place is where a search is: at a process that can be moved, or at one that a right can have come from.
type place struct {
	process int
	given   bool
}

// reach finds the shortest way from a process to each right: some processes that it can move, and behind these some
// who the right can have been passed on by. One walk finds all of them, nearer places first.
func (g *graph) reach(from int) map[Right][]Step {
	type node struct {
		place
		path []Step
	}
	found := map[Right][]Step{}
	seen := map[place]bool{{from, false}: true}
	queue := []node{{place: place{from, false}}}
	for len(queue) > 0 {
		n := queue[0]
		queue = queue[1:]
		for r, passable := range g.held[n.process] {
			if _, ok := found[r]; !ok && (passable || !n.given) {
				found[r] = n.path
			}
		}
		next := func(edges []edge, given bool) {
			for _, e := range edges {
				if p := (place{e.to, given}); !seen[p] {
					seen[p] = true
					queue = append(queue, node{p, append(slices.Clip(n.path), e.Step)})
				}
			}
		}
		if !n.given {
			next(g.moves[n.process], false)
		}
		next(g.gives[n.process], true)
	}
	return found
}
