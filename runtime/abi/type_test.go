package abi_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/witan-os/witan/runtime/abi"
)

func TestLayout(t *testing.T) {
	const i32, i64, f32, f64 = abi.I32, abi.I64, abi.CoreF32, abi.CoreF64
	type core = []abi.CoreType
	tests := []struct {
		typ         *abi.Type
		size, align uint32
		flat        core
	}{
		{abi.Primitive(abi.Bool), 1, 1, core{i32}},
		{abi.Primitive(abi.S8), 1, 1, core{i32}},
		{abi.Primitive(abi.U8), 1, 1, core{i32}},
		{abi.Primitive(abi.S16), 2, 2, core{i32}},
		{abi.Primitive(abi.U16), 2, 2, core{i32}},
		{abi.Primitive(abi.S32), 4, 4, core{i32}},
		{abi.Primitive(abi.U32), 4, 4, core{i32}},
		{abi.Primitive(abi.S64), 8, 8, core{i64}},
		{abi.Primitive(abi.U64), 8, 8, core{i64}},
		{abi.Primitive(abi.F32), 4, 4, core{f32}},
		{abi.Primitive(abi.F64), 8, 8, core{f64}},
		{abi.Primitive(abi.Char), 4, 4, core{i32}},
		{stringT, 8, 4, core{i32, i32}},
		{abi.NewList(u64T), 8, 4, core{i32, i32}},
		{ownT, 4, 4, core{i32}},
		{borrowT, 4, 4, core{i32}},

		{record(u8T), 1, 1, core{i32}},
		{record(u8T, u32T), 8, 4, core{i32, i32}},
		{record(u8T, u64T, u8T), 24, 8, core{i32, i64, i32}},
		{record(u16T, u8T, u8T), 4, 2, core{i32, i32, i32}},
		{tuple(u8T, u16T, u8T, f32T), 12, 4, core{i32, i32, i32, f32}},
		{tuple(tuple(u8T, u16T), u8T), 6, 2, core{i32, i32, i32}},
		{tuple(stringT, u8T), 12, 4, core{i32, i32, i32}},

		{flags(1), 1, 1, core{i32}},
		{flags(8), 1, 1, core{i32}},
		{flags(9), 2, 2, core{i32}},
		{flags(16), 2, 2, core{i32}},
		{flags(17), 4, 4, core{i32}},
		{flags(32), 4, 4, core{i32}},

		{enum(1), 1, 1, core{i32}},
		{enum(256), 1, 1, core{i32}},
		{enum(257), 2, 2, core{i32}},
		{enum(1 << 16), 2, 2, core{i32}},
		{enum(1<<16 + 1), 4, 4, core{i32}},

		{option(u8T), 2, 1, core{i32, i32}},
		{option(u64T), 16, 8, core{i32, i64}},
		{option(option(u16T)), 6, 2, core{i32, i32, i32}},
		{result(nil, nil), 1, 1, core{i32}},
		{result(u16T, nil), 4, 2, core{i32, i32}},
		{result(nil, stringT), 12, 4, core{i32, i32, i32}},
		{result(u8T, f64T), 16, 8, core{i32, i64}},

		{variant(nil, nil), 1, 1, core{i32}},
		{variant(u32T, f32T), 8, 4, core{i32, i32}},
		{variant(f32T, f32T), 8, 4, core{i32, f32}},
		{variant(u64T, f64T), 16, 8, core{i32, i64}},
		{variant(f64T, f64T), 16, 8, core{i32, f64}},
		{variant(f32T, f64T), 16, 8, core{i32, i64}},
		{variant(f32T, u64T), 16, 8, core{i32, i64}},
		{variant(u32T, f64T), 16, 8, core{i32, i64}},
		{variant(u8T, tuple(f32T, f64T), stringT), 24, 8, core{i32, i32, i64}},
		{variant(append(repeat(nil, 256), u8T)...), 4, 2, core{i32, i32}},
		{variant(append(repeat(nil, 256), u32T)...), 8, 4, core{i32, i32}},

		{record(repeat(u8T, 16)...), 16, 1, slices.Repeat(core{i32}, 16)},
		{record(repeat(u8T, 17)...), 17, 1, nil},
		{tuple(record(repeat(u8T, 17)...)), 17, 1, nil},
		{option(record(repeat(u8T, 15)...)), 16, 1, slices.Repeat(core{i32}, 16)},
		{option(record(repeat(u8T, 16)...)), 17, 1, nil},
		{variant(u8T, record(repeat(u8T, 17)...), u64T), 32, 8, nil},
		{abi.NewList(record(repeat(u8T, 17)...)), 8, 4, core{i32, i32}},

		{fixed(u8T, 1), 1, 1, core{i32}},
		{fixed(u8T, 16), 16, 1, slices.Repeat(core{i32}, 16)},
		{fixed(u8T, 17), 17, 1, nil},
		{fixed(u64T, 3), 24, 8, core{i64, i64, i64}},
		{fixed(tuple(u32T, u8T), 2), 16, 4, core{i32, i32, i32, i32}},
		{fixed(stringT, 8), 64, 4, slices.Repeat(core{i32}, 16)},
		{fixed(stringT, 9), 72, 4, nil},
		{fixed(fixed(f32T, 4), 4), 64, 4, slices.Repeat(core{f32}, 16)},
		{fixed(record(repeat(u8T, 17)...), 1), 17, 1, nil},
		{option(fixed(f64T, 2)), 24, 8, core{i32, f64, f64}},
		{fixed(u8T, abi.MaxSize), abi.MaxSize, 1, nil},

		{dict(stringT, u64T), 8, 4, core{i32, i32}},
		{dict(u8T, record(repeat(u8T, 17)...)), 8, 4, core{i32, i32}},
	}
	for _, test := range tests {
		if test.typ.Size != test.size || test.typ.Align != test.align {
			t.Errorf("%s: size %d, align %d; want %d, %d", test.typ, test.typ.Size, test.typ.Align, test.size, test.align)
		}
		if !slices.Equal(test.typ.Flat, test.flat) || (test.typ.Flat == nil) != (test.flat == nil) {
			t.Errorf("%s: flat %v, want %v", test.typ, test.typ.Flat, test.flat)
		}
	}
}

