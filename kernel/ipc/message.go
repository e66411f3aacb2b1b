package ipc

import (
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/witan-os/witan/kernel/capability"
)

// Message is what a process sends.
type Message struct {
	Label   uint64            // what it is about; the two sides have agreed on that
	Payload []byte            // read until the call returns, and not kept
	Passed  capability.Handle // a capability of the sender's that changes hands, if not zero; it needs the right to grant
}

// Delivery is what a process receives: a message, or the answer to a call.
type Delivery struct {
	Label   uint64
	Payload []byte            // in the buffer of the one who receives, if it fits
	Passed  capability.Handle // in the space of the one who receives
	Sender  uint64            // the process that has sent it
	Badge   uint64            // of the reference through which it was sent
	Reply   Reply             // to be used or dropped if the sender waits for an answer
}

// Forever is the timeout of who waits as long as it takes. Zero is the timeout of who does not wait at all.
const Forever time.Duration = math.MaxInt64

// Why a message was not passed on. The other reasons are those of package capability, and a context's.
var (
	ErrFull    = errors.New("the queue is full")
	ErrEmpty   = errors.New("there is no message")
	ErrTimeout = errors.New("the time to wait is over")
	ErrNoReply = errors.New("the other side has dropped the call")
	ErrGone    = errors.New("nobody waits for this answer any more")
)

// TooLong is a payload that exceeds what the endpoint accepts, in bytes.
type TooLong struct{ Length, Limit int }

// Error names both.
func (t *TooLong) Error() string {
	return fmt.Sprintf("the message has %d bytes, the endpoint takes %d at most", t.Length, t.Limit)
}

// LeftOut is a message that was taken away without being received, since a server had no room for its capability.
type LeftOut struct{ Sender uint64 }

// Error names the sender.
func (l *LeftOut) Error() string {
	return fmt.Sprintf("there is no room for the capability of a message of process %d, which was left out", l.Sender)
}

// Limits bound what an endpoint holds. A zero stands for the default.
type Limits struct {
	Messages int // that are queued
	Bytes    int // of payload that is queued
	Payload  int // bytes of one message; never more than Bytes
}

// The defaults of Limits.
const (
	DefaultMessages = 16
	DefaultBytes    = 256 << 10
	DefaultPayload  = 64 << 10
)

func (l Limits) complete() Limits {
	if l.Messages <= 0 {
		l.Messages = DefaultMessages
	}
	if l.Bytes <= 0 {
		l.Bytes = DefaultBytes
	}
	if l.Payload <= 0 {
		l.Payload = DefaultPayload
	}
	l.Payload = min(l.Payload, l.Bytes)
	return l
}

// Cost is how many bytes of the kernel's memory an endpoint with these limits may take, however it is used.
func (l Limits) Cost() uint64 {
	l = l.complete()
	// An allocation is up to a quarter larger than what it is for.
	return uint64(l.Bytes)*5/4 + uint64(l.Messages)*(entryBytes+spareBytes) + uint64(l.free())*freeBytes
}

// free is how many entries the endpoint keeps for messages to come.
func (l Limits) free() int { return min(freeEntries, l.Messages) }
