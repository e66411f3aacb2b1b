package value

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/witan-os/witan/runtime/abi"
)

// parser reads one value. What it expects next follows from the type alone.
type parser struct {
	text   string
	pos    int // bytes read
	depth  int // values that are being read
	values int // values read or left out
}

func (p *parser) value(t *abi.Type) (Value, error) {
	p.skip()
	if p.depth == MaxNesting {
		return nil, p.fail("", "values are nested more than %d deep", MaxNesting)
	}
	if err := p.count(1); err != nil {
		return nil, err
	}
	p.depth++
	defer func() { p.depth-- }()
	switch t.Kind {
	case abi.Bool:
		return p.bool()
	case abi.F32, abi.F64:
		return p.float(t)
	case abi.Char:
		return p.char()
	case abi.String:
		return p.string()
	case abi.List:
		return p.list(t)
	case abi.FixedList:
		return p.fixedList(t)
	case abi.Map:
		return p.mapping(t)
	case abi.Record:
		return p.record(t)
	case abi.Tuple:
		return p.tuple(t)
	case abi.Variant, abi.Enum:
		return p.variant(t)
	case abi.Option:
		return p.option(t)
	case abi.Result:
		return p.result(t)
	case abi.Flags:
		return p.flags(t)
	case abi.Own, abi.Borrow:
		return nil, p.fail("", "a resource (%s) has no text", t.Resource.Name)
	default:
		return p.integer(t)
	}
}

// count charges n values to the text.
func (p *parser) count(n int) error {
	if p.values += n; p.values > maxValues {
		return p.fail("", "the text has more than %d values", maxValues)
	}
	return nil
}

func (p *parser) bool() (Value, error) {
	word := p.word()
	if word != "true" && word != "false" {
		return nil, p.fail("write true or false", "want bool, have %s", p.have())
	}
	p.pos += len(word)
	return word == "true", nil
}

// intBits is the width of the integer types; the signed ones come negative.
var intBits = map[abi.Kind]int{
	abi.S8: -8, abi.S16: -16, abi.S32: -32, abi.S64: -64,
	abi.U8: 8, abi.U16: 16, abi.U32: 32, abi.U64: 64,
}

func (p *parser) integer(t *abi.Type) (Value, error) {
	word := p.word()
	bits := intBits[t.Kind]
	var signed int64
	var unsigned uint64
	var err error
	switch {
	case !isInteger(word):
		err = strconv.ErrSyntax
	case bits < 0:
		signed, err = strconv.ParseInt(word, 10, -bits)
	default:
		unsigned, err = strconv.ParseUint(word, 10, bits)
	}
	if err != nil {
		return nil, p.fail(integerHint(bits), "want %s, have %s", t.Kind, p.have())
	}
	p.pos += len(word)
	switch t.Kind {
	case abi.S8:
		return int8(signed), nil
	case abi.S16:
		return int16(signed), nil
	case abi.S32:
		return int32(signed), nil
	case abi.S64:
		return signed, nil
	case abi.U8:
		return uint8(unsigned), nil
	case abi.U16:
		return uint16(unsigned), nil
	case abi.U32:
		return uint32(unsigned), nil
	default:
		return unsigned, nil
	}
}

func integerHint(bits int) string {
	if bits < 0 {
		limit := uint64(1) << (-bits - 1)
		return fmt.Sprintf("write a whole number from -%d to %d", limit, limit-1)
	}
	return fmt.Sprintf("write a whole number from 0 to %d", uint64(math.MaxUint64)>>(64-bits))
}

func (p *parser) float(t *abi.Type) (Value, error) {
	word := p.word()
	bits := int(t.Size) * 8
	f, ok := map[string]float64{"nan": math.NaN(), "inf": math.Inf(1), "-inf": math.Inf(-1)}[word]
	if !ok && isDecimal(word) {
		var err error
		f, err = strconv.ParseFloat(word, bits)
		ok = err == nil
	}
	if !ok {
		return nil, p.fail("write a number such as 1.5 or -2e10, inf, -inf or nan", "want %s, have %s", t.Kind, p.have())
	}
	p.pos += len(word)
	if t.Kind == abi.F32 {
		return float32(f), nil
	}
	return f, nil
}

