//go:build wasip1

package adapter

// This file goes through iovecs, the lists of buffers in the guest's memory that are read into or written from. There is
// one such list in a call, so that the place that was reached is in variables.

const sizeOfIovec = 8

var (
	vectorNext guest  // the next iovec
	vectorLeft uint32 // how many there are from that on
	bufferAt   guest  // what is left of the current buffer
	bufferLeft uint32
)

// openVector begins with a list and returns how many bytes its buffers have. The error is that they are more than a
// call can count.
func openVector(iovecs guest, count uint32) (total uint64, e errno) {
	const maxTotal = 1<<32 - 1
	if uint64(count)*sizeOfIovec > maxTotal {
		return 0, errnoInval
	}
	checkRange(iovecs, count*sizeOfIovec)
	for i := range count {
		total += uint64(guestLoad32(iovecs + guest(i)*sizeOfIovec + 4))
		if total > maxTotal {
			return 0, errnoInval
		}
	}
	vectorNext, vectorLeft = iovecs, count
	bufferLeft = 0
	return total, errnoSuccess
}

// nextPart is the next range of at most size bytes, which is not empty. There must be such.
func nextPart(size uint32) (at guest, n uint32) {
	for bufferLeft == 0 {
		if vectorLeft == 0 {
			unreachable()
		}
		iovec := guestLoad64(vectorNext)
		bufferAt, bufferLeft = guest(uint32(iovec)), uint32(iovec>>32)
		vectorNext += sizeOfIovec
		vectorLeft--
	}
	at, n = bufferAt, min(bufferLeft, size)
	bufferAt += guest(n)
	bufferLeft -= n
	return at, n
}

// gather takes the next bytes of the buffers.
func gather(to address, size uint32) {
	for size > 0 {
		at, n := nextPart(size)
		fetch(to, at, n)
		to += address(n)
		size -= n
	}
}

// scatter fills the next bytes of the buffers.
func scatter(from address, size uint32) {
	for size > 0 {
		at, n := nextPart(size)
		deliver(at, from, n)
		from += address(n)
		size -= n
	}
}
