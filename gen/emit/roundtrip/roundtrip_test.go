// Package roundtrip_test runs generated code against the real runtime. It is apart from the tests of gen/emit
// so that those can bless new code while this can't be compiled.
package roundtrip_test

import (
	"context"
	"math"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/witan-os/witan/gen/emit/testdata/generated/test/features/v1/enums"
	"github.com/witan-os/witan/gen/emit/testdata/generated/test/features/v1/featuresinterface"
	"github.com/witan-os/witan/gen/emit/testdata/generated/test/features/v1/flagsets"
	"github.com/witan-os/witan/gen/emit/testdata/generated/test/features/v1/large"
	"github.com/witan-os/witan/gen/emit/testdata/generated/test/features/v1/lists"
	"github.com/witan-os/witan/gen/emit/testdata/generated/test/features/v1/options"
	"github.com/witan-os/witan/gen/emit/testdata/generated/test/features/v1/records"
	"github.com/witan-os/witan/gen/emit/testdata/generated/test/features/v1/results"
	"github.com/witan-os/witan/gen/emit/testdata/generated/test/features/v1/scalars"
	"github.com/witan-os/witan/gen/emit/testdata/generated/test/features/v1/strings"
	"github.com/witan-os/witan/gen/emit/testdata/generated/test/features/v1/variants"
	"github.com/witan-os/witan/gen/layout"
	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/gen/resolve"
	"github.com/witan-os/witan/runtime/component"
	"github.com/witan-os/witan/runtime/glue"
	"github.com/witan-os/witan/runtime/value"
	"github.com/witan-os/witan/runtime/vm"
)

// TestRoundTrip calls generated Clients of guests that pass the calls on to generated host glue. Each value
// goes through memory or core values four times and must come back as it was.
func TestRoundTrip(t *testing.T) { roundTrip(t, newGuests(t)) }

// TestRoundTripThroughInterpreter has the host's side done by the interpreter of the canonical ABI: what one
// lowers, the other must lift.
func TestRoundTripThroughInterpreter(t *testing.T) {
	g := newGuests(t)
	g.interpret = true
	roundTrip(t, g)
}

