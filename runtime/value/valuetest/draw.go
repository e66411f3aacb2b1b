// Package valuetest draws random types, values and memories for the tests of all who move values across the
// canonical ABI.
package valuetest

import (
	"fmt"
	"math"
	"slices"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/witan-os/witan/runtime/abi"
	"github.com/witan-os/witan/runtime/value"
)

// Resources are the resource types that drawn types refer to.
var Resources = []*abi.Resource{{Name: "file"}, {Name: "socket"}}

// The kinds to draw from. What comes first is drawn most often, so that types with parts do.
var (
	compoundKinds = []abi.Kind{
		abi.Variant, abi.Record, abi.List, abi.Tuple, abi.Map, abi.FixedList, abi.Option, abi.Result, abi.Flags, abi.Enum,
		abi.Own, abi.Borrow,
	}
	primitiveKinds = []abi.Kind{
		abi.String, abi.U8, abi.F32, abi.U64, abi.S16, abi.Char, abi.F64, abi.S8, abi.U32, abi.Bool, abi.S64, abi.U16, abi.S32,
	}
	keyKinds = slices.DeleteFunc(slices.Clone(primitiveKinds), func(k abi.Kind) bool { return k == abi.F32 || k == abi.F64 })
	allKinds = slices.Concat(compoundKinds, primitiveKinds)
)

// Type draws a type at most depth deep, of all kinds.
func Type(t *rapid.T, depth int) *abi.Type {
	kinds := allKinds
	if depth == 0 {
		kinds = primitiveKinds
	}
	switch k := rapid.SampledFrom(kinds).Draw(t, "kind"); k {
	case abi.List:
		return abi.NewList(Type(t, depth-1))
	case abi.FixedList:
		return fixedList(t, depth)
	case abi.Map:
		key := abi.Primitive(rapid.SampledFrom(keyKinds).Draw(t, "key"))
		return must(abi.NewMap(key, Type(t, depth-1)))
	case abi.Record:
		fields := make([]abi.Field, Count(t, 1, 4))
		for i := range fields {
			fields[i] = abi.Field{Name: fmt.Sprintf("f%d", i), Type: Type(t, depth-1)}
		}
		return must(abi.NewRecord(fields...))
	case abi.Tuple:
		types := make([]*abi.Type, Count(t, 1, 4))
		for i := range types {
			types[i] = Type(t, depth-1)
		}
		return must(abi.NewTuple(types...))
	case abi.Variant:
		cases := make([]abi.Case, Count(t, 1, 5))
		for i := range cases {
			cases[i] = abi.Case{Name: fmt.Sprintf("c%d", i), Type: payload(t, depth-1)}
		}
		return must(abi.NewVariant(cases...))
	case abi.Enum:
		return must(abi.NewEnum(names("e", rapid.SampledFrom([]int{1, 2, 256, 257}).Draw(t, "cases"))...))
	case abi.Option:
		return must(abi.NewOption(Type(t, depth-1)))
	case abi.Result:
		return must(abi.NewResult(payload(t, depth-1), payload(t, depth-1)))
	case abi.Flags:
		return must(abi.NewFlags(names("b", Count(t, 1, abi.MaxFlags))...))
	case abi.Own:
		return abi.NewOwn(rapid.SampledFrom(Resources).Draw(t, "resource"))
	case abi.Borrow:
		return abi.NewBorrow(rapid.SampledFrom(Resources).Draw(t, "resource"))
	default:
		return abi.Primitive(k)
	}
}

// fixedList draws lengths around the limit of what goes in core values, unless the elements are lists themselves:
// those would become too many.
func fixedList(t *rapid.T, depth int) *abi.Type {
	lengths := []uint32{1, 2, 3}
	if depth == 1 {
		lengths = append(lengths, abi.MaxFlatParams, abi.MaxFlatParams+1)
	}
	return must(abi.NewFixedList(Type(t, depth-1), rapid.SampledFrom(lengths).Draw(t, "length")))
}

func payload(t *rapid.T, depth int) *abi.Type {
	if Count(t, 0, 3) == 0 {
		return nil
	}
	return Type(t, depth)
}

// Count draws a number from least to most.
func Count(t *rapid.T, least, most int) int { return rapid.IntRange(least, most).Draw(t, "count") }

// Encoding draws how a guest's strings stand in its memory.
func Encoding(t *rapid.T) abi.Encoding {
	return rapid.SampledFrom([]abi.Encoding{abi.UTF8, abi.UTF16, abi.Latin1OrUTF16}).Draw(t, "encoding")
}

// text are strings of characters that take one, two, three and four bytes as UTF-8, often all alike: where
// encodings differ, it is by the widest.
var text = rapid.OneOf(
	rapid.StringOfN(rapid.RuneFrom(nil, ascii), 0, 6, -1),
	rapid.StringOfN(rapid.RuneFrom(nil, ascii, latin1), 0, 6, -1),
	rapid.StringOfN(rapid.Rune().Filter(utf8.ValidRune), 0, 6, -1),
)

var (
	ascii  = &unicode.RangeTable{R16: []unicode.Range16{{Lo: 0x00, Hi: 0x7f, Stride: 1}}, LatinOffset: 1}
	latin1 = &unicode.RangeTable{R16: []unicode.Range16{{Lo: 0x80, Hi: 0xff, Stride: 1}}, LatinOffset: 1}
)

