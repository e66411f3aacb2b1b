package policy_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/witan-os/witan/kernel/policy"
	"github.com/witan-os/witan/runtime/link"
)

func TestOutline(t *testing.T) {
	for _, c := range []*policy.Component{
		{},
		{Imports: []link.Name{{Name: "wasi:cli/stdout@0.2.0"}, {Name: "plain", Implements: "a:b/c@1.0.0"}}},
		{Imports: []link.Name{{Name: "a:b/c"}}, Exports: []link.Name{{Name: "wasi:cli/run@0.2.0"}, {Name: "own", Implements: "a:b/c"}}},
	} {
		text, ok := c.Outline()
		if !ok {
			t.Fatalf("%+v has no outline", c)
		}
		got, err := policy.ParseOutline(text)
		if err != nil || !got.Equal(c) {
			t.Errorf("%q: error %v (-want +got):\n%s", text, err, cmp.Diff(c, got))
		}
	}
	for _, name := range []link.Name{{}, {Name: "a\tb"}, {Name: "a\nb"}, {Name: "a", Implements: "\n"}} {
		c := &policy.Component{Exports: []link.Name{name}}
		if text, ok := c.Outline(); ok {
			t.Errorf("the outline of %+v is %q", c, text)
		}
	}
}

func TestOutlineOfAnother(t *testing.T) {
	c := &policy.Component{Imports: []link.Name{{Name: "a"}}, Exports: []link.Name{{Name: "b"}}}
	for _, other := range []*policy.Component{
		{},
		{Imports: []link.Name{{Name: "a"}}},
		{Imports: []link.Name{{Name: "a"}}, Exports: []link.Name{{Name: "b", Implements: "c"}}},
		{Imports: []link.Name{{Name: "b"}}, Exports: []link.Name{{Name: "a"}}},
		{Imports: []link.Name{{Name: "a"}}, Exports: []link.Name{{Name: "b"}, {Name: "b"}}},
	} {
		if c.Equal(other) || other.Equal(c) {
			t.Errorf("%+v is equal to %+v", c, other)
		}
	}
}

// FuzzParseOutline reads any text. What it takes has an outline that says the same.
func FuzzParseOutline(f *testing.F) {
	for _, seed := range []string{"", "<\ta:b/c@1.0.0\t\n>\trun\ta:b/c\n", "<\ta", "<\t\t\n", "=\ta\t\n", "\n", ">\ta\tb\tc\n"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		c, err := policy.ParseOutline(text)
		if err != nil {
			return
		}
		again, ok := c.Outline()
		if !ok {
			return // a tab too many
		}
		same, err := policy.ParseOutline(again)
		if err != nil || !same.Equal(c) {
			t.Errorf("%q was read as %+v, and %q as %+v (%v)", text, c, again, same, err)
		}
	})
}
