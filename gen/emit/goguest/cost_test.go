package goguest_test

import (
	"context"
	gostrings "strings"
	"testing"

	"github.com/witan-os/witan/gen/emit/testdata/generated/test/features/v1/scalars"
	"github.com/witan-os/witan/gen/emit/testdata/generated/test/features/v1/strings"
	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/runtime/vm"
)

// numbers and texts are the host.
type numbers struct{ scalars.Unimplemented }

func (numbers) OfU32(_ context.Context, v uint32) (uint32, error) { return v, nil }

type texts struct{ strings.Unimplemented }

func (texts) OfString(_ context.Context, v string) (string, error) { return v, nil }

// clients call the guest that does nothing but make and answer calls, with generated code on both sides.
func clients(t testing.TB) (*scalars.Client, *strings.Client) {
	t.Helper()
	tree := load(t, "../testdata/wit")
	w := &model.World{Scope: model.Scope{Package: tree.Root, Name: "bench"}}
	for _, i := range tree.Root.Interfaces {
		if i.Name == "scalars" || i.Name == "strings" {
			w.Imports = append(w.Imports, &model.Item{Interface: i})
			w.Exports = append(w.Exports, &model.Item{Interface: i})
		}
	}
	tree.Root.Worlds = append(tree.Root.Worlds, w)
	m := newModule(t)
	m.generate(t, "gen", tree, w)
	m.program(t, "bench")
	var host []*vm.Interface
	host = append(append(host, scalars.Provide(numbers{})...), strings.Provide(texts{})...)
	inst := run(t, m.component(t, w), nil, host...)
	n, err := scalars.Bind(inst.Instance)
	if err != nil {
		t.Fatal(err)
	}
	s, err := strings.Bind(inst.Instance)
	if err != nil {
		t.Fatal(err)
	}
	return n, s
}

// TestAllocations counts what calls of the host allocate in a guest: nothing for a number, and one block for a string
// that is returned.
func TestAllocations(t *testing.T) {
	n, _ := clients(t)
	for _, tt := range []struct {
		name  string
		which int32
		most  int64
	}{{"a number", 0, 0}, {"a string", 1, 1}} {
		const calls, slack = 1000, 20 // the measuring itself allocates, and so may the collector
		got, err := n.Add(t.Context(), tt.which, calls)
		if err != nil {
			t.Fatal(err)
		}
		if got > tt.most*calls+slack || got < tt.most*calls {
			t.Errorf("%s: %d allocations in %d calls", tt.name, got, calls)
		}
	}
}

// TestMemoryIsBounded calls a guest that allocates nothing but what it is passed. The collector has to run although
// the program gives it no reason to.
func TestMemoryIsBounded(t *testing.T) {
	n, s := clients(t)
	text := gostrings.Repeat("x", 1000)
	for i := range 200_000 {
		if got, err := s.OfString(t.Context(), text[:i%1000]); err != nil || len(got) != i%1000 {
			t.Fatalf("call %d: %d bytes, %v", i, len(got), err)
		}
	}
	large := gostrings.Repeat("x", 1_000_000)
	for i := range 200 {
		if got, err := s.OfString(t.Context(), large[i:]); err != nil || len(got) != len(large)-i {
			t.Fatalf("large call %d: %d bytes, %v", i, len(got), err)
		}
	}
	if _, err := n.OfS64(t.Context(), 1_000_000); err != nil {
		t.Fatal(err)
	}
	if megabytes, err := n.OfS32(t.Context(), 1<<20); err != nil || megabytes > 40 {
		t.Errorf("the guest takes %d megabytes, %v", megabytes, err)
	}
}

// TestLargeArguments passes what makes the guest's heap grow while the host lowers it, when nothing may call out: the
// first call that a fresh instance gets, and then some of all sizes.
func TestLargeArguments(t *testing.T) {
	_, s := clients(t)
	text := gostrings.Repeat("x", 64<<20)
	for _, size := range []int{64 << 20, 1, 2 << 20, 1<<20 + 1, 3 << 20, 100, 32 << 20, 5 << 20} {
		if got, err := s.OfString(t.Context(), text[:size]); err != nil || len(got) != size {
			t.Fatalf("%d bytes: %d, %v", size, len(got), err)
		}
	}
}

func BenchmarkCalls(b *testing.B) {
	n, s := clients(b)
	ctx := context.Background()
	b.Run("host to guest, u32", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := n.OfU32(ctx, 7); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("host to guest, string", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := s.OfString(ctx, "sixteen bytes ok"); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("guest to host, u32", func(b *testing.B) {
		b.ReportAllocs()
		if _, err := n.OfU64(ctx, uint64(b.N)); err != nil {
			b.Fatal(err)
		}
	})
	b.Run("guest to host, string", func(b *testing.B) {
		b.ReportAllocs()
		if _, err := n.OfS64(ctx, int64(b.N)); err != nil {
			b.Fatal(err)
		}
	})
}
