package wast

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/witan-os/witan/runtime/abi"
	"github.com/witan-os/witan/runtime/value"
)

// This file reads the component values of scripts: the arguments of calls, and what is expected of results.

// datum is a value in a script, of a component or of a core module.
type datum struct {
	Type  string          `json:"type"`
	Value json.RawMessage `json:"value"`

	LaneType string  `json:"lane_type"` // of a v128
	Values   []datum `json:"values"`    // of an either
}

// The texts that stand for any NaN of a kind where a float is expected.
const (
	nanCanonical  = "nan:canonical"
	nanArithmetic = "nan:arithmetic"
)

// floatPattern is what is expected of a float: one bit pattern, or a kind of NaN.
type floatPattern struct {
	kind string // of NaN; "" for one bit pattern
	bits uint64
}

// matches reports whether a float of the given width has the pattern.
func (p floatPattern) matches(bits uint64, width int) bool {
	quiet := uint64(0x7fc0_0000)
	if width == 64 {
		quiet = 0x7ff8 << 48
	}
	switch p.kind {
	case nanCanonical:
		return bits&^(1<<(width-1)) == quiet
	case nanArithmetic:
		return bits&quiet == quiet
	default:
		return bits == p.bits
	}
}

// reader makes values of data. float makes what stands for a float in them.
type reader struct {
	float func(text string, width int) (value.Value, error)
}

// arguments reads values to pass on: floats are floats.
var arguments = reader{func(text string, width int) (value.Value, error) {
	switch text {
	case nanCanonical, nanArithmetic:
		if width == 32 {
			return float32(math.NaN()), nil
		}
		return math.NaN(), nil
	}
	bits, err := strconv.ParseUint(text, 10, width)
	if err != nil {
		return nil, err
	}
	if width == 32 {
		return math.Float32frombits(uint32(bits)), nil
	}
	return math.Float64frombits(bits), nil
}}

// expectations reads values to compare with: floats are patterns.
var expectations = reader{readPattern}

func readPattern(text string, width int) (value.Value, error) {
	if text == nanCanonical || text == nanArithmetic {
		return floatPattern{kind: text}, nil
	}
	bits, err := strconv.ParseUint(text, 10, width)
	return floatPattern{bits: bits}, err
}

// read makes a value of type t. A datum of another type is an error.
func (r reader) read(t *abi.Type, d datum) (value.Value, error) {
	if d.Type != scriptKind(t) {
		return nil, fmt.Errorf("the type is %s, the script has a %s", t, d.Type)
	}
	switch t.Kind {
	case abi.Bool:
		return decode[bool](d)
	case abi.F32, abi.F64:
		text, err := decode[string](d)
		if err != nil {
			return nil, err
		}
		return r.float(text, int(t.Size)*8)
	case abi.Char:
		return readChar(d)
	case abi.String:
		return decode[string](d)
	case abi.List, abi.FixedList:
		return r.list(t, d)
	case abi.Map:
		return r.entries(t, d)
	case abi.Record:
		return r.record(t, d)
	case abi.Tuple:
		return r.tuple(t, d)
	case abi.Variant:
		return r.variant(t, d)
	case abi.Enum:
		name, err := decode[string](d)
		return value.Enum(name), err
	case abi.Option:
		return r.option(t, d)
	case abi.Result:
		return r.result(t, d)
	case abi.Flags:
		labels, err := decode[[]string](d)
		return value.Flags(labels), err
	case abi.Own, abi.Borrow:
		return nil, errors.New("a script can't write down a resource")
	default:
		return readInt(t, d)
	}
}

// scriptKind is what scripts call the values of a type. A map is the list of tuples that it is in the canonical
// ABI.
func scriptKind(t *abi.Type) string {
	if t.Kind == abi.Map {
		return abi.List.String()
	}
	return t.Kind.String()
}

func decode[T any](d datum) (v T, err error) {
	err = json.Unmarshal(d.Value, &v)
	return v, err
}

func readInt(t *abi.Type, d datum) (value.Value, error) {
	text, err := decode[string](d)
	if err != nil {
		return nil, err
	}
	return value.Parse(t, text)
}

func readChar(d datum) (value.Value, error) {
	text, err := decode[string](d)
	if err != nil {
		return nil, err
	}
	r, n := utf8.DecodeRuneInString(text)
	if n != len(text) {
		return nil, fmt.Errorf("%q is not one character", text)
	}
	return value.Char(r), nil
}

func (r reader) list(t *abi.Type, d datum) (value.Value, error) {
	elems, err := decode[[]datum](d)
	if err != nil {
		return nil, err
	}
	if t.Elem.Kind == abi.U8 {
		return readBytes(t.Elem, elems)
	}
	return r.each(elems, func(int) *abi.Type { return t.Elem })
}

func (r reader) entries(t *abi.Type, d datum) (value.Value, error) {
	elems, err := decode[[]datum](d)
	if err != nil {
		return nil, err
	}
	list, err := r.each(elems, func(int) *abi.Type { return t.Elem })
	if err != nil {
		return nil, err
	}
	entries := make(value.Map, len(list))
	for i, pair := range list {
		entries[i].Key, entries[i].Value = pair.(value.Tuple)[0], pair.(value.Tuple)[1]
	}
	return entries, nil
}

