package transcode_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"testing"

	"github.com/witan-os/witan/runtime/abi"
	"github.com/witan-os/witan/runtime/transcode"
)

// The vectors in testdata come from the specification's executable definitions; testdata/README.md
// describes them.

type vectors struct {
	Stores []struct {
		Text      string
		From, To  encoding
		FromUnits uint32
		Ptr       uint32
		Units     uint32
		Requests  [][4]uint32
		Memory    hexBytes
	}
	Loads []struct {
		Encoding   encoding
		Memory     hexBytes
		Ptr, Units uint32
		Text       string
		Trap       bool
	}
}

type encoding struct{ abi.Encoding }

func (e *encoding) UnmarshalText(text []byte) error {
	for e.Encoding = abi.UTF8; e.Encoding <= abi.Latin1OrUTF16; e.Encoding++ {
		if e.String() == string(text) {
			return nil
		}
	}
	return fmt.Errorf("no encoding %q", text)
}

type hexBytes []byte

func (b *hexBytes) UnmarshalText(text []byte) (err error) {
	*b, err = hex.DecodeString(string(text))
	return err
}

func readVectors(t *testing.T) (v vectors) {
	t.Helper()
	data, err := os.ReadFile("testdata/strings.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

func TestVectorStores(t *testing.T) {
	all := readVectors(t).Stores
	if len(all) < 500 {
		t.Fatalf("only %d vectors", len(all))
	}
	for _, v := range all {
		g := newGuest(bytes.Repeat([]byte{fill}, 16))
		ptr, units := transcode.Store(g, v.To.Encoding, transcode.Text{String: v.Text, Encoding: v.From.Encoding, Units: v.FromUnits})
		what := fmt.Sprintf("%q (%#x units of %s) to %s", v.Text, v.FromUnits, v.From, v.To)
		if !slices.Equal(g.requests, v.Requests) {
			t.Errorf("%s: realloc was asked for\n     %d\nwant %d", what, g.requests, v.Requests)
		}
		if ptr != v.Ptr || units != v.Units || !bytes.Equal(g.memory, v.Memory) {
			t.Errorf("%s: %#x units at %d of\n     %x\nwant %#x at %d of\n     %x", what, units, ptr, g.memory, v.Units, v.Ptr, []byte(v.Memory))
		}
	}
}

func TestVectorLoads(t *testing.T) {
	all := readVectors(t).Loads
	if len(all) < 500 {
		t.Fatalf("only %d vectors", len(all))
	}
	for _, v := range all {
		g := newGuest(v.Memory)
		var got transcode.Text
		reason := trapped(func() { got = transcode.Load(g, v.Encoding.Encoding, v.Ptr, v.Units) })
		what := fmt.Sprintf("%#x units of %s at %#x of %x", v.Units, v.Encoding, v.Ptr, []byte(v.Memory))
		switch {
		case v.Trap != (reason != ""):
			t.Errorf("%s: got %q, trap %q; want %q, trap: %v", what, got.String, reason, v.Text, v.Trap)
		case v.Trap:
		case got != (transcode.Text{String: v.Text, Encoding: v.Encoding.Encoding, Units: v.Units}):
			t.Errorf("%s: got %+v, want %q", what, got, v.Text)
		}
	}
}
