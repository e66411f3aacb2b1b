package transcode_test

import (
	"bytes"
	"testing"
	"unicode/utf8"

	"github.com/witan-os/witan/runtime/abi"
	"github.com/witan-os/witan/runtime/transcode"
)

// FuzzLoad loads strings from any memory: that traps, or gives text that stands in the guest's memory as before when
// it is stored there.
func FuzzLoad(f *testing.F) {
	f.Add(uint8(abi.UTF8), []byte("h\xc3\xb6"), uint32(0), uint32(3))
	f.Add(uint8(abi.UTF16), []byte("\x3c\xd8\x70\xdf"), uint32(0), uint32(2))
	f.Add(uint8(abi.UTF16), []byte("..\x00\xdc"), uint32(2), uint32(1))
	f.Add(uint8(abi.Latin1OrUTF16), []byte("\xe9\x00"), uint32(0), uint32(1|abi.UTF16Tag))
	f.Add(uint8(abi.Latin1OrUTF16), []byte("gr\xfcn"), uint32(0), uint32(4))
	f.Add(uint8(abi.UTF16), []byte{}, uint32(0), uint32(1<<27))
	f.Fuzz(func(t *testing.T, which uint8, memory []byte, ptr, units uint32) {
		e := encodings[int(which)%len(encodings)]
		g := newGuest(memory)
		var text transcode.Text
		if trapped(func() { text = transcode.Load(g, e, ptr, units) }) != "" {
			return
		}
		if !utf8.ValidString(text.String) || g.charged != uint64(len(text.String)) {
			t.Fatalf("%d bytes were charged for %q", g.charged, text.String)
		}
		again, n := transcode.Store(g, e, text)
		if stored := transcode.Load(g, e, again, n); stored.String != text.String {
			t.Fatalf("%q was stored as %q", text.String, stored.String)
		}
		if size := len(g.memory) - int(again); n == units && !bytes.Equal(g.memory[again:], memory[ptr:int(ptr)+size]) {
			t.Fatalf("%q stands as %x, and stood as %x", text.String, g.memory[again:], memory[ptr:int(ptr)+size])
		}
	})
}