func readBytes(t *abi.Type, elems []datum) (value.Value, error) {
	list := make([]byte, len(elems))
	for i, e := range elems {
		v, err := arguments.read(t, e)
		if err != nil {
			return nil, err
		}
		list[i] = v.(uint8)
	}
	return list, nil
}

func (r reader) each(elems []datum, typ func(int) *abi.Type) (value.List, error) {
	list := make(value.List, len(elems))
	for i, e := range elems {
		v, err := r.read(typ(i), e)
		if err != nil {
			return nil, err
		}
		list[i] = v
	}
	return list, nil
}

func (r reader) tuple(t *abi.Type, d datum) (value.Value, error) {
	elems, err := decode[[]datum](d)
	if err != nil {
		return nil, err
	}
	if len(elems) != len(t.Fields) {
		return nil, fmt.Errorf("the type is %s, the script has a tuple of %d", t, len(elems))
	}
	list, err := r.each(elems, func(i int) *abi.Type { return t.Fields[i].Type })
	return value.Tuple(list), err
}

func (r reader) record(t *abi.Type, d datum) (value.Value, error) {
	pairs, err := decode[[][2]json.RawMessage](d)
	if err != nil {
		return nil, err
	}
	if len(pairs) != len(t.Fields) {
		return nil, fmt.Errorf("the type is %s, the script has a record of %d", t, len(pairs))
	}
	record := make(value.Record, len(pairs))
	for i, f := range t.Fields {
		var field datum
		if err := errors.Join(json.Unmarshal(pairs[i][0], &record[i].Name), json.Unmarshal(pairs[i][1], &field)); err != nil {
			return nil, err
		}
		if record[i].Name != f.Name {
			return nil, fmt.Errorf("the type is %s, the script has a field %s in place %d", t, record[i].Name, i)
		}
		if record[i].Value, err = r.read(f.Type, field); err != nil {
			return nil, err
		}
	}
	return record, nil
}

func (r reader) variant(t *abi.Type, d datum) (value.Value, error) {
	v, err := decode[struct {
		Case    string
		Payload *datum
	}](d)
	if err != nil {
		return nil, err
	}
	for _, c := range t.Cases {
		if c.Name == v.Case {
			payload, err := r.payload(c.Type, v.Payload)
			return value.Variant{Case: v.Case, Payload: payload}, err
		}
	}
	return nil, fmt.Errorf("the type is %s, which has no case %s", t, v.Case)
}

func (r reader) payload(t *abi.Type, d *datum) (value.Value, error) {
	switch {
	case t == nil && d == nil:
		return nil, nil
	case t == nil || d == nil:
		return nil, errors.New("the script and the type differ in whether there is a payload")
	}
	return r.read(t, *d)
}

func (r reader) option(t *abi.Type, d datum) (value.Value, error) {
	some, err := decode[*datum](d)
	if err != nil || some == nil {
		return value.None(), err
	}
	v, err := r.read(t.Cases[1].Type, *some)
	return value.Some(v), err
}

func (r reader) result(t *abi.Type, d datum) (value.Value, error) {
	sides, err := decode[map[string]*datum](d)
	if err != nil {
		return nil, err
	}
	if ok, is := sides["Ok"]; is {
		payload, err := r.payload(t.Cases[0].Type, ok)
		return value.OK(payload), err
	}
	if fail, is := sides["Err"]; is {
		payload, err := r.payload(t.Cases[1].Type, fail)
		return value.Err(payload), err
	}
	return nil, errors.New("the script has a result that is neither Ok nor Err")
}

// same reports whether a result is what is expected of it.
func same(want, have value.Value) bool {
	switch want := want.(type) {
	case floatPattern:
		switch have := have.(type) {
		case float32:
			return want.matches(uint64(math.Float32bits(have)), 32)
		case float64:
			return want.matches(math.Float64bits(have), 64)
		}
		return false
	case value.List:
		have, ok := have.(value.List)
		return ok && slices.EqualFunc(want, have, same)
	case value.Tuple:
		have, ok := have.(value.Tuple)
		return ok && slices.EqualFunc(want, have, same)
	case value.Map:
		have, ok := have.(value.Map)
		return ok && slices.EqualFunc(want, have, func(a, b value.Entry) bool { return same(a.Key, b.Key) && same(a.Value, b.Value) })
	case value.Record:
		have, ok := have.(value.Record)
		return ok && slices.EqualFunc(want, have, func(a, b value.Field) bool { return a.Name == b.Name && same(a.Value, b.Value) })
	case value.Variant:
		have, ok := have.(value.Variant)
		return ok && want.Case == have.Case && same(want.Payload, have.Payload)
	case value.Option:
		have, ok := have.(value.Option)
		return ok && want.Some == have.Some && same(want.Value, have.Value)
	case value.Result:
		have, ok := have.(value.Result)
		return ok && want.Failed == have.Failed && same(want.Payload, have.Payload)
	}
	return value.Equal(want, have)
}

// text shows the values of a script in messages.
func text(data []datum) string {
	out := ""
	for i, d := range data {
		if i > 0 {
			out += " "
		}
		switch {
		case d.Type == "either":
			out += "either(" + text(d.Values) + ")"
		case d.Value == nil:
			out += d.Type
		default:
			out += d.Type + ":" + string(d.Value)
		}
	}
	if out == "" {
		return "nothing"
	}
	return out
}
