package resolve_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/gen/resolve"
	"github.com/witan-os/witan/internal/diag"
)

// repeat joins what make returns for each number.
func repeat(n int, make func(i int) string) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(make(i))
	}
	return b.String()
}

func resolveText(text string) (*model.Tree, error) {
	return resolve.Sources([]*diag.Source{diag.NewSource("a.wit", text)}, nil, resolve.Options{})
}

// TestHostile resolves what would take a lot of time, memory or stack if nobody counted.
func TestHostile(t *testing.T) {
	const header = "package a:b;\n"
	tests := []struct {
		name, text string
		rule       diag.Rule // empty if it is fine
	}{
		{"each world includes all that the one before has", header + repeat(3000, func(i int) string {
			return fmt.Sprintf("world w%d { include w%d; import fn%d: func(); }\n", i+1, i, i)
		}) + "world w0 {}", resolve.RuleTooLarge},
		{"a large interface in many worlds", header + "world w0 { import i: interface {\n" + repeat(2000, func(i int) string {
			return fmt.Sprintf("fn%d: func(a: list<u8>, b: u8);", i)
		}) + "} }\n" + repeat(1000, func(i int) string {
			return fmt.Sprintf("world w%d { include w0; }\n", i+1)
		}), resolve.RuleTooLarge},
		{"interfaces that all use each other, in many worlds", header + repeat(200, func(i int) string {
			return fmt.Sprintf("interface i%d { type t = u8; %s }\n", i, repeat(i, func(j int) string { return fmt.Sprintf("use i%d.{t as t%d};", j, j) }))
		}) + repeat(1000, func(i int) string {
			return fmt.Sprintf("world w%d { import i199; export x: interface { use i199.{t}; } }\n", i)
		}), resolve.RuleTooLarge},
		{"a name for a name, many times", header + "interface i { type t0 = u8;\n" + repeat(5000, func(i int) string {
			return fmt.Sprintf("type t%d = t%d;\n", i+1, i)
		}) + "}", resolve.RuleTooLarge},
		{"a use of a use, many times", header + "interface i0 { resource t; }\n" + repeat(5000, func(i int) string {
			return fmt.Sprintf("interface i%d { use i%d.{t}; }\n", i+1, i)
		}), resolve.RuleTooLarge},
		{"types in types by name", header + "interface i { type t0 = u8;\n" + repeat(5000, func(i int) string {
			return fmt.Sprintf("record t%d { x: option<list<t%d>> }\n", i+1, i)
		}) + "}", resolve.RuleTooLarge},
		{"types of exponential size", header + "world w { type t0 = u8;\n" + repeat(100, func(i int) string {
			return fmt.Sprintf("record t%d { x: t%d, y: t%d }\n", i+1, i, i)
		}) + "import f: func(x: t100) -> t100; }\nworld v { include w; }\nworld u { include v with { t1 as s1 } }", ""},
		{"a chain of packages", header + repeat(10_000, func(i int) string {
			return fmt.Sprintf("package a:p%d { interface i { use a:p%d/i.{}; } }\n", i, i+1)
		}) + "package a:p10000 { interface i {} }", ""},
		{"a circle of packages", header + repeat(10_000, func(i int) string {
			return fmt.Sprintf("package a:p%d { interface i { use a:p%d/i.{}; } }\n", i, (i+1)%10_000)
		}), resolve.RuleCycle},
		{"packages that all lead back", header + repeat(10_000, func(i int) string {
			return fmt.Sprintf("package a:p%05d { interface i { use a:p%05d/i.{}; use a:p00000/i.{}; } }\n", i, min(i+1, 9999))
		}), resolve.RuleCycle},
		{"a circle of interfaces", header + repeat(10_000, func(i int) string {
			return fmt.Sprintf("interface i%d { use i%d.{}; }\n", i, (i+1)%10_000)
		}), resolve.RuleCycle},
		{"circles that lead to each other", header + "interface i {\n" + repeat(10_000, func(i int) string {
			return fmt.Sprintf("record r%d { x: r%d, y: r%d }\n", i, min(i+1, 9999), i)
		}) + "}", resolve.RuleCycle},
		{"a chain of interfaces that a world needs", header + repeat(10_000, func(i int) string {
			return fmt.Sprintf("interface i%d { type t = u8; use i%d.{t as u}; }\n", i, i+1)
		}) + "interface i10000 { type t = u8; }\nworld w { import i0; export x: interface { use i0.{t}; } }", ""},
		{"many names to choose from", header + "interface i {\n" + repeat(10_000, func(i int) string {
			return fmt.Sprintf("type name-%d = nam-%d;\n", i, i)
		}) + "}", resolve.RuleUnknown},
		{"many new names", header + "world w { " + repeat(5000, func(i int) string {
			return fmt.Sprintf("import fn%d: func();\n", i)
		}) + "}\nworld v { include w with { " + repeat(5000, func(i int) string { return fmt.Sprintf("fn%d as g%d, ", i, i) }) + "} }", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tree, err := resolveText(tt.text)
			if tt.rule == "" {
				if err != nil {
					t.Fatal(err)
				}
				checkTree(t, tree)
				return
			}
			checkDiagnostics(t, err)
			var list diag.List
			if !errors.As(err, &list) || list.Items[0].Rule != tt.rule {
				t.Errorf("got %v, want rule %s", err, tt.rule)
			}
		})
	}
}
