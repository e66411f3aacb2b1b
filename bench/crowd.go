package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/witan-os/witan/bench/internal/rows"
	"github.com/witan-os/witan/bench/internal/turns"
)

// crowdRounds is how often a crowd is made, each time in a new process.
const crowdRounds = 5

// measureCrowds measures many instances of one component at a time.
func (r *run) measureCrowds(ctx context.Context) error {
	var lines []line
	for _, of := range []struct{ row, what string }{
		{rows.CrowdSmall, "component with one page of memory"},
		{rows.CrowdCallee, "the callee of the calls above"},
	} {
		if !r.chosen.MatchString(of.row) {
			continue
		}
		progress("%s", of.row)
		costs, err := r.measureCrowd(ctx, of.row)
		if err != nil {
			return fmt.Errorf("%s: %w", of.row, err)
		}
		lines = append(lines,
			newLine(rows.Row{ID: of.row + "/time", What: of.what + ": time to instantiate"}, costs.time, duration),
			newLine(rows.Row{ID: of.row + "/resident", What: of.what + ": memory of the process"}, costs.resident, size),
			newLine(rows.Row{ID: of.row + "/heap", What: of.what + ": Go's heap within"}, costs.heap, size))
	}
	r.table.add(fmt.Sprintf("one of %d instances", rows.CrowdSize), lines)
	return nil
}

// crowdCosts are the costs of one instance, by side.
type crowdCosts struct{ time, resident, heap map[string]turns.Cost }

func (r *run) measureCrowd(ctx context.Context, row string) (*crowdCosts, error) {
	samples := map[string][]turns.Sample{}
	for range crowdRounds {
		for _, s := range r.sides.list {
			if s.crowd == nil {
				continue
			}
			sample, err := makeCrowd(ctx, s.crowd, row)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", s.name, err)
			}
			samples[s.name] = append(samples[s.name], sample)
		}
	}
	costs := &crowdCosts{map[string]turns.Cost{}, map[string]turns.Cost{}, map[string]turns.Cost{}}
	for name, list := range samples {
		costs.time[name] = eachOf(list, func(s turns.Sample) int64 { return int64(s.Elapsed) })
		costs.resident[name] = eachOf(list, func(s turns.Sample) int64 { return s.Resident })
		costs.heap[name] = eachOf(list, func(s turns.Sample) int64 { return s.Heap })
	}
	return costs, nil
}

// makeCrowd makes a crowd in a process that ends with it.
func makeCrowd(ctx context.Context, command []string, row string) (turns.Sample, error) {
	p, err := start(ctx, command)
	if err != nil {
		return turns.Sample{}, err
	}
	subject, ok := p.Subjects()[row]
	if !ok {
		return turns.Sample{}, errors.Join(errors.New("it makes no such crowd"), p.Close())
	}
	sample, err := subject(rows.CrowdSize)
	return sample, errors.Join(err, p.Close())
}

// eachOf is the cost of one of a crowd.
func eachOf(samples []turns.Sample, of func(turns.Sample) int64) turns.Cost {
	values := make([]float64, len(samples))
	for i, s := range samples {
		values[i] = float64(of(s)) / rows.CrowdSize
	}
	return turns.Of(values)
}
