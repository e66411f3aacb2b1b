package main

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"time"

	"github.com/witan-os/witan/bench/internal/guests"
	"github.com/witan-os/witan/bench/internal/peer"
	"github.com/witan-os/witan/bench/internal/rows"
	"github.com/witan-os/witan/bench/internal/turns"
	"github.com/witan-os/witan/runtime/vm"
)

// endlessRounds is how often each program is run and stopped.
const endlessRounds = 15

// measureEndless measures what programs that never end do to the process they are in.
func (r *run) measureEndless(ctx context.Context) error {
	limit := []rows.Aim{{Most: rows.EndlessLimit}}
	all := []rows.Row{{ID: rows.EndlessIdle, What: "no program: runtime.GC()"}}
	for _, name := range guests.EndlessFuncs {
		all = append(all,
			rows.Row{ID: rows.EndlessGC(name), What: name + ": runtime.GC() while it runs", Aims: limit},
			rows.Row{ID: rows.EndlessCancel(name), What: name + ": end of it after cancelling", Aims: limit})
	}
	chosen := slices.DeleteFunc(all, func(row rows.Row) bool { return !r.chosen.MatchString(row.ID) })
	if len(chosen) == 0 {
		return nil
	}
	command, err := ownCommand(serveEndless, r.dir)
	if err != nil {
		return err
	}
	p, err := start(ctx, command)
	if err != nil {
		return err
	}
	lines, err := endlessLines(ctx, p, chosen)
	r.table.add("programs that never end", lines)
	return errors.Join(err, p.Close())
}

func endlessLines(ctx context.Context, p *peer.Peer, chosen []rows.Row) ([]line, error) {
	var lines []line
	for _, row := range chosen {
		progress("%s", row.ID)
		times := make([]float64, endlessRounds)
		for i := range times {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			sample, err := p.Subjects()[row.ID](1)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", row.ID, err)
			}
			times[i] = float64(sample.Elapsed)
		}
		lines = append(lines, newLine(row, map[string]turns.Cost{rows.Witan: turns.Of(times)}, duration))
	}
	return lines, nil
}

// endless are the subjects, which bench serves to itself. They take one sample, whatever n is.
func endless(ctx context.Context, v *vm.VM) (map[string]turns.Subject, error) {
	c, err := v.Compile(ctx, "endless", guests.Endless())
	if err != nil {
		return nil, err
	}
	subjects := map[string]turns.Subject{}
	subjects[rows.EndlessIdle] = func(int) (turns.Sample, error) {
		runtime.GC()
		time.Sleep(warm)
		return timeGC(), nil
	}
	for _, name := range guests.EndlessFuncs {
		subjects[rows.EndlessGC(name)] = func(int) (turns.Sample, error) {
			e, err := startEndless(ctx, c, name)
			if err != nil {
				return turns.Sample{}, err
			}
			sample := timeGC()
			_, err = e.stop(ctx)
			return sample, err
		}
		subjects[rows.EndlessCancel(name)] = func(int) (turns.Sample, error) {
			e, err := startEndless(ctx, c, name)
			if err != nil {
				return turns.Sample{}, err
			}
			took, err := e.stop(ctx)
			return turns.Sample{Elapsed: took, Mallocs: -1}, err
		}
	}
	return subjects, nil
}

// timeGC collects garbage.
func timeGC() turns.Sample {
	start := time.Now()
	runtime.GC()
	return turns.Sample{Elapsed: time.Since(start), Mallocs: -1}
}

// endlessCall is the call of a program that never ends.
type endlessCall struct {
	instance *vm.Instance
	cancel   context.CancelFunc
	ended    chan ending
}

type ending struct {
	at  time.Time
	err error
}

// warm is how long a program runs before it is measured: then its memory has been touched.
const warm = 20 * time.Millisecond

func startEndless(ctx context.Context, c *vm.Component, name string) (*endlessCall, error) {
	i, err := c.Instantiate(ctx, vm.Options{})
	if err != nil {
		return nil, err
	}
	runtime.GC() // what is measured is not to clear up after the one before
	running, cancel := context.WithCancel(ctx)
	e := &endlessCall{i, cancel, make(chan ending, 1)}
	go func() {
		_, err := i.Call(running, "", name, uint32(1))
		e.ended <- ending{time.Now(), err}
	}()
	time.Sleep(warm)
	return e, nil
}

// stop cancels the call and returns how long that took.
func (e *endlessCall) stop(ctx context.Context) (time.Duration, error) {
	start := time.Now()
	e.cancel()
	end := <-e.ended
	if !errors.Is(end.err, context.Canceled) {
		return 0, fmt.Errorf("the program ended with %v instead of being cancelled", end.err)
	}
	return end.at.Sub(start), e.instance.Close(ctx)
}
