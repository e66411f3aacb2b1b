package metal

import (
	"encoding/binary"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func validBootInfo() BootInfo {
	return BootInfo{RamdiskAddr: 0x80_0000, RamdiskSize: 1234, KernelEnd: 0x80_1000}
}

func TestBootInfoWireLayout(t *testing.T) {
	b := validBootInfo()
	p := b.Encode()
	if len(p) != BootInfoSize || string(p[:8]) != "WITANBI1" {
		t.Fatalf("encoded %d bytes, magic %q", len(p), p[:8])
	}
	le := binary.LittleEndian
	for _, f := range []struct {
		name      string
		got, want uint64
	}{
		{"version", uint64(le.Uint32(p[8:])), 1},
		{"size", uint64(le.Uint32(p[12:])), 64},
		{"ramdisk address", le.Uint64(p[16:]), b.RamdiskAddr},
		{"ramdisk size", le.Uint64(p[24:]), b.RamdiskSize},
		{"kernel end", le.Uint64(p[32:]), b.KernelEnd},
	} {
		if f.got != f.want {
			t.Errorf("%s is %#x, want %#x", f.name, f.got, f.want)
		}
	}
}

func TestDecodeBootInfoRejects(t *testing.T) {
	page := func(edit func(*BootInfo)) []byte {
		b := validBootInfo()
		edit(&b)
		return b.Encode()
	}
	poke := func(at int, v byte) []byte {
		p := page(func(*BootInfo) {})
		p[at] = v
		return p
	}
	for _, c := range []struct {
		name string
		page []byte
		want string
	}{
		{"empty", nil, "shorter"},
		{"short", page(func(*BootInfo) {})[:63], "shorter"},
		{"magic", poke(7, '2'), "magic"},
		{"version", poke(8, 2), "version"},
		{"size", poke(12, 65), "size field"},
		{"reserved", poke(63, 1), "reserved"},
		{"no kernel", page(func(b *BootInfo) { b.KernelEnd = 0 }), "kernel end"},
		{"kernel in device memory", page(func(b *BootInfo) { b.KernelEnd = 3<<30 + 4096 }), "kernel end"},
		{"kernel end unaligned", page(func(b *BootInfo) { b.KernelEnd++ }), "aligned"},
		{"ramdisk unaligned", page(func(b *BootInfo) { b.RamdiskAddr++ }), "aligned"},
		{"ramdisk at zero", page(func(b *BootInfo) { b.RamdiskAddr = 0 }), "at zero"},
		{"ramdisk without size", page(func(b *BootInfo) { b.RamdiskSize = 0 }), "no size"},
		{"ramdisk too long", page(func(b *BootInfo) { b.RamdiskSize = 4097 }), "past the kernel"},
		{"ramdisk after kernel", page(func(b *BootInfo) { b.RamdiskAddr = b.KernelEnd + 4096 }), "past the kernel"},
		{"ramdisk wraps", page(func(b *BootInfo) { b.RamdiskSize = 1<<64 - 4096 }), "past the kernel"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := DecodeBootInfo(c.page)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("error %v, want one about %q", err, c.want)
			}
		})
	}
}

func TestBootInfoRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ram := rapid.Uint64Range(0, 1000).Draw(t, "ramdisk pages")
		start := rapid.Uint64Range(1, 1000).Draw(t, "first page")
		b := BootInfo{KernelEnd: (start + ram) * 4096}
		if ram > 0 {
			b.RamdiskAddr = start * 4096
			b.RamdiskSize = ram*4096 - rapid.Uint64Range(0, 4095).Draw(t, "slack")
		}
		got, err := DecodeBootInfo(append(b.Encode(), "rest of the page"...))
		if err != nil || got != b {
			t.Fatalf("decoded %+v, %v; want %+v", got, err, b)
		}
	})
}

func TestDecodeBootInfoDoesNotAllocate(t *testing.T) {
	b := validBootInfo()
	good, bad := b.Encode(), []byte("too short")
	if n := testing.AllocsPerRun(100, func() {
		_, _ = DecodeBootInfo(good)
		_, _ = DecodeBootInfo(bad)
	}); n != 0 {
		t.Fatalf("%v allocations, want none", n)
	}
}

func FuzzDecodeBootInfo(f *testing.F) {
	b := validBootInfo()
	f.Add(b.Encode())
	f.Add([]byte("WITANBI1"))
	f.Fuzz(func(t *testing.T, p []byte) {
		b, err := DecodeBootInfo(p)
		if err != nil {
			return
		}
		if string(b.Encode()) != string(p[:BootInfoSize]) {
			t.Fatal("an accepted page does not encode back to itself")
		}
	})
}
