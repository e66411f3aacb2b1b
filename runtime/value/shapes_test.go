package value_test

import (
	"fmt"

	"github.com/witan-os/witan/runtime/abi"
)

// This file has the types that table tests use.

func record(fields ...any) *abi.Type {
	var list []abi.Field
	for i := 0; i < len(fields); i += 2 {
		list = append(list, abi.Field{Name: fields[i].(string), Type: fields[i+1].(*abi.Type)})
	}
	return must(abi.NewRecord(list...))
}

// variant takes names, each followed by its payload's type if it has one.
func variant(cases ...any) *abi.Type {
	var list []abi.Case
	for _, c := range cases {
		switch c := c.(type) {
		case string:
			list = append(list, abi.Case{Name: c})
		case *abi.Type:
			list[len(list)-1].Type = c
		}
	}
	return must(abi.NewVariant(list...))
}

func option(some *abi.Type) *abi.Type { return must(abi.NewOption(some)) }

func result(ok, fail *abi.Type) *abi.Type { return must(abi.NewResult(ok, fail)) }

func tuple(types ...*abi.Type) *abi.Type { return must(abi.NewTuple(types...)) }

// fixed is a list of fixed length.
func fixed(elem *abi.Type, n uint32) *abi.Type { return must(abi.NewFixedList(elem, n)) }

// names are n names such as "e0".
func names(prefix string, n int) []string {
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprintf("%s%d", prefix, i)
	}
	return list
}

var (
	boolT   = abi.Primitive(abi.Bool)
	s8T     = abi.Primitive(abi.S8)
	u8T     = abi.Primitive(abi.U8)
	s16T    = abi.Primitive(abi.S16)
	u16T    = abi.Primitive(abi.U16)
	s32T    = abi.Primitive(abi.S32)
	u32T    = abi.Primitive(abi.U32)
	s64T    = abi.Primitive(abi.S64)
	u64T    = abi.Primitive(abi.U64)
	f32T    = abi.Primitive(abi.F32)
	f64T    = abi.Primitive(abi.F64)
	charT   = abi.Primitive(abi.Char)
	stringT = abi.Primitive(abi.String)

	bytesT = abi.NewList(u8T)
	pointT = record("x", u32T, "y", u32T)
	shapeT = variant("empty", "circle", f64T, "path", record("points", abi.NewList(pointT)))
	colorT = must(abi.NewEnum("red", "green", "none"))
	modeT  = must(abi.NewFlags("read", "write", "exec"))
	optsT  = record("name", stringT, "age", option(u8T), "tag", option(stringT))
	agesT  = must(abi.NewMap(stringT, u8T))
	fileT  = abi.NewOwn(&abi.Resource{Name: "file"})
	lentT  = abi.NewBorrow(fileT.Resource)
)
