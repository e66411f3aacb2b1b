package rows

import "strings"

// What is passed in the calls: the same from every side.
var (
	Short = strings.Repeat("a", 16)
	Long  = strings.Repeat("a", 1024)
	Bytes = make([]byte, 1<<20)
)

// Host is what every side does when a guest calls it, with the functions of the WIT interface host.
type Host struct{}

// Tick returns the number after x.
func (Host) Tick(x uint32) uint32 { return x + 1 }

// Log returns the length of s.
func (Host) Log(s string) uint32 { return uint32(len(s)) }

// Rec is the WIT record rec.
type Rec struct {
	A uint32
	B uint64
	C float64
	D uint8
	E int16
	F bool
	G rune
	H string
	I uint32
	J float32
}

// Record is the record that is passed in the ith call.
func Record(i int) Rec {
	return Rec{A: uint32(i), B: 7, C: 1.5, D: 3, E: -4, F: true, G: 'x', H: Short, I: 9, J: 2.5}
}
