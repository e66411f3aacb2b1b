package engine

import (
	"bytes"
	"context"
	"slices"
	"testing"
)

var nothing = func(string) Module { return nil }

// oneMemory is a core module with a memory of a page, exported as m.
func oneMemory() []byte {
	return []byte("\x00asm\x01\x00\x00\x00" + "\x05\x03\x01\x00\x01" + "\x07\x05\x01\x01m\x02\x00")
}

// windowModule is a core module with a memory as large as a window and the globals r and e for sizes.
func windowModule() []byte {
	return []byte("\x00asm\x01\x00\x00\x00" + "\x05\x08\x01\x01\xfe\xff\x03\xfe\xff\x03" +
		"\x06\x0b\x02\x7f\x01\x41\x00\x0b\x7f\x01\x41\x00\x0b" + "\x07\x0d\x03\x01m\x02\x00\x01r\x03\x00\x01e\x03\x01")
}

func share(t *testing.T, e *Engine, code *Code, near Memory) Memory {
	t.Helper()
	m, err := e.InstantiateShared(context.Background(), code, nothing, near)
	if err != nil {
		t.Fatal(err)
	}
	if !e.Shares(m.Memory()) {
		t.Fatal("a shared memory is in no window")
	}
	return m.Memory()
}

func TestWindowShowsBothMemories(t *testing.T) {
	tests := []struct {
		name           string
		together, back bool
		caller, callee uint32
	}{
		{"side by side", true, false, 0, WindowStride},
		{"the callee first", true, true, WindowStride, 0},
		{"apart", false, false, 0, WindowStride},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e := newEngine(t)
			code := compile(t, e, oneMemory())
			var near Memory
			first := share(t, e, code, nil)
			if tt.together {
				near = first
			}
			memories := []Memory{first, share(t, e, code, near)}
			if tt.back {
				slices.Reverse(memories)
			}
			w, ok := e.Window(memories[0], memories[1])
			if !ok || w.Caller != tt.caller || w.Callee != tt.callee || w.neighbours != tt.together {
				t.Fatalf("the window is %+v, %v", w, ok)
			}
			m, err := e.InstantiateWindow(context.Background(), compile(t, e, windowModule()), nothing, memories[0], memories[1],
				[2]string{"r", "e"})
			if err != nil {
				t.Fatal(err)
			}
			checkShows(t, m, "r", w.Caller, memories[0], 1)
			checkShows(t, m, "e", w.Callee, memories[1], 2)
			_ = m.Close(context.Background())
			if n := len(e.shared(memories[0]).shown) + len(e.shared(memories[1]).shown); n != 0 {
				t.Errorf("%d globals of a closed window are still written", n)
			}
		})
	}
}

// checkShows checks that a memory is in a window from at on, also when it grows, and its size in a global.
func checkShows(t *testing.T, w Module, size string, at uint32, m Memory, mark byte) {
	t.Helper()
	window := w.Memory()
	m.WriteByte(7, mark)
	if b, ok := window.ReadByte(at + 7); !ok || b != mark {
		t.Errorf("the window shows %d, %v", b, ok)
	}
	for range 2 {
		if n := w.ExportedGlobal(size).Get(); n != uint64(m.Size()) {
			t.Errorf("the window shows the size %d; it is %d", n, m.Size())
		}
		if m.Size() == 1<<16 {
			if _, ok := m.Grow(2); !ok {
				t.Fatal("the memory does not grow")
			}
		}
	}
	window.WriteByte(at+3<<16-1, mark)
	if b, _ := m.ReadByte(3<<16 - 1); b != mark {
		t.Error("what is written through the window is not in the memory")
	}
}

// A memory beside which there is no room left is no obstacle, and room is used again.
func TestMemoriesFindTheirPlace(t *testing.T) {
	e := newEngine(t)
	code := compile(t, e, oneMemory())
	start := func(near Memory) Module {
		m, err := e.InstantiateShared(context.Background(), code, nothing, near)
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	slot := func(m Module) int { return e.shared(m.Memory()).slot }
	first := start(nil)
	second, third, fourth := start(first.Memory()), start(first.Memory()), start(nil)
	if got := []int{slot(first), slot(second), slot(third), slot(fourth)}; !slices.Equal(got, []int{0, 1, 2, 4}) {
		t.Errorf("the memories are at %v", got)
	}
	if w, ok := e.Window(first.Memory(), third.Memory()); !ok || w.neighbours {
		t.Errorf("a window over another memory: %+v, %v", w, ok)
	}
	_ = first.Close(context.Background())
	if again := slot(start(second.Memory())); again != 0 {
		t.Errorf("beside the second memory is %d, not the first's place", again)
	}
	for len(e.arena.regions) < 2 {
		start(nil)
	}
	last := start(nil)
	if slot(last) < regionSlots || !last.Memory().WriteByte(0, 1) {
		t.Errorf("a memory at %d can't be used", slot(last))
	}
}

// A memory that was given back is empty for who gets it next, and memories may be as large as guests say.
func TestSharedMemoriesAreClean(t *testing.T) {
	ctx, e := context.Background(), newEngine(t)
	code, err := e.Compile(ctx, oneMemory())
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		m, err := e.InstantiateShared(ctx, code, nothing, nil)
		if err != nil {
			t.Fatal(err)
		}
		b, _ := m.Memory().Read(0, m.Memory().Size())
		if !bytes.Equal(b, make([]byte, len(b))) {
			t.Fatal("the memory holds what another has left")
		}
		for i := range b {
			b[i] = 0xee
		}
		if _, ok := m.Memory().Grow(MaxMemoryPages); ok {
			t.Error("the memory grew beyond its limit")
		}
		if err := m.Close(ctx); err != nil {
			t.Fatal(err)
		}
	}
}
