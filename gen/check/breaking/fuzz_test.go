package breaking_test

import (
	"io"
	"testing"

	"github.com/witan-os/witan/gen/check/breaking"
	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/gen/resolve"
	"github.com/witan-os/witan/internal/diag"
)

// FuzzTrees compares any two packages: a report comes of it, and it is empty for a package and itself.
func FuzzTrees(f *testing.F) {
	for _, e := range edits {
		f.Add("package demo:test@1.0.0;\n"+e.old, "package demo:test@1.0.0;\n"+e.new)
	}
	f.Fuzz(func(t *testing.T, old, new string) {
		from, to := parse(old), parse(new)
		if from == nil || to == nil {
			return
		}
		changes := breaking.Trees(from, to)
		for _, ch := range changes {
			if ch.Severity < breaking.Additive || ch.Severity > breaking.ABI || ch.Subject == "" || ch.Message == "" {
				t.Errorf("%+v", ch)
			}
		}
		if err := breaking.WriteText(io.Discard, changes, breaking.TextOptions{}); err != nil {
			t.Error(err)
		}
		if err := breaking.WriteJSON(io.Discard, changes); err != nil {
			t.Error(err)
		}
		if changes := breaking.Trees(from, parse(old)); len(changes) > 0 {
			t.Errorf("the old tree differs from itself: %v", summary(changes))
		}
		if _, err := breaking.Component(from, to, nil); err == nil && len(from.Root.Worlds) != 1 {
			t.Error("a package is taken for a component")
		}
	})
}

func parse(text string) *model.Tree {
	tree, err := resolve.Sources([]*diag.Source{diag.NewSource("test.wit", text)}, nil, resolve.Options{AllFeatures: true})
	if err != nil {
		return nil
	}
	return tree
}
