// Package turns measures the same work done in several ways, side by side: each way has its turn, again and
// again, so that whatever else the machine is doing slows all of them down alike. Their ratios hold where
// absolute times do not.
package turns

import (
	"fmt"
	"runtime"
	"slices"
	"time"
)

// Work does something n times. The check is a number made of the results: who does the same work gets the same
// number.
type Work func(n int) (check uint64, err error)

// Sample is what doing something a number of times took.
type Sample struct {
	Elapsed time.Duration `json:"elapsed"` // nanoseconds
	Mallocs int64         `json:"mallocs"` // heap objects that Go allocated; -1 when it is not Go who did it
	Check   uint64        `json:"check"`
	// What is left in memory, in bytes, if that is what is measured.
	Resident int64 `json:"resident,omitempty"` // of the whole process
	Heap     int64 `json:"heap,omitempty"`     // in Go's heap
}

// Subject is a [Work] that is watched.
type Subject func(n int) (Sample, error)

// Here makes a subject of work in this process.
func Here(work Work) Subject {
	return func(n int) (Sample, error) {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		start := time.Now()
		check, err := work(n)
		elapsed := time.Since(start)
		runtime.ReadMemStats(&after)
		return Sample{Elapsed: elapsed, Mallocs: int64(after.Mallocs - before.Mallocs), Check: check}, err
	}
}

// AllHere makes subjects of all works.
func AllHere(works map[string]Work) map[string]Subject {
	subjects := map[string]Subject{}
	for name, work := range works {
		subjects[name] = Here(work)
	}
	return subjects
}

// Cost is what doing something once takes.
type Cost struct {
	Median float64 `json:"median"` // nanoseconds, if it is time
	Least  float64 `json:"least"`
	Worst  float64 `json:"worst"`
	Allocs float64 `json:"allocs"` // heap objects; -1 when unknown
}

// Named is a subject and whose it is, for messages.
type Named struct {
	Name string
	Subject
}

// Plan says how long to measure. Many short turns are better than few long ones: what else wants the processor then
// falls into some of them and leaves the median alone.
type Plan struct {
	Turn   time.Duration // how long a turn is at least
	Rounds int           // how many turns each subject has
	Enough time.Duration // who has used up so much has no more turns, after a few
}

// Of makes a cost of what single samples have measured.
func Of(values []float64) Cost {
	return Cost{Median: Median(values), Least: slices.Min(values), Worst: slices.Max(values), Allocs: -1}
}

// few is how often work is done to see whether all subjects do the same, and how many turns each has at least.
const few = 5

// Measure lets the subjects take turns and returns the cost of each. Subjects that come to different results
// are an error.
func (p Plan) Measure(subjects []Named) ([]Cost, error) {
	if err := agree(subjects); err != nil {
		return nil, err
	}
	times := make([]int, len(subjects))
	for i, s := range subjects {
		n, err := p.calibrate(s)
		if err != nil {
			return nil, err
		}
		times[i] = n
	}
	seen := make([]series, len(subjects))
	for round := range p.Rounds {
		for k := range subjects {
			i := (k + round) % len(subjects) // nobody is always the one after the same other
			s := subjects[i]
			if round >= few && seen[i].spent >= p.Enough {
				continue
			}
			sample, err := s.run(times[i])
			if err != nil {
				return nil, err
			}
			seen[i].add(sample, times[i])
		}
	}
	costs := make([]Cost, len(subjects))
	for i := range seen {
		costs[i] = seen[i].cost()
	}
	return costs, nil
}

func (s Named) run(n int) (Sample, error) {
	sample, err := s.Subject(n)
	if err != nil {
		err = fmt.Errorf("%s: %w", s.Name, err)
	}
	return sample, err
}

// agree does the work a few times in each way and compares the results.
func agree(subjects []Named) error {
	var first Sample
	for i, s := range subjects {
		sample, err := s.run(few)
		if err != nil {
			return err
		}
		if i == 0 {
			first = sample
		} else if sample.Check != first.Check {
			return fmt.Errorf("%s computes %#x where %s computes %#x", s.Name, sample.Check, subjects[0].Name, first.Check)
		}
	}
	return nil
}

// calibrate finds how often a subject must do its work to fill a turn.
func (p Plan) calibrate(s Named) (int, error) {
	for n := 1; ; n *= 2 {
		sample, err := s.run(n)
		if err != nil {
			return 0, err
		}
		if sample.Elapsed >= p.Turn {
			return n, nil
		}
	}
}

// series are the turns of one subject.
type series struct {
	nanoseconds, allocs []float64
	spent               time.Duration
}

func (s *series) add(sample Sample, n int) {
	s.spent += sample.Elapsed
	s.nanoseconds = append(s.nanoseconds, float64(sample.Elapsed)/float64(n))
	if sample.Mallocs >= 0 {
		s.allocs = append(s.allocs, float64(sample.Mallocs)/float64(n))
	}
}

func (s *series) cost() Cost {
	c := Of(s.nanoseconds)
	if len(s.allocs) > 0 {
		// Whatever else runs in the process can only add to what the work itself allocates.
		c.Allocs = slices.Min(s.allocs)
	}
	return c
}

// Median returns the middle one of the values, which it sorts; of an even number, the lower one of the two.
func Median(values []float64) float64 {
	slices.Sort(values)
	return values[(len(values)-1)/2]
}
