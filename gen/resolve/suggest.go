package resolve

import (
	"fmt"
	"iter"
)

// didYouMean is a hint with the candidate that a wrong name resembles, or none.
func (r *resolver) didYouMean(name string, candidates iter.Seq[string]) string {
	if best := r.closest(name, candidates); best != "" {
		return fmt.Sprintf("did you mean `%s`?", best)
	}
	return ""
}

const (
	maxCandidates = 500
	maxCompared   = 60 // bytes of a name
)

// closest returns the candidate with the fewest edits to a name. It is empty if none resembles it, so that more
// than a third would have to change, and if nobody would see it.
func (r *resolver) closest(name string, candidates iter.Seq[string]) string {
	if len(name) > maxCompared || !r.listens() {
		return ""
	}
	best, least, n := "", len(name)/3+1, 0
	for c := range candidates {
		if n++; n > maxCandidates {
			break
		}
		if len(c) > maxCompared || c == name {
			continue
		}
		if n := edits(fold(name), fold(c)); n < least || n == least && best != "" && c < best {
			best, least = c, n
		}
	}
	return best
}

// edits is how many letters have to be inserted, removed, replaced, or swapped with the next one to make one text
// of another.
func edits(a, b string) int {
	rows := make([][]int, 3) // from the last beginnings of a to each beginning of b
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := range len(a) {
		two, one, row := rows[(i+2)%3], rows[i%3], rows[(i+1)%3]
		row[0] = i + 1
		for j := range len(b) {
			replaced := one[j]
			if a[i] != b[j] {
				replaced++
			}
			row[j+1] = min(replaced, row[j]+1, one[j+1]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], two[j-1]+1)
			}
		}
	}
	return rows[len(a)%3][len(b)]
}
