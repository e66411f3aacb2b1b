//go:build linux || darwin

package hostdir

import (
	"io"
	"math"
	"sync"

	"github.com/witan-os/witan/hostimpl/wasi/vfs"
)

// file is an open object that is not a directory.
type file struct {
	node
	appending sync.Mutex // makes appendLocked one step among users of this handle
}

func (f *file) SetTimes(accessed, modified vfs.NewTimestamp) error {
	if !f.mutable {
		return vfs.ErrReadOnly
	}
	ts, err := timespecs(accessed, modified)
	if err != nil {
		return err
	}
	return setFileTimes(f.file, &ts)
}

func (f *file) ReadAt(p []byte, offset uint64) (int, error) {
	if f.flags&vfs.Read == 0 {
		return 0, vfs.ErrBadDescriptor
	}
	if offset > math.MaxInt64 {
		return 0, vfs.ErrInvalid
	}
	// The kernel refuses ranges that end beyond the largest offset.
	short := uint64(len(p)) > math.MaxInt64-offset
	if short {
		p = p[:math.MaxInt64-offset]
	}
	n, err := f.file.ReadAt(p, int64(offset))
	switch {
	case err == io.EOF, err == nil && short:
		return n, io.EOF
	case err != nil:
		return n, codeOf(err)
	}
	return n, nil
}

func (f *file) WriteAt(p []byte, offset uint64) (int, error) {
	if f.flags&vfs.Write == 0 {
		return 0, vfs.ErrBadDescriptor
	}
	if offset > math.MaxInt64 {
		return 0, vfs.ErrInvalid
	}
	if uint64(len(p)) > math.MaxInt64-offset {
		return 0, vfs.ErrFileTooLarge
	}
	n, err := f.file.WriteAt(p, int64(offset))
	return n, asCode(err)
}

func (f *file) Append(p []byte) (int, error) {
	if f.flags&vfs.Write == 0 {
		return 0, vfs.ErrBadDescriptor
	}
	for n := 0; ; {
		if n == len(p) {
			return n, nil
		}
		m, err := appendOnce(f.file, p[n:])
		if err == vfs.ErrUnsupported {
			return f.appendLocked(p, n)
		}
		if err == nil && m == 0 {
			err = vfs.ErrIO // or the loop would not end
		}
		n += m
		if err != nil {
			return n, err
		}
	}
}

// appendLocked writes p[n:] at the end of a file whose system has no appending write.
// It is one step only among the users of this handle.
func (f *file) appendLocked(p []byte, n int) (int, error) {
	f.appending.Lock()
	defer f.appending.Unlock()
	s, err := f.Stat()
	if err != nil {
		return n, err
	}
	m, err := f.WriteAt(p[n:], s.Size)
	return n + m, err
}

func (f *file) SetSize(size uint64) error {
	if f.flags&vfs.Write == 0 {
		return vfs.ErrBadDescriptor
	}
	if size > math.MaxInt64 {
		return vfs.ErrInvalid
	}
	return asCode(f.file.Truncate(int64(size)))
}

func (f *file) Advise(offset, length uint64, advice vfs.Advice) error {
	if offset > math.MaxInt64 {
		return vfs.ErrInvalid
	}
	return advise(f.file, offset, length, advice)
}
