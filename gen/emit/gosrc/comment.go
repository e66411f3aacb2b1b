package gosrc

import (
	"strings"
	"unicode"

	"github.com/dave/jennifer/jen"

	"github.com/witan-os/witan/gen/model"
)

// This file makes comments of documentation, whatever that says.

// CommentLines makes a comment of text; an empty text makes none.
func CommentLines(text string) []string {
	if text == "" {
		return nil
	}
	lines := strings.Split(strings.Map(printable, text), "\n")
	for i, l := range lines {
		if looksLikeDirective(l) {
			l = "\\" + strings.TrimSpace(l)
		}
		lines[i] = strings.TrimRight("// "+l, " ")
		if strings.HasPrefix(l, "\t") {
			lines[i] = "//" + l
		}
	}
	return lines
}

// looksLikeDirective reports whether a tool could take a line of a comment for one: gofmt makes a build constraint of
// +build, which hides the file from the compiler.
func looksLikeDirective(line string) bool {
	line = strings.TrimSpace(line)
	return strings.HasPrefix(line, "+build") || strings.HasPrefix(line, "go:")
}

// printable drops what the Go compiler takes no file with.
func printable(r rune) rune {
	if r == '\ufeff' || r == unicode.ReplacementChar || unicode.IsControl(r) && r != '\n' && r != '\t' {
		return -1
	}
	return r
}

// Docs is the documentation of a declaration, with Go's notice behind it if that is deprecated.
func Docs(text string, s model.Stability) string {
	if s.Deprecated == "" {
		return text
	}
	return Paragraphs(text, "Deprecated: since version "+s.Deprecated+" of the WIT package.")
}

// Paragraphs joins those parts of a comment that are not empty.
func Paragraphs(parts ...string) string {
	var some []string
	for _, p := range parts {
		if p != "" {
			some = append(some, p)
		}
	}
	return strings.Join(some, "\n\n")
}

// Comment adds a comment to a group.
func Comment(g *jen.Group, text string) {
	for _, line := range CommentLines(text) {
		g.Comment(line)
	}
}

// AddComment adds a comment to the file.
func (f *Types) AddComment(text string) {
	for _, line := range CommentLines(text) {
		f.Comment(line)
	}
}
