package main

import (
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/witan-os/witan/bench/internal/guests"
	"github.com/witan-os/witan/bench/internal/rows"
	"github.com/witan-os/witan/bench/internal/turns"
)

// TestSidesAgree does the work of every row a few times on each side that needs nothing but this repository.
func TestSidesAgree(t *testing.T) {
	all := &sides{}
	left := map[string]bool{}
	for name, open := range ownWorks {
		works, err := open(t.Context(), guests.BuiltIn())
		if err != nil {
			t.Fatal(err)
		}
		all.list = append(all.list, &side{name: name, subjects: turns.AllHere(works)})
		for row := range works {
			left[row] = true
		}
	}
	r := run{plan: turns.Plan{Turn: time.Microsecond, Rounds: 1}, sides: all}
	for _, s := range rows.Turns {
		for _, row := range s.Rows {
			if !left[row.ID] {
				if row.ID != rows.ExportMethod && row.ID != rows.CrossBorrow { // the built-in guests have no resources
					t.Errorf("nobody measures %s", row.ID)
				}
				continue
			}
			delete(left, row.ID)
			for _, aim := range row.Aims {
				delete(left, rows.Otherwise(row.ID, aim.Of))
			}
			if _, err := r.inTurns(row); err != nil {
				t.Errorf("%s: %v", row.ID, err)
			}
		}
	}
	if len(left) != 0 {
		t.Errorf("measured, but in no row: %v", slices.Sorted(maps.Keys(left)))
	}
}
