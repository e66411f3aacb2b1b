package value

import "slices"

// Value is a WIT value. Its Go type follows the WIT type:
//
//	bool                 bool
//	s8, s16, s32, s64    int8, int16, int32, int64
//	u8, u16, u32, u64    uint8, uint16, uint32, uint64
//	f32, f64             float32, float64
//	char                 [Char]
//	string               string
//	list<u8>             []byte, also with a fixed length
//	list<T>              [List], also with a fixed length
//	map                  [Map]
//	record               [Record]
//	tuple                [Tuple]
//	variant              [Variant]
//	enum                 [Enum]
//	option               [Option]
//	result               [Result]
//	flags                [Flags]
//	own, borrow          [Own], [Borrow]
//
// There is one shape per type, never a choice. nil is no value: it stands where a case has no payload or
// a function no result.
type Value any

// Char is a Unicode scalar value. It has a type of its own because Go's rune is an int32, which is an s32.
type Char rune

// List holds the elements of a list, other than a list<u8>.
type List []Value

// Map holds the entries of a map in the order in which they cross. A key may be there more than once; then
// the last of its entries counts.
type Map []Entry

// Entry is one entry of a [Map].
type Entry struct{ Key, Value Value }

// Get returns the value of a key, or nil and false without one.
func (m Map) Get(key Value) (Value, bool) {
	for _, e := range slices.Backward(m) {
		if Equal(e.Key, key) {
			return e.Value, true
		}
	}
	return nil, false
}

// Record holds the fields of a record in the order of its type.
type Record []Field

// Field is one field of a [Record].
type Field struct {
	Name  string
	Value Value
}

// Get returns the value of the named field, or nil and false without one.
func (r Record) Get(name string) (Value, bool) {
	for _, f := range r {
		if f.Name == name {
			return f.Value, true
		}
	}
	return nil, false
}

// Tuple holds the fields of a tuple.
type Tuple []Value

// Variant is a case of a variant; Payload is nil when the case has none.
type Variant struct {
	Case    string
	Payload Value
}

// Enum is the name of an enum's case.
type Enum string

// Option is an optional value; the zero Option is none.
type Option struct {
	Some  bool
	Value Value // nil unless Some
}

// Some returns an option that holds v.
func Some(v Value) Option { return Option{Some: true, Value: v} }

// None returns an option without a value.
func None() Option { return Option{} }

// Result is the outcome of something that can fail; the payload is nil when its side has none.
type Result struct {
	Failed  bool
	Payload Value
}

// OK returns the result of success. v is nil when the type has no payload for it.
func OK(v Value) Result { return Result{Payload: v} }

// Err returns the result of failure. v is nil when the type has no payload for it.
func Err(v Value) Result { return Result{Failed: true, Payload: v} }

// Flags are the labels that are set. Lifting gives them in the order of the type; other code may use any
// order, but names each label once.
type Flags []string

// Own is a resource whose ownership moves with the value. Rep is whatever the [Boundary] hands out for
// the resource and takes back.
type Own struct{ Rep any }

// Borrow is a resource on loan for the duration of a call.
type Borrow struct{ Rep any }
