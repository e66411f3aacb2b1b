// Bench measures what crossing a boundary costs, side by side with code written by hand for plain wazero.
//
//	go run ./bench
//
// Both sides of a row are measured in one run, in turns, so that a busy machine slows both down. The table
// shows medians; the ratio is what counts.
package main

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"slices"
	"text/tabwriter"
	"time"
)

func main() {
	if err := run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// subject is one way of doing something: it does it n times.
type subject struct {
	name string
	do   func(n int) error
}

// row compares Witan's way with another one.
type row struct {
	what        string
	ours, other subject
}

const (
	rounds  = 41
	perTurn = 5 * time.Millisecond
)

func run(ctx context.Context) error {
	rows, err := hostCalls(ctx)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "%s/%s, %d CPUs, %s\n\n", runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), runtime.Version())
	fmt.Fprintln(w, "what\tours\tns\tallocs\tother\tns\tallocs\tratio")
	for _, r := range rows {
		ours, other, err := compare(r.ours, r.other)
		if err != nil {
			return fmt.Errorf("%s: %w", r.what, err)
		}
		fmt.Fprintf(w, "%s\t%s\t%.1f\t%.0f\t%s\t%.1f\t%.0f\t%.2f\n",
			r.what, r.ours.name, ours.ns, ours.allocs, r.other.name, other.ns, other.allocs, ours.ns/other.ns)
	}
	return w.Flush()
}

// cost is what doing something once takes.
type cost struct{ ns, allocs float64 }

// compare measures two subjects in turns and takes each one's median.
func compare(a, b subject) (cost, cost, error) {
	na, err := calibrate(a)
	if err != nil {
		return cost{}, cost{}, err
	}
	nb, err := calibrate(b)
	if err != nil {
		return cost{}, cost{}, err
	}
	var ta, tb []cost
	for range rounds {
		ca, err := measure(a, na)
		if err != nil {
			return cost{}, cost{}, err
		}
		cb, err := measure(b, nb)
		if err != nil {
			return cost{}, cost{}, err
		}
		ta, tb = append(ta, ca), append(tb, cb)
	}
	return median(ta), median(tb), nil
}

// calibrate finds how often a subject must run to fill its turn.
func calibrate(s subject) (int, error) {
	for n := 1; ; n *= 2 {
		start := time.Now()
		if err := s.do(n); err != nil {
			return 0, fmt.Errorf("%s: %w", s.name, err)
		}
		if time.Since(start) >= perTurn {
			return n, nil
		}
	}
}

func measure(s subject, n int) (cost, error) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start := time.Now()
	err := s.do(n)
	took := time.Since(start)
	runtime.ReadMemStats(&after)
	return cost{float64(took.Nanoseconds()) / float64(n), float64((after.Mallocs - before.Mallocs) / uint64(n))}, err
}

func median(costs []cost) cost {
	slices.SortFunc(costs, func(a, b cost) int { return int(a.ns*1000) - int(b.ns*1000) })
	return costs[len(costs)/2]
}
