package abi

// CoreType is a WebAssembly number type; the values are those of the binary format.
type CoreType byte

// The four core value types that the canonical ABI uses.
const (
	I32     CoreType = 0x7f
	I64     CoreType = 0x7e
	CoreF32 CoreType = 0x7d
	CoreF64 CoreType = 0x7c
)

// String returns the text format's name of the type.
func (c CoreType) String() string {
	switch c {
	case I32:
		return "i32"
	case I64:
		return "i64"
	case CoreF32:
		return "f32"
	case CoreF64:
		return "f64"
	}
	return "?"
}

// join is the core type that can carry the bits of both a and b.
func join(a, b CoreType) CoreType {
	switch {
	case a == b:
		return a
	case a == I32 && b == CoreF32, a == CoreF32 && b == I32:
		return I32
	default:
		return I64
	}
}

// Cast says how the bits of a case's own slot sit in the slot it shares with other cases.
type Cast uint8

// The reinterpretations between a case's core type and the joined one. The names read from case to
// joined slot; lifting goes the other way. [CastNone] means that the types are equal.
const (
	CastNone   Cast = iota
	CastF32I32      // i32.reinterpret_f32
	CastI32I64      // i64.extend_i32_u; lifting drops the upper half
	CastF32I64      // reinterpret, then extend
	CastF64I64      // i64.reinterpret_f64
)

func castOf(have, joined CoreType) Cast {
	switch {
	case have == joined:
		return CastNone
	case joined == I32:
		return CastF32I32
	case have == I32:
		return CastI32I64
	case have == CoreF32:
		return CastF32I64
	default:
		return CastF64I64
	}
}

// Flat places a value in core values: the plan of a value that does not go through memory.
type Flat struct {
	Type   *Type
	Slot   int        // index of its first core value
	Fields []Flat     // Record, Tuple: one per field; FixedList: one per element
	Cases  []FlatCase // Variant and its relatives: one per case
}

// FlatCase places a variant's payload; the discriminant is in the variant's own Slot.
type FlatCase struct {
	Payload *Flat  // nil without payload
	Casts   []Cast // one per core value of the payload, from slot Payload.Slot on
}

// flattening places the values of one function, and each type only once per slot. Types share parts, so
// without that a few small variants in each other would make a plan that fills the memory.
type flattening map[place]Flat

type place struct {
	t    *Type
	slot int
}

// flatten places t from slot on. The caller has checked that t.Flat is not nil, which bounds the depth.
func (fl flattening) flatten(t *Type, slot int) Flat {
	if f, ok := fl[place{t, slot}]; ok {
		return f
	}
	f := Flat{Type: t, Slot: slot}
	switch t.Kind {
	case Record, Tuple:
		next := slot
		for _, field := range t.Fields {
			f.Fields = append(f.Fields, fl.flatten(field.Type, next))
			next += len(field.Type.Flat)
		}
	case FixedList:
		for i := range int(t.Len) {
			f.Fields = append(f.Fields, fl.flatten(t.Elem, slot+i*len(t.Elem.Flat)))
		}
	case Variant, Enum, Option, Result:
		f.Cases = make([]FlatCase, len(t.Cases))
		for i, c := range t.Cases {
			if c.Type != nil {
				f.Cases[i] = fl.flattenCase(t, c.Type, slot+1)
			}
		}
	}
	fl[place{t, slot}] = f
	return f
}

func (fl flattening) flattenCase(variant, payload *Type, slot int) FlatCase {
	f := fl.flatten(payload, slot)
	casts := make([]Cast, len(payload.Flat))
	for i, have := range payload.Flat {
		casts[i] = castOf(have, variant.Flat[1+i])
	}
	return FlatCase{Payload: &f, Casts: casts}
}

// Signature is the type of a core function.
type Signature struct {
	Params, Results []CoreType
}

// Plan says how a call of one function type crosses a component boundary.
//
// Parameters: when ParamBlock is nil each of Params is placed in core values; otherwise there is a single
// i32 that points to a ParamBlock. Result: when Result is set, the one core result; when ResultBlock is
// set, the value lies in memory. A lifted export returns the block's address; a lowered import takes it
// as a last parameter, in slot [Plan.ResultSlot].
type Plan struct {
	Func        *Func
	Params      []Flat
	ParamBlock  *Type // a tuple
	Result      *Flat
	ResultBlock *Type

	Lifted  Signature // of the core function behind an exported component function
	Lowered Signature // of the core function made from an imported component function
}

// NewPlan computes the plan of f.
func NewPlan(f *Func) (*Plan, error) {
	p := &Plan{Func: f}
	if err := p.planParams(MaxFlatParams); err != nil {
		return nil, err
	}
	if err := p.planResult(); err != nil {
		return nil, err
	}
	return p, nil
}

// planParams places the parameters in up to most core values.
func (p *Plan) planParams(most int) error {
	var flat []CoreType
	places := flattening{}
	fits := true
	for _, param := range p.Func.Params {
		if param.Type.Flat == nil || len(flat)+len(param.Type.Flat) > most {
			fits = false
			break
		}
		p.Params = append(p.Params, places.flatten(param.Type, len(flat)))
		flat = append(flat, param.Type.Flat...)
	}
	if !fits {
		types := make([]*Type, len(p.Func.Params))
		for i, param := range p.Func.Params {
			types[i] = param.Type
		}
		block, err := NewTuple(types...)
		if err != nil {
			return err
		}
		p.Params, p.ParamBlock, flat = nil, block, []CoreType{I32}
	}
	p.Lifted.Params = flat
	p.Lowered.Params = flat[:len(flat):len(flat)]
	return nil
}

func (p *Plan) planResult() error {
	r := p.Func.Result
	switch {
	case r == nil:
	case r.HasBorrow():
		return ErrBorrowResult
	case r.Flat != nil && len(r.Flat) <= MaxFlatResults:
		flat := flattening{}.flatten(r, 0)
		p.Result = &flat
		p.Lifted.Results, p.Lowered.Results = r.Flat, r.Flat
	default:
		p.ResultBlock = r
		p.Lifted.Results = []CoreType{I32}
		p.Lowered.Params = append(p.Lowered.Params, I32)
	}
	return nil
}

// ResultSlot is the slot of a lowered import's last parameter, the address to write the result to.
func (p *Plan) ResultSlot() int { return len(p.Lowered.Params) - 1 }

// Slots is how many 64-bit stack slots a call needs in either direction.
func (p *Plan) Slots() int {
	return max(len(p.Lowered.Params), len(p.Lifted.Params), len(p.Lifted.Results), len(p.Lowered.Results))
}

// NeedsMemory reports whether a call touches linear memory: its options must then name one.
func (p *Plan) NeedsMemory() bool {
	return p.ParamBlock != nil || p.ResultBlock != nil || p.paramPointers() || p.resultPointers()
}

// LowerNeedsRealloc reports whether an import lowered with this plan allocates in its caller: it does
// when the result has a string or list.
func (p *Plan) LowerNeedsRealloc() bool { return p.resultPointers() }

// LiftNeedsRealloc reports whether a call into an export allocates there: it does when parameters are
// spilled or have a string or list.
func (p *Plan) LiftNeedsRealloc() bool { return p.ParamBlock != nil || p.paramPointers() }

func (p *Plan) paramPointers() bool {
	for _, param := range p.Func.Params {
		if param.Type.HasPointer() {
			return true
		}
	}
	return false
}

func (p *Plan) resultPointers() bool { return p.Func.Result != nil && p.Func.Result.HasPointer() }
