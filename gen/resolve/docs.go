package resolve

import (
	"strings"
	"unicode"

	"github.com/witan-os/witan/gen/syntax"
)

// text is what the comments before an item say, without the slashes and without the blanks that all of them
// begin with. All comments document what follows them, as they do in the reference implementation.
func text(docs syntax.Docs) string {
	if len(docs) == 0 {
		return ""
	}
	parts := make([]string, len(docs))
	indent := -1
	for i, d := range docs {
		parts[i] = strings.TrimRightFunc(inside(d.Text), unicode.IsSpace)
		if parts[i] == "" {
			continue
		}
		if n := len(parts[i]) - len(strings.TrimLeft(parts[i], " \t\n\r\f")); indent < 0 || n < indent {
			indent = n
		}
	}
	var b strings.Builder
	blanks := strings.Repeat(" ", max(0, indent))
	for _, p := range parts {
		for line := range strings.SplitSeq(strings.TrimPrefix(p, blanks), "\n") {
			b.WriteString(strings.TrimSuffix(line, "\r"))
			b.WriteByte('\n')
		}
	}
	return strings.TrimRight(b.String(), "\n")
}

// inside is a comment without its delimiters. Those of block comments that are not meant as documentation stay,
// but for the first slash.
func inside(comment string) string {
	if rest, ok := strings.CutPrefix(comment, "/**"); ok && len(rest) > 1 {
		return strings.TrimSuffix(rest, "*/")
	}
	return strings.TrimLeft(comment, "/")
}
