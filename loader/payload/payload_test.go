package payload_test

import (
	"bytes"
	"crypto/ed25519"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"strings"
	"testing"

	"github.com/witan-os/witan/loader/internal/openkey"
	"github.com/witan-os/witan/loader/payload"
)

// entry is a type of entry points for tests.
var entry = payload.EntryType{Name: "func(*test.Info)", Hash: [32]byte{1, 2, 3}}

func validHeader() payload.Header {
	return payload.Header{
		Kind: payload.Test, Version: 7, Type: entry, EntryPoint: 0x40_0800, CPUs: 2, Stacks: 0x41_0000, StackSize: 0x4000,
		End: 0x50_0000, Memory: 32 << 20, PhysicalMap: 0x7e80_0000_0000,
		Parts: []payload.Part{
			{Kind: payload.Segment, Addr: 0x40_0000, Size: 0x2000},
			{Kind: payload.Segment, Addr: 0x40_2000, Size: 0x800},
			{Kind: payload.Ramdisk, Addr: 0x42_0000, Size: 0x1234},
		},
	}
}

func validData() [][]byte {
	return [][]byte{
		bytes.Repeat([]byte("code "), 0x333),             // compresses
		{0x5a, 0x01, 0xfe, 0x33, 0x77, 0x80, 0x12, 0x99}, // does not
		bytes.Repeat([]byte("file\x00\x01\x02\x03"), 0x1234/8+1)[:0x1234],
	}
}

func policy() payload.Policy {
	return payload.Policy{Keys: []ed25519.PublicKey{openkey.Public()}, Minimum: 7, Type: entry, Floor: 0x40_0000, Limit: 0x50_0000}
}

func encode(t testing.TB, edit func(*payload.Header)) []byte {
	t.Helper()
	h := validHeader()
	edit(&h)
	container, err := payload.Encode(h, validData(), openkey.Private())
	if err != nil {
		t.Fatal(err)
	}
	return container
}

func unchanged(*payload.Header) {}

func TestRoundTrip(t *testing.T) {
	container := encode(t, unchanged)
	if !bytes.Equal(container, encode(t, unchanged)) {
		t.Error("the same input gave different containers")
	}
	p, err := payload.Open(container, policy())
	if err != nil {
		t.Fatal(err)
	}
	want := validHeader()
	if p.Kind != want.Kind || p.Version != want.Version || p.Type != want.Type || p.EntryPoint != want.EntryPoint ||
		p.CPUs != want.CPUs || p.Stacks != want.Stacks || p.StackSize != want.StackSize || p.End != want.End ||
		p.Memory != want.Memory || p.PhysicalMap != want.PhysicalMap {
		t.Errorf("header %+v, want %+v", p.Header, want)
	}
	unpacker, err := payload.NewUnpacker()
	if err != nil {
		t.Fatal(err)
	}
	for i, data := range validData() {
		part := &p.Parts[i]
		if part.Kind != want.Parts[i].Kind || part.Addr != want.Parts[i].Addr || part.Size != want.Parts[i].Size {
			t.Errorf("part %d is %+v, want %+v", i, part, want.Parts[i])
		}
		memory := bytes.Repeat([]byte{0xcc}, int(part.Size)+1)
		if err := unpacker.Unpack(p, i, memory[:part.Size]); err != nil {
			t.Fatal(err)
		}
		full := append(append([]byte(nil), data...), make([]byte, int(part.Size)-len(data))...)
		if !bytes.Equal(memory[:part.Size], full) || memory[part.Size] != 0xcc {
			t.Errorf("part %d differs", i)
		}
		if err := unpacker.Unpack(p, i, memory); err == nil {
			t.Errorf("part %d fits into too much memory", i)
		}
	}
}

// TestOneOfSeveralKeys opens a payload that is signed with the second key that a loader trusts.
func TestOneOfSeveralKeys(t *testing.T) {
	policy := policy()
	policy.Keys = []ed25519.PublicKey{openkey.Other().Public().(ed25519.PublicKey), openkey.Public()}
	if _, err := payload.Open(encode(t, unchanged), policy); err != nil {
		t.Error(err)
	}
}

