package guestbuild

import (
	"errors"
	"strings"
	"testing"

	"github.com/witan-os/witan/gen/layout"
	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/gen/resolve"
	"github.com/witan-os/witan/internal/diag"
)

// exporting is a core module that exports a function under a name.
func exporting(name string) []byte {
	section := func(id, body string) string { return id + text(body) }
	return []byte(moduleHeader + section("\x01", "\x01\x60\x00\x00") + section("\x03", "\x01\x00") +
		section("\x07", vector(1, text(name)+"\x00\x00")) + section("\x0a", "\x01\x02\x00\x0b"))
}

func TestMissingInGo(t *testing.T) {
	const wit = "package a:b;\ninterface i { f: func(to: stream); g: func(); }\nworld w { import x: func() -> stream; export i; }"
	for _, c := range []struct {
		name, export string
		binary       bool
		want         string
	}{
		{name: "another", export: "a:b/i#g", want: "a.wit:2:15: a guest in Go can't export a:b/i#f: "},
		{name: "one that ends like it", export: "c:a:b/i#f", want: "a.wit:2:15: a guest in Go can't export a:b/i#f: "},
		{name: "by hand", export: "a:b/i#f"},
		{name: "by hand, asynchronous", export: "[async-lift]a:b/i#f"},
		{name: "by hand, with a stack", export: "[async-lift-stackful]a:b/i#f"},
		{name: "WIT without text", export: "a:b/i#g", binary: true, want: "a guest in Go can't export a:b/i#f: "},
	} {
		tree, err := resolve.Sources([]*diag.Source{diag.NewSource("a.wit", wit)}, nil, resolve.Options{})
		if err == nil {
			err = layout.Compute(tree)
		}
		if err != nil {
			t.Fatal(err)
		}
		w := tree.Root.Worlds[0]
		if c.binary {
			w.Exports[0].Interface.Funcs[0].Place = model.Place{}
		}
		err = missingInGo(exporting(c.export), w)
		switch {
		case c.want == "":
			if err != nil {
				t.Errorf("%s: %v", c.name, err)
			}
		case err == nil || !strings.HasPrefix(err.Error(), c.want):
			t.Errorf("%s: got %v, want %s", c.name, err, c.want)
		case errors.As(err, new(diag.List)) == c.binary:
			t.Errorf("%s: %T", c.name, err)
		}
	}
	if missingInGo([]byte("no module"), nil) == nil {
		t.Error("what is no module has all that it should")
	}
}
