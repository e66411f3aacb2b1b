package component_test

import (
	"testing"

	. "github.com/witan-os/witan/runtime/component"
)

// TestDiffComponents checks the comparison that other tests rely on: each component of the table is equal to itself
// and to nothing else.
func TestDiffComponents(t *testing.T) {
	twoNames := func(second func(w *InstanceTypeWriter, first, origin uint32) uint32) func(w *Writer) {
		return func(w *Writer) {
			it := NewInstanceType()
			size := it.Primitive(U64)
			a := it.Export(plain("a"), TypeDesc(size))
			b := it.Export(plain("b"), TypeDesc(second(it, a, size)))
			it.Export(plain("f"), FuncDesc(it.Func([]TypePart{{"x", RefTo(a)}}, RefTo(b))))
			w.InstanceType(it)
		}
	}
	twoResources := func(method func(w *InstanceTypeWriter, a, b uint32) uint32) func(w *Writer) {
		return func(w *Writer) {
			it := NewInstanceType()
			a, b := it.Export(plain("a"), ResourceDesc()), it.Export(plain("b"), ResourceDesc())
			it.Export(plain("f"), FuncDesc(it.Func(nil, RefTo(it.Own(method(it, a, b))))))
			w.InstanceType(it)
		}
	}
	writers := map[string]func(w *Writer){
		"nothing":           func(*Writer) {},
		"custom section":    func(w *Writer) { w.Custom("a", nil) },
		"its name":          func(w *Writer) { w.Custom("b", nil) },
		"its bytes":         func(w *Writer) { w.Custom("a", []byte("x")) },
		"list":              func(w *Writer) { w.List(U8.Ref()) },
		"its element":       func(w *Writer) { w.List(S8.Ref()) },
		"its length":        func(w *Writer) { w.FixedList(U8.Ref(), 2) },
		"option":            func(w *Writer) { w.Option(U8.Ref()) },
		"result":            func(w *Writer) { w.Result(U8.Ref(), TypeRef{}) },
		"the other side":    func(w *Writer) { w.Result(TypeRef{}, U8.Ref()) },
		"record":            func(w *Writer) { w.Record(TypePart{"a", U8.Ref()}) },
		"its label":         func(w *Writer) { w.Record(TypePart{"b", U8.Ref()}) },
		"enum":              func(w *Writer) { w.Enum("a") },
		"flags":             func(w *Writer) { w.Flags("a") },
		"function":          func(w *Writer) { w.Func(nil, U8.Ref()) },
		"async function":    func(w *Writer) { w.AsyncFunc(nil, U8.Ref()) },
		"two modules":       func(w *Writer) { w.CoreModule(module()); w.CoreModule(module()) },
		"another module":    func(w *Writer) { w.CoreModule(module()); w.CoreModule(libcModule()) },
		"core instance":     func(w *Writer) { w.CoreModule(module()); w.CoreModule(module()); w.CoreInstantiate(0) },
		"of another module": func(w *Writer) { w.CoreModule(module()); w.CoreModule(module()); w.CoreInstantiate(1) },
		"core type":         func(w *Writer) { w.CoreFuncType(&CoreFuncType{}) },
		"its parameter":     func(w *Writer) { w.CoreFuncType(&CoreFuncType{Params: []CoreValType{CoreI32}}) },
		"import":            func(w *Writer) { w.Import(plain("a"), FuncDesc(w.Func(nil, TypeRef{}))) },
		"its external id":   func(w *Writer) { w.Import(ExternName{Name: "a", ExternalID: "b"}, FuncDesc(w.Func(nil, TypeRef{}))) },
		"inner component":   func(w *Writer) { w.Component(NewWriter().Bytes()) },
		"a type inside": func(w *Writer) {
			inner := NewWriter()
			inner.Enum("a")
			w.Component(inner.Bytes())
		},
		"a type inside that is not the type outside": func(w *Writer) {
			w.Enum("a")
			inner := NewWriter()
			inner.Enum("a")
			w.Component(inner.Bytes())
		},
		"one resource": twoResources(func(_ *InstanceTypeWriter, a, _ uint32) uint32 { return a }),
		"another one":  twoResources(func(_ *InstanceTypeWriter, _, b uint32) uint32 { return b }),
		"the second under another name": func(w *Writer) {
			it := NewInstanceType()
			a := it.Export(plain("a"), ResourceDesc())
			b := it.Export(plain("b"), TypeDesc(a))
			it.Export(plain("f"), FuncDesc(it.Func(nil, RefTo(it.Own(b)))))
			w.InstanceType(it)
		},
		"a name of a name":     twoNames(func(_ *InstanceTypeWriter, first, _ uint32) uint32 { return first }),
		"a name of its own":    twoNames(func(w *InstanceTypeWriter, _, _ uint32) uint32 { return w.Primitive(U64) }),
		"of a named record":    namedRecord(func(w *InstanceTypeWriter, first, _ uint32) uint32 { return first }),
		"of an unnamed record": namedRecord(func(w *InstanceTypeWriter, _, origin uint32) uint32 { return origin }),
		"local resource":       func(w *Writer) { w.ResourceNew(w.Resource(&Resource{Rep: CoreI32})) },
		"another built-in":     func(w *Writer) { w.ResourceDrop(w.Resource(&Resource{Rep: CoreI32})) },
		"two local resources": func(w *Writer) {
			w.ResourceDrop(w.Resource(&Resource{Rep: CoreI32}))
			w.Resource(&Resource{Rep: CoreI32})
		},
	}
	decode := func(name string) *Component {
		w := NewWriter()
		writers[name](w)
		c, err := DecodeWith(w.Bytes(), AllFeatures)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		return c
	}
	for a := range writers {
		for b := range writers {
			if d := diffComponents(decode(a), decode(b)); (d == "") != (a == b) {
				t.Errorf("%q and %q: %q", a, b, d)
			}
		}
	}
}

