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

// TestWritableCode asks for what no page may be.
func TestWritableCode(t *testing.T) {
	inVM(t)
	const all = syscall.PROT_READ | syscall.PROT_WRITE | syscall.PROT_EXEC
	if _, err := syscall.Mmap(-1, 0, pageSize, all, syscall.MAP_ANON|syscall.MAP_PRIVATE); err != syscall.EACCES {
		t.Errorf("mmap: %v", err)
	}
	p, err := syscall.Mmap(-1, 0, pageSize, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		t.Fatal(err)
	}
	defer syscall.Munmap(p)
	if err := syscall.Mprotect(p, all); err != syscall.EACCES {
		t.Errorf("mprotect: %v", err)
	}
}

// leaf is an entry of the page tables that maps something.
type leaf struct {
	va, size, entry uintptr
}

// leaves calls visit for all that a table maps.
func leaves(table, va uintptr, level uint, visit func(leaf)) {
	for i := range uintptr(512) {
		entry := *at[uintptr](direct(table) + i*8)
		to := va | i<<(12+9*level)
		if level == 3 && i >= 256 {
			to |= 0xffff << 48
		}
		switch {
		case entry&pagePresent == 0:
		case level == 0 || entry&pageLarge != 0:
			visit(leaf{to, 1 << (12 + 9*level), entry})
		default:
			leaves(entry&frameMask, to, level-1, visit)
		}
	}
}

// TestPageTables looks at every page that is mapped: none can be both written and run, what
// can be run is code, and code of the kernel can be written nowhere else.
func TestPageTables(t *testing.T) {
	inVM(t)
	jit, err := syscall.Mmap(-1, 0, pageSize, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		t.Fatal(err)
	}
	defer syscall.Munmap(jit)
	jit[0] = 0xc3 // ret
	if err := syscall.Mprotect(jit, syscall.PROT_READ|syscall.PROT_EXEC); err != nil {
		t.Fatal(err)
	}
	constants := map[uintptr]bool{} // frames of the image that must not change
	pages, executable, user := 0, 0, 0
	leaves(tableRoot, 0, 3, func(l leaf) {
		pages++
		writable, runs := l.entry&pageWritable != 0, l.entry&pageNoExecute == 0
		if l.entry&4 != 0 {
			user++
		}
		if writable && runs {
			t.Errorf("%#x can be written and run", l.va)
		}
		if !runs && !(l.va < mmapLowest && !writable) {
			return
		}
		if runs {
			executable++
		}
		area := areas.at(l.va)
		switch {
		case area == nil:
			t.Errorf("%#x can be run, and belongs to no area", l.va)
		case runs && area.prot&protExec == 0:
			t.Errorf("%#x can be run, which its area does not allow", l.va)
		case area.backing == fixed && uint64(l.va)-bootInfo.RamdiskAddr >= bootInfo.RamdiskSize:
			constants[l.entry&frameMask] = true
		}
	})
	leaves(tableRoot, 0, 3, func(l leaf) {
		for frame := l.entry & frameMask; frame < l.entry&frameMask+l.size && l.entry&pageWritable != 0; frame += pageSize {
			if constants[frame] {
				t.Fatalf("%#x shows code or constants at %#x, and can be written", l.va, frame)
			}
		}
	})
	if pages < 1000 || executable < 100 || len(constants) < executable/2 || user != 0 {
		t.Errorf("%d pages, %d executable, %d constant, %d for ring 3", pages, executable, len(constants), user)
	}
}
