//go:build linux

package metal

// Randomness is the CPU's, RDSEED mixed with RDRAND, and that of a device where the
// program has fetched some. Sources are combined so that the best one counts. There is no
// weaker one behind them; where all are missing getrandom fails, and the log says why.

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

// entropy holds what devices have given, each word to be used once.
var entropy struct {
	words [512]uint64
	n     int
}

// sysAddEntropy serves add_entropy(buffer, size). The result is how many bytes it has taken.
func sysAddEntropy(t *thread) uintptr {
	const wordSize = 8
	f := &t.frame
	words := min(f.si/wordSize, uintptr(len(entropy.words)-entropy.n))
	if !accessible(f.di, words*wordSize, protRead) {
		return errno(efault)
	}
	for i := range words {
		entropy.words[entropy.n] = *at[uint64](f.di + i*wordSize)
		entropy.n++
	}
	return words * wordSize
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
	if entropy.n > 0 {
		entropy.n--
		word, sources = word^entropy.words[entropy.n], sources+1
		entropy.words[entropy.n] = 0
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
