package journal

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	witcap "github.com/witan-os/witan/generated/witan/kernel/v0.1/capability"
	wit "github.com/witan-os/witan/generated/witan/kernel/v0.1/journal"
	levels "github.com/witan-os/witan/generated/witan/kernel/v0.1/log"
	"github.com/witan-os/witan/hostimpl/witan/capability"
	"github.com/witan-os/witan/hostimpl/witan/internal/fakekernel"
	object "github.com/witan-os/witan/kernel/capability"
	"github.com/witan-os/witan/kernel/ipc"
	"github.com/witan-os/witan/runtime/glue"
)

// newProvider makes a provider that notes what is written.
func newProvider() (p provider, k *fakekernel.Kernel, written *[]string) {
	k, written = fakekernel.New(), new([]string)
	put := func(part string, level wit.Level, target, message string) {
		*written = append(*written, fmt.Sprint(part, " ", level, " ", target, ": ", message))
	}
	return provider{&capability.Holder{Kernel: k, ID: 1}, put}, k, written
}

// open opens a log by a reference with some rights and a badge.
func open(t *testing.T, p provider, root *object.Ref, rights object.Rights, badge uint64) glue.Own[wit.Log] {
	t.Helper()
	ref, err := root.Derive(rights, badge)
	if err != nil {
		t.Fatal(err)
	}
	c, err := p.Keep(ref)
	if err != nil {
		t.Fatal(err)
	}
	own, err := p.LogOpen(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	return own
}

func TestWrite(t *testing.T) {
	p, k, written := newProvider()
	orders := ipc.NewLog("orders", uint8(levels.LevelWarn))
	root := object.New(orders, orders.Rights(), 0)
	plain, badged, without := open(t, p, root, object.Send, 0), open(t, p, root, object.Send, 7), open(t, p, root, object.Grant, 0)
	for level := levels.LevelTrace; level <= levels.LevelError; level++ {
		if err := plain.Value().Write(t.Context(), level, "http", "text"); err != nil {
			t.Error(err)
		}
	}
	if err := badged.Value().Write(t.Context(), levels.LevelError, "", "text"); err != nil {
		t.Error(err)
	}
	if err := without.Value().Write(t.Context(), levels.LevelError, "", "text"); !errors.Is(err, witcap.ErrorDenied) || len(k.Refusal) != 1 {
		t.Errorf("without the right to: %v; recorded is %q", err, k.Refusal)
	}
	if want := []string{"orders warn http: text", "orders error http: text", "orders#7 error : text"}; !slices.Equal(*written, want) {
		t.Errorf("written is %q, want %q", *written, want)
	}
}

// TestRevoke has a process lend what it writes with, and take it back.
func TestRevoke(t *testing.T) {
	p, _, written := newProvider()
	orders := ipc.NewLog("orders", 0)
	own := open(t, p, object.New(orders, orders.Rights(), 0), object.Send|object.Grant, 0)
	c, err := own.Value().Capability(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	narrow, err := c.Value().Derive(t.Context(), witcap.RightsSend, 0)
	if err != nil {
		t.Fatal(err)
	}
	lent, err := p.LogOpen(t.Context(), narrow)
	if err != nil {
		t.Fatal(err)
	}
	if err := lent.Value().Write(t.Context(), levels.LevelInfo, "", "text"); err != nil {
		t.Error(err)
	}
	if err := c.Value().Revoke(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := lent.Value().Write(t.Context(), levels.LevelInfo, "", "late"); !errors.Is(err, witcap.ErrorRevoked) {
		t.Errorf("through what was revoked: %v", err)
	}
	if err := own.Value().Write(t.Context(), levels.LevelInfo, "", "mine"); err != nil {
		t.Errorf("through what was lent from: %v", err)
	}
	if want := []string{"orders info : text", "orders info : mine"}; !slices.Equal(*written, want) {
		t.Errorf("written is %q, want %q", *written, want)
	}
}

func TestOpenSomethingElse(t *testing.T) {
	p, _, _ := newProvider()
	c, err := p.Keep(object.New(ipc.NewEndpoint(ipc.Limits{}), object.Send, 0))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.LogOpen(t.Context(), c); !errors.Is(err, witcap.ErrorWrongKind) {
		t.Errorf("got %v", err)
	}
}
