package payload

import "fmt"

// A TruncatedError says that bytes are missing.
type TruncatedError struct{ Have, Want uint64 }

func (e *TruncatedError) Error() string {
	return fmt.Sprintf("payload: cut off: %d of %d bytes are there", e.Have, e.Want)
}

// A DamagedError says that the container breaks a rule of the format, or that a part is not what was signed.
type DamagedError struct{ Why string }

func (e *DamagedError) Error() string { return "payload: damaged: " + e.Why }

func damaged(format string, args ...any) error {
	return &DamagedError{Why: fmt.Sprintf(format, args...)}
}

// A FormatError says that the container has another version of the format.
type FormatError struct{ Version uint32 }

func (e *FormatError) Error() string {
	return fmt.Sprintf("payload: version %d of the format, this loader reads version %d", e.Version, formatVersion)
}

// A WrongKeyError says that the payload names a key that the loader does not trust.
type WrongKeyError struct{ Key string }

func (e *WrongKeyError) Error() string {
	return fmt.Sprintf("payload: signed with key %s, which this loader does not trust", e.Key)
}

// A SignatureError says that the signature is not one of the key that the payload names: the header, an entry, or the
// signature itself has been changed.
type SignatureError struct{ Key string }

func (e *SignatureError) Error() string {
	return fmt.Sprintf("payload: the signature is not one of key %s over this header", e.Key)
}

// A RollbackError says that the payload is older than the loader allows.
type RollbackError struct{ Version, Minimum uint64 }

func (e *RollbackError) Error() string {
	return fmt.Sprintf("payload: version %d is older than %d, the oldest that this loader starts", e.Version, e.Minimum)
}

// An EntryTypeError says that the payload starts in a function of a type that the loader can't call.
type EntryTypeError struct{ Have, Want EntryType }

func (e *EntryTypeError) Error() string {
	if e.Have.Name == e.Want.Name {
		return fmt.Sprintf("payload: its entry point is a %s of another version (%x, this loader calls %x)",
			e.Have.Name, e.Have.Hash[:4], e.Want.Hash[:4])
	}
	return fmt.Sprintf("payload: its entry point is a %s, this loader calls a %s", e.Have.Name, e.Want.Name)
}

// A RangeError says that the payload asks for memory that is not there for it.
type RangeError struct{ Why string }

func (e *RangeError) Error() string { return "payload: " + e.Why }

func outOfRange(format string, args ...any) error {
	return &RangeError{Why: fmt.Sprintf(format, args...)}
}
