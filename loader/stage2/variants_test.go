package main

import (
	"bytes"
	"crypto/ed25519"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/witan-os/witan/kernel/metal"
	"github.com/witan-os/witan/loader/internal/openkey"
	"github.com/witan-os/witan/loader/payload"
)

// A variant is a payload that must not start.
type variant struct {
	name      string
	container []byte
}

var variantType = payload.EntryType{Name: "func(*loader.BootInfo)", Hash: [32]byte{7}}

func pack(t *testing.T, edit func(*payload.Header), key ed25519.PrivateKey) []byte {
	t.Helper()
	h := payload.Header{
		Kind: payload.Test, Version: 5, Type: variantType, EntryPoint: 0x40_1000, CPUs: 1, Stacks: 0x50_0000, StackSize: 0x8000, End: 0x60_0000,
		Parts: []payload.Part{
			{Kind: payload.Segment, Addr: 0x40_0000, Size: 0x2_0000},
			{Kind: payload.Ramdisk, Addr: 0x52_0000, Size: 0x8000},
		},
	}
	edit(&h)
	container, err := payload.Encode(h, [][]byte{bytes.Repeat([]byte("program "), 0x1000), bytes.Repeat([]byte("ramdisk, "), 0x8000/9)}, key)
	if err != nil {
		t.Fatal(err)
	}
	return container
}

// variants returns every flipped byte of header, entries and signature, bytes flipped all over the parts, truncations,
// and payloads of others, of other versions, types and sizes.
func variants(t *testing.T) []variant {
	good := pack(t, func(*payload.Header) {}, openkey.Private())
	var all []variant
	add := func(name string, container []byte) { all = append(all, variant{name, container}) }
	signedEnd := 256 + 2*80 + 64
	for i := 0; i < len(good); i++ {
		if i > signedEnd && i%(1+(len(good)-signedEnd)/64) != 0 {
			continue
		}
		flipped := bytes.Clone(good)
		flipped[i] ^= 1 << (i % 8)
		add(fmt.Sprintf("byte %d flipped", i), flipped)
	}
	for i := range 64 {
		add(fmt.Sprintf("%d of %d bytes", i*len(good)/64, len(good)), good[:i*len(good)/64])
	}
	for _, at := range []int{12, 16, 48, 56, 64, 256 + 8, 256 + 16, 256 + 24, 256 + 32, 256 + 40} {
		for _, v := range []uint64{1<<63 - 1, 1<<64 - 1, 1 << 40} {
			huge := bytes.Clone(good)
			binary.LittleEndian.PutUint64(huge[at:], v)
			add(fmt.Sprintf("%#x at %d", v, at), huge)
			signed := bytes.Clone(huge)
			copy(signed[256+160:], ed25519.Sign(openkey.Private(), append([]byte("witan payload 1\x00"), signed[:256+160]...)))
			add(fmt.Sprintf("%#x at %d, signed", v, at), signed)
		}
	}
	add("another's", pack(t, func(*payload.Header) {}, openkey.Other()))
	add("an older version", pack(t, func(h *payload.Header) { h.Version = 4 }, openkey.Private()))
	add("an older type", pack(t, func(h *payload.Header) { h.Type.Hash[0]-- }, openkey.Private()))
	add("another type", pack(t, func(h *payload.Header) { h.Type = payload.EntryType{Name: "func()"} }, openkey.Private()))
	add("too much memory", pack(t, func(h *payload.Header) { h.End = 0x70_0000 }, openkey.Private()))
	return all
}

// TestVariants checks payloads as start does. On metal each refusal goes to the serial line, as in a real boot.
func TestVariants(t *testing.T) {
	policy := payload.Policy{Keys: []ed25519.PublicKey{openkey.Public()}, Minimum: 5, Type: variantType, Floor: 0x40_0000, Limit: 0x60_0000}
	if _, err := payload.Open(pack(t, func(*payload.Header) {}, openkey.Private()), policy); err != nil {
		t.Fatalf("what is in order is refused: %v", err)
	}
	all := variants(t)
	if len(all) < 200 {
		t.Fatalf("only %d variants", len(all))
	}
	serial := io.Discard
	if metal.Active() {
		serial = os.Stderr
	}
	for _, v := range all {
		_, err := payload.Open(v.container, policy)
		if err == nil {
			t.Errorf("%s: not refused", v.name)
			continue
		}
		var line bytes.Buffer
		report(io.MultiWriter(&line, serial), err)
		if text := line.String(); !strings.HasPrefix(text, "witan: the loader refuses to boot: payload: ") || strings.Count(text, "\n") != 1 {
			t.Errorf("%s: message %q", v.name, text)
		}
	}
}
