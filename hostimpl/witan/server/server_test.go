package server

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/witan-os/witan/hostimpl/witan/capability"
	"github.com/witan-os/witan/hostimpl/witan/internal/fakekernel"
	"github.com/witan-os/witan/internal/testwasm"
	object "github.com/witan-os/witan/kernel/capability"
	"github.com/witan-os/witan/kernel/host"
	"github.com/witan-os/witan/kernel/ipc"
	"github.com/witan-os/witan/runtime/vm"
)

// What the guest does with a message, by its label.
const (
	labelEcho   = iota // answer with the badge as label and the same payload
	labelNone          // no answer
	labelReturn        // give the capability back
	labelKeep          // keep the capability, and answer
	labelTrap
)

// guest is a component that handles messages. Its core function gets the badge, the label, the payload's place and length,
// whether there is a capability, and its handle. The answer stands at 8: an option, and at 16 the message in it.
func guest() []byte {
	c := testwasm.NewComponent()
	from := c.ImportInstance("witan:kernel/capability@0.1.0", testwasm.NewInstanceType().Resource("capability"))
	c.Alias(from, testwasm.SortType, "capability")
	m := testwasm.NewModule()
	m.Allocator()
	m.Func("handle", "i64 i64 i32 i32 i32 i32 -> i32", strings.Join([]string{
		fmt.Sprintf("local.get 1 i32.wrap_i64 i32.const %d i32.eq if unreachable end", labelTrap),
		fmt.Sprintf("i32.const 8 local.get 1 i32.wrap_i64 i32.const %d i32.ne i32.store8 0", labelNone),
		"i32.const 16 local.get 0 i64.store 0",
		"i32.const 24 local.get 2 i32.store 0 i32.const 28 local.get 3 i32.store 0",
		fmt.Sprintf("i32.const 32 local.get 1 i32.wrap_i64 i32.const %d i32.eq i32.store8 0", labelReturn),
		"i32.const 36 local.get 5 i32.store 0 i32.const 8",
	}, "\n"))
	inst := c.Instantiated(m)
	message := c.Export("message", testwasm.SortType, c.ValueType("record{label: u64, payload: list<u8>, passed: option<own<capability>>}"))
	handle := c.Lift(c.CoreFunc(inst, "handle"), "func(badge: u64, message: message) -> option<message>",
		testwasm.WithMemory(c.Core(inst, testwasm.Memory, "memory")), testwasm.WithRealloc(c.CoreFunc(inst, "realloc")))
	c.Export(exported, testwasm.SortInstance, c.Inline(
		testwasm.Arg{Name: "message", Sort: testwasm.SortType, Index: message},
		testwasm.Arg{Name: "handle", Sort: testwasm.SortFunc, Index: handle}))
	return c.Bytes()
}

// instantiate makes an instance for a process of a kernel.
func instantiate(t *testing.T, h *capability.Holder, wasm []byte, l vm.Limits) *vm.Instance {
	t.Helper()
	v, err := vm.New(t.Context(), vm.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = v.Close(t.Context()) })
	c, err := v.Compile(t.Context(), "guest", wasm)
	if err != nil {
		t.Fatal(err)
	}
	i, err := c.Instantiate(t.Context(), vm.Options{Imports: capability.Interfaces(h), Limits: l})
	if err != nil {
		t.Fatal(err)
	}
	return i
}

// newServer makes a process of the guest.
func newServer(t *testing.T, l vm.Limits) (host.Handler, *fakekernel.Kernel, *vm.Instance) {
	t.Helper()
	k := fakekernel.New()
	h := &capability.Holder{Kernel: k, ID: 3}
	i := instantiate(t, h, guest(), l)
	s, err := Bind(h, i.Instance)
	if err != nil {
		t.Fatal(err)
	}
	return s, k, i
}

// passed is a capability that has come with a message.
func passed(t *testing.T, k *fakekernel.Kernel) (object.Handle, *object.Ref) {
	t.Helper()
	ref := object.New(ipc.NewEndpoint(ipc.Limits{}), object.Send|object.Grant, 0)
	h, err := k.InSpace.Insert(ref)
	if err != nil {
		t.Fatal(err)
	}
	return h, ref
}

