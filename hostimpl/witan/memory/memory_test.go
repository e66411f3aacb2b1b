package memory

import (
	"bytes"
	"context"
	"errors"
	"testing"

	witcap "github.com/witan-os/witan/generated/witan/kernel/v0.1/capability"
	"github.com/witan-os/witan/hostimpl/witan/capability"
	"github.com/witan-os/witan/hostimpl/witan/internal/fakekernel"
	"github.com/witan-os/witan/kernel/ipc"
)

func newProvider(budget uint64) (provider, *fakekernel.Kernel) {
	k := fakekernel.New()
	k.Budget = budget
	return provider{&capability.Holder{Kernel: k, ID: 1}}, k
}

func TestReadAndWrite(t *testing.T) {
	p, _ := newProvider(100)
	own, err := p.RegionCreate(t.Context(), 10)
	if err != nil {
		t.Fatal(err)
	}
	r := own.Value()
	if size, err := r.Size(t.Context()); size != 10 || err != nil {
		t.Errorf("%d bytes, %v", size, err)
	}
	if err := r.Write(t.Context(), 6, []byte("abcd")); err != nil {
		t.Error(err)
	}
	got, err := r.Read(t.Context(), 5, 5, []byte("x"))
	if want := []byte("x\x00abcd"); !bytes.Equal(got, want) || err != nil {
		t.Errorf("got %q, %v; want %q", got, err, want)
	}
	for _, test := range []struct {
		offset uint64
		length uint32
	}{{0, 11}, {10, 1}, {11, 0}, {1 << 63, 1}, {1<<64 - 1, 1}, {0, 1<<32 - 1}} {
		if _, err := r.Read(t.Context(), test.offset, test.length, nil); !errors.Is(err, witcap.ErrorOutOfRange) {
			t.Errorf("reading %d bytes at %d: %v", test.length, test.offset, err)
		}
	}
	if err := r.Write(t.Context(), 7, []byte("abcd")); !errors.Is(err, witcap.ErrorOutOfRange) {
		t.Errorf("writing past the end: %v", err)
	}
}

// TestBudget has memory paid for as long as somebody has it.
func TestBudget(t *testing.T) {
	p, k := newProvider(100)
	own, err := p.RegionCreate(t.Context(), 60)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.RegionCreate(t.Context(), 60); !errors.Is(err, witcap.ErrorOverBudget) {
		t.Errorf("more than there is: %v", err)
	}
	if _, err := p.RegionCreate(t.Context(), ipc.MaxMemory+1); !errors.Is(err, witcap.ErrorOutOfRange) {
		t.Errorf("more than any region has: %v", err)
	}
	c, err := own.Value().Capability(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := own.Drop(context.Background()); err != nil || k.Budget != 40 {
		t.Errorf("%d left while there is a reference, %v", k.Budget, err)
	}
	if err := c.Drop(context.Background()); err != nil || k.Budget != 100 {
		t.Errorf("%d left when all are gone, %v", k.Budget, err)
	}
}

func TestRights(t *testing.T) {
	p, k := newProvider(100)
	own, err := p.RegionCreate(t.Context(), 10)
	if err != nil {
		t.Fatal(err)
	}
	c, err := own.Value().Capability(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	narrow, err := c.Value().Derive(t.Context(), witcap.RightsRead, 0)
	if err != nil {
		t.Fatal(err)
	}
	opened, err := p.RegionOpen(t.Context(), narrow)
	if err != nil {
		t.Fatal(err)
	}
	if err := opened.Value().Write(t.Context(), 0, []byte{1}); !errors.Is(err, witcap.ErrorDenied) || len(k.Refusal) != 1 {
		t.Errorf("writing what may be read: %v; recorded: %q", err, k.Refusal)
	}
	if err := c.Value().Revoke(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := opened.Value().Read(t.Context(), 0, 1, nil); !errors.Is(err, witcap.ErrorRevoked) {
		t.Errorf("reading what was revoked: %v", err)
	}
	if size, err := opened.Value().Size(t.Context()); size != 0 || err != nil {
		t.Errorf("what was revoked has %d bytes, %v", size, err)
	}
}
