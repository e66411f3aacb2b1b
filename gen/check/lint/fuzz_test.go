package lint_test

import (
	"io"
	"testing"

	"github.com/witan-os/witan/gen/check/lint"
	"github.com/witan-os/witan/gen/resolve"
	"github.com/witan-os/witan/internal/diag"
)

// FuzzCheck looks at any package with all rules: findings have a place in its text.
func FuzzCheck(f *testing.F) {
	for _, tt := range tests {
		f.Add("package demo:test;\n" + tt.wit)
	}
	all := lint.Config{Rules: map[string]bool{}, Deps: true}
	for _, r := range lint.Rules() {
		all.Rules[string(r.Name)] = true
	}
	f.Fuzz(func(t *testing.T, text string) {
		tree, err := resolve.Sources([]*diag.Source{diag.NewSource("test.wit", text)}, nil, resolve.Options{AllFeatures: true})
		if err != nil {
			return
		}
		found, err := lint.Check(tree, all)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range found {
			if d.Message == "" || d.Start > d.End || d.End > len(d.Source.Text()) {
				t.Errorf("%+v", d)
			}
		}
		if err := diag.WriteText(io.Discard, diag.List{Items: found}, diag.Options{}); err != nil {
			t.Error(err)
		}
	})
}
