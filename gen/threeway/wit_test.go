package threeway

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/witan-os/witan/gen/layout"
	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/gen/resolve"
	"github.com/witan-os/witan/gen/syntax"
	"github.com/witan-os/witan/internal/diag"
	"github.com/witan-os/witan/internal/testutil"
	"github.com/witan-os/witan/runtime/abi"
)

// This file draws the WIT whose types all tests here use.

const (
	witDir      = "testdata/wit"
	setNames    = "abcdefgh" // an interface set-a, and so on
	namedPerSet = 16
	funcsPerSet = 30
)

const witHead = "package test:threeway@1.0.0;\n\n/// Drawn from seed %d.\n"

var witSeed = flag.Uint64("wit-seed", 0, "with -update, draw other types from this seed")

// witDrawer draws an interface.
type witDrawer struct {
	rand  rand.PCG
	set   int
	text  strings.Builder
	named []witType
}

// witType is a type in WIT, as it is written where it is used.
type witType struct {
	text string
	size int // in parts, so that types do not become too large
}

// drawSet draws the interface set-a for set 0, and so on.
func drawSet(seed uint64, set int) string {
	d := &witDrawer{rand: *rand.NewPCG(seed, uint64(set)), set: set}
	fmt.Fprintf(&d.text, witHead, seed)
	fmt.Fprintf(&d.text, "interface set-%c {\n    use resources.{file, socket};\n\n", setNames[set])
	for i := range namedPerSet {
		d.define(i)
	}
	d.text.WriteByte('\n')
	for i := range funcsPerSet {
		d.function(i)
	}
	d.text.WriteString("}\n")
	return d.text.String()
}

// n draws a number below limit.
func (d *witDrawer) n(limit int) int { return int(d.rand.Uint64() % uint64(limit)) }

// define declares a named type. Each set has all kinds of them, and its own sizes of enums and flags.
func (d *witDrawer) define(i int) {
	t := witType{text: fmt.Sprintf("t%d", i), size: 1}
	many := func(prefix string, sizes ...int) string {
		return strings.Join(labels(prefix, sizes[(d.set+i/5)%len(sizes)]), ", ")
	}
	switch i % 5 {
	case 0:
		fmt.Fprintf(&d.text, "    flags %s { %s }\n", t.text, many("b", 1, 9, 17, 8, 32, 7, 16, 2, 31))
	case 1:
		fmt.Fprintf(&d.text, "    enum %s { %s }\n", t.text, many("e", 2, 1, 3, 256, 5, 257))
	case 2:
		fmt.Fprintf(&d.text, "    record %s { %s }\n", t.text, strings.Join(d.parts("f%d: %s", 1+d.n(5), &t), ", "))
	case 3:
		fmt.Fprintf(&d.text, "    variant %s { %s }\n", t.text, strings.Join(d.cases(&t), ", "))
	default:
		alias := d.draw(2)
		t.size += alias.size
		fmt.Fprintf(&d.text, "    type %s = %s;\n", t.text, alias.text)
	}
	d.named = append(d.named, t)
}

func labels(prefix string, n int) []string {
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprintf("%s%d", prefix, i)
	}
	return list
}

// parts draws n types, written with their numbers by format, and adds their size to that of whole.
func (d *witDrawer) parts(format string, n int, whole *witType) []string {
	list := make([]string, n)
	for i := range list {
		t := d.draw(2)
		whole.size += t.size
		list[i] = fmt.Sprintf(format, i, t.text)
	}
	return list
}

func (d *witDrawer) cases(whole *witType) []string {
	list := d.parts("c%d(%s)", 1+d.n(5), whole)
	for i := range list {
		if d.n(4) == 0 {
			list[i] = fmt.Sprintf("c%d", i)
		}
	}
	return list
}

// function declares a function: few parameters or many, so that some are spilled, and all forms of results.
func (d *witDrawer) function(i int) {
	params := make([]string, []int{0, 1, 1, 1, 2, 2, 3, 3, 4, 5, 7, 10}[d.n(12)])
	for p := range params {
		t := d.draw(2)
		switch d.n(24) {
		case 0:
			t = witType{text: d.borrow()}
		case 1:
			t = witType{text: []string{"list<%s>", "option<%s>", "tuple<u8, %s>"}[d.n(3)]}
			t.text = fmt.Sprintf(t.text, d.borrow())
		}
		params[p] = fmt.Sprintf("p%d: %s", p, t.text)
	}
	result := ""
	switch d.n(6) {
	case 0:
	case 1, 2:
		result = " -> " + d.result(2).text
	default:
		result = " -> " + d.draw(2).text
	}
	fmt.Fprintf(&d.text, "    f%d: func(%s)%s;\n", i, strings.Join(params, ", "), result)
}

func (d *witDrawer) borrow() string { return "borrow<" + d.resource() + ">" }

func (d *witDrawer) resource() string { return []string{"file", "socket"}[d.n(2)] }

var primitives = []string{"bool", "s8", "u8", "s16", "u16", "s32", "u32", "s64", "u64", "f32", "f64", "char", "string"}

