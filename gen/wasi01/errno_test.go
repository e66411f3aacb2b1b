package wasi01

import (
	"errors"
	"fmt"
	"strconv"
	"testing"

	"github.com/witan-os/witan/hostimpl/wasi/filesystem"
	"github.com/witan-os/witan/hostimpl/wasi/vfs"
	"github.com/witan-os/witan/runtime/glue"
)

// errnos are the errors of WASI 0.1 by the code of WASI 0.2.
var errnos = map[vfs.ErrorCode]int{
	vfs.ErrAccess: 2, vfs.ErrWouldBlock: 6, vfs.ErrAlready: 7, vfs.ErrBadDescriptor: 8, vfs.ErrBusy: 10,
	vfs.ErrDeadlock: 16, vfs.ErrQuota: 19, vfs.ErrExist: 20, vfs.ErrFileTooLarge: 22,
	vfs.ErrIllegalByteSequence: 25, vfs.ErrInProgress: 26, vfs.ErrInterrupted: 27, vfs.ErrInvalid: 28, vfs.ErrIO: 29,
	vfs.ErrIsDirectory: 31, vfs.ErrLoop: 32, vfs.ErrTooManyLinks: 34, vfs.ErrMessageSize: 35,
	vfs.ErrNameTooLong: 37, vfs.ErrNoDevice: 43, vfs.ErrNoEntry: 44, vfs.ErrNoLock: 46,
	vfs.ErrInsufficientMemory: 48, vfs.ErrInsufficientSpace: 51, vfs.ErrNotDirectory: 54, vfs.ErrNotEmpty: 55,
	vfs.ErrNotRecoverable: 56, vfs.ErrUnsupported: 58, vfs.ErrNoTTY: 59, vfs.ErrNoSuchDevice: 60,
	vfs.ErrOverflow: 61, vfs.ErrNotPermitted: 63, vfs.ErrPipe: 64, vfs.ErrReadOnly: 69, vfs.ErrInvalidSeek: 70,
	vfs.ErrTextFileBusy: 74, vfs.ErrCrossDevice: 75,
}

// failing is a directory whose names are the numbers of errors.
type failing struct{ vfs.Dir }

func (failing) UnlinkFileAt(name string) error {
	code, err := strconv.Atoi(name)
	if err != nil {
		return err
	}
	return vfs.ErrorCode(code)
}

// TestErrnos has the host fail with each of its errors.
func TestErrnos(t *testing.T) {
	s := script{data: map[int]string{}}
	for code := range vfs.ErrCrossDevice + 1 {
		at := 0x100 + 2*int(code)
		s.data[at] = fmt.Sprintf("%02d", code)
		s.calls = append(s.calls, do("path_unlink_file", 3, at, 2).fails(errnos[code]))
	}
	s.run(t, glue.Process{}, filesystem.Interfaces([]filesystem.Preopen{{Path: "/", Dir: failing{}}})...)
}

// writer fails after some bytes.
type writer struct{ left int }

func (w *writer) Write(p []byte) (int, error) {
	if len(p) > w.left {
		return 0, errors.New("the disk is full")
	}
	w.left -= len(p)
	return len(p), nil
}

// TestFailingOutput writes to standard error, which fails. What was written before that counts. The host tells of a
// failure once; the stream is closed from then on.
func TestFailingOutput(t *testing.T) {
	const iovecs, written = 0x100, 0x200
	for _, tt := range []struct {
		room, size int
		first      int // errno
		written    int
	}{
		{room: 1 << 16, size: 70_000, written: 1 << 16},
		{room: 100, size: 101, first: eio},
		{room: 100, size: 70_000, first: eio},
	} {
		s := script{
			data: map[int]string{iovecs: u32s(0, uint32(tt.size))},
			calls: []call{
				do("fd_write", 2, iovecs, 1, written).fails(tt.first),
				do("fd_write", 2, iovecs, 1, written+4).fails(pipe),
			},
		}
		if o := s.run(t, glue.Process{Stderr: &writer{left: tt.room}}); o.u32(written) != tt.written {
			t.Errorf("%d of %d bytes were written", o.u32(written), tt.size)
		}
	}
}
