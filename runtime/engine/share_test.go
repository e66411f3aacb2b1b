package engine

import (
	"bytes"
	"context"
	"runtime"
	"testing"
)

var nothing = func(string) Module { return nil }

// oneMemory is a core module with a memory of a page, exported as m.
func oneMemory() []byte {
	return []byte("\x00asm\x01\x00\x00\x00" + "\x05\x03\x01\x00\x01" + "\x07\x05\x01\x01m\x02\x00")
}

// windowModule is a core module with a memory as large as a window.
func windowModule() []byte {
	return []byte("\x00asm\x01\x00\x00\x00" + "\x05\x08\x01\x01\xfe\xff\x03\xfe\xff\x03" + "\x07\x05\x01\x01m\x02\x00")
}

func startEngine(t *testing.T) *Engine {
	t.Helper()
	e, err := New(context.Background(), Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.Close(context.Background()) })
	return e
}

func TestWindowShowsBothMemories(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("there are windows on linux only")
	}
	ctx, e := context.Background(), startEngine(t)
	code, err := e.Compile(ctx, oneMemory())
	if err != nil {
		t.Fatal(err)
	}
	var memories [2]Memory
	for i := range memories {
		m, err := e.InstantiateShared(ctx, code, nothing)
		if err != nil {
			t.Fatal(err)
		}
		memories[i] = m.Memory()
		if !e.CanWindow(memories[i]) {
			t.Fatal("a shared memory is in no window")
		}
		memories[i].WriteByte(7, byte(10+i))
	}
	window, err := e.Compile(ctx, windowModule())
	if err != nil {
		t.Fatal(err)
	}
	w, err := e.InstantiateWindow(ctx, window, nothing, memories[0], memories[1])
	if err != nil {
		t.Fatal(err)
	}
	view := w.Memory()
	for i := range memories {
		at := uint32(i * WindowStride)
		if b, ok := view.ReadByte(at + 7); !ok || b != byte(10+i) {
			t.Errorf("memory %d shows %d, %v", i, b, ok)
		}
		for _, size := range []uint32{1 << 16, 3 << 16} {
			if n, ok := view.ReadUint32Le(at + WindowSize); !ok || n != size {
				t.Errorf("the size of memory %d is shown as %d, %v; it is %d", i, n, ok, size)
			}
			if memories[i].Size() == 1<<16 {
				if _, ok := memories[i].Grow(2); !ok {
					t.Fatal("the memory does not grow")
				}
			}
		}
		view.WriteByte(at+3<<16-1, 0x55)
		if b, _ := memories[i].ReadByte(3<<16 - 1); b != 0x55 {
			t.Errorf("what is written through the window is not in memory %d", i)
		}
	}
}

// A memory that was given back is empty for who gets it next, and memories may be as large as guests say.
func TestSharedMemoriesAreClean(t *testing.T) {
	ctx, e := context.Background(), startEngine(t)
	code, err := e.Compile(ctx, oneMemory())
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		m, err := e.InstantiateShared(ctx, code, nothing)
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
