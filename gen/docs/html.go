package docs

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"

	"github.com/yuin/goldmark"
)

//go:embed page.html
var pageSource string

var pageTemplate = template.Must(template.New("page").Funcs(template.FuncMap{"docs": docsHTML, "heading": heading}).Parse(pageSource))

// html writes a page as a document of its own.
func html(p Page) ([]byte, error) {
	var out bytes.Buffer
	err := pageTemplate.Execute(&out, p)
	return out.Bytes(), err
}

// docsHTML renders the words of authors. The library leaves out links to scripts.
func docsHTML(text string) (template.HTML, error) {
	var out bytes.Buffer
	if err := goldmark.Convert([]byte(authored(text)), &out); err != nil {
		return "", err
	}
	return template.HTML(out.String()), nil
}

// heading is a heading of a level that is not known when the template is written.
func heading(level int, anchor, title string) template.HTML {
	id := ""
	if anchor != "" {
		id = fmt.Sprintf(` id="%s"`, template.HTMLEscapeString(anchor))
	}
	return template.HTML(fmt.Sprintf("<h%d%s>%s</h%d>", level, id, template.HTMLEscapeString(title), level))
}

// Href is where the span leads from a page, empty if nowhere. The template calls it.
func (s Span) Href(page string) string {
	if s.Target == (Target{}) {
		return ""
	}
	return s.Target.href(page, htmlExtension)
}
