//go:build wasip1

package adapter

// errno is what every function returns.
type errno uint32

// The errors that functions here return.
const (
	errnoSuccess        errno = 0
	errnoAcces          errno = 2
	errnoAgain          errno = 6
	errnoAlready        errno = 7
	errnoBadf           errno = 8
	errnoBusy           errno = 10
	errnoDeadlk         errno = 16
	errnoDquot          errno = 19
	errnoExist          errno = 20
	errnoFbig           errno = 22
	errnoIlseq          errno = 25
	errnoInprogress     errno = 26
	errnoIntr           errno = 27
	errnoInval          errno = 28
	errnoIO             errno = 29
	errnoIsdir          errno = 31
	errnoLoop           errno = 32
	errnoMfile          errno = 33
	errnoMlink          errno = 34
	errnoMsgsize        errno = 35
	errnoNametoolong    errno = 37
	errnoNodev          errno = 43
	errnoNoent          errno = 44
	errnoNolck          errno = 46
	errnoNomem          errno = 48
	errnoNospc          errno = 51
	errnoNosys          errno = 52
	errnoNotdir         errno = 54
	errnoNotempty       errno = 55
	errnoNotrecoverable errno = 56
	errnoNotsock        errno = 57
	errnoNotsup         errno = 58
	errnoNotty          errno = 59
	errnoNxio           errno = 60
	errnoOverflow       errno = 61
	errnoPerm           errno = 63
	errnoPipe           errno = 64
	errnoRofs           errno = 69
	errnoSpipe          errno = 70
	errnoTxtbsy         errno = 74
	errnoXdev           errno = 75
)

// errnoFailed is for use between functions here: a stream has failed, and the variable failure tells with what.
const errnoFailed errno = 1 << 16

// errnoAt is the outcome of a function of wasi:filesystem whose result, if there is any, is not in the way: the
// error-code's offset is that of the result.
func errnoAt(code address) errno {
	if load8(resultAt) == 0 {
		return errnoSuccess
	}
	return errnoOf(load8(resultAt + code))
}

// errnoOf translates an error-code of wasi:filesystem.
func errnoOf(code uint32) errno {
	switch code {
	case errorCodeAccess:
		return errnoAcces
	case errorCodeWouldBlock:
		return errnoAgain
	case errorCodeAlready:
		return errnoAlready
	case errorCodeBadDescriptor:
		return errnoBadf
	case errorCodeBusy:
		return errnoBusy
	case errorCodeDeadlock:
		return errnoDeadlk
	case errorCodeQuota:
		return errnoDquot
	case errorCodeExist:
		return errnoExist
	case errorCodeFileTooLarge:
		return errnoFbig
	case errorCodeIllegalByteSequence:
		return errnoIlseq
	case errorCodeInProgress:
		return errnoInprogress
	case errorCodeInterrupted:
		return errnoIntr
	case errorCodeInvalid:
		return errnoInval
	case errorCodeIO:
		return errnoIO
	case errorCodeIsDirectory:
		return errnoIsdir
	case errorCodeLoop:
		return errnoLoop
	case errorCodeTooManyLinks:
		return errnoMlink
	case errorCodeMessageSize:
		return errnoMsgsize
	case errorCodeNameTooLong:
		return errnoNametoolong
	case errorCodeNoDevice:
		return errnoNodev
	case errorCodeNoEntry:
		return errnoNoent
	case errorCodeNoLock:
		return errnoNolck
	case errorCodeInsufficientMemory:
		return errnoNomem
	case errorCodeInsufficientSpace:
		return errnoNospc
	case errorCodeNotDirectory:
		return errnoNotdir
	case errorCodeNotEmpty:
		return errnoNotempty
	case errorCodeNotRecoverable:
		return errnoNotrecoverable
	case errorCodeUnsupported:
		return errnoNotsup
	case errorCodeNoTTY:
		return errnoNotty
	case errorCodeNoSuchDevice:
		return errnoNxio
	case errorCodeOverflow:
		return errnoOverflow
	case errorCodeNotPermitted:
		return errnoPerm
	case errorCodePipe:
		return errnoPipe
	case errorCodeReadOnly:
		return errnoRofs
	case errorCodeInvalidSeek:
		return errnoSpipe
	case errorCodeTextFileBusy:
		return errnoTxtbsy
	case errorCodeCrossDevice:
		return errnoXdev
	}
	return errnoIO
}
