package metal

import (
	"runtime/debug"
	"syscall"
	"testing"
	"unsafe"
)

// inVM skips a test that needs the machine.
func inVM(t *testing.T) {
	t.Helper()
	if !active {
		t.Skip("needs a machine, see package metaltest")
	}
}

// TestHighMemory needs a machine with memory above 4 GiB, which package endtest gives it.
func TestHighMemory(t *testing.T) {
	inVM(t)
	if frames.memory.top() <= 4<<30 {
		t.Skip("the machine has no memory above 4 GiB")
	}
	// What the kernel's own image has left comes first, and is low.
	p := make([]byte, 96<<20)
	high := 0
	for i := 0; i < len(p); i += pageSize {
		p[i] = byte(i >> 12)
	}
	for i := 0; i < len(p); i += pageSize {
		entry, _ := findEntry(uintptr(unsafe.Pointer(&p[i])))
		frame := *entry & frameMask
		if frame >= 4<<30 {
			high++
		}
		if got := *at[byte](direct(frame)); got != byte(i>>12) {
			t.Fatalf("page %d at %#x begins with %d", i/pageSize, frame, got)
		}
	}
	if high < len(p)/pageSize/2 {
		t.Errorf("of %d pages %d lie above 4 GiB", len(p)/pageSize, high)
	}
	m, err := allocateDMA(pageSize)
	if err != nil {
		t.Fatal(err)
	}
	defer m.release()
	if m.address >= 4<<30 {
		t.Errorf("memory for transfers lies at %#x", m.address)
	}
}

// TestMemoryLimit checks that the collector knows what the machine has.
func TestMemoryLimit(t *testing.T) {
	inVM(t)
	limit := uint64(debug.SetMemoryLimit(-1))
	if limit < MemoryTotal()/2 || limit > MemoryTotal()*3/4 {
		t.Errorf("Go's limit is %d bytes, of %d", limit, MemoryTotal())
	}
}

// TestPromises asks for more memory than there is.
func TestPromises(t *testing.T) {
	inVM(t)
	for _, test := range []struct {
		size  uintptr
		prot  int
		error error
	}{
		{uintptr(MemoryTotal()) + 128<<20, syscall.PROT_READ | syscall.PROT_WRITE, syscall.ENOMEM},
		{1 << 40, syscall.PROT_READ | syscall.PROT_WRITE, syscall.ENOMEM},
		{1 << 38, syscall.PROT_NONE, nil},
		{32 << 20, syscall.PROT_READ | syscall.PROT_WRITE, nil},
	} {
		p, _, e := syscall.Syscall6(syscall.SYS_MMAP, 0, test.size, uintptr(test.prot), syscall.MAP_ANON|syscall.MAP_PRIVATE, ^uintptr(0), 0)
		if err := errorOf(e); err != test.error {
			t.Errorf("%d bytes: %v, want %v", test.size, err, test.error)
		}
		if e == 0 {
			if _, _, e := syscall.Syscall(syscall.SYS_MUNMAP, p, test.size, 0); e != 0 {
				t.Error(e)
			}
		}
	}
}

func errorOf(e syscall.Errno) error {
	if e == 0 {
		return nil
	}
	return e
}
