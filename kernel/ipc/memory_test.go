package ipc

import (
	"bytes"
	"errors"
	"math"
	"sync"
	"testing"

	"github.com/witan-os/witan/kernel/capability"
)

func region(t *testing.T, size uint64) *capability.Ref {
	t.Helper()
	m, err := NewMemory(size, nil)
	if err != nil {
		t.Fatal(err)
	}
	return capability.New(m, capability.Memory.Rights(), 0)
}

func TestMemory(t *testing.T) {
	ref := region(t, 8)
	for _, test := range []struct {
		offset uint64
		length int
		ok     bool
	}{
		{0, 8, true},
		{8, 0, true},
		{7, 1, true},
		{0, 0, true},
		{0, 9, false},
		{8, 1, false},
		{9, 0, false},
		{math.MaxUint64, 0, false},
		{math.MaxUint64, 1, false},
		{math.MaxUint64 - 3, 8, false},
		{1 << 63, 8, false},
	} {
		in, out := bytes.Repeat([]byte{0xa5}, test.length), make([]byte, test.length)
		for name, err := range map[string]error{
			"writing": WriteMemory(ref, test.offset, in),
			"reading": ReadMemory(ref, test.offset, out),
		} {
			var out *RangeError
			if test.ok != (err == nil) || err != nil && !errors.As(err, &out) {
				t.Errorf("%s %d bytes at %#x: %v", name, test.length, test.offset, err)
			}
		}
	}
	if err := WriteMemory(ref, 2, []byte("abc")); err != nil {
		t.Fatal(err)
	}
	got := make([]byte, 4)
	if err := ReadMemory(ref, 2, got); err != nil || string(got) != "abc\xa5" {
		t.Errorf("got %q, %v", got, err)
	}
	if size, err := MemorySize(ref); err != nil || size != 8 {
		t.Errorf("the size is %d, %v", size, err)
	}
	if err := ReadMemory(ref, 6, got); err == nil || err.Error() != "4 bytes at 0x6 are not within 8 bytes" {
		t.Errorf("got %v", err)
	}
}

func TestMemoryBounds(t *testing.T) {
	for _, size := range []uint64{MaxMemory + 1, math.MaxInt64, math.MaxUint64} {
		var out *RangeError
		if _, err := NewMemory(size, nil); !errors.As(err, &out) {
			t.Errorf("a region of %d bytes: %v", size, err)
		}
	}
	empty := region(t, 0)
	if err := WriteMemory(empty, 0, nil); err != nil {
		t.Error(err)
	}
}

func TestMemoryRights(t *testing.T) {
	ref := region(t, 8)
	buf := make([]byte, 1)
	for _, test := range []struct {
		rights      capability.Rights
		read, write error
	}{
		{capability.Read, nil, &capability.Denied{Needs: capability.Write, Has: capability.Read}},
		{capability.Write, &capability.Denied{Needs: capability.Read, Has: capability.Write}, nil},
	} {
		r, err := ref.Derive(test.rights, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct{ err, want error }{{ReadMemory(r, 0, buf), test.read}, {WriteMemory(r, 0, buf), test.write}} {
			if (c.err == nil) != (c.want == nil) || c.err != nil && c.err.Error() != c.want.Error() {
				t.Errorf("%v: got %v, want %v", test.rights, c.err, c.want)
			}
		}
	}
	var kind *capability.WrongKind
	other := capability.New(NewEndpoint(Limits{}), capability.Send, 0)
	if err := ReadMemory(other, 0, buf); !errors.As(err, &kind) {
		t.Errorf("reading an endpoint: %v", err)
	}
	ref.Drop()
	if _, err := MemorySize(ref); !errors.Is(err, capability.ErrRevoked) {
		t.Errorf("after the end: %v", err)
	}
}

// TestMemoryWhole has readers look for writes that are not whole, and then takes the references of the writers away: once
// that is done nothing is written any more.
func TestMemoryWhole(t *testing.T) {
	closed := 0
	m, err := NewMemory(4096, func() { closed++ })
	if err != nil {
		t.Fatal(err)
	}
	ref := capability.New(m, capability.Memory.Rights(), 0)
	var readers, writers sync.WaitGroup
	for id := range byte(2) {
		via, err := ref.Derive(capability.Write, 0)
		if err != nil {
			t.Fatal(err)
		}
		writers.Go(func() {
			for value := id; WriteMemory(via, 0, bytes.Repeat([]byte{value}, 4096)) == nil; value += 2 {
			}
		})
		readers.Go(func() {
			got := make([]byte, 4096)
			for range 500 {
				if err := ReadMemory(ref, 0, got); err != nil || bytes.Count(got, got[:1]) != len(got) {
					t.Errorf("a part of a write was read, or %v", err)
					return
				}
			}
		})
	}
	readers.Wait()
	ref.Revoke()
	before, after := make([]byte, 4096), make([]byte, 4096)
	for _, p := range [][]byte{before, after} {
		if err := ReadMemory(ref, 0, p); err != nil {
			t.Error(err)
		}
		writers.Wait()
	}
	if !bytes.Equal(before, after) {
		t.Error("something was written through what was revoked")
	}
	ref.Drop()
	if m.bytes != nil || closed != 1 {
		t.Errorf("the memory is still there: %t; it was closed %d times", m.bytes != nil, closed)
	}
}
