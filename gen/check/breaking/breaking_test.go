package breaking_test

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/witan-os/witan/gen/check/breaking"
	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/gen/resolve"
)

// load resolves WIT text: one file of the package demo:test@1.0.0 if it says nothing else, and further files in
// the form of txtar.
func load(t *testing.T, text string) *model.Tree {
	t.Helper()
	if !strings.HasPrefix(strings.TrimSpace(text), "package ") {
		text = "package demo:test@1.0.0;\n" + text
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

// summary is a change in one line: severity, rule and subject, without the package that tests have unless they
// say otherwise.
func summary(changes []breaking.Change) []string {
	var out []string
	for _, ch := range changes {
		subject := strings.ReplaceAll(strings.TrimPrefix(ch.Subject, "demo:test/"), "@1.0.0", "")
		line := ch.Severity.String() + " " + string(ch.Rule) + " " + subject
		if ch.Feature != "" {
			line += " (unstable " + ch.Feature + ")"
		}
		out = append(out, line)
	}
	return out
}

func lines(text string) []string {
	var out []string
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}

func TestEdits(t *testing.T) {
	if len(edits) < 40 {
		t.Fatalf("there are only %d edits", len(edits))
	}
	for _, e := range edits {
		t.Run(e.name, func(t *testing.T) {
			old, new := load(t, e.old), load(t, e.new)
			changes := breaking.Trees(old, new)
			if diff := cmp.Diff(lines(e.want), summary(changes)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			for _, ch := range changes {
				if ch.Message == "" || ch.Was == "" && ch.Is == "" {
					t.Errorf("%s says too little: %+v", ch.Rule, ch)
				}
			}
			if changes := breaking.Trees(old, old); len(changes) > 0 {
				t.Errorf("the old tree differs from itself: %v", summary(changes))
			}
			if changes := breaking.Trees(new, load(t, e.new)); len(changes) > 0 {
				t.Errorf("the new tree differs from itself: %v", summary(changes))
			}
		})
	}
}

// TestWidths has members whose number changes how much memory a value takes, which the messages tell.
func TestWidths(t *testing.T) {
	list := func(n int) string {
		names := make([]string, n)
		for i := range names {
			names[i] = fmt.Sprintf("n%d", i)
		}
		return strings.Join(names, ", ")
	}
	tests := []struct {
		kind     string
		old, new int
		want     string
	}{
		{"flags", 7, 8, ""},
		{"flags", 8, 9, "; the type takes 2 bytes now, and took 1"},
		{"flags", 16, 17, "; the type takes 4 bytes now, and took 2"},
		{"flags", 17, 16, "; the type takes 2 bytes now, and took 4"},
		{"enum", 255, 256, ""},
		{"enum", 256, 257, "; the discriminant takes 2 bytes now, and took 1"},
	}
	for _, tt := range tests {
		wit := func(n int) string {
			return "interface i { " + tt.kind + " t { " + list(n) + " } f: func(a: t); }"
		}
		changes := breaking.Trees(load(t, wit(tt.old)), load(t, wit(tt.new)))
		if len(changes) != 1 {
			t.Fatalf("%s of %d to %d: %v", tt.kind, tt.old, tt.new, summary(changes))
		}
		_, note, _ := strings.Cut(changes[0].Message, "ed;")
		if want := strings.TrimPrefix(tt.want, ";"); note != want {
			t.Errorf("%s of %d to %d: %q", tt.kind, tt.old, tt.new, changes[0].Message)
		}
	}
}

// TestHints has changes that seem harmless, whose hints say why they are not.
func TestHints(t *testing.T) {
	tests := []struct{ old, new, want string }{
		{"u32", "option<u32>", "a value is no option of it: leave the function"},
		{"option<u32>", "option<option<u32>>", "leave the function"},
		{"u32", "u64", "integers are not widened or narrowed: "},
		{"u32", "f32", "leave the function"},
		{"string", "list<u8>", "both cross as address and length, but "},
		{"list<u8>", "string", "both cross as address and length, but "},
		{"list<u8>", "list<u8, 4>", "a list of fixed length lies in place, "},
		{"list<u8, 4>", "list<u8>", "a list of fixed length lies in place, "},
		{"r", "borrow<r>", "it is decided anew who drops the resource: "},
		{"borrow<r>", "r", "it is decided anew who drops the resource: "},
	}
	for _, tt := range tests {
		wit := func(typ string) string { return "interface i { resource r; f: func(a: " + typ + "); }" }
		changes := breaking.Trees(load(t, wit(tt.old)), load(t, wit(tt.new)))
		if len(changes) != 1 || !strings.HasPrefix(changes[0].Hint, tt.want) {
			t.Errorf("%s to %s: %+v", tt.old, tt.new, changes)
		}
	}
}

// TestEveryRule sees to it that the edits have all rules.
func TestEveryRule(t *testing.T) {
	source, err := os.ReadFile("rules.go")
	if err != nil {
		t.Fatal(err)
	}
	names := regexp.MustCompile(`Rule = "([a-z-]+)"`).FindAllStringSubmatch(string(source), -1)
	if len(names) < 50 {
		t.Fatalf("there are only %d rules", len(names))
	}
	var all strings.Builder
	for _, e := range edits {
		all.WriteString(e.want + "\n")
	}
	for _, name := range names {
		if !strings.Contains(all.String(), " "+name[1]+" ") {
			t.Errorf("no edit has rule %s", name[1])
		}
	}
}
