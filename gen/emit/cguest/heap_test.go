package cguest_test

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/witan-os/witan/runtime/value"
	"github.com/witan-os/witan/runtime/vm"
)

// heap is a guest that lets a test work with its memory.
type heap struct {
	t    testing.TB
	wasm []byte // to make another of
	inst *vm.Instance
}

func newHeap(t testing.TB, more ...string) *heap {
	t.Helper()
	tree := tree(t, "testdata/heap.wit")
	h := &heap{t: t, wasm: build(t, tree, tree.Root.Worlds[0], append(more, "testdata/guest/heap.c")...)}
	h.inst = run(t, h.wasm)
	return h
}

func (h *heap) call(name string, args ...value.Value) (value.Value, error) {
	return h.inst.Call(context.Background(), "", name, args...)
}

// number calls a function that returns a number.
func (h *heap) number(name string, args ...value.Value) uint32 {
	h.t.Helper()
	v, err := h.call(name, args...)
	if err != nil {
		h.t.Fatalf("%s: %v", name, err)
	}
	n, _ := v.(uint32)
	return n
}

// block is memory that is allocated.
type block struct {
	at, size uint32
	with     uint8 // what it is filled with
}

// TestHeap allocates, moves and frees blocks of random sizes in a random order. They keep what is in them, and lie
// beside each other.
func TestHeap(t *testing.T) {
	h := newHeap(t)
	rapid.Check(t, func(r *rapid.T) {
		var live []block
		next := uint8(0)
		fill := func(b block) block {
			if b.at%8 != 0 {
				r.Fatalf("%d bytes are at %#x", b.size, b.at)
			}
			next++
			b.with = next
			h.number("fill", b.at, b.size, b.with)
			return b
		}
		expect := func(b block) {
			if ok, err := h.call("is-filled", b.at, b.size, b.with); err != nil || ok != true {
				r.Fatalf("%d bytes at %#x have changed, %v", b.size, b.at, err)
			}
		}
		free := func(i int) {
			b := live[i]
			expect(b)
			h.number("release", b.at)
			live = append(live[:i], live[i+1:]...)
		}
		sizes := rapid.OneOf(rapid.Uint32Range(0, 40), rapid.Uint32Range(0, 5000), rapid.Uint32Range(0, 200_000))
		for range rapid.IntRange(1, 60).Draw(r, "steps") {
			switch what := rapid.IntRange(0, 4).Draw(r, "what"); {
			case what == 0 && len(live) > 0:
				free(rapid.IntRange(0, len(live)-1).Draw(r, "which"))
			case what == 1 && len(live) > 0:
				i := rapid.IntRange(0, len(live)-1).Draw(r, "which")
				b, size := live[i], max(sizes.Draw(r, "size"), 1)
				if b.size == 0 {
					continue // nothing is not to be moved
				}
				at := h.number("move", b.at, b.size, uint32(8), size)
				expect(block{at, min(size, b.size), b.with})
				live[i] = fill(block{at: at, size: size})
			default:
				size := sizes.Draw(r, "size")
				live = append(live, fill(block{at: h.number("allocate", size), size: size}))
			}
		}
		if n := h.number("blocks"); n != uint32(len(live)) {
			r.Errorf("%d blocks are allocated, and %d counted", len(live), n)
		}
		for len(live) > 0 {
			free(len(live) - 1)
		}
	})
	if n := h.number("blocks"); n != 0 {
		t.Errorf("%d blocks are left", n)
	}
}

// TestHeapStays does the same again and again, which must not take more memory each time.
func TestHeapStays(t *testing.T) {
	h := newHeap(t)
	round := func() {
		var live []uint32
		for i := range uint32(200) {
			live = append(live, h.number("allocate", 10+i*i))
		}
		for i := range live { // every other one first, so that free blocks have neighbors which are not
			h.number("release", live[(2*i+i/100)%200])
		}
	}
	round()
	round()
	pages := h.number("pages")
	for range 20 {
		round()
	}
	if now := h.number("pages"); now != pages {
		t.Errorf("the memory has grown from %d to %d pages", pages, now)
	}
	// All that was freed is one block again.
	if at := h.number("allocate", (pages-2)*65536); at == 0 || h.number("pages") != pages {
		t.Errorf("a block of nearly all memory is at %#x, with %d pages in place of %d", at, h.number("pages"), pages)
	}
}

