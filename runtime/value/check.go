package value

import (
	"fmt"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/witan-os/witan/runtime/abi"
)

// Mismatch is the error of a value that is not of its type.
type Mismatch struct {
	Path   string // where in the value, for example ".points[3].x"; empty for the value itself
	Reason string // for example "want u32, have string"
}

// Error gives path and reason.
func (m *Mismatch) Error() string {
	if m.Path == "" {
		return m.Reason
	}
	return m.Path + ": " + m.Reason
}

// Check reports whether v is a value of type t; its error is a *[Mismatch]. In the path, ".x" is a field
// (".0" in a tuple), "[3]" an element, and "(circle)" the payload of a case.
//
// A value that passes can be lowered: strings are valid UTF-8, chars are Unicode scalar values, and no
// string or list is larger than the canonical ABI allows.
func Check(t *abi.Type, v Value) error {
	if m := check(t, v); m != nil {
		return m
	}
	return nil
}

// CheckParams holds the arguments of a call of f against its parameters. The path of a *[Mismatch] starts
// with the parameter's name.
func CheckParams(f *abi.Func, params []Value) error {
	if len(params) != len(f.Params) {
		return &Mismatch{Reason: fmt.Sprintf("want %d arguments, have %d", len(f.Params), len(params))}
	}
	for i, p := range f.Params {
		if m := check(p.Type, params[i]); m != nil {
			return m.under(p.Name)
		}
	}
	return nil
}

// CheckResult holds the result of a call of f against its type. v is nil when f has no result.
func CheckResult(f *abi.Func, v Value) error {
	if f.Result != nil {
		return Check(f.Result, v)
	}
	if v != nil {
		return &Mismatch{Reason: "want no result, have " + describe(v)}
	}
	return nil
}

// under puts a mismatch found in a part below that part's place in the whole. It takes and returns nil.
func (m *Mismatch) under(place string) *Mismatch {
	if m != nil {
		m.Path = place + m.Path
	}
	return m
}

func mismatch(format string, args ...any) *Mismatch {
	return &Mismatch{Reason: fmt.Sprintf(format, args...)}
}

func wrongShape(t *abi.Type, v Value) *Mismatch {
	return mismatch("want %s, have %s", kindText(t), describe(v))
}

func check(t *abi.Type, v Value) *Mismatch {
	switch t.Kind {
	case abi.String:
		return checkString(t, v)
	case abi.Char:
		return checkChar(t, v)
	case abi.List, abi.FixedList:
		return checkList(t, v)
	case abi.Map:
		return checkMap(t, v)
	case abi.Record:
		return checkRecord(t, v)
	case abi.Tuple:
		return checkTuple(t, v)
	case abi.Variant:
		return checkVariant(t, v)
	case abi.Enum:
		return checkEnum(t, v)
	case abi.Option:
		return checkOption(t, v)
	case abi.Result:
		return checkResult(t, v)
	case abi.Flags:
		return checkFlags(t, v)
	case abi.Own, abi.Borrow:
		return checkHandle(t, v)
	default:
		if kind, ok := kindOf(v); !ok || kind != t.Kind {
			return wrongShape(t, v)
		}
		return nil
	}
}

func checkString(t *abi.Type, v Value) *Mismatch {
	s, ok := v.(string)
	switch {
	case !ok:
		return wrongShape(t, v)
	case len(s) > abi.MaxSize:
		return mismatch("a string of %d bytes is longer than %d", len(s), abi.MaxSize)
	case !utf8.ValidString(s):
		return mismatch("the string is not valid UTF-8")
	}
	return nil
}

func checkChar(t *abi.Type, v Value) *Mismatch {
	c, ok := v.(Char)
	switch {
	case !ok:
		return wrongShape(t, v)
	case !utf8.ValidRune(rune(c)):
		return mismatch("%#x is not a Unicode scalar value", uint32(c))
	}
	return nil
}

func checkList(t *abi.Type, v Value) *Mismatch {
	if t.Elem.Kind == abi.U8 {
		b, ok := v.([]byte)
		if !ok {
			return wrongShape(t, v)
		}
		return checkLength(t, len(b))
	}
	list, ok := v.(List)
	if !ok {
		return wrongShape(t, v)
	}
	if m := checkLength(t, len(list)); m != nil {
		return m
	}
	for i, e := range list {
		if m := check(t.Elem, e); m != nil {
			return m.under("[" + strconv.Itoa(i) + "]")
		}
	}
	return nil
}

func checkMap(t *abi.Type, v Value) *Mismatch {
	m, ok := v.(Map)
	if !ok {
		return wrongShape(t, v)
	}
	if wrong := checkLength(t, len(m)); wrong != nil {
		return wrong
	}
	for i, e := range m {
		place := "[" + strconv.Itoa(i) + "]"
		if wrong := check(t.Elem.Fields[0].Type, e.Key); wrong != nil {
			return wrong.under(place + ".key")
		}
		if wrong := check(t.Elem.Fields[1].Type, e.Value); wrong != nil {
			return wrong.under(place + ".value")
		}
	}
	return nil
}

func checkLength(t *abi.Type, n int) *Mismatch {
	if t.Kind == abi.FixedList && uint64(n) != uint64(t.Len) {
		return mismatch("want a list of %d elements, have one of %d", t.Len, n)
	}
	if uint64(n)*uint64(t.Elem.Size) > abi.MaxSize {
		return mismatch("a %s of %d elements of %d bytes is larger than %d bytes", t.Kind, n, t.Elem.Size, abi.MaxSize)
	}
	return nil
}

