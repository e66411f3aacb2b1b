package threeway

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"unicode/utf16"

	"github.com/witan-os/witan/runtime/abi"
	"github.com/witan-os/witan/runtime/value"
)

// This file writes values into the memory and core values of a guest, the way a guest's own code would. It
// reads the layout in the plan and shares no code with the executors, which are what is tested.

// image is a guest's side of a call before it begins: its memory, and the core values that it passes.
type image struct {
	encoding abi.Encoding
	mem      []byte // one page
	slots    [maxSlots]uint64
	next     uint32 // where values in memory go on
	spots    []spot
	give     func(r *abi.Resource, rep any) uint32
	// wide has the strings of Latin1OrUTF16 stand in UTF-16 where Latin-1 would do.
	wide bool
}

// spot is a number in an image that a hostile guest may have put another one in place of.
type spot struct {
	meaning meaning
	slot    int    // -1 in memory
	at      uint32 // address in memory
	size    uint32 // bytes
	limit   uint64 // of a discriminant: how many cases; of a length: its value
}

// meaning is what a spot is for.
type meaning uint8

const (
	plain meaning = iota
	pointer
	length
	discriminant
	character
	handle
	text // a byte of a string
)

func (s spot) String() string {
	what := [...]string{"number", "address", "length", "discriminant", "char", "handle", "byte of a string"}[s.meaning]
	if s.slot >= 0 {
		return fmt.Sprintf("the %s in core value %d", what, s.slot)
	}
	return fmt.Sprintf("the %s at %#x", what, s.at)
}

// emptyPage is a memory without values. The bytes of its heap are such as no value would leave.
var emptyPage = append(make([]byte, heapBase), bytes.Repeat([]byte{0xa5}, pageSize-heapBase)...)

// alloc returns room for a value. Draws are small enough for what there is.
func (im *image) alloc(size, align uint32) uint32 {
	at := (im.next + align) &^ (align - 1)
	im.next = at + size
	if im.next > heapBase {
		panic(fmt.Sprintf("threeway: the values take more than %d bytes", heapBase-dataBase))
	}
	return at
}

// params lays out arguments, and the address of a result that goes through memory.
func (im *image) params(p *abi.Plan, args []value.Value) {
	if b := p.ParamBlock; b != nil {
		at := im.alloc(b.Size, b.Align)
		im.store(b, at, value.Tuple(args))
		im.setSlot(0, uint64(at), spot{meaning: pointer})
	}
	for i := range p.Params {
		im.flat(&p.Params[i], args[i])
	}
	if b := p.ResultBlock; b != nil {
		im.slots[p.ResultSlot()] = uint64(im.alloc(b.Size, b.Align))
	}
}

// result lays out what a callee returns.
func (im *image) result(p *abi.Plan, v value.Value) {
	if p.Result != nil {
		im.flat(p.Result, v)
	}
	if b := p.ResultBlock; b != nil {
		at := im.alloc(b.Size, b.Align)
		im.store(b, at, v)
		im.setSlot(0, uint64(at), spot{meaning: pointer})
	}
}

func (im *image) setSlot(i int, bits uint64, s spot) {
	im.slots[i] = bits
	s.slot, s.size = i, 8
	im.spots = append(im.spots, s)
}

func (im *image) setMemory(at, size uint32, bits uint64, s spot) {
	var b [8]byte
	binary.LittleEndian.PutUint64(b[:], bits)
	copy(im.mem[at:at+size], b[:])
	s.slot, s.at, s.size = -1, at, size
	im.spots = append(im.spots, s)
}

// flat puts a value into core values.
func (im *image) flat(f *abi.Flat, v value.Value) {
	t := f.Type
	switch t.Kind {
	case abi.String, abi.List, abi.Map:
		at, n := im.sequence(t, v)
		im.setSlot(f.Slot, uint64(at), spot{meaning: pointer})
		im.setSlot(f.Slot+1, uint64(n), spot{meaning: length, limit: uint64(n)})
	case abi.Record, abi.Tuple, abi.FixedList:
		for i := range f.Fields {
			im.flat(&f.Fields[i], fieldOf(v, i))
		}
	case abi.Variant, abi.Enum, abi.Option, abi.Result:
		i, payload := caseOf(t, v)
		im.setSlot(f.Slot, uint64(i), spot{meaning: discriminant, limit: uint64(len(t.Cases))})
		if p := f.Cases[i].Payload; p != nil {
			im.flat(p, payload)
		}
	default:
		im.setSlot(f.Slot, im.bits(t, v, true), spot{meaning: meaningOf(t)})
	}
}

