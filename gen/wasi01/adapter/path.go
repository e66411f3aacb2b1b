//go:build wasip1 && !without_files

package adapter

// This file is about names in directories: opening, making, moving and removing what they name.

//go:wasmimport wasi:filesystem/types@0.2.12 [method]descriptor.open-at
func descriptorOpenAt(directory, pathFlags uint32, path address, size, openFlags, flags uint32, result address)

//go:wasmimport wasi:filesystem/types@0.2.12 [method]descriptor.create-directory-at
func descriptorCreateDirectoryAt(directory uint32, path address, size uint32, result address)

//go:wasmimport wasi:filesystem/types@0.2.12 [method]descriptor.remove-directory-at
func descriptorRemoveDirectoryAt(directory uint32, path address, size uint32, result address)

//go:wasmimport wasi:filesystem/types@0.2.12 [method]descriptor.unlink-file-at
func descriptorUnlinkFileAt(directory uint32, path address, size uint32, result address)

//go:wasmimport wasi:filesystem/types@0.2.12 [method]descriptor.link-at
func descriptorLinkAt(directory, flags uint32, path address, size, newDirectory uint32, newPath address, newSize uint32, result address)

//go:wasmimport wasi:filesystem/types@0.2.12 [method]descriptor.rename-at
func descriptorRenameAt(directory uint32, path address, size, newDirectory uint32, newPath address, newSize uint32, result address)

//go:wasmimport wasi:filesystem/types@0.2.12 [method]descriptor.symlink-at
func descriptorSymlinkAt(directory uint32, target address, targetSize uint32, path address, size uint32, result address)

//go:wasmimport wasi:filesystem/types@0.2.12 [method]descriptor.readlink-at
func descriptorReadlinkAt(directory uint32, path address, size uint32, result address)

// maxPath bounds the bytes of a path.
const maxPath = 4096

// directoryOf is the handle of what a path starts from. The flags are those that come with the path, which have the
// same bits as path-flags.
func directoryOf(fd, lookupflags uint32) (handle uint32, e errno) {
	d := descriptorOf(fd)
	if d.kind() != kindFile {
		return 0, d.otherwise(errnoNotdir)
	}
	if lookupflags&^pathFlagsSymlinkFollow != 0 {
		return 0, errnoInval
	}
	return d.handle(), errnoSuccess
}

// fetchPath copies a path, which must be a string as WIT has them: a host would trap at any other.
func fetchPath(path guest, size uint32) (text address, e errno) {
	if size > maxPath {
		return 0, errnoNametoolong
	}
	text = allocate(1, size)
	fetch(text, path, size)
	if !validUTF8(text, size) {
		return 0, errnoIlseq
	}
	return text, errnoSuccess
}

// place is where a path leads, for the functions that do nothing but to tell the host.
func place(fd uint32, path guest, size uint32) (directory uint32, name address, e errno) {
	directory, e = directoryOf(fd, 0)
	if e != errnoSuccess {
		return 0, 0, e
	}
	name, e = fetchPath(path, size)
	return directory, name, e
}

// oflags say how a path is opened; they have the same bits as open-flags.
type oflags uint32

const oflagsAll oflags = openFlagsCreate | openFlagsDirectory | openFlagsExclusive | openFlagsTruncate

//go:wasmexport path_open
func pathOpen(fd, lookup uint32, path guest, size uint32, how oflags, base, inheriting rights, flags fdflags, opened guest) errno {
	begin()
	directory, e := directoryOf(fd, lookup)
	if e != errnoSuccess {
		return e
	}
	if how&^oflagsAll != 0 || flags&^fdflagsAll != 0 {
		return errnoInval
	}
	newFd, ok := lowestFree()
	if !ok {
		return errnoMfile
	}
	name, e := fetchPath(path, size)
	if e != errnoSuccess {
		return e
	}
	access := accessOf(base)
	descriptorOpenAt(directory, lookup, name, size, uint32(how), descriptorFlags(access), resultAt)
	if e := errnoAt(openError); e != errnoSuccess {
		return e
	}
	d := entryOf(newFd)
	d.setKind(kindFile)
	d.setState(access)
	d.setHandle(load32(resultAt + openDescriptor))
	d.setFlags(flags)
	guestStore32(opened, newFd)
	return errnoSuccess
}

