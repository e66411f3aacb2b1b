package main

import (
	"strings"
	"testing"
	"time"
)

const log = `witan: a message
witan on bare metal: 1 CPU, 511 MB
  loader       200.5 ms
  kernel       300.0 ms
  ms 1 2
  program      310.0 ms
  later        999.0 ms
`

func TestTable(t *testing.T) {
	stages, err := readStages(strings.NewReader(log))
	if err != nil {
		t.Fatal(err)
	}
	slow := booted{[]timed{{"loader", time.Second}, {"program", 2 * time.Second}}, 3 * time.Second}
	var out strings.Builder
	if err := write(&out, []column{
		{name: "one", boots: []booted{slow, {stages, 400 * time.Millisecond}, slow}},
		{name: "two", boots: []booted{slow}},
	}); err != nil {
		t.Fatal(err)
	}
	const want = `       ms     one     two
  machine    90.0  1000.0
   loader   200.5  1000.0
   kernel    99.5     0.0
  program    10.0  1000.0
      all   400.0  3000.0
   median  3000.0  3000.0
`
	if out.String() != want {
		t.Errorf("got\n%swant\n%s", out.String(), want)
	}
}

func TestNoProgram(t *testing.T) {
	text, _, _ := strings.Cut(log, "  program")
	if stages, err := readStages(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), "witan: a message\n") {
		t.Errorf("%v, error %v", stages, err)
	}
}
