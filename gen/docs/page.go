package docs

import "strings"

// Page is what one file shows: a package, or the list of packages.
type Page struct {
	Name     string // of the file, without its extension
	Title    string
	Docs     string // Markdown
	Sections []Section
}

// Section is a declaration with what there is to say about it.
type Section struct {
	Level  int    // of the heading, from 2
	Anchor string // unique on the page; empty for a heading that nothing leads to
	Title  string
	Code   []Span // the declaration; empty where the title says it all
	Notes  []string
	Docs   string // Markdown
	Parts  []Part
}

// Part is a member of a declaration: a field, a case, a label, an import.
type Part struct {
	Code []Span
	Docs string
}

// Span is a piece of code, which leads somewhere if it has a target.
type Span struct {
	Text   string
	Target Target
}

// Target is a place on a page.
type Target struct {
	Page, Anchor string
}

// href is how a page refers to a target; both have files with the same extension.
func (t Target) href(from, extension string) string {
	switch {
	case t.Page == from:
		return "#" + t.Anchor
	case t.Anchor == "":
		return t.Page + extension
	}
	return t.Page + extension + "#" + t.Anchor
}

func text(s ...string) []Span { return []Span{{Text: strings.Join(s, "")}} }

// join puts the lists together, with a separator between them.
func join(separator string, lists ...[]Span) []Span {
	var out []Span
	for i, l := range lists {
		if i > 0 {
			out = append(out, Span{Text: separator})
		}
		out = append(out, l...)
	}
	return out
}

// concat puts the lists together.
func concat(lists ...[]Span) []Span { return join("", lists...) }
