package lint_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/witan-os/witan/gen/check/lint"
	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/gen/resolve"
	"github.com/witan-os/witan/internal/diag"
)

// load resolves WIT text: one file of the package demo:test if it says nothing else, and further files in the form
// of txtar.
func load(t *testing.T, text string) *model.Tree {
	t.Helper()
	if !strings.HasPrefix(strings.TrimSpace(text), "package ") {
		text = "package demo:test;\n" + text
	}
	archive := txtar.Parse([]byte(text))
	files := fstest.MapFS{"test.wit": {Data: archive.Comment}}
	for _, f := range archive.Files {
		files[f.Name] = &fstest.MapFile{Data: f.Data}
	}
	tree, err := resolve.FS(files, ".", "", resolve.Options{AllFeatures: true})
	if err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	return tree
}

// only is the configuration with one rule.
func only(name string) lint.Config {
	c := lint.Config{Rules: map[string]bool{}}
	for _, r := range lint.Rules() {
		c.Rules[string(r.Name)] = string(r.Name) == name
	}
	return c
}

// marked are findings as "text: message", with the text that is marked.
func marked(found []diag.Diagnostic) []string {
	var out []string
	for _, d := range found {
		out = append(out, d.Source.Text()[d.Start:d.End]+": "+d.Message)
	}
	return out
}

// lines are those of an expectation, where ¬ stands for the quotation marks of messages.
func lines(text string) []string {
	var out []string
	for line := range strings.Lines(strings.ReplaceAll(text, "¬", "`")) {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}

func TestRules(t *testing.T) {
	tested := map[string]bool{}
	for _, tt := range tests {
		tested[tt.rule] = true
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			c := only(tt.rule)
			if tt.config != nil {
				tt.config(&c)
			}
			found, err := lint.Check(load(t, tt.wit), c)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(lines(tt.want), marked(found)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			for _, d := range found {
				if string(d.Rule) != tt.rule || d.Hint == "" {
					t.Errorf("rule %s, hint %q", d.Rule, d.Hint)
				}
			}
		})
	}
	for _, r := range lint.Rules() {
		if !tested[string(r.Name)] {
			t.Errorf("rule %s is not tested", r.Name)
		}
		if r.Doc == "" {
			t.Errorf("rule %s does not say what it finds", r.Name)
		}
	}
}

func TestConfig(t *testing.T) {
	const wit = `interface i { f: func(); record r { x: u8 } }`
	rules := func(c lint.Config) []string {
		t.Helper()
		found, err := lint.Check(load(t, wit), c)
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, d := range found {
			out = append(out, string(d.Rule))
		}
		return out
	}
	var c lint.Config
	steps := []struct {
		rule string
		want []string
	}{
		{"stutter", []string{"missing-docs", "missing-docs", "missing-docs", "unused-type"}},
		{"-unused-type", []string{"missing-docs", "missing-docs", "missing-docs"}},
		{"-missing-docs", nil},
		{"missing-member-docs", []string{"missing-member-docs"}},
		{"unused-type", []string{"unused-type", "missing-member-docs"}},
	}
	for _, s := range steps {
		if err := c.Switch(s.rule); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(s.want, rules(c)); diff != "" {
			t.Errorf("with %s (-want +got):\n%s", s.rule, diff)
		}
	}
	for _, bad := range []string{"", "-", "nothing", "--stutter"} {
		if err := c.Switch(bad); err == nil || !strings.Contains(err.Error(), "there is no rule") {
			t.Errorf("%q: %v", bad, err)
		}
	}
	if _, err := lint.Check(load(t, wit), lint.Config{Rules: map[string]bool{"nothing": false}}); err == nil {
		t.Error("a rule that does not exist is accepted")
	}
}

// TestOwnPackages holds the interfaces of this project against the default rules.
func TestOwnPackages(t *testing.T) {
	tree, err := resolve.Load("../../../wit", resolve.Options{})
	if err != nil {
		t.Fatal(err)
	}
	found, err := lint.Check(tree, lint.Config{})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range found {
		t.Errorf("%v [%s]", d, d.Rule)
	}
}

// TestDeps looks at packages below deps when they are asked for.
func TestDeps(t *testing.T) {
	tree := load(t, "package demo:app;\n-- deps/lib/lib.wit --\npackage demo:lib;\ninterface lib { enum lib-kind { a } }\n")
	c := only("stutter")
	for _, want := range []int{0, 1} {
		c.Deps = want > 0
		found, err := lint.Check(tree, c)
		if err != nil {
			t.Fatal(err)
		}
		if len(found) != want {
			t.Errorf("deps %t: %v", c.Deps, marked(found))
		}
	}
}

// TestUnusedPackageOfDeps asks only what the root leads to, whatever else is looked at.
func TestUnusedPackageOfDeps(t *testing.T) {
	tree := load(t, "package demo:app;\ninterface i { use demo:lib/lib.{t}; }\n-- deps/lib/lib.wit --\npackage demo:lib;\ninterface lib { type t = u8; }\n")
	c := only("unused-package")
	c.Deps = true
	if found, err := lint.Check(tree, c); err != nil || len(found) > 0 {
		t.Errorf("%v, %v", marked(found), err)
	}
}

// TestIncludes has functions that a world gets from others: each is looked at once, where it is declared, and not at
// all in the packages of others.
func TestIncludes(t *testing.T) {
	tree := load(t, `package demo:app;
world base { import f: func(); export g: interface { h: func(); } }
world a { include base; include demo:lib/lib; }
world b { include base; }
-- deps/lib/lib.wit --
package demo:lib;
world lib { import other: func(); import place: interface { far: func(); } }
`)
	found, err := lint.Check(tree, only("missing-docs"))
	if err != nil {
		t.Fatal(err)
	}
	want := lines(`base: world ¬base¬ has no documentation
		f: function ¬f¬ has no documentation
		g: interface ¬g¬ has no documentation
		h: function ¬h¬ has no documentation
		a: world ¬a¬ has no documentation
		b: world ¬b¬ has no documentation`)
	if diff := cmp.Diff(want, marked(found)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestNoRepresentation shows what can't cross a boundary at all among the findings.
func TestNoRepresentation(t *testing.T) {
	found, err := lint.Check(load(t, `interface i { record r {} f: func(a: r); }`), only("stutter"))
	if err != nil {
		t.Fatal(err)
	}
	if len(found) != 2 || found[0].Rule != "representation" {
		t.Errorf("got %v", marked(found))
	}
}

// TestHintsAreWIT suggests names that are keywords.
func TestHintsAreWIT(t *testing.T) {
	tree := load(t, "interface store { record store-list { x: u8 } enum result-enum { a } }")
	for rule, want := range map[string]string{"stutter": "write `%list`:", "kind-in-name": "write `%result`:"} {
		found, err := lint.Check(tree, only(rule))
		if err != nil {
			t.Fatal(err)
		}
		if len(found) != 1 || !strings.HasPrefix(found[0].Hint, want) {
			t.Errorf("got %v, want a hint with %s", found, want)
		}
	}
}
