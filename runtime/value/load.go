package value

import (
	"encoding/binary"
	"math"
	"unicode/utf8"

	"github.com/witan-os/witan/runtime/abi"
)

// Load lifts a value of type t from memory at ptr. Memory that breaks a rule traps.
func Load(b Boundary, t *abi.Type, ptr uint32) Value {
	return load(b, t, b.View(ptr, t.Size, t.Align))
}

// load lifts a value from the view of its bytes. Loading allocates nothing in the guest, so views stay
// fresh.
func load(b Boundary, t *abi.Type, p []byte) Value {
	switch t.Kind {
	case abi.String:
		return loadString(b, binary.LittleEndian.Uint32(p), binary.LittleEndian.Uint32(p[4:]))
	case abi.List:
		return loadList(b, t, binary.LittleEndian.Uint32(p), binary.LittleEndian.Uint32(p[4:]))
	case abi.FixedList:
		return loadElems(b, t, p, t.Len)
	case abi.Map:
		return loadMap(b, t, binary.LittleEndian.Uint32(p), binary.LittleEndian.Uint32(p[4:]))
	case abi.Record, abi.Tuple:
		return makeFields(b, t, func(i int) Value {
			f := t.Fields[i]
			return load(b, f.Type, p[f.Offset:])
		})
	case abi.Variant, abi.Enum, abi.Option, abi.Result:
		return makeCase(b, t, uint32(loadBits(p, t.DiscriminantSize())), func(i uint32) Value {
			return load(b, t.Cases[i].Type, p[t.Payload:])
		})
	default:
		return makeScalar(b, t, loadBits(p, t.Size))
	}
}

// loadBits reads a little-endian integer of 1, 2, 4 or 8 bytes.
func loadBits(p []byte, size uint32) uint64 {
	switch size {
	case 1:
		return uint64(p[0])
	case 2:
		return uint64(binary.LittleEndian.Uint16(p))
	case 4:
		return uint64(binary.LittleEndian.Uint32(p))
	default:
		return binary.LittleEndian.Uint64(p)
	}
}

func loadString(b Boundary, ptr, n uint32) Value {
	b.Reserve(stringCost)
	return b.LoadString(ptr, n)
}

func loadList(b Boundary, t *abi.Type, ptr, n uint32) Value {
	return loadElems(b, t, viewElems(b, t, ptr, n), n)
}

// viewElems is the memory of the elements of a list or map.
func viewElems(b Boundary, t *abi.Type, ptr, n uint32) []byte {
	size := t.Elem.Size
	if uint64(n)*uint64(size) > abi.MaxSize {
		b.Trap("a %s of %d elements of %d bytes is larger than %d bytes", t.Kind, n, size, abi.MaxSize)
	}
	return b.ListView(ptr, n, size, t.Elem.Align)
}

// loadElems lifts the n elements of a list.
func loadElems(b Boundary, t *abi.Type, view []byte, n uint32) Value {
	if t.Elem.Kind == abi.U8 {
		b.Reserve(sliceCost + uint64(n))
		return append([]byte{}, view[:n]...)
	}
	list := makeList(b, n)
	for i := range list {
		list[i] = load(b, t.Elem, view[uint32(i)*t.Elem.Size:])
	}
	return list
}

// makeList makes room for n elements.
func makeList(b Boundary, n uint32) List {
	b.Reserve(sliceCost + uint64(n)*elemCost)
	return make(List, n)
}

func loadMap(b Boundary, t *abi.Type, ptr, n uint32) Value {
	view := viewElems(b, t, ptr, n)
	key, val := t.Elem.Fields[0], t.Elem.Fields[1]
	b.Reserve(sliceCost + uint64(n)*entryCost)
	m := make(Map, n)
	for i := range m {
		pair := view[uint32(i)*t.Elem.Size:]
		m[i].Key = load(b, key.Type, pair[key.Offset:])
		m[i].Value = load(b, val.Type, pair[val.Offset:])
	}
	return m
}

// makeFields makes a record or tuple of parts that lift returns, in order.
func makeFields(b Boundary, t *abi.Type, lift func(i int) Value) Value {
	if t.Kind == abi.Tuple {
		b.Reserve(sliceCost + uint64(len(t.Fields))*elemCost)
		tuple := make(Tuple, len(t.Fields))
		for i := range tuple {
			tuple[i] = lift(i)
		}
		return tuple
	}
	b.Reserve(sliceCost + uint64(len(t.Fields))*fieldCost)
	record := make(Record, len(t.Fields))
	for i := range record {
		record[i] = Field{Name: t.Fields[i].Name, Value: lift(i)}
	}
	return record
}

// makeCase makes a value of a variant or one of its relatives from its discriminant and the payload that
// lift returns. lift is called only for a case that has one.
func makeCase(b Boundary, t *abi.Type, discriminant uint32, lift func(i uint32) Value) Value {
	if discriminant >= uint32(len(t.Cases)) {
		b.Trap("a %s of %d cases has no case %d", t.Kind, len(t.Cases), discriminant)
	}
	c := t.Cases[discriminant]
	if t.Kind == abi.Enum {
		b.Reserve(stringCost)
		return Enum(c.Name)
	}
	var payload Value
	if c.Type != nil {
		payload = lift(discriminant)
	}
	switch t.Kind {
	case abi.Option:
		b.Reserve(optionCost)
		return Option{Some: discriminant == 1, Value: payload}
	case abi.Result:
		b.Reserve(optionCost)
		return Result{Failed: discriminant == 1, Payload: payload}
	default:
		b.Reserve(variantCost)
		return Variant{Case: c.Name, Payload: payload}
	}
}

// makeScalar makes a value of a type that is one core value from the low bits of that. Bits beyond the
// type's width mean nothing.
func makeScalar(b Boundary, t *abi.Type, bits uint64) Value {
	b.Reserve(scalarCost)
	switch t.Kind {
	case abi.Bool:
		return uint32(bits) != 0
	case abi.S8:
		return int8(bits)
	case abi.U8:
		return uint8(bits)
	case abi.S16:
		return int16(bits)
	case abi.U16:
		return uint16(bits)
	case abi.S32:
		return int32(bits)
	case abi.U32:
		return uint32(bits)
	case abi.S64:
		return int64(bits)
	case abi.U64:
		return bits
	case abi.F32:
		return math.Float32frombits(uint32(bits))
	case abi.F64:
		return math.Float64frombits(bits)
	case abi.Char:
		return makeChar(b, uint32(bits))
	case abi.Flags:
		return makeFlags(b, t, uint32(bits))
	case abi.Own:
		b.Reserve(handleCost)
		return Own{b.TakeOwn(t.Resource, uint32(bits))}
	case abi.Borrow:
		b.Reserve(handleCost)
		return Borrow{b.Borrowed(t.Resource, uint32(bits))}
	}
	panic("value: " + t.Kind.String() + " is not a scalar")
}

func makeChar(b Boundary, bits uint32) Value {
	if bits > utf8.MaxRune || !utf8.ValidRune(rune(bits)) {
		b.Trap("%#x is not a Unicode scalar value", bits)
	}
	return Char(bits)
}

func makeFlags(b Boundary, t *abi.Type, bits uint32) Value {
	b.Reserve(sliceCost + uint64(len(t.Labels))*stringCost)
	flags := make(Flags, 0, len(t.Labels))
	for i, label := range t.Labels {
		if bits>>i&1 != 0 {
			flags = append(flags, label)
		}
	}
	return flags
}
