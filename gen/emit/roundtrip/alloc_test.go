package roundtrip_test

import (
	"testing"

	"github.com/witan-os/witan/gen/emit/testdata/generated/test/features/v1/enums"
	"github.com/witan-os/witan/gen/emit/testdata/generated/test/features/v1/lists"
	"github.com/witan-os/witan/gen/emit/testdata/generated/test/features/v1/records"
	"github.com/witan-os/witan/gen/emit/testdata/generated/test/features/v1/results"
	"github.com/witan-os/witan/gen/emit/testdata/generated/test/features/v1/scalars"
	"github.com/witan-os/witan/gen/emit/testdata/generated/test/features/v1/variants"
)

// TestNoAllocation calls from Go into a guest and from there into Go, and expects that neither boundary
// allocates, once the buffers for bytes have grown.
func TestNoAllocation(t *testing.T) {
	g := newGuests(t)
	ctx := t.Context()
	sc := bind(g, "scalars", scalars.Provide(scalarHost{}), scalars.Bind)
	re := bind(g, "records", records.Provide(recordHost{}), records.Bind)
	va := bind(g, "variants", variants.Provide(variantHost{}), variants.Bind)
	en := bind(g, "enums", enums.Provide(enumHost{}), enums.Bind)
	rs := bind(g, "results", results.Provide(resultHost{}), results.Bind)
	li := bind(g, "lists", lists.Provide(listHost{}), lists.Bind)
	sent, buf := make([]byte, 1000), make([]byte, 0, 1000)

	tests := []struct {
		name string
		call func() error
	}{
		{"nothing", func() error { return sc.Nothing(ctx) }},
		{"add", func() error { _, err := sc.Add(ctx, 1, 2); return err }},
		{"f64", func() error { _, err := sc.OfF64(ctx, 1.5); return err }},
		{"char", func() error { _, err := sc.OfChar(ctx, 'x'); return err }},
		{"record", func() error { _, err := re.OfPoint(ctx, records.Point{X: 1}); return err }},
		{"variant", func() error { _, err := va.OfPlain(ctx, variants.PlainB(7)); return err }},
		{"enum", func() error { _, err := en.OfWay(ctx, enums.WayEast); return err }},
		{"result", func() error { _, err := rs.OfFaults(ctx, 3); return err }},
		{"bytes", func() error { _, err := li.OfBytes(ctx, sent, buf); return err }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var failed error
			n := testing.AllocsPerRun(100, func() {
				if err := tt.call(); err != nil {
					failed = err
				}
			})
			if failed != nil {
				t.Fatal(failed)
			}
			if n != 0 {
				t.Errorf("%v allocations in a call", n)
			}
		})
	}
}

// BenchmarkScalar is a call from Go into a guest, which calls Go: two boundaries.
func BenchmarkScalar(b *testing.B) {
	c := bind(newGuests(b), "scalars", scalars.Provide(scalarHost{}), scalars.Bind)
	ctx := b.Context()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := c.Add(ctx, 1, 2); err != nil {
			b.Fatal(err)
		}
	}
}
