package threeway

import (
	"context"
	"flag"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"pgregory.net/rapid"

	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/runtime/abi"
	"github.com/witan-os/witan/runtime/vm"
)

var draws = flag.Int("draws", 0, "how many calls to draw (default 100000, or 2000 with -short)")

func TestMain(m *testing.M) {
	flag.Parse()
	if *draws == 0 {
		*draws = 100_000
		if testing.Short() {
			*draws = 2000
		}
	}
	os.Exit(m.Run())
}

// checks has rapid draw n calls of each function, unless its own flag says otherwise.
func checks(n int) {
	set := false
	flag.Visit(func(f *flag.Flag) { set = set || f.Name == "rapid.checks" })
	if !set {
		_ = flag.Set("rapid.checks", strconv.Itoa(n)) // a number is what it takes
	}
}

// TestExecutorsAgree draws calls of every function of every set. All executors must pass the same values, and
// end the same calls with the same traps.
func TestExecutorsAgree(t *testing.T) {
	sets := loadSets(t)
	functions := 0
	for _, s := range sets {
		for i, fn := range s.iface.Funcs {
			functions += len(encodingsFor(fn, i))
		}
	}
	checks((*draws + functions - 1) / functions)
	var total tally
	t.Run("sets", func(t *testing.T) {
		for _, s := range sets {
			t.Run(s.iface.Name, func(t *testing.T) {
				t.Parallel()
				testSet(t, s, &total)
			})
		}
	})
	t.Log(&total)
	if !t.Failed() {
		total.check(t)
	}
}

func testSet(t *testing.T, s *set, total *tally) {
	v := newVM(t)
	all := map[abi.Encoding]*vm.Component{}
	for _, e := range encodings {
		all[e] = allOf(t, v, s, e)
	}
	for i, fn := range s.iface.Funcs {
		for _, pair := range encodingsFor(fn, i) {
			t.Run(fmt.Sprintf("%s/%v/%v", fn.Name, pair[0], pair[1]), func(t *testing.T) {
				k := newLinker(t, v, s, fn, all[pair[1]], pair)
				defer k.close()
				e := &experiment{linker: k, t: t, tally: total}
				defer e.recycle()
				rapid.Check(t, e.check)
			})
		}
	}
}

var encodings = []abi.Encoding{abi.UTF8, abi.UTF16, abi.Latin1OrUTF16}

// encodingsFor are the encodings of strings in caller and callee with which function i of a set is tried: UTF-8,
// which most guests have, and in turn all others if it has strings.
func encodingsFor(fn *model.Func, i int) [][2]abi.Encoding {
	list := [][2]abi.Encoding{{abi.UTF8, abi.UTF8}}
	if usesStrings(fn) {
		n := 1 + i%(len(encodings)*len(encodings)-1)
		list = append(list, [2]abi.Encoding{encodings[n/len(encodings)], encodings[n%len(encodings)]})
	}
	return list
}

func usesStrings(fn *model.Func) (uses bool) {
	eachType([]*model.Func{fn}, func(t *model.Type) { uses = uses || t.Kind == abi.String })
	return uses
}

// tally counts what was drawn.
type tally struct {
	draws, hostile, links atomic.Int64
	traps                 [len(trapKinds)]atomic.Int64
}

// trapped notes how a call ended.
func (n *tally) trapped(t *trap) {
	for i, k := range trapKinds {
		if k.kind == t.kind {
			n.traps[i].Add(1)
		}
	}
}

func (n *tally) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d calls through each executor, %d of them by hostile guests; linked %d times; traps:",
		n.draws.Load(), n.hostile.Load(), n.links.Load())
	for i, k := range trapKinds {
		fmt.Fprintf(&b, " %s %d", k.kind, n.traps[i].Load())
	}
	return b.String()
}

// check expects that the draws were of some worth: all kinds of traps, and few that say nothing.
func (n *tally) check(t *testing.T) {
	for i, k := range trapKinds {
		switch traps, draws := n.traps[i].Load(), n.draws.Load(); {
		case k.kind == exhausted && traps*50 > draws:
			t.Error("too many calls end for lack of memory, which says nothing")
		case k.kind != exhausted && k.kind != keyTwice && traps == 0 && draws >= 50_000:
			t.Errorf("no call ended by a trap of the kind: %s", k.kind)
		}
	}
}

func newVM(t testing.TB) *vm.VM {
	t.Helper()
	v, err := vm.New(context.Background(), vm.Config{Unmetered: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := v.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return v
}
