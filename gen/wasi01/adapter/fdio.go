//go:build wasip1

package adapter

// This file is about the functions that move bytes through a file descriptor, and its offset.

//go:wasmexport fd_read
func fdRead(fd uint32, iovecs guest, count uint32, size guest) errno {
	begin()
	d := descriptorOf(fd)
	total, e := openVector(iovecs, count)
	if e != errnoSuccess {
		return d.otherwise(e)
	}
	var n uint32
	switch d.kind() {
	case kindStdin:
		n, e = readStream(d.inputStream(), total, d.flags()&fdflagsNonblock == 0)
		e = standardErrno(e)
	case kindFile:
		n, e = d.readFile(total)
	default:
		e = errnoBadf
	}
	if e == errnoSuccess {
		guestStore32(size, n)
	}
	return e
}

//go:wasmexport fd_write
func fdWrite(fd uint32, iovecs guest, count uint32, size guest) errno {
	begin()
	d := descriptorOf(fd)
	total, e := openVector(iovecs, count)
	if e != errnoSuccess {
		return d.otherwise(e)
	}
	var n uint32
	switch d.kind() {
	case kindStdout, kindStderr:
		if allocating {
			n = uint32(total)
			break
		}
		n, e = writeStream(d.outputStream(), total, d.flags()&fdflagsNonblock == 0)
		e = standardErrno(e)
	case kindFile:
		n, e = d.writeFile(total)
	default:
		e = errnoBadf
	}
	if e == errnoSuccess {
		guestStore32(size, n)
	}
	return e
}

//go:wasmexport fd_pread
func fdPread(fd uint32, iovecs guest, count uint32, offset uint64, size guest) errno {
	begin()
	d := descriptorOf(fd)
	total, e := openVector(iovecs, count)
	if d.kind() != kindFile {
		return d.otherwise(errnoSpipe)
	}
	if e != errnoSuccess {
		return e
	}
	n, e := d.readFileAt(offset, total)
	if e == errnoSuccess {
		guestStore32(size, n)
	}
	return e
}

//go:wasmexport fd_pwrite
func fdPwrite(fd uint32, iovecs guest, count uint32, offset uint64, size guest) errno {
	begin()
	d := descriptorOf(fd)
	total, e := openVector(iovecs, count)
	if d.kind() != kindFile {
		return d.otherwise(errnoSpipe)
	}
	if e != errnoSuccess {
		return e
	}
	n, e := d.writeFileAt(offset, total)
	if e == errnoSuccess {
		guestStore32(size, n)
	}
	return e
}

// whence is what an offset counts from.
type whence uint32

const (
	whenceSet whence = 0
	whenceCur whence = 1
	whenceEnd whence = 2
)

//go:wasmexport fd_seek
func fdSeek(fd uint32, delta int64, from whence, offset guest) errno {
	begin()
	d := descriptorOf(fd)
	if d.kind() != kindFile {
		return d.otherwise(errnoSpipe)
	}
	base := uint64(0)
	switch from {
	case whenceSet:
	case whenceCur:
		base = d.position()
	case whenceEnd:
		size, e := d.fileSize()
		if e != errnoSuccess {
			return e
		}
		base = size
	default:
		return errnoInval
	}
	to := base + uint64(delta)
	if base > maxOffset || to > maxOffset {
		return errnoInval
	}
	d.setPosition(to)
	guestStore64(offset, to)
	return errnoSuccess
}

//go:wasmexport fd_tell
func fdTell(fd uint32, offset guest) errno {
	begin()
	d := descriptorOf(fd)
	if d.kind() != kindFile {
		return d.otherwise(errnoSpipe)
	}
	guestStore64(offset, d.position())
	return errnoSuccess
}

const maxOffset = 1<<63 - 1

// position is the offset where the next read begins.
func (d descriptor) position() uint64 { return load64(address(d) + entryPosition) }

func (d descriptor) setPosition(offset uint64) { store64(address(d)+entryPosition, offset) }
