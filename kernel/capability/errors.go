package capability

import (
	"errors"
	"fmt"
)

// Why a use of a capability was refused. All but the last two mean that the process has no right to what it tried.
var (
	ErrRevoked   = errors.New("denied: the capability was revoked")
	ErrStale     = errors.New("denied: the handle is stale: what it stood for was dropped or given away")
	ErrBadHandle = errors.New("denied: there is no such handle")
	ErrBadge     = errors.New("denied: the badge can't be changed")
	ErrNoSlots   = errors.New("the process can hold no more capabilities")
	ErrNoProcess = errors.New("the process has ended")
)

// Denied says which rights were missing.
type Denied struct{ Needs, Has Rights }

// Error names both: "denied: needs send, has receive".
func (d *Denied) Error() string { return fmt.Sprintf("denied: needs %s, has %s", d.Needs, d.Has) }

// WrongKind says that a capability is for another kind of object.
type WrongKind struct{ Needs, Is Kind }

// Error names both: "denied: needs an endpoint, this is a log".
func (w *WrongKind) Error() string {
	return fmt.Sprintf("denied: needs the kind %s, this is of the kind %s", w.Needs, w.Is)
}

// IsRefusal reports whether an error means that a process tried what it has no right to, which is worth a record.
func IsRefusal(err error) bool {
	var denied *Denied
	var kind *WrongKind
	return errors.As(err, &denied) || errors.As(err, &kind) || errors.Is(err, ErrRevoked) ||
		errors.Is(err, ErrStale) || errors.Is(err, ErrBadHandle) || errors.Is(err, ErrBadge)
}
