package value_test

import (
	"testing"
	"unsafe"

	"github.com/witan-os/witan/runtime/abi"
	"github.com/witan-os/witan/runtime/value"
)

func TestCheckRefuses(t *testing.T) {
	point := func(x, y value.Value) value.Value { return value.Record{{Name: "x", Value: x}, {Name: "y", Value: y}} }
	good := point(uint32(1), uint32(2))
	huge := make([]byte, abi.MaxSize+1) // never touched, so it takes no memory
	tests := []struct {
		typ  *abi.Type
		v    value.Value
		want string
	}{
		{u32T, "7", "want u32, have string"},
		{u32T, nil, "want u32, have nothing"},
		{u32T, 7, "want u32, have a Go int"},
		{u32T, int32(7), "want u32, have s32"},
		{charT, int32('a'), "want char, have s32"},
		{charT, value.Char(0xd800), "0xd800 is not a Unicode scalar value"},
		{charT, value.Char(-1), "0xffffffff is not a Unicode scalar value"},
		{stringT, "\xff", "the string is not valid UTF-8"},
		{stringT, value.Enum("red"), "want string, have enum"},
		{stringT, unsafe.String(&huge[0], len(huge)), "a string of 268435456 bytes is longer than 268435455"},
		{bytesT, value.List{uint8(1)}, "want list<u8>, have list"},
		{abi.NewList(u32T), []byte{1}, "want list, have list<u8>"},
		{abi.NewList(u32T), value.List{uint32(1), "2"}, "[1]: want u32, have string"},
		{bytesT, huge, "a list of 268435456 elements of 1 bytes is larger than 268435455 bytes"},
		{fixed(u32T, 2), value.List{uint32(1)}, "want a list of 2 elements, have one of 1"},
		{fixed(u32T, 2), value.List{uint32(1), "2"}, "[1]: want u32, have string"},
		{fixed(u32T, 2), value.Tuple{uint32(1), uint32(2)}, "want list, have tuple"},
		{fixed(u8T, 2), []byte{1, 2, 3}, "want a list of 2 elements, have one of 3"},
		{fixed(u8T, 2), value.List{uint8(1), uint8(2)}, "want list<u8>, have list"},
		{agesT, value.List{}, "want map, have list"},
		{agesT, value.Map{{"a", uint8(1)}, {uint8(1), uint8(1)}}, "[1].key: want string, have u8"},
		{agesT, value.Map{{"a", uint8(1)}, {"b", "c"}}, "[1].value: want u8, have string"},
		{agesT, value.Map{{Key: "a"}}, "[0].value: want u8, have nothing"},
		{must(abi.NewMap(u8T, fixed(u8T, abi.MaxSize-1))), value.Map{{}, {}}, "a map of 2 elements of 268435455 bytes is larger than 268435455 bytes"},
		{pointT, value.Tuple{uint32(1), uint32(2)}, "want record, have tuple"},
		{pointT, good.(value.Record)[:1], `field "y" is missing`},
		{pointT, append(good.(value.Record), value.Field{Name: "z"}), `there is no field "z"`},
		{pointT, value.Record{{Name: "y"}, {Name: "x"}}, `want field "x" in place 0, have "y"`},
		{pointT, point(uint32(1), "2"), ".y: want u32, have string"},
		{tuple(u8T, u8T), value.Tuple{uint8(1)}, "want a tuple of 2, have one of 1"},
		{tuple(u8T, u8T), value.Tuple{uint8(1), nil}, ".1: want u8, have nothing"},
		{shapeT, value.Variant{Case: "square"}, `the variant has no case "square"`},
		{shapeT, value.Variant{Case: "empty", Payload: true}, "(empty): want no payload, have bool"},
		{shapeT, value.Variant{Case: "circle"}, "(circle): want f64, have nothing"},
		{
			shapeT,
			value.Variant{Case: "path", Payload: value.Record{{Name: "points", Value: value.List{good, point("?", uint32(2))}}}},
			"(path).points[1].x: want u32, have string",
		},
		{colorT, value.Enum("blue"), `the enum has no case "blue"`},
		{colorT, value.Variant{Case: "red"}, "want enum, have variant"},
		{option(u8T), value.Some(nil), "(some): want u8, have nothing"},
		{option(u8T), value.Option{Value: uint8(1)}, "(none): want no payload, have u8"},
		{option(u8T), value.OK(uint8(1)), "want option, have result"},
		{result(u8T, nil), value.Err("why"), "(err): want no payload, have string"},
		{result(u8T, nil), value.OK(nil), "(ok): want u8, have nothing"},
		{modeT, value.Flags{"read", "seek"}, `there is no flag "seek"`},
		{modeT, value.Flags{"read", "write", "read"}, `flag "read" is there twice`},
		{fileT, value.Borrow{Rep: 1}, "want own, have borrow"},
		{lentT, value.Own{Rep: 1}, "want borrow, have own"},
		{fileT, value.Own{}, "the own of a file has no representation"},
		{fileT, nil, "want own, have nothing"},
	}
	for _, test := range tests {
		err := value.Check(test.typ, test.v)
		if err == nil || err.Error() != test.want {
			t.Errorf("%s: error %v, want %s", test.typ, err, test.want)
		}
		if err == nil {
			continue
		}
		// What Check refuses is never lowered.
		g := newGuest(make([]byte, 64))
		if reason := trapped(func() { value.Store(g, test.typ, 0, test.v) }); string(reason) != test.want {
			t.Errorf("%s: Store: trap %q, want %q", test.typ, reason, test.want)
		}
		if g.allocs > 0 || len(g.handles) > 0 {
			t.Errorf("%s: a part of a value that is refused reached the guest", test.typ)
		}
	}
}

