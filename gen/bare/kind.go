package bare

import (
	"go/constant"
	"go/types"
)

// kind is what a type is made of.
type kind struct {
	bits    int // 8, 16, 32 or 64; of a bool 1
	signed  bool
	boolean bool
}

var kinds = map[types.BasicKind]kind{
	types.Bool: {bits: 1, boolean: true},
	types.Int8: {bits: 8, signed: true}, types.Int16: {bits: 16, signed: true},
	types.Int32: {bits: 32, signed: true}, types.Int64: {bits: 64, signed: true},
	types.Uint8: {bits: 8}, types.Uint16: {bits: 16}, types.Uint32: {bits: 32}, types.Uint64: {bits: 64},
	types.UntypedBool: {bits: 1, boolean: true}, // the result of a comparison that decides something
}

// kindOf tells what values of a type are; ok is false for types that are not supported.
func kindOf(t types.Type) (k kind, ok bool) {
	basic, ok := t.Underlying().(*types.Basic)
	if !ok {
		return kind{}, false
	}
	k, ok = kinds[basic.Kind()]
	return k, ok
}

// core is the value type that holds the kind. An i32 that holds less than 32 bits has its value as a number: the
// bits above are zero or copies of the sign.
func (k kind) core() coreType {
	if k.bits == 64 {
		return i64
	}
	return i32
}

// holds reports whether all values of another kind of integer are values of this one.
func (k kind) holds(o kind) bool {
	if k.signed == o.signed {
		return k.bits >= o.bits
	}
	return k.signed && k.bits > o.bits
}

// sign completes the name of an instruction that comes in two signednesses.
func (k kind) sign() string {
	if k.signed {
		return "_s"
	}
	return "_u"
}

// number is a constant as the bits of its value.
func number(v constant.Value) int64 {
	if v.Kind() == constant.Bool {
		if constant.BoolVal(v) {
			return 1
		}
		return 0
	}
	v = constant.ToInt(v)
	if n, exact := constant.Int64Val(v); exact {
		return n
	}
	n, _ := constant.Uint64Val(v)
	return int64(n)
}
