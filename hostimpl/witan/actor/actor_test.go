package actor

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/witan-os/witan/hostimpl/witan/capability"
	"github.com/witan-os/witan/hostimpl/witan/internal/fakekernel"
	object "github.com/witan-os/witan/kernel/capability"
	"github.com/witan-os/witan/kernel/device"
	"github.com/witan-os/witan/kernel/host"
	"github.com/witan-os/witan/kernel/ipc"
	"github.com/witan-os/witan/runtime/glue"
)

// registers are 8 bytes that keep what was written last.
type registers struct{ value uint64 }

func (*registers) Size() uint64                       { return 8 }
func (r *registers) Read(uint64, int) (uint64, error) { return r.value, nil }
func (r *registers) Write(_ uint64, _ int, v uint64) error {
	r.value = v
	return nil
}

// The grants of the actor of the tests, by their positions.
const (
	box = iota
	board
	line
	port
	screen
)

// slate is a picture that nobody draws on.
type slate struct{}

func (slate) Size() (int, int)                          { return 640, 480 }
func (slate) Fill(_, _, _, _, _ uint32)                 {}
func (slate) Draw(_, _, _ uint32, _ []byte) error       { return nil }
func (slate) Capture(_, _, _, _ uint32) ([]byte, error) { return nil, nil }

func newActor(t *testing.T) (*provider, *fakekernel.Kernel, *ipc.Interrupt) {
	t.Helper()
	k := fakekernel.New()
	memory, err := ipc.NewMemory(100, nil)
	if err != nil {
		t.Fatal(err)
	}
	interrupt := ipc.NewInterrupt()
	k.Refs = map[string]*object.Ref{}
	for i, o := range []object.Object{
		box: ipc.NewEndpoint(ipc.Limits{Messages: 2}), board: memory, line: interrupt,
		port: device.NewPorts(&registers{}, nil), screen: device.NewFramebuffer(slate{}),
	} {
		name := fmt.Sprint("grant", i)
		k.Refs[name] = object.New(o, o.Rights(), 0)
		k.Given = append(k.Given, host.Grant{Name: name, Kind: o.Kind(), Rights: o.Rights()})
	}
	return &provider{
		Holder: &capability.Holder{Kernel: k, ID: 3}, log: func([]byte) {}, party: ipc.Party{ID: 3, Space: k.InSpace},
		grants: make([]object.Handle, len(k.Given)),
	}, k, interrupt
}

func TestMessages(t *testing.T) {
	p, _, _ := newActor(t)
	ctx := t.Context()
	for i, want := range []int32{0, 0, full} {
		if got, err := p.SysCapSend(ctx, box, 7, []byte{byte(i), 1}, -1); got != want || err != nil {
			t.Errorf("message %d: %d, %v; want %d", i, got, err, want)
		}
	}
	buffer := []byte("xxxx")
	for i := range 2 {
		if got, err := p.SysCapRecv(ctx, box, buffer); got != 3 || err != nil || !bytes.Equal(buffer, []byte{byte(i), 1, 0, 0}) {
			t.Errorf("message %d: from %d, %q, %v", i, got, buffer, err)
		}
	}
	if got, err := p.SysCapSend(ctx, box, 0, make([]byte, maxPayload+1), -1); got != outOfRange || err != nil {
		t.Errorf("a long message: %d, %v", got, err)
	}
	done, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := p.SysCapRecv(done, box, buffer); !errors.Is(err, context.Canceled) {
		t.Errorf("receiving at the end: %v", err)
	}
}

// TestPass sends a capability along, which is then the receiver's under a handle of its own.
func TestPass(t *testing.T) {
	p, k, _ := newActor(t)
	if got, err := p.SysCapSend(t.Context(), box, 0, nil, board); got != 0 || err != nil {
		t.Fatalf("sent: %d, %v", got, err)
	}
	if got, err := p.SysCapRecv(t.Context(), box, nil); got != 3 || err != nil {
		t.Fatalf("received from %d, %v", got, err)
	}
	var handles []object.Handle
	for _, e := range k.InSpace.List(nil) {
		if e.Ref.Kind() == object.Memory {
			handles = append(handles, e.Handle)
		}
	}
	if len(handles) != 1 {
		t.Fatalf("%d references to the memory", len(handles))
	}
	if got, err := p.SysCapMemWrite(t.Context(), int64(handles[0]), 0, []byte("ab")); got != 2 || err != nil {
		t.Errorf("wrote %d, %v", got, err)
	}
}

