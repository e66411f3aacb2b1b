package threeway

import (
	"encoding/binary"
	"fmt"
	"strings"

	"pgregory.net/rapid"

	"github.com/witan-os/witan/runtime/abi"
)

// This file makes guests hostile: it puts other numbers into the memory and core values with which they start
// or end a call, and has their reallocs return addresses of their choice.

// harm is what was done to the guests of a call.
type harm struct {
	params, block, reply, calleeLies, callerLies bool

	// mixed is set when values may overwrite each other where they are lowered: in the order in which an
	// executor writes. What is read there means nothing.
	mixed bool

	done []string
}

// kinds counts in how many ways the call is broken. If there is more than one, the trap that an executor finds
// first is its own affair.
func (h *harm) kinds() (n int) {
	for _, b := range []bool{h.params, h.block, h.reply, h.calleeLies, h.callerLies} {
		if b {
			n++
		}
	}
	return n
}

func (h *harm) String() string {
	if len(h.done) == 0 {
		return "honest guests"
	}
	return strings.Join(h.done, "; ")
}

func (h *harm) note(format string, args ...any) {
	h.done = append(h.done, fmt.Sprintf(format, args...))
}

// lie has a realloc return an address: on its call of the given number, counted from 1, unless that is 0.
type lie struct{ call, address uint32 }

// attack is a call that is being made hostile.
type attack struct {
	*rapid.T
	harm
	reencoded, maps      bool // see linker
	plan                 *abi.Plan
	caller, callee       *image
	callerLie, calleeLie lie
}

// draw harms about two calls of three.
func (a *attack) draw() {
	switch rapid.IntRange(0, 11).Draw(a.T, "harm") {
	case 0, 1, 2, 3:
	case 4, 5, 6:
		a.params = a.spoil(a.caller, "the caller", len(a.plan.Lowered.Params))
	case 7:
		a.moveBlock()
	case 8:
		a.reply = a.spoil(a.callee, "the callee", len(a.plan.Lifted.Results))
	case 9:
		a.scramble()
	case 10:
		if !a.reencoded {
			a.realloc()
		}
	default:
		a.several()
	}
}

func (a *attack) several() {
	a.params = a.spoil(a.caller, "the caller", len(a.plan.Lowered.Params))
	a.reply = a.spoil(a.callee, "the callee", len(a.plan.Lifted.Results))
	a.moveBlock()
}

// spoil changes one to three numbers of an image. It reports whether there was any.
func (a *attack) spoil(im *image, whose string, slots int) bool {
	done := false
	for range rapid.IntRange(1, 3).Draw(a.T, "damages") {
		switch {
		case len(im.spots) > 0 && rapid.IntRange(0, 7).Draw(a.T, "at a spot") > 0:
			s := im.spots[rapid.IntRange(0, len(im.spots)-1).Draw(a.T, "spot")]
			bits := a.number(im, s)
			a.note("%s: %s is %#x", whose, s, bits)
			im.overwrite(s, bits)
			done = true
		case slots > 0:
			n := rapid.IntRange(0, slots-1).Draw(a.T, "slot")
			if a.isBlock(im, n) {
				continue
			}
			im.slots[n] = anyNumber.Draw(a.T, "number")
			a.note("%s: core value %d is %#x", whose, n, im.slots[n])
			done = true
		}
	}
	return done
}

// isBlock reports whether a core value of the caller is the address that it wants its result at.
func (a *attack) isBlock(im *image, slot int) bool {
	return im == a.caller && a.plan.ResultBlock != nil && slot == a.plan.ResultSlot()
}

func (im *image) overwrite(s spot, bits uint64) {
	if s.slot >= 0 {
		im.slots[s.slot] = bits
		return
	}
	var b [8]byte
	binary.LittleEndian.PutUint64(b[:], bits)
	copy(im.mem[s.at:s.at+s.size], b[:])
}

var anyNumber = rapid.OneOf(rapid.Uint64Range(0, 12), rapid.Uint64Range(dataBase, dataBase+64),
	rapid.Uint64Range(pageSize-8, pageSize+8), rapid.Uint64Range(1<<32-8, 1<<32-1), rapid.Uint64())

