package project

import (
	"bytes"
	"context"
	"errors"
	"go/format"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/modfile"
)

const checkout = "../../../.."

// options are those of a project in a new directory, in which nothing is generated.
func options(t *testing.T, name string) Options {
	t.Helper()
	witan, err := FromDir(checkout)
	if err != nil {
		t.Fatal(err)
	}
	return Options{
		Dir: filepath.Join(t.TempDir(), "above", name), Template: "host", Name: name, Module: "example.org/" + name, Witan: witan,
		Generate: func(string) error { return nil },
	}
}

// files lists the files below a directory.
func files(t *testing.T, dir string) []string {
	t.Helper()
	var list []string
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			name, err = filepath.Rel(dir, name)
			list = append(list, filepath.ToSlash(name))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestCreate(t *testing.T) {
	o := options(t, "tea-house")
	o.Generate = func(dir string) error {
		return writeFile(filepath.Join(dir, "generated", "x.go"), []byte("package x\n"))
	}
	if err := Create(o); err != nil {
		t.Fatal(err)
	}
	want := []string{
		".gitignore", "README.md", "boot.toml", "generated/x.go", "go.mod", "go.sum", "guest/main.go", "guest/main_test.go",
		"guest/witgen.toml", "host.go", "host_test.go", "main.go", "wit/tea-house.wit",
	}
	if got := files(t, o.Dir); !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	for _, name := range want {
		text, err := os.ReadFile(filepath.Join(o.Dir, filepath.FromSlash(name)))
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(text, []byte("{{")) || bytes.Contains(text, []byte(templateName)) {
			t.Errorf("%s has something of the template left:\n%s", name, text)
		}
	}
}

// TestTemplates makes sure that a project of each kind is formatted as Go is, says how it is tried, and has a README
// that tells of it.
func TestTemplates(t *testing.T) {
	for _, template := range Templates() {
		o := options(t, "tea-house")
		o.Template = template.Name
		if err := Create(o); err != nil {
			t.Errorf("%s: %v", template.Name, err)
			continue
		}
		readme := ""
		for _, name := range files(t, o.Dir) {
			text, err := os.ReadFile(filepath.Join(o.Dir, filepath.FromSlash(name)))
			if err != nil {
				t.Fatal(err)
			}
			if formatted, err := format.Source(text); path.Ext(name) == ".go" && (err != nil || !bytes.Equal(formatted, text)) {
				t.Errorf("%s: %s is not formatted: %v", template.Name, name, err)
			}
			if name == "README.md" {
				readme = string(text)
			}
		}
		steps := Steps(template.Name, o.Name)
		if len(steps) == 0 {
			t.Errorf("%s has no steps", template.Name)
		}
		for _, step := range steps {
			if !strings.Contains(readme, "\n    "+step) {
				t.Errorf("%s: the README lacks %q", template.Name, step)
			}
		}
	}
	o := options(t, "tea-house")
	o.Template = "gost"
	if err := Create(o); err == nil || err.Error() != `there is no template "gost"; there are host, guest, plugin, os` {
		t.Errorf("got %v", err)
	}
}

func TestCreateKeepsWhatIsThere(t *testing.T) {
	o := options(t, "demo")
	if err := writeFile(filepath.Join(o.Dir, "LICENSE"), []byte("mine")); err != nil {
		t.Fatal(err)
	}
	if err := writeFile(filepath.Join(o.Dir, "wit", "demo.wit"), []byte("mine, too")); err != nil {
		t.Fatal(err)
	}
	if err := Create(o); err == nil || !strings.Contains(err.Error(), filepath.Join("wit", "demo.wit")+" is there already") {
		t.Errorf("got %v", err)
	}
	if got := files(t, o.Dir); !slices.Equal(got, []string{"LICENSE", "wit/demo.wit"}) {
		t.Errorf("after the refusal there are %q", got)
	}
	if err := os.RemoveAll(filepath.Join(o.Dir, "wit")); err != nil {
		t.Fatal(err)
	}
	if err := Create(o); err != nil {
		t.Errorf("beside other files: %v", err)
	}
}

func TestCreateLeavesNothingBehind(t *testing.T) {
	o := options(t, "demo")
	o.Generate = func(string) error { return errors.New("no") }
	if err := Create(o); err == nil || err.Error() != "no" {
		t.Errorf("got %v", err)
	}
	if _, err := os.Stat(filepath.Dir(o.Dir)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the directories are still there: %v", err)
	}
}

func TestNames(t *testing.T) {
	for name, want := range map[string]string{
		"a": "", "demo": "", "tea-house-2": "", "type": "", "guest": "", strings.Repeat("x", maxName): "",
		"": "no name", "Demo": "no name", "2fast": "no name", "tea_house": "no name", "tea--house": "no name", "a/b": "no name", "..": "no name", "é": "no name",
		strings.Repeat("x", maxName+1): "more than 40 letters", "internal": "a meaning", "vendor": "a meaning",
	} {
		err := CheckName(name)
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%q: got %v, want %q", name, err, want)
		}
	}
	o := options(t, "demo")
	o.Module = "not a path"
	if err := Create(o); err == nil || !strings.Contains(err.Error(), "Go module") {
		t.Errorf("got %v", err)
	}
}

