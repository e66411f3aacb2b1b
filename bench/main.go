// Bench measures Witan beside its peers: hand-written glue on plain wazero, wasmtime and jco.
//
//	go run ./bench [-run REGEXP] [-time D] [-guests DIR] [-json]
//
// Every row of the table is one kind of call or program, done by all sides in turns within this run, with the same
// guests; the figures are medians. On a busy machine times mean little, and ratios still hold.
//
// The table goes to standard output, everything else to standard error. A peer that this machine can't run has no
// column, and a message says what it lacks: wasmtime needs a C compiler, jco needs node and npm. Both are
// downloaded at first.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"regexp"
	"time"

	"github.com/witan-os/witan/bench/internal/guests"
	"github.com/witan-os/witan/bench/internal/turns"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := bench(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// How many turns each side has in a row: enough for a median that disturbed turns do not move, unless the turns are
// so long that the row would take too much time.
const (
	rounds = 151
	enough = 600 * time.Millisecond
)

// sharedGuests is where guests that others measure as well are put, beside the repository.
const sharedGuests = "../shared/bench-guests"

func bench(ctx context.Context) error {
	pattern := flag.String("run", "", "measure only the rows whose `name` this regular expression matches")
	turn := flag.Duration("time", time.Millisecond, "how long each turn of a side is at least")
	from := flag.String("guests", "", "the `directory` of the guests (default "+sharedGuests+", or else the built-in ones)")
	asJSON := flag.Bool("json", false, "print JSON instead of a table")
	serving := flag.String("serve", "", "be a peer of another bench: serve the subjects of a `side`, or crowd, or endless")
	flag.Parse()
	chosen, err := regexp.Compile(*pattern)
	if err != nil {
		return err
	}
	set, err := readGuests(*from)
	if err != nil {
		return err
	}
	if *serving != "" {
		return serve(ctx, *serving, set)
	}
	r := &run{chosen: chosen, plan: turns.Plan{Turn: *turn, Rounds: rounds, Enough: enough}}
	if err := r.measure(ctx, set); err != nil {
		return err
	}
	if *asJSON {
		return r.table.writeJSON(os.Stdout)
	}
	return r.table.write(os.Stdout)
}

func readGuests(dir string) (*guests.Set, error) {
	if dir != "" {
		return guests.Read(dir)
	}
	set, err := guests.Read(sharedGuests)
	if errors.Is(err, os.ErrNotExist) {
		progress("there is no %s; measuring the built-in guests", sharedGuests)
		return guests.BuiltIn(), nil
	}
	return set, err
}

// run is one run of the benchmark.
type run struct {
	chosen *regexp.Regexp // the rows that are measured
	plan   turns.Plan
	dir    string // has the guests, for other processes
	sides  *sides
	table  table
}

// measure fills the table.
func (r *run) measure(ctx context.Context, set *guests.Set) (err error) {
	if r.dir, err = os.MkdirTemp("", "witan-bench-"); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(r.dir)) }()
	if err := set.Write(r.dir); err != nil {
		return err
	}
	if r.sides, err = openSides(ctx, r.dir); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.sides.close()) }()
	r.table.Machine = thisMachine()
	for _, s := range r.sides.list {
		r.table.Sides = append(r.table.Sides, s.name)
	}
	for _, part := range []func(context.Context) error{r.measureTurns, r.measureEndless, r.measureCrowds} {
		if err := part(ctx); err != nil {
			return err
		}
	}
	return nil
}
