package syntax_test

import (
	"fmt"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/witan-os/witan/gen/syntax"
	"github.com/witan-os/witan/internal/diag"
	"github.com/witan-os/witan/internal/testutil"
)

// dumper writes a tree as text: each node with its type and the source that its span covers.
type dumper struct {
	out  strings.Builder
	text string
}

var spanType = reflect.TypeFor[syntax.Span]()

func (d *dumper) dump(depth int, label string, v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			d.dump(depth, label, v.Elem())
		}
	case reflect.Slice:
		for i := range v.Len() {
			d.dump(depth, label, v.Index(i))
		}
	case reflect.Struct:
		d.node(depth, label, v)
	case reflect.Bool:
		if v.Bool() {
			d.line(depth, label)
		}
	default:
		d.line(depth, fmt.Sprintf("%s %#v", label, v.Interface()))
	}
}

func (d *dumper) node(depth int, label string, v reflect.Value) {
	if v.Type() == spanType {
		d.line(depth, label+" "+d.quote(v.Interface().(syntax.Span)))
		return
	}
	line := label + " " + v.Type().Name()
	if n, ok := v.Interface().(syntax.Node); ok {
		line += " " + d.quote(n.Range())
	} else if n, ok := v.Addr().Interface().(syntax.Node); ok {
		line += " " + d.quote(n.Range())
	}
	d.line(depth, line)
	d.fields(depth+1, v)
}

// fields writes fields; those of embedded nodes as if they were its own.
func (d *dumper) fields(depth int, v reflect.Value) {
	for i := range v.NumField() {
		f := v.Type().Field(i)
		switch {
		case f.Type == spanType && f.Anonymous, f.Name == "Source", f.Name == "Comments":
		case f.Anonymous:
			d.fields(depth, v.Field(i))
		default:
			d.dump(depth, f.Name, v.Field(i))
		}
	}
}

func (d *dumper) line(depth int, text string) {
	fmt.Fprintf(&d.out, "%s%s\n", strings.Repeat("  ", depth), text)
}

// quote returns the source of a span, without the middle of a long one.
func (d *dumper) quote(s syntax.Span) string {
	text := strings.Join(strings.Fields(d.text[s.Start:s.End]), " ")
	if len(text) > 60 {
		text = text[:40] + " … " + text[len(text)-15:]
	}
	return "‹" + text + "›"
}

// TestTreeGolden writes down the trees of the files that the formatter is tested with, which have
// everything there is.
func TestTreeGolden(t *testing.T) {
	for _, s := range sources(t, "testdata/format") {
		name := filepath.Base(s.Name())
		if strings.HasSuffix(name, ".golden.wit") {
			continue
		}
		t.Run(name, func(t *testing.T) {
			files, list := syntax.Parse(s)
			if list.Err() != nil {
				t.Fatal(list.Err())
			}
			d := &dumper{text: s.Text()}
			d.fields(0, reflect.ValueOf(files[0]).Elem())
			for _, c := range files[0].Comments {
				d.line(0, "Comment "+d.quote(c.Span))
			}
			testutil.Golden(t, filepath.Join("testdata/tree", strings.TrimSuffix(name, ".wit")+".golden.txt"), []byte(d.out.String()))
		})
	}
}

func TestParseReturnsAFileForEachSource(t *testing.T) {
	files, list := syntax.Parse(
		diag.NewSource("a.wit", "package a:b;"),
		diag.NewSource("broken.wit", "interface i { f: func() } interface j {}"),
		diag.NewSource("c.wit", "world w {}"),
	)
	if len(files) != 3 || files[0].Package.Name.String() != "a:b" || len(files[1].Items) != 2 || len(files[2].Items) != 1 {
		t.Errorf("got %+v", files)
	}
	if len(list.Items) != 1 || list.Items[0].Source != files[1].Source {
		t.Errorf("got %v", list.Items)
	}
}
