//go:build linux

package metal

// Randomness is the CPU's: RDSEED mixed with RDRAND. There is no weaker source
// behind it; a CPU with neither makes getrandom fail and the log say why.

// hardwareSources says which instructions the CPU has.
var hardwareSources struct{ random, seed bool }

// startRandom looks for the instructions.
func startRandom() {
	_, _, c1, _ := cpuid(1, 0)
	_, b7, _, _ := cpuid(7, 0)
	hardwareSources.random = c1>>30&1 != 0
	hardwareSources.seed = b7>>18&1 != 0
	if !hardwareSources.random && !hardwareSources.seed {
		logText("metal: the CPU has neither RDRAND nor RDSEED: no random numbers\n")
	}
}

// randomWord returns 64 random bits.
func randomWord() (uint64, bool) {
	const tries = 100
	word, sources := uint64(0), 0
	for n := 0; n < tries && hardwareSources.random; n++ {
		if v, ok := hardwareRandom(); ok {
			word, sources = v, sources+1
			break
		}
	}
	for n := 0; n < tries && hardwareSources.seed; n++ {
		if v, ok := hardwareSeed(); ok {
			word, sources = word^v, sources+1
			break
		}
	}
	return word, sources > 0
}

// sysGetrandom serves getrandom(buffer, size, flags).
func sysGetrandom(t *thread) uintptr {
	f := &t.frame
	const most = 4096 // at a time; the caller asks again
	size := min(f.si, most)
	if !accessible(f.di, size, protWrite) {
		return errno(efault)
	}
	out := bytesAt(f.di, size)
	for i := 0; i < len(out); i += 8 {
		word, ok := randomWord()
		if !ok {
			return errno(enosys)
		}
		bytes := littleEndian(uintptr(word))
		copy(out[i:], bytes[:])
	}
	return size
}
