package main

import (
	"context"
	"fmt"
	"math"

	"github.com/witan-os/witan/bench/internal/rows"
	"github.com/witan-os/witan/bench/internal/turns"
)

// measureTurns measures calls and programs.
func (r *run) measureTurns(ctx context.Context) error {
	for _, s := range rows.Turns {
		var lines []line
		var all []map[string]turns.Cost
		for _, row := range s.Rows {
			if !r.chosen.MatchString(row.ID) {
				continue
			}
			if err := ctx.Err(); err != nil {
				return err
			}
			progress("%s", row.ID)
			costs, err := r.inTurns(row)
			if err != nil {
				return fmt.Errorf("%s: %w", row.ID, err)
			}
			if len(costs) == 0 {
				continue // these guests have no such function
			}
			all = append(all, costs)
			lines = append(lines, newLine(row, costs, duration))
		}
		if s.Mean != nil && len(all) == len(s.Rows) {
			lines = append(lines, newLine(*s.Mean, geometricMean(all), duration))
		}
		r.table.add(s.Title, lines)
	}
	return nil
}

// inTurns measures a row with all sides that have it, and Witan in the other ways that aims are about.
func (r *run) inTurns(row rows.Row) (map[string]turns.Cost, error) {
	var subjects []turns.Named
	for _, s := range r.sides.list {
		if subject, ok := s.subjects[row.ID]; ok {
			subjects = append(subjects, turns.Named{Name: s.name, Subject: subject})
		}
		for _, aim := range row.Aims {
			if subject, ok := s.subjects[rows.Otherwise(row.ID, aim.Of)]; ok && s.name == rows.Witan {
				subjects = append(subjects, turns.Named{Name: aim.Of, Subject: subject})
			}
		}
	}
	costs, err := r.plan.Measure(subjects)
	if err != nil {
		return nil, err
	}
	bySide := map[string]turns.Cost{}
	for i, c := range costs {
		bySide[subjects[i].Name] = c
	}
	return bySide, nil
}

// geometricMean is the mean of all costs, for the sides that have each of them. The ratio of two such means is the
// mean of the ratios.
func geometricMean(all []map[string]turns.Cost) map[string]turns.Cost {
	sums, counts := map[string]float64{}, map[string]int{}
	for _, costs := range all {
		for side, c := range costs {
			sums[side] += math.Log(c.Median)
			counts[side]++
		}
	}
	means := map[string]turns.Cost{}
	for side, n := range counts {
		if n == len(all) {
			means[side] = turns.Of([]float64{math.Exp(sums[side] / float64(n))})
		}
	}
	return means
}
