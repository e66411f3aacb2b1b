package guard

import (
	"testing"

	"github.com/witan-os/witan/runtime/value"
	"github.com/witan-os/witan/runtime/vm"
)

// TestOverheadOfResults has what a result takes of Go memory charged to the client, when the provider is done with it.
func TestOverheadOfResults(t *testing.T) {
	const enough = 1 << 20
	s := newService(t)
	provider := &vm.Quota{Each: enough, Total: enough}
	s.limits.Overhead = provider
	s.start()
	for of, reason := range map[*vm.Quota]string{
		{Each: enough, Total: enough}: "",
		{Each: 1000, Total: 1000}:     "nothing is left of the memory for values of calls",
	} {
		i, err := s.connectFor(t.Context(), compile(t, s.vm, "client", client()), vm.Limits{Overhead: of})
		if err != nil {
			t.Fatal(err)
		}
		got, err := i.Call(t.Context(), "", "lists", uint32(2000))
		if reason != "" {
			wantTrap(t, err, reason)
		} else if list, ok := got.(value.List); err != nil || !ok || len(list) != 2000 {
			t.Errorf("%d bytes: %T, %v", of.Total, got, err)
		}
		if err := i.Close(t.Context()); err != nil || of.Used() != 0 || provider.Used() != 0 {
			t.Errorf("%d and %d bytes are taken, %v", of.Used(), provider.Used(), err)
		}
	}
	if s.calls != 0 {
		t.Errorf("%d calls have begun and not ended", s.calls)
	}
}
