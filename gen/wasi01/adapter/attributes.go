//go:build wasip1 && !without_files

package adapter

// This file is about what file systems keep beside the bytes of a file: type, size, times, identity; and about
// what can be asked of a file as a whole.

//go:wasmimport wasi:filesystem/types@0.2.12 [method]descriptor.get-type
func descriptorGetType(file uint32, result address)

//go:wasmimport wasi:filesystem/types@0.2.12 [method]descriptor.stat
func descriptorStat(file uint32, result address)

//go:wasmimport wasi:filesystem/types@0.2.12 [method]descriptor.stat-at
func descriptorStatAt(directory, flags uint32, path address, size uint32, result address)

//go:wasmimport wasi:filesystem/types@0.2.12 [method]descriptor.metadata-hash
func descriptorMetadataHash(file uint32, result address)

//go:wasmimport wasi:filesystem/types@0.2.12 [method]descriptor.metadata-hash-at
func descriptorMetadataHashAt(directory, flags uint32, path address, size uint32, result address)

//go:wasmimport wasi:filesystem/types@0.2.12 [method]descriptor.set-times
func descriptorSetTimes(
	file uint32,
	atim uint32, atimSeconds uint64, atimNanoseconds uint32,
	mtim uint32, mtimSeconds uint64, mtimNanoseconds uint32,
	result address,
)

//go:wasmimport wasi:filesystem/types@0.2.12 [method]descriptor.set-times-at
func descriptorSetTimesAt(
	directory, flags uint32, path address, size uint32,
	atim uint32, atimSeconds uint64, atimNanoseconds uint32,
	mtim uint32, mtimSeconds uint64, mtimNanoseconds uint32,
	result address,
)

//go:wasmimport wasi:filesystem/types@0.2.12 [method]descriptor.set-size
func descriptorSetSize(file uint32, size uint64, result address)

//go:wasmimport wasi:filesystem/types@0.2.12 [method]descriptor.advise
func descriptorAdvise(file uint32, offset, size uint64, advice uint32, result address)

//go:wasmimport wasi:filesystem/types@0.2.12 [method]descriptor.sync
func descriptorSync(file uint32, result address)

//go:wasmimport wasi:filesystem/types@0.2.12 [method]descriptor.sync-data
func descriptorSyncData(file uint32, result address)

// filetypeOf translates a descriptor-type.
func filetypeOf(t uint32) filetype {
	switch t {
	case descriptorTypeBlockDevice:
		return filetypeBlockDevice
	case descriptorTypeCharacterDevice:
		return filetypeCharacterDevice
	case descriptorTypeDirectory:
		return filetypeDirectory
	case descriptorTypeSymbolicLink:
		return filetypeSymbolicLink
	case descriptorTypeRegularFile:
		return filetypeRegularFile
	case descriptorTypeSocket:
		return filetypeSocketStream
	}
	return filetypeUnknown
}

// fileTypeAndRights tells what the file is and how it was opened.
func (d descriptor) fileTypeAndRights() (t filetype, base rights, e errno) {
	descriptorGetType(d.handle(), resultAt)
	if e := errnoAt(typeError); e != errnoSuccess {
		return 0, 0, e
	}
	t = filetypeOf(load8(resultAt + typeOK))
	base = rightsAll
	if t == filetypeDirectory {
		return t, base, errnoSuccess
	}
	if !d.has(canRead) {
		base &^= rightsFdRead
	}
	if !d.has(canWrite) {
		base &^= rightsFdWrite
	}
	if t == filetypeCharacterDevice {
		base &^= rightsFdSeek | rightsFdTell
	}
	return t, base, errnoSuccess
}

func (d descriptor) fileSize() (size uint64, e errno) {
	descriptorStat(d.handle(), resultAt)
	if e := errnoAt(statError); e != errnoSuccess {
		return 0, e
	}
	return load64(resultAt + statSize), errnoSuccess
}

func (d descriptor) fileStat(stat guest) errno {
	descriptorMetadataHash(d.handle(), resultAt)
	ino, e := hashAt()
	if e != errnoSuccess {
		return e
	}
	descriptorStat(d.handle(), resultAt)
	return deliverFilestat(stat, ino)
}

//go:wasmexport path_filestat_get
func pathFilestatGet(fd, flags uint32, path guest, size uint32, stat guest) errno {
	begin()
	directory, e := directoryOf(fd, flags)
	if e != errnoSuccess {
		return e
	}
	name, e := fetchPath(path, size)
	if e != errnoSuccess {
		return e
	}
	descriptorMetadataHashAt(directory, flags, name, size, resultAt)
	ino, e := hashAt()
	if e != errnoSuccess {
		return e
	}
	descriptorStatAt(directory, flags, name, size, resultAt)
	return deliverFilestat(stat, ino)
}

// hashAt is the identity of a file as one number, which is never 0: that is how some libraries mark an entry that is no
// longer there.
func hashAt() (ino uint64, e errno) {
	if e := errnoAt(hashError); e != errnoSuccess {
		return 0, e
	}
	return max(load64(resultAt+hashLower), 1), errnoSuccess
}

