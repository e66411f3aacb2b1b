package breaking_test

import (
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
