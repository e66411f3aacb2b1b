package inspect

import "github.com/witan-os/witan/runtime/component"

// The bytes with which types begin.
const (
	formFunc     = 0x60
	formStruct   = 0x5f
	formArray    = 0x5e
	formSub      = 0x50
	formSubFinal = 0x4f
	formGroup    = 0x4e

	packedI8  = 0x78
	packedI16 = 0x77
)

// recType reads an entry of the type section: a type, or a group of types that refer to each other.
func (r *moduleReader) recType() {
	if r.pos < r.end && r.data[r.pos] == formGroup {
		r.pos++
		r.vector(r.subType)
		return
	}
	r.subType()
}

// subType reads a type, perhaps with the types that it extends.
func (r *moduleReader) subType() {
	at := r.pos
	form := r.byte()
	if form == formSub || form == formSubFinal {
		r.vector(func() { r.u32() })
		at = r.pos
		form = r.byte()
	}
	var t *component.CoreFuncType
	switch form {
	case formFunc:
		t = &component.CoreFuncType{Params: r.valTypes(), Results: r.valTypes()}
	case formStruct:
		r.vector(r.field)
	case formArray:
		r.field()
	default:
		r.fail(at, "type form 0x%02x is unknown", form)
	}
	r.types = append(r.types, t)
}

// field passes over a field of a struct or array type.
func (r *moduleReader) field() {
	if r.pos < r.end && (r.data[r.pos] == packedI8 || r.data[r.pos] == packedI16) {
		r.pos++
	} else {
		r.valType()
	}
	r.byte()
}

func (r *moduleReader) valTypes() []component.CoreValType {
	var types []component.CoreValType
	r.vector(func() { types = append(types, r.valType()) })
	return types
}

// valType reads a value type; of a reference to a type by index it keeps the opcode.
func (r *moduleReader) valType() component.CoreValType {
	at := r.pos
	t := component.CoreValType(r.byte())
	if t.String() == "" {
		r.fail(at, "0x%02x is not a value type", byte(t))
	}
	if t == component.CoreRef || t == component.CoreRefNull {
		r.skipInt()
	}
	return t
}

// funcType reads the index of a function type.
func (r *moduleReader) funcType() *component.CoreFuncType {
	at := r.pos
	i := r.u32()
	switch {
	case int64(i) >= int64(len(r.types)):
		r.fail(at, "type %d is not defined: there are only %d", i, len(r.types))
	case r.types[i] == nil:
		r.fail(at, "type %d is not a function type", i)
	}
	return r.types[i]
}

func (r *moduleReader) tagType() *component.CoreFuncType {
	at := r.pos
	if b := r.byte(); b != 0 {
		r.fail(at, "attribute 0x%02x of a tag is unknown", b)
	}
	return r.funcType()
}

// The bits of the byte that begins limits.
const (
	limitsMax    = 1 << 0
	limitsShared = 1 << 1
	limitsWide   = 1 << 2
	limitsPage   = 1 << 3
)

func (r *moduleReader) limits() component.CoreLimits {
	at := r.pos
	bits := r.byte()
	if bits >= limitsPage<<1 {
		r.fail(at, "the bits 0x%02x of the limits are unknown", bits)
	}
	l := component.CoreLimits{
		HasMax: bits&limitsMax != 0, Shared: bits&limitsShared != 0, Wide: bits&limitsWide != 0, PageLog2: usualPageLog2,
	}
	l.Min = r.u64()
	if l.HasMax {
		l.Max = r.u64()
	}
	if bits&limitsPage != 0 {
		l.PageLog2 = r.u32()
	}
	return l
}

func (r *moduleReader) tableType() string {
	elem := r.valType()
	return tableText(elem, r.limits())
}

// initialised is the byte with which a table begins whose elements have a value given for them.
const initialised = 0x40

func (r *moduleReader) tableDef() string {
	if r.pos >= r.end || r.data[r.pos] != initialised {
		return r.tableType()
	}
	r.skip(2)
	text := r.tableType()
	r.constExpr()
	return text
}

func (r *moduleReader) globalType() string {
	t := r.valType()
	at := r.pos
	mutable := r.byte()
	if mutable > 1 {
		r.fail(at, "mutability 0x%02x of a global is unknown", mutable)
	}
	return globalText(t, mutable == 1)
}

// constExpr passes over the constant expression that gives a global or table its value.
func (r *moduleReader) constExpr() {
	for {
		at := r.pos
		switch op := r.byte(); op {
		case 0x0b: // end
			return
		case 0x41, 0x42, 0x23, 0xd2, 0xd0: // i32.const, i64.const, global.get, ref.func, ref.null
			r.skipInt()
		case 0x43: // f32.const
			r.skip(4)
		case 0x44: // f64.const
			r.skip(8)
		case 0xfd: // v128.const, the only vector instruction here
			r.skipInt()
			r.skip(16)
		case 0x6a, 0x6b, 0x6c, 0x7c, 0x7d, 0x7e: // add, sub and mul of i32 and i64
		default:
			r.fail(at, "opcode 0x%02x is unknown in a constant expression", op)
		}
	}
}