func TestOffsets(t *testing.T) {
	tests := []struct {
		typ  *abi.Type
		want []uint32
	}{
		{record(u8T, u64T, u8T, u16T), []uint32{0, 8, 16, 18}},
		{tuple(u8T, u8T, u32T), []uint32{0, 1, 4}},
		{tuple(stringT, u8T, tuple(u8T, u16T)), []uint32{0, 8, 10}},
	}
	for _, test := range tests {
		var got []uint32
		for _, f := range test.typ.Fields {
			got = append(got, f.Offset)
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: offsets %v, want %v", test.typ, got, test.want)
		}
	}
}

func TestPayloadOffset(t *testing.T) {
	tests := []struct {
		typ                   *abi.Type
		discriminant, payload uint32
	}{
		{option(u8T), 1, 1},
		{option(u16T), 1, 2},
		{option(u64T), 1, 8},
		{result(u8T, stringT), 1, 4},
		{variant(repeat(u8T, 256)...), 1, 1},
		{variant(repeat(u8T, 257)...), 2, 2},
		{variant(repeat(u8T, 1<<16)...), 2, 2},
		{variant(repeat(u8T, 1<<16+1)...), 4, 4},
		{variant(append(repeat(nil, 1<<16), u64T)...), 4, 8},
	}
	for _, test := range tests {
		if got := test.typ.DiscriminantSize(); got != test.discriminant || test.typ.Payload != test.payload {
			t.Errorf("%d cases: discriminant of %d bytes, payload at %d; want %d, %d",
				len(test.typ.Cases), got, test.typ.Payload, test.discriminant, test.payload)
		}
	}
}

func TestContents(t *testing.T) {
	tests := []struct {
		typ                     *abi.Type
		pointer, handle, borrow bool
	}{
		{u8T, false, false, false},
		{stringT, true, false, false},
		{bytesT, true, false, false},
		{flags(3), false, false, false},
		{ownT, false, true, false},
		{borrowT, false, true, true},
		{abi.NewList(borrowT), true, true, true},
		{tuple(u8T, option(result(nil, stringT))), true, false, false},
		{variant(nil, tuple(ownT)), false, true, false},
		{fixed(u8T, 3), false, false, false},
		{fixed(stringT, 3), true, false, false},
		{fixed(borrowT, 3), false, true, true},
		{dict(u8T, u8T), true, false, false},
		{dict(u8T, borrowT), true, true, true},
		{record(option(borrowT), stringT), true, true, true},
	}
	for _, test := range tests {
		if test.typ.HasPointer() != test.pointer || test.typ.HasHandle() != test.handle || test.typ.HasBorrow() != test.borrow {
			t.Errorf("%s: pointer %v, handle %v, borrow %v; want %v, %v, %v", test.typ,
				test.typ.HasPointer(), test.typ.HasHandle(), test.typ.HasBorrow(), test.pointer, test.handle, test.borrow)
		}
	}
}

