//go:build wasip1

package adapter

// This file reads and writes streams, whatever is behind them.

//go:wasmimport wasi:io/streams@0.2.12 [method]input-stream.read
func inputRead(stream uint32, size uint64, result address)

//go:wasmimport wasi:io/streams@0.2.12 [method]input-stream.blocking-read
func inputBlockingRead(stream uint32, size uint64, result address)

//go:wasmimport wasi:io/streams@0.2.12 [method]output-stream.check-write
func outputCheckWrite(stream uint32, result address)

//go:wasmimport wasi:io/streams@0.2.12 [method]output-stream.write
func outputWrite(stream uint32, bytes address, size uint32, result address)

//go:wasmimport wasi:io/streams@0.2.12 [method]output-stream.flush
func outputFlush(stream uint32, result address)

//go:wasmimport wasi:io/streams@0.2.12 [method]output-stream.blocking-flush
func outputBlockingFlush(stream uint32, result address)

//go:wasmimport wasi:io/streams@0.2.12 [method]output-stream.blocking-write-and-flush
func outputBlockingWriteAndFlush(stream uint32, bytes address, size uint32, result address)

//go:wasmimport wasi:io/streams@0.2.12 [resource-drop]input-stream
func dropInputStream(stream uint32)

//go:wasmimport wasi:io/streams@0.2.12 [resource-drop]output-stream
func dropOutputStream(stream uint32)

//go:wasmimport wasi:io/error@0.2.12 [resource-drop]error
func dropError(err uint32)

// maxBlockingWrite is how many bytes blocking-write-and-flush takes.
const maxBlockingWrite = 4096

// failure is the error with which a stream's function failed last, if that returned errnoFailed. Whoever gets that
// drops it.
var failure uint32

// streamErrnoAt is the outcome of a stream's function, with the offset of its error.
func streamErrnoAt(err address) errno {
	if load8(resultAt) == 0 {
		return errnoSuccess
	}
	if load8(resultAt+err) == streamErrorClosed {
		return errnoPipe
	}
	failure = load32(resultAt + err + streamErrorFailure)
	return errnoFailed
}

// standardErrno turns a failure of a standard stream into an error that a program can be told.
func standardErrno(e errno) errno {
	if e != errnoFailed {
		return e
	}
	dropError(failure)
	return errnoIO
}

// readStream fills buffers of the vector with what there is; none at the stream's end.
func readStream(stream uint32, total uint64, wait bool) (n uint32, e errno) {
	size := min(total, chunk)
	for size > 0 {
		if wait {
			inputBlockingRead(stream, size, resultAt)
		} else {
			inputRead(stream, size, resultAt)
		}
		switch e := streamErrnoAt(inputReadError); e {
		case errnoSuccess:
		case errnoPipe:
			return 0, errnoSuccess
		default:
			return 0, e
		}
		n := min(load32(resultAt+inputReadBytes+4), uint32(size))
		if n > 0 {
			scatter(address(load32(resultAt+inputReadBytes)), n)
			return n, errnoSuccess
		}
		if !wait {
			return 0, errnoAgain
		}
	}
	return 0, errnoSuccess
}

// writeStream writes the vector's bytes, all of them if it may wait. What was written is with the host when it
// returns, so that the order of what goes to different streams is that of the calls.
func writeStream(stream uint32, total uint64, wait bool) (n uint32, e errno) {
	if !wait {
		return writeSome(stream, total)
	}
	buffer := allocate(1, uint32(min(total, chunk)))
	for total > 0 {
		size := uint32(min(total, chunk))
		gather(buffer, size)
		if e := writeAll(stream, buffer, size); e != errnoSuccess {
			return n, unless(n, e)
		}
		n += size
		total -= uint64(size)
	}
	return n, errnoSuccess
}

// unless is success if something was transferred before the error; the next call will meet that again.
func unless(transferred uint32, e errno) errno {
	if transferred == 0 {
		return e
	}
	if e == errnoFailed {
		dropError(failure)
	}
	return errnoSuccess
}

func writeAll(stream uint32, from address, size uint32) errno {
	if size <= maxBlockingWrite {
		outputBlockingWriteAndFlush(stream, from, size, resultAt)
		return streamErrnoAt(outputWriteError)
	}
	for size > 0 {
		permit, e := permitOf(stream, uint64(size))
		if e != errnoSuccess {
			return e
		}
		if permit == 0 {
			outputBlockingFlush(stream, resultAt) // waits until there is room
			if e := streamErrnoAt(outputWriteError); e != errnoSuccess {
				return e
			}
			continue
		}
		outputWrite(stream, from, permit, resultAt)
		if e := streamErrnoAt(outputWriteError); e != errnoSuccess {
			return e
		}
		from += address(permit)
		size -= permit
	}
	outputBlockingFlush(stream, resultAt)
	return streamErrnoAt(outputWriteError)
}

// writeSome writes what the stream takes without waiting.
func writeSome(stream uint32, total uint64) (n uint32, e errno) {
	if total == 0 {
		return 0, errnoSuccess
	}
	n, e = permitOf(stream, min(total, chunk))
	if e != errnoSuccess {
		return 0, e
	}
	if n == 0 {
		return 0, errnoAgain
	}
	buffer := allocate(1, n)
	gather(buffer, n)
	outputWrite(stream, buffer, n, resultAt)
	if e := streamErrnoAt(outputWriteError); e != errnoSuccess {
		return 0, e
	}
	outputFlush(stream, resultAt)
	return n, streamErrnoAt(outputWriteError)
}

// permitOf is how many bytes the stream takes now, up to the wanted.
func permitOf(stream uint32, wanted uint64) (size uint32, e errno) {
	outputCheckWrite(stream, resultAt)
	if e := streamErrnoAt(outputCheckWriteError); e != errnoSuccess {
		return 0, e
	}
	return uint32(min(load64(resultAt+outputCheckWritePermit), wanted)), errnoSuccess
}
