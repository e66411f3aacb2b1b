package main

import (
	"math"
	"strings"
	"testing"

	"github.com/witan-os/witan/bench/internal/rows"
	"github.com/witan-os/witan/bench/internal/turns"
)

func TestTable(t *testing.T) {
	costs := map[string]turns.Cost{
		rows.Witan:    {Median: 30, Worst: 31, Allocs: 0.4},
		rows.Hand:     {Median: 24, Allocs: -1},
		rows.Wasmtime: {Median: 1500, Allocs: -1},
	}
	aims := []rows.Aim{{Of: rows.Hand, Most: 1.2}, {Of: rows.Wasmtime, Most: 0.25}, {Of: rows.JCO, Most: 1}, rows.NoAllocs}
	tab := table{Machine: "a machine", Sides: []string{rows.Witan, rows.Hand, rows.Wasmtime}}
	tab.add("calls", []line{newLine(rows.Row{ID: "x/y", What: "nothing", Aims: aims}, costs, duration)})
	tab.add("none of these", nil)
	var out strings.Builder
	if err := tab.write(&out); err != nil {
		t.Fatal(err)
	}
	text, _, _ := strings.Cut(out.String(), "\nwitan  ")
	const want = `a machine

             witan  by hand  wasmtime  ÷ by hand  ÷ wasmtime  allocs  aims

calls
  nothing  30.0 ns  24.0 ns   1.50 µs       1.25        0.02       0  ÷ by hand ≤ 1.20 MISSED, ÷ wasmtime ≤ 0.25, allocs 0
`
	if text != want {
		t.Errorf("got\n%s\nwant\n%s", text, want)
	}
}

func TestAbsoluteAim(t *testing.T) {
	aim := []rows.Aim{{Most: 10e6}}
	for median, met := range map[float64]bool{9e6: true, 11e6: false} {
		l := newLine(rows.Row{Aims: aim}, map[string]turns.Cost{rows.Witan: {Median: median, Worst: 12e6}}, duration)
		if len(l.Aims) != 1 || l.Aims[0].Met != met || !strings.Contains(l.aims(nil), "≤ 10.0 ms (worst 12.0 ms)") {
			t.Errorf("%v: %+v, %q", median, l.Aims, l.aims(nil))
		}
	}
}

func TestFigures(t *testing.T) {
	for _, test := range []struct {
		show func(float64) string
		v    float64
		want string
	}{
		{duration, 2.345, "2.35 ns"},
		{duration, 34.56, "34.6 ns"},
		{duration, 999, "999 ns"},
		{duration, 1000, "1.00 µs"},
		{duration, 41.1e6, "41.1 ms"},
		{duration, 5e12, "5000 s"},
		{size, 1023, "1023 B"},
		{size, 1 << 21, "2.00 MiB"},
		{size, -4096, "-4.00 KiB"},
		{figures, 0.0706, "0.071"},
		{figures, 0.00045, "0.00045"},
		{figures, 0, "0.00"},
	} {
		if got := test.show(test.v); got != test.want {
			t.Errorf("%v is shown as %q, want %q", test.v, got, test.want)
		}
	}
}

func TestGeometricMean(t *testing.T) {
	means := geometricMean([]map[string]turns.Cost{
		{"all": {Median: 2}, "some": {Median: 1}},
		{"all": {Median: 8}},
	})
	if got := means["all"].Median; math.Abs(got-4) > 1e-9 {
		t.Errorf("the mean of 2 and 8 is %v", got)
	}
	if _, ok := means["some"]; ok {
		t.Error("a side that lacks a row has a mean")
	}
}
