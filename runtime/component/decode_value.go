package component

// The opcodes of types in the binary format. Primitive types count down from 0x7f.
const (
	codeRecord       = 0x72
	codeVariant      = 0x71
	codeList         = 0x70
	codeTuple        = 0x6f
	codeFlags        = 0x6e
	codeEnum         = 0x6d
	codeOption       = 0x6b
	codeResult       = 0x6a
	codeOwn          = 0x69
	codeBorrow       = 0x68
	codeFixedList    = 0x67
	codeStream       = 0x66
	codeFuture       = 0x65
	codeErrorContext = 0x64
	codeMap          = 0x63

	codeFunc      = 0x40
	codeComponent = 0x41
	codeInstance  = 0x42
	codeAsyncFunc = 0x43
	codeResource  = 0x3f
)

var primitiveCodes = map[byte]Primitive{
	0x7f: Bool, 0x7e: S8, 0x7d: U8, 0x7c: S16, 0x7b: U16, 0x7a: S32, 0x79: U32, 0x78: S64, 0x77: U64,
	0x76: F32, 0x75: F64, 0x74: Char, 0x73: String, codeErrorContext: ErrorContext,
}

// isOpcode tells an opcode from a type index: opcodes are the negative one-byte integers.
func isOpcode(b byte) bool { return b&0xc0 == 0x40 }

// valType reads a primitive type or the index of a value type.
func (d *decoder) valType() ValueType {
	t, _ := d.writtenType()
	return t
}

// writtenType is valType with the name by which a primitive type is written, if it has one.
func (d *decoder) writtenType() (ValueType, *Synonym) {
	at := d.pos
	if b := d.peek("value type"); isOpcode(b) {
		p, ok := primitiveCodes[b]
		if !ok {
			d.fail(at, "0x%02x is neither a primitive type nor a type index", b)
		}
		d.pos++
		return d.primitive(at, p), nil
	}
	i := d.index(SortType)
	t, ok := d.scope.types[i].(ValueType)
	if !ok {
		d.fail(at, "type index %d is %s, where a value type is needed", i, describe(d.scope.types[i]))
	}
	return t, d.scope.synonym(i)
}

func (d *decoder) primitive(at int, p Primitive) ValueType {
	if p == ErrorContext {
		d.need(at, FeatureErrorContext)
	}
	return p
}

// close finishes the facts of a type that begins at a byte, after comparing them with the limits.
func (d *decoder) close(at int, l *layout) facted {
	if l.nodes > maxTypeSize {
		d.fail(at, "the type written out has %d parts, the limit is %d", l.nodes, maxTypeSize)
	}
	if l.depth >= maxNesting {
		d.fail(at, "types are nested more than %d deep", maxNesting)
	}
	if bytes := alignTo(l.bytes, l.align); bytes >= maxElemSize {
		d.fail(at, "a value of the type takes %d bytes in memory, which must be less than %d", bytes, maxElemSize)
	}
	return facted{l.close()}
}

// defValType reads the rest of a value type after its opcode.
func (d *decoder) defValType(at int, code byte) ValueType {
	l := newLayout()
	switch code {
	case codeRecord:
		return d.record(at, &l)
	case codeVariant:
		return d.variant(at, &l)
	case codeList:
		elem := d.part()
		l.contains(elem)
		l.list()
		return &List{Elem: elem, facted: d.close(at, &l)}
	case codeFixedList:
		return d.fixedList(at, &l)
	case codeTuple:
		return d.tuple(at, &l)
	case codeFlags:
		return d.flags(at, &l)
	case codeEnum:
		labels := d.labels(at, "enum", maxVector)
		l.cases(len(labels))
		l.nameable = true
		return &Enum{Labels: labels, facted: d.close(at, &l)}
	case codeOption:
		some := d.part()
		l.cases(2, some)
		return &Option{Some: some, facted: d.close(at, &l)}
	case codeResult:
		ok, err := d.optionalPart("ok type"), d.optionalPart("error type")
		l.cases(2, ok, err)
		return &Result{OK: ok, Err: err, facted: d.close(at, &l)}
	case codeMap:
		return d.mapType(at, &l)
	case codeOwn, codeBorrow:
		return d.handle(at, code, &l)
	case codeStream, codeFuture:
		return d.asyncType(at, code, &l)
	default:
		p, ok := primitiveCodes[code]
		if !ok {
			d.fail(at, "type opcode 0x%02x is unknown", code)
		}
		return d.primitive(at, p)
	}
}

func (d *decoder) record(at int, l *layout) ValueType {
	fields := d.fields("field")
	if len(fields) == 0 {
		d.fail(at, "a record needs at least one field")
	}
	for _, f := range fields {
		l.field(f.Type)
	}
	l.nameable = true
	return &Record{Fields: fields, facted: d.close(at, l)}
}

