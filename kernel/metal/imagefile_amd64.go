//go:build linux

package metal

// Files under ImageDir are the entries of the ramdisk. An index of them is built
// once, at boot; the system calls here read through it. There is nothing else:
// every other path does not exist, and nothing can be written.

const (
	// maxImageFiles bounds the index; its size follows the number of entries.
	maxImageFiles = 1 << 16
	maxPath       = 4096

	atCWD       = -100 // AT_FDCWD
	atEmptyPath = 0x1000

	openAccess = 3 // O_WRONLY | O_RDWR
	openCreate = 0x40
	openTrunc  = 0x200
	openDir    = 0x10000

	modeDirectory = 0o040555
	modeFile      = 0o100444
	modeDevice    = 0o020600
	accessWrite   = 2
)

// ramdisk is the TAR in memory; image its index.
var ramdisk struct{ address, size uintptr }

// image is the index: count entries at the virtual address entries.
var image struct {
	entries uintptr
	count   int
}

func ramdiskBytes() []byte { return bytesAt(ramdisk.address, ramdisk.size) }

func imageEntry(i int) *tarEntry { return &at[[maxImageFiles]tarEntry](image.entries)[i] }

// startImage maps the ramdisk and indexes its entries.
func startImage(info *BootInfo) {
	if info.RamdiskSize == 0 {
		return
	}
	ramdisk.address, ramdisk.size = uintptr(info.RamdiskAddr), uintptr(info.RamdiskSize)
	mapFixed(ramdisk.address, (ramdisk.address+ramdisk.size+pageMask)&^pageMask, protRead)
	if info.Flags&BootLoads != 0 {
		return // it is a payload, and no archive
	}
	image.entries = imageIndex
	mapped := uintptr(0)
	w := tarWalker{image: ramdiskBytes()}
	for {
		e, ok, err := w.next()
		if err != nil {
			fail(err.Error())
		}
		if !ok {
			return
		}
		if image.count == maxImageFiles {
			fail("ramdisk: more than 65536 entries")
		}
		for end := uintptr(image.count+1) * sizeOfTarEntry; mapped < end; mapped += pageSize {
			mapKernelMemory(imageIndex+mapped, pageSize)
		}
		*imageEntry(image.count) = e
		image.count++
	}
}

// lookup finds the path in the image. It returns its descriptor: a file, or a
// directory if the path is one or leads to an entry. Later entries hide earlier
// ones of the same name.
func lookup(path []byte) (descriptor, uintptr) {
	inside, ok := insideImage(path)
	if !ok || ramdisk.size == 0 {
		return descriptor{}, errno(enoent)
	}
	tar, directory := ramdiskBytes(), len(inside) == 0
	for i := image.count - 1; i >= 0; i-- {
		e := imageEntry(i)
		switch e.match(tar, inside) {
		case same:
			if !e.directory {
				return descriptor{kind: fdFile, index: uint32(i)}, 0
			}
			directory = true
		case parent:
			directory = true
		}
	}
	if !directory {
		return descriptor{}, errno(enoent)
	}
	return descriptor{kind: fdDirectory}, 0
}

// pathAt returns the NUL-terminated path at a. It is checked page by page, as the
// memory behind its end may not be mapped.
func pathAt(a uintptr) ([]byte, uintptr) {
	for n := uintptr(0); n < maxPath; n++ {
		if (n == 0 || (a+n)&pageMask == 0) && !accessible(a+n, 1, protRead) {
			return nil, errno(efault)
		}
		if *at[byte](a + n) == 0 {
			return bytesAt(a, n), 0
		}
	}
	return nil, errno(enametoo)
}

// openPath serves open and openat.
func openPath(address, flags uintptr) uintptr {
	path, bad := pathAt(address)
	if bad != 0 {
		return bad
	}
	d, bad := lookup(path)
	switch _, inside := insideImage(path); {
	case inside && flags&(openAccess|openCreate|openTrunc) != 0:
		return errno(erofs)
	case bad != 0:
		return bad
	case flags&openDir != 0 && d.kind != fdDirectory:
		return errno(enotdir)
	}
	return openDescriptor(d)
}

// sysOpen serves open(path, flags, mode).
func sysOpen(t *thread) uintptr { return openPath(t.frame.di, t.frame.si) }

// sysOpenat serves openat(directory, path, flags, mode). The directory does not
// matter: relative paths do not lead into the image.
func sysOpenat(t *thread) uintptr { return openPath(t.frame.si, t.frame.dx) }

// sysCreate and sysCreateAt serve mkdir, mkdirat and unlinkat: the image is read
// only, and nothing else exists.
func sysCreate(t *thread) uintptr { return createPath(t.frame.di) }

