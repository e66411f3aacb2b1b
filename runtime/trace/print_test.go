package trace

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/witan-os/witan/runtime/abi"
	"github.com/witan-os/witan/runtime/value"
	"github.com/witan-os/witan/runtime/value/valuetest"
)

// show is what a value is shown as.
func show(t *abi.Type, v value.Value) string {
	list := func(brackets string, n int, item func(i int) string) string {
		var parts []string
		for i := range min(n, maxItems) {
			parts = append(parts, item(i))
		}
		if n > maxItems {
			parts = append(parts, fmt.Sprintf("… %d in all", n))
		}
		return brackets[:1] + strings.Join(parts, ", ") + brackets[1:]
	}
	parts := func(brackets string, n int, part func(i int) string) string {
		var all []string
		for i := range n {
			all = append(all, part(i))
		}
		return brackets[:1] + strings.Join(all, ", ") + brackets[1:]
	}
	payload := func(name string, t *abi.Type, v value.Value) string {
		if t == nil {
			return name
		}
		return name + "(" + show(t, v) + ")"
	}
	switch v := v.(type) {
	case float32:
		return float(float64(v), 32)
	case float64:
		return float(v, 64)
	case value.Char:
		return strconv.QuoteRune(rune(v))
	case string:
		return strconv.Quote(v)
	case []byte:
		if t.Kind == abi.FixedList {
			return list("[]", len(v), func(i int) string { return fmt.Sprint(v[i]) })
		}
		return strconv.Quote(string(v))
	case value.List:
		return list("[]", len(v), func(i int) string { return show(t.Elem, v[i]) })
	case value.Map:
		return list("{}", len(v), func(i int) string {
			return show(t.Elem.Fields[0].Type, v[i].Key) + ": " + show(t.Elem.Fields[1].Type, v[i].Value)
		})
	case value.Tuple:
		return parts("()", len(v), func(i int) string { return show(t.Fields[i].Type, v[i]) })
	case value.Record:
		return parts("{}", len(v), func(i int) string { return v[i].Name + ": " + show(t.Fields[i].Type, v[i].Value) })
	case value.Flags:
		return parts("{}", len(v), func(i int) string { return v[i] })
	case value.Enum:
		return string(v)
	case value.Variant:
		i := slices.IndexFunc(t.Cases, func(c abi.Case) bool { return c.Name == v.Case })
		return payload(v.Case, t.Cases[i].Type, v.Payload)
	case value.Option:
		if !v.Some {
			return "none"
		}
		return payload("some", t.Cases[1].Type, v.Value)
	case value.Result:
		if v.Failed {
			return payload("error", t.Cases[1].Type, v.Payload)
		}
		return payload("ok", t.Cases[0].Type, v.Payload)
	case value.Own:
		return fmt.Sprintf("%s#%d", t.Resource.Name, handleOf(v.Rep))
	case value.Borrow:
		return fmt.Sprintf("%s#%d", t.Resource.Name, handleOf(v.Rep))
	}
	return fmt.Sprint(v)
}

func float(f float64, bits int) string {
	if math.IsNaN(f) {
		return "nan"
	}
	return strings.TrimPrefix(strings.ToLower(strconv.FormatFloat(f, 'g', -1, bits)), "+")
}

