package machine

import (
	"errors"
	"testing"

	wit "github.com/witan-os/witan/generated/witan/kernel/v0.1/machine"
	"github.com/witan-os/witan/hostimpl/witan/internal/fakekernel"
	"github.com/witan-os/witan/kernel/host"
	"github.com/witan-os/witan/runtime/glue"
)

func TestSummary(t *testing.T) {
	k := fakekernel.New()
	k.Has = host.Summary{CPUs: 4, Memory: 2 << 30, MemoryUsed: 5, Metal: true}
	got, err := provider{k}.Summary(t.Context())
	if want := (wit.Resources{Processors: 4, Memory: 2 << 30, MemoryUsed: 5, Metal: true}); got != want || err != nil {
		t.Errorf("got %+v, %v", got, err)
	}
}

// TestEnd has the program that ends the machine not go on.
func TestEnd(t *testing.T) {
	k := fakekernel.New()
	var exit *glue.Exit
	if err := (provider{k}).Shutdown(t.Context(), 3); !errors.As(err, &exit) || exit.Code != 3 || len(k.Shut) != 1 || k.Shut[0] != 3 {
		t.Errorf("shutdown: %v, the kernel was told %v", err, k.Shut)
	}
	if err := (provider{k}).Reboot(t.Context()); !errors.As(err, &exit) || k.Reboots != 1 {
		t.Errorf("reboot: %v, the kernel was told %d times", err, k.Reboots)
	}
}
