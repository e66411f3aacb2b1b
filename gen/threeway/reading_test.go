package threeway

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/witan-os/witan/runtime/abi"
	"github.com/witan-os/witan/runtime/value"
)

// This file reads what an executor has lowered. It is strict: an executor leaves no bit that the canonical
// ABI does not, lowers strings in the one form that there is for them, and writes nothing but values.

// reading is a guest's memory after an executor has lowered into it.
type reading struct {
	encoding abi.Encoding
	mem      []byte
	slots    []uint64
	heapTop  uint32
	resource func(t *abi.Type, handle uint32) any // may panic with notCanonical
	written  []extent
}

// extent is a range of memory.
type extent struct{ from, to uint32 }

// notCanonical is what an executor must not have left.
type notCanonical struct{ what string }

func (n notCanonical) Error() string { return n.what }

func refuse(format string, args ...any) { panic(notCanonical{fmt.Sprintf(format, args...)}) }

// read runs f and returns what it refuses.
func read(f func()) (err error) {
	defer func() {
		if r := recover(); r != nil {
			n, ok := r.(notCanonical)
			if !ok {
				panic(r)
			}
			err = n
		}
	}()
	f()
	return nil
}

// params are the arguments that a callee has got.
func (r *reading) params(p *abi.Plan) []value.Value {
	if p.ParamBlock != nil {
		return r.load(p.ParamBlock, r.heap(uint32(r.slots[0]), p.ParamBlock.Size, p.ParamBlock.Align)).(value.Tuple)
	}
	list := make([]value.Value, len(p.Params))
	for i := range p.Params {
		list[i] = r.flat(&p.Params[i])
	}
	return list
}

// result is what a caller has got back; block is where it asked for a result in memory.
func (r *reading) result(p *abi.Plan, block uint32) value.Value {
	switch {
	case p.Result != nil:
		return r.flat(p.Result)
	case p.ResultBlock != nil:
		r.note(block, p.ResultBlock.Size)
		return r.load(p.ResultBlock, block)
	}
	return nil
}

func (r *reading) note(at, size uint32) { r.written = append(r.written, extent{at, at + size}) }

// heap checks that a block is one that realloc gave.
func (r *reading) heap(at, size, align uint32) uint32 {
	if at%align != 0 {
		refuse("address %#x is not a multiple of %d", at, align)
	}
	if at < heapBase || at > r.heapTop || size > r.heapTop-at {
		refuse("%d bytes at address %#x were not allocated", size, at)
	}
	r.note(at, size)
	return at
}

func (r *reading) flat(f *abi.Flat) value.Value {
	t := f.Type
	switch t.Kind {
	case abi.String, abi.List, abi.Map:
		return r.sequence(t, uint32(r.slots[f.Slot]), uint32(r.slots[f.Slot+1]))
	case abi.Record, abi.Tuple:
		return makeFields(t, func(i int) value.Value { return r.flat(&f.Fields[i]) })
	case abi.FixedList:
		return makeElements(t, func(i int) value.Value { return r.flat(&f.Fields[i]) })
	case abi.Variant, abi.Enum, abi.Option, abi.Result:
		i := r.discriminant(t, r.slots[f.Slot])
		used := 1
		payload := f.Cases[i].Payload
		if payload != nil {
			used += len(payload.Type.Flat)
		}
		for n := used; n < len(t.Flat); n++ {
			if r.slots[f.Slot+n] != 0 {
				refuse("core value %d, which the case does not use, is %#x", f.Slot+n, r.slots[f.Slot+n])
			}
		}
		return makeCase(t, i, func() value.Value { return r.flat(payload) })
	}
	return r.scalar(t, r.slots[f.Slot], true)
}

