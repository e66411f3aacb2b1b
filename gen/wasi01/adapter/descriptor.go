//go:build wasip1

package adapter

// This file has the table of what file descriptors stand for. WASI 0.2 has handles instead, of several types, and no
// file offsets: those are here.

// maxDescriptors bounds how many file descriptors can be open, as systems do.
const maxDescriptors = 1024

// descriptor is an entry of the table.
type descriptor address

// noDescriptor is the entry behind the last. It is never open.
const noDescriptor = descriptor(descriptorsAt) + maxDescriptors*sizeOfEntry

// The fields of an entry, in bytes from its beginning.
const (
	entryKind       address = 0
	entryState      address = 4
	entryHandle     address = 8  // the resource
	entryFlags      address = 12 // fdflags
	entryPosition   address = 16
	entryListing    address = 24 // the directory-entry-stream
	entryNextCookie address = 32 // the cookie of what the listing gives next
	entryName       address = 40 // of a preopened directory
	entryNameSize   address = 44
	sizeOfEntry             = 48
)

// kind is what an entry stands for.
type kind uint32

const (
	kindClosed kind = iota
	kindStdin
	kindStdout
	kindStderr
	kindFile // all that wasi:filesystem has, directories included
)

// state says which of an entry's handles are there, since 0 is a handle, too, and how a file was opened.
type state uint32

const (
	hasStream state = 1 << iota
	hasListing
	isPreopen
	canRead
	canWrite
)

func (d descriptor) kind() kind         { return kind(load32(address(d) + entryKind)) }
func (d descriptor) setKind(k kind)     { store32(address(d)+entryKind, uint32(k)) }
func (d descriptor) handle() uint32     { return load32(address(d) + entryHandle) }
func (d descriptor) setHandle(h uint32) { store32(address(d)+entryHandle, h) }
func (d descriptor) flags() fdflags     { return fdflags(load32(address(d) + entryFlags)) }
func (d descriptor) setFlags(f fdflags) { store32(address(d)+entryFlags, uint32(f)) }
func (d descriptor) has(s state) bool   { return state(load32(address(d)+entryState))&s != 0 }

func (d descriptor) setState(s state) {
	store32(address(d)+entryState, load32(address(d)+entryState)|uint32(s))
}

func (d descriptor) clearState(s state) {
	store32(address(d)+entryState, load32(address(d)+entryState)&^uint32(s))
}

// otherwise is the error of a function that is not for the descriptor: e, unless it is not even open.
func (d descriptor) otherwise(e errno) errno {
	if d.kind() == kindClosed {
		return errnoBadf
	}
	return e
}

// clear makes the entry that of a closed descriptor.
func (d descriptor) clear() {
	for field := range address(sizeOfEntry / 8) {
		store64(address(d)+field*8, 0)
	}
}

var standardOpened bool

// descriptorOf is the entry of a file descriptor. It comes before anything is allocated, because what a program
// begins with is looked up when it is first asked for.
func descriptorOf(fd uint32) descriptor {
	if !standardOpened {
		standardOpened = true
		entryOf(0).setKind(kindStdin)
		entryOf(1).setKind(kindStdout)
		entryOf(2).setKind(kindStderr)
	}
	if fd > 2 {
		openPreopens()
	}
	if fd >= maxDescriptors {
		return noDescriptor
	}
	return entryOf(fd)
}

func entryOf(fd uint32) descriptor { return descriptor(descriptorsAt + address(fd)*sizeOfEntry) }

// lowestFree is the file descriptor that is given out next; ok is false if all are open.
func lowestFree() (fd uint32, ok bool) {
	for fd := range uint32(maxDescriptors) {
		if entryOf(fd).kind() == kindClosed {
			return fd, true
		}
	}
	return 0, false
}

//go:wasmexport fd_close
func fdClose(fd uint32) errno {
	begin()
	return descriptorOf(fd).close()
}

func (d descriptor) close() errno {
	switch d.kind() {
	case kindClosed:
		return errnoBadf
	case kindStdin:
		if d.has(hasStream) {
			dropInputStream(d.handle())
		}
	case kindStdout, kindStderr:
		if d.has(hasStream) {
			dropOutputStream(d.handle())
		}
	case kindFile:
		d.closeFile()
	}
	d.clear()
	return errnoSuccess
}

// fdRenumber wants both to be open: a program can't take numbers that it was not given.
//
//go:wasmexport fd_renumber
func fdRenumber(from, to uint32) errno {
	begin()
	source, target := descriptorOf(from), descriptorOf(to)
	if source.kind() == kindClosed || target.kind() == kindClosed {
		return errnoBadf
	}
	if source == target {
		return errnoSuccess
	}
	target.close()
	source.dropListing() // the table's place is part of what is known of it
	memoryCopy(address(target), address(source), sizeOfEntry)
	source.clear()
	return errnoSuccess
}