// number draws one that is as wrong in place of a spot's as can be, or nearly right.
func (a *attack) number(im *image, s spot) uint64 {
	special := map[meaning][]uint64{
		pointer:      {0, 1, pageSize - 4, pageSize - 1, pageSize, pageSize + 4, 1<<32 - 4, 1<<32 - 1, dataBase, dataBase + 1, dataBase + 2},
		length:       {s.limit + 1, s.limit - 1, s.limit | 1<<31, 1<<31 - 1, 1 << 28, 1<<28 - 1, 1 << 29, 1<<32 - 1, pageSize, 2 * s.limit},
		discriminant: {s.limit, s.limit - 1, s.limit + 1, 0, 0xff, 0xffff, 1 << 31, 1<<32 - 1},
		character:    {0xd7ff, 0xd800, 0xdbff, 0xdc00, 0xdfff, 0xe000, 0xffff, 0x10ffff, 0x110000, 1<<32 - 1, 1 << 31},
		handle:       {0, 1, 2, 3, 4, 5, 1 << 31, 1<<32 - 1},
		text:         {0, 0x80, 0xbf, 0xc0, 0xc1, 0xc3, 0xd8, 0xdc, 0xe0, 0xed, 0xf0, 0xf4, 0xf5, 0xff},
		plain:        {0, 1, 2, 0x80, 0xff, 0x100, 0x7fff_ffff, 1 << 31, 1<<32 - 1, 1 << 63},
	}[s.meaning]
	if rapid.IntRange(0, 4).Draw(a.T, "any number") == 0 {
		return anyNumber.Draw(a.T, "number")
	}
	if s.meaning == handle {
		special = append(special, im.handles()...)
	}
	return rapid.SampledFrom(special).Draw(a.T, "number")
}

// handles are those in an image: one of them in place of another may be of another type, or there twice.
func (im *image) handles() (list []uint64) {
	for _, s := range im.spots {
		if s.meaning == handle {
			list = append(list, im.number(s))
		}
	}
	return list
}

// number is what is at a spot.
func (im *image) number(s spot) uint64 {
	if s.slot >= 0 {
		return im.slots[s.slot]
	}
	var b [8]byte
	copy(b[:], im.mem[s.at:s.at+s.size])
	return binary.LittleEndian.Uint64(b[:])
}

// scramble fills the memory in which the caller's or the callee's values are with numbers that look like
// addresses, lengths and cases, or like nothing.
func (a *attack) scramble() {
	im, slots := a.caller, len(a.plan.Lowered.Params)
	a.params = rapid.Bool().Draw(a.T, "of the caller")
	if a.reply = !a.params; a.reply {
		im, slots = a.callee, len(a.plan.Lifted.Results)
	}
	word := rapid.OneOf(rapid.Uint64Range(0, 3), rapid.Map(rapid.Uint64Range(0, 31), func(n uint64) uint64 { return dataBase + 4*n }),
		rapid.SampledFrom([]uint64{0x20, 0x41, 0x6161_6161, 0x1_0001, dataBase + 1}), rapid.Uint64())
	for i := range uint32(64) {
		binary.LittleEndian.PutUint32(im.mem[dataBase+4*i:], uint32(word.Draw(a.T, "word")))
	}
	for n := range slots {
		if !a.isBlock(im, n) {
			im.slots[n] = word.Draw(a.T, "core value")
		}
	}
	a.note("memory and core values are scrambled: %x, %x", im.mem[dataBase:dataBase+256], im.slots[:slots])
}

// realloc has a realloc lie.
func (a *attack) realloc() {
	l := lie{
		uint32(rapid.IntRange(1, 3).Draw(a.T, "call")),
		rapid.SampledFrom([]uint32{heapBase + 1, heapBase + 2, heapBase + 4, heapBase + 8, pageSize - 4, pageSize - 1, pageSize, 1<<32 - 8, 1<<32 - 1}).Draw(a.T, "lie"),
	}
	a.mixed = true
	if a.calleeLies = rapid.Bool().Draw(a.T, "the callee's"); a.calleeLies {
		a.calleeLie = l
		a.note("call %d of the callee's realloc returns %#x", l.call, l.address)
		return
	}
	a.callerLies, a.callerLie = true, l
	a.note("call %d of the caller's realloc returns %#x", l.call, l.address)
}

// moveBlock has the caller want its result elsewhere.
func (a *attack) moveBlock() {
	if a.plan.ResultBlock == nil {
		return
	}
	at := rapid.SampledFrom([]uint64{dataBase + 1, dataBase + 2, dataBase + 4, dataBase + 8, pageSize - 1, pageSize - 4, pageSize - 8, pageSize, 1<<32 - 8, 1<<32 - 1}).Draw(a.T, "block")
	a.block, a.mixed = true, true
	a.caller.slots[a.plan.ResultSlot()] = at
	a.note("the caller wants its result at %#x", at)
}
