package trace

import (
	"encoding/binary"
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/witan-os/witan/runtime/abi"
)

// Guest is what is read of a program. Reading has no effect on it.
type Guest interface {
	// Peek returns a view of memory, unless some of it is outside.
	Peek(ptr, size uint32) (view []byte, ok bool)
	// Encoding is that of strings in the call.
	Encoding() abi.Encoding
}

// Bounds of what is shown of a call.
const (
	maxOutput = 1 << 10 // bytes of the arguments, and of the result; the last value may make it a little longer
	maxText   = 64      // code units of a string, and bytes of a list<u8>
	maxItems  = 16      // elements of other lists
)

// Function shows the calls of one function.
type Function struct{ plan *abi.Plan }

// NewFunction returns what shows the calls of a function that components import.
func NewFunction(f *abi.Func) (*Function, error) {
	plan, err := abi.NewPlan(f)
	if err != nil {
		return nil, err
	}
	return &Function{plan}, nil
}

// Parse is [NewFunction] for a type as text, as the system call table and host functions have it.
func Parse(text string) (*Function, error) {
	f, err := abi.ParseFunc(text)
	if err != nil {
		return nil, err
	}
	return NewFunction(f)
}

// CoreType is the type of the core function with which calls are made.
func (f *Function) CoreType() abi.Signature { return f.plan.Lowered }

// AppendArgs appends the arguments of a call, for example "(self: stream#3, len: 10)". stack has the core values
// that the guest called with.
func (f *Function) AppendArgs(dst []byte, g Guest, stack []uint64) []byte {
	p := printer{out: append(dst, '('), start: len(dst), guest: g}
	block := place{}
	if f.plan.ParamBlock != nil {
		block = p.block(uint32(stack[0]), f.plan.ParamBlock)
	}
	for i, param := range f.plan.Func.Params {
		p.separate(i)
		p.text(param.Name + ": ")
		switch {
		case p.full:
		case f.plan.ParamBlock == nil:
			p.value(param.Type, place{flat: &f.plan.Params[i], stack: stack})
		default:
			p.value(param.Type, block.at(f.plan.ParamBlock.Fields[i].Offset))
		}
	}
	return append(p.out, ')')
}

// AppendResult appends the result of a call, if there is one. stack is what the call has left; address is the core
// value that was in [Function.ResultSlot] before.
func (f *Function) AppendResult(dst []byte, g Guest, stack []uint64, address uint64) []byte {
	p := printer{out: dst, start: len(dst), guest: g}
	switch {
	case f.plan.Result != nil:
		p.value(f.plan.Result.Type, place{flat: f.plan.Result, stack: stack})
	case f.plan.ResultBlock != nil:
		p.value(f.plan.ResultBlock, p.block(uint32(address), f.plan.ResultBlock))
	}
	return p.out
}

// ResultSlot is where the stack of a call has the address for the result, or -1 if the result needs none.
func (f *Function) ResultSlot() int {
	if f.plan.ResultBlock == nil {
		return -1
	}
	return f.plan.ResultSlot()
}

// place is where a value is: in core values, or in a view of memory. It is the zero value for what is outside.
type place struct {
	flat  *abi.Flat
	stack []uint64
	view  []byte
}

func (l place) at(offset uint32) place {
	if l.view != nil {
		l.view = l.view[offset:]
	}
	return l
}

// field is the place of a field, of an element of a fixed-length list for which offset is where it is in memory.
func (l place) field(i int, offset uint32) place {
	if l.flat != nil {
		l.flat = &l.flat.Fields[i]
		return l
	}
	return l.at(offset)
}

// word is a scalar of the type's size, or the n-th core value. The bits of a case's value are the low ones of the
// slot that it shares with other cases.
func (l place) word(n int, size uint32) uint64 {
	if l.flat != nil {
		return l.stack[l.flat.Slot+n]
	}
	view := l.view[uint32(n)*size:]
	switch size {
	case 1:
		return uint64(view[0])
	case 2:
		return uint64(binary.LittleEndian.Uint16(view))
	case 4:
		return uint64(binary.LittleEndian.Uint32(view))
	}
	return binary.LittleEndian.Uint64(view)
}

