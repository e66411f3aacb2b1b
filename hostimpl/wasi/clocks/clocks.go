// Package clocks implements wasi:clocks on Go's clocks.
package clocks

import (
	"context"
	"errors"
	"math"
	"slices"
	"time"

	"github.com/witan-os/witan/generated/wasi/clocks/v0.2/monotonicclock"
	"github.com/witan-os/witan/generated/wasi/clocks/v0.2/wallclock"
	"github.com/witan-os/witan/generated/wasi/io/v0.2/poll"
	"github.com/witan-os/witan/hostimpl/wasi/pollable"
	"github.com/witan-os/witan/runtime/glue"
)

// Interfaces are the host interfaces of this package. The monotonic clock starts now.
func Interfaces() glue.Fixed {
	return slices.Concat(monotonicclock.Provide(monotonic{time.Now()}), wallclock.Provide(wall{}))
}

// monotonic counts nanoseconds since its start.
type monotonic struct{ start time.Time }

// Now implements monotonicclock.Host. Go's clock does not go back, so the difference is never negative.
func (m monotonic) Now(context.Context) (monotonicclock.Instant, error) {
	return uint64(time.Since(m.start)), nil
}

// Resolution implements monotonicclock.Host.
func (m monotonic) Resolution(context.Context) (monotonicclock.Duration, error) { return 1, nil }

// SubscribeInstant implements monotonicclock.Host.
func (m monotonic) SubscribeInstant(_ context.Context, when monotonicclock.Instant) (glue.Own[poll.Pollable], error) {
	return pollable.At(m.start.Add(span(when))), nil
}

// SubscribeDuration implements monotonicclock.Host.
func (m monotonic) SubscribeDuration(_ context.Context, when monotonicclock.Duration) (glue.Own[poll.Pollable], error) {
	return pollable.At(time.Now().Add(span(when))), nil
}

// span is a number of nanoseconds as Go has it, cut to 146 years so that adding it to a time can't overflow.
func span(ns uint64) time.Duration { return time.Duration(min(ns, math.MaxInt64/2)) }

// wall is the time of day.
type wall struct{}

// Now implements wallclock.Host.
func (wall) Now(context.Context) (wallclock.Datetime, error) { return datetime(time.Now()) }

// datetime is a time as WASI has it. A clock that is set before 1970 can't be told: the error traps.
func datetime(t time.Time) (wallclock.Datetime, error) {
	if t.Unix() < 0 {
		return wallclock.Datetime{}, errors.New("the clock of this machine is set to a time before 1970")
	}
	return wallclock.Datetime{Seconds: uint64(t.Unix()), Nanoseconds: uint32(t.Nanosecond())}, nil
}

// Resolution implements wallclock.Host.
func (wall) Resolution(context.Context) (wallclock.Datetime, error) {
	return wallclock.Datetime{Nanoseconds: 1}, nil
}
