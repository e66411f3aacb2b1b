// Package lz4 packs and unpacks blocks of LZ4, the format in which the parts of payloads are stored.
//
// A block is a list of sequences: some bytes as they are, the literals, and a match, which repeats what lies up to 64 KiB
// before. The lengths of both are in a token of one byte, 4 bits each, and if these are all ones in further bytes that are
// added up, until one is less than 255. A match has two bytes more that say how far back it begins; the last sequence has
// no match. So there is nothing to unpack but copies of whole bytes. That is why payloads are packed by it: the loader runs
// once and cold, on machines that may be emulated, and a format with a better ratio takes it more time in each boot than
// the hashing of the bytes which that would save.
package lz4

const (
	minMatch  = 4 // bytes; a token counts from there
	maxOffset = 1<<16 - 1
	longest   = 15 // that a token says of a length without further bytes
	wordSize  = 8
)