// printer appends values to a text.
type printer struct {
	out   []byte
	start int
	guest Guest
	full  bool
}

// text appends what is no data of the guest, unless the text is long enough.
func (p *printer) text(s string) {
	if p.full {
		return
	}
	if p.out = append(p.out, s...); len(p.out)-p.start > maxOutput {
		p.full = true
		p.out = append(p.out, "…"...)
	}
}

func (p *printer) textf(format string, args ...any) { p.text(fmt.Sprintf(format, args...)) }

func (p *printer) separate(i int) {
	if i > 0 {
		p.text(", ")
	}
}

// block is the place of a value in memory.
func (p *printer) block(ptr uint32, t *abi.Type) place {
	view, ok := p.guest.Peek(ptr, t.Size)
	if !ok {
		return place{}
	}
	return place{view: view}
}

// value appends a value.
func (p *printer) value(t *abi.Type, l place) {
	switch {
	case p.full:
		return
	case l.flat == nil && l.view == nil:
		p.text("<outside of the memory>")
		return
	}
	switch t.Kind {
	case abi.String:
		p.str(uint32(l.word(0, 4)), uint32(l.word(1, 4)))
	case abi.List, abi.Map:
		p.list(t, uint32(l.word(0, 4)), uint32(l.word(1, 4)))
	case abi.Record, abi.Tuple:
		p.fields(t, l)
	case abi.FixedList:
		p.items("[]", uint64(t.Len), func(i int) { p.value(t.Elem, l.field(i, uint32(i)*t.Elem.Size)) })
	case abi.Variant, abi.Enum, abi.Option, abi.Result:
		p.chosen(t, l)
	case abi.Flags:
		p.flags(t, l.word(0, t.Size))
	case abi.Own, abi.Borrow:
		p.textf("%s#%d", t.Resource.Name[strings.LastIndexByte(t.Resource.Name, '/')+1:], uint32(l.word(0, 4)))
	case abi.Stream, abi.Future, abi.ErrorContext:
		p.textf("%s#%d", t.Kind, uint32(l.word(0, 4)))
	default:
		p.scalar(t.Kind, l.word(0, t.Size))
	}
}

func (p *printer) scalar(k abi.Kind, bits uint64) {
	switch k {
	case abi.Bool:
		p.text(strconv.FormatBool(uint32(bits) != 0))
	case abi.S8:
		p.textf("%d", int8(bits))
	case abi.S16:
		p.textf("%d", int16(bits))
	case abi.S32:
		p.textf("%d", int32(bits))
	case abi.S64:
		p.textf("%d", int64(bits))
	case abi.U8:
		p.textf("%d", uint8(bits))
	case abi.U16:
		p.textf("%d", uint16(bits))
	case abi.U32:
		p.textf("%d", uint32(bits))
	case abi.U64:
		p.textf("%d", bits)
	case abi.F32:
		p.float(float64(math.Float32frombits(uint32(bits))), 32)
	case abi.F64:
		p.float(math.Float64frombits(bits), 64)
	case abi.Char:
		if r := uint32(bits); r <= utf8.MaxRune && utf8.ValidRune(rune(r)) {
			p.text(strconv.QuoteRune(rune(r)))
		} else {
			p.textf("<no character: %#x>", r)
		}
	}
}

func (p *printer) float(f float64, bits int) {
	switch {
	case math.IsNaN(f):
		p.text("nan")
	case math.IsInf(f, 1):
		p.text("inf")
	case math.IsInf(f, -1):
		p.text("-inf")
	default:
		p.text(strconv.FormatFloat(f, 'g', -1, bits))
	}
}