// TestShowsWhatTheInterpreterLowers compares with the other executor of the canonical ABI.
func TestShowsWhatTheInterpreterLowers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := &guest{memory: make([]byte, 8), encoding: valuetest.Encoding(t)}
		typ := &abi.Func{}
		var args []value.Value
		var want []string
		for i := range valuetest.Count(t, 0, 4) {
			p := abi.Param{Name: fmt.Sprintf("p%d", i), Type: valuetest.Type(t, 3)}
			typ.Params = append(typ.Params, p)
			args = append(args, valuetest.Value(t, p.Type))
			want = append(want, p.Name+": "+show(p.Type, args[i]))
		}
		result := valuetest.Type(t, 3)
		if !result.HasBorrow() {
			typ.Result = result
		}
		f, err := NewFunction(typ)
		if errors.Is(err, abi.ErrTooLarge) {
			t.Skip("no call can have so much")
		}
		if err != nil {
			t.Fatal(err)
		}
		// What the interpreter lowers for a call of a component is what a component passes to the host.
		stack := make([]uint64, f.plan.Slots()+1)
		value.LowerParams(g, f.plan, stack, args)
		slot := f.ResultSlot()
		if slot >= 0 {
			stack[slot] = uint64(g.Alloc(result.Size, result.Align))
		}
		check(t, string(f.AppendArgs([]byte("before "), g, stack)), "before ("+strings.Join(want, ", ")+")")
		if typ.Result == nil {
			return
		}
		var address uint64
		if slot >= 0 {
			address = stack[slot]
		}
		v := valuetest.Value(t, result)
		value.LowerResult(g, f.plan, stack, v)
		check(t, string(f.AppendResult(nil, g, stack, address)), show(result, v))
	})
}

// check compares a text that is cut if it is too long.
func check(t *rapid.T, got, want string) {
	if len(want) > maxOutput {
		if !strings.HasPrefix(want, got[:maxOutput/2]) || len(got) > 2*maxOutput {
			t.Fatalf("%d bytes: %s\nwant the beginning of %s", len(got), got, want)
		}
	} else if got != want {
		t.Fatalf("got  %s\nwant %s", got, want)
	}
}

// TestHostile has values that a host would trap at.
func TestHostile(t *testing.T) {
	memory := []byte("hello\x1b[2J\xff world, how are you\u202Etoday? This is a text that is a little long for one line\x00\x00\x00\x00")
	outside := uint64(len(memory))
	tests := []struct {
		typ      string
		encoding abi.Encoding
		stack    []uint64
		want     string
	}{
		{typ: "string", stack: []uint64{0, 10}, want: `"hello\x1b[2J\xff"`},
		{typ: "string", stack: []uint64{outside, 1}, want: fmt.Sprintf("<a string of 1 bytes at %#x, outside of the memory>", outside)},
		{typ: "string", stack: []uint64{0xffffffff, 0xffffffff}, want: "<a string of 4294967295 bytes at 0xffffffff, outside of the memory>"},
		{typ: "string", stack: []uint64{0, 90}, want: `"hello\x1b[2J\xff world, how are you\u202etoday? This is a text that is a "… 90 bytes`},
		{typ: "string", encoding: abi.UTF16, stack: []uint64{10, 2}, want: `"眠牯"`},
		{typ: "string", encoding: abi.UTF16, stack: []uint64{0, 0x80000000}, want: "<a string of 4294967296 bytes at 0x0, outside of the memory>"},
		{typ: "string", encoding: abi.Latin1OrUTF16, stack: []uint64{9, 1}, want: `"ÿ"`},
		{typ: "list<u8>", stack: []uint64{0, 5}, want: `"hello"`},
		{typ: "list<u8>", stack: []uint64{0, 1 << 30}, want: "<1073741824 elements at 0x0, outside of the memory>"},
		{typ: "list<u64>", stack: []uint64{0, 0xffffffff}, want: "<4294967295 elements at 0x0, outside of the memory>"},
		{typ: "list<u16>", stack: []uint64{0, 20}, want: "[25960, 27756, 7023, 12891, 65354, 30496, 29295, 25708, 8236, 28520, 8311, 29281, 8293, 28537, 57973, 44672, … 20 in all]"},
		{typ: "list<string>", stack: []uint64{0, 2}, want: `[<a string of 844831599 bytes at 0x6c6c6568, outside of the memory>, `},
		{typ: "char", stack: []uint64{0xd800}, want: "<no character: 0xd800>"},
		{typ: "char", stack: []uint64{0xffffffff}, want: "<no character: 0xffffffff>"},
		{typ: "char", stack: []uint64{0x1b}, want: `'\x1b'`},
		{typ: "bool", stack: []uint64{7}, want: "true"},
		{typ: "u8", stack: []uint64{0x1ff}, want: "255"},
		{typ: "s8", stack: []uint64{0xff}, want: "-1"},
		{typ: "enum{a, b}", stack: []uint64{2}, want: "<no case: 2>"},
		{typ: "option<string>", stack: []uint64{0xffffffff, 0, 0}, want: "<no case: 4294967295>"},
		{typ: "flags{a, b}", stack: []uint64{0xffffffff}, want: "{a, b}"},
		{typ: "result<f32, f64>", stack: []uint64{0, 0xffffffff7fc00000}, want: "ok(nan)"},
		{typ: "own<a:b/c@1/d>", stack: []uint64{0xffffffff}, want: "d#4294967295"},
		{typ: "stream<u8>", stack: []uint64{3}, want: "stream#3"},
		{typ: "list<u64, 17>", stack: []uint64{outside}, want: "<outside of the memory>"},
	}
	for _, tt := range tests {
		typ, err := abi.ParseFunc("func(v: " + tt.typ + ")")
		if err != nil {
			t.Fatal(err)
		}
		f, err := NewFunction(typ)
		if err != nil {
			t.Fatal(err)
		}
		got := string(f.AppendArgs(nil, &guest{memory, tt.encoding}, tt.stack))
		if want := "(v: " + tt.want; !strings.HasPrefix(got, want) {
			t.Errorf("%s of %x\nis  %s\nnot %s", tt.typ, tt.stack, got, want)
		}
	}
}

