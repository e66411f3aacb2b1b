package abi

import (
	"errors"
	"fmt"
	"slices"
)

// Kind is the shape of a value type. As far as layout goes, tuples are records, fixed-length lists are tuples,
// maps are lists of tuples, and enums, options and results are variants; the kinds stay apart because executors
// and messages tell them apart.
type Kind uint8

// The value types of the Component Model.
const (
	Bool Kind = iota + 1
	S8
	U8
	S16
	U16
	S32
	U32
	S64
	U64
	F32
	F64
	Char
	String
	List
	FixedList
	Map
	Record
	Tuple
	Variant
	Enum
	Option
	Result
	Flags
	Own
	Borrow
	Stream
	Future
	ErrorContext
)

var kindNames = [...]string{
	Bool: "bool", S8: "s8", U8: "u8", S16: "s16", U16: "u16", S32: "s32", U32: "u32", S64: "s64",
	U64: "u64", F32: "f32", F64: "f64", Char: "char", String: "string", List: "list",
	FixedList: "list", Map: "map", Record: "record", Tuple: "tuple", Variant: "variant", Enum: "enum", Option: "option",
	Result: "result", Flags: "flags", Own: "own", Borrow: "borrow",
	Stream: "stream", Future: "future", ErrorContext: "error-context",
}

// String returns the WIT keyword of the kind.
func (k Kind) String() string {
	if int(k) < len(kindNames) && kindNames[k] != "" {
		return kindNames[k]
	}
	return fmt.Sprintf("kind(%d)", uint8(k))
}

// MaxSize bounds the size in bytes of any one type's representation in memory, so that the size of a
// list can be computed in 64 bits without overflow.
const MaxSize = 1<<28 - 1

// MaxFlags is the largest number of labels that a flags type may have.
const MaxFlags = 32

// ErrTooLarge reports a type whose representation exceeds [MaxSize].
var ErrTooLarge = fmt.Errorf("type is larger than %d bytes", MaxSize)

// Resource names a resource type. Two types are the same exactly when their pointers are equal: resource
// types are generative, the name serves messages and signatures only.
type Resource struct {
	// Name is what signatures print, for example "wasi:io/streams@0.2/input-stream".
	Name string
}

// Field is a member of a record or tuple.
type Field struct {
	Name   string // empty in a tuple
	Type   *Type
	Offset uint32 // bytes from the start of the record
}

// Case is an alternative of a variant, enum, option or result.
type Case struct {
	Name string
	Type *Type // nil without payload
}

// Type is a value type and its representation. Types are immutable once made and may be shared.
type Type struct {
	Kind     Kind
	Elem     *Type     // List, FixedList; Map: a tuple of key and value; Stream, Future: nil if they carry nothing
	Len      uint32    // FixedList: how many elements
	Fields   []Field   // Record, Tuple
	Cases    []Case    // Variant; Enum; Option: none, some; Result: ok, error
	Labels   []string  // Flags
	Resource *Resource // Own, Borrow

	Size  uint32 // bytes in memory, a multiple of Align
	Align uint32 // 1, 2, 4 or 8

	// Payload is the offset of a variant's payload behind its discriminant.
	Payload uint32
	// Flat are the core types the value flattens to. It is nil when there would be more than
	// MaxFlatParams of them: such a value always travels through memory.
	Flat []CoreType

	pointer bool // a string, list or map inside: needs memory
	handle  bool // an own or borrow inside
	borrows bool // a borrow inside: not allowed in results
	async   bool // a stream, future or error context inside: no executor moves them yet
}

// MaxFlatParams is how many core values the parameters of a call may take before they are spilled.
const MaxFlatParams = 16

// MaxFlatResults is how many core values the result of a call may take before it is spilled.
const MaxFlatResults = 1

// HasPointer reports whether values of the type refer to further memory (strings, lists and maps).
func (t *Type) HasPointer() bool { return t.pointer }

// HasHandle reports whether values of the type hold a resource handle.
func (t *Type) HasHandle() bool { return t.handle }

// HasBorrow reports whether values of the type hold a borrowed handle.
func (t *Type) HasBorrow() bool { return t.borrows }

// HasAsync reports whether values of the type hold a stream, a future or an error context. Those are handles
// too, but of tables that only asynchronous calls have.
func (t *Type) HasAsync() bool { return t.async }

// DiscriminantSize is the width in bytes of a variant's discriminant: 1, 2 or 4.
func (t *Type) DiscriminantSize() uint32 { return discriminantSize(len(t.Cases)) }

