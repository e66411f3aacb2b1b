package gosrc

import (
	"bytes"

	"golang.org/x/tools/imports"
)

// Text is the source of the file when all of it is written. The name serves messages.
func (f *Types) Text(name string) ([]byte, error) {
	var src bytes.Buffer
	if err := f.Render(&src); err != nil {
		return nil, err
	}
	return Format(name, src.Bytes())
}

// Format formats Go source. The name serves messages.
func Format(name string, src []byte) ([]byte, error) {
	return imports.Process(name, src, &imports.Options{Comments: true, TabIndent: true, TabWidth: 8, FormatOnly: true})
}