// draw draws a type at most depth deep.
func (d *witDrawer) draw(depth int) witType {
	if depth == 0 || d.n(100) < 40 {
		return witType{primitives[d.n(len(primitives))], 1}
	}
	switch n := d.n(100); {
	case n < 40:
		if fits := d.small(); len(fits) > 0 {
			return fits[d.n(len(fits))]
		}
		return witType{"string", 1}
	case n < 52:
		e := d.draw(depth - 1)
		return witType{"list<" + e.text + ">", 1 + e.size}
	case n < 57:
		e := d.draw(depth - 1)
		return witType{"map<" + keys[d.n(len(keys))] + ", " + e.text + ">", 2 + e.size}
	case n < 62:
		return d.fixedList(depth - 1)
	case n < 74:
		e := d.draw(depth - 1)
		return witType{"option<" + e.text + ">", 1 + e.size}
	case n < 86:
		var t witType
		list := make([]string, 1+d.n(4))
		for i := range list {
			e := d.draw(depth - 1)
			t.size += e.size
			list[i] = e.text
		}
		return witType{"tuple<" + strings.Join(list, ", ") + ">", 1 + t.size}
	case n < 96:
		return d.result(depth - 1)
	default:
		return witType{d.resource(), 1}
	}
}

// keys are the types that keys of maps may have.
var keys = slices.DeleteFunc(slices.Clone(primitives), func(t string) bool { return t == "f32" || t == "f64" })

// fixedList draws a list of a fixed length: one that is passed in core values, or one that is not.
func (d *witDrawer) fixedList(depth int) witType {
	e := d.draw(depth)
	n := []int{1, 2, 3, 4, 5, 8, 16, 17, 33}[d.n(9)]
	if n*e.size > 40 {
		n = 1 + d.n(2)
	}
	return witType{fmt.Sprintf("list<%s, %d>", e.text, n), n * e.size}
}

// small are the named types that may become parts of others.
func (d *witDrawer) small() []witType {
	return slices.DeleteFunc(slices.Clone(d.named), func(t witType) bool { return t.size > 14 })
}

func (d *witDrawer) result(depth int) witType {
	ok, fail := d.draw(depth), d.draw(depth)
	size := 1 + ok.size + fail.size
	switch d.n(6) {
	case 0:
		return witType{"result", 1}
	case 1:
		return witType{"result<" + ok.text + ">", size}
	case 2:
		return witType{"result<_, " + fail.text + ">", size}
	}
	return witType{"result<" + ok.text + ", " + fail.text + ">", size}
}

// committedSeed is the seed that the WIT in testdata was drawn from.
func committedSeed(t *testing.T) uint64 {
	text, err := os.ReadFile(filepath.Join(witDir, "set-a.wit"))
	if err != nil {
		return 1
	}
	var seed uint64
	if _, err := fmt.Sscanf(string(text), witHead, &seed); err != nil {
		t.Fatal(err)
	}
	return seed
}

// TestWIT checks that testdata has the WIT that its seed gives.
func TestWIT(t *testing.T) {
	seed := committedSeed(t)
	if *witSeed != 0 {
		seed = *witSeed
	}
	for set, name := range setNames {
		path := filepath.Join(witDir, fmt.Sprintf("set-%c.wit", name))
		text, list := syntax.Format(diag.NewSource(path, drawSet(seed, set)))
		if err := list.Err(); err != nil {
			t.Fatal(err)
		}
		testutil.Golden(t, path, []byte(text))
	}
}

// TestTypesAreOfEveryKind checks that the types that were drawn are varied enough for the tests to mean
// something.
func TestTypesAreOfEveryKind(t *testing.T) {
	seen := map[string]bool{}
	note := func(place string, typ *model.Type) { seen[place+" "+kindText(typ.Kind)] = true }
	var visit func(place string, typ *model.Type)
	visit = func(place string, typ *model.Type) {
		if typ == nil {
			return
		}
		note(place, typ)
		switch typ.Kind {
		case abi.List, abi.Map:
			place = "memory"
		case abi.Enum:
			seen[fmt.Sprintf("enum of %d bytes", typ.ABI.Size)] = true
		case abi.Flags:
			seen[fmt.Sprintf("flags of %d bytes", typ.ABI.Size)] = true
		}
		visit(place, typ.Key)
		visit(place, typ.Elem)
		for _, f := range typ.Fields {
			visit(place, f.Type)
		}
		for _, c := range typ.Cases {
			visit(place, c.Type)
		}
	}
	for _, s := range loadSets(t) {
		for _, f := range s.iface.Funcs {
			place := "core values"
			if f.Plan.ParamBlock != nil {
				place = "memory"
				seen["spilled parameters"] = true
			}
			for _, p := range f.Params {
				visit(place, p.Type)
			}
			visit("result", f.Result)
			seen["result in memory"] = seen["result in memory"] || f.Plan.ResultBlock != nil
			seen["result in a core value"] = seen["result in a core value"] || f.Plan.Result != nil
		}
	}
	want := []string{
		"spilled parameters", "result in memory", "result in a core value",
		"enum of 1 bytes", "enum of 2 bytes", "flags of 1 bytes", "flags of 2 bytes", "flags of 4 bytes",
	}
	for k := abi.Bool; k <= abi.Borrow; k++ {
		want = append(want, "core values "+kindText(k), "memory "+kindText(k))
		if k != abi.Borrow {
			want = append(want, "result "+kindText(k))
		}
	}
	for _, w := range want {
		if !seen[w] {
			t.Errorf("no %s was drawn", w)
		}
	}
}

// kindText tells lists of a fixed length from others, which WIT calls alike.
func kindText(k abi.Kind) string {
	if k == abi.FixedList {
		return "fixed-length list"
	}
	return k.String()
}

// loadWIT reads the WIT that was drawn.
func loadWIT(t testing.TB) *model.Package {
	t.Helper()
	tree, err := resolve.Load(witDir, resolve.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := layout.Compute(tree); err != nil {
		t.Fatal(err)
	}
	return tree.Root
}
