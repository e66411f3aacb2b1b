package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"regexp"
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
	ID    string          `json:"id"`
	What  string          `json:"what"`
	Cells map[string]cell `json:"cells"` // by side
	Aims  []verdict       `json:"aims,omitempty"`
}

// cell is what a row costs a side.
type cell struct {
	Median float64 `json:"median"` // nanoseconds
	Least  float64 `json:"least"`
	Allocs float64 `json:"allocs"` // -1 when unknown
}

// verdict is an aim, and how near Witan has come.
type verdict struct {
	Of    string  `json:"of"`
	Most  float64 `json:"most"`
	Ratio float64 `json:"ratio"`
	Met   bool    `json:"met"`
}

// measureCalls measures the rows about calls whose names are chosen.
func (t *table) measureCalls(ctx context.Context, plan turns.Plan, sides []*side, chosen *regexp.Regexp) error {
	for _, s := range rows.Calls {
		var lines []line
		for _, row := range s.Rows {
			if !chosen.MatchString(row.ID) {
				continue
			}
			if err := ctx.Err(); err != nil {
				return err
			}
			l, err := measureRow(plan, sides, row)
			if err != nil {
				return fmt.Errorf("%s: %w", row.ID, err)
			}
			lines = append(lines, l)
		}
		t.add(s.Title, lines)
	}
	return nil
}

func measureRow(plan turns.Plan, sides []*side, row rows.Row) (line, error) {
	fmt.Fprintf(os.Stderr, "bench: %s\n", row.ID)
	var subjects []turns.Named
	for _, s := range sides {
		if subject, ok := s.subjects[row.ID]; ok {
			subjects = append(subjects, turns.Named{Name: s.name, Subject: subject})
		}
	}
	costs, err := plan.Measure(subjects)
	if err != nil {
		return line{}, err
	}
	l := line{ID: row.ID, What: row.What, Cells: map[string]cell{}}
	for i, c := range costs {
		l.Cells[subjects[i].Name] = cell(c)
	}
	l.judge(row.Aims)
	return l, nil
}

// judge compares with the aims, where both sides have been measured.
func (l *line) judge(aims []rows.Aim) {
	ours, ok := l.Cells[rows.Witan]
	for _, aim := range aims {
		if other, has := l.Cells[aim.Of]; ok && has {
			ratio := ours.Median / other.Median
			l.Aims = append(l.Aims, verdict{aim.Of, aim.Most, ratio, ratio <= aim.Most})
		}
	}
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
	_, err := fmt.Fprintf(out, "%s\n\n%s", t.Machine, layOut(grid))
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
	columns := append([]string{"one call"}, t.Sides...)
	for _, of := range compared {
		columns = append(columns, "÷ "+of)
	}
	return append(columns, "allocs", "aims")
}

func (t *table) columns(l line) []string {
	columns := []string{l.What}
	for _, side := range t.Sides {
		columns = append(columns, l.time(side))
	}
	ours, ok := l.Cells[rows.Witan]
	for _, of := range compared {
		other, has := l.Cells[of]
		if ok && has {
			columns = append(columns, fmt.Sprintf("%.3g", ours.Median/other.Median))
		} else {
			columns = append(columns, "")
		}
	}
	allocs := ""
	if ok {
		allocs = fmt.Sprintf("%.0f", ours.Allocs)
	}
	return append(columns, allocs, l.aims())
}

func (l *line) time(side string) string {
	c, ok := l.Cells[side]
	if !ok {
		return ""
	}
	return duration(c.Median)
}

// aims lists what was aimed at, and which of it is missed.
func (l *line) aims() string {
	var list []string
	for _, v := range l.Aims {
		text := fmt.Sprintf("÷ %s ≤ %.3g", v.Of, v.Most)
		if !v.Met {
			text += " MISSED"
		}
		list = append(list, text)
	}
	return strings.Join(list, ", ")
}

// duration shows nanoseconds with three digits and a unit.
func duration(ns float64) string {
	switch {
	case ns < 1e3:
		return fmt.Sprintf("%.3g ns", ns)
	case ns < 1e6:
		return fmt.Sprintf("%.3g µs", ns/1e3)
	}
	return fmt.Sprintf("%.3g ms", ns/1e6)
}
