// Package pollable implements wasi:io/poll: waiting for the first of several events.
//
// Whatever a program can wait for is an [Event]. A wait costs no goroutine: events are asked to notify one
// channel that the waiting call owns.
package pollable

import (
	"context"
	"errors"
	"time"

	"github.com/witan-os/witan/generated/wasi/io/v0.2/poll"
	"github.com/witan-os/witan/runtime/glue"
)

// Event is a condition that can be waited for. Once ready it may become unready again, as a stream does
// when it is read. Events can be compared, and equal ones are one.
type Event interface {
	// Ready reports whether the condition holds.
	Ready() bool
	// Notify asks for a send to w as soon as the event may be ready, if w has room, and at least once if
	// it is ready already. stop withdraws that.
	Notify(w chan<- struct{}) (stop func())
}

// New makes a resource of an event.
func New(e Event) glue.Own[poll.Pollable] { return glue.Give[poll.Pollable](&pollable{e}) }

// Ready makes a pollable that is always ready.
func Ready() glue.Own[poll.Pollable] { return always }

var always = New(ready{})

type ready struct{}

func (ready) Ready() bool { return true }

func (ready) Notify(w chan<- struct{}) func() {
	Signal(w)
	return func() {}
}

// At makes a pollable that is ready from an instant on.
func At(t time.Time) glue.Own[poll.Pollable] { return New(timer{t}) }

// timer is an instant. Its readings are monotonic.
type timer struct{ at time.Time }

func (t timer) Ready() bool { return !time.Now().Before(t.at) }

func (t timer) Notify(w chan<- struct{}) func() {
	clock := time.AfterFunc(time.Until(t.at), func() { Signal(w) })
	return func() { clock.Stop() }
}

// Signal sends to a channel of one waiting call, unless a signal is waiting there already.
func Signal(w chan<- struct{}) {
	select {
	case w <- struct{}{}:
	default:
	}
}

// pollable is the resource.
type pollable struct{ event Event }

// Ready implements the resource's method.
func (p *pollable) Ready(context.Context) (bool, error) { return p.event.Ready(), nil }

// Block implements the resource's method.
func (p *pollable) Block(ctx context.Context) error {
	_, err := wait(ctx, []Event{p.event})
	return err
}

// Interfaces are the host interfaces of this package.
func Interfaces() glue.Fixed { return poll.Provide(host{}) }

type host struct{}

var errEmpty = errors.New("the list of pollables is empty")

// Poll waits for the first of several pollables.
func (host) Poll(ctx context.Context, in []poll.Pollable) ([]uint32, error) {
	if len(in) == 0 {
		return nil, errEmpty
	}
	events := make([]Event, len(in))
	for i, p := range in {
		own, ok := p.(*pollable)
		if !ok {
			return nil, errors.New("a pollable comes from another implementation of wasi:io/poll")
		}
		events[i] = own.event
	}
	return wait(ctx, events)
}

// wait returns the positions of the events that are ready, once there is one.
func wait(ctx context.Context, events []Event) ([]uint32, error) {
	if found := readyOf(events); len(found) > 0 {
		return found, nil
	}
	w := make(chan struct{}, 1)
	for _, e := range distinct(events) {
		defer e.Notify(w)()
	}
	var found []uint32
	glue.Blocking(ctx, func() {
		for ctx.Err() == nil && len(found) == 0 {
			select {
			case <-w:
				found = readyOf(events)
			case <-ctx.Done():
			}
		}
	})
	if len(found) == 0 {
		return nil, context.Cause(ctx)
	}
	return found, nil
}

// distinct are the events that have to notify a wait: each one once, and of the instants the first, which is when the wait
// is over. So a wait costs what the program has handles for, however long its list is: a handle may be in there many times,
// and a clock that is due has a goroutine.
func distinct(events []Event) []Event {
	seen := make(map[Event]bool)
	var list []Event
	var first *timer
	for _, e := range events {
		if t, ok := e.(timer); ok {
			if first == nil || t.at.Before(first.at) {
				first = &t
			}
		} else if !seen[e] {
			seen[e] = true
			list = append(list, e)
		}
	}
	if first != nil {
		list = append(list, *first)
	}
	return list
}

func readyOf(events []Event) []uint32 {
	var found []uint32
	for i, e := range events {
		if e.Ready() {
			found = append(found, uint32(i))
		}
	}
	return found
}