func TestCheckCalls(t *testing.T) {
	f := &abi.Func{Params: []abi.Param{{Name: "who", Type: pointT}, {Name: "count", Type: u8T}}, Result: stringT}
	if err := value.CheckParams(f, []value.Value{uint8(1)}); err == nil || err.Error() != "want 2 arguments, have 1" {
		t.Errorf("too few arguments: %v", err)
	}
	bad := value.Record{{Name: "x", Value: uint32(1)}, {Name: "y", Value: true}}
	err := value.CheckParams(f, []value.Value{bad, uint8(1)})
	if err == nil || err.Error() != "who.y: want u32, have bool" {
		t.Errorf("wrong argument: %v", err)
	}
	if err := value.CheckResult(f, nil); err == nil || err.Error() != "want string, have nothing" {
		t.Errorf("missing result: %v", err)
	}
	if err := value.CheckResult(&abi.Func{}, "x"); err == nil || err.Error() != "want no result, have string" {
		t.Errorf("unwanted result: %v", err)
	}

	p := plan(t, f)
	stack := make([]uint64, p.Slots())
	if reason := trapped(func() { value.LowerParams(newGuest(nil), p, stack, nil) }); reason != "want 2 arguments, have 0" {
		t.Errorf("LowerParams without arguments: trap %q", reason)
	}
	if reason := trapped(func() { value.LowerResult(newGuest(nil), p, stack, 1) }); reason != "the host's result: want string, have a Go int" {
		t.Errorf("LowerResult of an int: trap %q", reason)
	}
}

func TestEqual(t *testing.T) {
	// Each value is equal to itself and to no other one.
	unequal := []value.Value{
		nil, false, true,
		int8(1), uint8(1), int16(1), uint16(1), int32(1), uint32(1), int64(1), uint64(1), value.Char(1),
		float32(0), negativeZero32, nan32(0x7fc00000), float64(0), negativeZero64, nan64(0x7ff8000000000000),
		"a", value.Enum("a"), "b",
		[]byte{1},
		[]byte{1, 2},
		value.List{uint8(1)},
		value.Tuple{uint8(1)},
		value.List{uint8(1), uint8(2)},
		value.Map{},
		value.Map{{uint8(1), uint8(1)}},
		value.Map{{uint8(1), uint8(2)}},
		value.Map{{uint8(2), uint8(1)}},
		value.Map{{uint8(1), uint8(1)}, {uint8(1), uint8(1)}},
		value.Record{{Name: "x", Value: uint8(1)}},
		value.Record{{Name: "y", Value: uint8(1)}},
		value.Record{{Name: "x", Value: uint8(2)}},
		value.Variant{Case: "a"},
		value.Variant{Case: "a", Payload: uint8(1)},
		value.Variant{Case: "b"},
		value.None(), value.Some(uint8(1)), value.Some(uint8(2)), value.Some(value.None()),
		value.OK(nil), value.Err(nil), value.OK(uint8(1)), value.Err(uint8(1)),
		value.Flags{},
		value.Flags{"a"},
		value.Flags{"a", "b"},
		value.Flags{"a", "c"},
		value.Own{Rep: 1},
		value.Own{Rep: 2},
		value.Borrow{Rep: 1},
		value.Own{Rep: "1"},
	}
	for i, a := range unequal {
		for j, b := range unequal {
			if got := value.Equal(a, b); got != (i == j) {
				t.Errorf("Equal(%#v, %#v) = %v", a, b, got)
			}
		}
	}
	if !value.Equal(nan32(0x7fc00000), nan32(0xffffffff)) || !value.Equal(nan64(0x7ff8000000000000), nan64(0xfff0000000000001)) {
		t.Error("two NaNs are not equal")
	}
	if !value.Equal(value.Flags{"a", "b"}, value.Flags{"b", "a"}) {
		t.Error("the order of flags matters")
	}
	incomparable := value.Own{Rep: []int{1}}
	if value.Equal(incomparable, incomparable) {
		t.Error("resources that Go can't compare are equal")
	}
}

func TestMapGet(t *testing.T) {
	m := value.Map{{"a", uint8(1)}, {"b", uint8(2)}, {"a", uint8(3)}}
	if v, ok := m.Get("a"); !ok || v != uint8(3) {
		t.Errorf("a is %v, %v, want the last of its values", v, ok)
	}
	if v, ok := m.Get(value.Enum("b")); ok {
		t.Errorf("a key of another type is there: %v", v)
	}
}

func TestRecordGet(t *testing.T) {
	r := value.Record{{Name: "x", Value: uint32(1)}, {Name: "y", Value: uint32(2)}}
	if v, ok := r.Get("y"); !ok || v != uint32(2) {
		t.Errorf("y is %v, %v", v, ok)
	}
	if v, ok := r.Get("z"); ok {
		t.Errorf("there is a z: %v", v)
	}
}
