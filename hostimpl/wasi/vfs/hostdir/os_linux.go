package hostdir

import (
	"math"
	"os"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/witan-os/witan/hostimpl/wasi/vfs"
)

// What utimensat takes in place of nanoseconds.
const (
	utimeNow  = unix.UTIME_NOW
	utimeOmit = unix.UTIME_OMIT
)

// setFileTimes sets the times of an open file. The kernel does that for utimensat
// without a path, which package unix has no function for.
func setFileTimes(f *os.File, ts *[2]unix.Timespec) error {
	return call(f, func(fd int) error {
		_, _, errno := unix.Syscall6(unix.SYS_UTIMENSAT, uintptr(fd), 0, uintptr(unsafe.Pointer(ts)), 0, 0, 0)
		if errno != 0 {
			return errno
		}
		return nil
	})
}

// appendOnce writes at the end of the file as one step, whoever else writes there.
func appendOnce(f *os.File, p []byte) (n int, err error) {
	err = call(f, func(fd int) (err error) {
		n, err = unix.Pwritev2(fd, [][]byte{p}, 0, unix.RWF_APPEND)
		return err
	})
	return max(n, 0), err
}

func syncData(f *os.File) error { return call(f, unix.Fdatasync) }

var fadvise = map[vfs.Advice]int{
	vfs.AdviceNormal:     unix.FADV_NORMAL,
	vfs.AdviceSequential: unix.FADV_SEQUENTIAL,
	vfs.AdviceRandom:     unix.FADV_RANDOM,
	vfs.AdviceWillNeed:   unix.FADV_WILLNEED,
	vfs.AdviceDontNeed:   unix.FADV_DONTNEED,
	vfs.AdviceNoReuse:    unix.FADV_NOREUSE,
}

// advise passes advice on. offset is below 2^63.
func advise(f *os.File, offset, length uint64, advice vfs.Advice) error {
	kernelAdvice, ok := fadvise[advice]
	if !ok {
		return vfs.ErrInvalid
	}
	if length > math.MaxInt64-offset {
		length = 0 // to the end of the file
	}
	return call(f, func(fd int) error {
		return unix.Fadvise(fd, int64(offset), int64(length), kernelAdvice)
	})
}