// TestNested shows lists of lists that lie in each other, as a guest can have them.
func TestNested(t *testing.T) {
	typ, err := abi.ParseFunc("func(v: " + strings.Repeat("list<", 50) + "u8" + strings.Repeat(">", 50) + ")")
	if err != nil {
		t.Fatal(err)
	}
	f, err := NewFunction(typ)
	if err != nil {
		t.Fatal(err)
	}
	// Each pair is the list of all pairs.
	memory := slices.Repeat([]byte{0, 0, 0, 0, 100, 0, 0, 0}, 100)
	if got := f.AppendArgs(nil, &guest{memory: memory}, []uint64{0, 100}); len(got) > 2*maxOutput || !strings.HasSuffix(string(got), "…)") {
		t.Errorf("%d bytes: %s", len(got), got)
	}
}

// FuzzArgs shows any memory as values of any type.
func FuzzArgs(f *testing.F) {
	f.Add("func(a: string, b: list<tuple<u8, string>>) -> result<list<u8>, enum{x, y}>", []byte("\x00\x00\x00\x00\x08\x00\x00\x00text"), uint64(0), uint64(4), uint8(0))
	f.Add("func(a: map<string, option<f64>>, b: list<char, 9>, c: flags{r, w}, d: own<a/b>)", []byte("\xff\xff\xff\xff"), uint64(1), uint64(1<<31), uint8(2))
	f.Add("func(a: list<u64, 20>) -> string", make([]byte, 200), uint64(8), uint64(1<<31|3), uint8(1))
	f.Fuzz(func(t *testing.T, text string, memory []byte, a, b uint64, encoding uint8) {
		typ, err := abi.ParseFunc(text)
		if err != nil {
			return
		}
		fn, err := NewFunction(typ)
		if err != nil {
			return
		}
		stack := make([]uint64, fn.plan.Slots()+1)
		for i := range stack {
			stack[i] = []uint64{a, b, a ^ b}[i%3]
		}
		g := &guest{memory, abi.Encoding(encoding % 3)}
		for _, out := range [][]byte{fn.AppendArgs(nil, g, stack), fn.AppendResult(nil, g, stack, a)} {
			if len(out) > 2*maxOutput+len(text) {
				t.Fatalf("%d bytes", len(out))
			}
			if !utf8.ValidString(text) {
				continue
			}
			for _, r := range strings.NewReplacer(append([]string{"…", ""}, named(text)...)...).Replace(string(out)) {
				if !unicode.IsPrint(r) {
					t.Fatalf("%q is for a terminal", out)
				}
			}
		}
	})
}

// named are the words of a type, which come from who has written it: they are no data. They are pairs for a
// replacer that removes them.
func named(text string) []string {
	var list []string
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" ,:(){}<>/", r) }) {
		list = append(list, word, "")
	}
	return list
}
