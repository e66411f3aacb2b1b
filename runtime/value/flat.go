package value

import "github.com/witan-os/witan/runtime/abi"

// Core values lie in 64-bit slots with the bits of narrower types at the bottom. Reading takes as many
// bits as the type has and writing clears the rest, which is what every [abi.Cast] between a case's slot
// and the one that it shares amounts to: an i32 in an i64 slot is extended with zeros, a float is its
// bits. So nothing here looks at casts.

// LiftFlat lifts a value from the core values in stack.
func LiftFlat(b Boundary, f *abi.Flat, stack []uint64) Value {
	switch f.Type.Kind {
	case abi.String:
		return loadString(b, uint32(stack[f.Slot]), uint32(stack[f.Slot+1]))
	case abi.List:
		return loadList(b, f.Type, uint32(stack[f.Slot]), uint32(stack[f.Slot+1]))
	case abi.Map:
		return loadMap(b, f.Type, uint32(stack[f.Slot]), uint32(stack[f.Slot+1]))
	case abi.FixedList:
		return liftFixed(b, f, stack)
	case abi.Record, abi.Tuple:
		return makeFields(b, f.Type, func(i int) Value { return LiftFlat(b, &f.Fields[i], stack) })
	case abi.Variant, abi.Enum, abi.Option, abi.Result:
		return makeCase(b, f.Type, uint32(stack[f.Slot]), func(i uint32) Value {
			return LiftFlat(b, f.Cases[i].Payload, stack)
		})
	default:
		return makeScalar(b, f.Type, stack[f.Slot])
	}
}

// liftFixed lifts a list whose elements are core values themselves.
func liftFixed(b Boundary, f *abi.Flat, stack []uint64) Value {
	if f.Type.Elem.Kind == abi.U8 {
		b.Reserve(sliceCost + uint64(f.Type.Len))
		data := make([]byte, f.Type.Len)
		for i := range data {
			data[i] = byte(stack[f.Fields[i].Slot])
		}
		return data
	}
	list := makeList(b, f.Type.Len)
	for i := range list {
		list[i] = LiftFlat(b, &f.Fields[i], stack)
	}
	return list
}

// LowerFlat lowers a value to the core values in stack. A value that [Check] refuses traps.
func LowerFlat(b Boundary, f *abi.Flat, stack []uint64, v Value) {
	if m := check(f.Type, v); m != nil {
		b.Refuse("%v", m)
	}
	lowerFlat(b, f, stack, v)
}

// lowerFlat lowers a checked value.
func lowerFlat(b Boundary, f *abi.Flat, stack []uint64, v Value) {
	switch f.Type.Kind {
	case abi.String:
		putPair(stack[f.Slot:], pairOf(b.StoreString(v.(string))))
	case abi.List:
		putPair(stack[f.Slot:], storeList(b, f.Type, v))
	case abi.Map:
		putPair(stack[f.Slot:], storeMap(b, f.Type, v.(Map)))
	case abi.FixedList, abi.Record, abi.Tuple:
		for i := range f.Fields {
			lowerFlat(b, &f.Fields[i], stack, partOf(v, i))
		}
	case abi.Variant, abi.Enum, abi.Option, abi.Result:
		// Slots that the case leaves free are zero.
		clear(stack[f.Slot : f.Slot+len(f.Type.Flat)])
		i, payload := caseOf(f.Type, v)
		stack[f.Slot] = uint64(i)
		if p := f.Cases[i].Payload; p != nil {
			lowerFlat(b, p, stack, payload)
		}
	default:
		stack[f.Slot] = scalarBits(b, f.Type, v)
	}
}

func putPair(slots []uint64, at pair) {
	slots[0], slots[1] = uint64(at.ptr), uint64(at.n)
}
