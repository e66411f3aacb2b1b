package lz4_test

import (
	"bytes"
	"encoding/hex"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/witan-os/witan/loader/internal/lz4"
)

// samples are data of all sorts.
func samples() map[string][]byte {
	random := rand.New(rand.NewPCG(1, 2))
	noise := make([]byte, 100_000)
	for i := range noise {
		noise[i] = byte(random.Uint32())
	}
	var mixed []byte // old and new in turns, at all distances
	for len(mixed) < 300_000 {
		n, from := random.IntN(300), random.IntN(len(noise)-300)
		mixed = append(mixed, noise[from:from+n]...)
		if back := random.IntN(100_000); back < len(mixed)-n {
			mixed = append(mixed, mixed[len(mixed)-n-back:][:n]...)
		}
	}
	all := map[string][]byte{
		"nothing": {}, "noise": noise, "mixed": mixed,
		"zeroes":  make([]byte, 70_000),
		"text":    []byte(strings.Repeat("A block is a list of sequences. ", 999)),
		"far":     append(append(bytes.Clone(noise[:65_535]), noise[:40]...), noise[1:64]...),
		"too far": append(append(bytes.Clone(noise[:65_536]), noise[:40]...), noise[:64]...),
	}
	for n := range 40 {
		all["short "+strings.Repeat("a", n)] = []byte(strings.Repeat("a", n))
	}
	for _, n := range []int{18, 19, 20, 273, 274, 275, 528, 529, 530} { // where lengths take a byte more
		all["run "+strings.Repeat("b", n)] = append([]byte("start"), bytes.Repeat([]byte("b"), n)...)
		all["literals "+strings.Repeat("b", n)] = append(bytes.Clone(noise[:n-4]), "0123456789abc0123456789abc"...)
	}
	return all
}

func TestPack(t *testing.T) {
	for name, data := range samples() {
		block := lz4.Pack(data)
		if !bytes.Equal(block, lz4.Pack(data)) {
			t.Errorf("%.20s: the same data gave different blocks", name)
		}
		got := bytes.Repeat([]byte{0xaa}, len(data))
		if err := lz4.Unpack(got, block); err != nil || !bytes.Equal(got, data) {
			t.Errorf("%.20s: %v; as it was: %t", name, err, bytes.Equal(got, data))
		}
		if most := len(data) + len(data)/255 + 16; len(block) > most {
			t.Errorf("%.20s: %d bytes became %d", name, len(data), len(block))
		}
		for _, other := range []int{len(data) - 1, len(data) + 1} {
			if other >= 0 && !errors.Is(lz4.Unpack(make([]byte, other), block), lz4.ErrCorrupt) {
				t.Errorf("%.20s: it was unpacked into %d bytes, and has %d", name, other, len(data))
			}
		}
	}
	for name, most := range map[string]int{"zeroes": 400, "text": 250, "mixed": 260_000} {
		if n := len(lz4.Pack(samples()[name])); n > most {
			t.Errorf("%s became %d bytes, want %d at most", name, n, most)
		}
	}
}

// TestForeign unpacks blocks that were written by hand and by another program.
func TestForeign(t *testing.T) {
	for _, c := range []struct{ block, data string }{
		{"10" + "61", "a"},
		{"11" + "61" + "0100" + "50" + "6263646566", "aaaaaa" + "bcdef"},
		{"32" + "616263" + "0300" + "50" + "6465666768", "abcabcabc" + "defgh"},
		{"1f" + "61" + "0100" + "03" + "50" + "6263646566", strings.Repeat("a", 23) + "bcdef"},
		{"f003" + "616263646566676869" + "6a6b6c6d6e6f707172", "abcdefghijklmnopqr"},
		{ // by the command lz4
			"f00a746865206c6f616465722068616e6473206f76657220746f201900b76b65726e656c2c20616e6410000f290000887072" +
				"6f6772616d3b0d00032700716e6f7468696e672f002f2e206f000b5065726e656c",
			"the loader hands over to the kernel, and the kernel hands over to the program; the program hands nothing over. the loader hands over to the kernel",
		},
	} {
		block, err := hex.DecodeString(c.block)
		if err != nil {
			t.Fatal(err)
		}
		got := make([]byte, len(c.data))
		if err := lz4.Unpack(got, block); err != nil || string(got) != c.data {
			t.Errorf("%s: %q, %v; want %q", c.block, got, err, c.data)
		}
	}
}

func TestCorrupt(t *testing.T) {
	for name, block := range map[string]string{
		"literals past the end":      "2061",
		"a length cut off":           "f0",
		"a longer length cut off":    "f0ffff",
		"an offset cut off":          "116101",
		"no offset":                  "1161" + "0000" + "506263646566",
		"an offset before the start": "1161" + "0200" + "506263646566",
		"a match past the end":       "1f61" + "0100" + "ffff00" + "506263646566",
		"a match's length cut off":   "1f61" + "0100",
		"a match at the end":         "1661" + "0100",
		"nothing":                    "",
		"literals past the room":     "f0ff00" + strings.Repeat("61", 270),
	} {
		b, err := hex.DecodeString(block)
		if err != nil {
			t.Fatal(err)
		}
		if err := lz4.Unpack(make([]byte, 11), b); !errors.Is(err, lz4.ErrCorrupt) {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

func FuzzPack(f *testing.F) {
	for name, data := range samples() {
		if len(data) < 1000 || name == "text" {
			f.Add(data)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		got := make([]byte, len(data))
		if err := lz4.Unpack(got, lz4.Pack(data)); err != nil || !bytes.Equal(got, data) {
			t.Errorf("%v; as it was: %t", err, bytes.Equal(got, data))
		}
	})
}

// FuzzUnpack unpacks anything. What is written lies within the room.
func FuzzUnpack(f *testing.F) {
	for _, data := range samples() {
		if len(data) < 1000 {
			f.Add(lz4.Pack(data), uint16(len(data)))
		}
	}
	f.Fuzz(func(t *testing.T, block []byte, size uint16) {
		room := bytes.Repeat([]byte{0x55}, int(size)+64)
		_ = lz4.Unpack(room[:size:size], block) // an error is as good as none
		if n := bytes.Count(room[size:], []byte{0x55}); n != 64 {
			t.Errorf("%d bytes behind the room were changed", 64-n)
		}
	})
}