// store puts a value into memory.
func (im *image) store(t *abi.Type, at uint32, v value.Value) {
	switch t.Kind {
	case abi.String, abi.List, abi.Map:
		ptr, n := im.sequence(t, v)
		im.setMemory(at, 4, uint64(ptr), spot{meaning: pointer})
		im.setMemory(at+4, 4, uint64(n), spot{meaning: length, limit: uint64(n)})
	case abi.FixedList:
		for i := range t.Len {
			im.store(t.Elem, at+i*t.Elem.Size, fieldOf(v, int(i)))
		}
	case abi.Record, abi.Tuple:
		for i, f := range t.Fields {
			im.store(f.Type, at+f.Offset, fieldOf(v, i))
		}
	case abi.Variant, abi.Enum, abi.Option, abi.Result:
		i, payload := caseOf(t, v)
		im.setMemory(at, t.DiscriminantSize(), uint64(i), spot{meaning: discriminant, limit: uint64(len(t.Cases))})
		if c := t.Cases[i].Type; c != nil {
			im.store(c, at+t.Payload, payload)
		}
	default:
		im.setMemory(at, t.Size, im.bits(t, v, false), spot{meaning: meaningOf(t)})
	}
}

// sequence lays out the inside of a string, list or map and returns its address and length.
func (im *image) sequence(t *abi.Type, v value.Value) (at, n uint32) {
	switch v := v.(type) {
	case string:
		return im.text(v)
	case []byte:
		at = im.alloc(uint32(len(v)), 1)
		copy(im.mem[at:], v)
		return at, uint32(len(v))
	case value.Map:
		pairs := make(value.List, len(v))
		for i, e := range v {
			pairs[i] = value.Tuple{e.Key, e.Value}
		}
		return im.sequence(t, pairs)
	}
	list := v.(value.List)
	at = im.alloc(uint32(len(list))*t.Elem.Size, t.Elem.Align)
	for i, e := range list {
		im.store(t.Elem, at+uint32(i)*t.Elem.Size, e)
	}
	return at, uint32(len(list))
}

func (im *image) text(s string) (at, n uint32) {
	units := encode(im.encoding, s, im.wide)
	at = im.alloc(uint32(len(units.bytes)), im.encoding.Align())
	copy(im.mem[at:], units.bytes)
	for i := range units.bytes {
		im.spots = append(im.spots, spot{meaning: text, slot: -1, at: at + uint32(i), size: 1})
	}
	return at, units.length
}

// encoded is a string in memory.
type encoded struct {
	bytes  []byte
	length uint32 // as the canonical ABI passes it
}

func encode(e abi.Encoding, s string, wide bool) encoded {
	switch e {
	case abi.UTF8:
		return encoded{[]byte(s), uint32(len(s))}
	case abi.Latin1OrUTF16:
		latin := []byte{}
		for _, r := range s {
			wide = wide || r > 0xff
			latin = append(latin, byte(r))
		}
		if !wide {
			return encoded{latin, uint32(len(latin))}
		}
	}
	b := []byte{}
	for _, u := range utf16.Encode([]rune(s)) {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	n := uint32(len(b) / 2)
	if e == abi.Latin1OrUTF16 {
		n |= abi.UTF16Tag
	}
	return encoded{b, n}
}

// bits are those of a value that is one core value, or of as many bytes as the type has.
func (im *image) bits(t *abi.Type, v value.Value, core bool) uint64 {
	switch v := v.(type) {
	case bool:
		if v {
			return 1
		}
		return 0
	case int8:
		return signed(int32(v), 8, core)
	case int16:
		return signed(int32(v), 16, core)
	case int32:
		return signed(v, 32, core)
	case uint8:
		return uint64(v)
	case uint16:
		return uint64(v)
	case uint32:
		return uint64(v)
	case int64:
		return uint64(v)
	case uint64:
		return v
	case float32:
		return uint64(math.Float32bits(v))
	case float64:
		return math.Float64bits(v)
	case value.Char:
		return uint64(v)
	case value.Flags:
		bits := uint64(0)
		for _, label := range v {
			bits |= 1 << slices.Index(t.Labels, label)
		}
		return bits
	case value.Own:
		return uint64(im.give(t.Resource, v.Rep))
	case value.Borrow:
		return uint64(im.give(t.Resource, v.Rep))
	}
	panic(fmt.Sprintf("threeway: %T is not a scalar", v))
}

// signed are the bits of a signed integer: all 32 of a core value, or those of its width.
func signed(v int32, width uint, core bool) uint64 {
	if core {
		width = 32
	}
	return uint64(uint32(v)) & (1<<width - 1)
}

func meaningOf(t *abi.Type) meaning {
	switch t.Kind {
	case abi.Char:
		return character
	case abi.Own, abi.Borrow:
		return handle
	}
	return plain
}

// fieldOf is a field of a record or tuple, or an element of a list of a fixed length.
func fieldOf(v value.Value, i int) value.Value {
	switch v := v.(type) {
	case value.Record:
		return v[i].Value
	case value.List:
		return v[i]
	case []byte:
		return v[i]
	}
	return v.(value.Tuple)[i]
}

// caseOf returns the number and payload of a case.
func caseOf(t *abi.Type, v value.Value) (int, value.Value) {
	named := func(name string) int {
		return slices.IndexFunc(t.Cases, func(c abi.Case) bool { return c.Name == name })
	}
	switch v := v.(type) {
	case value.Enum:
		return named(string(v)), nil
	case value.Option:
		if v.Some {
			return 1, v.Value
		}
		return 0, nil
	case value.Result:
		if v.Failed {
			return 1, v.Payload
		}
		return 0, v.Payload
	}
	variant := v.(value.Variant)
	return named(variant.Case), variant.Payload
}