func checkRecord(t *abi.Type, v Value) *Mismatch {
	r, ok := v.(Record)
	if !ok {
		return wrongShape(t, v)
	}
	for i, f := range t.Fields {
		if i >= len(r) {
			return mismatch("field %q is missing", f.Name)
		}
		if r[i].Name != f.Name {
			return mismatch("want field %q in place %d, have %q", f.Name, i, r[i].Name)
		}
		if m := check(f.Type, r[i].Value); m != nil {
			return m.under("." + f.Name)
		}
	}
	if len(r) > len(t.Fields) {
		return mismatch("there is no field %q", r[len(t.Fields)].Name)
	}
	return nil
}

func checkTuple(t *abi.Type, v Value) *Mismatch {
	tuple, ok := v.(Tuple)
	if !ok {
		return wrongShape(t, v)
	}
	if len(tuple) != len(t.Fields) {
		return mismatch("want a tuple of %d, have one of %d", len(t.Fields), len(tuple))
	}
	for i, f := range t.Fields {
		if m := check(f.Type, tuple[i]); m != nil {
			return m.under("." + strconv.Itoa(i))
		}
	}
	return nil
}

func checkVariant(t *abi.Type, v Value) *Mismatch {
	variant, ok := v.(Variant)
	if !ok {
		return wrongShape(t, v)
	}
	i, ok := caseIndex(t, variant.Case)
	if !ok {
		return mismatch("the variant has no case %q", variant.Case)
	}
	return checkPayload(t.Cases[i].Type, variant.Payload, variant.Case)
}

func checkPayload(t *abi.Type, v Value, name string) *Mismatch {
	switch {
	case t == nil && v == nil:
		return nil
	case t == nil:
		return mismatch("want no payload, have %s", describe(v)).under("(" + name + ")")
	default:
		return check(t, v).under("(" + name + ")")
	}
}

func checkEnum(t *abi.Type, v Value) *Mismatch {
	e, ok := v.(Enum)
	if !ok {
		return wrongShape(t, v)
	}
	if _, ok := caseIndex(t, string(e)); !ok {
		return mismatch("the enum has no case %q", string(e))
	}
	return nil
}

func checkOption(t *abi.Type, v Value) *Mismatch {
	o, ok := v.(Option)
	switch {
	case !ok:
		return wrongShape(t, v)
	case o.Some:
		return checkPayload(t.Cases[1].Type, o.Value, "some")
	default:
		return checkPayload(nil, o.Value, "none")
	}
}

func checkResult(t *abi.Type, v Value) *Mismatch {
	r, ok := v.(Result)
	switch {
	case !ok:
		return wrongShape(t, v)
	case r.Failed:
		return checkPayload(t.Cases[1].Type, r.Payload, "err")
	default:
		return checkPayload(t.Cases[0].Type, r.Payload, "ok")
	}
}

func checkFlags(t *abi.Type, v Value) *Mismatch {
	flags, ok := v.(Flags)
	if !ok {
		return wrongShape(t, v)
	}
	for i, label := range flags {
		if !slices.Contains(t.Labels, label) {
			return mismatch("there is no flag %q", label)
		}
		if slices.Contains(flags[:i], label) {
			return mismatch("flag %q is there twice", label)
		}
	}
	return nil
}

func checkHandle(t *abi.Type, v Value) *Mismatch {
	var rep any
	switch v := v.(type) {
	case Own:
		rep = v.Rep
	case Borrow:
		rep = v.Rep
	}
	if kind, ok := kindOf(v); !ok || kind != t.Kind {
		return wrongShape(t, v)
	}
	if rep == nil {
		return mismatch("the %s of a %s has no representation", t.Kind, t.Resource.Name)
	}
	return nil
}

// caseIndex finds a case of a variant or enum by name.
func caseIndex(t *abi.Type, name string) (int, bool) {
	i := slices.IndexFunc(t.Cases, func(c abi.Case) bool { return c.Name == name })
	return i, i >= 0
}

// kindOf is the kind of type that the Go type of v belongs to.
func kindOf(v Value) (abi.Kind, bool) {
	switch v.(type) {
	case bool:
		return abi.Bool, true
	case int8:
		return abi.S8, true
	case uint8:
		return abi.U8, true
	case int16:
		return abi.S16, true
	case uint16:
		return abi.U16, true
	case int32:
		return abi.S32, true
	case uint32:
		return abi.U32, true
	case int64:
		return abi.S64, true
	case uint64:
		return abi.U64, true
	case float32:
		return abi.F32, true
	case float64:
		return abi.F64, true
	case Char:
		return abi.Char, true
	case string:
		return abi.String, true
	case []byte, List:
		return abi.List, true
	case Map:
		return abi.Map, true
	case Record:
		return abi.Record, true
	case Tuple:
		return abi.Tuple, true
	case Variant:
		return abi.Variant, true
	case Enum:
		return abi.Enum, true
	case Option:
		return abi.Option, true
	case Result:
		return abi.Result, true
	case Flags:
		return abi.Flags, true
	case Own:
		return abi.Own, true
	case Borrow:
		return abi.Borrow, true
	}
	return 0, false
}

// kindText names a type's shape in messages.
func kindText(t *abi.Type) string {
	if (t.Kind == abi.List || t.Kind == abi.FixedList) && t.Elem.Kind == abi.U8 {
		return "list<u8>"
	}
	return t.Kind.String()
}

// describe names the shape of v in messages.
func describe(v Value) string {
	if v == nil {
		return "nothing"
	}
	if _, ok := v.([]byte); ok {
		return "list<u8>"
	}
	if kind, ok := kindOf(v); ok {
		return kind.String()
	}
	return fmt.Sprintf("a Go %T", v)
}