// TestMaps opens payloads with maps of physical memory at the edges of what an address can be.
func TestMaps(t *testing.T) {
	for _, addr := range []uint64{0, 1 << 39, 1<<47 - 1<<39, 0xffff_8000_0000_0000, 0xffff_ff80_0000_0000} {
		p, err := payload.Open(encode(t, func(h *payload.Header) { h.PhysicalMap = addr }), policy())
		if err != nil || p.PhysicalMap != addr {
			t.Errorf("at %#x: %v", addr, err)
		}
	}
}

// TestLayout compares the first bytes with what the package's documentation says.
func TestLayout(t *testing.T) {
	container := encode(t, unchanged)
	le := binary.LittleEndian
	if string(container[:8]) != "WITANPAY" || string(container[128:144]) != entry.Name || container[144] != 0 || container[96] != 1 {
		t.Errorf("header starts % x", container[:160])
	}
	for _, f := range []struct {
		name      string
		got, want uint64
	}{
		{"format", uint64(le.Uint32(container[8:])), 1},
		{"parts", uint64(le.Uint32(container[12:])), 3},
		{"size", le.Uint64(container[16:]), uint64(len(container))},
		{"kind", uint64(le.Uint32(container[24:])), 2},
		{"CPUs", uint64(le.Uint32(container[28:])), 2},
		{"version", le.Uint64(container[32:]), 7},
		{"entry point", le.Uint64(container[40:]), 0x40_0800},
		{"stacks", le.Uint64(container[48:]), 0x41_0000},
		{"stack size", le.Uint64(container[56:]), 0x4000},
		{"end", le.Uint64(container[64:]), 0x50_0000},
		{"memory", le.Uint64(container[72:]), 32 << 20},
		{"physical map", le.Uint64(container[80:]), 0x7e80_0000_0000},
		{"kind of part 2", uint64(le.Uint32(container[256+160:])), 2},
		{"encoding of part 0", uint64(le.Uint32(container[256+4:])), 1},
		{"encoding of part 1", uint64(le.Uint32(container[256+84:])), 0},
		{"address of part 1", le.Uint64(container[256+88:]), 0x40_2000},
		{"size of part 1", le.Uint64(container[256+96:]), 0x800},
		{"data of part 1", le.Uint64(container[256+104:]), 8},
		{"offset of part 0", le.Uint64(container[256+32:]), 256 + 3*80 + 64},
		{"stored size of part 1", le.Uint64(container[256+120:]), 8},
	} {
		if f.got != f.want {
			t.Errorf("%s is %#x, want %#x", f.name, f.got, f.want)
		}
	}
}

// TestEveryFlippedBit flips one bit of every byte, a different one each, and all bits of the header's first page. No
// change may pass, whatever it does to the rest.
func TestEveryFlippedBit(t *testing.T) {
	container := encode(t, unchanged)
	for i := range container {
		for bit := range 8 {
			if i >= 560 && bit != i%8 {
				continue // behind header, entries and signature: each byte once
			}
			container[i] ^= 1 << bit
			if _, err := payload.Open(container, policy()); err == nil {
				t.Fatalf("bit %d of byte %d can be flipped", bit, i)
			} else if !strings.HasPrefix(err.Error(), "payload: ") {
				t.Errorf("bit %d of byte %d: error %q does not say what is refused", bit, i, err)
			}
			container[i] ^= 1 << bit
		}
	}
	if _, err := payload.Open(container, policy()); err != nil {
		t.Error(err)
	}
}

func TestEveryTruncation(t *testing.T) {
	container := encode(t, unchanged)
	for n := range container {
		var truncated *payload.TruncatedError
		// Cut to its size, so that a read past the end panics.
		if _, err := payload.Open(append([]byte(nil), container[:n]...), policy()); !errors.As(err, &truncated) {
			t.Fatalf("%d bytes: %v", n, err)
		}
	}
}

