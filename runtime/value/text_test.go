package value_test

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/witan-os/witan/runtime/abi"
	"github.com/witan-os/witan/runtime/value"
)

func TestParse(t *testing.T) {
	point := value.Record{{Name: "x", Value: uint32(1)}, {Name: "y", Value: uint32(2)}}
	opts := func(name string, age, tag value.Value) value.Value {
		return value.Record{{Name: "name", Value: name}, {Name: "age", Value: age}, {Name: "tag", Value: tag}}
	}
	optional := record("a", option(u8T), "b", option(u8T))
	keyword := must(abi.NewEnum("true", "some", "inf"))
	tests := []struct {
		typ    *abi.Type
		text   string
		want   value.Value
		format string // what Format gives; empty means the text itself
	}{
		{boolT, "true", true, ""},
		{boolT, " false // really", false, "false"},
		{s8T, "-128", int8(-128), ""},
		{u8T, "255", uint8(255), ""},
		{s16T, "-0", int16(0), "0"},
		{u16T, "65535", uint16(65535), ""},
		{s32T, "-2147483648", int32(math.MinInt32), ""},
		{u32T, "4294967295", uint32(math.MaxUint32), ""},
		{s64T, "-9223372036854775808", int64(math.MinInt64), ""},
		{u64T, "18446744073709551615", uint64(math.MaxUint64), ""},
		{f32T, "1.5", float32(1.5), ""},
		{f32T, "0.1", float32(0.1), ""},
		{f64T, "1", float64(1), ""},
		{f64T, "-0", negativeZero64, ""},
		{f64T, "6.022e+23", 6.022e23, ""},
		{f64T, "2E3", float64(2000), "2000"},
		{f64T, "1e-400", float64(0), "0"},
		{f64T, "inf", math.Inf(1), ""},
		{f32T, "-inf", float32(math.Inf(-1)), ""},
		{f64T, "nan", math.NaN(), ""},
		{charT, "'a'", value.Char('a'), ""},
		{charT, `'\''`, value.Char('\''), ""},
		{charT, `'"'`, value.Char('"'), ""},
		{charT, "'☃'", value.Char('☃'), ""},
		{charT, `'\u{1F600}'`, value.Char(0x1f600), "'\U0001f600'"},
		{charT, `'\u{0}'`, value.Char(0), ""},
		{stringT, `""`, "", ""},
		{stringT, `"it's \"é\"\t\\"`, `it's "é"` + "\t\\", ""},
		{stringT, "\"two\nlines\"", "two\nlines", `"two\nlines"`},
		{stringT, `"\u{1b}[31m // no comment"`, "\x1b[31m // no comment", ""},
		{stringT, `"\u{202e}"`, "\u202e", ""},
		{bytesT, "[1, 2, 255]", []byte{1, 2, 255}, ""},
		{bytesT, "[]", []byte{}, ""},
		{abi.NewList(u32T), "[ 1 ,\t2,\r\n3, ]", value.List{uint32(1), uint32(2), uint32(3)}, "[1, 2, 3]"},
		{abi.NewList(stringT), `["a", "b"]`, value.List{"a", "b"}, ""},
		{fixed(u32T, 2), "[1, 2,]", value.List{uint32(1), uint32(2)}, "[1, 2]"},
		{fixed(u8T, 3), "[1, 2, 3]", []byte{1, 2, 3}, ""},
		{agesT, `{"Ada": 36, "Grace": 85}`, value.Map{{"Ada", uint8(36)}, {"Grace", uint8(85)}}, ""},
		{agesT, `{ "Ada":36,"Ada":37, }`, value.Map{{"Ada", uint8(36)}, {"Ada", uint8(37)}}, `{"Ada": 36, "Ada": 37}`},
		{agesT, "{}", value.Map{}, ""},
		{must(abi.NewMap(boolT, option(charT))), "{true: 'x', false: none}", value.Map{{true, value.Some(value.Char('x'))}, {false, value.None()}}, "{true: some('x'), false: none}"},
		{tuple(u8T, stringT), `(1, "a")`, value.Tuple{uint8(1), "a"}, ""},
		{tuple(u8T), "(1)", value.Tuple{uint8(1)}, ""},
		{pointT, "{x: 1, y: 2}", point, ""},
		{pointT, "{y:2,%x:1,}", point, "{x: 1, y: 2}"},
		{optsT, `{name: "n", age: some(3)}`, opts("n", value.Some(uint8(3)), value.None()), `{name: "n", age: some(3), tag: none}`},
		{optsT, `{name: "n", tag: "t", age: none}`, opts("n", value.None(), value.Some("t")), `{name: "n", age: none, tag: some("t")}`},
		{optional, "{ : }", value.Record{{Name: "a", Value: value.None()}, {Name: "b", Value: value.None()}}, "{a: none, b: none}"},
		{shapeT, "circle(2.5)", value.Variant{Case: "circle", Payload: 2.5}, ""},
		{shapeT, "empty", value.Variant{Case: "empty"}, ""},
		{colorT, "green", value.Enum("green"), ""},
		{colorT, "%none", value.Enum("none"), ""},
		{colorT, "none", value.Enum("none"), "%none"},
		{keyword, "%true", value.Enum("true"), ""},
		{option(u8T), "none", value.None(), ""},
		{option(u8T), "some(1)", value.Some(uint8(1)), ""},
		{option(u8T), "1", value.Some(uint8(1)), "some(1)"},
		{option(colorT), "none", value.None(), ""},
		{option(colorT), "%none", value.Some(value.Enum("none")), "some(%none)"},
		{option(option(u8T)), "some(none)", value.Some(value.None()), ""},
		{option(option(u8T)), "some(1)", value.Some(value.Some(uint8(1))), "some(some(1))"},
		{result(u8T, stringT), "ok(1)", value.OK(uint8(1)), ""},
		{result(u8T, stringT), "1", value.OK(uint8(1)), "ok(1)"},
		{result(u8T, stringT), `err("why")`, value.Err("why"), ""},
		{result(nil, nil), "ok", value.OK(nil), ""},
		{result(nil, nil), "err", value.Err(nil), ""},
		{modeT, "{}", value.Flags{}, ""},
		{modeT, "{exec, read}", value.Flags{"read", "exec"}, "{read, exec}"},
	}
	for _, test := range tests {
		v, err := value.Parse(test.typ, test.text)
		if err != nil {
			t.Errorf("%s: %s: %v", test.typ, test.text, err)
			continue
		}
		if !value.Equal(v, test.want) {
			t.Errorf("%s: %s: got %#v, want %#v", test.typ, test.text, v, test.want)
		}
		if err := value.Check(test.typ, v); err != nil {
			t.Errorf("%s: %s: %v", test.typ, test.text, err)
		}
		format := test.format
		if format == "" {
			format = test.text
		}
		if got := value.Format(test.typ, v); got != format {
			t.Errorf("%s: formatted %s, want %s", test.typ, got, format)
		}
	}
}