func (r *reading) load(t *abi.Type, at uint32) value.Value {
	switch t.Kind {
	case abi.String, abi.List, abi.Map:
		return r.sequence(t, uint32(r.number(at, 4)), uint32(r.number(at+4, 4)))
	case abi.Record, abi.Tuple:
		return makeFields(t, func(i int) value.Value { return r.load(t.Fields[i].Type, at+t.Fields[i].Offset) })
	case abi.FixedList:
		return makeElements(t, func(i int) value.Value { return r.load(t.Elem, at+uint32(i)*t.Elem.Size) })
	case abi.Variant, abi.Enum, abi.Option, abi.Result:
		i := r.discriminant(t, r.number(at, t.DiscriminantSize()))
		return makeCase(t, i, func() value.Value { return r.load(t.Cases[i].Type, at+t.Payload) })
	}
	return r.scalar(t, r.number(at, t.Size), false)
}

func (r *reading) number(at, size uint32) uint64 {
	var b [8]byte
	copy(b[:], r.mem[at:at+size])
	return binary.LittleEndian.Uint64(b[:])
}

func (r *reading) discriminant(t *abi.Type, bits uint64) int {
	if bits >= uint64(len(t.Cases)) {
		refuse("%d is no case of %s, which has %d", bits, article(t.Kind), len(t.Cases))
	}
	return int(bits)
}

func (r *reading) sequence(t *abi.Type, at, n uint32) value.Value {
	if t.Kind == abi.String {
		return r.text(at, n)
	}
	size := t.Elem.Size
	if uint64(n)*uint64(size) > uint64(r.heapTop) {
		refuse("a list has %d elements", n)
	}
	r.heap(at, n*size, t.Elem.Align)
	if t.Elem.Kind == abi.U8 {
		return slices.Clone(r.mem[at : at+n])
	}
	list := make(value.List, n)
	for i := range list {
		list[i] = r.load(t.Elem, at+uint32(i)*size)
	}
	if t.Kind == abi.Map {
		return makeMap(list)
	}
	return list
}

// makeMap makes a map of its pairs.
func makeMap(pairs value.List) value.Map {
	m := make(value.Map, len(pairs))
	for i, p := range pairs {
		pair := p.(value.Tuple)
		m[i] = value.Entry{Key: pair[0], Value: pair[1]}
	}
	return m
}

func (r *reading) text(at, n uint32) string {
	wide := r.encoding == abi.UTF16
	if r.encoding == abi.Latin1OrUTF16 {
		wide = n&abi.UTF16Tag != 0
		n &^= abi.UTF16Tag
	}
	if n > r.heapTop {
		refuse("a string has %d code units", n)
	}
	size := n
	if wide {
		size *= 2
	}
	r.heap(at, size, r.encoding.Align())
	bytes := r.mem[at : at+size]
	switch {
	case wide:
		return r.fromUTF16(bytes)
	case r.encoding == abi.Latin1OrUTF16:
		return fromLatin1(bytes)
	case !utf8.Valid(bytes):
		refuse("the string at %#x is not UTF-8", at)
	}
	return string(bytes)
}

func fromLatin1(b []byte) string {
	runes := make([]rune, len(b))
	for i, c := range b {
		runes[i] = rune(c)
	}
	return string(runes)
}

func (r *reading) fromUTF16(b []byte) string {
	units := make([]uint16, len(b)/2)
	for i := range units {
		units[i] = binary.LittleEndian.Uint16(b[2*i:])
	}
	runes := utf16.Decode(units)
	if !slices.Equal(utf16.Encode(runes), units) {
		refuse("a string is not UTF-16: %x", units)
	}
	if r.encoding == abi.Latin1OrUTF16 && !slices.ContainsFunc(runes, func(c rune) bool { return c > 0xff }) {
		refuse("a string is UTF-16 where Latin-1 would do: %q", string(runes))
	}
	return string(runes)
}

