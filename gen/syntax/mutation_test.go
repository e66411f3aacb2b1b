package syntax_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/witan-os/witan/gen/syntax"
	"github.com/witan-os/witan/internal/diag"
)

// rounds is how many variants of each file these tests make. They are the same each time.
const rounds = 60

// variants calls back with a file that has everything, and with some files of our own.
func variants(t *testing.T, check func(r *rand.Rand, text string)) {
	for _, dir := range []string{"testdata/format", "../../wit"} {
		for i, s := range sources(t, dir) {
			if len(s.Text()) > 5000 {
				continue
			}
			r := rand.New(rand.NewPCG(1, uint64(i)))
			for range rounds {
				check(r, s.Text())
			}
		}
	}
}

// TestFormatWithSpaceAndCommentsAnywhere puts comments and line ends between random tokens. Whatever is
// there, formatting keeps it and is done after once.
func TestFormatWithSpaceAndCommentsAnywhere(t *testing.T) {
	pieces := []string{"\n", "\n\n\n", " ", " // x\n", "\n// x\n", "\n\n// x\n\n", " /* x */ ", "\n/* x */ ", " /* x */\n", "\n/* x\n  x */\n", " ///\n", "\r\n", " /* x *//* x */ // x\n"}
	variants(t, func(r *rand.Rand, text string) {
		if t.Failed() {
			return
		}
		starts := syntax.TokenStarts(text)
		var out strings.Builder
		from := 0
		for range 1 + r.IntN(6) {
			at := starts[r.IntN(len(starts))]
			if at < from {
				continue
			}
			out.WriteString(text[from:at])
			out.WriteString(pieces[r.IntN(len(pieces))])
			from = at
		}
		out.WriteString(text[from:])
		s := diag.NewSource("x.wit", out.String())
		checkFormat(t, s)
		if t.Failed() {
			t.Logf("the text was:\n%s", s.Text())
		}
	})
}

// TestParseBrokenFiles removes, doubles and swaps random tokens. What comes of it is parsed without a
// panic, and what is said of it has a place in it.
func TestParseBrokenFiles(t *testing.T) {
	variants(t, func(r *rand.Rand, text string) {
		for range 1 + r.IntN(4) {
			starts := append(syntax.TokenStarts(text), len(text))
			if len(starts) < 3 {
				break
			}
			a, b := r.IntN(len(starts)-1), r.IntN(len(starts)-1)
			tokenB := text[starts[b]:starts[b+1]]
			switch r.IntN(3) {
			case 0:
				text = text[:starts[a]] + text[starts[a+1]:]
			case 1:
				text = text[:starts[a]] + tokenB + text[starts[a]:]
			case 2:
				text = text[:starts[a]] + tokenB + text[starts[a+1]:]
			}
		}
		s := diag.NewSource("x.wit", text)
		_, list := syntax.Parse(s)
		checkDiagnostics(t, s, list)
		if list.Err() == nil {
			checkFormat(t, s)
		}
	})
}