func sysCreateAt(t *thread) uintptr { return createPath(t.frame.si) }

func createPath(address uintptr) uintptr {
	path, bad := pathAt(address)
	if bad != 0 {
		return bad
	}
	if _, inside := insideImage(path); inside {
		return errno(erofs)
	}
	return errno(enoent)
}

// sysFaccessat serves faccessat and faccessat2(directory, path, mode, flags).
func sysFaccessat(t *thread) uintptr {
	path, bad := pathAt(t.frame.si)
	if bad != 0 {
		return bad
	}
	if _, bad = lookup(path); bad == 0 && t.frame.dx&accessWrite != 0 {
		return errno(erofs)
	}
	return bad
}

// fileStatus is struct stat.
type fileStatus struct {
	_                   uint64 // device
	inode, links        uint64
	mode                uint32
	_, _, _             uint32 // user, group, padding
	_                   uint64 // device number
	size, block, blocks uint64
	_                   [2]uint64 // access time
	modified            [2]uint64
	_                   [5]uint64 // change time, reserved
}

// sysStat serves stat and lstat(path, status).
func sysStat(t *thread) uintptr { return statPath(t.frame.di, t.frame.si) }

// sysFstat serves fstat(fd, status).
func sysFstat(t *thread) uintptr { return statDescriptor(t.frame.di, t.frame.si) }

// sysNewfstatat serves newfstatat(directory, path, status, flags).
func sysNewfstatat(t *thread) uintptr {
	f := &t.frame
	path, bad := pathAt(f.si)
	if bad != 0 {
		return bad
	}
	if len(path) == 0 && f.r10&atEmptyPath != 0 {
		return statDescriptor(f.di, f.dx)
	}
	return statPath(f.si, f.dx)
}

func statDescriptor(fd, status uintptr) uintptr {
	d := descriptorOf(fd)
	if d == nil {
		return errno(ebadf)
	}
	return storeStatus(d, status)
}

func statPath(address, status uintptr) uintptr {
	path, bad := pathAt(address)
	if bad != 0 {
		return bad
	}
	d, bad := lookup(path)
	if bad != 0 {
		return bad
	}
	return storeStatus(&d, status)
}

func storeStatus(d *descriptor, address uintptr) uintptr {
	if !accessible(address, sizeOfFileStatus, protWrite) {
		return errno(efault)
	}
	s := fileStatus{links: 1, block: pageSize, inode: 1}
	switch d.kind {
	case fdFile:
		e := imageEntry(int(d.index))
		s.mode = modeFile
		s.inode += uint64(d.index) + 1
		s.size = uint64(e.data.size)
		s.blocks = (s.size + tarBlock - 1) / tarBlock
		s.modified[0] = e.modified
	case fdDirectory:
		s.mode = modeDirectory
	case fdMemory:
		s.mode = modeFile
		s.size = uint64(memoryFiles[d.index].size)
	default:
		s.mode = modeDevice
	}
	*at[fileStatus](address) = s
	return 0
}

// readImageFile copies up to size bytes from an offset of a file.
func readImageFile(index int, offset, buffer, size uintptr) uintptr {
	data := imageEntry(index).data.of(ramdiskBytes())
	if offset >= uintptr(len(data)) {
		return 0
	}
	return uintptr(copy(bytesAt(buffer, min(size, uintptr(len(data)))), data[offset:]))
}

// sysPread64 serves pread64(fd, buffer, size, offset).
func sysPread64(t *thread) uintptr {
	f := &t.frame
	d := descriptorOf(f.di)
	if d == nil || d.kind != fdFile {
		return errno(ebadf)
	}
	if int64(f.r10) < 0 {
		return errno(einval)
	}
	if !accessible(f.si, f.dx, protWrite) {
		return errno(efault)
	}
	return readImageFile(int(d.index), f.r10, f.si, f.dx)
}

// sysLseek serves lseek(fd, offset, whence).
func sysLseek(t *thread) uintptr {
	const fromStart, fromHere, fromEnd = 0, 1, 2
	const espipe = 29
	f := &t.frame
	d := descriptorOf(f.di)
	if d == nil {
		return errno(ebadf)
	}
	if d.kind != fdFile {
		return errno(espipe)
	}
	base := uintptr(0)
	switch f.dx {
	case fromStart:
	case fromHere:
		base = d.offset
	case fromEnd:
		base = uintptr(imageEntry(int(d.index)).data.size)
	default:
		return errno(einval)
	}
	to := int64(base) + int64(f.si)
	if to < 0 {
		return errno(einval)
	}
	d.offset = uintptr(to)
	return d.offset
}
