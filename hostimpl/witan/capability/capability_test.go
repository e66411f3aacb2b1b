package capability

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	wit "github.com/witan-os/witan/generated/witan/kernel/v0.1/capability"
	"github.com/witan-os/witan/hostimpl/witan/internal/fakekernel"
	"github.com/witan-os/witan/kernel/capability"
	"github.com/witan-os/witan/kernel/device"
	"github.com/witan-os/witan/kernel/host"
	"github.com/witan-os/witan/kernel/ipc"
	"github.com/witan-os/witan/runtime/glue"
)

// newHolder makes a process that is granted an endpoint under the name "door".
func newHolder(rights capability.Rights) (*Holder, *fakekernel.Kernel, *capability.Ref) {
	k := fakekernel.New()
	ref := capability.New(ipc.NewEndpoint(ipc.Limits{}), rights, 0)
	k.Refs = map[string]*capability.Ref{"door": ref}
	k.Given = []host.Grant{{Name: "door", Kind: capability.Endpoint, Rights: rights}}
	return &Holder{Kernel: k, ID: 7}, k, ref
}

func granted(t *testing.T, h *Holder) (wit.Capability, glue.Own[wit.Capability]) {
	t.Helper()
	own, err := provider{h}.Granted(t.Context(), "door")
	if err != nil {
		t.Fatal(err)
	}
	return own.Value(), own
}

func TestGrants(t *testing.T) {
	h, _, _ := newHolder(capability.Send | capability.Grant)
	list, err := provider{h}.Grants(t.Context())
	want := []wit.Grant{{Name: "door", Kind: wit.KindEndpoint, Rights: wit.RightsSend | wit.RightsGrant}}
	if fmt.Sprint(list, err) != fmt.Sprint(want, error(nil)) {
		t.Errorf("got %v, %v; want %v", list, err, want)
	}
	if _, err := (provider{h}).Granted(t.Context(), "window"); !errors.Is(err, wit.ErrorNotFound) {
		t.Errorf("a grant that there is none of: %v", err)
	}
}

// TestKinds has the kinds of both sides in step.
func TestKinds(t *testing.T) {
	for k := capability.Endpoint; k <= capability.Process; k++ {
		if got := kindOf(k).String(); got != k.String() {
			t.Errorf("%s is %s in WIT", k, got)
		}
	}
	for r := capability.Read; r <= capability.Receive; r <<= 1 {
		if got := wit.Rights(r).String(); got != r.String() {
			t.Errorf("%s is %s in WIT", r, got)
		}
	}
}

func TestDeriveNarrows(t *testing.T) {
	h, k, _ := newHolder(capability.Send | capability.Grant)
	c, _ := granted(t, h)
	d, err := c.Derive(t.Context(), wit.RightsSend|wit.RightsReceive, 5)
	if err != nil {
		t.Fatal(err)
	}
	rights, _ := d.Value().Rights(t.Context())
	badge, _ := d.Value().Badge(t.Context())
	if rights != wit.RightsSend || badge != 5 {
		t.Errorf("the new reference has %v and badge %d", rights, badge)
	}
	if _, err := d.Value().Derive(t.Context(), wit.RightsSend, 0); !errors.Is(err, wit.ErrorDenied) {
		t.Errorf("deriving without the right to: %v", err)
	}
	if len(k.Refusal) != 1 || !strings.Contains(k.Refusal[0], "needs grant") {
		t.Errorf("recorded: %q", k.Refusal)
	}
}

func TestRevoke(t *testing.T) {
	h, _, _ := newHolder(capability.Send | capability.Grant)
	c, _ := granted(t, h)
	d, err := c.Derive(t.Context(), wit.RightsSend|wit.RightsGrant, 0)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Revoke(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Value().Derive(t.Context(), wit.RightsSend, 0); !errors.Is(err, wit.ErrorRevoked) {
		t.Errorf("deriving from what was revoked: %v", err)
	}
	if _, err := c.Derive(t.Context(), wit.RightsSend, 0); err != nil {
		t.Errorf("deriving from what has revoked: %v", err)
	}
}

// TestDrop has resources take slots of the process's space only while there are any.
func TestDrop(t *testing.T) {
	h, k, _ := newHolder(capability.Send)
	var held []glue.Own[wit.Capability]
	for {
		own, err := provider{h}.Granted(t.Context(), "door")
		if errors.Is(err, wit.ErrorOverBudget) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		held = append(held, own)
	}
	if len(held) != capability.DefaultSlots || k.InSpace.Len() != capability.DefaultSlots {
		t.Errorf("%d resources, %d slots", len(held), k.InSpace.Len())
	}
	for _, own := range held {
		if err := own.Drop(context.Background()); err != nil {
			t.Fatal(err)
		}
	}
	if n := k.InSpace.Len(); n != 0 {
		t.Errorf("%d capabilities are left of nothing", n)
	}
}

func TestOpen(t *testing.T) {
	h, k, _ := newHolder(capability.Send)
	_, own := granted(t, h)
	if _, err := h.Open(own, capability.Memory); !errors.Is(err, wit.ErrorWrongKind) {
		t.Errorf("an endpoint as memory: %v", err)
	}
	if n := k.InSpace.Len(); n != 0 {
		t.Errorf("%d capabilities are left of the one given away", n)
	}
	_, own = granted(t, h)
	if _, err := h.Open(own, capability.Endpoint); err != nil {
		t.Error(err)
	}
}

// TestReason knows what programs are told.
func TestReason(t *testing.T) {
	own := errors.New("something else")
	for _, test := range []struct{ is, want error }{
		{&capability.Denied{}, wit.ErrorDenied},
		{capability.ErrNoSlots, wit.ErrorOverBudget},
		{fmt.Errorf("wait: %w", ipc.ErrTimeout), wit.ErrorTimedOut},
		{&ipc.TooLong{}, wit.ErrorOutOfRange},
		{&ipc.RangeError{}, wit.ErrorOutOfRange},
		{&device.RangeError{}, wit.ErrorOutOfRange},
		{host.ErrUnsupported, wit.ErrorUnsupported},
		{context.Canceled, context.Canceled},
		{own, own},
	} {
		if got := Reason(test.is); got != test.want {
			t.Errorf("%v: got %v, want %v", test.is, got, test.want)
		}
	}
}
