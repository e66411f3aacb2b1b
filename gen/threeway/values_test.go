package threeway

import (
	"cmp"
	"fmt"
	"slices"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/witan-os/witan/runtime/abi"
	"github.com/witan-os/witan/runtime/value"
	"github.com/witan-os/witan/runtime/value/valuetest"
)

// This file draws values. They are as large as fits into a guest's memory together, and favor the sizes at
// which executors change their ways: copies of a few bytes, of a word, of a block.

// values draws the values of one call.
type values struct {
	*rapid.T
	left   int // bytes that strings and lists may still take, about
	things []*thing
}

// thing is a resource of the host.
type thing struct{ number int }

func (t *thing) String() string { return fmt.Sprintf("#%d", t.number) }

var (
	sizes = rapid.SampledFrom([]int{0, 1, 2, 3, 4, 5, 7, 8, 9, 12, 15, 16, 17, 31, 33, 64, 65, 100})
	few   = rapid.IntRange(0, 4)
	texts = rapid.OneOf(
		rapid.Custom(func(t *rapid.T) string {
			return rapid.StringOfN(rapid.RuneFrom(nil, ascii), 0, sizes.Draw(t, "length"), -1).Draw(t, "text")
		}),
		rapid.StringOfN(rapid.RuneFrom(nil, ascii, latin1), 0, 20, -1),
		rapid.StringOfN(rapid.OneOf(rapid.RuneFrom(nil, ascii, latin1), rapid.Rune().Filter(isScalar)), 0, 20, -1),
		rapid.StringN(0, 10, -1),
	)
)

var (
	ascii  = &unicode.RangeTable{R16: []unicode.Range16{{Lo: 0, Hi: 0x7f, Stride: 1}}, LatinOffset: 1}
	latin1 = &unicode.RangeTable{R16: []unicode.Range16{{Lo: 0x80, Hi: 0xff, Stride: 1}}, LatinOffset: 1}
)

func isScalar(r rune) bool { return utf8.ValidRune(r) }

// value draws a value of type t.
func (v *values) value(t *abi.Type) value.Value {
	switch t.Kind {
	case abi.String:
		return v.text()
	case abi.List:
		return v.list(t)
	case abi.FixedList:
		return v.fixedList(t)
	case abi.Map:
		return v.mapOf(t)
	case abi.Record:
		record := make(value.Record, len(t.Fields))
		for i, f := range t.Fields {
			record[i] = value.Field{Name: f.Name, Value: v.value(f.Type)}
		}
		return record
	case abi.Tuple:
		tuple := make(value.Tuple, len(t.Fields))
		for i, f := range t.Fields {
			tuple[i] = v.value(f.Type)
		}
		return tuple
	case abi.Variant, abi.Enum, abi.Option, abi.Result:
		i := rapid.IntRange(0, len(t.Cases)-1).Draw(v.T, "case")
		return makeCase(t, i, func() value.Value { return v.value(t.Cases[i].Type) })
	case abi.Flags:
		return makeFlags(t, rapid.Uint64Range(0, 1<<len(t.Labels)-1).Draw(v.T, "flags"))
	case abi.Own:
		return value.Own{Rep: v.thing()}
	case abi.Borrow:
		return value.Borrow{Rep: v.thing()}
	}
	return valuetest.Value(v.T, t)
}

func (v *values) thing() *thing {
	v.things = append(v.things, &thing{len(v.things)})
	return v.things[len(v.things)-1]
}

func (v *values) text() string {
	if v.left <= 0 {
		return ""
	}
	s := texts.Draw(v.T, "string")
	v.left -= 2 * len(s)
	return s
}

func (v *values) list(t *abi.Type) value.Value {
	if t.Elem.Kind == abi.U8 {
		data := []byte{}
		if v.left > 0 {
			n := sizes.Draw(v.T, "bytes")
			data = rapid.SliceOfN(rapid.Byte(), n, n).Draw(v.T, "data")
		}
		v.left -= len(data)
		return data
	}
	n := 0
	if v.left > 0 {
		n = few.Draw(v.T, "elements")
	}
	v.left -= n * int(t.Elem.Size+8)
	list := make(value.List, n)
	for i := range list {
		list[i] = v.value(t.Elem)
	}
	return list
}

func (v *values) fixedList(t *abi.Type) value.Value {
	n := int(t.Len)
	if t.Elem.Kind == abi.U8 {
		return rapid.SliceOfN(rapid.Byte(), n, n).Draw(v.T, "data")
	}
	list := make(value.List, n)
	for i := range list {
		list[i] = v.value(t.Elem)
	}
	return list
}

// mapOf draws a map as Go has it: with each key once, in their order.
func (v *values) mapOf(t *abi.Type) value.Value {
	n := 0
	if v.left > 0 {
		n = few.Draw(v.T, "entries")
	}
	v.left -= n * int(t.Elem.Size+8)
	m := make(value.Map, n)
	for i := range m {
		m[i] = value.Entry{Key: v.value(t.Elem.Fields[0].Type), Value: v.value(t.Elem.Fields[1].Type)}
	}
	return asGoMap(m)
}

// asGoMap is what a Go map keeps of a map: of entries with one key the last, in the order of the keys.
func asGoMap(m value.Map) value.Map {
	sorted := make(value.Map, 0, len(m))
	for _, e := range m {
		i, found := slices.BinarySearchFunc(sorted, e.Key, func(e value.Entry, key value.Value) int { return compareKeys(e.Key, key) })
		if found {
			sorted[i] = e
		} else {
			sorted = slices.Insert(sorted, i, e)
		}
	}
	return sorted
}

func compareKeys(a, b value.Value) int {
	switch a := a.(type) {
	case bool:
		return cmp.Compare(bit(a), bit(b.(bool)))
	case int8:
		return cmp.Compare(a, b.(int8))
	case int16:
		return cmp.Compare(a, b.(int16))
	case int32:
		return cmp.Compare(a, b.(int32))
	case int64:
		return cmp.Compare(a, b.(int64))
	case uint8:
		return cmp.Compare(a, b.(uint8))
	case uint16:
		return cmp.Compare(a, b.(uint16))
	case uint32:
		return cmp.Compare(a, b.(uint32))
	case uint64:
		return cmp.Compare(a, b.(uint64))
	case value.Char:
		return cmp.Compare(a, b.(value.Char))
	}
	return cmp.Compare(a.(string), b.(string))
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}
