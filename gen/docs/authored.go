package docs

import (
	"slices"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	mdtext "github.com/yuin/goldmark/text"
)

// authored makes the words of an author fit for a page: headings are below those of the page, and what looks like
// HTML is text. Of "a list<u8>" the type must not vanish, and no author writes scripts into other people's pages.
func authored(docs string) string {
	docs = demote(docs)
	for range 2 { // what was a block has what is in lines
		docs = escapeHTML(docs)
	}
	return docs
}

// escapeHTML puts a backslash before each "<" that would begin HTML in Markdown.
func escapeHTML(docs string) string {
	if !strings.Contains(docs, "<") {
		return docs
	}
	source := []byte(docs)
	var at []int
	tree := goldmark.DefaultParser().Parse(mdtext.NewReader(source))
	_ = ast.Walk(tree, func(n ast.Node, entering bool) (ast.WalkStatus, error) { // the function has no errors
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.RawHTML:
			for _, s := range n.Segments.Sliced(0, n.Segments.Len()) {
				for i := s.Start; i < s.Stop; i++ {
					if source[i] == '<' {
						at = append(at, i)
					}
				}
			}
		case *ast.HTMLBlock:
			for _, s := range n.Lines().Sliced(0, n.Lines().Len()) {
				if i := s.Start + leadingBlanks(source[s.Start:s.Stop]); i < s.Stop && source[i] == '<' {
					at = append(at, i)
				}
			}
		}
		return ast.WalkContinue, nil
	})
	slices.Sort(at)
	var out strings.Builder
	done := 0
	for _, i := range slices.Compact(at) {
		out.WriteString(docs[done:i] + `\`)
		done = i
	}
	return out.String() + docs[done:]
}

func leadingBlanks(line []byte) int {
	n := 0
	for n < len(line) && line[n] == ' ' {
		n++
	}
	return n
}

// demote puts the headings in the words of authors below those of the page.
func demote(docs string) string {
	lines := strings.Split(docs, "\n")
	fenced := false
	for i, l := range lines {
		if strings.HasPrefix(strings.TrimSpace(l), "```") {
			fenced = !fenced
		}
		if !fenced && isHeading(l) {
			lines[i] = "##### " + strings.TrimLeft(l, "# ")
		}
	}
	return strings.Join(lines, "\n")
}

// isHeading reports whether a line is a heading: one to six hashes and a blank.
func isHeading(line string) bool {
	rest := strings.TrimLeft(line, "#")
	n := len(line) - len(rest)
	return n >= 1 && n <= 6 && strings.HasPrefix(rest, " ")
}
