package resolve

import "fmt"

// didYouMean is a hint with the candidate that a wrong name resembles, or none.
func didYouMean(name string, candidates []string) string {
	if best := closest(name, candidates); best != "" {
		return fmt.Sprintf("did you mean `%s`?", best)
	}
	return ""
}

const (
	maxCandidates = 500
	maxCompared   = 60 // bytes of a name
)

// closest returns the candidate with the fewest edits to a name. It is empty if none resembles it: less than
// two thirds of the name remain.
func closest(name string, candidates []string) string {
	if len(name) > maxCompared {
		return ""
	}
	best, least := "", len(name)/3+1
	for _, c := range candidates[:min(len(candidates), maxCandidates)] {
		if len(c) > maxCompared || c == name {
			continue
		}
		if n := edits(name, c); n < least || n == least && best != "" && c < best {
			best, least = c, n
		}
	}
	return best
}

// edits is how many bytes have to be inserted, removed or replaced to make one text of another.
func edits(a, b string) int {
	row := make([]int, len(b)+1) // from the part of a so far to each beginning of b
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			replaced := diagonal
			if a[i] != b[j] {
				replaced++
			}
			diagonal = row[j+1]
			row[j+1] = min(replaced, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
