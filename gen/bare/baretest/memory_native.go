//go:build !wasip1

package baretest

import (
	"embed"
	"encoding/binary"
	"math/bits"
)

// Sources has the files of this package that bare is to compile.
//
//go:embed *.go
var Sources embed.FS

// memory is what the linear memory is to bare.
var memory [1 << 16]byte

func load32(address uint32) uint32     { return binary.LittleEndian.Uint32(memory[address:]) }
func load8(address uint32) uint32      { return uint32(memory[address]) }
func load64(address uint32) uint64     { return binary.LittleEndian.Uint64(memory[address:]) }
func store32(address, value uint32)    { binary.LittleEndian.PutUint32(memory[address:], value) }
func store8(address, value uint32)     { memory[address] = byte(value) }
func store64(address uint32, v uint64) { binary.LittleEndian.PutUint64(memory[address:], v) }
func copyBytes(to, from, size uint32)  { copy(memory[to:to+size], memory[from:from+size]) }
func leadingZeros(x uint32) uint32     { return uint32(bits.LeadingZeros32(x)) }
func rotate(x, n uint64) uint64        { return bits.RotateLeft64(x, int(n&63)) }

func fill(at, value, size uint32) {
	for i := range size {
		memory[at+i] = byte(value)
	}
}

// data puts every string at the same place: nobody here asks for two of them before it reads the first.
func data(text string) uint32 {
	copy(memory[4096:], text)
	return 4096
}

// Functions are the exports of the specimen by name.
var Functions = map[string]any{
	"add8": add8, "sub8": sub8, "mul16": mul16, "negate8": negate8, "flip16": flip16, "inc8": inc8, "mixed8": mixed8,
	"divide32": divide32, "divide64": divide64, "divide8": divide8, "divideUnsigned": divideUnsigned, "remainder": remainder, "divideConstant": divideConstant,
	"shiftLeft": shiftLeft, "shiftRight": shiftRight, "shiftSigned": shiftSigned, "shiftWide": shiftWide, "shiftSmall": shiftSmall, "shiftConstant": shiftConstant, "shiftMasked": shiftMasked,
	"convert": convert, "convertSigned": convertSigned, "bitwise": bitwise, "unary": unary, "constants": constants,
	"compare": compare, "compareSigned": compareSigned, "compareWide": compareWide, "logic": logic, "lazy": lazy, "truth": truth, "bools": bools, "zeros": zeros,
	"minmax": minmax, "swap": swap, "several": several, "named": named, "nested": nested,
	"collatz": collatz, "gcd": gcd, "fibonacci": fibonacci, "primes": primes, "rangeSum": rangeSum, "rangeChanged": rangeChanged, "rangeSigned": rangeSigned, "rangeSmall": rangeSmall, "rounds": rounds, "rangeAssigned": rangeAssigned,
	"labels": labels, "postContinue": postContinue, "freshVariable": freshVariable, "scopes": scopes,
	"classify": classify, "conditions": conditions, "switchBreak": switchBreak, "switchInit": switchInit, "switchCalls": switchCalls, "blank": blank,
	"counter": counter, "weekday": weekday, "methods": methods, "assignOps": assignOps, "early": early, "guarded": guarded,
	"roundTrip": roundTrip, "checksum": checksum, "moved": moved, "instructions": instructions, "hello": hello,
}
