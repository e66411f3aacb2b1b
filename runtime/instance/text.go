package instance

import (
	"github.com/witan-os/witan/runtime/abi"
	"github.com/witan-os/witan/runtime/transcode"
)

// This file is the boundary's slow way with strings: encodings other than UTF-8, and strings that pass through
// Go from one component to another.

// texts are the lengths of the strings that a call lifts out of one component, for lowering them to another:
// the encoding that a string comes from, and its length there, decide what the other's realloc is asked
// for. As values are lowered in the order in which they were lifted, the lengths are in that order too.
type texts struct {
	encoding abi.Encoding
	units    []uint32
}

// lengthCost is what a length takes in Go memory at most, while their list grows.
const lengthCost = 12

// textsFrom is what a boundary keeps of strings on the way from an encoding; nil for UTF-8, whose lengths can
// be seen from Go's strings.
func textsFrom(e abi.Encoding) *texts {
	if e == abi.UTF8 {
		return nil
	}
	return &texts{encoding: e}
}

// loadText is LoadString for the other encodings.
func (b *Boundary) loadText(ptr, n uint32) string {
	t := transcode.Load(b, b.encoding, ptr, n)
	if b.texts != nil {
		b.Reserve(lengthCost)
		b.texts.units = append(b.texts.units, n)
	}
	return t.String
}

// storeText is StoreString for a string that either side does not have in UTF-8.
func (b *Boundary) storeText(s string) (ptr, n uint32) {
	t := transcode.Of(s)
	if from := b.texts; from != nil {
		t.Encoding, t.Units = from.encoding, from.units[0]
		from.units = from.units[1:]
	}
	return transcode.Store(b, b.encoding, t)
}
