package instance

// maxScratch bounds the buffer that a Boundary keeps between calls.
const maxScratch = 1 << 20

// Scratch returns an empty buffer for an implementation to append a byte result to. It lives until the
// next call of the same function.
func (b *Boundary) Scratch() []byte { return b.scratch[:0] }

// FitScratch makes the buffer large enough for results of n bytes, so that the next one is appended
// without allocating. The result itself is not kept: it may be memory of the implementation's own.
func (b *Boundary) FitScratch(n int) {
	if n > cap(b.scratch) && n <= maxScratch {
		b.scratch = make([]byte, 0, n)
	}
}
