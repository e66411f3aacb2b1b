package guard

import (
	"slices"

	"github.com/witan-os/witan/runtime/abi"
)

// scalar is a number that fits into one core value.
type scalar uint8

const (
	nothing scalar = iota
	whole          // all 64 bits
	half           // the lower 32 bits
	truth
	unsigned8
	unsigned16
	signed8
	signed16
)

var scalars = map[abi.Kind]scalar{
	abi.S64: whole, abi.U64: whole, abi.F64: whole,
	abi.S32: half, abi.U32: half, abi.F32: half,
	abi.Bool: truth, abi.U8: unsigned8, abi.U16: unsigned16, abi.S8: signed8, abi.S16: signed16,
}

// canonical is what lifting a core value and lowering it again makes of it.
func (s scalar) canonical(v uint64) uint64 {
	switch s {
	case half:
		return uint64(uint32(v))
	case truth:
		if uint32(v) != 0 {
			return 1
		}
		return 0
	case unsigned8:
		return uint64(uint8(v))
	case unsigned16:
		return uint64(uint16(v))
	case signed8:
		return uint64(uint32(int8(v)))
	case signed16:
		return uint64(uint32(int16(v)))
	}
	return v
}

// scalarsOf tells the parameters and the result of a function that has only scalars, which may be in records. For any
// other function params is nil.
func scalarsOf(p *abi.Plan) (params []scalar, result scalar) {
	if p.NeedsMemory() {
		return nil, nothing
	}
	all := []scalar{}
	for _, param := range p.Params {
		all = appendScalars(all, param.Type)
	}
	params = all
	if p.Result != nil {
		all = appendScalars(all, p.Result.Type)
		result = all[len(params)]
	}
	if slices.Contains(all, nothing) {
		return nil, nothing
	}
	return params, result
}

// appendScalars appends the scalars of a type, one for each core value; nothing stands for what is none.
func appendScalars(list []scalar, t *abi.Type) []scalar {
	switch t.Kind {
	case abi.Record, abi.Tuple:
		for _, f := range t.Fields {
			list = appendScalars(list, f.Type)
		}
		return list
	case abi.FixedList:
		for range t.Len {
			list = appendScalars(list, t.Elem)
		}
		return list
	}
	return append(list, scalars[t.Kind])
}
