package guard

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/witan-os/witan/internal/testwasm"
	"github.com/witan-os/witan/runtime/glue"
	"github.com/witan-os/witan/runtime/value"
	"github.com/witan-os/witan/runtime/vm"
)

func TestCalls(t *testing.T) {
	s := newService(t)
	i := s.connect()
	for _, tt := range []struct {
		name string
		args []value.Value
		want value.Value
	}{
		{"add", []value.Value{uint32(1<<32 - 1), uint32(3)}, uint32(2)},
		{"mixed", []value.Value{value.Tuple{uint16(1<<16 - 1), int8(-4)}, int16(-1 << 15)}, int8(-5)},
		{"nothing", nil, nil},
		{"wide", []value.Value{uint64(1<<63 + 3), true, uint8(200)}, uint64(6)},
		{"positive", []value.Value{uint32(256)}, true},
		{"positive", []value.Value{uint32(0)}, false},
		{"echo", []value.Value{"naïve"}, "naïve"},
		{"try", []value.Value{uint32(7)}, value.OK(uint32(7))},
	} {
		for range 3 {
			if got := call(t, i, tt.name, tt.args...); !value.Equal(got, tt.want) && (got != nil || tt.want != nil) {
				t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
			}
		}
	}
	if s.calls != 0 {
		t.Errorf("%d calls have begun and not ended", s.calls)
	}
}

// TestNoAllocation holds that numbers pass without garbage.
func TestNoAllocation(t *testing.T) {
	s := newService(t)
	i := s.connect()
	e, err := i.Func("", "add")
	if err != nil {
		t.Fatal(err)
	}
	ctx := t.Context()
	n := testing.AllocsPerRun(100, func() {
		if err := e.Enter(ctx); err != nil {
			t.Fatal(err)
		}
		e.Stack()[0], e.Stack()[1] = 1, 2
		if err := e.Finish(); err != nil || e.Stack()[0] != 3 {
			t.Fatal(err)
		}
	})
	if n != 0 {
		t.Errorf("a call of two numbers allocates %v times", n)
	}
}

// TestResources follows a resource through both sides to its end.
func TestResources(t *testing.T) {
	s := newService(t)
	i := s.connect()
	wantSum := func(want uint32) {
		t.Helper()
		if got := call(t, s.instance, "sum"); got != want {
			t.Errorf("resources of %v were destroyed, want %v", got, want)
		}
	}
	one, two := call(t, i, "give", uint32(100)), call(t, i, "give", uint32(20))
	if got := call(t, i, "lend", one); got != uint32(100) {
		t.Errorf("the provider was lent %v", got)
	}
	call(t, i, "drop", one)
	wantSum(100)
	if got := call(t, i, "take", two); got != uint32(20) {
		t.Errorf("the provider was given %v", got)
	}
	wantSum(100) // it has it, and keeps it
	call(t, i, "give", uint32(3))
	if err := i.Close(t.Context()); err != nil {
		t.Error(err)
	}
	wantSum(103) // what a client has at its end is dropped
}

