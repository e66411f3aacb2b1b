package ipc

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/synctest"

	"github.com/witan-os/witan/kernel/capability"
)

// This file compares an endpoint with a model that is too simple to be wrong: slices instead of lists, and no goroutines.
// Both do what a string of bytes says. Operations that have to wait do so in goroutines of their own; after each step all
// of them have gone as far as they can, and the model says how far that is.

const (
	modelParties  = 3
	modelSlots    = 2
	modelMessages = 3
	modelBytes    = 100
	modelPayload  = 60
)

// thing is an object to be passed on.
type thing struct{ closed int }

func (*thing) Kind() capability.Kind { return capability.Framebuffer }

func (*thing) Rights() capability.Rights { return capability.Framebuffer.Rights() }

func (o *thing) Close() { o.closed++ }

// actor is a process.
type actor struct {
	Party
	ctx    context.Context
	kill   context.CancelFunc
	above  *capability.Ref // what via was derived from
	via    *capability.Ref
	badge  uint64
	things map[capability.Handle]*thing // what it holds
}

// operation is one that an actor has begun.
type operation struct {
	by     *actor
	kind   string
	m      Message
	size   int
	cancel context.CancelFunc

	// What has come out of it, and what should.
	ended, wantEnded bool
	err, wantErr     error
	got, want        Delivery // without handle and reply
	passed           *thing   // that should have been received

	answers *operation // a receiver's: the call that it has received
	owes    *actor     // a caller's: who has received its message
	thing   *thing     // of a message that was let in: what is passed on
	badge   uint64
}

// world is the endpoint and its model.
type world struct {
	t       testing.TB
	program []byte
	labels  uint64
	lives   uint64

	endpoint *Endpoint
	root     *capability.Ref
	actors   [modelParties]*actor
	things   []*thing
	all      []*operation // those that have not ended, or only in this step
	received []*operation // receivers that owe an answer

	receivers, queue, waiting []*operation
}

func (w *world) next(n int) int {
	if len(w.program) == 0 {
		return 0
	}
	b := w.program[0]
	w.program = w.program[1:]
	return int(b) % n
}

func (w *world) begin() {
	w.endpoint = NewEndpoint(Limits{Messages: modelMessages, Bytes: modelBytes, Payload: modelPayload})
	w.root = capability.New(w.endpoint, capability.Endpoint.Rights(), 0)
	for i := range w.actors {
		if w.actors[i] == nil {
			w.actors[i] = w.actor()
		} else {
			w.refer(w.actors[i])
		}
	}
}

func (w *world) actor() *actor {
	w.lives++
	a := &actor{things: map[capability.Handle]*thing{}}
	a.ID, a.Space = w.lives, capability.NewSpace(capability.Limits{Slots: modelSlots})
	a.ctx, a.kill = context.WithCancel(context.Background())
	w.refer(a)
	return a
}

// refer gives an actor a reference to the endpoint.
func (w *world) refer(a *actor) {
	w.lives++
	var err error
	if a.above, err = w.root.Derive(w.root.Rights(), 0); err != nil {
		w.t.Fatal(err)
	}
	a.badge = w.lives
	if a.via, err = a.above.Derive(w.root.Rights(), a.badge); err != nil {
		w.t.Fatal(err)
	}
}

// step does one thing, and lets everybody go on.
func (w *world) step() {
	a := w.actors[w.next(modelParties)]
	switch w.next(16) {
	case 0, 1, 2:
		w.submit(a, "send")
	case 3, 4, 5:
		w.submit(a, "call")
	case 6, 7, 8, 9:
		w.receive(a)
	case 10, 11:
		w.reply(a)
	case 12:
		w.dropReply()
	case 13:
		w.cancel()
	case 14:
		w.revoke(a)
	case 15:
		if w.next(4) == 0 {
			w.closeEndpoint()
		} else {
			w.kill(a)
		}
	}
	w.settle()
	w.check()
}

