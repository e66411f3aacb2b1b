package metal

import (
	"crypto/rand"
	"syscall"
	"testing"
	"unsafe"
)

// TestAddEntropy gives the kernel random bytes, and takes them.
func TestAddEntropy(t *testing.T) {
	inVM(t)
	given := make([]byte, 8*len(entropy.words)+100)
	if _, err := rand.Read(given); err != nil {
		t.Fatal(err)
	}
	if n := AddEntropy(nil); n != 0 {
		t.Errorf("%d bytes of nothing", n)
	}
	if n := AddEntropy(given[:7]); n != 0 {
		t.Errorf("%d bytes of less than a word", n)
	}
	if n := AddEntropy(given); n > len(given)-100 || n < len(given)/2 {
		t.Errorf("%d bytes of %d were taken", n, len(given))
	}
	if n := AddEntropy(given); n != 0 && entropy.n > len(entropy.words)/2 {
		t.Errorf("%d bytes more were taken", n)
	}
	const sysGetrandomNumber = 318
	before := entropy.n
	var word [8]byte
	if _, _, e := syscall.RawSyscall(sysGetrandomNumber, uintptr(unsafe.Pointer(&word)), 8, 0); e != 0 {
		t.Fatal(e)
	}
	if entropy.n >= before {
		t.Errorf("of %d words none was used", before)
	}
	if _, _, e := syscall.RawSyscall(callAddEntropy, 8, 64, 0); e != syscall.EFAULT && entropy.n < len(entropy.words) {
		t.Errorf("bytes at address 8: %v", e)
	}
}