// accessOf is what the rights that a program wants let it do with a file. Whoever asks for neither reading nor writing gets
// reading, because hosts refuse to open for nothing.
func accessOf(base rights) state {
	access := state(0)
	if base&rightsFdWrite != 0 {
		access |= canWrite
	}
	if base&rightsFdRead != 0 || access == 0 {
		access |= canRead
	}
	return access
}

// descriptorFlags says the same to the host. The fdflags are the adapter's own matter: hosts refuse those of them that they
// could have.
func descriptorFlags(access state) uint32 {
	flags := uint32(0)
	if access&canRead != 0 {
		flags |= descriptorFlagsRead
	}
	if access&canWrite != 0 {
		flags |= descriptorFlagsWrite
	}
	return flags
}

//go:wasmexport path_create_directory
func pathCreateDirectory(fd uint32, path guest, size uint32) errno {
	begin()
	directory, name, e := place(fd, path, size)
	if e != errnoSuccess {
		return e
	}
	descriptorCreateDirectoryAt(directory, name, size, resultAt)
	return errnoAt(unitError)
}

//go:wasmexport path_remove_directory
func pathRemoveDirectory(fd uint32, path guest, size uint32) errno {
	begin()
	directory, name, e := place(fd, path, size)
	if e != errnoSuccess {
		return e
	}
	descriptorRemoveDirectoryAt(directory, name, size, resultAt)
	return errnoAt(unitError)
}

//go:wasmexport path_unlink_file
func pathUnlinkFile(fd uint32, path guest, size uint32) errno {
	begin()
	directory, name, e := place(fd, path, size)
	if e != errnoSuccess {
		return e
	}
	descriptorUnlinkFileAt(directory, name, size, resultAt)
	return errnoAt(unitError)
}

//go:wasmexport path_link
func pathLink(fd, flags uint32, path guest, size, newFd uint32, newPath guest, newSize uint32) errno {
	begin()
	directory, e := directoryOf(fd, flags)
	if e != errnoSuccess {
		return e
	}
	newDirectory, e := directoryOf(newFd, 0)
	if e != errnoSuccess {
		return e
	}
	name, e := fetchPath(path, size)
	if e != errnoSuccess {
		return e
	}
	newName, e := fetchPath(newPath, newSize)
	if e != errnoSuccess {
		return e
	}
	descriptorLinkAt(directory, flags, name, size, newDirectory, newName, newSize, resultAt)
	return errnoAt(unitError)
}

//go:wasmexport path_rename
func pathRename(fd uint32, path guest, size, newFd uint32, newPath guest, newSize uint32) errno {
	begin()
	directory, e := directoryOf(fd, 0)
	if e != errnoSuccess {
		return e
	}
	newDirectory, e := directoryOf(newFd, 0)
	if e != errnoSuccess {
		return e
	}
	name, e := fetchPath(path, size)
	if e != errnoSuccess {
		return e
	}
	newName, e := fetchPath(newPath, newSize)
	if e != errnoSuccess {
		return e
	}
	descriptorRenameAt(directory, name, size, newDirectory, newName, newSize, resultAt)
	return errnoAt(unitError)
}

//go:wasmexport path_symlink
func pathSymlink(target guest, targetSize, fd uint32, path guest, size uint32) errno {
	begin()
	directory, name, e := place(fd, path, size)
	if e != errnoSuccess {
		return e
	}
	text, e := fetchPath(target, targetSize)
	if e != errnoSuccess {
		return e
	}
	descriptorSymlinkAt(directory, text, targetSize, name, size, resultAt)
	return errnoAt(unitError)
}

// pathReadlink cuts a target that is too long for the buffer, as systems do: programs see that the buffer is full.
//
//go:wasmexport path_readlink
func pathReadlink(fd uint32, path guest, size uint32, buffer guest, bufferSize uint32, used guest) errno {
	begin()
	directory, name, e := place(fd, path, size)
	if e != errnoSuccess {
		return e
	}
	descriptorReadlinkAt(directory, name, size, resultAt)
	if e := errnoAt(readlinkError); e != errnoSuccess {
		return e
	}
	n := min(load32(resultAt+readlinkTarget+4), bufferSize)
	deliver(buffer, address(load32(resultAt+readlinkTarget)), n)
	guestStore32(used, n)
	return errnoSuccess
}
