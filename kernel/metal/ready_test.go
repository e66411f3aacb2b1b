package metal

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestReadyQueuesModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := new(readyQueues)
		model := make([][]int, 4)
		count := 0
		cpu := rapid.IntRange(0, len(model)-1)
		t.Repeat(map[string]func(*rapid.T){
			"": func(t *rapid.T) {
				if r.waiting != count {
					t.Fatalf("%d are waiting, want %d", r.waiting, count)
				}
			},
			"push": func(t *rapid.T) {
				id := rapid.IntRange(1, 30).Draw(t, "thread")
				for _, q := range model {
					if slices.Contains(q, id) {
						return
					}
				}
				c := cpu.Draw(t, "cpu")
				r.push(c, id)
				model[c] = append(model[c], id)
				count++
			},
			"take": func(t *rapid.T) {
				c := cpu.Draw(t, "cpu")
				spared := cpuSet(rapid.IntRange(0, 15).Draw(t, "spared"))
				got := r.take(c, spared)
				others := 0
				for i, q := range model {
					if i != c && !spared.has(i) {
						others += len(q)
					}
				}
				if len(model[c])+others == 0 {
					if got != noThread {
						t.Fatalf("took %d out of nothing", got)
					}
					return
				}
				from := c
				if len(model[c]) == 0 {
					from = slices.IndexFunc(model, func(q []int) bool { return len(q) > 0 && q[0] == got })
					if from < 0 {
						t.Fatalf("took %d, which is first in no queue of %v", got, model)
					}
					for i, q := range model {
						if len(q) > len(model[from]) && !spared.has(i) || spared.has(from) {
							t.Fatalf("took %d from a queue of %d where one has %d", got, len(model[from]), len(q))
						}
					}
				}
				if model[from][0] != got {
					t.Fatalf("took %d, want %d", got, model[from][0])
				}
				model[from] = model[from][1:]
				count--
			},
		})
	})
}

func TestChooseCPU(t *testing.T) {
	for _, row := range []struct {
		name             string
		idle             cpuSet
		last, here, want int
	}{
		{"last is idle", 0b0110, 2, 1, 2},
		{"here is idle", 0b0110, 3, 1, 1},
		{"another is idle", 0b1000, 0, 1, 3},
		{"the lowest of several", 0b1100, 0, 1, 2},
		{"none is idle", 0, 2, 1, 2},
		{"the highest", 1 << (maxCPUs - 1), 0, 1, maxCPUs - 1},
	} {
		if got := row.idle.choose(row.last, row.here); got != row.want {
			t.Errorf("%s: CPU %d, want %d", row.name, got, row.want)
		}
	}
}

func TestCPUSet(t *testing.T) {
	s := cpuSet(0).with(3, true).with(maxCPUs-1, true).with(3, true)
	if !s.has(3) || !s.has(maxCPUs-1) || s.has(0) {
		t.Errorf("set %b", s)
	}
	if s = s.with(3, false).with(0, false); s.has(3) || !s.has(maxCPUs-1) {
		t.Errorf("set %b", s)
	}
}
