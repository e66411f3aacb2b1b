package lz4

import (
	"encoding/binary"
	"math/bits"
)

const (
	// What other programs that unpack blocks rely on: the last bytes are literals, and no match begins shortly before.
	lastLiterals = 5
	lastMatch    = 12

	hashBits = 16
	// tries is how many earlier places a match is looked for at. More make blocks a few parts in a thousand smaller.
	tries = 32
)

// Pack returns a block of the data. The same data gives the same block.
func Pack(data []byte) []byte {
	p := packer{data: data, block: make([]byte, 0, len(data)/2), chains: new(chains)}
	literals := 0 // where they begin
	for at := 0; at < len(data)-lastMatch; {
		m := p.find(at)
		if m.size < minMatch {
			at++
			continue
		}
		// A match that begins a byte later is worth it if it is longer.
		for at+1 < len(data)-lastMatch {
			later := p.find(at + 1)
			if later.size <= m.size {
				break
			}
			m, at = later, at+1
		}
		p.sequence(data[literals:at], m)
		at += m.size
		literals = at
	}
	p.sequence(data[literals:], match{})
	return p.block
}

type packer struct {
	data, block []byte
	chains      *chains
	known       int // places before it are in the chains
}

// chains are lists of places whose first bytes have the same hash, the nearest first. Places count from 1, so that 0 ends
// a list.
type chains struct {
	first [1 << hashBits]int
	next  [maxOffset + 1]int // by the place, modulo this
}

// match is an earlier place with the same bytes; the zero value is none.
type match struct{ offset, size int }

// find returns the longest match for what lies at a place, which is not among the last.
func (p *packer) find(at int) (best match) {
	p.learn(at)
	limit := len(p.data) - lastLiterals
	c := p.chains
	for i, place := 0, c.first[p.hash(at)]; i < tries && place > 0 && at-(place-1) <= maxOffset; i++ {
		from := place - 1
		if p.data[from+best.size] == p.data[at+best.size] {
			if n := common(p.data[from:], p.data[at:limit]); n > best.size {
				best = match{at - from, n}
				if at+n == limit {
					break
				}
			}
		}
		place = c.next[from&maxOffset]
	}
	return best
}

// learn puts places before the given one into their chains.
func (p *packer) learn(before int) {
	c := p.chains
	for ; p.known < before; p.known++ {
		first := &c.first[p.hash(p.known)]
		c.next[p.known&maxOffset], *first = *first, p.known+1
	}
}

// hash is that of as many bytes as the shortest match has.
func (p *packer) hash(at int) uint32 {
	const factor = 0x9e3779b1 // 2^32 divided by the golden ratio
	return binary.LittleEndian.Uint32(p.data[at:]) * factor >> (32 - hashBits)
}

// common is how many bytes of b are those that a, which is longer, begins with.
func common(a, b []byte) int {
	n := 0
	for len(b)-n >= wordSize {
		if diff := binary.LittleEndian.Uint64(a[n:]) ^ binary.LittleEndian.Uint64(b[n:]); diff != 0 {
			return n + bits.TrailingZeros64(diff)/8
		}
		n += wordSize
	}
	for n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

// sequence writes literals and a match; without one it is the last sequence.
func (p *packer) sequence(literals []byte, m match) {
	token := len(p.block)
	p.block = append(p.block, byte(min(len(literals), longest)<<4))
	p.rest(len(literals))
	p.block = append(p.block, literals...)
	if m.size == 0 {
		return
	}
	p.block[token] |= byte(min(m.size-minMatch, longest))
	p.block = binary.LittleEndian.AppendUint16(p.block, uint16(m.offset))
	p.rest(m.size - minMatch)
}

// rest writes what the token does not say of a length.
func (p *packer) rest(n int) {
	if n < longest {
		return
	}
	for n -= longest; n >= 255; n -= 255 {
		p.block = append(p.block, 255)
	}
	p.block = append(p.block, byte(n))
}
