package project

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"text/template"
	"unicode"

	"golang.org/x/mod/module"

	"github.com/witan-os/witan/gen/syntax"
)

//go:embed all:template
var templates embed.FS

// Template is a kind of project.
type Template struct {
	Name    string
	Summary string
	// Steps are the commands that a new project is tried with, in its directory. NAME in them is the project's.
	Steps []string
}

// Templates are the kinds of projects, the usual one first.
func Templates() []Template {
	return []Template{
		{
			Name: "host", Summary: "a Go program that runs a component, on bare metal as well",
			Steps: []string{
				"go generate ./...", "go test ./...", "go run .",
				"go tool witgen image build . -o NAME.img", "go tool witgen image run NAME.img",
			},
		},
		{
			Name: "guest", Summary: "a component in Go",
			Steps: []string{
				"go test ./...", "go tool witgen build . -o NAME.wasm", "go tool witgen run --invoke greet NAME.wasm Ada",
			},
		},
		{
			Name: "plugin", Summary: "a Go program that loads plugins, and a plugin in Go",
			Steps: []string{
				"go test ./...", "go tool witgen build ./guest -o guest.wasm",
				"go run . guest.wasm", "go run . guest.wasm number < README.md",
			},
		},
		{
			Name: "os", Summary: "a kernel with an interface of its own and programs in Go, for bare metal",
			Steps: []string{
				"go generate ./...", "go test ./...", "go run .",
				"go tool witgen image build . -o NAME.img", "go tool witgen image run NAME.img",
			},
		},
	}
}

// TemplateNames are the names that [Options] may have for a template, the usual one first.
func TemplateNames() []string {
	var names []string
	for _, t := range Templates() {
		names = append(names, t.Name)
	}
	return names
}

// Steps are the commands that a new project of a kind is tried with, in its directory.
func Steps(template, name string) []string {
	var steps []string
	for _, t := range Templates() {
		if t.Name == template {
			for _, step := range t.Steps {
				steps = append(steps, strings.ReplaceAll(step, templateName, name))
			}
		}
	}
	return steps
}

// The files below template whose names or contents are not just those of the project's.
const (
	templateDir    = "template"
	templateSuffix = ".tmpl"
	templateName   = "NAME" // in the names of files: the project's name
)

// Options say what project to create.
type Options struct {
	Template string // one of TemplateNames
	Dir      string // need not exist
	Name     string // of the WIT package app:NAME, the component and their files
	Module   string // the Go module's path
	Witan    *Witan // what it requires
	// Generate is called to generate Go in the directory that it is given, when all other files are there.
	Generate func(dir string) error
}

// maxName is how long the name of a project may be: it stands in many lines.
const maxName = 40

// CheckName says what is wrong with the name of a project, if anything is. It becomes the name of a WIT package, of
// files, and of a directory of Go packages.
func CheckName(name string) error {
	switch {
	case !syntax.IsIdentifier(name) || name != strings.ToLower(name):
		return fmt.Errorf("%q is no name for a project: it has words of small letters and digits, which begin with a letter, with dashes between them", name)
	case len(name) > maxName:
		return fmt.Errorf("the name %s has more than %d letters", name, maxName)
	case name == "internal" || name == "vendor" || name == "testdata":
		return fmt.Errorf("%s is no name for a project: the go command gives directories of that name a meaning", name)
	}
	return nil
}

// Create writes the files of a project. Either all of them are there afterwards or none; no file that was there
// is touched.
func Create(o Options) (err error) {
	if err := CheckName(o.Name); err != nil {
		return err
	}
	if !slices.Contains(TemplateNames(), o.Template) {
		return fmt.Errorf("there is no template %q; there are %s", o.Template, strings.Join(TemplateNames(), ", "))
	}
	if err := module.CheckImportPath(o.Module); err != nil {
		return fmt.Errorf("%q can't be the path of a Go module: %w", o.Module, err)
	}
	made, err := makeDir(o.Dir)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil && made != "" {
			err = errors.Join(err, os.RemoveAll(made))
		}
	}()
	// Inside of the directory, so that what is ready is only renamed.
	work, err := os.MkdirTemp(o.Dir, ".witgen-init-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()
	if err := writeFiles(work, o); err != nil {
		return err
	}
	if err := o.Generate(work); err != nil {
		return err
	}
	return moveAll(work, o.Dir)
}

// makeDir makes a directory and those above it, and returns the uppermost that was not there before, or "".
func makeDir(dir string) (made string, err error) {
	for d := filepath.Clean(dir); ; d = filepath.Dir(d) {
		if _, err := os.Stat(d); !errors.Is(err, fs.ErrNotExist) {
			break
		}
		made = d
	}
	return made, os.MkdirAll(dir, 0o777)
}

// writeFiles writes all files but the generated ones.
func writeFiles(dir string, o Options) error {
	root := path.Join(templateDir, o.Template)
	err := fs.WalkDir(templates, root, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := templates.ReadFile(name)
		if err != nil {
			return err
		}
		to, text, err := o.instantiate(strings.TrimPrefix(name, root+"/"), text)
		if err != nil {
			return fmt.Errorf("the template %s: %w", name, err)
		}
		return writeFile(filepath.Join(dir, filepath.FromSlash(to)), text)
	})
	if err != nil {
		return err
	}
	goMod, err := o.Witan.goMod(o.Module)
	if err != nil {
		return err
	}
	return errors.Join(writeFile(filepath.Join(dir, "go.mod"), goMod), writeFile(filepath.Join(dir, "go.sum"), o.Witan.sums))
}

// instantiate makes a file of the project from one of the template.
func (o Options) instantiate(name string, text []byte) (to string, made []byte, err error) {
	t, err := template.New(name).Option("missingkey=error").Parse(string(text))
	if err != nil {
		return "", nil, err
	}
	data := struct{ Name, Title, WITName, Module string }{Name: o.Name, Title: title(o.Name), WITName: o.Name, Module: o.Module}
	if syntax.IsKeyword(o.Name) {
		data.WITName = "%" + o.Name
	}
	var b bytes.Buffer
	if err := t.Execute(&b, data); err != nil {
		return "", nil, err
	}
	dir, base := path.Split(strings.ReplaceAll(strings.TrimSuffix(name, templateSuffix), templateName, o.Name))
	if base == "gitignore" {
		base = "." + base
	}
	return dir + base, b.Bytes(), nil
}

// title is a name at the beginning of a sentence.
func title(name string) string {
	r := []rune(name)
	r[0] = unicode.ToUpper(r[0])
	return string(r)
}

func writeFile(name string, text []byte) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		return err
	}
	return os.WriteFile(name, text, 0o666)
}

// moveAll moves all files below a directory to the same places below another one, unless one is there already.
func moveAll(from, to string) error {
	var names []string
	err := filepath.WalkDir(from, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(from, name)
		names = append(names, rel)
		return err
	})
	if err != nil {
		return err
	}
	for _, name := range names {
		if _, err := os.Lstat(filepath.Join(to, name)); !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("%s is there already; nothing was written", filepath.Join(to, name))
		}
	}
	for _, name := range names {
		target := filepath.Join(to, name)
		if err := os.MkdirAll(filepath.Dir(target), 0o777); err != nil {
			return err
		}
		if err := os.Rename(filepath.Join(from, name), target); err != nil {
			return err
		}
	}
	return nil
}
