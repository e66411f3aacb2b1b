package syntax_test

import (
	"testing"

	"github.com/witan-os/witan/gen/syntax"
	"github.com/witan-os/witan/internal/diag"
)

// FuzzParse parses anything. What is refused has diagnostics with places in the text; what is accepted
// can be formatted, stays the same tree and does not change any more.
func FuzzParse(f *testing.F) {
	for _, dir := range []string{"testdata/format", "testdata/errors", "../../wit"} {
		for _, s := range sources(f, dir) {
			f.Add(s.Text())
		}
	}
	f.Add("/* a\r\r\n*/ interface i {\r /**/ }\r\n// x\r\r")
	f.Fuzz(func(t *testing.T, text string) {
		s := diag.NewSource("x.wit", text)
		_, list := syntax.Parse(s)
		checkDiagnostics(t, s, list)
		if list.Err() == nil {
			checkFormat(t, s)
			return
		}
		if out, list := syntax.Format(s); out != "" || list.Err() == nil {
			t.Errorf("a file with errors is formatted to %q", out)
		}
	})
}
