package value

import (
	"encoding/binary"
	"math"
	"slices"

	"github.com/witan-os/witan/runtime/abi"
)

// Store lowers a value of type t to memory at ptr. A value that [Check] refuses traps, as does memory
// that breaks a rule.
func Store(b Boundary, t *abi.Type, ptr uint32, v Value) {
	if m := check(t, v); m != nil {
		b.Refuse("%v", m)
	}
	b.View(ptr, t.Size, t.Align) // all of it, before a part is written
	store(b, t, ptr, v)
}

// store lowers a checked value to memory that is known to be there. It takes a view for every write,
// because lowering a part may make the guest allocate and move its memory.
func store(b Boundary, t *abi.Type, ptr uint32, v Value) {
	switch t.Kind {
	case abi.String:
		storePair(b, t, ptr, pairOf(b.StoreString(v.(string))))
	case abi.List:
		storePair(b, t, ptr, storeList(b, t, v))
	case abi.Map:
		storePair(b, t, ptr, storeMap(b, t, v.(Map)))
	case abi.FixedList:
		storeElems(b, t, ptr, v)
	case abi.Record, abi.Tuple:
		for i, f := range t.Fields {
			store(b, f.Type, ptr+f.Offset, partOf(v, i))
		}
	case abi.Variant, abi.Enum, abi.Option, abi.Result:
		i, payload := caseOf(t, v)
		storeBits(b, ptr, t.DiscriminantSize(), uint64(i))
		if c := t.Cases[i].Type; c != nil {
			store(b, c, ptr+t.Payload, payload)
		}
	default:
		storeBits(b, ptr, t.Size, scalarBits(b, t, v))
	}
}

func storeBits(b Boundary, ptr, size uint32, bits uint64) {
	p := b.View(ptr, size, size)
	switch size {
	case 1:
		p[0] = byte(bits)
	case 2:
		binary.LittleEndian.PutUint16(p, uint16(bits))
	case 4:
		binary.LittleEndian.PutUint32(p, uint32(bits))
	default:
		binary.LittleEndian.PutUint64(p, bits)
	}
}

// pair is the representation of a string or list: its address and length.
type pair struct{ ptr, n uint32 }

func pairOf(ptr, n uint32) pair { return pair{ptr, n} }

func storePair(b Boundary, t *abi.Type, ptr uint32, at pair) {
	p := b.View(ptr, t.Size, t.Align)
	binary.LittleEndian.PutUint32(p, at.ptr)
	binary.LittleEndian.PutUint32(p[4:], at.n)
}

// storeList lowers the elements of a list to memory that the guest allocates for them.
func storeList(b Boundary, t *abi.Type, v Value) pair {
	n := 0
	switch v := v.(type) {
	case []byte:
		n = len(v)
	case List:
		n = len(v)
	}
	at := pairOf(b.AllocList(n, t.Elem.Size, t.Elem.Align))
	storeElems(b, t, at.ptr, v)
	return at
}

// storeElems lowers the elements of a list to memory that is there for them.
func storeElems(b Boundary, t *abi.Type, ptr uint32, v Value) {
	if data, ok := v.([]byte); ok {
		copy(b.View(ptr, uint32(len(data)), 1), data)
		return
	}
	for i, e := range v.(List) {
		store(b, t.Elem, ptr+uint32(i)*t.Elem.Size, e)
	}
}

// storeMap lowers the entries of a map to memory that the guest allocates for them.
func storeMap(b Boundary, t *abi.Type, m Map) pair {
	at := pairOf(b.AllocList(len(m), t.Elem.Size, t.Elem.Align))
	key, val := t.Elem.Fields[0], t.Elem.Fields[1]
	for i, e := range m {
		ptr := at.ptr + uint32(i)*t.Elem.Size
		store(b, key.Type, ptr+key.Offset, e.Key)
		store(b, val.Type, ptr+val.Offset, e.Value)
	}
	return at
}

// partOf returns field i of a record or tuple, or element i of a list.
func partOf(v Value, i int) Value {
	switch v := v.(type) {
	case Record:
		return v[i].Value
	case Tuple:
		return v[i]
	case []byte:
		return v[i]
	default:
		return v.(List)[i]
	}
}

// caseOf returns the discriminant and payload of a value of a variant or one of its relatives.
func caseOf(t *abi.Type, v Value) (i int, payload Value) {
	switch v := v.(type) {
	case Option:
		if v.Some {
			return 1, v.Value
		}
		return 0, nil
	case Result:
		if v.Failed {
			return 1, v.Payload
		}
		return 0, v.Payload
	case Enum:
		i, _ = caseIndex(t, string(v))
		return i, nil
	default:
		variant := v.(Variant)
		i, _ = caseIndex(t, variant.Case)
		return i, variant.Payload
	}
}

// scalarBits is the core value of a scalar as 64 bits. Those beyond the core type's width are zero;
// signed integers are extended to that width.
func scalarBits(b Boundary, t *abi.Type, v Value) uint64 {
	switch v := v.(type) {
	case bool:
		if v {
			return 1
		}
		return 0
	case int8:
		return uint64(uint32(v))
	case uint8:
		return uint64(v)
	case int16:
		return uint64(uint32(v))
	case uint16:
		return uint64(v)
	case int32:
		return uint64(uint32(v))
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
	case Char:
		return uint64(uint32(v))
	case Flags:
		return flagBits(t, v)
	case Own:
		return uint64(b.GiveOwn(t.Resource, v.Rep))
	case Borrow:
		return uint64(b.Lend(t.Resource, v.Rep))
	}
	panic("value: " + describe(v) + " is not a scalar")
}

func flagBits(t *abi.Type, flags Flags) (bits uint64) {
	for _, label := range flags {
		bits |= 1 << slices.Index(t.Labels, label)
	}
	return bits
}
