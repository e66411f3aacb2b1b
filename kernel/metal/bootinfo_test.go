package metal

import (
	"encoding/binary"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func validBootInfo() BootInfo {
	return BootInfo{
		RamdiskAddr: 0x80_0000, RamdiskSize: 1234, KernelEnd: 0x88_0000, RSDP: 0xf_5000, CommandLine: 0x6000,
		MemoryMap: 0x5000, MemoryEntries: 7, CPUs: 4, Stacks: 0x81_0000, StackSize: 0x8000, PhysicalMap: 0xffff_8000_0000_0000,
		PayloadVersion: 9, TSCRate: 2_000_000_000, TimerRate: 62_500_000,
		Framebuffer: Framebuffer{Addr: 0xfd00_0000, Size: 1 << 20, Width: 320, Height: 200, Stride: 1280, Format: BGRX},
		Flags:       BootLoads,
		Started:     1_234_567,
	}
}

func TestBootInfoWireLayout(t *testing.T) {
	b := validBootInfo()
	p := b.Encode()
	if len(p) != BootInfoSize || string(p[:8]) != "WITANBI2" {
		t.Fatalf("encoded %d bytes, magic %q", len(p), p[:8])
	}
	le := binary.LittleEndian
	for _, f := range []struct {
		name      string
		got, want uint64
	}{
		{"version", uint64(le.Uint32(p[8:])), 2},
		{"size", uint64(le.Uint32(p[12:])), 256},
		{"ramdisk address", le.Uint64(p[16:]), b.RamdiskAddr},
		{"ramdisk size", le.Uint64(p[24:]), b.RamdiskSize},
		{"kernel end", le.Uint64(p[32:]), b.KernelEnd},
		{"RSDP", le.Uint64(p[40:]), b.RSDP},
		{"command line", le.Uint64(p[48:]), b.CommandLine},
		{"memory map", le.Uint64(p[56:]), b.MemoryMap},
		{"memory entries", uint64(le.Uint32(p[64:])), uint64(b.MemoryEntries)},
		{"CPUs", uint64(le.Uint32(p[68:])), uint64(b.CPUs)},
		{"stacks", le.Uint64(p[72:]), b.Stacks},
		{"stack size", le.Uint64(p[80:]), b.StackSize},
		{"physical map", le.Uint64(p[88:]), b.PhysicalMap},
		{"payload version", le.Uint64(p[96:]), b.PayloadVersion},
		{"TSC rate", le.Uint64(p[104:]), b.TSCRate},
		{"timer rate", le.Uint64(p[112:]), b.TimerRate},
		{"framebuffer address", le.Uint64(p[120:]), b.Framebuffer.Addr},
		{"framebuffer size", le.Uint64(p[128:]), b.Framebuffer.Size},
		{"width", uint64(le.Uint32(p[136:])), uint64(b.Framebuffer.Width)},
		{"height", uint64(le.Uint32(p[140:])), uint64(b.Framebuffer.Height)},
		{"stride", uint64(le.Uint32(p[144:])), uint64(b.Framebuffer.Stride)},
		{"pixel format", uint64(le.Uint32(p[148:])), uint64(b.Framebuffer.Format)},
		{"flags", le.Uint64(p[152:]), uint64(BootLoads)},
		{"start", le.Uint64(p[160:]), b.Started},
		{"first reserved bytes", le.Uint64(p[168:]), 0},
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
		{"empty", nil, "magic"},
		{"short", page(func(*BootInfo) {})[:255], "shorter"},
		{"magic", poke(0, 'w'), "magic"},
		{"version 1, as it was", append([]byte("WITANBI1\x01\x00\x00\x00\x40\x00\x00\x00"), make([]byte, 48)...), "older"},
		{"older version", poke(8, 1), "older"},
		{"newer magic", poke(7, '3'), "newer"},
		{"newer version", poke(8, 3), "newer"},
		{"size", poke(12, 1), "size field"},
		{"first reserved byte", poke(168, 1), "reserved"},
		{"last reserved byte", poke(255, 1), "reserved"},
		{"no kernel", page(func(b *BootInfo) { b.KernelEnd = 0 }), "kernel end"},
		{"kernel in device memory", page(func(b *BootInfo) { b.KernelEnd = 3<<30 + 4096 }), "kernel end"},
		{"kernel end unaligned", page(func(b *BootInfo) { b.KernelEnd++ }), "aligned"},
		{"ramdisk unaligned", page(func(b *BootInfo) { b.RamdiskAddr++ }), "aligned"},
		{"ramdisk at zero", page(func(b *BootInfo) { b.RamdiskAddr = 0 }), "at zero"},
		{"ramdisk without size", page(func(b *BootInfo) { b.RamdiskSize = 0 }), "no size"},
		{"ramdisk too long", page(func(b *BootInfo) { b.RamdiskSize = 0x8_0001 }), "past the kernel"},
		{"ramdisk after kernel", page(func(b *BootInfo) { b.RamdiskAddr = b.KernelEnd + 4096 }), "past the kernel"},
		{"ramdisk wraps", page(func(b *BootInfo) { b.RamdiskSize = 1<<64 - 4096 }), "past the kernel"},
		{"memory map in device memory", page(func(b *BootInfo) { b.MemoryMap = 3 << 30 }), "outside"},
		{"command line in device memory", page(func(b *BootInfo) { b.CommandLine = 3 << 30 }), "outside"},
		{"physical map within a table", page(func(b *BootInfo) { b.PhysicalMap = 1 << 30 }), "multiple of 512"},
		{"physical map above the lower half", page(func(b *BootInfo) { b.PhysicalMap = 1 << 47 }), "is a virtual address"},
		{"physical map over the one at zero", page(func(b *BootInfo) { b.PhysicalMap = 1 << 48 }), "is a virtual address"},
		{"stacks unaligned", page(func(b *BootInfo) { b.Stacks++ }), "stacks are not page aligned"},
		{"stacks at zero", page(func(b *BootInfo) { b.Stacks = 0 }), "or at zero"},
		{"stacks without size", page(func(b *BootInfo) { b.StackSize = 0 }), "stacks are not"},
		{"stacks for nobody", page(func(b *BootInfo) { b.CPUs = 0 }), "senseless"},
		{"stacks for too many", page(func(b *BootInfo) { b.CPUs = 257 }), "senseless"},
		{"stacks too long", page(func(b *BootInfo) { b.StackSize = 1 << 60 }), "senseless"},
		{"stacks of a guard page", page(func(b *BootInfo) { b.StackSize = 4096 }), "senseless"},
		{"unknown flag", page(func(b *BootInfo) { b.Flags = 2 }), "flags"},
		{"stacks past the end", page(func(b *BootInfo) { b.CPUs = 15 }), "stacks reach past"},
		{"framebuffer at zero", page(func(b *BootInfo) { b.Framebuffer.Addr = 0 }), "framebuffer is at zero"},
		{"framebuffer wraps", page(func(b *BootInfo) { b.Framebuffer.Addr = 1<<64 - 4096 }), "wraps"},
		{"framebuffer of an unknown format", page(func(b *BootInfo) { b.Framebuffer.Format = 3 }), "pixel format"},
		{"framebuffer without lines", page(func(b *BootInfo) { b.Framebuffer.Height = 0 }), "without pixels"},
		{"framebuffer with overlapping lines", page(func(b *BootInfo) { b.Framebuffer.Stride-- }), "overlap"},
		{"framebuffer too small", page(func(b *BootInfo) { b.Framebuffer.Height = 1 << 31 }), "smaller"},
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
		b := BootInfo{KernelEnd: (start + ram + 4) * 4096, Stacks: (start + ram) * 4096, StackSize: 8192, CPUs: 2}
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
	f.Add([]byte("WITANBI1\x01\x00\x00\x00"))
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
