package overlay

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"
)

// TestEntriesAreLikeMap compares entries with a plain map, and listings under change
// with what a listing promises.
func TestEntriesAreLikeMap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var e entries
		model := map[string]*inode{}
		name := rapid.Custom(func(t *rapid.T) string {
			return fmt.Sprint("n", rapid.IntRange(0, 60).Draw(t, "name"))
		})

		// A listing in progress: where it is, what it has seen, and what has been
		// there since it began.
		var seq uint64
		seen, always := map[string]bool{}, map[string]bool{}
		step := func(t *rapid.T) bool {
			x := e.after(seq)
			if x == nil {
				return false
			}
			if model[x.name] != x.inode || x.inode == nil {
				t.Fatalf("%q is listed and is not there", x.name)
			}
			if seen[x.name] && always[x.name] {
				t.Fatalf("%q is listed twice", x.name)
			}
			seen[x.name] = true
			seq = x.seq + 1
			return true
		}
		t.Repeat(map[string]func(*rapid.T){
			"set": func(t *rapid.T) {
				name, n := name.Draw(t, "name"), &inode{}
				e.set(name, n)
				model[name] = n
			},
			"remove": func(t *rapid.T) {
				name := name.Draw(t, "name")
				if model[name] == nil {
					t.Skip("not there")
				}
				e.remove(name)
				delete(model, name)
				delete(always, name)
			},
			"next": func(t *rapid.T) { step(t) },
			"restart": func(t *rapid.T) {
				for step(t) {
				}
				for name := range always {
					if !seen[name] {
						t.Fatalf("%q, there all the time, is not listed", name)
					}
				}
				seq = 0
				clear(seen)
				clear(always)
				for name := range model {
					always[name] = true
				}
			},
			"": func(t *rapid.T) {
				if e.len() != len(model) {
					t.Fatalf("%d entries, want %d", e.len(), len(model))
				}
				for name, n := range model {
					if e.lookup(name) != n {
						t.Fatalf("%q leads elsewhere", name)
					}
				}
				if limit := max(compactFrom, 2*len(model)+1); len(e.order) > limit {
					t.Fatalf("%d slots for %d entries", len(e.order), len(model))
				}
			},
		})
	})
}