// fields reads labelled types: the fields of a record or the parameters of a function.
func (d *decoder) fields(noun string) []Field {
	n := d.count(noun, maxVector)
	fields := make([]Field, n)
	labels := d.labelSet(noun, n)
	for i := range fields {
		fields[i] = Field{Label: labels.next(), Type: d.part()}
	}
	return fields
}

func (d *decoder) variant(at int, l *layout) ValueType {
	n := d.count("case", maxVector)
	if n == 0 {
		d.fail(at, "a variant needs at least one case")
	}
	cases := make([]Case, n)
	payloads := make([]ValueType, n)
	labels := d.labelSet("case", n)
	for i := range cases {
		cases[i] = Case{Label: labels.next(), Type: d.optionalPart("case type")}
		d.expect(0, "end of the case")
		payloads[i] = cases[i].Type
	}
	l.cases(n, payloads...)
	l.nameable = true
	return &Variant{Cases: cases, facted: d.close(at, l)}
}

func (d *decoder) fixedList(at int, l *layout) ValueType {
	d.need(at, FeatureFixedLists)
	elem := d.part()
	lenAt := d.pos
	n := d.u32("length of the list")
	if n == 0 {
		d.fail(lenAt, "a fixed-length list needs at least one element")
	}
	l.contains(elem)
	f := elem.facts()
	l.align, l.bytes, l.flats = f.align, uint64(n)*uint64(f.elemSize), uint64(n)*uint64(f.flat)
	for range min(n, maxFlatParams+1) {
		l.append(f.core)
	}
	return &List{Elem: elem, Len: n, facted: d.close(at, l)}
}

func (d *decoder) tuple(at int, l *layout) ValueType {
	n := d.count("tuple part", maxVector)
	if n == 0 {
		d.fail(at, "a tuple needs at least one part")
	}
	parts := make([]ValueType, n)
	for i := range parts {
		parts[i] = d.part()
		l.field(parts[i])
	}
	return &Tuple{Types: parts, facted: d.close(at, l)}
}

func (d *decoder) flags(at int, l *layout) ValueType {
	labels := d.labels(at, "flags", maxFlags)
	switch {
	case len(labels) <= 8:
		l.scalar(1)
	case len(labels) <= 16:
		l.scalar(2)
	default:
		l.scalar(4)
	}
	l.nameable = true
	return &Flags{Labels: labels, facted: d.close(at, l)}
}

// labels reads the labels of a flags or enum type, which needs at least one.
func (d *decoder) labels(at int, of string, limit int) []string {
	n := d.count("label", limit)
	if n == 0 {
		d.fail(at, "%s types need at least one label", of)
	}
	labels := make([]string, n)
	set := d.labelSet(of, n)
	for i := range labels {
		labels[i] = set.next()
	}
	return labels
}

func (d *decoder) mapType(at int, l *layout) ValueType {
	d.need(at, FeatureMap)
	keyAt := d.pos
	key := d.part()
	if p, ok := key.(Primitive); !ok || p == F32 || p == F64 || p == ErrorContext {
		d.fail(keyAt, "%s cannot be the key of a map: keys are bool, integers, char and string", describe(key))
	}
	v := d.part()
	l.contains(key)
	l.contains(v)
	l.list()
	return &Map{Key: key, Value: v, facted: d.close(at, l)}
}

func (d *decoder) handle(at int, code byte, l *layout) ValueType {
	r := d.resource()
	l.contains(r)
	l.handle()
	if code == codeOwn {
		return &Own{Resource: r, facted: d.close(at, l)}
	}
	l.borrows = true
	return &Borrow{Resource: r, facted: d.close(at, l)}
}

// resource reads the index of a resource type.
func (d *decoder) resource() *Resource {
	at := d.pos
	i := d.index(SortType)
	r, ok := d.scope.types[i].(*Resource)
	if !ok {
		d.fail(at, "type index %d is %s, where a resource type is needed", i, describe(d.scope.types[i]))
	}
	return r
}

func (d *decoder) asyncType(at int, code byte, l *layout) ValueType {
	d.need(at, FeatureAsync)
	elemAt := d.pos
	elem := d.optionalPart("element type")
	name := "future"
	if code == codeStream {
		name = "stream"
	}
	if elem != nil {
		if elem.facts().borrows {
			d.fail(elemAt, "the elements of a %s contain a borrow, which cannot outlive its call", name)
		}
		if elem == Char && code == codeStream {
			d.fail(elemAt, "a stream of char is not allowed yet: use u8 and an encoding")
		}
		l.contains(elem)
	}
	l.handle()
	l.pointers = false // the elements travel through buffers, not in the value
	if code == codeStream {
		return &Stream{Elem: elem, facted: d.close(at, l)}
	}
	return &Future{Elem: elem, facted: d.close(at, l)}
}
