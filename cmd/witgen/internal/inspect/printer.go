package inspect

import (
	"io"
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/lipgloss"
)

// role is what a piece of text is, for its style.
type role uint8

const (
	rolePlain   role = iota
	roleKeyword      // import, record, …
	roleName         // what is being named
	roleNote         // sizes and offsets
	roleBranch       // the lines of the tree
)

type word struct {
	role role
	text string
}

// Style colours the parts of a tree.
type Style map[role]lipgloss.Style

// NewStyle is the style for a terminal, as far as it has colours.
func NewStyle(terminal io.Writer) Style {
	r := lipgloss.NewRenderer(terminal)
	return Style{
		roleKeyword: r.NewStyle().Foreground(lipgloss.Color("6")),
		roleName:    r.NewStyle().Bold(true),
		roleNote:    r.NewStyle().Faint(true),
		roleBranch:  r.NewStyle().Faint(true),
	}
}

func (s Style) render(r role, text string) string {
	if style, ok := s[r]; ok && text != "" {
		return style.Render(text)
	}
	return text
}

// maxColumns is how wide the tree may be. It does not depend on the terminal, so that the output of two
// runs can be compared.
const maxColumns = 110

// hangingIndent is how far the further lines of a long text are indented.
const hangingIndent = "    "

// printer writes a tree to the first error.
type printer struct {
	w     io.Writer
	style Style
	err   error
}

// node prints a node and what is below it: first stands before its first line, rest before all others.
func (p *printer) node(n *node, first, rest string) {
	below := rest
	if len(n.below) > 0 {
		below += "│  "
	}
	for i, line := range wrap(n.words, maxColumns-utf8.RuneCountInString(first)) {
		prefix := first
		if i > 0 {
			prefix = below + hangingIndent
		}
		p.line(prefix, line)
	}
	for i, child := range n.below {
		if i < len(n.below)-1 {
			p.node(child, rest+"├─ ", rest+"│  ")
		} else {
			p.node(child, rest+"└─ ", rest+"   ")
		}
	}
}

func (p *printer) line(prefix string, words []word) {
	if p.err != nil {
		return
	}
	var b strings.Builder
	b.WriteString(p.style.render(roleBranch, prefix))
	for _, w := range words {
		b.WriteString(p.style.render(w.role, w.text))
	}
	_, p.err = io.WriteString(p.w, b.String()+"\n")
}

// wrap breaks words into lines of at most width columns, after spaces. What has no space in it is never
// broken. Further lines are shorter by their indent.
func wrap(words []word, width int) [][]word {
	var lines [][]word
	var line []word
	columns := 0
	for _, piece := range pieces(words) {
		n := 0
		for _, w := range piece {
			n += utf8.RuneCountInString(w.text)
		}
		if columns > 0 && columns+n > width+1 { // a space at the end does not show
			lines = append(lines, trimRight(line))
			if len(lines) == 1 {
				width -= len(hangingIndent)
			}
			line, columns = nil, 0
		}
		line = append(line, piece...)
		columns += n
	}
	return append(lines, trimRight(line))
}

// pieces splits words after each space. A piece may be made of several words, or of a part of one.
func pieces(words []word) [][]word {
	var out [][]word
	var piece []word
	for _, w := range words {
		for text := w.text; text != ""; {
			before, after, found := strings.Cut(text, " ")
			if found {
				before += " "
			}
			piece = append(piece, word{w.role, before})
			if found {
				out = append(out, piece)
				piece = nil
			}
			text = after
		}
	}
	if len(piece) > 0 {
		out = append(out, piece)
	}
	return out
}

// trimRight removes the spaces at the end of a line.
func trimRight(line []word) []word {
	if len(line) == 0 {
		return line
	}
	last := &line[len(line)-1]
	last.text = strings.TrimRight(last.text, " ")
	return line
}
