package ipc

import (
	"context"
	"errors"
	"math"
	"testing"
	"testing/synctest"
	"time"

	"github.com/witan-os/witan/kernel/capability"
)

// line is an interrupt with a reference to it.
type line struct {
	*Interrupt
	ref *capability.Ref
}

func newLine() *line {
	i := NewInterrupt()
	return &line{i, capability.New(i, capability.Receive, 0)}
}

func TestInterrupt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLine()
		wait := func(timeout time.Duration, wantTimes uint64, wantErr error) {
			t.Helper()
			times, err := Wait(t.Context(), l.ref, timeout)
			if times != wantTimes || !errors.Is(err, wantErr) || wantErr == nil && err != nil {
				t.Errorf("got %d, %v, want %d, %v", times, err, wantTimes, wantErr)
			}
		}
		wait(0, 0, ErrTimeout)
		wait(time.Second, 0, ErrTimeout)
		l.Raise(1)
		l.Raise(2)
		wait(Forever, 3, nil)
		wait(0, 0, ErrTimeout)
		wait(0, 0, ErrTimeout)
		go func() {
			time.Sleep(time.Hour)
			l.Raise(1)
		}()
		wait(Forever, 1, nil)
		l.Raise(math.MaxUint64)
		l.Raise(5)
		wait(0, math.MaxUint64, nil)
		l.Raise(0)
		wait(time.Second, 0, ErrTimeout)
		l.ref.Drop()
		wait(Forever, 0, capability.ErrRevoked)
		l.Raise(1) // the device does not know yet
	})
}

// TestInterruptWaiters has several wait: each time that the device asks, one is told.
func TestInterruptWaiters(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLine()
		ctx, cancel := context.WithCancelCause(t.Context())
		reason := errors.New("killed")
		results := make(chan error, 4)
		for range 4 {
			go func() {
				times, err := Wait(ctx, l.ref, Forever)
				if err == nil && times != 1 {
					t.Errorf("the device has asked %d times", times)
				}
				results <- err
			}()
		}
		synctest.Wait()
		for range 2 {
			l.Raise(1)
			wantError(t, "one who is told", <-results, nil)
			synctest.Wait()
			if len(results) != 0 {
				t.Error("somebody else was told as well")
			}
		}
		cancel(reason)
		for range 2 {
			wantError(t, "one who is killed", <-results, reason)
		}
		_, err := Wait(ctx, l.ref, Forever)
		wantError(t, "waiting after the end", err, reason)
	})
}

func TestInterruptRevoked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLine()
		via, err := l.ref.Derive(capability.Receive, 0)
		if err != nil {
			t.Fatal(err)
		}
		none, err := l.ref.Derive(0, 0)
		if err != nil {
			t.Fatal(err)
		}
		result := make(chan error)
		go func() {
			_, err := Wait(t.Context(), via, Forever)
			result <- err
		}()
		synctest.Wait()
		l.ref.Revoke()
		wantError(t, "one whose reference is revoked", <-result, capability.ErrRevoked)
		_, err = Wait(t.Context(), none, 0)
		wantError(t, "waiting through what was revoked", err, capability.ErrRevoked)
		l.Raise(1)
		if times, err := Wait(t.Context(), l.ref, 0); times != 1 || err != nil {
			t.Errorf("got %d, %v", times, err)
		}
	})
	_, err := Wait(t.Context(), capability.New(NewEndpoint(Limits{}), capability.Receive, 0), 0)
	var kind *capability.WrongKind
	if !errors.As(err, &kind) {
		t.Errorf("waiting for an endpoint: %v", err)
	}
}
