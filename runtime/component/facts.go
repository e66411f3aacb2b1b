package component

// facts are what checks need to know about a type, computed from its parts when the type is built, so
// that no check walks a type: types share parts, and a walk could take exponential time.
type facts struct {
	size     uint32 // nodes of the type written out as a tree
	depth    uint16 // nodes on the longest way down
	elemSize uint32 // bytes of a value in a 64-bit memory
	align    uint32 // its alignment there
	flat     uint32 // core values that it flattens to, saturating at manyFlat
	// core is the types of these core values, with addresses of 32 bits; nil if flat is above
	// maxFlatParams.
	core []CoreValType

	borrows   bool // a borrow somewhere
	resources bool // a resource type somewhere
	pointers  bool // a value holds pointers into memory: a list or string somewhere
	nameable  bool // a type somewhere that goes by a name: a record, variant, flags or enum type, or one that got a name

	// of and written are about names, see [Origin] and [Synonyms].
	of      Type
	written []*Synonym
}

// manyFlat stands for any number of flat values far above every limit that is compared with it.
const manyFlat = 1 << 16

// facted gives a type its facts.
type facted struct{ f facts }

// renamed notes that the type has got a name, and what it is another name of.
func (t *facted) renamed(of Type) { t.f.of, t.f.nameable = of, true }

func (t *facted) facts() *facts { return &t.f }

var primitiveFacts = [...]facts{
	Bool: scalar(1, CoreI32), S8: scalar(1, CoreI32), U8: scalar(1, CoreI32), S16: scalar(2, CoreI32),
	U16: scalar(2, CoreI32), S32: scalar(4, CoreI32), U32: scalar(4, CoreI32), S64: scalar(8, CoreI64),
	U64: scalar(8, CoreI64), F32: scalar(4, CoreF32), F64: scalar(8, CoreF64), Char: scalar(4, CoreI32),
	String: pointerPair(), ErrorContext: scalar(4, CoreI32),
}

func (p Primitive) facts() *facts { return &primitiveFacts[p] }

func scalar(bytes uint32, core CoreValType) facts {
	return facts{size: 1, depth: 1, elemSize: bytes, align: bytes, flat: 1, core: []CoreValType{core}}
}

func pointerPair() facts {
	return facts{
		size: 1, depth: 1, elemSize: 16, align: 8, flat: 2, core: []CoreValType{CoreI32, CoreI32}, pointers: true,
	}
}

// layout accumulates the facts of a type with parts. It counts in 64 bits, so nothing wraps before it
// is compared with a limit.
type layout struct {
	facts
	nodes, bytes, flats uint64
}

func newLayout() layout {
	l := layout{nodes: 1, facts: facts{align: 1}}
	return l
}

// contains takes over what holds for a type because it holds for one of its parts.
func (l *layout) contains(part Type) {
	p := part.facts()
	l.nodes += uint64(p.size)
	l.depth = max(l.depth, p.depth)
	l.borrows = l.borrows || p.borrows
	l.resources = l.resources || p.resources
	l.pointers = l.pointers || p.pointers
	l.nameable = l.nameable || p.nameable
}

// field lays out part behind what is there.
func (l *layout) field(part ValueType) {
	l.contains(part)
	p := part.facts()
	l.align = max(l.align, p.align)
	l.bytes = alignTo(l.bytes, p.align) + uint64(p.elemSize)
	l.flats += uint64(p.flat)
	l.append(p.core)
}

// append adds core values behind what is there. Beyond the limit close drops them all.
func (l *layout) append(core []CoreValType) {
	if len(l.core) <= maxFlatParams {
		l.core = append(l.core, core...)
	}
}

// cases lays out the payloads over each other, behind a discriminant for that many cases. Payloads may
// be nil.
func (l *layout) cases(count int, payloads ...ValueType) {
	var widest, flats uint64
	payloadAlign := uint32(1)
	l.core = []CoreValType{CoreI32}
	for _, part := range payloads {
		if part == nil {
			continue
		}
		l.contains(part)
		p := part.facts()
		payloadAlign = max(payloadAlign, p.align)
		widest = max(widest, uint64(p.elemSize))
		flats = max(flats, uint64(p.flat))
		l.join(p.core)
	}
	discriminant := discriminantSize(count)
	l.align = max(discriminant, payloadAlign)
	l.bytes = alignTo(uint64(discriminant), payloadAlign) + widest
	l.flats = 1 + flats
}

// join lays the core values of a case over those of the other cases, behind the discriminant: where they
// have different types, the value is one that holds the bits of either.
func (l *layout) join(payload []CoreValType) {
	for i, t := range payload {
		at := i + 1
		switch {
		case at == len(l.core):
			l.core = append(l.core, t)
		case l.core[at] == t:
		case is32Bit(l.core[at]) && is32Bit(t):
			l.core[at] = CoreI32
		default:
			l.core[at] = CoreI64
		}
	}
}

func is32Bit(t CoreValType) bool { return t == CoreI32 || t == CoreF32 }

// scalar is the layout of one integer of at most 32 bits.
func (l *layout) scalar(bytes uint32) {
	l.align, l.bytes, l.flats, l.core = bytes, uint64(bytes), 1, []CoreValType{CoreI32}
}

// handle is the layout of an index into a table of the instance.
func (l *layout) handle() { l.scalar(4) }

// list is the layout of a pointer and a length.
func (l *layout) list() {
	l.align, l.bytes, l.flats, l.pointers = 8, 16, 2, true
	l.core = []CoreValType{CoreI32, CoreI32}
}

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

func alignTo(n uint64, align uint32) uint64 {
	a := uint64(align)
	return (n + a - 1) / a * a
}

// close finishes the layout. The decoder compares nodes, depth and bytes with the limits first.
func (l *layout) close() facts {
	f := l.facts
	f.size = uint32(l.nodes)
	f.depth++
	f.elemSize = uint32(alignTo(l.bytes, l.align))
	f.flat = uint32(min(l.flats, manyFlat))
	if f.flat > maxFlatParams {
		f.core = nil
	}
	return f
}
