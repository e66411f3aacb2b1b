package processes

import (
	"context"
	"errors"
	"math"
	"strings"
	"time"

	wit "github.com/witan-os/witan/generated/witan/kernel/v0.1/processes"
	"github.com/witan-os/witan/hostimpl/witan/capability"
	"github.com/witan-os/witan/kernel/host"
	"github.com/witan-os/witan/kernel/ipc"
	"github.com/witan-os/witan/runtime/glue"
)

// This file is about the ends of processes, for all interfaces that tell of them.

// Await has a process wait for the end of another one, for so many nanoseconds at most.
func Await(
	ctx context.Context, h *capability.Holder, timeout glue.Option[uint64], wait func(context.Context) (host.Ending, error),
) (wit.Ending, error) {
	waiting := ctx
	if n, ok := timeout.Get(); ok && n < math.MaxInt64 {
		var cancel context.CancelFunc
		waiting, cancel = context.WithTimeoutCause(ctx, time.Duration(n), ipc.ErrTimeout)
		defer cancel()
	}
	var end host.Ending
	var err error
	glue.Blocking(ctx, func() { end, err = wait(waiting) })
	if errors.Is(err, waiting.Err()) {
		err = context.Cause(waiting)
	}
	if err != nil {
		return wit.Ending{}, h.Fail("wait", err)
	}
	return Ending(end), nil
}

// Ending is how a process has ended, as programs get it.
func Ending(e host.Ending) wit.Ending {
	switch e.Kind {
	case host.Trapped:
		return wit.EndingTrapped(strings.ToValidUTF8(e.Reason, "\ufffd"))
	case host.Killed:
		return wit.EndingKilled()
	}
	return wit.EndingExited(e.Status)
}