func roundTrip(t *testing.T, g *guests) {
	sc := bind(g, "scalars", scalars.Provide(scalarHost{}), scalars.Bind)
	st := bind(g, "strings", strings.Provide(stringHost{}), strings.Bind)
	li := bind(g, "lists", lists.Provide(listHost{}), lists.Bind)
	re := bind(g, "records", records.Provide(recordHost{}), records.Bind)
	va := bind(g, "variants", variants.Provide(variantHost{}), variants.Bind)
	en := bind(g, "enums", enums.Provide(enumHost{}), enums.Bind)
	fl := bind(g, "flag-sets", flagsets.Provide(flagHost{}), flagsets.Bind)
	op := bind(g, "options", options.Provide(optionHost{}), options.Bind)
	rs := bind(g, "results", results.Provide(resultHost{}), results.Bind)
	ke := bind(g, "interface", featuresinterface.Provide(keywordHost{}), featuresinterface.Bind)

	entry := records.Entry{ID: 7, Name: "né", At: records.Point{X: math.MinInt32, Y: -1}, Tags: []string{"", "a", "𝄞"}, Hidden: true}
	mixed := []variants.Mixed{
		variants.MixedNone(), variants.MixedSmall(255), variants.MixedFloat(-0.5), variants.MixedWide(math.MaxUint64),
		variants.MixedDouble(math.Inf(-1)), variants.MixedText("text"), variants.MixedMoreText(""),
		variants.MixedPlace(records.Point{X: -5, Y: 6}), variants.MixedLetter('\U0010ffff'),
	}
	tests := []struct {
		client any
		method string
		values []any
	}{
		{sc, "OfBool", []any{false, true}},
		{sc, "OfU8", []any{uint8(0), uint8(255)}},
		{sc, "OfS8", []any{int8(-128), int8(127)}},
		{sc, "OfU16", []any{uint16(65535)}},
		{sc, "OfS16", []any{int16(-32768), int16(-1)}},
		{sc, "OfU32", []any{uint32(math.MaxUint32)}},
		{sc, "OfS32", []any{int32(math.MinInt32), int32(-1)}},
		{sc, "OfU64", []any{uint64(math.MaxUint64)}},
		{sc, "OfS64", []any{int64(math.MinInt64)}},
		{sc, "OfF32", []any{float32(-1.5), float32(math.SmallestNonzeroFloat32)}},
		{sc, "OfF64", []any{-1.5, math.Inf(1)}},
		{sc, "OfChar", []any{'a', '\ud7ff', '\U0010ffff'}},
		{st, "OfString", []any{"", "plain", "naïve 𝄞", string(make([]byte, 3000))}},
		{li, "OfBytes", []any{[]byte{}, []byte{0, 255, 1}}},
		{li, "OfNumbers", []any{[]int16{}, []int16{-1, 2, math.MinInt16}}},
		{li, "OfFloats", []any{[]float64{-1, math.MaxFloat64}}},
		{li, "OfBools", []any{[]bool{true, false, true}}},
		{li, "OfChars", []any{[]rune{'x', '€'}}},
		{li, "OfStrings", []any{[]string{"one", "", "three"}}},
		{li, "OfLists", []any{[][]uint32{{1, 2}, {}, {3}}}},
		{li, "OfBlobs", []any{[][]byte{{1}, {}, {2, 3}}}},
		{li, "OfEntries", []any{[]records.Entry{entry, {Tags: []string{}}, entry}}},
		{li, "OfTuples", []any{[]glue.Tuple2[uint8, uint64]{{F0: 1, F1: 2}, {F0: 3, F1: math.MaxUint64}}}},
		{re, "OfPoint", []any{records.Point{X: 1, Y: -1}}},
		{re, "OfEntry", []any{entry}},
		{re, "OfSingle", []any{records.Single{V: 2.5}}},
		{re, "OfTuple", []any{glue.Tuple3[int8, string, records.Point]{F0: -3, F1: "mid", F2: records.Point{X: 4, Y: 5}}}},
		{re, "OfNine", []any{nine{1, 2, 3, 4, 5, 6, 7, 8, 9}}},
		{va, "OfMixed", []any{mixed[0], mixed[1], mixed[2], mixed[3], mixed[4], mixed[5], mixed[6], mixed[7], mixed[8]}},
		{va, "OfPlain", []any{variants.PlainA(), variants.PlainB(math.MaxUint32)}},
		{va, "OfOnly", []any{variants.OnlyOne(-1)}},
		{va, "OfList", []any{mixed}},
		{en, "OfWay", []any{enums.WayNorth, enums.WayWest}},
		{en, "OfList", []any{[]enums.Way{enums.WayEast, enums.WaySouth}}},
		{fl, "OfFew", []any{flagsets.FewA | flagsets.FewC, flagsets.Few(0)}},
		{fl, "OfEight", []any{flagsets.Eight(255)}},
		{fl, "OfNine", []any{flagsets.NineI | flagsets.NineA}},
		{fl, "OfMany", []any{flagsets.Many(math.MaxUint32)}},
		{fl, "OfList", []any{[]flagsets.Nine{flagsets.NineI, 0}}},
		{op, "OfNumber", []any{glue.None[uint64](), glue.Some(uint64(math.MaxUint64))}},
		{op, "OfString", []any{glue.None[string](), glue.Some("")}},
		{op, "OfNested", []any{
			glue.None[glue.Option[float32]](), glue.Some(glue.None[float32]()), glue.Some(glue.Some(float32(1.25))),
		}},
		{op, "OfList", []any{[]glue.Option[uint16]{glue.Some(uint16(65535)), glue.None[uint16]()}}},
		{rs, "Nested", []any{[]glue.Result[uint8, string]{glue.OK[uint8, string](9), glue.Err[uint8]("why")}}},
		{rs, "NestedBare", []any{[]glue.Result[glue.Unit, glue.Unit]{{}, glue.Err[glue.Unit](glue.Unit{})}}},
		{rs, "Half", []any{[]glue.Result[glue.Unit, uint16]{{}, glue.Err[glue.Unit](uint16(65535))}}},
		{ke, "IPv6URL", []any{featuresinterface.ErrorNil(), featuresinterface.ErrorString("s"), featuresinterface.ErrorKind_(200)}},
	}
	for _, tt := range tests {
		for _, v := range tt.values {
			got, err := call(tt.client, tt.method, v)
			if err != nil {
				t.Errorf("%T.%s(%v): %v", tt.client, tt.method, v, err)
			} else if diff := cmp.Diff(v, got, cmp.Exporter(func(reflect.Type) bool { return true })); diff != "" {
				t.Errorf("%T.%s(%v): (-sent +returned)\n%s", tt.client, tt.method, v, diff)
			}
		}
	}
}

