// Bench measures Witan beside its peers: hand-written glue on plain wazero, wasmtime and jco.
//
//	go run ./bench [-run REGEXP] [-time D] [-guests DIR] [-json]
//
// Every row of the table is one kind of call or program, done by all sides in turns within this run, with the same
// guests; times are medians. On a busy machine the times mean little and the ratios still hold.
//
// The table goes to standard output, everything else to standard error. A peer that this machine can't run has no
// column, and a message says what it lacks: wasmtime needs a C compiler, jco needs node and npm. Both are
// downloaded at first.
package main

import (
	"context"
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
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// rounds is how many turns each side has in a row: enough for a median that a few disturbed turns do not move.
const rounds = 25

func run(ctx context.Context) error {
	pattern := flag.String("run", "", "measure only the rows whose `name` this regular expression matches")
	turn := flag.Duration("time", 5*time.Millisecond, "how long each of a side's turns is at least")
	dir := flag.String("guests", "", "the `directory` with the guests (default ../shared/bench-guests)")
	asJSON := flag.Bool("json", false, "print JSON instead of a table")
	flag.Parse()
	chosen, err := regexp.Compile(*pattern)
	if err != nil {
		return err
	}
	if *dir == "" {
		*dir = "../shared/bench-guests"
	}
	set, err := guests.Read(*dir)
	if err != nil {
		return err
	}
	sides, closeSides, err := openSides(ctx, set)
	if err != nil {
		return err
	}
	defer closeSides()
	t := &table{Machine: thisMachine()}
	for _, s := range sides {
		t.Sides = append(t.Sides, s.name)
	}
	plan := turns.Plan{Turn: *turn, Rounds: rounds}
	if err := t.measureCalls(ctx, plan, sides, chosen); err != nil {
		return err
	}
	if *asJSON {
		return t.writeJSON(os.Stdout)
	}
	return t.write(os.Stdout)
}
