package metal

import (
	"os"
	"testing"
)

// TestUnderTCG has the Go runtime told of QEMU's emulation, which is what the tests on bare metal run on.
func TestUnderTCG(t *testing.T) {
	inVM(t)
	name, value := "GODEBUG", "cpu.sse42=off"
	if string(withoutCRC32) != name+"="+value {
		t.Fatalf("the variable is %s", withoutCRC32)
	}
	if got := os.Getenv(name); underTCG() != (got == value) {
		t.Errorf("under TCG: %t; %s is %q", underTCG(), name, got)
	}
}
