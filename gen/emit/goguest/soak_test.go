package goguest_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/runtime/value"
	"github.com/witan-os/witan/runtime/vm"
)

// TestSoak has a guest's goroutines call the host while that calls the guest, with a collector that runs all the time.
// Nothing may be lost, and nothing may stay.
func TestSoak(t *testing.T) {
	tree := load(t, "testdata/wit")
	w := worldOf(t, tree, "soak")
	m := newModule(t)
	m.generate(t, "gen", tree, w)
	m.program(t, "soak")
	d := &disk{}
	var host []*vm.Interface
	for _, i := range model.Interfaces(w.Imports) {
		switch i.Name {
		case "calls":
			host = append(host, echo(t, i))
		case "files":
			host = append(host, d.files(t, i))
		}
	}
	s := &soak{inst: run(t, m.component(t, w), []string{"GOGC=1"}, host...)}
	s.call(t, "begin", uint32(8))
	rounds := 200
	if testing.Short() {
		rounds = 20
	}
	s.rounds(t, rounds)
	before := s.report(t)
	s.rounds(t, 2*rounds)
	after := s.report(t)
	s.shrink(t, before.heap+256<<10)
	s.call(t, "end")
	if after.calls < before.calls+uint64(rounds) {
		t.Errorf("the goroutines have called %d times, then %d times: they do not run", before.calls, after.calls)
	}
	if uint64(len(d.dropped)) < after.calls {
		t.Errorf("of %d files %d were dropped", after.calls, len(d.dropped))
	}
}

// echo answers each call with its argument, a sum, or a good result.
func echo(t *testing.T, iface *model.Interface) *vm.Interface {
	t.Helper()
	host := &vm.Interface{Name: iface.ID()}
	for _, fn := range iface.Funcs {
		hf, err := vm.HostFunc(fn.Name, fn.ABI, func(_ context.Context, args []value.Value) (value.Value, error) {
			switch fn.Name {
			case "add":
				return int64(args[0].(int32)) + args[1].(int64), nil
			case "of-texts":
				return value.OK(args[0]), nil
			}
			return args[0], nil
		})
		if err != nil {
			t.Fatal(err)
		}
		host.Funcs = append(host.Funcs, hf)
	}
	return host
}

// soak is a guest under load.
type soak struct {
	inst *vm.Instance
	rand rand.PCG
}

func (s *soak) call(t *testing.T, name string, args ...value.Value) value.Value {
	t.Helper()
	v, err := s.inst.Call(context.Background(), "test:guest/work@1.2.0", name, args...)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return v
}

// report is what the guest says of itself.
type report struct{ calls, heap uint64 }

// shrink waits for a report of a heap that is no larger than most. The calls before have passed megabytes; what is left
// of them is what a goroutine holds at the moment, or the collector has not got to yet.
func (s *soak) shrink(t *testing.T, most uint64) {
	t.Helper()
	heap := s.report(t).heap
	for range 20 {
		if heap <= most {
			return
		}
		s.rounds(t, 1)
		heap = min(heap, s.report(t).heap)
	}
	t.Errorf("the heap has grown to %d bytes, and should have no more than %d", heap, most)
}

func (s *soak) report(t *testing.T) report {
	t.Helper()
	r := s.call(t, "report").(value.Tuple)
	for _, problem := range r[0].(value.List) {
		t.Error(problem)
	}
	return report{r[1].(uint64), r[2].(uint64)}
}

// rounds calls the guest with lists that own strings, and holds a resource of it meanwhile.
func (s *soak) rounds(t *testing.T, n int) {
	t.Helper()
	r := rand.New(&s.rand)
	for i := range n {
		text := strings.Repeat("x", r.IntN(300))
		job := s.call(t, "[constructor]job", text).(value.Own)
		names, entries := value.List{}, value.List{}
		for j := range r.IntN(30) {
			names = append(names, fmt.Sprint(text, j))
			entries = append(entries, entry(text, names))
		}
		data := []byte(strings.Repeat("data", r.IntN(2000)))
		times := 1
		if i%20 == 0 {
			times = 100
		}
		want := value.Tuple{value.List(slices.Repeat(names, times)), value.List(slices.Repeat(entries, times)), data}
		if got := s.call(t, "crunch", names, entries, data, uint32(times)); !value.Equal(got, want) {
			t.Fatalf("round %d: of %d names and entries, %d times, something else came back", i, len(names), times)
		}
		if got := s.call(t, "[method]job.describe", value.Borrow(job)); got != "job "+text {
			t.Fatalf("round %d: %q for the job %q", i, got, text)
		}
		s.call(t, "finish", job)
	}
}

func entry(name string, tags value.List) value.Value {
	at := value.Record{{Name: "x", Value: int32(1)}, {Name: "y", Value: int32(-1)}}
	return value.Record{
		{Name: "id", Value: uint8(len(tags))},
		{Name: "name", Value: name},
		{Name: "at", Value: at},
		{Name: "tags", Value: append(value.List(nil), tags...)},
		{Name: "hidden", Value: true},
		{Name: "when", Value: uint64(len(name))},
	}
}
