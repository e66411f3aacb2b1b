package policy_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/witan-os/witan/internal/diag"
	"github.com/witan-os/witan/kernel/manifest"
	"github.com/witan-os/witan/kernel/policy"
	"github.com/witan-os/witan/runtime/link"
)

// web is a system of processes with links between them, at random. Each has a component that exports an interface, and
// imports those of the processes that it is linked to; each is granted a region of memory of its own.
type web struct {
	links map[[2]int]manifest.ProviderKind // from, to
	size  int
}

func drawWeb(t *rapid.T) web {
	w := web{links: map[[2]int]manifest.ProviderKind{}, size: rapid.IntRange(1, 7).Draw(t, "processes")}
	for range rapid.IntRange(0, 12).Draw(t, "links") {
		from, to := rapid.IntRange(0, w.size-1).Draw(t, "from"), rapid.IntRange(0, w.size-1).Draw(t, "to")
		if from != to {
			w.links[[2]int{from, to}] = rapid.SampledFrom([]manifest.ProviderKind{manifest.Guarded, manifest.Fused}).Draw(t, "kind")
		}
	}
	return w
}

func (w web) resolve(t *rapid.T) (*policy.Plan, error) {
	var b strings.Builder
	in := policy.Inputs{Components: map[string]*policy.Component{}}
	for i := range w.size {
		c := &policy.Component{Imports: []link.Name{{Name: "witan:kernel/capability@0.1.0"}}, Exports: []link.Name{{Name: fmt.Sprintf("web:p%d/i@1.0.0", i)}}}
		fmt.Fprintf(&b, "[[component]]\nname='p%d'\nfile='f'\n[[memory]]\nname='m%d'\nsize='1 B'\n", i, i)
		fmt.Fprintf(&b, "[[process]]\nname='p%d'\n[[process.grant]]\nname='m'\nmemory='m%d'\nrights=['read']\n[process.imports]\nwitan='kernel'\n", i, i)
		for to := range w.size {
			if kind, ok := w.links[[2]int{i, to}]; ok {
				c.Imports = append(c.Imports, link.Name{Name: fmt.Sprintf("web:p%d/i@1.0.0", to)})
				fmt.Fprintf(&b, "'web:p%d'='%s:p%d'\n", to, kind, to)
			}
		}
		in.Components[fmt.Sprintf("p%d", i)] = c
	}
	m, err := manifest.Parse(manifest.Name, []byte(b.String()))
	if err != nil {
		t.Fatal(err)
	}
	return policy.Resolve(m, in)
}

// closure is who can be reached from whom over links of some kinds, in several steps or none.
func (w web) closure(kinds string, bothWays bool) [][]bool {
	reach := make([][]bool, w.size)
	for i := range reach {
		reach[i] = make([]bool, w.size)
		reach[i][i] = true
	}
	for l, kind := range w.links {
		if strings.Contains(kinds, string(kind)) {
			reach[l[0]][l[1]] = true
			reach[l[1]][l[0]] = reach[l[1]][l[0]] || bothWays
		}
	}
	for k := range w.size {
		for i := range w.size {
			for j := range w.size {
				reach[i][j] = reach[i][j] || reach[i][k] && reach[k][j]
			}
		}
	}
	return reach
}

// TestAnyWeb compares plans with what follows from the links by the book.
func TestAnyWeb(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawWeb(t)
		all, fused := w.closure("process fused", false), w.closure("fused", true)
		circle, within := false, false
		for l, kind := range w.links {
			circle = circle || all[l[1]][l[0]]
			within = within || kind == manifest.Guarded && fused[l[0]][l[1]]
		}
		plan, err := w.resolve(t)
		if circle || within {
			want := diag.Rule("cycle")
			if !circle {
				want = "team"
			}
			var list diag.List
			if !errors.As(err, &list) || list.Items[0].Rule != want {
				t.Fatalf("%v: got %v, want an error of the rule %s", w.links, err, want)
			}
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		w.checkOrder(t, plan)
		w.checkTeams(t, plan, fused)
		w.checkReach(t, plan, all)
	})
}

func (w web) checkOrder(t *rapid.T, plan *policy.Plan) {
	place := map[string]int{}
	for i, p := range plan.Processes {
		place[p.Name] = i
	}
	if len(place) != w.size {
		t.Fatalf("%d processes, want %d", len(place), w.size)
	}
	for l := range w.links {
		if from, to := fmt.Sprintf("p%d", l[0]), fmt.Sprintf("p%d", l[1]); place[to] > place[from] {
			t.Errorf("%s starts before %s, which it needs", from, to)
		}
	}
}

func (w web) checkTeams(t *rapid.T, plan *policy.Plan, fused [][]bool) {
	team := func(i int) int { return plan.Process(fmt.Sprintf("p%d", i)).Team }
	for i := range w.size {
		alone := true
		for j := range w.size {
			if i == j {
				continue
			}
			alone = alone && !fused[i][j]
			if same := team(i) != 0 && team(i) == team(j); same != fused[i][j] {
				t.Errorf("p%d and p%d are in one team: %t, want %t", i, j, same, fused[i][j])
			}
		}
		if alone != (team(i) == 0) {
			t.Errorf("p%d is in team %d, and fused to nobody: %t", i, team(i), alone)
		}
	}
}

func (w web) checkReach(t *rapid.T, plan *policy.Plan, all [][]bool) {
	found := map[string]bool{}
	for _, f := range policy.Reach(plan) {
		if f.Right.Kind == policy.RightObject {
			found[f.Process+" "+f.Right.Text] = true
		}
	}
	for i := range w.size {
		for j := range w.size {
			if line := fmt.Sprintf("p%d read the memory m%d", i, j); found[line] != all[i][j] {
				t.Errorf("found %q: %t, want %t", line, found[line], all[i][j])
			}
		}
	}
}
