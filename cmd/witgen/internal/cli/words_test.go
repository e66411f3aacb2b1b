package cli

import (
	"slices"
	"testing"
)

func TestSplitWords(t *testing.T) {
	for _, c := range []struct {
		line string
		want []string
	}{
		{"", nil},
		{"  \t ", nil},
		{"a b  c", []string{"a", "b", "c"}},
		{"a 'b c' ''", []string{"a", "b c", ""}},
		{`a "b 'c' \"d\" \\ \n"`, []string{"a", `b 'c' "d" \ \n`}},
		{`'it'"'"'s'`, []string{"it's"}},
		{`a\ b \'`, []string{"a b", "'"}},
		{`x=''`, []string{"x="}},
		{"'ünï' é", []string{"ünï", "é"}},
	} {
		got, err := splitWords(c.line)
		if c.want == nil && len(got) == 0 {
			continue
		}
		if err != nil || !slices.Equal(got, c.want) {
			t.Errorf("splitWords(%q) = %q, %v, want %q", c.line, got, err, c.want)
		}
	}
	for _, line := range []string{`'a`, `"a`, `"a\"`, `a\`, `it'"'"'s`} {
		if got, err := splitWords(line); err == nil {
			t.Errorf("splitWords(%q) = %q, want an error", line, got)
		}
	}
}
