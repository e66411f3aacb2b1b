//go:build wasip1 && !without_files

package adapter

// This file is about the directories that a program begins with.

//go:wasmimport wasi:filesystem/preopens@0.2.12 get-directories
func getDirectories(result address)

var preopensOpened bool

// openPreopens gives the directories that the program begins with the first file descriptors behind the standard
// streams. What the host returns stays allocated, for the names.
func openPreopens() {
	if preopensOpened {
		return
	}
	preopensOpened = true
	begin()
	getDirectories(resultAt)
	keep()
	first, n := address(load32(resultAt)), load32(resultAt+4)
	for i := range n {
		directory := first + address(i*sizeOfPreopen)
		if i >= maxDescriptors-3 {
			dropDescriptor(load32(directory))
			continue
		}
		d := entryOf(3 + i)
		d.setKind(kindFile)
		d.setState(isPreopen | canRead)
		d.setHandle(load32(directory))
		store64(address(d)+entryName, load64(directory+preopenName))
	}
}

//go:wasmexport fd_prestat_get
func fdPrestatGet(fd uint32, prestat guest) errno {
	begin()
	d := descriptorOf(fd)
	if !d.has(isPreopen) {
		return errnoBadf
	}
	const tagDirectory = 0
	checkRange(prestat, 8)
	guestStore8(prestat, tagDirectory)
	guestStore32(prestat+4, load32(address(d)+entryNameSize))
	return errnoSuccess
}

//go:wasmexport fd_prestat_dir_name
func fdPrestatDirName(fd uint32, name guest, size uint32) errno {
	begin()
	d := descriptorOf(fd)
	if !d.has(isPreopen) {
		return errnoBadf
	}
	n := load32(address(d) + entryNameSize)
	if n > size {
		return errnoNametoolong
	}
	deliver(name, address(load32(address(d)+entryName)), n)
	return errnoSuccess
}
