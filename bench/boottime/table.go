package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"text/tabwriter"
	"time"
)

// column is an image and its boots.
type column struct {
	name, file string
	boots      []booted
}

// machineStage is all that is before the loader.
const machineStage = "machine"

// write writes what each stage took in the fastest boot of each image, in milliseconds.
func write(out io.Writer, columns []column) error {
	t := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprint(t, "ms\t")
	var stages []string
	for _, c := range columns {
		slices.SortFunc(c.boots, func(a, b booted) int { return cmp.Compare(a.total, b.total) })
		fmt.Fprintf(t, "%s\t", c.name)
		for _, s := range c.boots[0].spans() {
			if !slices.Contains(stages, s.stage) {
				stages = append(stages, s.stage)
			}
		}
	}
	fmt.Fprintln(t)
	row := func(name string, of func(c *column) time.Duration) {
		fmt.Fprintf(t, "%s\t", name)
		for i := range columns {
			fmt.Fprintf(t, "%.1f\t", float64(of(&columns[i]))/float64(time.Millisecond))
		}
		fmt.Fprintln(t)
	}
	for _, stage := range stages {
		row(stage, func(c *column) time.Duration { return c.boots[0].span(stage) })
	}
	row("all", func(c *column) time.Duration { return c.boots[0].total })
	row("median", func(c *column) time.Duration { return c.boots[len(c.boots)/2].total })
	return t.Flush()
}

// spans are how long each stage took. What it took until the log was read belongs to the machine, too.
func (b booted) spans() []timed {
	spans, before := []timed{{machineStage, b.total - b.stages[len(b.stages)-1].at}}, time.Duration(0)
	for _, s := range b.stages {
		spans, before = append(spans, timed{s.stage, s.at - before}), s.at
	}
	return spans
}

// span is how long a stage took; 0 for one that there was not.
func (b booted) span(stage string) time.Duration {
	for _, s := range b.spans() {
		if s.stage == stage {
			return s.at
		}
	}
	return 0
}
