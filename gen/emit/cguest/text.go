package cguest

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/witan-os/witan/gen/model"
)

// text is C code while it is written, line by line.
type text struct {
	bytes.Buffer
	depth int
}

// line writes a line at the depth of the block that it is in. One that ends in a brace opens a block, and one that
// begins with a brace closes one.
func (t *text) line(format string, args ...any) {
	s := fmt.Sprintf(format, args...)
	if strings.HasPrefix(s, "}") {
		t.depth--
	}
	t.write(s)
	if strings.HasSuffix(s, "{") {
		t.depth++
	}
}

// write writes a line as it is, behind the indentation.
func (t *text) write(s string) {
	t.WriteString(strings.Repeat("    ", t.depth))
	t.WriteString(s)
	t.WriteByte('\n')
}

// gap separates what follows by an empty line, unless it is separated already.
func (t *text) gap() {
	if b := t.Bytes(); t.depth == 0 && len(b) > 0 && !bytes.HasSuffix(b, []byte("\n\n")) {
		t.WriteByte('\n')
	}
}

// comment writes the paragraphs that are not empty as a comment.
func (t *text) comment(paragraphs ...string) {
	first := true
	for _, p := range paragraphs {
		if p = strings.TrimSpace(p); p == "" {
			continue
		}
		if !first {
			t.write("//")
		}
		first = false
		for line := range strings.Lines(p) {
			t.write(commentLine(strings.TrimRight(line, "\r\n \t")))
		}
	}
}

// commentLine is a line of a comment. A backslash at its end, which can also be spelled as a trigraph, would take
// the next line into the comment.
func commentLine(s string) string {
	if s == "" {
		return "//"
	}
	if strings.HasSuffix(s, `\`) || strings.HasSuffix(s, "??/") {
		s += " //"
	}
	return "// " + s
}

// docs is the documentation of something with what its gates say.
func docs(text string, s model.Stability) string {
	if s.Deprecated == "" {
		return text
	}
	return strings.TrimSpace(text + "\n\nDeprecated since version " + s.Deprecated + ".")
}

// heading is the line above a section. All are of the same length, as far as titles are short enough.
func heading(title string) string {
	const width = 96
	line := "// -- " + title + " "
	return line + strings.Repeat("-", max(3, width-utf8.RuneCountInString(line)))
}