// TestHeapEnds asks for more than there can be.
func TestHeapEnds(t *testing.T) {
	h := newHeap(t)
	for _, size := range []uint32{0x7fff0001, 0xfffffff0, 0xffffffff} {
		if at := h.number("allocate", size); at != 0 {
			t.Errorf("%d bytes are at %#x", size, at)
		}
	}
	if at := h.number("move", uint32(0), uint32(0), uint32(4), uint32(0)); at != 4 {
		t.Errorf("nothing is at %d, want 4: any aligned address that is not null", at)
	}
}

// TestOwnHeap has a program bring a heap of its own. Everybody then uses that: the program, the generated code and the
// host.
func TestOwnHeap(t *testing.T) {
	h := newHeap(t, "testdata/guest/own-heap.c")
	pool := h.number("allocate", uint32(8))
	if at := h.number("find", "eight by"); at != pool+8 {
		t.Errorf("the host has put a text at %#x, want %#x", at, pool+8)
	}
	if at := h.number("allocate", uint32(1)); at != pool+16 {
		t.Errorf("the program has %#x, want %#x", at, pool+16)
	}
	// The generated heap traps when a literal is freed.
	if text, err := h.call("lie", value.Enum("literal")); err != nil || text != "a literal" {
		t.Errorf("got %v, %v", text, err)
	}
}

// TestHostile has a guest do what it must not do. That ends it, and nothing else.
func TestHostile(t *testing.T) {
	h := newHeap(t)
	const unreachable = "unreachable"
	for _, c := range []struct {
		name string
		call func(*heap) (value.Value, error)
		want string
	}{
		{"free twice", func(h *heap) (value.Value, error) {
			at := h.number("allocate", uint32(16))
			h.number("release", at)
			return h.call("release", at)
		}, unreachable},
		{"free inside of a block", func(h *heap) (value.Value, error) {
			at := h.number("allocate", uint32(64))
			h.number("fill", at, uint32(64), uint8(0))
			return h.call("release", at+16)
		}, unreachable},
		{"free static data", func(h *heap) (value.Value, error) { return h.call("release", uint32(1024)) }, unreachable},
		{"move to more than there is", func(h *heap) (value.Value, error) {
			return h.call("move", uint32(0), uint32(0), uint32(1), uint32(0x7fffffff))
		}, unreachable},
		{"strange alignment", func(h *heap) (value.Value, error) {
			return h.call("move", uint32(0), uint32(0), uint32(16), uint32(4))
		}, unreachable},
		{"return a literal", func(h *heap) (value.Value, error) { return h.call("lie", value.Enum("literal")) }, unreachable},
		{"string beyond the end", func(h *heap) (value.Value, error) { return h.call("lie", value.Enum("beyond-the-end")) }, "outside of the memory"},
		{"string of 4 GiB", func(h *heap) (value.Value, error) { return h.call("lie", value.Enum("overlong")) }, "string"},
		{"string that is no text", func(h *heap) (value.Value, error) { return h.call("lie", value.Enum("not-text")) }, "UTF-8"},
		{"case that is none", func(h *heap) (value.Value, error) { return h.call("pick", uint8(2)) }, "no case 2"},
		{"surrogate", func(h *heap) (value.Value, error) { return h.call("scalar", uint32(0xd800)) }, "scalar value"},
		{"list that is not aligned", func(h *heap) (value.Value, error) { return h.call("pointers", uint32(2), uint32(1)) }, "multiple"},
		{"list beyond the end", func(h *heap) (value.Value, error) { return h.call("pointers", uint32(0), uint32(1<<30)) }, "list"},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := &heap{t, h.wasm, run(t, h.wasm)}
			v, err := c.call(h)
			if trap := (*vm.Trap)(nil); !errors.As(err, &trap) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, %v, want a trap with %q", v, err, c.want)
			}
		})
	}
}

// TestMissingExport links a program that lacks a function of its world: the linker says which.
func TestMissingExport(t *testing.T) {
	tree, dir := tree(t, "testdata/scalars.wit"), t.TempDir()
	sources := writeFiles(t, dir, generate(t, tree, tree.Root.Worlds[0]))
	out, err := clang(t, append(sources, "-Wl,--no-entry", "-o", filepath.Join(dir, "out.wasm"))...)
	const want = "undefined symbol: exports_test_scalars_numbers_all"
	if err == nil || !strings.Contains(out, want) {
		t.Errorf("got %v: %s\nwant %s", err, out, want)
	}
}