func TestRefusals(t *testing.T) {
	le := binary.LittleEndian
	other := openkey.Other()
	// resign signs a changed header with the right key: what only a careless signer lets through.
	resign := func(p []byte) []byte {
		end := 256 + 80*int(le.Uint32(p[12:]))
		copy(p[end:], ed25519.Sign(openkey.Private(), append([]byte("witan payload 1\x00"), p[:end]...)))
		return p
	}
	poke64 := func(at int, v uint64) func([]byte) []byte {
		return func(p []byte) []byte { le.PutUint64(p[at:], v); return resign(p) }
	}
	poke32 := func(at int, v uint32) func([]byte) []byte {
		return func(p []byte) []byte { le.PutUint32(p[at:], v); return resign(p) }
	}
	unsigned := func(at int, v uint64) func([]byte) []byte {
		return func(p []byte) []byte { le.PutUint64(p[at:], v); return p }
	}
	for _, c := range []struct {
		name   string
		change func([]byte) []byte
		policy func(*payload.Policy)
		want   any
		text   string
	}{
		{"nothing", func([]byte) []byte { return nil }, nil, new(*payload.TruncatedError), "0 of 256 bytes"},
		{"another file", func([]byte) []byte { return make([]byte, 4096) }, nil, new(*payload.DamagedError), `does not start with "WITANPAY"`},
		{"another format", poke32(8, 2), nil, new(*payload.FormatError), "version 2 of the format"},
		{"no parts", poke32(12, 0), nil, new(*payload.DamagedError), "0 parts"},
		{"parts without end", func(p []byte) []byte { le.PutUint32(p[12:], 1<<31); return p }, nil, new(*payload.DamagedError), "2147483648 parts"},
		{"a huge size", unsigned(16, 1<<63), nil, new(*payload.TruncatedError), "of 9223372036854775808 bytes"},
		{"a tiny size", unsigned(16, 100), nil, new(*payload.DamagedError), "claims to be 100 bytes"},
		{"more bytes", func(p []byte) []byte { return append(p, 0) }, nil, new(*payload.DamagedError), "1 bytes follow"},
		{"reserved bytes", poke64(224, 1), nil, new(*payload.DamagedError), "reserved"},
		{"another key", nil, func(p *payload.Policy) { p.Keys = []ed25519.PublicKey{other.Public().(ed25519.PublicKey)} }, new(*payload.WrongKeyError), "does not trust"},
		{"no key", nil, func(p *payload.Policy) { p.Keys = nil }, new(*payload.WrongKeyError), payload.KeyName(openkey.Public())},
		{"another's signature", func(p []byte) []byte {
			end := 256 + 3*80
			copy(p[end:], ed25519.Sign(other, append([]byte("witan payload 1\x00"), p[:end]...)))
			return p
		}, nil, new(*payload.SignatureError), "is not one of key"},
		{"a signature of something else", func(p []byte) []byte {
			end := 256 + 3*80
			copy(p[end:], ed25519.Sign(openkey.Private(), p[:end]))
			return p
		}, nil, new(*payload.SignatureError), "is not one of key"},
		{"version without a new signature", unsigned(32, 8), nil, new(*payload.SignatureError), "is not one of key"},
		{"an older version", poke64(32, 6), nil, new(*payload.RollbackError), "version 6 is older than 7"},
		{"another entry", nil, func(p *payload.Policy) { p.Type = payload.EntryType{Name: "func()"} }, new(*payload.EntryTypeError), "is a func(*test.Info), this loader calls a func()"},
		{"another version of the entry", nil, func(p *payload.Policy) { p.Type.Hash[0]++ }, new(*payload.EntryTypeError), "is a func(*test.Info) of another version (01020300, this loader calls 02020300)"},
		{"memory below the floor", nil, func(p *payload.Policy) { p.Floor += 4096 }, new(*payload.RangeError), "between 0x401000 and 0x500000"},
		{"memory above the limit", nil, func(p *payload.Policy) { p.Limit -= 4096 }, new(*payload.RangeError), "between 0x400000 and 0x4ff000"},
		{"an end within a page", poke64(64, 0x50_0001), nil, new(*payload.DamagedError), "not a page's start"},
		{"an end at zero", poke64(64, 0), nil, new(*payload.DamagedError), "ends at 0x0"},
		{"a map within a table", poke64(80, 1<<30), nil, new(*payload.DamagedError), "multiple of 0x8000000000"},
		{"a map above the lower half", poke64(80, 1<<47), nil, new(*payload.DamagedError), "that is a virtual address"},
		{"a map below the upper half", poke64(80, 0xffff_7f80_0000_0000), nil, new(*payload.DamagedError), "that is a virtual address"},
		{"a map over the one that there is", poke64(80, 1<<48), nil, new(*payload.DamagedError), "that is a virtual address"},
		{"an entry point in the ramdisk", poke64(40, 0x42_0000), nil, new(*payload.DamagedError), "0x420000 is in no segment"},
		{"an entry point in zeroes", poke64(40, 0x40_2400), nil, new(*payload.DamagedError), "is in no segment"},
		{"no CPUs", poke32(28, 0), nil, new(*payload.DamagedError), "0 CPUs"},
		{"CPUs without end", poke32(28, 1<<31), nil, new(*payload.DamagedError), "2147483648 CPUs"},
		{"no stacks", poke64(56, 0), nil, new(*payload.DamagedError), "stacks of 0x0 bytes"},
		{"stacks without end", poke64(56, 1<<63), nil, new(*payload.DamagedError), "stacks of 0x8000000000000000"},
		{"stacks past the end", poke64(48, 0x4f_c000), nil, new(*payload.DamagedError), "reach past 0x500000"},
		{"stacks far past the end", poke64(48, 1<<63), nil, new(*payload.DamagedError), "reach past"},
		{"stacks over a part", poke64(48, 0x40_0000), nil, new(*payload.DamagedError), "overlap part 0"},
		{"a part of another kind", poke32(256, 3), nil, new(*payload.DamagedError), "part 0: unknown kind 3"},
		{"two ramdisks", func(p []byte) []byte { le.PutUint32(p[256+80:], 2); return resign(p) }, nil, new(*payload.DamagedError), "2 ramdisks"},
		{"an encoding", poke32(256+4, 2), nil, new(*payload.DamagedError), "part 0: unknown encoding 2"},
		{"a part at the end of memory", poke64(256+8, 1<<64-4096), nil, new(*payload.DamagedError), "are not below 0x500000"},
		{"a part without memory", poke64(256+16, 0), nil, new(*payload.DamagedError), "part 0: 0x0 bytes"},
		{"a part of all memory", poke64(256+16, 1<<64-1), nil, new(*payload.DamagedError), "are not below"},
		{"more data than memory", poke64(256+24, 0x2001), nil, new(*payload.DamagedError), "0x2001 bytes of data for 0x2000"},
		{"overlapping parts", poke64(256+88, 0x40_1fff), nil, new(*payload.DamagedError), "part 1 starts at 0x401fff, before the end of another at 0x402000"},
		{"a part stored past the end", poke64(256+32, 1<<63), nil, new(*payload.DamagedError), "past the end"},
		{"a part stored in too much", poke64(256+40, 1<<64-1), nil, new(*payload.DamagedError), "past the end"},
		{"a gap", poke64(256+40, 10), nil, new(*payload.DamagedError), "where the one before ends"},
		{"a plain part of another size", poke64(256+104, 9), nil, new(*payload.DamagedError), "in 8 bytes for 9"},
		{"a ramdisk within a page", poke64(256+168, 0x42_0001), nil, new(*payload.DamagedError), "is not page aligned"},
		{"another hash", func(p []byte) []byte { p[256+48] ^= 1; return resign(p) }, nil, new(*payload.DamagedError), "part 0 at 0x400000 is not what was signed"},
	} {
		t.Run(c.name, func(t *testing.T) {
			container, policy := encode(t, unchanged), policy()
			if c.change != nil {
				container = c.change(container)
			}
			if c.policy != nil {
				c.policy(&policy)
			}
			p, err := payload.Open(container, policy)
			if p != nil || err == nil || !errors.As(err, c.want) || !strings.Contains(err.Error(), c.text) {
				t.Errorf("error %T %v, want %T with %q", err, err, c.want, c.text)
			}
		})
	}
}

