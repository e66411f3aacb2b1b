package syntax

import "github.com/witan-os/witan/internal/diag"

// TokenStarts returns where the tokens of a text begin.
func TokenStarts(text string) []int {
	p := newParser(diag.NewSource("x.wit", text))
	p.keep = true
	p.file()
	var starts []int
	for _, t := range p.consumed {
		starts = append(starts, int(t.Start))
	}
	return starts
}
