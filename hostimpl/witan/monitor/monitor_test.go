package monitor

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	witcap "github.com/witan-os/witan/generated/witan/kernel/v0.1/capability"
	wit "github.com/witan-os/witan/generated/witan/kernel/v0.1/monitor"
	"github.com/witan-os/witan/hostimpl/witan/capability"
	"github.com/witan-os/witan/hostimpl/witan/internal/fakekernel"
	"github.com/witan-os/witan/kernel/host"
)

func newProvider() (provider, *fakekernel.Kernel) {
	k := fakekernel.New()
	return provider{&capability.Holder{Kernel: k, ID: 1}}, k
}

func TestProcesses(t *testing.T) {
	p, k := newProvider()
	k.List = []host.Info{{
		ID: 3, Parent: 1, Name: "na\xefve", State: host.Waiting, Uptime: time.Second, CPUTime: time.Millisecond,
		Memory: 5, MemoryLimit: 6, Handles: 7, Calls: 8, Denied: 9, Restarts: 10,
	}}
	got, err := p.Processes(t.Context())
	want := []wit.Info{{
		ID: 3, Parent: 1, Name: "na\ufffdve", State: wit.StateWaiting, Uptime: 1e9, CPUTime: 1e6,
		Memory: 5, MemoryLimit: 6, Handles: 7, Calls: 8, Denied: 9, Restarts: 10,
	}}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Error(diff, err)
	}
}

// TestStates has the states of both sides in step.
func TestStates(t *testing.T) {
	for s := host.Starting; s <= host.Ended; s++ {
		if got := wit.State(s).String(); got != s.String() {
			t.Errorf("%s is %s in WIT", s, got)
		}
	}
}

func TestCallsAndTrace(t *testing.T) {
	p, k := newProvider()
	k.Counts = map[uint64][]host.Count{4: {{Number: 12, Name: "wasi:clocks/monotonic-clock@0.2#now", Count: 99}}}
	got, err := p.Calls(t.Context(), 4)
	want := []wit.CallCount{{Number: 12, Name: "wasi:clocks/monotonic-clock@0.2#now", Count: 99}}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Error(diff, err)
	}
	if err := p.Trace(t.Context(), 4, true); err != nil || !k.Traced[4] {
		t.Errorf("tracing: %v, %v", k.Traced, err)
	}
	_, err = p.Calls(t.Context(), 5)
	for _, err := range []error{err, p.Trace(t.Context(), 5, true)} {
		if !errors.Is(err, witcap.ErrorNotFound) {
			t.Errorf("a process that there is none of: %v", err)
		}
	}
}

// TestAudit reads on from where the last call has ended.
func TestAudit(t *testing.T) {
	p, k := newProvider()
	for i := range uint64(maxEvents + 1) {
		k.Record = append(k.Record, host.Event{Sequence: i + 1, What: "denied", Detail: "a\xff"})
	}
	first, err := p.Audit(t.Context(), 0)
	if err != nil || len(first) != maxEvents {
		t.Fatalf("%d events, %v", len(first), err)
	}
	rest, err := p.Audit(t.Context(), first[maxEvents-1].Sequence)
	want := []wit.Event{{Sequence: maxEvents + 1, What: "denied", Detail: "a\ufffd"}}
	if diff := cmp.Diff(want, rest); diff != "" || err != nil {
		t.Error(diff, err)
	}
}

func TestKill(t *testing.T) {
	p, k := newProvider()
	for _, test := range []struct{ err, want error }{
		{nil, nil},
		{host.ErrDenied, witcap.ErrorDenied},
		{host.ErrNotFound, witcap.ErrorNotFound},
		{context.Canceled, context.Canceled},
	} {
		k.Killing = func(context.Context, uint64) error { return test.err }
		if err := p.Kill(t.Context(), 3); !errors.Is(err, test.want) {
			t.Errorf("%v: got %v", test.err, err)
		}
	}
	if len(k.Refusal) != 1 {
		t.Errorf("recorded: %q", k.Refusal)
	}
}
