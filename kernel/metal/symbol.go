package metal

import "encoding/binary"

// Every Go program carries a table that says, for each address of its code, which function
// and line it belongs to; the runtime prints panics with it. A handler cannot ask the
// runtime, so this file reads the table itself: the format of Go 1.20 and later, as
// debug/gosym knows it, too. The table is checked as if it were somebody else's: what
// prints a fault must not fault.

// lineTable is the table, and the address of the first instruction.
type lineTable struct {
	data []byte
	text uintptr
}

// symbol is what the table says about an address. Names end with their slices.
type symbol struct {
	function, file []byte
	line           int
	offset         uintptr // from the function's start
}

const (
	lineTableMagic = 0xfffffff1

	// Header fields: a number of functions, then where the parts of the table start.
	tableFunctions     = 8
	tableNames         = 32
	tableUnits         = 40
	tableFiles         = 48
	tableValues        = 56
	tableIndex         = 64
	tableHeader        = 72
	tableIndexEntry    = 8 // start of a function, and where its description is
	nameField          = 4
	fileField          = 20
	lineField          = 24
	unitField          = 32
	descriptionSize    = 44
	maxNameSize        = 512
	maxTableSteps      = 1 << 16 // in one function
	tableBytesPerPC    = 1       // on this architecture
	tablePointerSize   = 8
	tablePointerSizeAt = 7
)

// word reads 32 bits at an offset. It reports false outside of the table.
func (t *lineTable) word(at uint64) (uint32, bool) {
	if n := uint64(len(t.data)); n < 4 || at > n-4 {
		return 0, false
	}
	return binary.LittleEndian.Uint32(t.data[at:]), true
}

// part returns the offset in a header field.
func (t *lineTable) part(field int) uint64 { return binary.LittleEndian.Uint64(t.data[field:]) }

// valid reports whether the table is of the known format.
func (t *lineTable) valid() bool {
	if len(t.data) < tableHeader {
		return false
	}
	magic, _ := t.word(0)
	return magic == lineTableMagic && t.data[tablePointerSizeAt] == tablePointerSize
}

// find returns what is known of an address. Where functions were inlined, the function is
// the one that they are part of, while file and line are those of the innermost one.
func (t *lineTable) find(pc uintptr) (s symbol, ok bool) {
	if !t.valid() || pc < t.text || uint64(pc-t.text) > 1<<31 {
		return symbol{}, false
	}
	target := uint32(pc - t.text)
	start, description, ok := t.function(target)
	if !ok || description > uint64(len(t.data))-min(descriptionSize, uint64(len(t.data))) {
		return symbol{}, false
	}
	field := func(at uint64) uint64 {
		v, _ := t.word(description + at)
		return uint64(v)
	}
	s.offset = uintptr(target - start)
	s.function = t.text0(t.part(tableNames), field(nameField))
	if line, ok := t.value(field(lineField), start, target); ok {
		s.line = int(line)
	}
	if number, ok := t.value(field(fileField), start, target); ok && number >= 0 {
		units := t.part(tableUnits)
		if at, ok := t.word(units + 4*(field(unitField)+uint64(number))); ok {
			s.file = t.text0(t.part(tableFiles), uint64(at))
		}
	}
	return s, true
}

// function returns the start of the function that holds an address, both from the first
// instruction, and the offset of its description.
func (t *lineTable) function(target uint32) (start uint32, description uint64, ok bool) {
	index, count := t.part(tableIndex), t.part(tableFunctions)
	if count == 0 || count > uint64(len(t.data))/tableIndexEntry || index > uint64(len(t.data)) {
		return 0, 0, false
	}
	// The entry behind the last one has the end of the code.
	if end, ok := t.word(index + count*tableIndexEntry); !ok || target >= end {
		return 0, 0, false
	}
	low, high := uint64(0), count
	for high-low > 1 {
		middle := (low + high) / 2
		if v, ok := t.word(index + middle*tableIndexEntry); ok && v <= target {
			low = middle
		} else {
			high = middle
		}
	}
	start, ok1 := t.word(index + low*tableIndexEntry)
	at, ok2 := t.word(index + low*tableIndexEntry + 4)
	return start, index + uint64(at), ok1 && ok2 && start <= target
}

// text0 returns the bytes up to a zero.
func (t *lineTable) text0(part, at uint64) []byte {
	n := uint64(len(t.data))
	if part > n || at > n-part {
		return nil
	}
	text := t.data[part+at:]
	for i := range min(len(text), maxNameSize) {
		if text[i] == 0 {
			return text[:i]
		}
	}
	return nil
}

// value returns what a table of values has for an address. It is a list of pairs: by how
// much the value changes, and for how many bytes of code it then holds.
func (t *lineTable) value(at uint64, start, target uint32) (int32, bool) {
	values := t.part(tableValues)
	if at == 0 || values > uint64(len(t.data)) || at > uint64(len(t.data))-values {
		return 0, false
	}
	in := t.data[values+at:]
	value, pc := int32(-1), start
	for step := range maxTableSteps {
		change, n := varint(in)
		if n == 0 || change == 0 && step > 0 {
			return 0, false
		}
		in = in[n:]
		value += int32(-(change & 1) ^ change>>1)
		length, n := varint(in)
		if n == 0 {
			return 0, false
		}
		in = in[n:]
		if pc += length * tableBytesPerPC; target < pc {
			return value, true
		}
	}
	return 0, false
}

// varint reads a number of 7 bits per byte, and returns how many bytes it takes, or 0.
func varint(b []byte) (v uint32, size int) {
	for i := range min(len(b), 5) {
		v |= uint32(b[i]&0x7f) << (7 * i)
		if b[i]&0x80 == 0 {
			return v, i + 1
		}
	}
	return 0, 0
}
