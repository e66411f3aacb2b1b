package pollable

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/witan-os/witan/generated/wasi/io/v0.2/poll"
)

// The tests run in bubbles of testing/synctest: their clock stands until all wait for it, so that times are
// exact, and no goroutine may be left over.

var polls poll.Host = host{}

// gate is an event that a test opens and shuts.
type gate struct {
	mu      sync.Mutex
	open    bool
	waiting []chan<- struct{}
}

func (g *gate) set(open bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.open = open
	for _, w := range g.waiting {
		Signal(w)
	}
}

func (g *gate) Ready() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.open
}

func (g *gate) Notify(w chan<- struct{}) func() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.waiting = append(g.waiting, w)
	if g.open {
		Signal(w)
	}
	return func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		i := slices.Index(g.waiting, w)
		g.waiting = slices.Delete(g.waiting, i, i+1)
	}
}

// watched is how many waits the gate knows of.
func (g *gate) watched() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return len(g.waiting)
}

// list makes the parameter of poll.
func list(events ...Event) []poll.Pollable {
	out := make([]poll.Pollable, len(events))
	for i, e := range events {
		out[i] = New(e).Value()
	}
	return out
}

func TestPollReportsAllThatAreReady(t *testing.T) {
	past, future := timer{time.Now()}, timer{time.Now().Add(time.Hour)}
	open := &gate{open: true}
	got, err := polls.Poll(t.Context(), list(future, ready{}, &gate{}, past, open, open))
	if want := []uint32{1, 3, 4, 5}; err != nil || !slices.Equal(got, want) {
		t.Errorf("%v, %v; want %v", got, err, want)
	}
}

func TestPollWaitsForTheFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		first, never := &gate{}, &gate{}
		time.AfterFunc(time.Minute, func() { first.set(true) })
		got, err := polls.Poll(t.Context(), list(never, timer{start.Add(time.Hour)}, first, first))
		if want := []uint32{2, 3}; err != nil || !slices.Equal(got, want) {
			t.Errorf("%v, %v; want %v", got, err, want)
		}
		if d := time.Since(start); d != time.Minute {
			t.Errorf("waited %v", d)
		}
		if first.watched()+never.watched() != 0 {
			t.Error("events still notify a wait that is over")
		}
	})
}

func TestPollWithTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		got, err := polls.Poll(t.Context(), list(&gate{}, At(start.Add(time.Second)).Value().(*pollable).event))
		if want := []uint32{1}; err != nil || !slices.Equal(got, want) {
			t.Errorf("%v, %v; want %v", got, err, want)
		}
		if d := time.Since(start); d != time.Second {
			t.Errorf("waited %v", d)
		}
	})
}

// TestFalseAlarm has an event become unready between its signal and the look at it.
func TestFalseAlarm(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := &gate{}
		go func() {
			synctest.Wait()
			g.set(false)
			synctest.Wait()
			g.set(true)
		}()
		got, err := polls.Poll(t.Context(), list(g))
		if err != nil || len(got) != 1 || !g.Ready() {
			t.Errorf("%v, %v", got, err)
		}
	})
}

func TestPollOfMany(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const many = 10_000
		gates, events := make([]*gate, many), make([]Event, many)
		for i := range gates {
			gates[i] = new(gate)
			events[i] = gates[i]
		}
		chosen := rand.IntN(many)
		go func() {
			synctest.Wait()
			gates[chosen].set(true)
		}()
		got, err := polls.Poll(t.Context(), list(events...))
		if err != nil || !slices.Equal(got, []uint32{uint32(chosen)}) {
			t.Errorf("%v, %v; want %d", got, err, chosen)
		}
	})
}

// TestPollOfFewManyTimes has a list in which there are the same handles over and over.
func TestPollOfFewManyTimes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const times = 100_000
		start, never := time.Now(), &gate{}
		events := make([]Event, 0, 3*times)
		for range times {
			events = append(events, timer{start.Add(time.Hour)}, never, timer{start.Add(time.Minute)})
		}
		watched := 0
		go func() {
			synctest.Wait()
			watched = never.watched()
		}()
		got, err := polls.Poll(t.Context(), list(events...))
		if err != nil || len(got) != times || got[0] != 2 {
			t.Errorf("%d are ready, %v", len(got), err)
		}
		if d := time.Since(start); d != time.Minute {
			t.Errorf("waited %v", d)
		}
		if watched != 1 {
			t.Errorf("one event has to notify a wait %d times", watched)
		}
		if n := len(distinct(events)); n != 2 {
			t.Errorf("%d events have to notify a wait", n)
		}
	})
}

func TestContextEndsAWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		why := errors.New("the process is killed")
		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(time.Second, func() { cancel(why) })
		g := &gate{}
		if _, err := polls.Poll(ctx, list(g, timer{time.Now().Add(time.Hour)})); !errors.Is(err, why) {
			t.Errorf("poll: %v", err)
		}
		if err := New(g).Value().Block(ctx); !errors.Is(err, why) {
			t.Errorf("block: %v", err)
		}
		if g.watched() != 0 {
			t.Error("an event still notifies a wait that is over")
		}
	})
}

func TestBlockAndReady(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := At(time.Now().Add(time.Second)).Value()
		if got, err := p.Ready(t.Context()); got || err != nil {
			t.Errorf("early: %t, %v", got, err)
		}
		if err := p.Block(t.Context()); err != nil {
			t.Error(err)
		}
		if got, err := p.Ready(t.Context()); !got || err != nil {
			t.Errorf("afterwards: %t, %v", got, err)
		}
		if err := Ready().Value().Block(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

// foreign is a pollable that something else than this package made.
type foreign struct{ poll.Pollable }

func TestBadListsTrap(t *testing.T) {
	if _, err := polls.Poll(t.Context(), nil); err == nil {
		t.Error("an empty list is taken")
	}
	if _, err := polls.Poll(t.Context(), []poll.Pollable{Ready().Value(), foreign{}}); err == nil {
		t.Error("a foreign pollable is taken")
	}
}

// TestConcurrentPolls is for the race detector: processes wait for the same event.
func TestConcurrentPolls(t *testing.T) {
	g := &gate{}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if got, err := polls.Poll(t.Context(), list(g, &gate{})); err != nil || !slices.Equal(got, []uint32{0}) {
				t.Errorf("%v, %v", got, err)
			}
		})
	}
	g.set(true)
	wg.Wait()
}
