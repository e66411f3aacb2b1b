package cli

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/witan-os/witan/cmd/witgen/internal/witfile"
	"github.com/witan-os/witan/gen/docs"
)

type docsCommand struct {
	WIT    string `name:"wit" config:"wit" default:"wit" placeholder:"DIR" help:"The WIT package (default: wit)."`
	Format string `name:"format" default:"markdown" enum:"markdown,html" placeholder:"markdown|html" help:"The form of the pages (default: markdown)."`
	Out    string `name:"out" short:"o" placeholder:"DIR" help:"Write a page for each package there, and an index, in place of printing the page of the package itself."`

	features
}

// Run renders the pages of a WIT package.
func (c *docsCommand) Run(e *env) error {
	tree, err := witfile.Load(c.WIT, c.noting(e))
	if err != nil {
		return err
	}
	format := docs.Markdown
	if c.Format == "html" {
		format = docs.HTML
	}
	if c.Out == "" {
		page, err := format.Render(docs.Root(tree))
		if err != nil {
			return err
		}
		_, err = e.stdout.Write(page)
		return err
	}
	if err := os.MkdirAll(c.Out, 0o777); err != nil {
		return err
	}
	for _, p := range docs.Pages(tree) {
		page, err := format.Render(p)
		if err != nil {
			return fmt.Errorf("%s: %w", p.Title, err)
		}
		if err := os.WriteFile(filepath.Join(c.Out, p.Name+format.Extension), page, 0o666); err != nil {
			return err
		}
	}
	return nil
}
