package main

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/witan-os/witan/bench/internal/rows"
	"github.com/witan-os/witan/bench/internal/turns"
)

// table is the result of a run.
type table struct {
	Machine  string    `json:"machine"`
	Sides    []string  `json:"sides"`
	Sections []section `json:"sections"`
}

type section struct {
	Title string `json:"title"`
	Lines []line `json:"lines"`
}

// line is a row with its costs.
type line struct {
	ID    string                `json:"id"`
	What  string                `json:"what"`
	Costs map[string]turns.Cost `json:"costs"` // by side
	Aims  []verdict             `json:"aims,omitempty"`

	show func(float64) string // a cost for people
}

// verdict is an aim, and what Witan has come to.
type verdict struct {
	rows.Aim
	Is  float64 `json:"is"`
	Met bool    `json:"met"`
}

// newLine compares the costs with the aims, as far as the sides are there that they are about.
func newLine(row rows.Row, costs map[string]turns.Cost, show func(float64) string) line {
	l := line{ID: row.ID, What: row.What, Costs: costs, show: show}
	ours, ok := costs[rows.Witan]
	for _, aim := range row.Aims {
		if !ok {
			break
		}
		switch other, has := costs[aim.Of]; {
		case has:
			l.judge(aim, ours.Median/other.Median)
		case aim == rows.NoAllocs:
			l.judge(aim, math.Round(ours.Allocs))
		case aim.Of == "":
			l.judge(aim, ours.Median)
		}
	}
	return l
}

func (l *line) judge(aim rows.Aim, is float64) {
	l.Aims = append(l.Aims, verdict{aim, is, is <= aim.Most})
}

func (t *table) add(title string, lines []line) {
	if len(lines) > 0 {
		t.Sections = append(t.Sections, section{title, lines})
	}
}

func (t *table) writeJSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(t)
}

// compared are the sides of which Witan's ratio has a column of its own.
var compared = []string{rows.Hand, rows.Wasmtime}

// write prints the table for people.
func (t *table) write(out io.Writer) error {
	grid := [][]string{t.header()}
	for _, s := range t.Sections {
		grid = append(grid, nil, []string{s.Title})
		for _, l := range s.Lines {
			grid = append(grid, t.columns(l))
		}
	}
	var legend strings.Builder
	for _, l := range rows.Legend {
		if slices.Contains(t.Sides, l.Side) {
			fmt.Fprintf(&legend, "%-8s  %s\n", l.Side, l.Text)
		}
	}
	_, err := fmt.Fprintf(out, "%s\n\n%s\n%s", t.Machine, layOut(grid), legend.String())
	return err
}

// layOut aligns columns: words to the left, which are in the first and the last, and figures to the right. A line
// of one column is a title and may be as long as it likes.
func layOut(grid [][]string) string {
	width := make([]int, len(grid[0]))
	for _, columns := range grid {
		for i, text := range columns {
			if len(columns) > 1 {
				width[i] = max(width[i], utf8.RuneCountInString(text))
			}
		}
	}
	var out strings.Builder
	for _, columns := range grid {
		var line strings.Builder
		for i, text := range columns {
			padding := strings.Repeat(" ", max(0, width[i]-utf8.RuneCountInString(text)))
			switch {
			case len(columns) == 1:
				line.WriteString(text)
			case i == 0:
				line.WriteString("  " + text + padding)
			case i == len(columns)-1:
				line.WriteString("  " + text)
			default:
				line.WriteString("  " + padding + text)
			}
		}
		out.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
	return out.String()
}

func (t *table) header() []string {
	columns := append([]string{""}, t.Sides...)
	for _, of := range compared {
		columns = append(columns, "÷ "+of)
	}
	return append(columns, "allocs", "aims")
}

func (t *table) columns(l line) []string {
	columns := []string{l.What}
	for _, side := range t.Sides {
		shown := ""
		if c, ok := l.Costs[side]; ok {
			shown = l.show(c.Median)
		}
		columns = append(columns, shown)
	}
	ours, ok := l.Costs[rows.Witan]
	for _, of := range compared {
		ratio := ""
		if other, has := l.Costs[of]; ok && has && other.Median != 0 {
			ratio = figures(ours.Median / other.Median)
		}
		columns = append(columns, ratio)
	}
	allocs := ""
	if ok && ours.Allocs >= 0 {
		allocs = fmt.Sprintf("%.0f", ours.Allocs)
	}
	return append(columns, allocs, l.aims(t.Sides))
}

// aims lists what was aimed at, and which of it is missed. What no side has measured, and so has no column, stands here.
func (l *line) aims(sides []string) string {
	var list []string
	for _, v := range l.Aims {
		var text string
		switch {
		case v.Aim == rows.NoAllocs:
			text = "allocs 0"
		case v.Of == "":
			text = fmt.Sprintf("≤ %s (worst %s)", l.show(v.Most), l.show(l.Costs[rows.Witan].Worst))
		case slices.Contains(sides, v.Of):
			text = fmt.Sprintf("÷ %s ≤ %s", v.Of, figures(v.Most))
		default:
			text = fmt.Sprintf("÷ %s (%s) = %s ≤ %s", v.Of, l.show(l.Costs[v.Of].Median), figures(v.Is), figures(v.Most))
		}
		if !v.Met {
			text += " MISSED"
		}
		list = append(list, text)
	}
	return strings.Join(list, ", ")
}

// duration shows nanoseconds.
func duration(ns float64) string { return scaled(ns, 1e3, "ns", "µs", "ms", "s") }

// size shows bytes.
func size(bytes float64) string { return scaled(bytes, 1024, "B", "KiB", "MiB", "GiB") }

// scaled shows a number in the largest of the units, each step times the one before it, in which it is not below 1.
func scaled(v, step float64, units ...string) string {
	for math.Abs(v) >= step && len(units) > 1 {
		v /= step
		units = units[1:]
	}
	return figures(v) + " " + units[0]
}

// figures shows a number with three digits that count, as far as they are worth something.
func figures(v float64) string {
	switch a := math.Abs(v); {
	case a >= 100:
		return fmt.Sprintf("%.0f", v)
	case a >= 10:
		return fmt.Sprintf("%.1f", v)
	case a >= 0.1 || a == 0:
		return fmt.Sprintf("%.2f", v)
	}
	return fmt.Sprintf("%.2g", v)
}
