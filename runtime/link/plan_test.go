package link

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
)

// names makes names of words; "a=b" is a name that implements an interface.
func names(words string) []Name {
	var list []Name
	for _, w := range strings.Fields(words) {
		name, implements, _ := strings.Cut(w, "=")
		list = append(list, Name{name, implements})
	}
	return list
}

// part writes a part as "NAME[/FOR]: imports -> exports".
func part(text string) Part {
	head, rest, _ := strings.Cut(text, ": ")
	name, what, _ := strings.Cut(head, " for ")
	imports, exports, _ := strings.Cut(rest, "->")
	return Part{Name: name, For: what, Imports: names(imports), Exports: names(exports)}
}

// show writes a composition as lines of "importer.import = part.export", in the order of importers.
func show(c *Composition, parts []Part) string {
	nameOf := func(i int) string {
		if i == Root {
			return "app"
		}
		return parts[i].Name
	}
	var lines []string
	for _, i := range append(slices.Clone(c.Order), Root) {
		line := nameOf(i)
		for _, name := range slices.Sorted(maps.Keys(c.Sources[i])) {
			s := c.Sources[i][name]
			line += " " + name + "=" + nameOf(s.Part) + "." + s.Export
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "; ")
}

func TestPlan(t *testing.T) {
	for _, tt := range []struct {
		name, root string
		parts      []string
		want       string
	}{
		{"nothing", "app: a:b/c ->", nil, "app"},
		{
			"by name", "app: a:b/c wasi:io/poll@0.2.0 f ->",
			[]string{"one: -> a:b/c f"},
			"one; app a:b/c=one.a:b/c f=one.f",
		},
		{
			"across a track", "app: a:b/c@1.2.0 ->",
			[]string{"one: -> a:b/c@1.9.0 a:b/c@1.10.0 a:b/c@2.0.0"},
			"one; app a:b/c@1.2.0=one.a:b/c@1.10.0",
		},
		{
			"for an interface", "app: a:b/c@1.0.0 a:b/d@1.0.0 ->",
			[]string{"one for a:b/c: -> a:b/c@1.0.0 a:b/d@1.0.0"},
			"one; app a:b/c@1.0.0=one.a:b/c@1.0.0",
		},
		{
			"for a version", "app: a:b/c@1.0.0 a:b/c@2.0.0 ->",
			[]string{"one for a:b/c@2.3.0: -> a:b/c@1.0.0 a:b/c@2.0.0"},
			"one; app a:b/c@2.0.0=one.a:b/c@2.0.0",
		},
		{
			"for a package", "app: a:b/c@1.0.0 a:x/d@1.0.0 a:b/c@2.0.0 f ->",
			[]string{"one for a:b@1.0.0: -> a:b/c@1.0.0 a:b/c@2.0.0 a:x/d@1.0.0 f"},
			"one; app a:b/c@1.0.0=one.a:b/c@1.0.0",
		},
		{
			"as a whole", "app: greeter ->",
			[]string{"one for greeter: -> hello"},
			"one; app greeter=one.",
		},
		{
			"what it exports rather than the whole", "app: greeter ->",
			[]string{"one for greeter: -> greeter hello"},
			"one; app greeter=one.greeter",
		},
		{
			"implements", "app: first=a:kv/store@1.0.0 second=a:kv/store@1.0.0 ->",
			[]string{"one for first: -> a:kv/store@1.1.0", "two for second: -> x=a:kv/store@1.2.0"},
			"one; two; app first=one.a:kv/store@1.1.0 second=two.x",
		},
		{
			"the exact name goes before the order", "app: a:b/c@1.0.0 a:b/d@1.0.0 ->",
			[]string{"one: -> a:b/c@1.0.0 a:b/d@1.0.0", "two for a:b/c@1.0.0: -> a:b/c@1.0.0"},
			"two; one; app a:b/c@1.0.0=two.a:b/c@1.0.0 a:b/d@1.0.0=one.a:b/d@1.0.0",
		},
		{
			"a chain", "app: a:b/c ->",
			[]string{"one: a:b/c -> a:b/c", "two: a:b/c -> a:b/c", "end: -> a:b/c"},
			"end; two a:b/c=end.a:b/c; one a:b/c=two.a:b/c; app a:b/c=one.a:b/c",
		},
		{
			"in any order", "app: top ->",
			[]string{"base: host:x/y -> low", "mid: low -> middle", "high: middle low -> top"},
			"base; mid low=base.low; high low=base.low middle=mid.middle; app top=high.top",
		},
		{
			"its own export is the host's", "app: a:b/c ->",
			[]string{"one: a:b/c -> a:b/c"},
			"one; app a:b/c=one.a:b/c",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var parts []Part
			for _, p := range tt.parts {
				parts = append(parts, part(p))
			}
			c, err := Plan(part(tt.root), parts)
			if err != nil {
				t.Fatal(err)
			}
			if got := show(c, parts); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestPlanRefusesCycles(t *testing.T) {
	parts := []Part{part("one: y -> x"), part("two: z -> y"), part("three: x -> z")}
	_, err := Plan(part("app: x ->"), parts)
	var cycle *Cycle
	if !errors.As(err, &cycle) {
		t.Fatalf("got %v, want a cycle", err)
	}
	const want = `components can't import from each other:
    one imports y from two
    two imports z from three
    three imports x from one`
	if err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
}

func TestPlanRefusesWhatIsOfNoUse(t *testing.T) {
	for _, tt := range []struct{ root, part, want string }{
		{
			"app: a:b/c@1.0.0 f ->", "one: -> a:b/c@2.0.0 g",
			"one is linked, but answers no import: it exports a:b/c@2.0.0, g, and what is imported is a:b/c@1.0.0, f",
		},
		{
			"app: a:b/c@1.0.0 ->", "one for a:x: -> a:b/c@1.0.0",
			"one is linked for a:x, but answers no import: it exports a:b/c@1.0.0, and what is imported is a:b/c@1.0.0",
		},
		{"app: ->", "one for lib: ->", "one is linked, but answers no import: it exports nothing, and what is imported is nothing"},
	} {
		_, err := Plan(part(tt.root), []Part{part(tt.part)})
		var unused *Unused
		if !errors.As(err, &unused) || err.Error() != tt.want {
			t.Errorf("got  %v\nwant %s", err, tt.want)
		}
	}
}
