package manifest

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// Size is a number of bytes, written with a unit: "64 KiB".
type Size uint64

// The units of sizes, the largest first.
var sizeUnits = []struct {
	name  string
	bytes uint64
}{
	{"GiB", 1 << 30},
	{"MiB", 1 << 20},
	{"KiB", 1 << 10},
	{"B", 1},
}

// Pattern is the form of its values.
func (Size) Pattern() string { return `^[0-9]{1,15} ?(B|KiB|MiB|GiB)$` }

// String is the size in the largest unit that shows all of it.
func (s Size) String() string {
	for _, u := range sizeUnits {
		if s != 0 && uint64(s)%u.bytes == 0 {
			return strconv.FormatUint(uint64(s)/u.bytes, 10) + " " + u.name
		}
	}
	return "0 B"
}

// MarshalText implements [encoding.TextMarshaler].
func (s Size) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText implements [encoding.TextUnmarshaler].
func (s *Size) UnmarshalText(text []byte) error {
	for _, u := range sizeUnits {
		digits, ok := strings.CutSuffix(string(text), u.name)
		if !ok {
			continue
		}
		n, err := decimal(strings.TrimSuffix(digits, " "))
		switch {
		case errors.Is(err, strconv.ErrRange), err == nil && n > math.MaxInt64/u.bytes:
			return fmt.Errorf("%q is too much", text)
		case err == nil:
			*s = Size(n * u.bytes)
			return nil
		}
		break
	}
	return fmt.Errorf(`%q is no size: want a number and B, KiB, MiB or GiB, such as "64 KiB"`, text)
}

// Duration is a time, written as Go writes it: "200ms", "1m30s". It is more than nothing.
type Duration time.Duration

// Pattern is the form of its values.
func (Duration) Pattern() string { return `^([0-9]+(\.[0-9]+)?(ns|us|µs|ms|s|m|h))+$` }

// String is the time as Go writes it.
func (d Duration) String() string { return time.Duration(d).String() }

// MarshalText implements [encoding.TextMarshaler].
func (d Duration) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText implements [encoding.TextUnmarshaler].
func (d *Duration) UnmarshalText(text []byte) error {
	t, err := time.ParseDuration(string(text))
	if err != nil || t <= 0 {
		return fmt.Errorf(`%q is no time: want one such as "200ms" or "10s"`, text)
	}
	*d = Duration(t)
	return nil
}

// Share is a part of a CPU in percent, 1 to 100, written with the sign: "50%".
type Share int

// Pattern is the form of its values.
func (Share) Pattern() string { return `^(100|[1-9][0-9]?)%$` }

// String is the share with its sign.
func (s Share) String() string { return strconv.Itoa(int(s)) + "%" }

// MarshalText implements [encoding.TextMarshaler].
func (s Share) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText implements [encoding.TextUnmarshaler].
func (s *Share) UnmarshalText(text []byte) error {
	digits, ok := strings.CutSuffix(string(text), "%")
	n, err := decimal(digits)
	if !ok || err != nil || n < 1 || n > 100 {
		return fmt.Errorf(`%q is no share of a CPU: want "1%%" to "100%%"`, text)
	}
	*s = Share(n)
	return nil
}

// decimal reads a number of nothing but digits.
func decimal(digits string) (uint64, error) {
	if strings.Trim(digits, "0123456789") != "" {
		return 0, strconv.ErrSyntax
	}
	return strconv.ParseUint(digits, 10, 64)
}
