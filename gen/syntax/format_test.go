package syntax_test

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/witan-os/witan/gen/syntax"
	"github.com/witan-os/witan/internal/diag"
	"github.com/witan-os/witan/internal/testutil"
)

func format(t testing.TB, name, text string) string {
	t.Helper()
	out, list := syntax.Format(diag.NewSource(name, text))
	if list.Err() != nil {
		t.Fatalf("%v", list.Err())
	}
	return out
}

// sameTree compares trees, without the places of their nodes.
func sameTree(a, b *syntax.File) string {
	return cmp.Diff(a, b, cmpopts.IgnoreTypes(syntax.Span{}, &diag.Source{}))
}

// checkFormat checks what holds for everything that is formatted.
func checkFormat(t testing.TB, s *diag.Source) {
	t.Helper()
	once := format(t, s.Name(), s.Text())
	if twice := format(t, s.Name(), once); twice != once {
		t.Errorf("%s: formatting again changes it:\n%s", s.Name(), cmp.Diff(once, twice))
	}
	before, _ := syntax.Parse(diag.NewSource(s.Name(), returns.ReplaceAllLiteralString(s.Text(), "\n")))
	after, _ := syntax.Parse(diag.NewSource(s.Name(), once))
	if diff := sameTree(before[0], after[0]); diff != "" {
		t.Errorf("%s: formatting changes what it says:\n%s", s.Name(), diff)
	}
}

// returns matches line ends, which formatting makes line feeds, in comments as well.
var returns = regexp.MustCompile(`\r*\n`)

func TestFormatCorpus(t *testing.T) {
	for _, s := range valid(t) {
		checkFormat(t, s)
	}
}

// TestOurFilesAreFormatted looks at the contract and at the examples.
func TestOurFilesAreFormatted(t *testing.T) {
	all := append(sources(t, "../../wit"), sources(t, "../../examples")...)
	if len(all) < 20 {
		t.Fatalf("only %d files", len(all))
	}
	for _, s := range all {
		if diff := cmp.Diff(s.Text(), format(t, s.Name(), s.Text())); diff != "" {
			t.Errorf("%s: run witgen fmt on it:\n%s", s.Name(), diff)
		}
	}
}

// TestFormatGolden formats each testdata/format/NAME.wit to NAME.golden.wit.
func TestFormatGolden(t *testing.T) {
	names, err := filepath.Glob("testdata/format/*.wit")
	if err != nil || len(names) == 0 {
		t.Fatalf("%d files, %v", len(names), err)
	}
	for _, s := range sources(t, "testdata/format") {
		if strings.HasSuffix(s.Name(), ".golden.wit") {
			continue
		}
		t.Run(filepath.Base(s.Name()), func(t *testing.T) {
			checkFormat(t, s)
			golden := strings.TrimSuffix(s.Name(), ".wit") + ".golden.wit"
			testutil.Golden(t, golden, []byte(format(t, s.Name(), s.Text())))
		})
	}
}

func TestFormatLineEnds(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"empty", "", ""},
		{"only space", " \r\n\t\n", ""},
		{"only a comment", "\n// text", "// text\n"},
		{"carriage returns", "package a:b;\r\n// x\r\n\r\ninterface i {\r\n}\r\n", "package a:b;\n\n// x\n\ninterface i {}\n"},
		{"in a block comment", "/* a\r\nb\r\r\n\r */\r\npackage a:b;", "/* a\nb\n\r */\npackage a:b;\n"},
		{"byte order mark", "\uFEFFpackage a:b;", "package a:b;\n"},
		{"end missing", "interface i {}", "interface i {}\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := format(t, "x.wit", tt.text); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestFormatRefusesWhatDoesNotParse(t *testing.T) {
	out, list := syntax.Format(diag.NewSource("x.wit", "interface i { a: func() }"))
	if out != "" || len(list.Items) != 1 || list.Items[0].Rule != syntax.RuleExpected {
		t.Errorf("got %q, %v", out, list.Items)
	}
}
