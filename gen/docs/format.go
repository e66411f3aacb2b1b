package docs

// Format is a form that pages can have.
type Format struct {
	Extension string // of the files, with its dot
	Render    func(Page) ([]byte, error)
}

const (
	markdownExtension = ".md"
	htmlExtension     = ".html"
)

// The formats of pages. Markdown is for reading in a repository; HTML stands by itself, without files beside it, and
// HTML in the words of authors does not get into it.
var (
	Markdown = Format{markdownExtension, markdown}
	HTML     = Format{htmlExtension, html}
)