// namedRecord is a record type with two names, of which the second can be one of the first or not.
func namedRecord(second func(w *InstanceTypeWriter, first, origin uint32) uint32) func(w *Writer) {
	return func(w *Writer) {
		it := NewInstanceType()
		r := it.Record(TypePart{"x", U8.Ref()})
		a := it.Export(plain("a"), TypeDesc(r))
		it.Export(plain("b"), TypeDesc(second(it, a, r)))
		w.InstanceType(it)
	}
}

// TestDiffIgnoresEncoding compares components that differ only in how they were written.
func TestDiffIgnoresEncoding(t *testing.T) {
	list := bin(0x70, u8Type)
	use := func(parts ...[]byte) []byte { return bin(0x42, vec(parts...)) }
	f := bin(0x40, vec(bin("x", 0)), 1, 0)
	for _, c := range []struct {
		name string
		a, b []byte
	}{
		{"sections", comp(types(list, list)), comp(types(list), types(list))},
		{"integers", comp(types(bin(0x6e, names("a")))), comp(frame(7, bin(0x81, 0, 0x6e, names("a"))))},
		{
			"a type outside or inside",
			comp(types(list, use(bin(2, 3, 2, 1, 0), bin(1, f), bin(4, named("f"), 1, 1)))),
			comp(types(list, use(bin(1, list), bin(1, f), bin(4, named("f"), 1, 1)))),
		},
		{
			"a primitive type with an index",
			comp(types(bin(u8Type), bin(0x70, 0))), comp(types(bin(u8Type), bin(0x70, u8Type))),
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			a, err := Decode(c.a)
			if err != nil {
				t.Fatal(err)
			}
			b, err := Decode(c.b)
			if err != nil {
				t.Fatal(err)
			}
			if d := diffComponents(a, b); d != "" {
				t.Error(d)
			}
		})
	}
}