// TestKeywords creates a project whose name is a word of WIT's grammar.
func TestKeywords(t *testing.T) {
	o := options(t, "type")
	if err := Create(o); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(o.Dir, "wit", "type.wit"))
	if err != nil || !bytes.Contains(text, []byte("\npackage app:%type@0.1.0;\n")) {
		t.Errorf("%v in\n%s", err, text)
	}
}

func TestGoMod(t *testing.T) {
	w, err := FromDir(checkout)
	if err != nil {
		t.Fatal(err)
	}
	text, err := w.goMod("example.org/demo")
	if err != nil {
		t.Fatal(err)
	}
	f, err := modfile.ParseLax("go.mod", text, nil)
	if err != nil {
		t.Fatal(err)
	}
	if f.Module.Mod.Path != "example.org/demo" || f.Go.Version != w.mod.Go.Version {
		t.Errorf("got the module %v for Go %v", f.Module.Mod, f.Go)
	}
	if len(f.Require) != len(w.mod.Require)+1 {
		t.Errorf("%d modules are required, and Witan requires %d", len(f.Require), len(w.mod.Require))
	}
	for _, r := range f.Require {
		if r.Indirect == (r.Mod.Path == witanModule) {
			t.Errorf("%v: indirect is %t", r.Mod, r.Indirect)
		}
	}
	full, err := modfile.Parse("go.mod", text, nil)
	if err != nil || len(full.Replace) != 1 || !filepath.IsAbs(full.Replace[0].New.Path) || len(full.Tool) != 1 {
		t.Errorf("got %v in\n%s", err, text)
	}
}

func TestWhichWitan(t *testing.T) {
	dir, err := filepath.Abs(checkout)
	if err != nil {
		t.Fatal(err)
	}
	other := t.TempDir()
	if err := os.WriteFile(filepath.Join(other, "go.mod"), []byte("module example.org/other\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := FromDir(other); err == nil || !strings.Contains(err.Error(), "is not that of "+witanModule) {
		t.Errorf("another module: %v", err)
	}
	t.Setenv("GOPROXY", "off")
	t.Setenv("GOMODCACHE", t.TempDir())
	module := func(version, replace string) *debug.Module {
		m := &debug.Module{Path: witanModule, Version: version}
		if replace != "" {
			m.Replace = &debug.Module{Path: replace}
		}
		return m
	}
	for _, c := range []struct {
		name    string
		info    debug.BuildInfo
		replace string
		want    string
	}{
		{"a tool of a project with a checkout", debug.BuildInfo{Deps: []*debug.Module{module("v0.0.0", dir)}}, dir, ""},
		{"run in the checkout", debug.BuildInfo{Main: *module("(devel)", "")}, "", "say with --replace where it is"},
		{"built with changes", debug.BuildInfo{Main: *module("v0.1.1-0.20260101000000-000000000000+dirty", "")}, "", "say with --replace where it is"},
		{"a release that can't be had", debug.BuildInfo{Main: *module("v9.9.9", "")}, "", "v9.9.9 can't be had"},
		{"something else", debug.BuildInfo{}, "", "say with --replace where it is"},
	} {
		w, err := fromBuild(context.Background(), &c.info)
		switch {
		case c.want != "":
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s: got %v, want %q", c.name, err, c.want)
			}
		case err != nil || w.replace != c.replace:
			t.Errorf("%s: got %v, %v", c.name, w, err)
		}
	}
}
