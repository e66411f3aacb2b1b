package audit

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// ticks is a clock that is one second further at each look.
func ticks() func() time.Duration {
	var now time.Duration
	return func() time.Duration {
		now += time.Second
		return now
	}
}

func details(records []Record) []string {
	var list []string
	for i := range records {
		list = append(list, records[i].Detail())
	}
	return list
}

func TestRecord(t *testing.T) {
	g := NewRing(0, ticks())
	p := &Source{ID: 7, Name: "shell"}
	g.Append(p, Started, 0, "")
	g.Append(p, Denied, 42, "needs send,\nhas \"receive\"")
	buf := make([]Record, 4)
	n, lost := g.Read(0, buf)
	if n != 2 || lost != 0 {
		t.Fatalf("read %d, lost %d", n, lost)
	}
	for i, want := range []string{
		`1 1.000000 7 "shell" started`,
		`2 2.000000 7 "shell" denied call 42 "needs send,\nhas \"receive\""`,
	} {
		if got := buf[i].String(); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
	if n, lost := g.Read(2, buf); n != 0 || lost != 0 {
		t.Errorf("behind the last record are %d, and %d lost", n, lost)
	}
	if n, _ := g.Read(1<<63, buf); n != 0 {
		t.Errorf("behind a record that is not there are %d", n)
	}
	if g.Last() != 2 {
		t.Errorf("the last record is %d", g.Last())
	}
}

func TestVerdictNames(t *testing.T) {
	seen := map[string]bool{}
	for v := Denied; v < verdicts; v++ {
		name := v.String()
		if name == "" || strings.HasPrefix(name, "verdict") || seen[name] {
			t.Errorf("verdict %d is called %q", v, name)
		}
		seen[name] = true
	}
	for _, v := range []Verdict{0, verdicts, 255} {
		if got, want := v.String(), fmt.Sprintf("verdict %d", v); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestOverwritten(t *testing.T) {
	g := NewRing(minRecords, nil)
	p := &Source{}
	const all = 3*minRecords + 5
	for i := range all {
		g.Append(p, GivenUp, 0, fmt.Sprint(i+1))
	}
	buf := make([]Record, 4)
	n, lost := g.Read(10, buf)
	if wantLost := uint64(all - minRecords - 10); n != 4 || lost != wantLost {
		t.Errorf("read %d, lost %d, want %d", n, lost, wantLost)
	}
	if got, want := fmt.Sprint(details(buf)), fmt.Sprint([]int{38, 39, 40, 41}); got != want {
		t.Errorf("read %v, want %v", got, want)
	}
	if buf[0].Sequence != 38 {
		t.Errorf("its number is %d", buf[0].Sequence)
	}
}

// TestShortened has texts that are too long, in the middle of a character too, and ones that are no UTF-8.
func TestShortened(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{strings.Repeat("x", MaxDetail), strings.Repeat("x", MaxDetail)},
		{strings.Repeat("x", MaxDetail+1), strings.Repeat("x", MaxDetail)},
		{strings.Repeat("x", MaxDetail-1) + "é", strings.Repeat("x", MaxDetail-1)},
		{strings.Repeat("x", MaxDetail-2) + "é", strings.Repeat("x", MaxDetail-2) + "é"},
		{strings.Repeat("😀", MaxDetail), strings.Repeat("😀", MaxDetail/4)},
		{"x" + strings.Repeat("😀", MaxDetail), "x" + strings.Repeat("😀", MaxDetail/4-1)},
		{strings.Repeat("\x80", 2*MaxDetail), strings.Repeat("\x80", MaxDetail-4)},
	} {
		g := NewRing(0, nil)
		g.Append(&Source{Name: test.text}, Ended, 0, test.text)
		buf := make([]Record, 1)
		g.Read(0, buf)
		if got := buf[0].Detail(); got != test.want {
			t.Errorf("%q: got %q, want %q", test.text, got, test.want)
		}
		if name := buf[0].Name(); len(name) > MaxName || !strings.HasPrefix(test.text, name) {
			t.Errorf("%q: the name is %q", test.text, name)
		}
	}
}

// TestFlood has a process try to have the record forget what it did.
func TestFlood(t *testing.T) {
	g := NewRing(64, nil)
	bad, good := &Source{ID: 1}, &Source{ID: 2}
	g.Append(bad, Denied, 0, "the first")
	g.Append(good, Trapped, 0, "of another")
	for range 1000 {
		g.Append(bad, Denied, 0, "the flood")
	}
	buf := make([]Record, 64)
	n, lost := g.Read(0, buf)
	if n != 9 || lost != 0 || buf[0].Detail() != "the first" || buf[1].Detail() != "of another" {
		t.Errorf("read %d, lost %d: %q", n, lost, details(buf[:n]))
	}
	if got := g.Suppressed(bad); got != 993 || g.Suppressed(nil) != 993 || g.Suppressed(good) != 0 {
		t.Errorf("%d were suppressed, %d in all", got, g.Suppressed(nil))
	}
	g.Append(bad, Killed, 0, "its end")
	if n, _ = g.Read(9, buf); n != 1 || buf[0].Verdict != Killed {
		t.Errorf("what is no refusal was left out")
	}
	for range 64 {
		g.Append(good, GivenUp, 0, "")
	}
	g.Append(bad, Denied, 0, "afterwards")
	if n, _ = g.Read(g.Last()-1, buf); n != 1 || buf[0].Detail() != "afterwards" {
		t.Errorf("a process whose refusals were overwritten can leave none")
	}
}

// TestFloodTogether has a process flood the record in all ways, and with others that it starts for that.
func TestFloodTogether(t *testing.T) {
	lives := []Verdict{Started, Ended, Trapped, Killed, Restarted}
	refusals := []Verdict{Denied, Revoked, Limited}
	const size, part, rounds = 64, 64 / 8, 100
	for _, tt := range []struct {
		name          string
		own, children []Verdict
		kept          int
	}{
		{"refusals", refusals, refusals, part},
		{"lives of its own", lives, nil, part},
		{"lives of others", nil, append(lives, GivenUp), part},
		{"everything", append(lives, refusals...), append(refusals, append(lives, GivenUp)...), 3 * part},
	} {
		g := NewRing(size, nil)
		bad, good := &Source{ID: 1}, &Source{ID: 2}
		g.Append(good, Started, 0, "")
		for id := range uint64(rounds) {
			child := &Source{ID: 100 + id, Root: bad}
			for _, v := range tt.own {
				g.Append(bad, v, 0, "")
			}
			for _, v := range tt.children {
				g.Append(child, v, 0, "")
			}
		}
		g.Append(good, Ended, 0, "")
		buf := make([]Record, size)
		n, lost := g.Read(0, buf)
		if lost != 0 || n != tt.kept+2 || buf[0].Process != 2 || buf[n-1].Process != 2 {
			t.Errorf("%s: %d records, and %d were lost", tt.name, n, lost)
		}
		if got, want := g.Suppressed(nil), uint64(rounds*(len(tt.own)+len(tt.children))-tt.kept); got != want {
			t.Errorf("%s: %d were only counted, want %d", tt.name, got, want)
		}
	}
}

// TestRing compares the ring with a list of everything.
func TestRing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.IntRange(minRecords, 40).Draw(t, "size")
		g := NewRing(size, nil)
		boot := &Source{ID: 1}
		sources := []*Source{boot, {ID: 2}, {ID: 3, Root: boot}, {ID: 4, Root: boot}}
		type entry struct {
			source  uint64
			verdict Verdict
		}
		// part is what a record counts for.
		part := func(e entry) string {
			switch family := map[bool]string{true: "2", false: "1"}[e.source == 2]; {
			case e.verdict.refusal():
				return family + " refusals"
			case e.source > 2:
				return family + " started"
			case e.verdict == GivenUp:
				return ""
			default:
				return family + " own"
			}
		}
		var all []entry
		var suppressed uint64
		for i := range rapid.IntRange(0, 200).Draw(t, "records") {
			s := rapid.SampledFrom(sources).Draw(t, "source")
			v := Verdict(rapid.IntRange(int(Denied), int(verdicts)-1).Draw(t, "verdict"))
			of := part(entry{s.ID, v})
			// The one that is overwritten does not count.
			kept := 0
			for _, e := range all[max(0, len(all)-size+1):] {
				if part(e) == of {
					kept++
				}
			}
			g.Append(s, v, uint16(i), "")
			if of != "" && kept >= size/8 {
				suppressed++
			} else {
				all = append(all, entry{s.ID, v})
			}
		}
		if g.Last() != uint64(len(all)) || g.Suppressed(nil) != suppressed {
			t.Fatalf("%d records and %d suppressed, want %d and %d", g.Last(), g.Suppressed(nil), len(all), suppressed)
		}
		after := rapid.Uint64Range(0, uint64(len(all)+2)).Draw(t, "after")
		buf := make([]Record, rapid.IntRange(0, size+2).Draw(t, "buffer"))
		n, lost := g.Read(after, buf)
		first := max(after, uint64(max(0, len(all)-size)))
		if want := min(len(buf), max(0, len(all)-int(first))); n != want {
			t.Fatalf("read %d, want %d", n, want)
		}
		if want := first - after; n > 0 && lost != want {
			t.Fatalf("lost %d, want %d", lost, want)
		}
		for i := range n {
			r := &buf[i]
			if e := all[first+uint64(i)]; r.Sequence != first+uint64(i)+1 || r.Process != e.source || r.Verdict != e.verdict {
				t.Fatalf("record %d is %v, want %v", i, r, e)
			}
		}
	})
}

