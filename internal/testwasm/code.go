package testwasm

import (
	"strconv"
	"strings"
)

const i32 byte = 0x7f

var coreTypes = map[string]byte{
	"i32": i32, "i64": 0x7e, "f32": 0x7d, "f64": 0x7c, "v128": 0x7b, "funcref": 0x70, "externref": 0x6f,
}

// valueTypes writes a vector of core value types.
func valueTypes(list string) []byte {
	names := strings.Fields(list)
	out := join(len(names))
	for _, n := range names {
		out = append(out, coreType(n))
	}
	return out
}

func coreType(name string) byte {
	t, ok := coreTypes[name]
	if !ok {
		panic("testwasm: no core value type " + name)
	}
	return t
}

// Instructions without an operand.
var plain = map[string][]byte{
	"unreachable": {0x00}, "nop": {0x01}, "else": {0x05}, "end": {0x0b}, "return": {0x0f}, "drop": {0x1a},
	"memory.size": {0x3f, 0}, "memory.grow": {0x40, 0}, "ref.null": {0xd0, 0x70}, "memory.copy": {0xfc, 0x0a, 0, 0},
	"block": {0x02, 0x40}, "loop": {0x03, 0x40}, "try_table": {0x1f, 0x40, 1, 0x02, 0}, "if": {0x04, 0x40}, "if-i32": {0x04, i32},
	"i32.eqz": {0x45}, "i32.eq": {0x46}, "i32.ne": {0x47}, "i32.lt_u": {0x49}, "i32.gt_u": {0x4b},
	"i32.add": {0x6a}, "i32.sub": {0x6b}, "i32.mul": {0x6c}, "i32.and": {0x71}, "i32.or": {0x72},
	"i32.shr_u": {0x76}, "i32.div_u": {0x6e}, "i32.wrap_i64": {0xa7}, "i64.add": {0x7c}, "i64.div_u": {0x80},
	"memory.fill": {0xfc, 0x0b, 0},
}

// operands are instructions with one operand, which is an index, or the offset of a load or store.
var operands = map[string]struct{ before, after []byte }{
	"br": {[]byte{0x0c}, nil}, "br_if": {[]byte{0x0d}, nil}, "call": {[]byte{0x10}, nil},
	"return_call": {[]byte{0x12}, nil}, "return_call_indirect": {[]byte{0x13}, []byte{0}},
	"call_indirect": {[]byte{0x11}, []byte{0}}, "throw": {[]byte{0x08}, nil}, "table.grow": {[]byte{0xfc, 15}, nil},
	"local.get": {[]byte{0x20}, nil}, "local.set": {[]byte{0x21}, nil}, "local.tee": {[]byte{0x22}, nil},
	"global.get": {[]byte{0x23}, nil}, "global.set": {[]byte{0x24}, nil},
	"i32.load": {[]byte{0x28, 0}, nil}, "i64.load": {[]byte{0x29, 0}, nil}, "i32.load8_u": {[]byte{0x2d, 0}, nil},
	"f32.load": {[]byte{0x2a, 0}, nil}, "f64.load": {[]byte{0x2b, 0}, nil},
	"f32.store": {[]byte{0x38, 0}, nil}, "f64.store": {[]byte{0x39, 0}, nil},
	"i32.store": {[]byte{0x36, 0}, nil}, "i64.store": {[]byte{0x37, 0}, nil}, "i32.store8": {[]byte{0x3a, 0}, nil},
}

// Code assembles the body of a function from the names of instructions and their operands, separated by
// spaces; "local i32" at the front adds a local variable. The last end is not written. Blocks are named by
// their type: block, loop, if and try_table, which leaves the block around it for any exception, have no result, if-i32 has one. A load or store names its offset, and
// call_indirect its type.
func Code(text string) []byte {
	words := strings.Fields(text)
	var locals [][]byte
	for len(words) > 1 && words[0] == "local" {
		locals = append(locals, join(1, coreType(words[1])))
		words = words[2:]
	}
	return append(append(vector(locals), instructions(strings.Join(words, " "))...), 0x0b)
}

func instructions(text string) []byte {
	var out []byte
	words := strings.Fields(text)
	for i := 0; i < len(words); i++ {
		word := words[i]
		if code, ok := plain[word]; ok {
			out = append(out, code...)
			continue
		}
		i++
		if i == len(words) {
			panic("testwasm: no instruction without operand is called " + word)
		}
		out = append(out, withOperand(word, words[i])...)
	}
	return out
}

func withOperand(word, operand string) []byte {
	n, err := strconv.ParseInt(operand, 0, 64)
	if err != nil {
		panic("testwasm: operand of " + word + ": " + err.Error())
	}
	switch word {
	case "i32.const":
		return append([]byte{0x41}, signed(int64(int32(n)))...)
	case "i64.const":
		return append([]byte{0x42}, signed(n)...)
	}
	op, ok := operands[word]
	if !ok {
		panic("testwasm: no instruction with operand is called " + word)
	}
	return join(op.before, int(n), op.after)
}

// signed writes a signed number.
func signed(n int64) []byte {
	var out []byte
	for {
		low := byte(n & 0x7f)
		n >>= 7
		if n == 0 && low&0x40 == 0 || n == -1 && low&0x40 != 0 {
			return append(out, low)
		}
		out = append(out, low|0x80)
	}
}