// scalar reads a value that is one core value, or a few bytes of memory.
func (r *reading) scalar(t *abi.Type, bits uint64, core bool) value.Value {
	fits := func(width uint) uint64 {
		if bits>>width != 0 {
			refuse("the bits %#x are not those of %s", bits, article(t.Kind))
		}
		return bits
	}
	sign := func(width uint) int32 {
		v := int32(uint32(bits)) << (32 - width) >> (32 - width)
		if want := uint64(uint32(v)); core && bits != want {
			refuse("the bits %#x are not those of %s, which is extended to %#x", bits, article(t.Kind), want)
		}
		return v
	}
	switch t.Kind {
	case abi.Bool:
		return fits(1) == 1
	case abi.S8:
		return int8(sign(8))
	case abi.S16:
		return int16(sign(16))
	case abi.S32:
		return sign(32)
	case abi.U8:
		return uint8(fits(8))
	case abi.U16:
		return uint16(fits(16))
	case abi.U32:
		return uint32(fits(32))
	case abi.S64:
		return int64(bits)
	case abi.U64:
		return bits
	case abi.F32:
		return math.Float32frombits(uint32(fits(32)))
	case abi.F64:
		return math.Float64frombits(bits)
	case abi.Char:
		if bits > utf8.MaxRune || !utf8.ValidRune(rune(bits)) {
			refuse("%#x is no char", bits)
		}
		return value.Char(bits)
	case abi.Flags:
		return makeFlags(t, fits(uint(len(t.Labels))))
	case abi.Own:
		return value.Own{Rep: r.resource(t, uint32(fits(32)))}
	}
	return value.Borrow{Rep: r.resource(t, uint32(fits(32)))}
}

// article puts the name of a type into a sentence.
func article(k abi.Kind) string {
	switch name := k.String(); k {
	case abi.Flags:
		return name
	case abi.S8, abi.S16, abi.S32, abi.S64, abi.F32, abi.F64, abi.Enum, abi.Option, abi.Own:
		return "an " + name
	default:
		return "a " + name
	}
}

// checkRest checks that nothing was written but the values that were read: the rest is as it was before, and
// zero where the memory has grown.
func (r *reading) checkRest(before []byte) {
	slices.SortFunc(r.written, func(a, b extent) int { return int(a.from) - int(b.from) })
	end := uint32(len(r.mem))
	at := uint32(dataBase)
	for _, e := range append(r.written, extent{end, end}) {
		if e.from > at && !untouched(r.mem[at:e.from], before[min(int(at), len(before)):min(int(e.from), len(before))]) {
			refuse("something was written between %#x and %#x, where no value is", at, e.from)
		}
		at = max(at, e.to)
	}
}

// untouched reports whether memory is as before, and zero behind that.
func untouched(mem, before []byte) bool {
	return bytes.Equal(mem[:len(before)], before) && !slices.ContainsFunc(mem[len(before):], func(b byte) bool { return b != 0 })
}

func makeFields(t *abi.Type, read func(i int) value.Value) value.Value {
	if t.Kind == abi.Tuple {
		tuple := make(value.Tuple, len(t.Fields))
		for i := range tuple {
			tuple[i] = read(i)
		}
		return tuple
	}
	record := make(value.Record, len(t.Fields))
	for i := range record {
		record[i] = value.Field{Name: t.Fields[i].Name, Value: read(i)}
	}
	return record
}

// makeElements makes a list of a fixed length.
func makeElements(t *abi.Type, read func(i int) value.Value) value.Value {
	list := make(value.List, t.Len)
	for i := range list {
		list[i] = read(i)
	}
	if t.Elem.Kind != abi.U8 {
		return list
	}
	data := make([]byte, len(list))
	for i, e := range list {
		data[i] = e.(uint8)
	}
	return data
}

// makeCase makes a value of case i, whose payload read returns if it has one.
func makeCase(t *abi.Type, i int, read func() value.Value) value.Value {
	var payload value.Value
	if t.Cases[i].Type != nil {
		payload = read()
	}
	switch t.Kind {
	case abi.Enum:
		return value.Enum(t.Cases[i].Name)
	case abi.Option:
		return value.Option{Some: i == 1, Value: payload}
	case abi.Result:
		return value.Result{Failed: i == 1, Payload: payload}
	}
	return value.Variant{Case: t.Cases[i].Name, Payload: payload}
}

func makeFlags(t *abi.Type, bits uint64) value.Value {
	flags := value.Flags{}
	for i, label := range t.Labels {
		if bits>>i&1 != 0 {
			flags = append(flags, label)
		}
	}
	return flags
}