func TestParseErrors(t *testing.T) {
	u8Hint := "; write a whole number from 0 to 255"
	tests := []struct {
		typ  *abi.Type
		text string
		want string
	}{
		{boolT, "yes", `column 1: want bool, have "yes"; write true or false`},
		{boolT, "", "column 1: want bool, have the end; write true or false"},
		{u8T, "300", `column 1: want u8, have "300"` + u8Hint},
		{u8T, "-1", `column 1: want u8, have "-1"` + u8Hint},
		{u8T, "1.0", `column 1: want u8, have "1.0"` + u8Hint},
		{u8T, "007", `column 1: want u8, have "007"` + u8Hint},
		{u8T, "+1", `column 1: want u8, have "+1"` + u8Hint},
		{u8T, "0x1", `column 1: want u8, have "0x1"` + u8Hint},
		{u8T, "1_0", `column 1: want u8, have "1_0"` + u8Hint},
		{u8T, `"1"`, `column 1: want u8, have "\""` + u8Hint},
		{u8T, "1 2", `column 3: unexpected "2" after the value`},
		{s8T, "128", `column 1: want s8, have "128"; write a whole number from -128 to 127`},
		{s64T, "9223372036854775808", `column 1: want s64, have "9223372036854775808"; write a whole number from -9223372036854775808 to 9223372036854775807`},
		{u64T, "x", `column 1: want u64, have "x"; write a whole number from 0 to 18446744073709551615`},
		{f32T, "1e39", `column 1: want f32, have "1e39"; write a number such as 1.5 or -2e10, inf, -inf or nan`},
		{f64T, "0x1p3", `column 1: want f64, have "0x1p3"; write a number such as 1.5 or -2e10, inf, -inf or nan`},
		{f64T, "Infinity", `column 1: want f64, have "Infinity"; write a number such as 1.5 or -2e10, inf, -inf or nan`},
		{charT, "a", `column 1: want char, have "a"; write one character in single quotes`},
		{charT, "''", `column 1: want char, have 0 characters; write one character in single quotes`},
		{charT, "'ab'", `column 1: want char, have 2 characters; write one character in single quotes`},
		{charT, "'a", "column 1: the char has no closing '"},
		{stringT, "hello", `column 1: want string, have "hello"; write it in double quotes`},
		{stringT, `"abc`, `column 1: the string has no closing "`},
		{stringT, `"é\x"`, `column 3: an escape sequence that does not exist; escapes are \n \r \t \\ \' \" and \u{…}`},
		{stringT, `"a\`, `column 3: want an escape sequence, have the end; escapes are \n \r \t \\ \' \" and \u{…}`},
		{stringT, `"\u{d800}"`, `column 2: want the hexadecimal number of a Unicode scalar value in \u{…}; for example \u{e9}`},
		{stringT, `"\u{110000}"`, `column 2: want the hexadecimal number of a Unicode scalar value in \u{…}; for example \u{e9}`},
		{stringT, `"\u{}"`, `column 2: want the hexadecimal number of a Unicode scalar value in \u{…}; for example \u{e9}`},
		{stringT, `"\u{41"`, `column 2: want the hexadecimal number of a Unicode scalar value in \u{…}; for example \u{e9}`},
		{stringT, "\"é\xff\"", "column 3: the text is not valid UTF-8"},
		{bytesT, "[1, 256]", `column 5: want u8, have "256"` + u8Hint},
		{bytesT, `"abc"`, `column 1: want list<u8>, have "\""; write [1, 2, …]`},
		{abi.NewList(u8T), "[1 2]", `column 4: want "," or "]", have "2"`},
		{abi.NewList(boolT), "true", `column 1: want list, have "true"; write [a, b, …]`},
		{abi.NewList(boolT), "[true", `column 6: want "," or "]", have the end`},
		{abi.NewList(boolT), "[true,,]", `column 7: want bool, have ","; write true or false`},
		{abi.NewList(boolT), "[\n  true,\n  no]", `line 3, column 3: want bool, have "no"; write true or false`},
		{fixed(u8T, 2), " [1]", "column 2: want a list of 2 elements, have one of 1"},
		{fixed(boolT, 1), "[true, false]", "column 1: want a list of 1 elements, have one of 2"},
		{agesT, "[]", `column 1: want map, have "["; write {key: value, …}`},
		{agesT, `{"a" 1}`, `column 6: want ":", have "1"; write key: value`},
		{agesT, `{"a": 1 "b": 2}`, `column 9: want "," or "}", have "\""`},
		{agesT, `{a: 1}`, `column 2: want string, have "a"; write it in double quotes`},
		{agesT, `{"a": 300}`, `column 7: want u8, have "300"` + u8Hint},
		{tuple(u8T, u8T), "(1)", "column 1: want a tuple of 2, have one of 1"},
		{tuple(u8T, u8T), "(1, 2, 3)", "column 8: the tuple has only 2 fields"},
		{pointT, "{x: 1}", `column 1: field "y" is missing; the fields are x, y`},
		{pointT, "{:}", `column 1: field "x" is missing; the fields are x, y`},
		{pointT, "{x: 1, z: 2}", `column 8: want the name of a field, have "z"; the fields are x, y`},
		{pointT, "{x: 1, x: 2}", `column 8: field "x" is there twice`},
		{pointT, "{x 1}", `column 4: want ":", have "1"; write x: value`},
		{pointT, "(1, 2)", `column 1: want record, have "("; write {field: value, …}`},
		{shapeT, "square(1)", `column 1: want variant, have "square"; the cases are empty, circle, path`},
		{shapeT, "circle", "column 7: circle needs a payload, have the end; write circle(…)"},
		{shapeT, "circle(1", `column 9: want ")", have the end`},
		{shapeT, "empty(1)", "column 6: empty has no payload; write empty alone"},
		{must(abi.NewEnum(names("e", 13)...)), "x", `column 1: want enum, have "x"; the cases are e0, e1, e2, e3, e4, e5, e6, e7, e8, e9, e10, e11, …`},
		{option(option(u8T)), "1", `column 1: want option, have "1"; write some(…) or none`},
		{option(u8T), "none(1)", "column 5: none has no payload; write none alone"},
		{option(u8T), "some", "column 5: some needs a payload, have the end; write some(…)"},
		{result(nil, u8T), "1", `column 1: want result, have "1"; write ok or err(…)`},
		{result(nil, u8T), "err", "column 4: err needs a payload, have the end; write err(…)"},
		{modeT, "{read, seek}", `column 8: want the name of a flag, have "seek"; the flags are read, write, exec`},
		{modeT, "{read, read}", `column 8: flag "read" is there twice`},
		{modeT, "read", `column 1: want flags, have "read"; write {flag, …} or {}`},
		{fileT, "1", "column 1: a resource (file) has no text"},
		{boolT, strings.Repeat("y", 30), `column 1: want bool, have "yyyyyyyyyyyyyyyyyyyyyyyy…"; write true or false`},
	}
	for _, test := range tests {
		v, err := value.Parse(test.typ, test.text)
		if err == nil || err.Error() != test.want {
			t.Errorf("%s: %s:\n got %v\nwant %s", test.typ, test.text, err, test.want)
		}
		var text *value.TextError
		if !errors.As(err, &text) || text.Line < 1 || text.Column < 1 {
			t.Errorf("%s: %s: the error is no TextError with a place: %#v", test.typ, test.text, err)
		}
		if v != nil {
			t.Errorf("%s: %s: there is a value beside the error: %#v", test.typ, test.text, v)
		}
	}
}

func TestParseBounds(t *testing.T) {
	deep := u8T
	for range value.MaxNesting - 1 {
		deep = tuple(deep)
	}
	nested := func(n int) string { return strings.Repeat("(", n) + "1" + strings.Repeat(")", n) }
	if _, err := value.Parse(deep, nested(value.MaxNesting-1)); err != nil {
		t.Errorf("%d values in each other: %v", value.MaxNesting, err)
	}
	tests := []struct {
		name string
		typ  *abi.Type
		text string
		want string
	}{
		{"nesting", tuple(deep), nested(value.MaxNesting), "column 101: values are nested more than 100 deep"},
		{"text", stringT, `"` + strings.Repeat("a", value.MaxText) + `"`, "column 1: the text of 4194306 bytes is longer than 4194304"},
		{"values", abi.NewList(u16T), "[" + strings.Repeat("0,", 1<<20) + "]", "column 2097152: the text has more than 1048576 values"},
		{"options left out", abi.NewList(record("a", option(u8T), "b", option(u8T), "c", option(u8T))), "[" + strings.Repeat("{:},", 1<<19) + "]", "column 1048574: the text has more than 1048576 values"},
	}
	for _, test := range tests {
		_, err := value.Parse(test.typ, test.text)
		if err == nil || err.Error() != test.want {
			t.Errorf("%s: error %v, want %s", test.name, err, test.want)
		}
	}
}

func TestParseArg(t *testing.T) {
	tests := []struct {
		typ  *abi.Type
		text string
		want value.Value
	}{
		{stringT, "hello", "hello"},
		{stringT, "", ""},
		{stringT, " // a \\n b ", " // a \\n b "},
		{stringT, `"a\tb"`, "a\tb"},
		{stringT, "'quoted'", "'quoted'"},
		{u8T, "7", uint8(7)},
		{option(stringT), `"x"`, value.Some("x")},
	}
	for _, test := range tests {
		v, err := value.ParseArg(test.typ, test.text)
		if err != nil || !value.Equal(v, test.want) {
			t.Errorf("%s: %s: got %#v, %v, want %#v", test.typ, test.text, v, err, test.want)
		}
	}
	for _, test := range []struct {
		typ        *abi.Type
		text, want string
	}{
		{stringT, "ab\xff", "column 3: the text is not valid UTF-8"},
		{stringT, `"open`, `column 1: the string has no closing "`},
		{option(stringT), "x", `column 1: want string, have "x"; write it in double quotes`},
	} {
		if v, err := value.ParseArg(test.typ, test.text); err == nil || err.Error() != test.want {
			t.Errorf("%s: %s: got %#v, %v, want %s", test.typ, test.text, v, err, test.want)
		}
	}
}

func TestFormatWithoutText(t *testing.T) {
	if got := value.Format(fileT, value.Own{Rep: 1}); got != "<own file>" {
		t.Errorf("an own is %s", got)
	}
	if got := value.Format(abi.NewList(lentT), value.List{value.Borrow{Rep: 1}}); got != "[<borrow file>]" {
		t.Errorf("a list of borrows is %s", got)
	}
	if got := value.Format(pointT, value.Record{{Name: "x", Value: "?"}}); got != "<.x: want u32, have string>" {
		t.Errorf("a wrong value is %s", got)
	}
}

// fuzzTypes are what FuzzParse reads text as.
var fuzzTypes = []*abi.Type{
	boolT, s8T, u16T, s64T, u64T, f32T, f64T, charT, stringT, bytesT, abi.NewList(stringT), tuple(u8T, charT),
	pointT, optsT, shapeT, colorT, modeT, option(colorT), option(option(u8T)), result(u8T, stringT), result(nil, nil), fileT,
	abi.NewList(result(option(shapeT), tuple(modeT, optsT))), agesT, fixed(option(u8T), 2),
}

func FuzzParse(f *testing.F) {
	for _, text := range []string{
		"true", "-12", "1.5", "inf", "nan", "'a'", `"str"`, "[1, 2]", "{x: 1, y: 2}", `(1, 'a')`, "some(1)", "none",
		"ok(1)", `err("why")`, "circle(2.5)", "{read, exec}", "{}", "{:}", `{"a": 1}`, "%none", `"\u{1f600}\t\""`, "// only",
		`[ok(circle(1e9)), err(({read}, {name: "é", age: 3}))]`, "[[[[", "((((", "\xff", `"\u{`,
	} {
		for i := range fuzzTypes {
			f.Add(uint8(i), text)
		}
	}
	f.Fuzz(func(t *testing.T, which uint8, text string) {
		typ := fuzzTypes[int(which)%len(fuzzTypes)]
		v, err := value.Parse(typ, text)
		if err != nil {
			var text *value.TextError
			if !errors.As(err, &text) {
				t.Fatalf("%v is no TextError", err)
			}
			return
		}
		if err := value.Check(typ, v); err != nil {
			t.Fatal(err)
		}
		shown := value.Format(typ, v)
		again, err := value.Parse(typ, shown)
		if err != nil || !value.Equal(again, v) {
			t.Fatalf("%q is %s, which is %#v, %v", text, shown, again, err)
		}
	})
}