// message makes a message, which takes a capability along or not.
func (w *world) message(a *actor) (Message, int) {
	w.labels++
	size := w.next(modelPayload)
	m := Message{Label: w.labels, Payload: bytes.Repeat([]byte{byte(w.labels)}, size)}
	switch w.next(3) {
	case 0:
		o := &thing{}
		ref := capability.New(o, capability.Read|capability.Grant, 0)
		h, err := a.Space.Insert(ref)
		if err != nil {
			ref.Drop()
			return m, size
		}
		w.things = append(w.things, o)
		a.things[h] = o
		m.Passed = h
	case 1:
		// One that it has, and perhaps has begun to pass on already.
		handles := make([]capability.Handle, 0, modelSlots)
		for h := range a.things {
			handles = append(handles, h)
		}
		slices.Sort(handles)
		if len(handles) > 0 {
			m.Passed = handles[w.next(len(handles))]
		}
	}
	return m, size
}

// start begins an operation; do returns what comes out of it.
func (w *world) start(op *operation, do func(ctx context.Context) (Delivery, error)) {
	var ctx context.Context
	ctx, op.cancel = context.WithCancel(op.by.ctx)
	w.all = append(w.all, op)
	go func() {
		d, err := do(ctx)
		op.got, op.err = d, err
		op.ended = true
		op.cancel()
	}()
	synctest.Wait()
}

func (w *world) submit(a *actor, kind string) {
	m, size := w.message(a)
	op := &operation{by: a, kind: kind, m: m, size: size, badge: a.badge}
	w.waiting = append(w.waiting, op)
	timeout := Forever
	if w.next(4) == 0 {
		timeout = 0
	}
	w.start(op, func(ctx context.Context) (Delivery, error) {
		if kind == "send" {
			return Delivery{}, a.Send(ctx, a.via, m, timeout)
		}
		return a.Call(ctx, a.via, m, nil, timeout)
	})
	w.settle()
	if timeout == 0 && !op.wantEnded {
		w.end(op, map[string]error{"send": ErrFull, "call": ErrTimeout}[kind])
	}
}

func (w *world) receive(a *actor) {
	op := &operation{by: a, kind: "receive"}
	w.receivers = append(w.receivers, op)
	timeout := Forever
	if w.next(2) == 0 {
		timeout = 0
	}
	w.start(op, func(ctx context.Context) (Delivery, error) { return a.Receive(ctx, a.via, nil, timeout) })
	w.settle()
	if timeout == 0 && !op.wantEnded {
		w.end(op, ErrEmpty)
	}
}

// debt takes one of the receivers that owe an answer.
func (w *world) debt() *operation {
	if len(w.received) == 0 {
		return nil
	}
	return w.received[w.next(len(w.received))]
}

// reply has an actor answer a call, which need not be the one that has received it.
func (w *world) reply(a *actor) {
	op := w.debt()
	if op == nil {
		return
	}
	m, _ := w.message(a)
	call := op.answers
	due := call.owes != nil
	var want error
	switch {
	case !due:
		want = ErrGone
	case m.Passed == 0 || call.by == a:
	case len(call.by.things) == modelSlots:
		want = capability.ErrNoSlots
	}
	if err := a.Reply(op.got.Reply, m); !errors.Is(err, want) || want == nil && err != nil {
		w.t.Fatalf("reply: %v, want %v", err, want)
	}
	if want != nil {
		return
	}
	call.want = Delivery{Label: m.Label, Payload: m.Payload, Sender: a.ID}
	if m.Passed != 0 {
		call.passed = a.things[m.Passed]
		delete(a.things, m.Passed)
		call.by.things[0] = call.passed // until the handle is known
	}
	w.end(call, nil)
}

func (w *world) dropReply() {
	op := w.debt()
	if op == nil {
		return
	}
	op.got.Reply.Drop()
	if op.answers.owes != nil {
		w.end(op.answers, ErrNoReply)
	}
}

func (w *world) cancel() {
	if len(w.all) == 0 {
		return
	}
	w.giveUp(w.all[w.next(len(w.all))])
}