// TestDataThatIsNotWhatTheEntrySays signs frames that unpack to less, to more, and not at all.
func TestDataThatIsNotWhatTheEntrySays(t *testing.T) {
	le := binary.LittleEndian
	for _, size := range []uint64{0xfff - 1, 0xfff + 1, 0x2000} {
		container := encode(t, unchanged)
		le.PutUint64(container[256+24:], size) // the frame has 0xfff bytes
		copy(container[256+240:], ed25519.Sign(openkey.Private(), append([]byte("witan payload 1\x00"), container[:256+240]...)))
		p, err := payload.Open(container, policy())
		if err != nil {
			t.Fatal(err)
		}
		unpacker, err := payload.NewUnpacker()
		if err != nil {
			t.Fatal(err)
		}
		memory := bytes.Repeat([]byte{0xcc}, 0x3000)
		var damaged *payload.DamagedError
		if err := unpacker.Unpack(p, 0, memory[:0x2000]); !errors.As(err, &damaged) {
			t.Errorf("%#x bytes: %v", size, err)
		}
		if memory[size] != 0xcc || memory[0x2000] != 0xcc {
			t.Errorf("%#x bytes: memory behind them was written", size)
		}
	}
}

func TestEncodeErrors(t *testing.T) {
	for _, c := range []struct {
		name string
		edit func(*payload.Header)
		data [][]byte
		key  ed25519.PrivateKey
		want string
	}{
		{"no data", unchanged, nil, openkey.Private(), "3 parts and data for 0"},
		{"no parts", func(h *payload.Header) { h.Parts = nil }, nil, openkey.Private(), "0 parts"},
		{"a long name", func(h *payload.Header) { h.Type.Name = strings.Repeat("x", 97) }, validData(), openkey.Private(), "97 bytes"},
		{"no key", unchanged, validData(), nil, "not an Ed25519 key"},
		{"what Open refuses", func(h *payload.Header) { h.Parts[0].Size = 1 }, validData(), openkey.Private(), "bytes of data for 0x1"},
	} {
		h := validHeader()
		c.edit(&h)
		if _, err := payload.Encode(h, c.data, c.key); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want %q", c.name, err, c.want)
		}
	}
}