func (p *parser) char() (Value, error) {
	const hint = "write one character in single quotes"
	start := p.pos
	if !p.at('\'') {
		return nil, p.fail(hint, "want char, have %s", p.have())
	}
	s, err := p.quoted('\'', "char")
	if err != nil {
		return nil, err
	}
	r, n := utf8.DecodeRuneInString(s)
	if n == 0 || n < len(s) {
		return nil, p.failAt(start, hint, "want char, have %d characters", utf8.RuneCountInString(s))
	}
	return Char(r), nil
}

func (p *parser) string() (Value, error) {
	if !p.at('"') {
		return nil, p.fail("write it in double quotes", "want string, have %s", p.have())
	}
	return p.quoted('"', "string")
}

func (p *parser) list(t *abi.Type) (Value, error) {
	if t.Elem.Kind == abi.U8 {
		return p.bytes(t.Elem)
	}
	list := List{}
	err := p.sequence('[', ']', "write [a, b, …]", "list", func() error {
		v, err := p.value(t.Elem)
		list = append(list, v)
		return err
	})
	return orNil(list, err)
}

func (p *parser) fixedList(t *abi.Type) (Value, error) {
	start := p.pos
	v, err := p.list(t)
	if err == nil {
		if m := checkList(t, v); m != nil {
			err = p.failAt(start, "", "%s", m.Reason)
		}
	}
	return orNil(v, err)
}

func (p *parser) mapping(t *abi.Type) (Value, error) {
	m := Map{}
	err := p.sequence('{', '}', "write {key: value, …}", "map", func() error {
		key, err := p.value(t.Elem.Fields[0].Type)
		if err != nil {
			return err
		}
		if !p.accept(':') {
			return p.fail("write key: value", "want \":\", have %s", p.have())
		}
		v, err := p.value(t.Elem.Fields[1].Type)
		m = append(m, Entry{key, v})
		return err
	})
	return orNil(m, err)
}

func (p *parser) bytes(elem *abi.Type) (Value, error) {
	data := []byte{}
	err := p.sequence('[', ']', "write [1, 2, …]", "list<u8>", func() error {
		v, err := p.integer(elem)
		if err == nil {
			data = append(data, v.(uint8))
		}
		return err
	})
	return orNil(data, err)
}

// orNil returns v only without an error, so that nobody uses a half-read value.
func orNil(v Value, err error) (Value, error) {
	if err != nil {
		return nil, err
	}
	return v, nil
}

func (p *parser) tuple(t *abi.Type) (Value, error) {
	start := p.pos
	tuple := make(Tuple, 0, len(t.Fields))
	err := p.sequence('(', ')', "write (a, b, …)", "tuple", func() error {
		if len(tuple) == len(t.Fields) {
			return p.fail("", "the tuple has only %d fields", len(t.Fields))
		}
		v, err := p.value(t.Fields[len(tuple)].Type)
		tuple = append(tuple, v)
		return err
	})
	if err == nil && len(tuple) < len(t.Fields) {
		err = p.failAt(start, "", "want a tuple of %d, have one of %d", len(t.Fields), len(tuple))
	}
	return orNil(tuple, err)
}

func (p *parser) record(t *abi.Type) (Value, error) {
	start := p.pos
	if err := p.count(len(t.Fields)); err != nil {
		return nil, err
	}
	record := make(Record, len(t.Fields))
	if p.acceptEmptyRecord() {
		return orNil(record, p.complete(t, record, start))
	}
	err := p.sequence('{', '}', "write {field: value, …}", "record", func() error {
		return p.field(t, record)
	})
	if err == nil {
		err = p.complete(t, record, start)
	}
	return orNil(record, err)
}

// acceptEmptyRecord passes over {:}, the record with all fields left out.
func (p *parser) acceptEmptyRecord() bool {
	start := p.pos
	if p.accept('{') && p.accept(':') && p.accept('}') {
		return true
	}
	p.pos = start
	return false
}

// field reads one field into its place; a place without a name is still free.
func (p *parser) field(t *abi.Type, record Record) error {
	p.skip()
	start := p.pos
	name := p.label()
	i := slices.IndexFunc(t.Fields, func(f abi.Field) bool { return f.Name == name })
	switch {
	case i < 0:
		p.pos = start
		return p.fail(oneOf("fields", fieldNames(t)), "want the name of a field, have %s", p.have())
	case record[i].Name != "":
		return p.failAt(start, "", "field %q is there twice", name)
	case !p.accept(':'):
		return p.fail("write "+name+": value", "want \":\", have %s", p.have())
	}
	v, err := p.value(t.Fields[i].Type)
	record[i] = Field{Name: name, Value: v}
	return err
}

