package resolve

import (
	"fmt"
	"iter"

	"github.com/witan-os/witan/internal/diag"
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
		if n := diag.Edits(fold(name), fold(c)); n < least || n == least && best != "" && c < best {
			best, least = c, n
		}
	}
	return best
}
