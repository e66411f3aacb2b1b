//go:build linux

package metal

// File descriptors: the three standard streams, the runtime's epoll and eventfd,
// memory files, and files and directories of the image.

// descriptorKind says what a descriptor stands for.
type descriptorKind uint8

const (
	fdClosed    descriptorKind = iota
	fdInput                    // stdin: COM1
	fdOutput                   // stdout: COM1
	fdLog                      // stderr: the log
	fdPoll                     // epoll
	fdEvent                    // eventfd
	fdInterrupt                // interrupts of a device
	fdMemory                   // memory file
	fdFile                     // file of the image
	fdDirectory
)

// descriptor is one open file. index is the memory file, the image entry, or the device
// vector.
type descriptor struct {
	kind   descriptorKind
	index  uint32
	offset uintptr
	event  eventSource
}

const maxDescriptors = 256

var descriptors [maxDescriptors]descriptor

// startDescriptors opens the standard streams.
func startDescriptors() {
	descriptors[0].kind = fdInput
	descriptors[1].kind = fdOutput
	descriptors[2].kind = fdLog
}

// descriptorOf returns an open descriptor, or nil.
func descriptorOf(fd uintptr) *descriptor {
	if fd >= maxDescriptors || descriptors[fd].kind == fdClosed {
		return nil
	}
	return &descriptors[fd]
}

// openDescriptor puts d under the lowest free number and returns that.
func openDescriptor(d descriptor) uintptr {
	for fd := range descriptors {
		if descriptors[fd].kind == fdClosed {
			descriptors[fd] = d
			return uintptr(fd)
		}
	}
	return errno(emfile)
}

// sysClose serves close(fd).
func sysClose(t *thread) uintptr {
	d := descriptorOf(t.frame.di)
	if d == nil {
		return errno(ebadf)
	}
	closed := *d
	*d = descriptor{}
	switch closed.kind {
	case fdMemory:
		memoryLock.acquire(thisCPU())
		memoryFiles[closed.index].open = false
		collectMemoryFiles()
		memoryLock.unlock()
	case fdInterrupt:
		deviceDescriptors[closed.index] = 0
	}
	return 0
}

// sysRead serves read(fd, buffer, size).
func sysRead(t *thread) uintptr {
	f := &t.frame
	d := descriptorOf(f.di)
	if d == nil {
		return errno(ebadf)
	}
	if !accessible(f.si, f.dx, protWrite) {
		return errno(efault)
	}
	switch d.kind {
	case fdInput:
		return readInput(t, f.si, f.dx)
	case fdEvent, fdInterrupt:
		return readEvent(d, f.si, f.dx)
	case fdFile:
		n := readImageFile(int(d.index), d.offset, f.si, f.dx)
		d.offset += n
		return n
	case fdDirectory:
		return errno(eisdir)
	}
	return errno(ebadf)
}

// maxWrite bounds what one write sends, so that interrupts are not kept off for
// long. The caller sees a short write and goes on.
const maxWrite = 1024

// sysWrite serves write(fd, buffer, size).
func sysWrite(t *thread) uintptr {
	f := &t.frame
	d := descriptorOf(f.di)
	if d == nil {
		return errno(ebadf)
	}
	if !accessible(f.si, f.dx, protRead) {
		return errno(efault)
	}
	switch d.kind {
	case fdOutput:
		return writeSerial(t, com1)
	case fdLog:
		return writeSerial(t, serialLines.log)
	case fdEvent:
		return writeEvent(d, f.si, f.dx)
	}
	return errno(ebadf)
}

// writeSerial sends the caller's buffer. When the host takes nothing for a
// while, the caller tries again later.
func writeSerial(t *thread, u uart) uintptr {
	const retry = 1_000_000 // nanoseconds
	f := &t.frame
	if f.dx == 0 {
		return 0
	}
	if sent := u.send(f.si, min(f.dx, maxWrite), outputPatience); sent > 0 {
		return sent
	}
	return t.restart(threadWriting, waitNothing, deadlineAfter(retry))
}

// sysFcntl serves fcntl(fd, F_GETFD or F_GETFL or F_SETFD or F_SETFL, flags). All
// descriptors are blocking, except the runtime's own.
func sysFcntl(t *thread) uintptr {
	const (
		getFD, setFD, getFL, setFL = 1, 2, 3, 4
		readWrite                  = 2
		nonBlocking                = 0x800
	)
	d := descriptorOf(t.frame.di)
	if d == nil {
		return errno(ebadf)
	}
	switch t.frame.si {
	case getFD, setFD, setFL:
		return 0
	case getFL:
		switch d.kind {
		case fdFile, fdDirectory:
			return 0
		case fdEvent, fdInterrupt:
			return readWrite | nonBlocking
		}
		return readWrite
	}
	return errno(einval)
}
