package abi_test

import (
	"testing"

	"github.com/witan-os/witan/runtime/abi"
)

// different makes types none of which is the same as another.
func different() []*abi.Type {
	other := &abi.Resource{Name: file.Name}
	list := []*abi.Type{nil}
	for k := abi.Bool; k <= abi.String; k++ {
		list = append(list, abi.Primitive(k))
	}
	field := func(name string, t *abi.Type) *abi.Type { return must(abi.NewRecord(abi.Field{Name: name, Type: t})) }
	one := func(name string, t *abi.Type) *abi.Type { return must(abi.NewVariant(abi.Case{Name: name, Type: t})) }
	return append(list,
		abi.NewList(u8T), abi.NewList(u16T), abi.NewList(abi.NewList(u8T)),
		fixed(u8T, 2), fixed(u8T, 3), fixed(u16T, 2),
		dict(u8T, u8T), dict(u8T, u16T), dict(u16T, u8T),
		field("a", u8T), field("b", u8T), field("a", u16T), record(u8T, u8T),
		tuple(u8T), tuple(u16T), tuple(u8T, u8T),
		one("a", u8T), one("b", u8T), one("a", u16T), one("a", nil), variant(u8T, nil), variant(nil, u8T),
		must(abi.NewEnum("a")), must(abi.NewEnum("b")), must(abi.NewEnum("a", "b")),
		option(u8T), option(u16T), option(option(u8T)),
		result(nil, nil), result(u8T, nil), result(nil, u8T), result(u8T, u8T),
		must(abi.NewFlags("a")), must(abi.NewFlags("b")), must(abi.NewFlags("a", "b")),
		abi.NewOwn(file), abi.NewOwn(other), abi.NewBorrow(file), abi.NewBorrow(other),
	)
}

func TestSame(t *testing.T) {
	some, again := different(), different()
	kinds := map[abi.Kind]bool{}
	for i, a := range some {
		if a != nil {
			kinds[a.Kind] = true
		}
		for j, b := range again {
			if a != nil && (a.Kind == abi.Own || a.Kind == abi.Borrow) {
				b = some[j] // its resource type is made anew, and so is another one
			}
			if abi.Same(a, b) != (i == j) {
				t.Errorf("%v and %v: the same is %v", a, b, i != j)
			}
		}
	}
	for k := abi.Bool; k <= abi.Borrow; k++ {
		if !kinds[k] {
			t.Errorf("no %s is compared", k)
		}
	}
}

func TestSameFunc(t *testing.T) {
	param := func(name string, typ *abi.Type) []abi.Param { return []abi.Param{{Name: name, Type: typ}} }
	list := []func() *abi.Func{
		func() *abi.Func { return &abi.Func{} },
		func() *abi.Func { return &abi.Func{Async: true} },
		func() *abi.Func { return &abi.Func{Result: u8T} },
		func() *abi.Func { return &abi.Func{Params: param("a", u8T)} },
		func() *abi.Func { return &abi.Func{Params: param("b", u8T)} },
		func() *abi.Func { return &abi.Func{Params: param("a", u16T)} },
		func() *abi.Func { return &abi.Func{Params: append(param("a", u8T), param("b", u8T)...)} },
	}
	for i, a := range list {
		for j, b := range list {
			if abi.SameFunc(a(), b()) != (i == j) {
				t.Errorf("%s and %s: the same is %v", a(), b(), i != j)
			}
		}
	}
}
