package log

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/witan-os/witan/generated/witan/kernel/v0.1/log"
	"github.com/witan-os/witan/runtime/glue"
)

// logOf makes a log whose clock stands still.
func logOf(threshold Level) (*Log, *bytes.Buffer) {
	var out bytes.Buffer
	l := New(&out, threshold)
	l.now = func() time.Time { return time.Date(2026, 11, 21, 4, 17, 9, 120_000, time.FixedZone("", 3600)) }
	return l, &out
}

// written is what the log holds once it is all written.
func written(t *testing.T, l *Log, out *bytes.Buffer) string {
	t.Helper()
	if err := l.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestLine(t *testing.T) {
	tests := []struct {
		name, target, message string
		want                  string // behind the time
	}{
		{"greet", "", "started", "info  greet[7]: started"},
		{"greet", "http/parser", "unknown header", "info  greet[7] http/parser: unknown header"},
		{"greet", "", "", "info  greet[7]: "},
		{"a b\n[1]", "x: y", "z", `info  a\x20b\n[1][7] x:\x20y: z`},
		{"greet", "", "one\n2026-11-21T03:17:09.000120Z error init[1]: two\n", `info  greet[7]: one\n2026-11-21T03:17:09.000120Z error init[1]: two\n`},
		{
			strings.Repeat("n", 1000), strings.Repeat("t", 1000), strings.Repeat("m", 1<<20),
			"info  " + strings.Repeat("n", 64) + "…[7] " + strings.Repeat("t", 128) + "…: " + strings.Repeat("m", 4096) + "…",
		},
	}
	for _, tt := range tests {
		l, out := logOf(Trace)
		var h log.Host = &host{l, &glue.Process{ID: 7, Name: tt.name}}
		if err := h.Log(t.Context(), Info, tt.target, tt.message); err != nil {
			t.Error(err)
		}
		if got, want := written(t, l, out), "2026-11-21T03:17:09.000120Z "+tt.want+"\n"; got != want {
			t.Errorf("got  %swant %s", got, want)
		}
	}
}

// TestLineVia has messages come through a part of the log.
func TestLineVia(t *testing.T) {
	l, out := logOf(Trace)
	p := &glue.Process{ID: 7, Name: "greet"}
	l.PutVia("orders#3", p, Warn, "http", "unknown header")
	l.PutVia("a b", p, Warn, "", strings.Repeat("m", MaxMessage))
	l.PutVia(strings.Repeat("n", 1000), p, Warn, "", "")
	want := `warn  orders#3/greet[7] http: unknown header
warn  a\x20b/greet[7]: ` + strings.Repeat("m", MaxMessage) + `
warn  ` + strings.Repeat("n", maxName) + `…/greet[7]: 
`
	if got := strings.ReplaceAll(written(t, l, out), "2026-11-21T03:17:09.000120Z ", ""); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestThreshold(t *testing.T) {
	levels := []Level{Trace, Debug, Info, Warn, Error}
	l, out := logOf(Error)
	var h log.Host = &host{l, &glue.Process{}}
	for _, threshold := range levels {
		l.SetThreshold(threshold)
		out.Reset()
		var want []string
		for _, level := range levels {
			keeps, err := h.Enabled(t.Context(), level)
			if err != nil || keeps != (level >= threshold) {
				t.Errorf("threshold %v keeps %v: %t, %v", threshold, level, keeps, err)
			}
			if err := h.Log(t.Context(), level, "", "text"); err != nil {
				t.Error(err)
			}
			if level >= threshold {
				want = append(want, level.String())
			}
		}
		var got []string
		for line := range strings.Lines(written(t, l, out)) {
			got = append(got, strings.Fields(line)[1])
		}
		if strings.Join(got, " ") != strings.Join(want, " ") {
			t.Errorf("threshold %v keeps %q, want %q", threshold, got, want)
		}
	}
}

func TestDroppedMessagesCostNothing(t *testing.T) {
	l, _ := logOf(Info)
	h := &host{l, &glue.Process{}}
	ctx := t.Context()
	got := testing.AllocsPerRun(100, func() {
		if keeps, err := h.Enabled(ctx, Debug); keeps || err != nil {
			t.Fatal(keeps, err)
		}
		if err := h.Log(ctx, Debug, "target", "message"); err != nil {
			t.Fatal(err)
		}
	})
	if got != 0 {
		t.Errorf("%v allocations", got)
	}
}
