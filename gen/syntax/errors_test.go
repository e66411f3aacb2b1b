package syntax_test

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"github.com/witan-os/witan/gen/syntax"
	"github.com/witan-os/witan/internal/diag"
	"github.com/witan-os/witan/internal/testutil"
)

// TestErrorsGolden parses each testdata/errors/NAME.wit, whose messages are in NAME.golden.txt.
func TestErrorsGolden(t *testing.T) {
	for _, s := range sources(t, "testdata/errors") {
		name := filepath.Base(s.Name())
		t.Run(name, func(t *testing.T) {
			_, list := syntax.Parse(diag.NewSource(name, s.Text()))
			var out bytes.Buffer
			if err := diag.WriteText(&out, list, diag.Options{}); err != nil {
				t.Fatal(err)
			}
			testutil.Golden(t, strings.TrimSuffix(s.Name(), ".wit")+".golden.txt", out.Bytes())
		})
	}
}
