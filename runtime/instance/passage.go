package instance

import (
	"github.com/witan-os/witan/runtime/abi"
	"github.com/witan-os/witan/runtime/transcode"
)

// This file is about what is neither here nor there during a call: resources that one side has given away and
// the other one has not got, and strings on their way from one component to another.

// passage is what has been lifted out of one component and is being lowered to another. As values are lowered in
// the order in which they were lifted, its parts are in that order.
type passage struct {
	encoding abi.Encoding // of the strings where they come from
	// units are the lengths of the strings there, unless they were UTF-8, whose lengths Go's strings have: the
	// length decides what the other component's realloc is asked for.
	units []uint32
	taken []handle // own handles of Go resources
}

// lengthCost is what a length takes in Go memory at most, while their list grows.
const lengthCost = 12

// loadText is LoadString for encodings other than UTF-8.
func (b *Boundary) loadText(ptr, n uint32) string {
	t := transcode.Load(b, b.encoding, ptr, n)
	if b.passage != nil {
		b.Reserve(lengthCost)
		b.passage.units = append(b.passage.units, n)
	}
	return t.String
}

// storeText is StoreString for a string that either side does not have in UTF-8.
func (b *Boundary) storeText(s string) (ptr, n uint32) {
	t := transcode.Of(s)
	if p := b.passage; p != nil && p.encoding != abi.UTF8 {
		t.Encoding, t.Units = p.encoding, p.units[0]
		p.units = p.units[1:]
	}
	return transcode.Store(b, b.encoding, t)
}

// depart begins a passage from b; what is lifted from now on belongs to it.
func (b *Boundary) depart() {
	b.passage = &passage{encoding: b.encoding}
}

// arrive hands the passage over to the boundary that lowers what was lifted.
func (b *Boundary) arrive(from *Boundary) {
	b.passage, from.passage = from.passage, nil
	b.passage.taken, from.taken = from.taken, nil
}

// handOver notes that the host has the resources that were lifted for it. They are the host's to drop.
func (b *Boundary) handOver() {
	if len(b.taken) != 0 {
		clear(b.taken)
		b.taken = b.taken[:0]
	}
}

// abandon gives the resources back that are in nobody's hands when a call fails: they were taken from a guest,
// and whom they were for has not got them. The instance is at its end, and drops them with all that it owns.
func (b *Boundary) abandon() {
	b.inst.handles.keep(b.taken)
	b.taken = nil
	if b.passage != nil {
		b.inst.handles.keep(b.passage.taken)
		b.passage = nil
	}
}

// keep puts entries back into the table of an instance that has come to its end, for dropAll: nobody asks for
// their indices or for the limit any more.
func (h *handles) keep(entries []handle) {
	if len(h.entries) == 0 {
		h.entries = append(h.entries, handle{})
	}
	h.entries = append(h.entries, entries...)
}
