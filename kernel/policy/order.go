package policy

import (
	"fmt"
	"strings"

	"github.com/witan-os/witan/kernel/manifest"
)

// order puts the processes that start at boot behind those that answer their imports, as close to the order of the
// manifest as that allows, and those that others start behind all of them.
func (r *resolver) order() {
	o := &orderer{resolver: r, state: map[*Process]visit{}}
	for _, start := range []manifest.Start{manifest.StartBoot, manifest.StartSpawn} {
		for _, p := range r.plan.Processes {
			if p.Start == start && o.state[p] == unseen {
				o.visit(p)
			}
		}
	}
	r.plan.Processes = o.done
}

type visit byte

const (
	unseen visit = iota
	open         // those that it needs are being visited
	closed
)

type orderer struct {
	*resolver
	state map[*Process]visit
	path  []*Process // that are open, the outermost first
	done  []*Process
}

func (o *orderer) visit(p *Process) {
	o.state[p] = open
	o.path = append(o.path, p)
	for _, i := range p.Imports {
		q := o.provider(i)
		if q == nil {
			continue
		}
		switch o.state[q] {
		case unseen:
			o.visit(q)
		case open:
			o.cycle(q, i.Key)
		}
	}
	o.path = o.path[:len(o.path)-1]
	o.state[p] = closed
	o.done = append(o.done, p)
}

// provider is the process that answers an import, if one does.
func (r *resolver) provider(i Import) *Process {
	if i.Provider.Kind != manifest.Guarded && i.Provider.Kind != manifest.Fused {
		return nil
	}
	return r.plan.Process(i.Provider.Name)
}

// cycle reports that the last process of the path needs one that stands before it there.
func (o *orderer) cycle(to *Process, key string) {
	from := o.path[len(o.path)-1]
	var way []string
	for i := len(o.path) - 1; i >= 0; i-- {
		way = append([]string{o.path[i].Name}, way...)
		if o.path[i] == to {
			break
		}
	}
	way = append(way, to.Name)
	o.fail(from, ruleCycle, "processes need each other: "+strings.Join(way, " needs "),
		"who answers imports starts first; the way back can go through an endpoint", "imports", key)
}

// team numbers the groups of processes that are fused to each other.
func (r *resolver) team() {
	leader := map[*Process]*Process{}
	var find func(p *Process) *Process
	find = func(p *Process) *Process {
		if leader[p] == nil || leader[p] == p {
			return p
		}
		return find(leader[p])
	}
	fused := map[*Process]bool{}
	for _, p := range r.plan.Processes {
		for _, i := range p.Imports {
			if q := r.provider(i); q != nil && i.Provider.Kind == manifest.Fused {
				fused[p], fused[q] = true, true
				if a, b := find(p), find(q); a != b {
					leader[a] = b
				}
			}
		}
	}
	numbers := map[*Process]int{}
	for _, p := range r.plan.Processes {
		if !fused[p] {
			continue
		}
		l := find(p)
		if numbers[l] == 0 {
			numbers[l] = len(numbers) + 1
		}
		p.Team = numbers[l]
	}
}

// checkTeams reports links through the kernel between two processes of one team: the one would wait for the other,
// which can't run before the first one has given up its turn.
func (r *resolver) checkTeams() {
	for _, p := range r.plan.Processes {
		for _, i := range p.Imports {
			q := r.provider(i)
			if q != nil && i.Provider.Kind == manifest.Guarded && p.Team != 0 && p.Team == q.Team {
				r.fail(p, ruleTeam, fmt.Sprintf("%s and %s are fused, if only by way of others, and share their fate anyway", p.Name, q.Name),
					fmt.Sprintf(`say "fused:%s"`, q.Name), "imports", i.Key)
			}
		}
	}
}
