//go:build linux || darwin

package hostdir

import (
	"errors"
	"syscall"

	"github.com/witan-os/witan/hostimpl/wasi/vfs"
)

// errnoCodes maps the host's error numbers to WASI's. A number without an entry is an
// I/O error. EOPNOTSUPP and EWOULDBLOCK are missing because on some systems they are
// the same numbers as ENOTSUP and EAGAIN; codeOfErrno knows them.
var errnoCodes = map[syscall.Errno]vfs.ErrorCode{
	syscall.EACCES:          vfs.ErrAccess,
	syscall.EAGAIN:          vfs.ErrWouldBlock,
	syscall.EALREADY:        vfs.ErrAlready,
	syscall.EBADF:           vfs.ErrBadDescriptor,
	syscall.EBUSY:           vfs.ErrBusy,
	syscall.EDEADLK:         vfs.ErrDeadlock,
	syscall.EDQUOT:          vfs.ErrQuota,
	syscall.EEXIST:          vfs.ErrExist,
	syscall.EFBIG:           vfs.ErrFileTooLarge,
	syscall.EILSEQ:          vfs.ErrIllegalByteSequence,
	syscall.EINPROGRESS:     vfs.ErrInProgress,
	syscall.EINTR:           vfs.ErrInterrupted,
	syscall.EINVAL:          vfs.ErrInvalid,
	syscall.EISDIR:          vfs.ErrIsDirectory,
	syscall.ELOOP:           vfs.ErrLoop,
	syscall.EMLINK:          vfs.ErrTooManyLinks,
	syscall.EMSGSIZE:        vfs.ErrMessageSize,
	syscall.ENAMETOOLONG:    vfs.ErrNameTooLong,
	syscall.ENODEV:          vfs.ErrNoDevice,
	syscall.ENOENT:          vfs.ErrNoEntry,
	syscall.ENOLCK:          vfs.ErrNoLock,
	syscall.ENOMEM:          vfs.ErrInsufficientMemory,
	syscall.ENOSPC:          vfs.ErrInsufficientSpace,
	syscall.ENOTDIR:         vfs.ErrNotDirectory,
	syscall.ENOTEMPTY:       vfs.ErrNotEmpty,
	syscall.ENOTRECOVERABLE: vfs.ErrNotRecoverable,
	syscall.ENOSYS:          vfs.ErrUnsupported,
	syscall.ENOTSUP:         vfs.ErrUnsupported,
	syscall.ENOTTY:          vfs.ErrNoTTY,
	syscall.ENXIO:           vfs.ErrNoSuchDevice,
	syscall.EOVERFLOW:       vfs.ErrOverflow,
	syscall.EPERM:           vfs.ErrNotPermitted,
	syscall.EPIPE:           vfs.ErrPipe,
	syscall.EROFS:           vfs.ErrReadOnly,
	syscall.ESPIPE:          vfs.ErrInvalidSeek,
	syscall.ESTALE:          vfs.ErrNoEntry,
	syscall.ETXTBSY:         vfs.ErrTextFileBusy,
	syscall.EXDEV:           vfs.ErrCrossDevice,

	// WASI has no code for a full table of handles; memory is what one costs.
	syscall.EMFILE: vfs.ErrInsufficientMemory,
	syscall.ENFILE: vfs.ErrInsufficientMemory,
}

// codeOf translates what a system call or package os returned. err must not be nil.
func codeOf(err error) vfs.ErrorCode {
	var code vfs.ErrorCode
	if errors.As(err, &code) {
		return code
	}
	var errno syscall.Errno
	if errors.As(err, &errno) {
		return codeOfErrno(errno)
	}
	return vfs.CodeOf(err)
}

func codeOfErrno(errno syscall.Errno) vfs.ErrorCode {
	if code, ok := errnoCodes[errno]; ok {
		return code
	}
	switch errno {
	case syscall.EOPNOTSUPP:
		return vfs.ErrUnsupported
	case syscall.EWOULDBLOCK:
		return vfs.ErrWouldBlock
	}
	return vfs.ErrIO
}
