//go:build linux

package metal

// The kernel asks for a few CPU features that every x86-64 since 2012 has, but
// that emulators hide by default. A missing one is named, not stumbled over.

const (
	cr4OSXSAVE = 1 << 18

	// xstateEnabled and xstateSaved are sets of XCR0 state components. AVX-512
	// stays off: Go then does not see it, and the areas stay small.
	xstateX87     = 1 << 0
	xstateSSE     = 1 << 1
	xstateAVX     = 1 << 2
	xstateEnabled = xstateX87 | xstateSSE | xstateAVX
	xstateSaved   = xstateSSE | xstateAVX
)

// checkFeatures ends the machine when the CPU lacks what the kernel needs.
func checkFeatures() {
	const (
		leaf1XSAVE = 1 << 26 // ECX
		leaf1APIC  = 1 << 9  // EDX
		leaf7FSGS  = 1 << 0  // EBX
		leafFNX    = 1 << 20 // EDX
	)
	_, _, c1, d1 := cpuid(1, 0)
	_, b7, _, _ := cpuid(7, 0)
	_, _, _, df := cpuid(0x80000001, 0)
	switch {
	case c1&leaf1XSAVE == 0:
		fail("the CPU lacks XSAVE")
	case d1&leaf1APIC == 0:
		fail("the CPU lacks a local APIC")
	case b7&leaf7FSGS == 0:
		fail("the CPU lacks FSGSBASE")
	case df&leafFNX == 0:
		fail("the CPU lacks NX")
	}
}

// setPageAttributes makes entry 1 of the CPU's page attribute table write-combining. At
// reset it is write-through, which nothing here uses. The other entries stay as they are.
func setPageAttributes() {
	const (
		msrPageAttributes = 0x277
		entry, combining  = 8, 1
	)
	writeMSR(msrPageAttributes, readMSR(msrPageAttributes)&^(0xff<<entry)|combining<<entry)
}

// protectKernel makes the CPU itself refuse what no code here does: to write where that
// is forbidden, although in ring 0, and to run code that lies in pages for ring 3, of which
// there are none.
func protectKernel() {
	const (
		leaf7SMEP  = 1 << 7 // EBX
		cr4SMEP    = 1 << 20
		cr0Protect = 1 << 16
	)
	if readCR0()&cr0Protect == 0 {
		fail("the loader has left write protection off")
	}
	if _, b7, _, _ := cpuid(7, 0); b7&leaf7SMEP != 0 {
		writeCR4(readCR4() | cr4SMEP)
	}
}

// enableVectors turns on SSE and, where there is one, AVX.
func enableVectors() {
	writeCR4(readCR4() | cr4OSXSAVE)
	supported, _, _, _ := cpuid(0xd, 0)
	setXCR0(uint64(supported) & xstateEnabled)
	if _, size, _, _ := cpuid(0xd, 0); size > vectorAreaSize {
		fail("the CPU's vector state does not fit its area")
	}
}