// complete fills in the options that the text left out.
func (p *parser) complete(t *abi.Type, record Record, start int) error {
	for i, f := range t.Fields {
		if record[i].Name != "" {
			continue
		}
		if f.Type.Kind != abi.Option {
			return p.failAt(start, oneOf("fields", fieldNames(t)), "field %q is missing", f.Name)
		}
		record[i] = Field{Name: f.Name, Value: None()}
	}
	return nil
}

func (p *parser) variant(t *abi.Type) (Value, error) {
	p.skip()
	start := p.pos
	name := p.label()
	i, ok := caseIndex(t, name)
	if !ok {
		p.pos = start
		return nil, p.fail(oneOf("cases", caseNames(t)), "want %s, have %s", t.Kind, p.have())
	}
	payload, err := p.payload(t.Cases[i].Type, name)
	if err != nil {
		return nil, err
	}
	if t.Kind == abi.Enum {
		return Enum(t.Cases[i].Name), nil
	}
	return Variant{Case: t.Cases[i].Name, Payload: payload}, nil
}

// payload reads what stands in parentheses behind the name of a case.
func (p *parser) payload(t *abi.Type, name string) (Value, error) {
	if t == nil {
		if p.at('(') {
			return nil, p.fail("write "+name+" alone", "%s has no payload", name)
		}
		return nil, nil
	}
	if !p.accept('(') {
		return nil, p.fail("write "+name+"(…)", "%s needs a payload, have %s", name, p.have())
	}
	v, err := p.value(t)
	if err == nil && !p.accept(')') {
		err = p.fail("", "want \")\", have %s", p.have())
	}
	return orNil(v, err)
}

func (p *parser) option(t *abi.Type) (Value, error) {
	some := t.Cases[1].Type
	switch word := p.word(); {
	case word == "none":
		p.pos += len(word)
		_, err := p.payload(nil, word)
		return orNil(None(), err)
	case word == "some":
		p.pos += len(word)
		v, err := p.payload(some, word)
		return orNil(Some(v), err)
	case !hasShortForm(some):
		return nil, p.fail("write some(…) or none", "want option, have %s", p.have())
	}
	v, err := p.value(some)
	return orNil(Some(v), err)
}

func (p *parser) result(t *abi.Type) (Value, error) {
	ok, fail := t.Cases[0].Type, t.Cases[1].Type
	switch word := p.word(); {
	case word == "ok":
		p.pos += len(word)
		v, err := p.payload(ok, word)
		return orNil(OK(v), err)
	case word == "err":
		p.pos += len(word)
		v, err := p.payload(fail, word)
		return orNil(Err(v), err)
	case !hasShortForm(ok):
		return nil, p.fail("write "+casePattern("ok", ok)+" or "+casePattern("err", fail), "want result, have %s", p.have())
	}
	v, err := p.value(ok)
	return orNil(OK(v), err)
}

// hasShortForm reports whether a payload may stand without its some or ok.
func hasShortForm(payload *abi.Type) bool {
	return payload != nil && payload.Kind != abi.Option && payload.Kind != abi.Result
}

func casePattern(name string, payload *abi.Type) string {
	if payload == nil {
		return name
	}
	return name + "(…)"
}

func (p *parser) flags(t *abi.Type) (Value, error) {
	set := make([]bool, len(t.Labels))
	err := p.sequence('{', '}', "write {flag, …} or {}", "flags", func() error {
		p.skip()
		start := p.pos
		i := slices.Index(t.Labels, p.label())
		if i < 0 {
			p.pos = start
			return p.fail(oneOf("flags", t.Labels), "want the name of a flag, have %s", p.have())
		}
		if set[i] {
			return p.failAt(start, "", "flag %q is there twice", t.Labels[i])
		}
		set[i] = true
		return nil
	})
	flags := Flags{}
	for i, label := range t.Labels {
		if set[i] {
			flags = append(flags, label)
		}
	}
	return orNil(flags, err)
}

func fieldNames(t *abi.Type) (names []string) {
	for _, f := range t.Fields {
		names = append(names, f.Name)
	}
	return names
}

func caseNames(t *abi.Type) (names []string) {
	for _, c := range t.Cases {
		names = append(names, c.Name)
	}
	return names
}

// oneOf is the hint that lists what could be written, as far as it stays readable.
func oneOf(what string, names []string) string {
	const most = 12
	if len(names) > most {
		names = append(slices.Clip(names[:most]), "…")
	}
	return "the " + what + " are " + strings.Join(names, ", ")
}