// deliverFilestat gives the program what stat or stat-at has returned. All files are on one device: an identity is
// not of one file system.
func deliverFilestat(stat guest, ino uint64) errno {
	if e := errnoAt(statError); e != errnoSuccess {
		return e
	}
	clearFilestat(stat)
	guestStore64(stat+filestatDev, 1)
	guestStore64(stat+filestatIno, ino)
	guestStore8(stat+filestatType, uint32(filetypeOf(load8(resultAt+statType))))
	guestStore64(stat+filestatNlink, load64(resultAt+statLinkCount))
	guestStore64(stat+filestatSize, load64(resultAt+statSize))
	deliverTime(stat+filestatAtim, resultAt+statAccess)
	deliverTime(stat+filestatMtim, resultAt+statModification)
	deliverTime(stat+filestatCtim, resultAt+statStatusChange)
	return errnoSuccess
}

// deliverTime gives the program a time that the host may not know; it is 0 then.
func deliverTime(to guest, optional address) {
	if load8(optional) != 0 {
		guestStore64(to, uint64(timestampAt(optional+someDatetime)))
	}
}

// fstflags say which times to set.
type fstflags uint32

const (
	fstflagsAtim fstflags = 1 << iota
	fstflagsAtimNow
	fstflagsMtim
	fstflagsMtimNow
	fstflagsAll = 1<<iota - 1
)

// valid reports whether each time is set in one way at most.
func (f fstflags) valid() bool {
	const atim, mtim = fstflagsAtim | fstflagsAtimNow, fstflagsMtim | fstflagsMtimNow
	return f&^fstflagsAll == 0 && f&atim != atim && f&mtim != mtim
}

// newTimestamp is the new-timestamp for a time and the two flags that are about it.
func newTimestamp(set, now bool, time timestamp) (tag uint32, seconds uint64, nanoseconds uint32) {
	if now {
		return newTimestampNow, 0, 0
	}
	if !set {
		return newTimestampNoChange, 0, 0
	}
	return newTimestampTimestamp, uint64(time / nanosecondsPerSecond), uint32(time % nanosecondsPerSecond)
}

//go:wasmexport fd_filestat_set_times
func fdFilestatSetTimes(fd uint32, atim, mtim timestamp, flags fstflags) errno {
	begin()
	d := descriptorOf(fd)
	if d.kind() != kindFile {
		return d.otherwise(errnoNotsup)
	}
	if !flags.valid() {
		return errnoInval
	}
	atag, aseconds, ananoseconds := newTimestamp(flags&fstflagsAtim != 0, flags&fstflagsAtimNow != 0, atim)
	mtag, mseconds, mnanoseconds := newTimestamp(flags&fstflagsMtim != 0, flags&fstflagsMtimNow != 0, mtim)
	descriptorSetTimes(d.handle(), atag, aseconds, ananoseconds, mtag, mseconds, mnanoseconds, resultAt)
	return errnoAt(unitError)
}

//go:wasmexport path_filestat_set_times
func pathFilestatSetTimes(fd, flags uint32, path guest, size uint32, atim, mtim timestamp, set fstflags) errno {
	begin()
	directory, e := directoryOf(fd, flags)
	if e != errnoSuccess {
		return e
	}
	if !set.valid() {
		return errnoInval
	}
	name, e := fetchPath(path, size)
	if e != errnoSuccess {
		return e
	}
	atag, aseconds, ananoseconds := newTimestamp(set&fstflagsAtim != 0, set&fstflagsAtimNow != 0, atim)
	mtag, mseconds, mnanoseconds := newTimestamp(set&fstflagsMtim != 0, set&fstflagsMtimNow != 0, mtim)
	descriptorSetTimesAt(directory, flags, name, size, atag, aseconds, ananoseconds, mtag, mseconds, mnanoseconds, resultAt)
	return errnoAt(unitError)
}

//go:wasmexport fd_filestat_set_size
func fdFilestatSetSize(fd uint32, size uint64) errno {
	begin()
	d := descriptorOf(fd)
	if d.kind() != kindFile || !d.has(canWrite) {
		return d.otherwise(errnoInval)
	}
	descriptorSetSize(d.handle(), size, resultAt)
	return errnoAt(unitError)
}

//go:wasmexport fd_advise
func fdAdvise(fd uint32, offset, size uint64, advice uint32) errno {
	begin()
	d := descriptorOf(fd)
	if d.kind() != kindFile {
		return d.otherwise(errnoSpipe)
	}
	if advice > adviceNoReuse {
		return errnoInval
	}
	descriptorAdvise(d.handle(), offset, size, advice, resultAt)
	return errnoAt(unitError)
}

// fdAllocate does not pretend: there is no function that would reserve space.
//
//go:wasmexport fd_allocate
func fdAllocate(fd uint32, offset, size uint64) errno {
	begin()
	return descriptorOf(fd).otherwise(errnoNotsup)
}

//go:wasmexport fd_sync
func fdSync(fd uint32) errno {
	begin()
	d := descriptorOf(fd)
	if d.kind() != kindFile {
		return d.otherwise(errnoInval)
	}
	descriptorSync(d.handle(), resultAt)
	return errnoAt(unitError)
}

//go:wasmexport fd_datasync
func fdDatasync(fd uint32) errno {
	begin()
	d := descriptorOf(fd)
	if d.kind() != kindFile {
		return d.otherwise(errnoInval)
	}
	descriptorSyncData(d.handle(), resultAt)
	return errnoAt(unitError)
}
