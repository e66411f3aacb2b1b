package manifest

import (
	"fmt"
	"slices"
	"strings"

	"github.com/witan-os/witan/internal/diag"
)

// Start is when a process begins.
type Start string

// The times of starting.
const (
	StartBoot  Start = "boot"
	StartSpawn Start = "spawn"
)

// Words are all values.
func (Start) Words() []string { return words(StartBoot, StartSpawn) }

// UnmarshalText implements [encoding.TextUnmarshaler].
func (s *Start) UnmarshalText(text []byte) error { return setWord(s, text) }

// Place is on which machines a process exists.
type Place string

// The places.
const (
	Anywhere Place = "any"
	OnMetal  Place = "metal"
	OnHosted Place = "hosted"
)

// Words are all values.
func (Place) Words() []string { return words(Anywhere, OnMetal, OnHosted) }

// UnmarshalText implements [encoding.TextUnmarshaler].
func (p *Place) UnmarshalText(text []byte) error { return setWord(p, text) }

// Restart is after which ends a process is started again.
type Restart string

// The ends after which there is another start. Failures are traps, statuses other than 0, and being killed.
const (
	RestartNever     Restart = "never"
	RestartOnFailure Restart = "on-failure"
	RestartAlways    Restart = "always"
)

// Words are all values.
func (Restart) Words() []string { return words(RestartNever, RestartOnFailure, RestartAlways) }

// UnmarshalText implements [encoding.TextUnmarshaler].
func (r *Restart) UnmarshalText(text []byte) error { return setWord(r, text) }

// Strategy is which children are started again when one of them ends in failure.
type Strategy string

// The strategies.
const (
	StrategyOne Strategy = "one"
	StrategyAll Strategy = "all"
)

// Words are all values.
func (Strategy) Words() []string { return words(StrategyOne, StrategyAll) }

// UnmarshalText implements [encoding.TextUnmarshaler].
func (s *Strategy) UnmarshalText(text []byte) error { return setWord(s, text) }

// Stream is the other end of a standard stream.
type Stream string

// The ends. Input comes from the console or is empty.
const (
	StreamNone    Stream = "none"
	StreamConsole Stream = "console"
	StreamLog     Stream = "log"
)

// Words are all values.
func (Stream) Words() []string { return words(StreamNone, StreamConsole, StreamLog) }

// UnmarshalText implements [encoding.TextUnmarshaler].
func (s *Stream) UnmarshalText(text []byte) error { return setWord(s, text) }

// Level is how urgent a message is, in the words of witan:kernel/log.
type Level string

// The levels, from the least urgent one to the most urgent one.
const (
	LevelTrace Level = "trace"
	LevelDebug Level = "debug"
	LevelInfo  Level = "info"
	LevelWarn  Level = "warn"
	LevelError Level = "error"
)

// Words are all values.
func (Level) Words() []string {
	return words(LevelTrace, LevelDebug, LevelInfo, LevelWarn, LevelError)
}

// Order is the place of the level among all, from 0.
func (l Level) Order() int { return slices.Index(l.Words(), string(l)) }

// UnmarshalText implements [encoding.TextUnmarshaler].
func (l *Level) UnmarshalText(text []byte) error { return setWord(l, text) }

// Right is something that a process may do with an object, in the words of witan:kernel/capability.
type Right string

// The rights.
const (
	RightRead    Right = "read"
	RightWrite   Right = "write"
	RightExecute Right = "execute"
	RightGrant   Right = "grant"
	RightMap     Right = "map"
	RightSend    Right = "send"
	RightReceive Right = "receive"
)

// Words are all values.
func (Right) Words() []string {
	return words(RightRead, RightWrite, RightExecute, RightGrant, RightMap, RightSend, RightReceive)
}

// UnmarshalText implements [encoding.TextUnmarshaler].
func (r *Right) UnmarshalText(text []byte) error { return setWord(r, text) }

// Device is a kind of device, or the identification of one.
type Device string

// The kinds of devices that have a name.
const (
	VirtioRNG     Device = "virtio-rng"
	VirtioBlock   Device = "virtio-blk"
	VirtioNet     Device = "virtio-net"
	VirtioConsole Device = "virtio-console"
)

// DevicePattern is the form of a device: one of the names, or vendor and product on the PCI bus.
const DevicePattern = `^(virtio-(rng|blk|net|console)|pci:[0-9a-f]{4}:[0-9a-f]{4})$`

// Pattern is the form of its values.
func (Device) Pattern() string { return DevicePattern }

// UnmarshalText implements [encoding.TextUnmarshaler].
func (d *Device) UnmarshalText(text []byte) error {
	if !isDevice(string(text)) {
		return fmt.Errorf("%q is no device: want virtio-rng, virtio-blk, virtio-net, virtio-console or pci:VVVV:PPPP with four hexadecimal digits each", text)
	}
	*d = Device(text)
	return nil
}

// isDevice reports whether a text has the form of DevicePattern, which is not compiled for it: that takes longer than all
// else in the reading of a manifest, at each boot.
func isDevice(text string) bool {
	if slices.Contains(words(VirtioRNG, VirtioBlock, VirtioNet, VirtioConsole), text) {
		return true
	}
	ids, pci := strings.CutPrefix(text, "pci:")
	vendor, product, both := strings.Cut(ids, ":")
	return pci && both && isHex4(vendor) && isHex4(product)
}

func isHex4(digits string) bool {
	return len(digits) == 4 && strings.Trim(digits, "0123456789abcdef") == ""
}

func words[T ~string](list ...T) []string {
	out := make([]string, len(list))
	for i, w := range list {
		out[i] = string(w)
	}
	return out
}

// word is a string that has one of a few values.
type word interface {
	~string
	Words() []string
}

// setWord sets a value to a text, if it is one that the value may have.
func setWord[T word](to *T, text []byte) error {
	known := (*to).Words()
	if slices.Contains(known, string(text)) {
		*to = T(text)
		return nil
	}
	if near := diag.Nearest(string(text), known); near != "" {
		return fmt.Errorf("%q is none of %s: did you mean %s?", text, strings.Join(known, ", "), near)
	}
	return fmt.Errorf("%q is none of %s", text, strings.Join(known, ", "))
}
