package abi_test

import (
	"fmt"

	"github.com/witan-os/witan/runtime/abi"
)

// This file has the types that table tests use.

var (
	boolT   = abi.Primitive(abi.Bool)
	u8T     = abi.Primitive(abi.U8)
	u16T    = abi.Primitive(abi.U16)
	u32T    = abi.Primitive(abi.U32)
	u64T    = abi.Primitive(abi.U64)
	f32T    = abi.Primitive(abi.F32)
	f64T    = abi.Primitive(abi.F64)
	stringT = abi.Primitive(abi.String)
	bytesT  = abi.NewList(u8T)
	file    = &abi.Resource{Name: "file"}
	ownT    = abi.NewOwn(file)
	borrowT = abi.NewBorrow(file)
)

func must(t *abi.Type, err error) *abi.Type {
	if err != nil {
		panic(err)
	}
	return t
}

func record(types ...*abi.Type) *abi.Type {
	fields := make([]abi.Field, len(types))
	for i, t := range types {
		fields[i] = abi.Field{Name: fmt.Sprintf("f%d", i), Type: t}
	}
	return must(abi.NewRecord(fields...))
}

func tuple(types ...*abi.Type) *abi.Type { return must(abi.NewTuple(types...)) }

func option(some *abi.Type) *abi.Type { return must(abi.NewOption(some)) }

func result(ok, fail *abi.Type) *abi.Type { return must(abi.NewResult(ok, fail)) }

// fixed is a list of fixed length.
func fixed(elem *abi.Type, n uint32) *abi.Type { return must(abi.NewFixedList(elem, n)) }

func dict(key, value *abi.Type) *abi.Type { return must(abi.NewMap(key, value)) }

// variant has a case per type; nil is a case without payload.
func variant(types ...*abi.Type) *abi.Type {
	cases := make([]abi.Case, len(types))
	for i, t := range types {
		cases[i] = abi.Case{Name: fmt.Sprintf("c%d", i), Type: t}
	}
	return must(abi.NewVariant(cases...))
}

func enum(n int) *abi.Type { return must(abi.NewEnum(labels(n)...)) }

func flags(n int) *abi.Type { return must(abi.NewFlags(labels(n)...)) }

func labels(n int) []string {
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprintf("l%d", i)
	}
	return list
}

func repeat(t *abi.Type, n int) []*abi.Type {
	list := make([]*abi.Type, n)
	for i := range list {
		list[i] = t
	}
	return list
}

// doubled is a tuple of two tuples of two …, n deep: 2ⁿ bytes and as many values in a few types.
func doubled(n int) *abi.Type {
	t := tuple(boolT)
	for range n {
		t = tuple(t, t)
	}
	return t
}
