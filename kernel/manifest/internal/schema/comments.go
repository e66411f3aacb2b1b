package schema

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"strings"
)

// comments are those of types, under their names, and of fields, under "Type.Field".
type comments map[string]string

// readComments reads the comments of the package in a directory.
func readComments(dir string) (comments, error) {
	files, err := fs.Glob(os.DirFS(dir), "*.go")
	if err != nil {
		return nil, err
	}
	c := comments{}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), dir+"/"+name, nil, parser.ParseComments)
		if err != nil {
			return nil, err
		}
		for _, d := range file.Decls {
			if d, ok := d.(*ast.GenDecl); ok && d.Tok == token.TYPE {
				c.addTypes(d)
			}
		}
	}
	return c, nil
}

func (c comments) addTypes(d *ast.GenDecl) {
	for _, s := range d.Specs {
		t := s.(*ast.TypeSpec)
		doc := t.Doc
		if doc == nil {
			doc = d.Doc
		}
		c.add(t.Name.Name, doc)
		if s, ok := t.Type.(*ast.StructType); ok {
			for _, f := range s.Fields.List {
				for _, name := range f.Names {
					c.add(t.Name.Name+"."+name.Name, f.Doc)
				}
			}
		}
	}
}

// add adds a comment as one paragraph. The key is shown beside it, so that "Name is" at its beginning says nothing.
func (c comments) add(name string, doc *ast.CommentGroup) {
	text := strings.Join(strings.Fields(doc.Text()), " ")
	for _, is := range []string{" is ", " are "} {
		if rest, ok := strings.CutPrefix(text, name[strings.Index(name, ".")+1:]+is); ok {
			text = strings.ToUpper(rest[:1]) + rest[1:]
		}
	}
	c[name] = text
}