func TestNaN(t *testing.T) {
	c := bind(newGuests(t), "scalars", scalars.Provide(scalarHost{}), scalars.Bind)
	if v, err := c.OfF32(t.Context(), float32(math.NaN())); err != nil || v == v {
		t.Errorf("got %v, %v", v, err)
	}
}

func TestSeveralParameters(t *testing.T) {
	g := newGuests(t)
	ctx := t.Context()
	sc := bind(g, "scalars", scalars.Provide(scalarHost{}), scalars.Bind)
	if err := sc.Nothing(ctx); err != nil {
		t.Error(err)
	}
	if v, err := sc.Add(ctx, -3, math.MaxInt64); err != nil || v != math.MaxInt64-3 {
		t.Errorf("add: %v, %v", v, err)
	}
	st := bind(g, "strings", strings.Provide(stringHost{}), strings.Bind)
	if v, err := st.Join(ctx, "left", "right"); err != nil || v != "leftright" {
		t.Errorf("join: %q, %v", v, err)
	}
	la := bind(g, "large", large.Provide(largeHost{}), large.Bind)
	got, err := la.Spilled(ctx, 1, 2, 3, 4, 5.5, 6.5, "seven", "", "nine", -10, []byte{11, 12}, true, -13)
	if want := "1 2 3 4 5.5 6.5 seven  nine -10 [11 12] true -13"; err != nil || got != want {
		t.Errorf("spilled: %q, %v", got, err)
	}
	big, err := la.OfBig(ctx, large.Big{A: 1, H: 2, I: "x"}, large.Big{A: 40, I: "y"})
	if want := (large.Big{A: 1, H: 42, I: "xy"}); err != nil || big != want {
		t.Errorf("of-big: %+v, %v", big, err)
	}
	ke := bind(g, "interface", featuresinterface.Provide(keywordHost{}), featuresinterface.Bind)
	v := featuresinterface.Type{Func: 1, Error_: "e", String: "s"}
	if got, err := ke.Select(ctx, v, 1, 2, 3, false); err != nil || got != v {
		t.Errorf("select: %+v, %v", got, err)
	}
	if _, err := ke.Select(ctx, v, 1, 2, 3, true); err != featuresinterface.ErrorKind_(6) {
		t.Errorf("select: %v", err)
	}
	if n, err := ke.Range(ctx, featuresinterface.Host_Provide, 2, 3); err != nil || n != 6 {
		t.Errorf("range: %d, %v", n, err)
	}
}

