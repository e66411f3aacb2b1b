package filesystem

// maxRead is how many bytes one read returns at most. A program asks for any number up to 2^64-1, so the
// bound is ours; a larger one is not faster, as the data no longer fit the processor's caches.
const maxRead = 64 << 10

// sizeOfRead is how many bytes to read for a program that wants n.
func sizeOfRead(n uint64) int { return int(min(n, maxRead)) }

// buffer is memory that is reused, for at most maxRead bytes.
type buffer []byte

// take returns n bytes of the buffer with any content.
func (b *buffer) take(n int) []byte {
	if cap(*b) < n {
		*b = make([]byte, n)
	}
	return (*b)[:n]
}
