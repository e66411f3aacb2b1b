package wit_test

// The declarations are the standard's, the words about them are ours. This keeps a
// sentence of the published files from slipping in.

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
)

// minWords is the length from which a sentence counts as somebody's wording. Shorter
// ones, such as a bare reference to a POSIX name, cannot be said in many ways.
const minWords = 6

var (
	// Lists, headings and paragraphs end a sentence as much as a full stop does.
	blockBoundary = regexp.MustCompile(`\n[ \t]*(?:\n|(?:[-*#>]+|[0-9]+\.)[ \t])`)
	fullStop      = regexp.MustCompile(`[.!?:][\s"')]+`)
)

// sentences returns the sentences of at least minWords words in the comments of src,
// reduced to their words: case, punctuation, markup and line breaks do not count.
func sentences(src string) []string {
	var out []string
	for _, comment := range lex(src).comments {
		for _, block := range blockBoundary.Split("\n"+comment, -1) {
			for _, s := range fullStop.Split(block+" ", -1) {
				words := strings.FieldsFunc(strings.ToLower(s), func(r rune) bool {
					return !unicode.IsLetter(r) && !unicode.IsDigit(r)
				})
				if len(words) >= minWords {
					out = append(out, strings.Join(words, " "))
				}
			}
		}
	}
	return out
}

// borrowed returns the sentences that ours shares with ref, and how many different
// sentences each side has.
func borrowed(ref, ours tree) (shared []string, inRef, inOurs int) {
	collect := func(tr tree) map[string]bool {
		set := map[string]bool{}
		for _, src := range tr {
			for _, s := range sentences(src) {
				set[s] = true
			}
		}
		return set
	}
	theirs, mine := collect(ref), collect(ours)
	for _, s := range slices.Sorted(maps.Keys(mine)) {
		if theirs[s] {
			shared = append(shared, s)
		}
	}
	return shared, len(theirs), len(mine)
}

func TestDocumentationIsOurOwn(t *testing.T) {
	ref := reference(t)
	ours := counterpart(t, ref)
	shared, inRef, inOurs := borrowed(ref, ours)
	t.Logf("%d sentences published, %d of ours", inRef, inOurs)
	for _, s := range shared {
		t.Errorf("sentence taken from the published files: %q", s)
	}

	t.Run("notices", func(t *testing.T) {
		theirs := sentences(ref["io/streams.wit"])
		if len(theirs) == 0 {
			t.Fatal("the published streams.wit has no sentences")
		}
		disguised := "\n// " + strings.ToUpper(strings.Replace(theirs[0], " ", "\n/// ", 1)) + ".\n"
		copied := ours.with(t, "cli/run.wit", "interface", disguised+"interface")
		shared, _, _ := borrowed(ref, copied)
		if diff := cmp.Diff(theirs[:1], shared); diff != "" {
			t.Errorf("shared sentences (-want +got):\n%s", diff)
		}
	})
}

func TestSentences(t *testing.T) {
	tests := []struct {
		name string
		src  string
		want []string
	}{
		{"too short", "/// One two three four five.", nil},
		{"code does not count", "one two three four five six;", nil},
		{"across lines and markup", "/// One `two` three\n  /// four, FIVE\n/// *six*.", []string{"one two three four five six"}},
		{"two in a row", "/// A b c d e f. G h i j k l!", []string{"a b c d e f", "g h i j k l"}},
		{"dots inside words", "/// See a.b c d 0.2.0 e.", []string{"see a b c d 0 2 0 e"}},
		{"paragraphs and items", "/// A b c d e f\n///\n/// g h i j k l\n/// - m n o p q r", []string{"a b c d e f", "g h i j k l", "m n o p q r"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, sentences(tt.src)); diff != "" {
				t.Errorf("sentences (-want +got):\n%s", diff)
			}
		})
	}
}
