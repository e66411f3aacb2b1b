// Package linediff shows how two texts differ, line by line, in the unified format that patch and reviewers
// read. It finds a shortest edit, and gives up on that where texts have little in common: then a part is
// replaced as a whole.
package linediff

import (
	"fmt"
	"strings"
)

const (
	context  = 3    // equal lines around a change
	maxEdits = 1000 // to search for; memory and time grow with the square of it
)

// Unified returns what turns old into new, and nothing if they are equal. The names are for its first two
// lines.
func Unified(oldName, oldText, newName, newText string) string {
	if oldText == newText {
		return ""
	}
	a, b := splitLines(oldText), splitLines(newText)
	var out strings.Builder
	fmt.Fprintf(&out, "--- %s\n+++ %s\n", oldName, newName)
	changes := compare(a, b)
	for len(changes) > 0 {
		n := 1 // changes in this hunk: those whose contexts touch
		for n < len(changes) && changes[n].oldFrom-changes[n-1].oldTo <= 2*context {
			n++
		}
		writeHunk(&out, a, b, changes[:n])
		changes = changes[n:]
	}
	return out.String()
}

// splitLines cuts behind each line feed.
func splitLines(text string) []string {
	lines := strings.SplitAfter(text, "\n")
	if lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	return lines
}

// change replaces lines of the old text by lines of the new one.
type change struct {
	oldFrom, oldTo int
	newFrom, newTo int
}

func writeHunk(out *strings.Builder, a, b []string, changes []change) {
	first, last := changes[0], changes[len(changes)-1]
	lead := min(context, first.oldFrom)
	tail := min(context, len(a)-last.oldTo)
	from, to := first.oldFrom-lead, last.oldTo+tail
	fmt.Fprintf(out, "@@ -%s +%s @@\n",
		lineRange(from, to), lineRange(first.newFrom-lead, last.newTo+tail))
	for _, c := range changes {
		writeLines(out, ' ', a[from:c.oldFrom])
		writeLines(out, '-', a[c.oldFrom:c.oldTo])
		writeLines(out, '+', b[c.newFrom:c.newTo])
		from = c.oldTo
	}
	writeLines(out, ' ', a[from:to])
}

// lineRange is how a hunk says which lines it is about. An empty range is named by the line before it.
func lineRange(from, to int) string {
	switch to - from {
	case 0:
		return fmt.Sprintf("%d,0", from)
	case 1:
		return fmt.Sprint(from + 1)
	}
	return fmt.Sprintf("%d,%d", from+1, to-from)
}

func writeLines(out *strings.Builder, mark byte, lines []string) {
	for _, line := range lines {
		out.WriteByte(mark)
		out.WriteString(line)
		if !strings.HasSuffix(line, "\n") {
			out.WriteString("\n\\ No newline at end of file\n")
		}
	}
}

// compare returns the changes between two texts, in order, with at least one equal line between them.
func compare(a, b []string) []change {
	start := 0
	for start < len(a) && start < len(b) && a[start] == b[start] {
		start++
	}
	endA, endB := len(a), len(b)
	for endA > start && endB > start && a[endA-1] == b[endB-1] {
		endA--
		endB--
	}
	changes, ok := shortest(a[start:endA], b[start:endB])
	if !ok {
		changes = []change{{0, endA - start, 0, endB - start}}
	}
	for i := range changes {
		c := &changes[i]
		c.oldFrom, c.oldTo, c.newFrom, c.newTo = c.oldFrom+start, c.oldTo+start, c.newFrom+start, c.newTo+start
	}
	return changes
}

// shortest finds a shortest edit, as Myers describes it in "An O(ND) Difference Algorithm and Its
// Variations": of the paths with d edits it keeps, for each diagonal x-y, the one that has come furthest.
// It reports false if there are too many edits.
func shortest(a, b []string) ([]change, bool) {
	var rounds [][]int // before each round: the furthest x on the diagonals -d to d
	furthest := map[int]int{1: 0}
	for d := 0; d <= min(len(a)+len(b), maxEdits); d++ {
		round := make([]int, 2*d+1)
		for k := -d; k <= d; k += 2 {
			x := furthest[k+1] // down: a line of b is added
			if k != -d && (k == d || furthest[k-1] >= x) {
				x = furthest[k-1] + 1 // right: a line of a is removed
			}
			for x < len(a) && x-k < len(b) && a[x] == b[x-k] {
				x++
			}
			furthest[k], round[k+d] = x, x
			if x >= len(a) && x-k >= len(b) {
				return backtrack(len(a), len(b), rounds), true
			}
		}
		rounds = append(rounds, round)
	}
	return nil, false
}

// backtrack follows the path that shortest has found from its end to its beginning.
func backtrack(x, y int, rounds [][]int) []change {
	var reversed []change
	for d := len(rounds); d > 0; d-- {
		before := rounds[d-1]
		at := func(k int) int {
			if k < -(d-1) || k > d-1 {
				return -1
			}
			return before[k+d-1]
		}
		k := x - y
		edit := change{}
		if k == -d || k != d && at(k-1) < at(k+1) {
			fromX := at(k + 1)
			fromY := fromX - (k + 1)
			edit = change{fromX, fromX, fromY, fromY + 1}
			x, y = fromX, fromY
		} else {
			fromX := at(k - 1)
			fromY := fromX - (k - 1)
			edit = change{fromX, fromX + 1, fromY, fromY}
			x, y = fromX, fromY
		}
		reversed = append(reversed, edit)
	}
	return join(reversed)
}

// join puts single edits, the last one first, in order, and those that touch into one.
func join(reversed []change) []change {
	var out []change
	for i := len(reversed) - 1; i >= 0; i-- {
		c := reversed[i]
		if n := len(out); n > 0 && out[n-1].oldTo == c.oldFrom && out[n-1].newTo == c.newFrom {
			out[n-1].oldTo, out[n-1].newTo = c.oldTo, c.newTo
			continue
		}
		out = append(out, c)
	}
	return out
}