// giveUp cancels the context of an operation.
func (w *world) giveUp(op *operation) {
	op.cancel()
	if !op.wantEnded {
		w.end(op, context.Canceled)
	}
	w.settle()
}

func (w *world) revoke(a *actor) {
	a.above.Revoke()
	w.endAll(func(op *operation) bool { return op.by == a }, capability.ErrRevoked)
	a.above.Drop()
	w.refer(a)
}

// kill ends a process, and begins another in its place.
func (w *world) kill(a *actor) {
	// One after the other, since the order is not known otherwise.
	for _, op := range w.all {
		if op.by == a {
			w.giveUp(op)
		}
	}
	a.kill()
	a.Space.Close()
	w.endAll(func(op *operation) bool { return op.owes == a }, ErrNoReply)
	a.above.Withdraw()
	w.actors[slices.Index(w.actors[:], a)] = w.actor()
}

func (w *world) closeEndpoint() {
	w.root.Withdraw()
	w.queue = slices.DeleteFunc(w.queue, func(op *operation) bool { return op.kind == "sent" })
	w.endAll(func(*operation) bool { return true }, capability.ErrRevoked)
	w.begin()
}

// end ends an operation in the model.
func (w *world) end(op *operation, err error) {
	op.wantEnded, op.wantErr, op.owes = true, err, nil
	is := func(other *operation) bool { return other == op }
	w.receivers = slices.DeleteFunc(w.receivers, is)
	w.waiting = slices.DeleteFunc(w.waiting, is)
	w.queue = slices.DeleteFunc(w.queue, is)
}

func (w *world) endAll(which func(*operation) bool, err error) {
	for _, op := range w.all {
		if !op.wantEnded && which(op) {
			w.end(op, err)
		}
	}
}

// settle does what can be done in the model, after it was done in the other world.
func (w *world) settle() {
	synctest.Wait()
	for {
		for len(w.receivers) > 0 && len(w.queue) > 0 {
			w.deliver(w.queue[0], w.receivers[0])
		}
		if len(w.waiting) == 0 {
			return
		}
		op := w.waiting[0]
		used := op.size
		for _, other := range w.queue {
			used += other.size
		}
		if len(w.queue) == modelMessages || used > modelBytes {
			return
		}
		w.waiting = w.waiting[1:]
		if op.kind == "call" {
			w.queue = append(w.queue, op)
			continue
		}
		w.admit(op)
	}
}

// admit lets a message in, and its sender go on.
func (w *world) admit(op *operation) {
	sent := *op
	sent.kind = "sent"
	if op.m.Passed != 0 {
		if sent.thing = op.by.things[op.m.Passed]; sent.thing == nil {
			w.end(op, capability.ErrStale)
			return
		}
		delete(op.by.things, op.m.Passed)
	}
	w.queue = append(w.queue, &sent)
	w.end(op, nil)
}

func (w *world) deliver(op, to *operation) {
	calls := op.kind == "call"
	passed := op.thing
	if calls && op.m.Passed != 0 {
		if passed = op.by.things[op.m.Passed]; passed == nil {
			w.end(op, capability.ErrStale)
			return
		}
	}
	itself := calls && op.by == to.by
	if passed != nil && !itself && len(to.by.things) == modelSlots {
		w.end(to, capability.ErrNoSlots)
		return
	}
	w.queue = w.queue[1:]
	if passed != nil {
		if calls {
			delete(op.by.things, op.m.Passed)
		}
		to.by.things[0] = passed // until the handle is known
		to.passed = passed
	}
	to.want = Delivery{Label: op.m.Label, Payload: op.m.Payload, Sender: op.by.ID, Badge: op.badge}
	if calls {
		to.answers, op.owes = op, to.by
		w.received = append(w.received, to)
	}
	w.end(to, nil)
	w.settleHandles(to)
}

// settleHandles replaces the handle that was not known yet.
func (w *world) settleHandles(op *operation) {
	synctest.Wait()
	if o, ok := op.by.things[0]; ok && o == op.passed && op.got.Passed != 0 {
		delete(op.by.things, 0)
		op.by.things[op.got.Passed] = o
	}
}

