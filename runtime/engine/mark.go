package engine

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"

	"github.com/witan-os/witan/internal/printable"
)

// The engine below reports a trap as text, whose frames show modules by the names that they give themselves. So that one
// guest's trap can't be taken for another's, the name of a guest's module begins with a mark that follows from its bytes.

// markOf is the mark of a module.
func markOf(wasm []byte) string {
	sum := sha256.Sum256(wasm)
	return "{" + hex.EncodeToString(sum[:16]) + "}"
}

// Mark tells the module from others in the [Report] of a trap; "" for one that can't be told.
func (c *Code) Mark() string { return c.mark }

// leadingMark is the mark that a text begins with, or "".
func leadingMark(text string) string {
	const digits = 32
	if len(text) < digits+2 || text[0] != '{' || text[digits+1] != '}' || strings.Trim(text[1:digits+1], "0123456789abcdef") != "" {
		return ""
	}
	return text[:digits+2]
}

// Report is what the error with which a function ended says.
type Report struct {
	Reason string
	Frames []string // of the guest's functions, the innermost first, each printable and on one line
	// ByCode says that machine code trapped, and not Go that it called. Then Mark is that of the guest's module, or ""
	// when it is not known: the engine does not say where a stack overflowed.
	ByCode bool
	Mark   string
}

// Trace reads an error.
func Trace(err error) Report {
	const byCode, byGo, separator = "wasm error: ", " (recovered by wazero)", "\n\t"
	for inner := err; inner != nil; inner = errors.Unwrap(inner) {
		if strings.HasPrefix(inner.Error(), byCode) { // what is around it names a start function once more
			err = inner
			break
		}
	}
	reason, trace, ok := strings.Cut(err.Error(), "\nwasm stack trace:"+separator)
	r := Report{ByCode: !strings.HasSuffix(reason, byGo)}
	r.Reason = strings.TrimSuffix(strings.TrimPrefix(reason, byCode), byGo)
	if !ok || trace == "" {
		return r
	}
	// A Go runtime error in a host function brings Go's own trace behind an empty line: it stays in the error, the
	// guest's frames end there.
	trace, _, _ = strings.Cut(trace, "\n\n")
	r.Frames = strings.Split(trace, separator)
	if r.ByCode && strings.HasPrefix(reason, byCode) {
		r.Mark = leadingMark(r.Frames[0])
	}
	for i, frame := range r.Frames {
		r.Frames[i] = harmless(frame[len(leadingMark(frame)):])
	}
	return r
}

// maxFrame bounds the bytes of a frame. Its names are the guest's, which may be as long as the guest.
const maxFrame = 256

// harmless is a frame as it can be shown: its names come from the guest, which may have put anything there.
func harmless(frame string) string {
	return string(printable.Append(nil, frame[:min(len(frame), maxFrame)], printable.Line))
}
