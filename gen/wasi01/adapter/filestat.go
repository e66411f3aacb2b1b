//go:build wasip1

package adapter

// This file describes what a file descriptor stands for, to programs.

// filetype is the type of a file.
type filetype uint32

const (
	filetypeUnknown         filetype = 0
	filetypeBlockDevice     filetype = 1
	filetypeCharacterDevice filetype = 2
	filetypeDirectory       filetype = 3
	filetypeRegularFile     filetype = 4
	filetypeSocketStream    filetype = 6
	filetypeSymbolicLink    filetype = 7
)

// fdflags are the flags of a file descriptor. All that they ask for is done by the adapter, rsync needs nothing.
type fdflags uint32

const (
	fdflagsAppend fdflags = 1 << iota
	fdflagsDsync
	fdflagsNonblock
	fdflagsRsync
	fdflagsSync
	fdflagsAll = 1<<iota - 1
)

// rights are what a program may do with a file descriptor. Nothing here depends on them: the host has rights of its
// own. But programs look at them to see how a file was opened, and whether it is a terminal, which cannot seek.
type rights uint64

const (
	rightsFdRead          rights = 1 << 1
	rightsFdSeek          rights = 1 << 2
	rightsFdTell          rights = 1 << 5
	rightsFdWrite         rights = 1 << 6
	rightsPollFdReadwrite rights = 1 << 27
	rightsAll             rights = 1<<30 - 1
)

// The record fdstat.
const (
	fdstatFiletype         guest = 0
	fdstatFlags            guest = 2
	fdstatRightsBase       guest = 8
	fdstatRightsInheriting guest = 16
	sizeOfFdstat                 = 24
)

//go:wasmexport fd_fdstat_get
func fdFdstatGet(fd uint32, stat guest) errno {
	begin()
	d := descriptorOf(fd)
	var t filetype
	var base, inheriting rights
	e := errnoSuccess
	switch d.kind() {
	case kindClosed:
		return errnoBadf
	case kindStdin:
		t, base = d.standardType(), rightsFdRead|rightsPollFdReadwrite
	case kindStdout, kindStderr:
		t, base = d.standardType(), rightsFdWrite|rightsPollFdReadwrite
	default:
		inheriting = rightsAll
		t, base, e = d.fileTypeAndRights()
	}
	if e != errnoSuccess {
		return e
	}
	checkRange(stat, sizeOfFdstat)
	guestStore64(stat, 0)
	guestStore8(stat+fdstatFiletype, uint32(t))
	guestStore16(stat+fdstatFlags, uint32(d.flags()))
	guestStore64(stat+fdstatRightsBase, uint64(base))
	guestStore64(stat+fdstatRightsInheriting, uint64(inheriting))
	return errnoSuccess
}

//go:wasmexport fd_fdstat_set_flags
func fdFdstatSetFlags(fd uint32, flags fdflags) errno {
	begin()
	d := descriptorOf(fd)
	if d.kind() == kindClosed {
		return errnoBadf
	}
	if flags&^fdflagsAll != 0 {
		return errnoInval
	}
	d.setFlags(flags)
	return errnoSuccess
}

//go:wasmexport fd_fdstat_set_rights
func fdFdstatSetRights(fd uint32, base, inheriting rights) errno {
	begin()
	return descriptorOf(fd).otherwise(errnoNotsup)
}

// The record filestat.
const (
	filestatDev    guest = 0
	filestatIno    guest = 8
	filestatType   guest = 16
	filestatNlink  guest = 24
	filestatSize   guest = 32
	filestatAtim   guest = 40
	filestatMtim   guest = 48
	filestatCtim   guest = 56
	sizeOfFilestat       = 64
)

//go:wasmexport fd_filestat_get
func fdFilestatGet(fd uint32, stat guest) errno {
	begin()
	d := descriptorOf(fd)
	switch d.kind() {
	case kindClosed:
		return errnoBadf
	case kindFile:
		return d.fileStat(stat)
	}
	t := d.standardType()
	clearFilestat(stat)
	guestStore8(stat+filestatType, uint32(t))
	return errnoSuccess
}

func clearFilestat(stat guest) {
	checkRange(stat, sizeOfFilestat)
	for field := range guest(sizeOfFilestat / 8) {
		guestStore64(stat+field*8, 0)
	}
}
