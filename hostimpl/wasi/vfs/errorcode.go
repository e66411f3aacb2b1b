package vfs

import (
	"errors"
	"io/fs"
)

// ErrorCode is the error type of every method of this package. Its values are those
// of the WIT enum error-code, in the same order.
type ErrorCode uint8

// The error codes. Each has the meaning of the POSIX error it is named after.
const (
	ErrAccess              ErrorCode = iota // EACCES
	ErrWouldBlock                           // EAGAIN
	ErrAlready                              // EALREADY
	ErrBadDescriptor                        // EBADF
	ErrBusy                                 // EBUSY
	ErrDeadlock                             // EDEADLK
	ErrQuota                                // EDQUOT
	ErrExist                                // EEXIST
	ErrFileTooLarge                         // EFBIG
	ErrIllegalByteSequence                  // EILSEQ
	ErrInProgress                           // EINPROGRESS
	ErrInterrupted                          // EINTR
	ErrInvalid                              // EINVAL
	ErrIO                                   // EIO
	ErrIsDirectory                          // EISDIR
	ErrLoop                                 // ELOOP
	ErrTooManyLinks                         // EMLINK
	ErrMessageSize                          // EMSGSIZE
	ErrNameTooLong                          // ENAMETOOLONG
	ErrNoDevice                             // ENODEV
	ErrNoEntry                              // ENOENT
	ErrNoLock                               // ENOLCK
	ErrInsufficientMemory                   // ENOMEM
	ErrInsufficientSpace                    // ENOSPC
	ErrNotDirectory                         // ENOTDIR
	ErrNotEmpty                             // ENOTEMPTY
	ErrNotRecoverable                       // ENOTRECOVERABLE
	ErrUnsupported                          // ENOTSUP
	ErrNoTTY                                // ENOTTY
	ErrNoSuchDevice                         // ENXIO
	ErrOverflow                             // EOVERFLOW
	ErrNotPermitted                         // EPERM
	ErrPipe                                 // EPIPE
	ErrReadOnly                             // EROFS
	ErrInvalidSeek                          // ESPIPE
	ErrTextFileBusy                         // ETXTBSY
	ErrCrossDevice                          // EXDEV
)

var errorNames = [...]string{
	ErrAccess:              "access",
	ErrWouldBlock:          "would-block",
	ErrAlready:             "already",
	ErrBadDescriptor:       "bad-descriptor",
	ErrBusy:                "busy",
	ErrDeadlock:            "deadlock",
	ErrQuota:               "quota",
	ErrExist:               "exist",
	ErrFileTooLarge:        "file-too-large",
	ErrIllegalByteSequence: "illegal-byte-sequence",
	ErrInProgress:          "in-progress",
	ErrInterrupted:         "interrupted",
	ErrInvalid:             "invalid",
	ErrIO:                  "io",
	ErrIsDirectory:         "is-directory",
	ErrLoop:                "loop",
	ErrTooManyLinks:        "too-many-links",
	ErrMessageSize:         "message-size",
	ErrNameTooLong:         "name-too-long",
	ErrNoDevice:            "no-device",
	ErrNoEntry:             "no-entry",
	ErrNoLock:              "no-lock",
	ErrInsufficientMemory:  "insufficient-memory",
	ErrInsufficientSpace:   "insufficient-space",
	ErrNotDirectory:        "not-directory",
	ErrNotEmpty:            "not-empty",
	ErrNotRecoverable:      "not-recoverable",
	ErrUnsupported:         "unsupported",
	ErrNoTTY:               "no-tty",
	ErrNoSuchDevice:        "no-such-device",
	ErrOverflow:            "overflow",
	ErrNotPermitted:        "not-permitted",
	ErrPipe:                "pipe",
	ErrReadOnly:            "read-only",
	ErrInvalidSeek:         "invalid-seek",
	ErrTextFileBusy:        "text-file-busy",
	ErrCrossDevice:         "cross-device",
}

// Error returns the name of c in WIT.
func (c ErrorCode) Error() string { return nameAt(errorNames[:], int(c)) }

// Is makes errors.Is find the errors of io/fs in their codes.
func (c ErrorCode) Is(target error) bool {
	switch target {
	case fs.ErrNotExist:
		return c == ErrNoEntry
	case fs.ErrExist:
		return c == ErrExist || c == ErrNotEmpty
	case fs.ErrPermission:
		return c == ErrAccess || c == ErrNotPermitted
	case fs.ErrInvalid:
		return c == ErrInvalid
	case fs.ErrClosed:
		return c == ErrBadDescriptor
	case errors.ErrUnsupported:
		return c == ErrUnsupported
	}
	return false
}

// CodeOf returns the code that err carries, or stands for if it is an error of io/fs.
// What it does not know is ErrIO. err must not be nil.
func CodeOf(err error) ErrorCode {
	var code ErrorCode
	switch {
	case errors.As(err, &code):
		return code
	case errors.Is(err, fs.ErrNotExist):
		return ErrNoEntry
	case errors.Is(err, fs.ErrExist):
		return ErrExist
	case errors.Is(err, fs.ErrPermission):
		return ErrAccess
	case errors.Is(err, fs.ErrInvalid):
		return ErrInvalid
	case errors.Is(err, fs.ErrClosed):
		return ErrBadDescriptor
	case errors.Is(err, errors.ErrUnsupported):
		return ErrUnsupported
	}
	return ErrIO
}
