//go:build wasip1 && !without_files

package adapter

// This file reads and writes files, at the offsets that the adapter keeps. It does so with the functions that are given
// an offset: a stream would have one of its own to keep in step, and be a resource more for each file. Only what
// appends is a stream, because only the host knows where the end is at that moment.

//go:wasmimport wasi:filesystem/types@0.2.12 [method]descriptor.read
func descriptorRead(file uint32, size, offset uint64, result address)

//go:wasmimport wasi:filesystem/types@0.2.12 [method]descriptor.write
func descriptorWrite(file uint32, bytes address, size uint32, offset uint64, result address)

//go:wasmimport wasi:filesystem/types@0.2.12 [method]descriptor.append-via-stream
func descriptorAppendViaStream(file uint32, result address)

//go:wasmimport wasi:filesystem/types@0.2.12 filesystem-error-code
func filesystemErrorCode(err uint32, result address)

//go:wasmimport wasi:filesystem/types@0.2.12 [resource-drop]descriptor
func dropDescriptor(file uint32)

// readFile reads at the offset, and moves it.
func (d descriptor) readFile(total uint64) (n uint32, e errno) {
	offset := d.position()
	n, e = d.readFileAt(offset, total)
	d.setPosition(offset + uint64(n))
	return n, e
}

// readFileAt fills the vector, unless the file ends before: programs count on that with files. The host is asked even if
// there is nothing to fill, since it may be a directory.
func (d descriptor) readFileAt(offset, total uint64) (n uint32, e errno) {
	if !d.has(canRead) {
		return 0, errnoBadf
	}
	if offset > maxOffset-total {
		return 0, errnoInval
	}
	buffers := arenaTop
	for {
		arenaTop = buffers
		size := min(total, chunk)
		descriptorRead(d.handle(), size, offset, resultAt)
		if e := errnoAt(readError); e != errnoSuccess {
			return n, unless(n, d.readErrno(e))
		}
		read := min(load32(resultAt+readBytes+4), uint32(size))
		end := load8(resultAt+readEnd) != 0
		scatter(address(load32(resultAt+readBytes)), read)
		n += read
		offset += uint64(read)
		total -= uint64(read)
		if end || read == 0 || total == 0 {
			return n, errnoSuccess
		}
	}
}

// readErrno is the error of reading. Hosts say of a directory that it is no descriptor to read from; programs want to know
// what it is.
func (d descriptor) readErrno(e errno) errno {
	if e != errnoBadf {
		return e
	}
	descriptorGetType(d.handle(), resultAt)
	if errnoAt(typeError) == errnoSuccess && load8(resultAt+typeOK) == descriptorTypeDirectory {
		return errnoIsdir
	}
	return e
}

// writeFile writes at the offset, and moves it, or at the end.
func (d descriptor) writeFile(total uint64) (n uint32, e errno) {
	if !d.has(canWrite) {
		return 0, errnoBadf
	}
	if d.flags()&fdflagsAppend != 0 {
		n, e = d.appendFile(total)
		return n, d.synced(e)
	}
	offset := d.position()
	n, e = d.writeFileAt(offset, total)
	d.setPosition(offset + uint64(n))
	return n, e
}

// writeFileAt writes at an offset.
func (d descriptor) writeFileAt(offset, total uint64) (n uint32, e errno) {
	if !d.has(canWrite) {
		return 0, errnoBadf
	}
	n, e = d.writeVectorAt(offset, total)
	return n, d.synced(e)
}

// synced is the end of writing, which had the outcome e: it waits for the disk if the file is to be written so.
func (d descriptor) synced(e errno) errno {
	switch {
	case e != errnoSuccess:
		return e
	case d.flags()&fdflagsSync != 0:
		descriptorSync(d.handle(), resultAt)
	case d.flags()&fdflagsDsync != 0:
		descriptorSyncData(d.handle(), resultAt)
	default:
		return errnoSuccess
	}
	return errnoAt(unitError)
}

// writeVectorAt writes what the vector has, or less if the host takes no more.
func (d descriptor) writeVectorAt(offset, total uint64) (n uint32, e errno) {
	if offset > maxOffset-total {
		return 0, errnoInval
	}
	buffer := allocate(1, uint32(min(total, chunk)))
	for total > 0 {
		size := uint32(min(total, chunk))
		gather(buffer, size)
		written, e := d.writeAllAt(offset, buffer, size)
		n += written
		if e != errnoSuccess {
			return n, unless(n, e)
		}
		if written < size {
			break
		}
		offset += uint64(written)
		total -= uint64(written)
	}
	return n, errnoSuccess
}

// writeAllAt writes bytes; fewer than all of them if the host takes no more.
func (d descriptor) writeAllAt(offset uint64, from address, size uint32) (n uint32, e errno) {
	for n < size {
		descriptorWrite(d.handle(), from+address(n), size-n, offset+uint64(n), resultAt)
		if e := errnoAt(writeError); e != errnoSuccess {
			return n, e
		}
		written := uint32(min(load64(resultAt+writeSize), uint64(size-n)))
		if written == 0 {
			break
		}
		n += written
	}
	return n, errnoSuccess
}

// appendFile writes at the end, and moves the offset to the end that there is then. The host is asked where that is, for
// others may write to the file, too. The stream is for this time only: some hosts look for the end when they make it.
func (d descriptor) appendFile(total uint64) (n uint32, e errno) {
	descriptorAppendViaStream(d.handle(), resultAt)
	if e := errnoAt(appendError); e != errnoSuccess {
		return 0, e
	}
	stream := load32(resultAt + appendStream)
	n, e = writeStream(stream, total, true)
	e = fileErrno(e)
	dropOutputStream(stream)
	if n > 0 {
		if end, e := d.fileSize(); e == errnoSuccess {
			d.setPosition(end)
		}
	}
	return n, e
}

// fileErrno turns a failure of a file's stream into what the file system says about it.
func fileErrno(e errno) errno {
	if e != errnoFailed {
		return e
	}
	filesystemErrorCode(failure, resultAt)
	e = errnoIO
	if load8(resultAt) != 0 {
		e = errnoOf(load8(resultAt + someErrorCode))
	}
	dropError(failure)
	return e
}

// closeFile gives back all handles of a file, the descriptor last: the listing is its child.
func (d descriptor) closeFile() {
	d.dropListing()
	dropDescriptor(d.handle())
}
