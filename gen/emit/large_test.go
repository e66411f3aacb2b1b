package emit_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/witan-os/witan/gen/emit"
	"github.com/witan-os/witan/gen/layout"
	"github.com/witan-os/witan/gen/resolve"
	"github.com/witan-os/witan/internal/diag"
)

// TestSharedTypesTakeNoTime generates types that use each other so often that nobody could follow every path.
func TestSharedTypesTakeNoTime(t *testing.T) {
	const levels = 60
	var wit strings.Builder
	wit.WriteString("package a:b;\ninterface x {\n  f: func() -> t0;\n")
	for i := range levels {
		fmt.Fprintf(&wit, "  variant t%d { a(list<t%[2]d>), b(t%[2]d), c(option<t%[2]d>) }\n", i, i+1)
	}
	fmt.Fprintf(&wit, "  type t%d = u8;\n}\n", levels)
	tree, err := resolve.Sources([]*diag.Source{diag.NewSource("a.wit", wit.String())}, nil, resolve.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := layout.Compute(tree); err != nil {
		t.Fatal(err)
	}
	_, err = emit.Generate(tree, emit.Options{Module: "example.org/x", Tests: true})
	var list diag.List
	if !errors.As(err, &list) || len(list.Items) != 1 || list.Items[0].Rule != emit.RuleTooLong {
		t.Fatalf("got %v, want one diagnostic of the rule %s", err, emit.RuleTooLong)
	}
	if at := list.Items[0].Source.Position(list.Items[0].Start); at != (diag.Position{Line: 3, Column: 3}) {
		t.Errorf("the error is at %v", at)
	}
}
