package cli

import (
	"slices"
	"testing"

	"github.com/witan-os/witan/runtime/component"
)

func TestImportLines(t *testing.T) {
	for _, c := range []struct{ imports, want []string }{
		{nil, nil},
		{
			[]string{"wasi:cli/stdin@0.2.12", "log", "wasi:io/poll@0.2.12", "wasi:cli/stdout@0.2.12"},
			[]string{"wasi:cli@0.2.12: stdin, stdout", "log", "wasi:io@0.2.12: poll"},
		},
		{[]string{"a:b/c@1.0.0", "a:b/c", "a:b/d@1.1.0"}, []string{"a:b@1.0.0: c", "a:b: c", "a:b@1.1.0: d"}},
		{[]string{"a:b:c/d/e", "a:b:c/d/f"}, []string{"a:b:c: d/e, d/f"}},
		{
			[]string{"unlocked-dep=<a:b/c@{>=1.0.0}>", "url=<https://example.org/x>", "[method]r.f"},
			[]string{"unlocked-dep=<a:b/c@{>=1.0.0}>", "url=<https://example.org/x>", "[method]r.f"},
		},
	} {
		var imports []component.Extern
		for _, name := range c.imports {
			imports = append(imports, component.Extern{ExternName: component.ExternName{Name: name}})
		}
		if got := importLines(imports); !slices.Equal(got, c.want) {
			t.Errorf("%q: got %q, want %q", c.imports, got, c.want)
		}
	}
}
