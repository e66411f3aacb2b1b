//go:build wasip1 && !without_files

package adapter

// This file lists directories. The program asks for entries from any cookie on, into a buffer whose end may cut the
// last of them short; the host gives each entry once, in its order. A cookie is thus the number of the entry, and the
// entry that was cut short is kept, because it is what the program asks for next. Whoever asks for any other gets
// it from a new listing, of which what was before is skipped.

//go:wasmimport wasi:filesystem/types@0.2.12 [method]descriptor.read-directory
func descriptorReadDirectory(directory uint32, result address)

//go:wasmimport wasi:filesystem/types@0.2.12 [method]directory-entry-stream.read-directory-entry
func readDirectoryEntry(stream uint32, result address)

//go:wasmimport wasi:filesystem/types@0.2.12 [resource-drop]directory-entry-stream
func dropDirectoryEntryStream(stream uint32)

// The first two entries are not among the host's.
const (
	cookieSelf   = 0
	cookieParent = 1
	cookieFirst  = 2
)

// The record dirent.
const (
	direntNext   address = 0
	direntIno    address = 8
	direntNamlen address = 16
	direntType   address = 20
	sizeOfDirent         = 24
)

// The entry that was cut short: a dirent, whose it is, and the name.
const (
	pendingOwner = pendingAt + sizeOfDirent
	pendingName  = pendingOwner + 8
	maxName      = pendingSize - sizeOfDirent - 8 // the longest that is kept
)

//go:wasmexport fd_readdir
func fdReaddir(fd uint32, buffer guest, size uint32, cookie uint64, used guest) errno {
	begin()
	d := descriptorOf(fd)
	if d.kind() != kindFile {
		return d.otherwise(errnoNotdir)
	}
	checkRange(buffer, size)
	free := arenaTop
	n := uint32(0)
	for n < size {
		arenaTop = free
		dirent, name, e := d.entryAt(cookie)
		if e != errnoSuccess {
			return e
		}
		if dirent == 0 {
			break
		}
		part := min(sizeOfDirent, size-n)
		deliver(buffer+guest(n), dirent, part)
		n += part
		length := load32(dirent + direntNamlen)
		part = min(length, size-n)
		deliver(buffer+guest(n), name, part)
		n += part
		if n == size {
			d.keepPending(dirent, name)
		}
		cookie++
	}
	guestStore32(used, n)
	return errnoSuccess
}

// entryAt returns the entry with a cookie, as a dirent and the name; dirent is 0 if there are no more.
func (d descriptor) entryAt(cookie uint64) (dirent, name address, e errno) {
	switch {
	case cookie < cookieFirst:
		return d.selfOrParent(cookie)
	case load32(pendingOwner) == uint32(d) && load64(pendingAt+direntNext) == cookie+1:
		return pendingAt, pendingName, errnoSuccess
	}
	if e := d.seekListing(cookie); e != errnoSuccess {
		return 0, 0, e
	}
	name, length, t, e := d.nextListed()
	if e != errnoSuccess || name == 0 {
		return 0, 0, e
	}
	descriptorMetadataHashAt(d.handle(), 0, name, length, resultAt)
	ino, e := hashAt()
	if e != errnoSuccess {
		ino = 1 // the file is gone by now, but its name was there
	}
	return newDirent(cookie, ino, length, t), name, errnoSuccess
}

// selfOrParent returns the entry "." or "..". What the parent is can't be known: it is outside of what the
// program may see, and gets the identity of the directory itself, as in a root.
func (d descriptor) selfOrParent(cookie uint64) (dirent, name address, e errno) {
	descriptorMetadataHash(d.handle(), resultAt)
	ino, e := hashAt()
	if e != errnoSuccess {
		return 0, 0, e
	}
	name = allocate(1, 2)
	store8(name, '.')
	store8(name+1, '.')
	return newDirent(cookie, ino, uint32(cookie-cookieSelf)+1, filetypeDirectory), name, errnoSuccess
}

func newDirent(cookie, ino uint64, length uint32, t filetype) address {
	dirent := allocate(8, sizeOfDirent)
	store64(dirent+direntNext, cookie+1)
	store64(dirent+direntIno, ino)
	store32(dirent+direntNamlen, length)
	store32(dirent+direntType, uint32(t))
	return dirent
}

// seekListing has the listing give the entry with a cookie next, unless it ends before.
func (d descriptor) seekListing(cookie uint64) errno {
	if !d.has(hasListing) || load64(address(d)+entryNextCookie) > cookie {
		d.dropListing()
		descriptorReadDirectory(d.handle(), resultAt)
		if e := errnoAt(listingError); e != errnoSuccess {
			return e
		}
		store32(address(d)+entryListing, load32(resultAt+listingStream))
		store64(address(d)+entryNextCookie, cookieFirst)
		d.setState(hasListing)
	}
	free := arenaTop
	for load64(address(d)+entryNextCookie) < cookie {
		arenaTop = free
		name, _, _, e := d.nextListed()
		if e != errnoSuccess || name == 0 {
			return e
		}
	}
	return errnoSuccess
}

// nextListed takes the next entry from the listing; name is 0 at its end.
func (d descriptor) nextListed() (name address, length uint32, t filetype, e errno) {
	readDirectoryEntry(load32(address(d)+entryListing), resultAt)
	if e := errnoAt(listedError); e != errnoSuccess {
		return 0, 0, 0, e
	}
	if load8(resultAt+listedOption) == 0 {
		return 0, 0, 0, errnoSuccess
	}
	store64(address(d)+entryNextCookie, load64(address(d)+entryNextCookie)+1)
	name = address(load32(resultAt + listedName))
	return name, load32(resultAt + listedName + 4), filetypeOf(load8(resultAt + listedType)), errnoSuccess
}

// keepPending keeps an entry for the next call, if there is room for its name.
func (d descriptor) keepPending(dirent, name address) {
	length := load32(dirent + direntNamlen)
	if length > maxName {
		return
	}
	memoryCopy(pendingAt, dirent, sizeOfDirent)
	memoryCopy(pendingName, name, length)
	store32(pendingOwner, uint32(d))
}

// dropListing gives back the stream of entries and what was kept of it.
func (d descriptor) dropListing() {
	if !d.has(hasListing) {
		return
	}
	dropDirectoryEntryStream(load32(address(d) + entryListing))
	d.clearState(hasListing)
	if load32(pendingOwner) == uint32(d) {
		store32(pendingOwner, 0)
	}
}