// Value draws a value of type typ.
func Value(t *rapid.T, typ *abi.Type) value.Value {
	switch typ.Kind {
	case abi.Bool:
		return rapid.Bool().Draw(t, "bool")
	case abi.S8:
		return rapid.Int8().Draw(t, "s8")
	case abi.U8:
		return rapid.Uint8().Draw(t, "u8")
	case abi.S16:
		return rapid.Int16().Draw(t, "s16")
	case abi.U16:
		return rapid.Uint16().Draw(t, "u16")
	case abi.S32:
		return rapid.Int32().Draw(t, "s32")
	case abi.U32:
		return rapid.Uint32().Draw(t, "u32")
	case abi.S64:
		return rapid.Int64().Draw(t, "s64")
	case abi.U64:
		return rapid.Uint64().Draw(t, "u64")
	case abi.F32:
		return math.Float32frombits(rapid.Uint32().Draw(t, "f32"))
	case abi.F64:
		return math.Float64frombits(rapid.Uint64().Draw(t, "f64"))
	case abi.Char:
		return value.Char(rapid.Rune().Filter(utf8.ValidRune).Draw(t, "char"))
	case abi.String:
		return text.Draw(t, "string")
	case abi.List:
		return list(t, typ, 0, 5)
	case abi.FixedList:
		return list(t, typ, int(typ.Len), int(typ.Len))
	case abi.Map:
		m := make(value.Map, Count(t, 0, 3))
		for i := range m {
			m[i] = value.Entry{Key: Value(t, typ.Elem.Fields[0].Type), Value: Value(t, typ.Elem.Fields[1].Type)}
		}
		return m
	case abi.Record:
		record := make(value.Record, len(typ.Fields))
		for i, f := range typ.Fields {
			record[i] = value.Field{Name: f.Name, Value: Value(t, f.Type)}
		}
		return record
	case abi.Tuple:
		tuple := make(value.Tuple, len(typ.Fields))
		for i, f := range typ.Fields {
			tuple[i] = Value(t, f.Type)
		}
		return tuple
	case abi.Flags:
		flags := value.Flags{}
		for _, label := range typ.Labels {
			if rapid.Bool().Draw(t, "flag") {
				flags = append(flags, label)
			}
		}
		return flags
	case abi.Own:
		return value.Own{Rep: Count(t, 0, 99)}
	case abi.Borrow:
		return value.Borrow{Rep: Count(t, 0, 99)}
	default:
		return variant(t, typ)
	}
}

// list draws a list of least to most elements. Most is for bytes: a list of anything else has no more than three,
// unless it must.
func list(t *rapid.T, typ *abi.Type, least, most int) value.Value {
	if typ.Elem.Kind == abi.U8 {
		return rapid.SliceOfN(rapid.Byte(), least, most).Draw(t, "bytes")
	}
	elems := make(value.List, Count(t, least, max(least, min(most, 3))))
	for i := range elems {
		elems[i] = Value(t, typ.Elem)
	}
	return elems
}

func variant(t *rapid.T, typ *abi.Type) value.Value {
	i := Count(t, 0, len(typ.Cases)-1)
	c := typ.Cases[i]
	var inner value.Value
	if c.Type != nil {
		inner = Value(t, c.Type)
	}
	switch typ.Kind {
	case abi.Enum:
		return value.Enum(c.Name)
	case abi.Option:
		return value.Option{Some: i == 1, Value: inner}
	case abi.Result:
		return value.Result{Failed: i == 1, Payload: inner}
	}
	return value.Variant{Case: c.Name, Payload: inner}
}

// Func draws a function type and arguments and a result for it.
func Func(t *rapid.T) (f *abi.Func, args []value.Value, result value.Value) {
	f = &abi.Func{}
	for i := range Count(t, 0, 5) {
		typ := Type(t, 2)
		f.Params = append(f.Params, abi.Param{Name: fmt.Sprintf("p%d", i), Type: typ})
		args = append(args, Value(t, typ))
	}
	if typ := payload(t, 2); typ != nil && !typ.HasBorrow() {
		f.Result, result = typ, Value(t, typ)
	}
	return f, args, result
}

// Memory draws a guest's memory in which small numbers are common, because those are the ones that
// pass for pointers, lengths, discriminants and handles.
func Memory(t *rapid.T) []byte {
	b := rapid.OneOf(rapid.Byte(), rapid.Just(byte(0)), rapid.ByteRange(0, 4), rapid.SampledFrom([]byte{8, 16, 24, 32, 40}))
	word := rapid.Custom(func(t *rapid.T) []byte {
		if rapid.Bool().Draw(t, "small") {
			return []byte{b.Draw(t, "low"), 0, 0, 0}
		}
		return rapid.SliceOfN(b, 4, 4).Draw(t, "word")
	})
	return slices.Concat(rapid.SliceOfN(word, 0, 24).Draw(t, "memory")...)
}

func names(prefix string, n int) []string {
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprintf("%s%d", prefix, i)
	}
	return list
}

// must is for types that are valid by construction.
func must(t *abi.Type, err error) *abi.Type {
	if err != nil {
		panic(err)
	}
	return t
}