func TestErrors(t *testing.T) {
	c := bind(newGuests(t), "results", results.Provide(resultHost{}), results.Bind)
	ctx := t.Context()
	only := func(_ any, err error) error { return err }
	tests := []struct {
		name      string
		got, want error
	}{
		{"bare ok", c.Bare(ctx, false), nil},
		{"bare", c.Bare(ctx, true), glue.Fail(glue.Unit{})},
		{"only-ok ok", only(c.OnlyOk(ctx, 5)), nil},
		{"only-ok", only(c.OnlyOk(ctx, 0)), glue.Fail(glue.Unit{})},
		{"only-err ok", c.OnlyErr(ctx, 1), nil},
		{"only-err", c.OnlyErr(ctx, 0), results.CodeDenied},
		{"of-code ok", only(c.OfCode(ctx, "v")), nil},
		{"of-code", only(c.OfCode(ctx, "")), results.CodeMissing},
		{"of-failure ok", only(c.OfFailure(ctx, []byte{1}, nil)), nil},
		{"of-failure", only(c.OfFailure(ctx, nil, nil)), results.Failure{Code: results.CodeDenied, Detail: "no bytes"}},
		{"of-problem ok", only(c.OfProblem(ctx, 9)), nil},
		{"of-problem 0", only(c.OfProblem(ctx, 0)), results.ProblemEmpty()},
		{"of-problem 1", only(c.OfProblem(ctx, 1)), results.ProblemTooLong(1 << 20)},
		{"of-problem 2", only(c.OfProblem(ctx, 2)), results.ProblemOther("else")},
		{"of-faults", only(c.OfFaults(ctx, 0)), results.FaultsRead | results.FaultsWrite},
		{"of-text", only(c.OfText(ctx, "")), glue.Fail("no text")},
		{"of-point", only(c.OfPoint(ctx, 0)), records.Point{X: -1, Y: 2}},
	}
	for _, tt := range tests {
		if tt.got != tt.want {
			t.Errorf("%s: got %v, want %v", tt.name, tt.got, tt.want)
		}
	}
	if v, err := c.OfText(ctx, "up"); err != nil || v != "UP" {
		t.Errorf("of-text: %q, %v", v, err)
	}
}

// guests makes instances of echo components.
type guests struct {
	t         testing.TB
	vm        *vm.VM
	interpret bool // hosts answer through the interpreter, with what they are given
}

func newGuests(t testing.TB) *guests {
	t.Helper()
	v, err := vm.New(t.Context(), vm.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := v.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return &guests{t: t, vm: v}
}

// bind instantiates the echo of an interface on a host and binds a Client to it.
func bind[C any](g *guests, iface string, host glue.Fixed, bind func(*glue.Instance) (C, error), lies ...lie) C {
	g.t.Helper()
	ctx := g.t.Context()
	i := g.iface(iface)
	c, err := g.vm.CompileWith(ctx, iface, echo(i, lies), component.AllFeatures)
	if err != nil {
		g.t.Fatal(err)
	}
	if g.interpret {
		interpretCalls(host[len(host)-1], i)
	}
	inst, err := c.Instantiate(ctx, vm.Options{Imports: host, Limits: vm.Limits{MaxHandles: 8}})
	if err != nil {
		g.t.Fatal(err)
	}
	g.t.Cleanup(func() {
		if err := inst.Close(context.Background()); err != nil {
			g.t.Error(err)
		}
	})
	client, err := bind(inst.Instance)
	if err != nil {
		g.t.Fatal(err)
	}
	return client
}

// iface is an interface of the test's WIT.
func (g *guests) iface(name string) *model.Interface {
	g.t.Helper()
	tree, err := resolve.Load("../testdata/wit", resolve.Options{})
	if err != nil {
		g.t.Fatal(err)
	}
	if err := layout.Compute(tree); err != nil {
		g.t.Fatal(err)
	}
	for _, i := range tree.Root.Interfaces {
		if i.Name == name {
			return i
		}
	}
	g.t.Fatalf("there is no interface %s", name)
	panic("unreachable")
}

// interpretCalls replaces the generated functions of a host by ones that answer with their parameter.
func interpretCalls(host *glue.Interface, iface *model.Interface) {
	for i := range host.Funcs {
		plan := iface.Funcs[i].Plan
		host.Funcs[i].Call = func(_ context.Context, b *glue.Boundary, stack []uint64) {
			value.LowerResult(b, plan, stack, value.LiftParams(b, plan, stack)[0])
		}
	}
}

// call calls a method of a client by name; one that appends to a buffer gets none.
func call(client any, method string, arg any) (any, error) {
	m := reflect.ValueOf(client).MethodByName(method)
	in := []reflect.Value{reflect.ValueOf(context.Background()), reflect.ValueOf(arg)}
	if m.Type().NumIn() == 3 {
		in = append(in, reflect.ValueOf([]byte{}))
	}
	out := m.Call(in)
	err, _ := out[1].Interface().(error)
	return out[0].Interface(), err
}