// check compares everything.
func (w *world) check() {
	synctest.Wait()
	for _, op := range w.all {
		w.checkOperation(op)
	}
	w.all = slices.DeleteFunc(w.all, func(op *operation) bool { return op.ended })
	w.received = slices.DeleteFunc(w.received, func(op *operation) bool { return op.answers.wantEnded && w.next(2) == 0 })
	for _, a := range w.actors {
		if n := a.Space.Len(); n != len(a.things) {
			w.t.Fatalf("process %d has %d capabilities, want %d", a.ID, n, len(a.things))
		}
		for h, o := range a.things {
			r, err := a.Space.Get(h, 0)
			if err != nil {
				w.t.Fatalf("process %d has lost a capability: %v", a.ID, err)
			}
			if object, err := r.Object(0); err != nil || object != capability.Object(o) {
				w.t.Fatalf("process %d has another capability than it should: %v", a.ID, err)
			}
		}
	}
	if n := w.endpoint.Len(); n != len(w.queue) {
		w.t.Fatalf("the queue has %d messages, want %d", n, len(w.queue))
	}
}

func (w *world) checkOperation(op *operation) {
	if op.ended != op.wantEnded {
		w.t.Fatalf("%s %d of process %d has ended: %t (%v), want %t (%v)",
			op.kind, op.m.Label, op.by.ID, op.ended, op.err, op.wantEnded, op.wantErr)
	}
	if !op.ended {
		return
	}
	if !errors.Is(op.err, op.wantErr) || op.wantErr == nil && op.err != nil {
		w.t.Fatalf("%s %d: %v, want %v", op.kind, op.m.Label, op.err, op.wantErr)
	}
	got, want := op.got, op.want
	if got.Label != want.Label || got.Sender != want.Sender || got.Badge != want.Badge || !bytes.Equal(got.Payload, want.Payload) {
		w.t.Fatalf("%s: got %+v, want %+v", op.kind, got, want)
	}
	if (got.Passed != 0) != (op.passed != nil) || got.Reply.Wanted() != (op.answers != nil) {
		w.t.Fatalf("%s: got a capability or a reply, or none, where it should be the other way: %+v", op.kind, got)
	}
	w.settleHandles(op)
}

// follow does what the program says, and then has everything end.
func follow(t testing.TB, program []byte) {
	w := &world{t: t, program: program}
	w.begin()
	defer func() {
		for _, a := range w.actors {
			a.kill()
		}
	}()
	for len(w.program) > 0 {
		w.step()
	}
	w.closeEndpoint()
	for _, a := range w.actors {
		w.kill(a)
	}
	w.root.Withdraw()
	w.check()
	for i, o := range w.things {
		if o.closed != 1 {
			t.Fatalf("object %d of %d was closed %d times", i, len(w.things), o.closed)
		}
	}
	if e := w.endpoint; e.bytes != 0 || e.receivers.len+e.queue.len+e.waiting.len+e.owed.len != 0 {
		t.Fatalf("something is left in the endpoint: %+v", e)
	}
}

func TestModel(t *testing.T) {
	program := make([]byte, 600)
	for seed := range uint32(100) {
		var key [32]byte
		binary.LittleEndian.PutUint32(key[:], seed)
		rand.NewChaCha8(key).Read(program)
		synctest.Test(t, func(t *testing.T) { follow(t, program) })
	}
}

func FuzzModel(f *testing.F) {
	program := make([]byte, 120)
	for seed := range byte(8) {
		rand.NewChaCha8([32]byte{0, 0, 0, 0, 1, seed}).Read(program)
		f.Add(bytes.Clone(program))
	}
	f.Fuzz(func(t *testing.T, program []byte) {
		if len(program) > 1000 {
			t.Skip("longer programs find nothing that shorter ones do not")
		}
		synctest.Test(t, func(t *testing.T) { follow(t, program) })
	})
}
