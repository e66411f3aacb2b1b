package docs

import (
	"bytes"
	"fmt"
	"strings"
)

// markdown writes a page as GitHub and others show it: links stand between pieces of code, since none can be
// inside.
func markdown(p Page) ([]byte, error) {
	m := &markdownWriter{page: p.Name}
	m.paragraph("# " + escape(p.Title))
	m.docs(p.Docs)
	for _, s := range p.Sections {
		m.section(s)
	}
	return m.out.Bytes(), nil
}

type markdownWriter struct {
	page string
	out  bytes.Buffer
}

func (m *markdownWriter) paragraph(text string) {
	if text == "" {
		return
	}
	if m.out.Len() > 0 {
		m.out.WriteByte('\n')
	}
	m.out.WriteString(text + "\n")
}

func (m *markdownWriter) docs(text string) { m.paragraph(authored(text)) }

func (m *markdownWriter) section(s Section) {
	heading := strings.Repeat("#", s.Level) + " "
	if s.Anchor != "" {
		heading += `<a id="` + s.Anchor + `"></a>`
	}
	m.paragraph(heading + escape(s.Title))
	m.paragraph(m.code(s.Code))
	for _, n := range s.Notes {
		m.paragraph("*" + escape(n) + "*")
	}
	m.docs(s.Docs)
	var list strings.Builder
	for _, p := range s.Parts {
		fmt.Fprintf(&list, "- %s\n", m.code(p.Code))
		if p.Docs != "" {
			list.WriteString("\n" + indent(authored(p.Docs), "  ") + "\n")
		}
	}
	m.paragraph(strings.TrimSuffix(list.String(), "\n"))
}

// code writes pieces of code, with neighbours that lead nowhere as one.
func (m *markdownWriter) code(spans []Span) string {
	var out, plain strings.Builder
	flush := func() {
		if plain.Len() > 0 {
			out.WriteString("`" + plain.String() + "`")
			plain.Reset()
		}
	}
	for _, s := range spans {
		if s.Target == (Target{}) {
			plain.WriteString(s.Text)
			continue
		}
		flush()
		out.WriteString("[`" + s.Text + "`](" + s.Target.href(m.page, markdownExtension) + ")")
	}
	flush()
	return out.String()
}

// escape keeps what is special in Markdown from meaning anything.
func escape(text string) string {
	return strings.NewReplacer(`\`, `\\`, "*", `\*`, "_", `\_`, "`", "\\`", "<", "&lt;", "[", `\[`).Replace(text)
}

func indent(text, by string) string {
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		if l != "" {
			lines[i] = by + l
		}
	}
	return strings.Join(lines, "\n")
}