func discriminantSize(cases int) uint32 {
	switch {
	case cases <= 1<<8:
		return 1
	case cases <= 1<<16:
		return 2
	default:
		return 4
	}
}

var primitives = func() (p [Borrow + 1]*Type) {
	def := func(k Kind, size uint32, flat CoreType) {
		p[k] = &Type{Kind: k, Size: size, Align: size, Flat: []CoreType{flat}}
	}
	def(Bool, 1, I32)
	def(S8, 1, I32)
	def(U8, 1, I32)
	def(S16, 2, I32)
	def(U16, 2, I32)
	def(S32, 4, I32)
	def(U32, 4, I32)
	def(S64, 8, I64)
	def(U64, 8, I64)
	def(F32, 4, CoreF32)
	def(F64, 8, CoreF64)
	def(Char, 4, I32)
	p[String] = &Type{Kind: String, Size: 8, Align: 4, Flat: []CoreType{I32, I32}, pointer: true}
	return p
}()

// Primitive returns the type of a kind that has no parts: bool, the numbers, char and string.
func Primitive(k Kind) *Type {
	if k > String || primitives[k] == nil {
		panic("abi: " + k.String() + " is not primitive")
	}
	return primitives[k]
}

// NewList returns list<elem>.
func NewList(elem *Type) *Type {
	return &Type{
		Kind: List, Elem: elem, Size: 8, Align: 4, Flat: []CoreType{I32, I32},
		pointer: true, handle: elem.handle, borrows: elem.borrows, async: elem.async,
	}
}

// NewFixedList returns list<elem, n>, a list whose length is part of its type. It lies in place, without a
// pointer.
func NewFixedList(elem *Type, n uint32) (*Type, error) {
	if n == 0 {
		return nil, errors.New("a fixed-length list needs at least one element")
	}
	t := &Type{Kind: FixedList, Elem: elem, Len: n, Align: elem.Align}
	t.inherit(elem)
	if elem.Flat != nil && uint64(n)*uint64(len(elem.Flat)) <= MaxFlatParams {
		t.Flat = slices.Repeat(elem.Flat, int(n))
	}
	return t.sized(uint64(n) * uint64(elem.Size))
}

// NewMap returns map<key, value>, which is a list of pairs: neither their order nor the keys' uniqueness are
// part of the canonical ABI.
func NewMap(key, value *Type) (*Type, error) {
	if !key.Kind.isKey() {
		return nil, fmt.Errorf("%s can't be the key of a map: keys are bool, integers, char and string", key.Kind)
	}
	pair, err := NewTuple(key, value)
	if err != nil {
		return nil, err
	}
	t := NewList(pair)
	t.Kind = Map
	return t, nil
}

// isKey reports whether types of the kind may be the keys of a map.
func (k Kind) isKey() bool { return k <= String && k != F32 && k != F64 }

// NewRecord returns a record of the given fields; their offsets are computed here.
func NewRecord(fields ...Field) (*Type, error) { return newRecord(Record, fields) }

// NewTuple returns a tuple of the given types.
func NewTuple(types ...*Type) (*Type, error) {
	fields := make([]Field, len(types))
	for i, t := range types {
		fields[i].Type = t
	}
	return newRecord(Tuple, fields)
}

func newRecord(kind Kind, fields []Field) (*Type, error) {
	if len(fields) == 0 {
		return nil, fmt.Errorf("a %s needs at least one field", kind)
	}
	t := &Type{Kind: kind, Fields: append([]Field(nil), fields...), Align: 1}
	size, fits := uint64(0), true
	for i := range t.Fields {
		f := &t.Fields[i]
		size = alignTo(size, f.Type.Align)
		if size > MaxSize {
			return nil, ErrTooLarge
		}
		f.Offset = uint32(size)
		size += uint64(f.Type.Size)
		t.Align = max(t.Align, f.Type.Align)
		t.inherit(f.Type)
		if f.Type.Flat == nil || len(t.Flat)+len(f.Type.Flat) > MaxFlatParams {
			fits = false
		}
		if fits {
			t.Flat = append(t.Flat, f.Type.Flat...)
		}
	}
	if !fits {
		t.Flat = nil
	}
	return t.sized(size)
}

// NewVariant returns a variant of the given cases.
func NewVariant(cases ...Case) (*Type, error) { return newVariant(Variant, cases) }

// NewEnum returns an enum of the given case names.
func NewEnum(names ...string) (*Type, error) {
	cases := make([]Case, len(names))
	for i, n := range names {
		cases[i].Name = n
	}
	return newVariant(Enum, cases)
}

