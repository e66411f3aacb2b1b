//go:build linux

package metal

// underTCG reports whether the machine is emulated by QEMU, instruction by instruction.
func underTCG() bool {
	const (
		leaf1Hypervisor = 1 << 31 // ECX
		leafSignature   = 0x4000_0000
		// "TCGTCGTCGTCG"
		signature1 = 'T' | 'C'<<8 | 'G'<<16 | 'T'<<24
		signature2 = 'C' | 'G'<<8 | 'T'<<16 | 'C'<<24
		signature3 = 'G' | 'T'<<8 | 'C'<<16 | 'G'<<24
	)
	if _, _, c1, _ := cpuid(1, 0); c1&leaf1Hypervisor == 0 {
		return false
	}
	_, b, c, d := cpuid(leafSignature, 0)
	return b == signature1 && c == signature2 && d == signature3
}

// withoutCRC32 has Go's library do without the CRC32 instruction. QEMU emulates that bit
// by bit, and the library makes tables with it when a program starts, in 10 ms, which
// take half a millisecond without it.
var withoutCRC32 = []byte("GODEBUG=cpu.sse42=off")
