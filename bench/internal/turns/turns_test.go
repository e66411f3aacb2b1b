package turns_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/witan-os/witan/bench/internal/turns"
)

// scripted is a subject whose nth repetition takes what its script says for the turn, again from the start when it
// has run out.
func scripted(check uint64, each ...time.Duration) turns.Subject {
	turn := 0
	return func(n int) (turns.Sample, error) {
		per := each[turn%len(each)]
		turn++
		return turns.Sample{Elapsed: time.Duration(n) * per, Mallocs: int64(3*n + turn), Check: check}, nil
	}
}

func TestMeasureTakesMedians(t *testing.T) {
	plan := turns.Plan{Turn: 100, Rounds: 9, Enough: time.Hour}
	costs, err := plan.Measure([]turns.Named{
		{Name: "steady", Subject: scripted(1, 10)},
		{Name: "disturbed", Subject: scripted(1, 20, 20, 1000)},
	})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []float64{10, 20} {
		if c := costs[i]; c.Median != want || c.Least != want || c.Allocs < 3 || c.Allocs >= 6 {
			t.Errorf("cost %d: %+v, want %v and between 3 and 6 allocations", i, c, want)
		}
	}
	if costs[1].Worst != 1000 {
		t.Errorf("the worst turn took %v", costs[1].Worst)
	}
}

func TestTurnsAreInterleavedAndFilled(t *testing.T) {
	var order []string
	named := func(name string, each time.Duration) turns.Named {
		return turns.Named{Name: name, Subject: func(n int) (turns.Sample, error) {
			if elapsed := time.Duration(n) * each; elapsed >= 50 {
				order = append(order, name)
			}
			return turns.Sample{Elapsed: time.Duration(n) * each}, nil
		}}
	}
	if _, err := (turns.Plan{Turn: 50, Rounds: 2, Enough: time.Hour}).Measure([]turns.Named{named("a", 1), named("b", 7)}); err != nil {
		t.Fatal(err)
	}
	if want := []string{"a", "b", "a", "b", "b", "a"}; !slices.Equal(order, want) { // the first of each is the calibration
		t.Errorf("full turns: %v, want %v", order, want)
	}
}

func TestTheSlowHaveFewerTurns(t *testing.T) {
	taken := 0
	count := func(n int) (turns.Sample, error) {
		taken++
		return turns.Sample{Elapsed: time.Duration(n) * time.Second}, nil
	}
	plan := turns.Plan{Turn: 1, Rounds: 100, Enough: 8 * time.Second}
	if _, err := plan.Measure([]turns.Named{{Name: "slow", Subject: count}}); err != nil {
		t.Fatal(err)
	}
	if want := 8 + 2; taken != want { // two to compare and to calibrate
		t.Errorf("it had %d turns, want %d", taken, want)
	}
}

func TestMeasureRefusesDifferentResults(t *testing.T) {
	_, err := turns.Plan{Turn: 1, Rounds: 1}.Measure([]turns.Named{
		{Name: "right", Subject: scripted(1, 1)},
		{Name: "wrong", Subject: scripted(2, 1)},
	})
	if err == nil || !strings.Contains(err.Error(), "wrong computes 0x2 where right computes 0x1") {
		t.Errorf("error %v", err)
	}
}

func TestMeasureSaysWhoFailed(t *testing.T) {
	broken := errors.New("broken")
	_, err := turns.Plan{Turn: 1, Rounds: 1}.Measure([]turns.Named{
		{Name: "lame", Subject: func(int) (turns.Sample, error) { return turns.Sample{}, broken }},
	})
	if !errors.Is(err, broken) || !strings.HasPrefix(err.Error(), "lame: ") {
		t.Errorf("error %v", err)
	}
}

var sink []byte

func TestHereCountsAllocations(t *testing.T) {
	sample, err := turns.Here(func(n int) (uint64, error) {
		for range n {
			sink = make([]byte, 100)
		}
		return 7, nil
	})(1000)
	if err != nil || sample.Mallocs < 1000 || sample.Mallocs > 1100 || sample.Check != 7 || sample.Elapsed <= 0 {
		t.Errorf("%+v, %v", sample, err)
	}
}