func TestMemory(t *testing.T) {
	p, _, _ := newActor(t)
	ctx := t.Context()
	if got, err := p.SysCapMemWrite(ctx, board, 98, []byte("ab")); got != 2 || err != nil {
		t.Errorf("wrote %d, %v", got, err)
	}
	buffer := make([]byte, 3)
	if got, err := p.SysCapMemRead(ctx, board, 97, buffer); got != 3 || err != nil || string(buffer) != "\x00ab" {
		t.Errorf("read %d, %q, %v", got, buffer, err)
	}
	for _, offset := range []int32{98, 100, 1<<31 - 1, -1, -1 << 31} {
		if got, err := p.SysCapMemRead(ctx, board, offset, buffer); got != outOfRange || err != nil {
			t.Errorf("reading at %d: %d, %v", offset, got, err)
		}
	}
}

func TestDevices(t *testing.T) {
	p, _, interrupt := newActor(t)
	ctx := t.Context()
	interrupt.Raise(1)
	if got, err := p.SysCapIrqWait(ctx, line); got != 0 || err != nil {
		t.Errorf("waited: %d, %v", got, err)
	}
	if got, err := p.SysCapIOWrite(ctx, port, 4, 2, -2); got != 0 || err != nil {
		t.Errorf("wrote: %d, %v", got, err)
	}
	if got, err := p.SysCapIORead(ctx, port, 4, 4); got != 0xfffe || err != nil {
		t.Errorf("read %#x, %v", got, err)
	}
	for _, a := range [][2]int32{{-4, 4}, {0, 3}, {0, 8}, {0, -1}, {6, 4}, {8, 1}} {
		if got, err := p.SysCapIORead(ctx, port, a[0], a[1]); got != outOfRange || err != nil {
			t.Errorf("reading %d bytes at %d: %d, %v", a[1], a[0], got, err)
		}
		if got, err := p.SysCapIOWrite(ctx, port, a[0], a[1], 0); got != outOfRange || err != nil {
			t.Errorf("writing %d bytes at %d: %d, %v", a[1], a[0], got, err)
		}
	}
	if got, err := p.SysFbInfo(ctx); got != 640<<32|480 || err != nil {
		t.Errorf("the screen is %#x, %v", got, err)
	}
}

// TestForgery tries handles that the actor was not given.
func TestForgery(t *testing.T) {
	p, k, _ := newActor(t)
	for _, handle := range []int64{-1, -1 << 63, screen + 1, 1 << 31, 1<<32 | 5, 9 << 32, 1<<63 - 1, board, screen} {
		if got, err := p.SysCapSend(t.Context(), handle, 0, nil, -1); got != refused || err != nil {
			t.Errorf("sending to %#x: %d, %v", handle, got, err)
		}
		if got, err := p.SysCapRecv(t.Context(), handle, nil); got != -1 || err != nil {
			t.Errorf("receiving from %#x: %d, %v", handle, got, err)
		}
	}
	if got, err := p.SysCapSend(t.Context(), box, 0, nil, 1<<40); got != refused || err != nil {
		t.Errorf("passing on what is not there: %d, %v", got, err)
	}
	if len(k.Refusal) != 19 {
		t.Errorf("%d refusals are recorded: %q", len(k.Refusal), k.Refusal)
	}
}

func TestExit(t *testing.T) {
	p, _, _ := newActor(t)
	for code, want := range map[int32]uint32{0: 0, 3: 3, -1: 255} {
		var exit *glue.Exit
		if err := p.SysExit(t.Context(), code); !errors.As(err, &exit) || exit.Code != want {
			t.Errorf("exit %d: %v", code, err)
		}
	}
}
