package abi

// Encoding is how the strings of one side of a call stand in its memory: the canonical option
// string-encoding. A plan does not depend on it; the executors are told the encoding of each side.
type Encoding uint8

// The encodings of strings.
const (
	UTF8          Encoding = iota
	UTF16                  // little endian
	Latin1OrUTF16          // told apart string by string, by UTF16Tag in the length
)

// MaxString is the largest size in bytes of a string where it stands in memory.
const MaxString = 1<<28 - 1

// UTF16Tag is set in the length of a [Latin1OrUTF16] string whose code units are those of UTF-16.
const UTF16Tag = 1 << 31

// String returns the encoding's name as in the text format of components, without "string-encoding=".
func (e Encoding) String() string { return [...]string{"utf8", "utf16", "latin1+utf16"}[e] }

// Align returns the alignment in bytes that strings of the encoding need.
func (e Encoding) Align() uint32 {
	if e == UTF8 {
		return 1
	}
	return 2
}