// NewOption returns option<some>.
func NewOption(some *Type) (*Type, error) {
	return newVariant(Option, []Case{{Name: "none"}, {Name: "some", Type: some}})
}

// NewResult returns result<ok, err>; either may be nil.
func NewResult(ok, err *Type) (*Type, error) {
	return newVariant(Result, []Case{{Name: "ok", Type: ok}, {Name: "error", Type: err}})
}

func newVariant(kind Kind, cases []Case) (*Type, error) {
	if len(cases) == 0 {
		return nil, errors.New("a variant or enum needs at least one case")
	}
	disc := discriminantSize(len(cases))
	t := &Type{Kind: kind, Cases: append([]Case(nil), cases...), Align: disc}
	var payload, align uint32 = 0, 1
	t.Flat = []CoreType{I32}
	fits := true
	for _, c := range cases {
		if c.Type == nil {
			continue
		}
		payload, align = max(payload, c.Type.Size), max(align, c.Type.Align)
		t.inherit(c.Type)
		fits = fits && c.Type.Flat != nil && len(c.Type.Flat) < MaxFlatParams
		if fits {
			t.Flat = joinFlat(t.Flat, c.Type.Flat)
		}
	}
	if !fits {
		t.Flat = nil
	}
	t.Align = max(disc, align)
	t.Payload = uint32(alignTo(uint64(disc), align))
	return t.sized(uint64(t.Payload) + uint64(payload))
}

// joinFlat merges a case's flat types into those of its variant, whose slot 0 is the discriminant.
func joinFlat(variant, payload []CoreType) []CoreType {
	for i, p := range payload {
		if i+1 == len(variant) {
			variant = append(variant, p)
		} else {
			variant[i+1] = join(variant[i+1], p)
		}
	}
	return variant
}

// NewFlags returns a flags type of the given labels.
func NewFlags(labels ...string) (*Type, error) {
	n := len(labels)
	if n == 0 || n > MaxFlags {
		return nil, fmt.Errorf("a flags type needs 1 to %d labels, not %d", MaxFlags, n)
	}
	size := uint32(1)
	switch {
	case n > 16:
		size = 4
	case n > 8:
		size = 2
	}
	return &Type{Kind: Flags, Labels: append([]string(nil), labels...), Size: size, Align: size, Flat: []CoreType{I32}}, nil
}

// NewOwn returns own<r>.
func NewOwn(r *Resource) *Type {
	return &Type{Kind: Own, Resource: r, Size: 4, Align: 4, Flat: []CoreType{I32}, handle: true}
}

// NewBorrow returns borrow<r>.
func NewBorrow(r *Resource) *Type {
	return &Type{Kind: Borrow, Resource: r, Size: 4, Align: 4, Flat: []CoreType{I32}, handle: true, borrows: true}
}

// NewStream returns stream<elem>, or stream if elem is nil.
func NewStream(elem *Type) (*Type, error) { return newAsync(Stream, elem) }

// NewFuture returns future<elem>, or future if elem is nil.
func NewFuture(elem *Type) (*Type, error) { return newAsync(Future, elem) }

// NewErrorContext returns error-context.
func NewErrorContext() *Type {
	t, _ := newAsync(ErrorContext, nil)
	return t
}

func newAsync(kind Kind, elem *Type) (*Type, error) {
	switch {
	case elem != nil && elem.borrows:
		return nil, fmt.Errorf("a %s may not carry a borrow, which ends with the call", kind)
	case elem != nil && kind == Stream && elem.Kind == Char:
		return nil, errors.New("a stream may not carry char: carry bytes or strings")
	}
	return &Type{Kind: kind, Elem: elem, Size: 4, Align: 4, Flat: []CoreType{I32}, async: true}, nil
}

func (t *Type) inherit(part *Type) {
	t.async = t.async || part.async
	t.pointer = t.pointer || part.pointer
	t.handle = t.handle || part.handle
	t.borrows = t.borrows || part.borrows
}

func (t *Type) sized(size uint64) (*Type, error) {
	size = alignTo(size, t.Align)
	if size > MaxSize {
		return nil, ErrTooLarge
	}
	t.Size = uint32(size)
	return t, nil
}

func alignTo(n uint64, align uint32) uint64 {
	a := uint64(align)
	return (n + a - 1) &^ (a - 1)
}

// Param is a parameter of a function.
type Param struct {
	Name string
	Type *Type
}

// Func is the type of a component function.
type Func struct {
	Async  bool
	Params []Param
	Result *Type // nil without result
}

// ErrBorrowResult reports a function that would return a borrowed handle.
var ErrBorrowResult = errors.New("a result may not contain a borrow")
