package abi

import (
	"slices"
	"testing"
)

func TestOutline(t *testing.T) {
	file, dir := &Resource{Name: "a:b/c@1/file"}, &Resource{Name: "dir"}
	own, err := NewTuple(NewOwn(file), NewList(NewBorrow(dir)))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		f    *Func
		text string
		want []*Resource
	}{
		{&Func{}, "func()", nil},
		{&Func{Params: []Param{{Name: "own", Type: Primitive(U8)}}}, "func(own: u8)", nil},
		{
			&Func{Params: []Param{{Name: "self", Type: NewBorrow(dir)}, {Name: "x", Type: own}}, Result: NewOwn(dir)},
			"func(self: borrow<>, x: tuple<own<>, list<borrow<>>>) -> own<>",
			[]*Resource{dir, file, dir, dir},
		},
	} {
		text, resources := tt.f.Outline()
		if text != tt.text || !slices.Equal(resources, tt.want) {
			t.Errorf("%s: outline %q with %v", tt.f, text, resources)
		}
		again, names := OutlineOf(tt.f.String())
		if again != text {
			t.Errorf("%s: the text's outline is %q", tt.f, again)
		}
		if !slices.EqualFunc(names, resources, func(name string, r *Resource) bool { return name == r.Name }) {
			t.Errorf("%s: the text has the names %q", tt.f, names)
		}
	}
}