func TestHandle(t *testing.T) {
	s, _, _ := newServer(t, vm.Limits{})
	buf := make([]byte, 0, 8)
	var answer ipc.Message
	if err := s.Handle(t.Context(), &ipc.Delivery{Label: labelEcho, Badge: 42, Payload: []byte("hello")}, buf, &answer); err != nil {
		t.Fatal(err)
	}
	if answer.Label != 42 || string(answer.Payload) != "hello" || answer.Passed != 0 {
		t.Errorf("the answer is %+v", answer)
	}
	if &answer.Payload[0] != &buf[:1][0] {
		t.Error("the payload is not in the buffer, although it fits")
	}
	// The next message may not change what was answered before.
	if err := s.Handle(t.Context(), &ipc.Delivery{Label: labelEcho, Payload: []byte("HELLO")}, nil, new(ipc.Message)); err != nil {
		t.Fatal(err)
	}
	if string(answer.Payload) != "hello" {
		t.Errorf("after another message the answer is %q", answer.Payload)
	}
}

func TestNoAnswer(t *testing.T) {
	s, _, i := newServer(t, vm.Limits{})
	if err := s.Handle(t.Context(), &ipc.Delivery{Label: labelNone}, nil, new(ipc.Message)); !errors.Is(err, ipc.ErrNoReply) {
		t.Errorf("got %v", err)
	}
	if err := i.Err(); err != nil {
		t.Errorf("the instance has ended: %v", err)
	}
	var trap *vm.Trap
	if err := s.Handle(t.Context(), &ipc.Delivery{Label: labelTrap}, nil, new(ipc.Message)); !errors.As(err, &trap) {
		t.Errorf("a trap: %v", err)
	}
}

// TestPassed has capabilities come with messages, and go with answers.
func TestPassed(t *testing.T) {
	s, k, _ := newServer(t, vm.Limits{})
	h, ref := passed(t, k)
	var answer ipc.Message
	if err := s.Handle(t.Context(), &ipc.Delivery{Label: labelReturn, Passed: h}, nil, &answer); err != nil || answer.Passed != h {
		t.Errorf("given back: %v of %v, %v", answer.Passed, h, err)
	}
	if got, err := k.InSpace.Get(answer.Passed, object.Send); got != ref || err != nil {
		t.Errorf("in the space of the process is %v, %v", got, err)
	}
	if err := k.InSpace.Drop(h); err != nil {
		t.Error(err)
	}
	if err := s.Handle(t.Context(), &ipc.Delivery{Label: labelEcho, Passed: h}, nil, new(ipc.Message)); !errors.Is(err, ipc.ErrNoReply) {
		t.Errorf("one that has ended meanwhile: %v", err)
	}
}

// TestNoRoom has more capabilities come than the instance has room for. It goes on without them.
func TestNoRoom(t *testing.T) {
	const room = 3
	s, k, i := newServer(t, vm.Limits{MaxHandles: room})
	for n := range room + 2 {
		h, ref := passed(t, k)
		err := s.Handle(t.Context(), &ipc.Delivery{Label: labelKeep, Passed: h}, nil, new(ipc.Message))
		if fits := n < room; fits && err != nil || !fits && !errors.Is(err, object.ErrNoSlots) || fits != (ref.Err() == nil) {
			t.Errorf("capability %d: %v, and it is %v", n, err, ref.Err())
		}
	}
	if err := s.Handle(t.Context(), &ipc.Delivery{Label: labelEcho}, nil, new(ipc.Message)); err != nil || i.Err() != nil {
		t.Errorf("a message without one: %v, %v", err, i.Err())
	}
}

// TestBind has a component that handles nothing.
func TestBind(t *testing.T) {
	h := &capability.Holder{Kernel: fakekernel.New(), ID: 3}
	i := instantiate(t, h, testwasm.NewComponent().Bytes(), vm.Limits{})
	if _, err := Bind(h, i.Instance); err == nil || !strings.Contains(err.Error(), "the component does not handle messages") {
		t.Errorf("got %v", err)
	}
}
