package syntax_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/witan-os/witan/gen/syntax"
	"github.com/witan-os/witan/internal/diag"
)

// TestLimits parses files that are as large or deep as allowed, and a little more.
func TestLimits(t *testing.T) {
	deepType := func(n int) string {
		return "interface i { type t = " + strings.Repeat("option<", n-1) + "u8" + strings.Repeat(">", n-1) + "; }"
	}
	deepPackage := func(n int) string {
		return strings.Repeat("package a:b { ", n) + strings.Repeat("} ", n)
	}
	names := func(n int) string { // with the one of the interface, and one each for type and name
		return "interface i { enum e { " + strings.Repeat("a, ", n-2) + "} }"
	}
	identifier := func(n int) string { return "interface " + strings.Repeat("a", n) + " {}" }
	size := func(n int) string { return "package a:b;" + strings.Repeat(" ", n-len("package a:b;")) }
	tests := []struct {
		name  string
		text  func(int) string
		limit int
		rule  diag.Rule // that the first file beyond the limit breaks
		below diag.Rule // that the file at the limit breaks, if any
	}{
		{"types", deepType, syntax.MaxDepth, syntax.RuleTooLarge, ""},
		{"packages", deepPackage, syntax.MaxDepth, syntax.RuleTooLarge, syntax.RuleNesting},
		{"nodes", names, syntax.MaxNodes, syntax.RuleTooLarge, ""},
		{"identifier", identifier, syntax.MaxIdentifier, syntax.RuleIdentifier, ""},
		{"size", size, syntax.MaxFileSize, syntax.RuleTooLarge, ""},
	}
	first := func(text string) diag.Rule {
		_, list := syntax.Parse(diag.NewSource("x.wit", text))
		if len(list.Items) == 0 {
			return ""
		}
		return list.Items[0].Rule
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := first(tt.text(tt.limit)); got != tt.below {
				t.Errorf("at the limit: rule %q, want %q", got, tt.below)
			}
			if got := first(tt.text(tt.limit + 1)); got != tt.rule {
				t.Errorf("above the limit: rule %q, want %q", got, tt.rule)
			}
		})
	}
}

// TestHostileFiles parses what would take long, or much stack, if something in it were done by recursion or
// once more for each token. Those of full size need a fraction of a second each.
func TestHostileFiles(t *testing.T) {
	repeat := func(s string) string { return strings.Repeat(s, syntax.MaxFileSize/len(s)) }
	tests := []struct{ name, text string }{
		{"braces", repeat("{")},
		{"closing braces", repeat("}")},
		{"parentheses", "interface i { f: func" + repeat("(")[30:]},
		{"angles", "interface i { type t = list" + repeat("<")[40:]},
		{"lists", "interface i { type t = " + repeat("list<")[40:]},
		{"tuples", "interface i { type t = " + repeat("tuple<u8,")[40:]},
		{"packages", repeat("package a:b{")},
		{"interfaces", repeat("interface a {\n")},
		{"records", "interface i {" + repeat("record a {\n")[20:]},
		{"inline interfaces", "world w {" + repeat("import a: interface {")[30:]},
		{"attributes", repeat("@a ")},
		{"block comments", repeat("/*")},
		{"comments", repeat("//\n")},
		{"colons in a world", "world w { import " + repeat("a:")[40:]},
		{"colons and comments", "world w { import a" + strings.Repeat(" /* */", 100_000) + ":" + strings.Repeat(" /* */", 100_000) + "b; }"},
		{"many lookaheads", "world w { " + repeat("import a: b; ")[40:]},
		{"quotes", repeat("\"")},
		{"backslashes", "@external-id(\"" + repeat("\\")[40:]},
		{"identifiers", repeat("a ")},
		{"one identifier", repeat("a")},
		{"digits", "package a:b@" + repeat("1")[40:]},
		{"unknown characters", repeat("é")},
		{"one enum", "interface i { enum e { " + repeat("a,")[40:]},
		{"uses", "interface i { use a.{" + repeat("a as b,")[40:]},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := diag.NewSource("x.wit", tt.text)
			_, list := syntax.Parse(s)
			checkDiagnostics(t, s, list)
			syntax.Format(s)
		})
	}
}

// checkDiagnostics checks what holds for all lists of diagnostics of one source.
func checkDiagnostics(t testing.TB, s *diag.Source, list diag.List) {
	t.Helper()
	if len(list.Items) > diag.Limit {
		t.Errorf("%d diagnostics", len(list.Items))
	}
	last := 0
	for _, d := range list.Items {
		if d.Source != s || d.Start < last || d.End < d.Start || d.End > max(len(s.Text()), d.Start) || d.Message == "" || d.Rule == "" {
			t.Errorf("diagnostic %d to %d behind %d: %q [%s]", d.Start, d.End, last, d.Message, d.Rule)
		}
		last = d.Start
	}
	var out strings.Builder
	if err := diag.WriteText(&out, list, diag.Options{}); err != nil {
		t.Error(err)
	}
	for line := range strings.Lines(out.String()) {
		if len(line) > 2000 {
			t.Errorf("a line of %d bytes: %.100q", len(line), line)
		}
		if i := strings.IndexFunc(strings.TrimSuffix(line, "\n"), func(r rune) bool { return r < ' ' || r == 0x7F }); i >= 0 {
			t.Errorf("a control character: %q", line)
		}
	}
}

func TestManyErrorsInManyFiles(t *testing.T) {
	var all []*diag.Source
	for i := range 30 {
		all = append(all, diag.NewSource(fmt.Sprintf("%d.wit", i), "interface {} world {}"))
	}
	files, list := syntax.Parse(all...)
	if len(files) != 30 || len(list.Items) != diag.Limit || !list.More {
		t.Errorf("%d files, %d diagnostics, more: %t", len(files), len(list.Items), list.More)
	}
}