func (p *printer) fields(t *abi.Type, l place) {
	brackets := "{}"
	if t.Kind == abi.Tuple {
		brackets = "()"
	}
	p.text(brackets[:1])
	for i, f := range t.Fields {
		if p.full {
			return
		}
		p.separate(i)
		if f.Name != "" {
			p.text(f.Name + ": ")
		}
		p.value(f.Type, l.field(i, f.Offset))
	}
	p.text(brackets[1:])
}

// chosen appends the case that a variant, or a relative of it, is in.
func (p *printer) chosen(t *abi.Type, l place) {
	index := uint32(l.word(0, t.DiscriminantSize()))
	if uint64(index) >= uint64(len(t.Cases)) {
		p.textf("<no case: %d>", index)
		return
	}
	c := t.Cases[index]
	p.text(c.Name)
	if c.Type == nil {
		return
	}
	if l.flat != nil {
		l.flat = l.flat.Cases[index].Payload
	} else {
		l = l.at(t.Payload)
	}
	p.text("(")
	p.value(c.Type, l)
	p.text(")")
}

func (p *printer) flags(t *abi.Type, bits uint64) {
	p.text("{")
	n := 0
	for i, label := range t.Labels {
		if bits&(1<<i) != 0 {
			p.separate(n)
			p.text(label)
			n++
		}
	}
	p.text("}")
}

// items appends some elements of n, and how many there are.
func (p *printer) items(brackets string, n uint64, item func(i int)) {
	p.text(brackets[:1])
	for i := range min(n, maxItems) {
		if p.full {
			return
		}
		p.separate(int(i))
		item(int(i))
	}
	if n > maxItems {
		p.textf(", … %d in all", n)
	}
	p.text(brackets[1:])
}

// list appends a list or map of n elements.
func (p *printer) list(t *abi.Type, ptr, n uint32) {
	view, ok := p.peek(ptr, uint64(n)*uint64(t.Elem.Size))
	switch {
	case !ok:
		p.textf("<%d elements at %#x, outside of the memory>", n, ptr)
	case t.Elem.Kind == abi.U8:
		p.bytes(view)
	case t.Kind == abi.Map:
		key, value := t.Elem.Fields[0], t.Elem.Fields[1]
		p.items("{}", uint64(n), func(i int) {
			pair := view[uint32(i)*t.Elem.Size:]
			p.value(key.Type, place{view: pair[key.Offset:]})
			p.text(": ")
			p.value(value.Type, place{view: pair[value.Offset:]})
		})
	default:
		p.items("[]", uint64(n), func(i int) { p.value(t.Elem, place{view: view[uint32(i)*t.Elem.Size:]}) })
	}
}

// peek returns a view of what a list or string takes in memory.
func (p *printer) peek(ptr uint32, size uint64) ([]byte, bool) {
	if size > abi.MaxSize {
		return nil, false
	}
	return p.guest.Peek(ptr, uint32(size))
}

// bytes appends a list<u8>, which mostly is text.
func (p *printer) bytes(view []byte) {
	p.text(strconv.Quote(string(view[:min(len(view), maxText)])))
	if len(view) > maxText {
		p.textf("… %d bytes", len(view))
	}
}

// str appends a string of n code units, in the encoding of the call.
func (p *printer) str(ptr, n uint32) {
	encoding := p.guest.Encoding()
	wide := encoding == abi.UTF16
	if encoding == abi.Latin1OrUTF16 {
		wide = n&abi.UTF16Tag != 0
		n &^= abi.UTF16Tag
	}
	size := uint64(n)
	if wide {
		size *= 2
	}
	view, ok := p.peek(ptr, size)
	if !ok {
		p.textf("<a string of %d bytes at %#x, outside of the memory>", size, ptr)
		return
	}
	var text string
	switch {
	case wide:
		text = wideText(view[:2*min(n, maxText)])
	case encoding == abi.UTF8:
		text = whole(view, min(len(view), maxText))
	default:
		text = latin1(view[:min(n, maxText)])
	}
	p.text(strconv.Quote(text))
	if n > maxText {
		p.textf("… %d bytes", size)
	}
}