// FuzzOpen changes containers and, so that it gets past the signature, signs them again when they are long enough.
func FuzzOpen(f *testing.F) {
	container := encode(f, unchanged)
	f.Add(container, false)
	f.Add(container, true)
	f.Add(container[:300], true)
	f.Add([]byte("WITANPAY"), false)
	f.Fuzz(func(t *testing.T, p []byte, sign bool) {
		if sign && len(p) > 256 {
			id, err := hex.DecodeString(payload.KeyName(openkey.Public()))
			if err != nil {
				t.Fatal(err)
			}
			copy(p[88:96], id)
			binary.LittleEndian.PutUint64(p[16:], uint64(len(p)))
			if end := 256 + 80*uint64(binary.LittleEndian.Uint32(p[12:])); end+64 <= uint64(len(p)) {
				copy(p[end:], ed25519.Sign(openkey.Private(), append([]byte("witan payload 1\x00"), p[:end]...)))
			}
		}
		opened, err := payload.Open(p, policy())
		if err != nil {
			return
		}
		unpacker, err := payload.NewUnpacker()
		if err != nil {
			t.Fatal(err)
		}
		for i := range opened.Parts {
			part := &opened.Parts[i]
			if part.End() > policy().Limit || part.Addr < policy().Floor {
				t.Fatalf("part %d leaves the memory for payloads", i)
			}
			_ = unpacker.Unpack(opened, i, make([]byte, part.Size))
		}
	})
}