func TestSizeLimit(t *testing.T) {
	// The powers of two up to 2²⁷ add up to the largest size there is.
	var parts []*abi.Type
	for n := range 28 {
		parts = append(parts, doubled(n))
	}
	largest, err := abi.NewTuple(parts...)
	if err != nil || largest.Size != abi.MaxSize {
		t.Fatalf("size %d, error %v; want %d", largest.Size, err, abi.MaxSize)
	}
	half := doubled(27)
	tooLarge := map[string]func() (*abi.Type, error){
		"a byte more": func() (*abi.Type, error) { return abi.NewTuple(largest, u8T) },
		"rounded up": func() (*abi.Type, error) {
			return abi.NewTuple(parts[27], parts[26], parts[25], parts[24], largest, u64T)
		},
		"sums beyond 2³²":         func() (*abi.Type, error) { return abi.NewTuple(repeat(half, 64)...) },
		"a record":                func() (*abi.Type, error) { return abi.NewRecord(abi.Field{Type: half}, abi.Field{Type: half}) },
		"an option":               func() (*abi.Type, error) { return abi.NewOption(largest) },
		"a result":                func() (*abi.Type, error) { return abi.NewResult(nil, largest) },
		"a variant":               func() (*abi.Type, error) { return abi.NewVariant(abi.Case{Name: "a", Type: largest}) },
		"a list":                  func() (*abi.Type, error) { return abi.NewFixedList(u8T, abi.MaxSize+1) },
		"the longest list":        func() (*abi.Type, error) { return abi.NewFixedList(largest, 1<<32-1) },
		"a list that is 2³² wide": func() (*abi.Type, error) { return abi.NewFixedList(u64T, 1<<29) },
		"a pair of a map":         func() (*abi.Type, error) { return abi.NewMap(u8T, largest) },
		"the last of cases": func() (*abi.Type, error) {
			return abi.NewVariant(abi.Case{Name: "a"}, abi.Case{Name: "b", Type: largest})
		},
	}
	for name, make := range tooLarge {
		if typ, err := make(); !errors.Is(err, abi.ErrTooLarge) {
			t.Errorf("%s: size %v, error %v", name, typ, err)
		}
	}
	if list := abi.NewList(largest); list.Size != 8 {
		t.Errorf("a list of large elements takes %d bytes itself", list.Size)
	}
}

func TestEmptyTypes(t *testing.T) {
	tests := []struct {
		name string
		make func() (*abi.Type, error)
		want string
	}{
		{"record", func() (*abi.Type, error) { return abi.NewRecord() }, "a record needs at least one field"},
		{"tuple", func() (*abi.Type, error) { return abi.NewTuple() }, "a tuple needs at least one field"},
		{"variant", func() (*abi.Type, error) { return abi.NewVariant() }, "a variant or enum needs at least one case"},
		{"enum", func() (*abi.Type, error) { return abi.NewEnum() }, "a variant or enum needs at least one case"},
		{"list", func() (*abi.Type, error) { return abi.NewFixedList(u8T, 0) }, "a fixed-length list needs at least one element"},
		{"no flags", func() (*abi.Type, error) { return abi.NewFlags() }, "a flags type needs 1 to 32 labels, not 0"},
		{"many flags", func() (*abi.Type, error) { return abi.NewFlags(labels(33)...) }, "a flags type needs 1 to 32 labels, not 33"},
	}
	for _, test := range tests {
		if typ, err := test.make(); err == nil || err.Error() != test.want {
			t.Errorf("%s: %v, %v, want %s", test.name, typ, err, test.want)
		}
	}
}

func TestKeys(t *testing.T) {
	for k := abi.Bool; k <= abi.String; k++ {
		typ, err := abi.NewMap(abi.Primitive(k), u8T)
		if float := k == abi.F32 || k == abi.F64; (err != nil) != float {
			t.Errorf("%s: %v", typ, err)
		}
	}
	for _, key := range []*abi.Type{f32T, bytesT, fixed(u8T, 2), tuple(u8T), enum(2), option(u8T), ownT, flags(1)} {
		want := key.Kind.String() + " can't be the key of a map: keys are bool, integers, char and string"
		if _, err := abi.NewMap(key, u8T); err == nil || err.Error() != want {
			t.Errorf("%s as a key: error %v, want %s", key, err, want)
		}
	}
	pair := dict(u8T, u64T).Elem
	if pair.Kind != abi.Tuple || pair.Size != 16 || pair.Fields[0].Type != u8T || pair.Fields[1].Offset != 8 {
		t.Errorf("the elements of a map are %s of %d bytes", pair, pair.Size)
	}
}

// TestTypesKeepNothing checks that a type does not share what its maker passed in: types are immutable.
func TestTypesKeepNothing(t *testing.T) {
	fields := []abi.Field{{Name: "a", Type: u8T}, {Name: "b", Type: u32T}}
	cases := []abi.Case{{Name: "a", Type: u8T}}
	names := []string{"a"}
	types := []*abi.Type{
		must(abi.NewRecord(fields...)), must(abi.NewVariant(cases...)), must(abi.NewFlags(names...)), must(abi.NewEnum(names...)),
	}
	if fields[1].Offset != 0 {
		t.Error("making a record wrote to the caller's fields")
	}
	fields[0], cases[0], names[0] = abi.Field{}, abi.Case{}, ""
	for i, want := range []string{"record{a: u8, b: u32}", "variant{a(u8)}", "flags{a}", "enum{a}"} {
		if got := types[i].String(); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestPrimitive(t *testing.T) {
	for k := abi.Bool; k <= abi.String; k++ {
		if abi.Primitive(k).Kind != k {
			t.Errorf("%s is a %s", k, abi.Primitive(k).Kind)
		}
	}
	for _, k := range []abi.Kind{0, abi.List, abi.Borrow, 200} {
		func() {
			defer func() {
				if want := "abi: " + k.String() + " is not primitive"; recover() != want {
					t.Errorf("Primitive(%s) does not panic with %q", k, want)
				}
			}()
			abi.Primitive(k)
		}()
	}
}