func TestConcurrent(t *testing.T) {
	g := NewRing(minRecords, nil)
	c := NewCounters(4)
	const writers, each = 4, 500
	var done sync.WaitGroup
	for id := range uint64(writers) {
		done.Go(func() {
			p := &Source{ID: id, Name: strings.Repeat(fmt.Sprint(id), MaxName)}
			for range each {
				g.Append(p, GivenUp, 1, p.Name)
				c.Count(1)
			}
		})
	}
	done.Go(func() {
		buf := make([]Record, 5)
		var seen uint64
		for seen+1 < writers*each {
			n, lost := g.Read(seen, buf)
			seen += lost
			for i := range n {
				r := &buf[i]
				if seen++; r.Sequence != seen || r.Name() != r.Detail() || r.Name()[0] != byte('0'+r.Process) {
					t.Errorf("record %d is %v", seen, r)
				}
			}
			_ = c.Total()
		}
	})
	done.Wait()
	if c.Of(1) != writers*each || c.Total() != writers*each || g.Last() != writers*each {
		t.Errorf("counted %d, %d in all, and %d records", c.Of(1), c.Total(), g.Last())
	}
}

func TestCounters(t *testing.T) {
	c := NewCounters(3)
	for _, n := range []uint16{0, 2, 2, 3, 65535} {
		c.Count(n)
	}
	for n, want := range map[uint16]uint64{0: 1, 1: 0, 2: 2, 3: 0, 65535: 0} {
		if got := c.Of(n); got != want {
			t.Errorf("call %d was counted %d times, want %d", n, got, want)
		}
	}
	if c.Total() != 3 {
		t.Errorf("the sum is %d", c.Total())
	}
}

func TestNoAllocation(t *testing.T) {
	g := NewRing(0, nil)
	p := &Source{ID: 1, Name: "somebody"}
	c := NewCounters(4)
	buf := make([]Record, 8)
	if n := testing.AllocsPerRun(1000, func() {
		g.Append(p, Denied, 3, "needs send, has receive")
		g.Read(0, buf)
		c.Count(3)
	}); n != 0 {
		t.Errorf("a record takes %v allocations", n)
	}
}

func BenchmarkAppend(b *testing.B) {
	g := NewRing(0, nil)
	p := &Source{ID: 1, Name: "somebody"}
	for b.Loop() {
		g.Append(p, GivenUp, 3, "needs send, has receive")
	}
}

// BenchmarkCount compares counting for all with counting for one goroutine only.
func BenchmarkCount(b *testing.B) {
	c := NewCounters(500)
	b.Run("add", func(b *testing.B) {
		for b.Loop() {
			c.Count(17)
		}
	})
	b.Run("load and store", func(b *testing.B) {
		for b.Loop() {
			c.counts[17].Store(c.counts[17].Load() + 1)
		}
	})
}