// TestDropsOfTheDying ends a client with resources while its provider is in a call of another one. The client does not
// wait, and the provider drops all of them when it is its turn.
func TestDropsOfTheDying(t *testing.T) {
	s := newService(t)
	life, kill := context.WithCancel(t.Context())
	i, err := s.connectFor(life, compile(t, s.vm, "client", client()), vm.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	for rep := range uint32(10) {
		call(t, i, "give", rep)
	}
	other, err := s.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	before := s.turns.Load()
	kill()
	if err := i.Close(t.Context()); err != nil {
		t.Error(err)
	}
	s.End(other, nil)
	s.await(before + 1)
	if other, err = s.Begin(t.Context()); err != nil {
		t.Fatal(err)
	}
	defer s.End(other, nil)
	if got := call(t, s.instance, "sum"); got != uint32(45) {
		t.Errorf("resources of %v were destroyed, want 45", got)
	}
	if got := s.turns.Load() - before; got != 2 {
		t.Errorf("with the one of the test that has taken %d turns", got)
	}
}

// TestDropOfWhatNobodyGot has a client trap when it gets a resource, which the provider drops then.
func TestDropOfWhatNobodyGot(t *testing.T) {
	s := newService(t)
	i, err := s.connectFor(t.Context(), compile(t, s.vm, "client", client()), vm.Limits{MaxHandles: 1})
	if err != nil {
		t.Fatal(err)
	}
	call(t, i, "give", uint32(1))
	before := s.turns.Load()
	_, err = i.Call(t.Context(), "", "give", uint32(20))
	wantTrap(t, err, "holds 1 resource handles, its limit")
	s.await(before + 2) // the call, and the drop
	other, err := s.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer s.End(other, nil)
	if got := call(t, s.instance, "sum"); got != uint32(20) {
		t.Errorf("resources of %v were destroyed, want 20", got)
	}
}

// TestDropsOfTheDead has the provider end before it can drop what a client has left.
func TestDropsOfTheDead(t *testing.T) {
	s := newService(t)
	life, kill := context.WithCancel(t.Context())
	i, err := s.connectFor(life, compile(t, s.vm, "client", client()), vm.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	call(t, i, "give", uint32(7))
	other, err := s.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	kill()
	if err := i.Close(t.Context()); err != nil {
		t.Error(err)
	}
	s.cancel(errGone)
	s.start()
	s.End(other, nil)
	if got := call(t, s.connect(), "add", uint32(1), uint32(2)); got != uint32(3) {
		t.Errorf("a call of the next life: %v", got)
	}
	if got := call(t, s.instance, "sum"); got != uint32(0) {
		t.Errorf("a resource of the next life was destroyed: %v", got)
	}
}

// TestForged uses handles that the client does not have.
func TestForged(t *testing.T) {
	s := newService(t)
	for _, name := range []string{"lend", "take", "drop"} {
		i := s.connect()
		_, err := i.Call(t.Context(), "", name, uint32(77))
		wantTrap(t, err, "77 is not a handle")
		if s.instance.Err() != nil {
			t.Fatalf("%s: the provider has ended: %v", name, s.instance.Err())
		}
	}
}

// TestEndDuringACall has the provider trap. Only who called it notices, and only if the function has no word for it.
func TestEndDuringACall(t *testing.T) {
	s := newService(t)
	victim, other, careful := s.connect(), s.connect(), s.connect()
	_, err := victim.Call(t.Context(), "", "fail")
	wantTrap(t, err, "no answer from process provider: trap in component \"provider\", function fail: unreachable")
	if _, err := other.Call(t.Context(), "", "add", uint32(1), uint32(2)); !errors.Is(err, errGone) {
		t.Errorf("a call after the end: %v", err)
	}
	if got := call(t, careful, "try", uint32(1)); !value.Equal(got, value.Err(value.Enum("unavailable"))) {
		t.Errorf("try: %v", got)
	}
	s.start()
	if got := call(t, careful, "try", uint32(0)); !value.Equal(got, value.Err(value.Enum("unavailable"))) {
		t.Errorf("a call in which the provider ends: %v", got)
	}
	s.start()
	if got := call(t, careful, "add", uint32(40), uint32(2)); got != uint32(42) {
		t.Errorf("a call of a new life: %v", got)
	}
}

// TestGone has a client start when its provider has ended for good. Its calls have no answer, and what it gives is dropped.
func TestGone(t *testing.T) {
	s := newService(t)
	s.life = nil
	i := s.connect()
	if got := call(t, i, "try", uint32(1)); !value.Equal(got, value.Err(value.Enum("unavailable"))) {
		t.Errorf("try: %v", got)
	}
	_, err := i.Call(t.Context(), "", "echo", "text")
	wantTrap(t, err, "no answer from process provider: it has ended for good: it was told to")
}

// TestUnfit passes what the provider has no room for. That is noted as the client's doing, which a trap of the provider's
// own code is not.
func TestUnfit(t *testing.T) {
	s := newService(t)
	unfit := func() bool { return errors.As(s.ended, new(*glue.UnfitError)) }
	_, err := s.connect().Call(t.Context(), "", "fail")
	wantTrap(t, err, "unreachable")
	if s.ended == nil || unfit() {
		t.Errorf("a trap of the provider's: %v", s.ended)
	}
	s.start()
	text := strings.Repeat("x", 25<<10)
	for range 2 { // after that, its page is full
		if got := call(t, s.connect(), "echo", text); got != text || s.ended != nil {
			t.Errorf("what there is room for: %v", s.ended)
		}
	}
	_, err = s.connect().Call(t.Context(), "", "echo", text)
	wantTrap(t, err, "no answer from process provider: trap in component \"provider\", function echo: 25600 bytes at")
	if !unfit() || s.instance.Err() == nil {
		t.Errorf("no room: %v, and the provider: %v", s.ended, s.instance.Err())
	}
	s.start()
	s.room = 100
	i, before := s.connect(), s.turns.Load()
	_, err = i.Call(t.Context(), "", "echo", text)
	wantTrap(t, err, "no answer from process provider: there is no room")
	if got := s.turns.Load(); got != before || s.instance.Err() != nil {
		t.Errorf("who is not admitted had %d turns, and the provider: %v", got-before, s.instance.Err())
	}
}

// TestStale uses a resource after the end of the life that made it.
func TestStale(t *testing.T) {
	s := newService(t)
	i := s.connect()
	h := call(t, i, "give", uint32(5))
	spare := call(t, i, "give", uint32(6))
	s.start()
	call(t, s.instance, "give", uint32(9)) // has the number in the new life
	call(t, i, "drop", spare)              // reaches nobody
	if got := call(t, s.instance, "sum"); got != uint32(0) {
		t.Errorf("a resource of the new life was destroyed: %v", got)
	}
	if got := call(t, i, "try-take", h); !value.Equal(got, value.Err(value.Enum("unavailable"))) {
		t.Errorf("giving a stale resource: %v", got)
	}
	i = s.connect()
	h = call(t, i, "give", uint32(5))
	s.start()
	_, err := i.Call(t.Context(), "", "lend", h)
	wantTrap(t, err, "belongs to another instance")
	if s.instance.Err() != nil {
		t.Errorf("the provider has ended: %v", s.instance.Err())
	}
}

// TestCancel ends a provider that does not return, and then a client that waits.
func TestCancel(t *testing.T) {
	s := newService(t)
	i := s.connect()
	why := errors.New("enough")
	var wg sync.WaitGroup
	wg.Go(func() { s.cancel(why) })
	_, err := i.Call(t.Context(), "", "spin")
	wg.Wait()
	if errors.Is(err, why) {
		t.Error("the client has the error that ended the provider")
	}
	wantTrap(t, err, "no answer from process provider: trap in component \"provider\", function spin: cancelled: enough")
	s.start()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = s.connect().Call(ctx, "", "try", uint32(1))
	if s.instance.Err() != nil {
		t.Errorf("a client that was ended has ended the provider: %v, %v", err, s.instance.Err())
	}
}

// TestOtherTypes has clients that expect other types than there are.
func TestOtherTypes(t *testing.T) {
	s := newService(t)
	for typ, want := range map[string]string{
		"func(a: u32) -> u32":         "func(a: u32, b: u32) -> u32",
		"func(a: u32, b: u32) -> u64": "func(a: u32, b: u32) -> u32",
		"func(a: u32, c: u32) -> u32": "func(a: u32, b: u32) -> u32",
	} {
		c := testwasm.NewComponent()
		c.ImportInstance(api, testwasm.NewInstanceType().Func("add", typ))
		_, err := s.tryConnect(compile(t, s.vm, "client", c.Bytes()))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", typ, err)
		}
	}
	c := testwasm.NewComponent()
	c.ImportInstance(api, testwasm.NewInstanceType().Func("subtract", "func()"))
	if _, err := s.tryConnect(compile(t, s.vm, "client", c.Bytes())); err == nil || !strings.Contains(err.Error(), "has no exported function subtract") {
		t.Errorf("a function that is not there: %v", err)
	}
}

// TestManyClients call at the same time.
func TestManyClients(t *testing.T) {
	s := newService(t)
	var wg sync.WaitGroup
	for n := range 4 {
		i := s.connect()
		wg.Go(func() {
			for k := range 200 {
				if got, err := i.Call(t.Context(), "", "add", uint32(n), uint32(k)); err != nil || got != uint32(n+k) {
					t.Errorf("%d + %d: %v, %v", n, k, got, err)
					return
				}
				if got, err := i.Call(t.Context(), "", "echo", "text"); err != nil || got != "text" {
					t.Errorf("echo: %v, %v", got, err)
					return
				}
			}
		})
	}
	wg.Wait()
}

func wantTrap(t *testing.T, err error, reason string) {
	t.Helper()
	var trap *vm.Trap
	if !errors.As(err, &trap) || !strings.Contains(trap.Reason, reason) {
		t.Errorf("got %v, want a trap: %s", err, reason)
	}
}
