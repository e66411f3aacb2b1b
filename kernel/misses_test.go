package kernel

import (
	"strings"
	"testing"
)

// TestMisses reports each miss once.
func TestMisses(t *testing.T) {
	var m misses
	var said strings.Builder
	for _, r := range []struct {
		count    int64
		programs string
	}{{0, "none"}, {3, "one"}, {3, "two"}, {4, "three"}, {3, "late"}} {
		m.report(&said, r.count, r.programs)
	}
	want := strings.ReplaceAll("witan: compiled 3 core modules of one@witan: compiled 1 core modules of three@", "@",
		": the image has no machine code of them for this CPU\n")
	if got := said.String(); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
