package wast

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/witan-os/witan/runtime/abi"
	"github.com/witan-os/witan/runtime/value"
)

func must(t *abi.Type, err error) *abi.Type {
	if err != nil {
		panic(err)
	}
	return t
}

var (
	pointType  = must(abi.NewRecord(abi.Field{Name: "x", Type: abi.Primitive(abi.U32)}, abi.Field{Name: "y", Type: abi.Primitive(abi.F64)}))
	pairType   = must(abi.NewTuple(abi.Primitive(abi.S8), abi.Primitive(abi.String)))
	shapeType  = must(abi.NewVariant(abi.Case{Name: "none"}, abi.Case{Name: "circle", Type: abi.Primitive(abi.F32)}))
	maybeType  = must(abi.NewOption(abi.Primitive(abi.U64)))
	triedType  = must(abi.NewResult(abi.Primitive(abi.Bool), nil))
	setType    = must(abi.NewFlags("a", "b", "c"))
	sideType   = must(abi.NewEnum("left", "right"))
	coupleType = must(abi.NewFixedList(abi.Primitive(abi.U8), 2))
	namesType  = must(abi.NewMap(abi.Primitive(abi.String), abi.Primitive(abi.F32)))
)

// TestValues reads each kind of value twice, as an argument and as an expectation, and compares the two.
func TestValues(t *testing.T) {
	for _, tt := range []struct {
		typ  *abi.Type
		json string
		want value.Value
	}{
		{abi.Primitive(abi.Bool), `{"type":"bool","value":true}`, true},
		{abi.Primitive(abi.S8), `{"type":"s8","value":"-128"}`, int8(-128)},
		{abi.Primitive(abi.U64), `{"type":"u64","value":"18446744073709551615"}`, uint64(math.MaxUint64)},
		{abi.Primitive(abi.F32), `{"type":"f32","value":"1069547520"}`, float32(1.5)},
		{abi.Primitive(abi.F64), `{"type":"f64","value":"9223372036854775808"}`, math.Copysign(0, -1)},
		{abi.Primitive(abi.Char), `{"type":"char","value":"⛳"}`, value.Char('⛳')},
		{abi.Primitive(abi.String), `{"type":"string","value":"a\"b"}`, `a"b`},
		{abi.NewList(abi.Primitive(abi.U8)), `{"type":"list","value":[{"type":"u8","value":"1"},{"type":"u8","value":"255"}]}`, []byte{1, 255}},
		{abi.NewList(pairType), `{"type":"list","value":[{"type":"tuple","value":[{"type":"s8","value":"1"},{"type":"string","value":"x"}]}]}`, value.List{value.Tuple{int8(1), "x"}}},
		{coupleType, `{"type":"list","value":[{"type":"u8","value":"1"},{"type":"u8","value":"2"}]}`, []byte{1, 2}},
		{namesType, `{"type":"list","value":[{"type":"tuple","value":[{"type":"string","value":"a"},{"type":"f32","value":"0"}]}]}`, value.Map{{Key: "a", Value: float32(0)}}},
		{pointType, `{"type":"record","value":[["x",{"type":"u32","value":"7"}],["y",{"type":"f64","value":"0"}]]}`, value.Record{{Name: "x", Value: uint32(7)}, {Name: "y", Value: 0.0}}},
		{shapeType, `{"type":"variant","value":{"case":"none"}}`, value.Variant{Case: "none"}},
		{shapeType, `{"type":"variant","value":{"case":"circle","payload":{"type":"f32","value":"0"}}}`, value.Variant{Case: "circle", Payload: float32(0)}},
		{sideType, `{"type":"enum","value":"right"}`, value.Enum("right")},
		{maybeType, `{"type":"option","value":null}`, value.None()},
		{maybeType, `{"type":"option","value":{"type":"u64","value":"9"}}`, value.Some(uint64(9))},
		{triedType, `{"type":"result","value":{"Ok":{"type":"bool","value":false}}}`, value.OK(false)},
		{triedType, `{"type":"result","value":{"Err":null}}`, value.Err(nil)},
		{setType, `{"type":"flags","value":["c","a"]}`, value.Flags{"a", "c"}},
	} {
		var d datum
		if err := json.Unmarshal([]byte(tt.json), &d); err != nil {
			t.Fatal(err)
		}
		got, err := arguments.read(tt.typ, d)
		if err != nil || !value.Equal(got, tt.want) {
			t.Errorf("%s: read %v, %v, want %v", tt.json, got, err, tt.want)
			continue
		}
		if err := value.Check(tt.typ, got); err != nil {
			t.Errorf("%s: %v", tt.json, err)
		}
		want, err := expectations.read(tt.typ, d)
		if err != nil || !same(want, got) {
			t.Errorf("%s: %v is not what is expected: %v", tt.json, got, err)
		}
	}
}

