package policy_test

import (
	"testing"

	"github.com/witan-os/witan/kernel/manifest"
	"github.com/witan-os/witan/kernel/policy"
)

// FuzzResolve resolves any manifest, as an image of somebody else can have it. A plan is the same each time, and has
// every process that exists once.
func FuzzResolve(f *testing.F) {
	// Short ones, since the fuzzer takes its time to shorten what it finds.
	for _, seed := range []string{
		"component=[{name='ping',file='f'}]\nprocess=[{name='ping',imports={demo='component:ping'}}]",
		"component=[{name='ping',file='f'},{name='pong',file='f'}]\nprocess=[{name='ping',imports={demo='fused:pong'}},{name='pong',imports={'demo:ping'='process:ping'}}]",
		"component=[{name='blk',file='f'}]\nprocess=[{name='blk',imports={witan='kernel'},grant=[{name='d',device='virtio-blk'}]}]",
		"component=[{name='shell',file='f'}]\nprocess=[{name='shell',start='spawn',startable=['shell'],on='metal'}]",
		"endpoint=[{name='e'}]\ncomponent=[{name='talker',file='f'}]\nprocess=[{name='talker',imports={witan='kernel'},grant=[{name='e',endpoint='e',rights=['send','grant']}]}]",
	} {
		f.Add(seed, true)
	}
	f.Fuzz(func(t *testing.T, text string, metal bool) {
		m, err := manifest.Parse(manifest.Name, []byte(text))
		if err != nil {
			return
		}
		in := policy.Inputs{Metal: metal, Components: map[string]*policy.Component{}}
		for _, c := range m.Components {
			in.Components[c.Name] = new(policy.Component)
			if p := parts[c.Name]; p != nil {
				in.Components[c.Name] = p
			}
		}
		plan, err := policy.Resolve(m, in)
		if err != nil {
			return
		}
		exist := 0
		for i := range m.Processes {
			if p := &m.Processes[i]; p.Exists(metal) {
				exist++
				if plan.Process(p.Name) == nil {
					t.Errorf("%s is not in the plan", p.Name)
				}
			}
		}
		if len(plan.Processes) != exist {
			t.Errorf("the plan has %d processes, and %d exist", len(plan.Processes), exist)
		}
		again, err := policy.Resolve(m, in)
		if err != nil || policy.Report(policy.Reach(again)) != policy.Report(policy.Reach(plan)) {
			t.Errorf("the second plan differs (%v)", err)
		}
	})
}
