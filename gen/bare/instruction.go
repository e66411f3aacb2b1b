package bare

import (
	"fmt"
	"strings"
)

// coreType is a value type of core WebAssembly, by its code.
type coreType byte

const (
	i32 coreType = 0x7f
	i64 coreType = 0x7e
)

// bits is how many a value has.
func (t coreType) bits() int {
	if t == i64 {
		return 64
	}
	return 32
}

func (t coreType) String() string {
	if t == i64 {
		return "i64"
	}
	return "i32"
}

// signature is the type of a function or instruction.
type signature struct{ params, results []coreType }

func (s signature) String() string { return fmt.Sprintf("%v -> %v", s.params, s.results) }

func (s signature) equal(o signature) bool {
	return string(coreBytes(s.params)) == string(coreBytes(o.params)) && string(coreBytes(s.results)) == string(coreBytes(o.results))
}

func coreBytes(list []coreType) []byte {
	b := make([]byte, len(list))
	for i, t := range list {
		b[i] = byte(t)
	}
	return b
}

// instruction is one without immediates, or with such as are always the same.
type instruction struct {
	code []byte
	signature
	memory bool // it needs one
}

// instructions are those that a source can name, and that operators become.
var instructions = func() map[string]instruction {
	table := map[string]instruction{}
	add := func(name string, sig signature, code ...byte) {
		table[name] = instruction{code: code, signature: sig}
	}
	access := func(name string, sig signature, code ...byte) {
		table[name] = instruction{code: code, signature: sig, memory: true}
	}
	to := func(results ...coreType) []coreType { return results }
	for _, t := range []struct {
		core                       coreType
		compare, calculate, extend byte // the first opcodes
		widths                     string
	}{
		{i32, 0x45, 0x67, 0xc0, "8_s 16_s"},
		{i64, 0x50, 0x79, 0xc2, "8_s 16_s 32_s"},
	} {
		one, two := to(t.core), to(t.core, t.core)
		for i, name := range strings.Fields("eqz eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u") {
			params := two
			if i == 0 {
				params = one
			}
			add(t.core.String()+"."+name, signature{params, to(i32)}, t.compare+byte(i))
		}
		for i, name := range strings.Fields("clz ctz popcnt add sub mul div_s div_u rem_s rem_u and or xor shl shr_s shr_u rotl rotr") {
			params := two
			if i < 3 {
				params = one
			}
			add(t.core.String()+"."+name, signature{params, one}, t.calculate+byte(i))
		}
		for i, width := range strings.Fields(t.widths) {
			add(t.core.String()+".extend"+width, signature{one, one}, t.extend+byte(i))
		}
	}
	add("i32.wrap_i64", signature{to(i64), to(i32)}, 0xa7)
	add("i64.extend_i32_s", signature{to(i32), to(i64)}, 0xac)
	add("i64.extend_i32_u", signature{to(i32), to(i64)}, 0xad)
	for name, code := range map[string]byte{"i32.load": 0x28, "i32.load8_s": 0x2c, "i32.load8_u": 0x2d, "i32.load16_s": 0x2e, "i32.load16_u": 0x2f} {
		access(name, signature{to(i32), to(i32)}, code, 0, 0)
	}
	access("i64.load", signature{to(i32), to(i64)}, 0x29, 0, 0)
	for i, name := range strings.Fields("8_s 8_u 16_s 16_u 32_s 32_u") {
		access("i64.load"+name, signature{to(i32), to(i64)}, 0x30+byte(i), 0, 0)
	}
	for name, code := range map[string]byte{"i32.store": 0x36, "i32.store8": 0x3a, "i32.store16": 0x3b} {
		access(name, signature{params: to(i32, i32)}, code, 0, 0)
	}
	for name, code := range map[string]byte{"i64.store": 0x37, "i64.store8": 0x3c, "i64.store16": 0x3d, "i64.store32": 0x3e} {
		access(name, signature{params: to(i32, i64)}, code, 0, 0)
	}
	access("memory.size", signature{results: to(i32)}, 0x3f, 0)
	access("memory.grow", signature{to(i32), to(i32)}, 0x40, 0)
	access("memory.copy", signature{params: to(i32, i32, i32)}, 0xfc, 0x0a, 0, 0)
	access("memory.fill", signature{params: to(i32, i32, i32)}, 0xfc, 0x0b, 0)
	add("unreachable", signature{}, 0x00)
	return table
}()

// The other instructions, which are written with their immediates.
const (
	opBlock     = 0x02
	opLoop      = 0x03
	opIf        = 0x04
	opElse      = 0x05
	opEnd       = 0x0b
	opBr        = 0x0c
	opBrIf      = 0x0d
	opReturn    = 0x0f
	opCall      = 0x10
	opDrop      = 0x1a
	opSelect    = 0x1b
	opLocalGet  = 0x20
	opLocalSet  = 0x21
	opLocalTee  = 0x22
	opGlobalGet = 0x23
	opGlobalSet = 0x24
	opI32Const  = 0x41
	opI64Const  = 0x42
)

const noResult coreType = 0x40 // as the type of a block