// TestDifferentValues compares expectations with results that are almost the same.
func TestDifferentValues(t *testing.T) {
	for _, tt := range []struct {
		typ  *abi.Type
		json string
		have value.Value
	}{
		{abi.Primitive(abi.U32), `{"type":"u32","value":"1"}`, uint32(2)},
		{abi.Primitive(abi.F64), `{"type":"f64","value":"0"}`, math.Copysign(0, -1)},
		{abi.NewList(abi.Primitive(abi.U16)), `{"type":"list","value":[]}`, value.List{uint16(0)}},
		{namesType, `{"type":"list","value":[{"type":"tuple","value":[{"type":"string","value":"a"},{"type":"f32","value":"0"}]}]}`, value.Map{{Key: "a", Value: float32(1)}}},
		{pointType, `{"type":"record","value":[["x",{"type":"u32","value":"7"}],["y",{"type":"f64","value":"0"}]]}`, value.Record{{Name: "x", Value: uint32(7)}, {Name: "y", Value: 1.0}}},
		{shapeType, `{"type":"variant","value":{"case":"circle","payload":{"type":"f32","value":"0"}}}`, value.Variant{Case: "circle", Payload: float32(1)}},
		{maybeType, `{"type":"option","value":null}`, value.Some(uint64(0))},
		{triedType, `{"type":"result","value":{"Err":null}}`, value.OK(false)},
		{setType, `{"type":"flags","value":["a"]}`, value.Flags{"a", "b"}},
	} {
		var d datum
		if err := json.Unmarshal([]byte(tt.json), &d); err != nil {
			t.Fatal(err)
		}
		want, err := expectations.read(tt.typ, d)
		if err != nil {
			t.Errorf("%s: %v", tt.json, err)
		}
		if same(want, tt.have) {
			t.Errorf("%s: %v is taken for what is expected", tt.json, tt.have)
		}
	}
}

func TestNaNs(t *testing.T) {
	for _, tt := range []struct {
		pattern    string
		bits       uint64
		width      int
		wantToBeOf bool
	}{
		{nanCanonical, 0x7fc00000, 32, true},
		{nanCanonical, 0xffc00000, 32, true},
		{nanCanonical, 0x7fc00001, 32, false},
		{nanCanonical, 0x7ff8 << 48, 64, true},
		{nanCanonical, 0x7ff8<<48 | 1, 64, false},
		{nanArithmetic, 0x7fc00001, 32, true},
		{nanArithmetic, 0x7fa00000, 32, false},
		{nanArithmetic, 0xfff8<<48 | 5, 64, true},
		{nanArithmetic, 0, 64, false},
		{"2143289345", 0x7fc00001, 32, true},
		{"2143289345", 0x7fc00000, 32, false},
	} {
		p, err := readPattern(tt.pattern, tt.width)
		if err != nil {
			t.Fatal(err)
		}
		if got := p.(floatPattern).matches(tt.bits, tt.width); got != tt.wantToBeOf {
			t.Errorf("%#x matches %s: %t", tt.bits, tt.pattern, got)
		}
	}
}

// TestBadValues reads values that are not of their type.
func TestBadValues(t *testing.T) {
	own := abi.NewOwn(&abi.Resource{Name: "r"})
	for _, tt := range []struct {
		typ        *abi.Type
		json, want string
	}{
		{abi.Primitive(abi.U32), `{"type":"s32","value":"1"}`, "the type is u32, the script has a s32"},
		{abi.Primitive(abi.U8), `{"type":"u8","value":"256"}`, "u8"},
		{abi.Primitive(abi.U8), `{"type":"u8","value":1}`, "cannot unmarshal"},
		{abi.Primitive(abi.F32), `{"type":"f32","value":"4294967296"}`, "out of range"},
		{abi.Primitive(abi.Char), `{"type":"char","value":"ab"}`, `"ab" is not one character`},
		{pointType, `{"type":"record","value":[]}`, "the script has a record of 0"},
		{pointType, `{"type":"record","value":[["y",{"type":"u32","value":"7"}],["x",{"type":"f64","value":"0"}]]}`, "the script has a field y in place 0"},
		{pairType, `{"type":"tuple","value":[]}`, "the script has a tuple of 0"},
		{shapeType, `{"type":"variant","value":{"case":"square"}}`, "which has no case square"},
		{shapeType, `{"type":"variant","value":{"case":"circle"}}`, "differ in whether there is a payload"},
		{triedType, `{"type":"result","value":{}}`, "neither Ok nor Err"},
		{own, `{"type":"own","value":"1"}`, "a script can't write down a resource"},
	} {
		var d datum
		if err := json.Unmarshal([]byte(tt.json), &d); err != nil {
			t.Fatal(err)
		}
		if got, err := expectations.read(tt.typ, d); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, %v, want %q", tt.json, got, err, tt.want)
		}
	}
}

func TestCoreValues(t *testing.T) {
	for _, tt := range []struct {
		json string
		have uint64
		want bool
	}{
		{`{"type":"i32","value":"-1"}`, 0xffffffff, true},
		{`{"type":"i32","value":"-1"}`, math.MaxUint64, false},
		{`{"type":"i64","value":"-1"}`, math.MaxUint64, true},
		{`{"type":"f32","value":"nan:arithmetic"}`, 0x7fc00002, true},
		{`{"type":"f64","value":"0"}`, 1 << 63, false},
		{`{"type":"externref","value":"4"}`, 5, true},
		{`{"type":"funcref","value":"null"}`, 0, true},
		{`{"type":"funcref"}`, 77, true},
		{`{"type":"either","values":[{"type":"i32","value":"1"},{"type":"i32","value":"2"}]}`, 2, true},
		{`{"type":"either","values":[{"type":"i32","value":"1"},{"type":"i32","value":"2"}]}`, 3, false},
		{`{"type":"v128","lane_type":"i32","value":["0","0","0","0"]}`, 0, false},
	} {
		var d datum
		if err := json.Unmarshal([]byte(tt.json), &d); err != nil {
			t.Fatal(err)
		}
		if err := compareCore([]datum{d}, []uint64{tt.have}); (err == nil) != tt.want {
			t.Errorf("%s with %#x: %v", tt.json, tt.have, err)
		}
	}
}
