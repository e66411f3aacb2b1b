package component_test

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/witan-os/witan/internal/corpus"
	. "github.com/witan-os/witan/runtime/component"
)

// checkEncoded encodes a component that was decoded. The encoding must decode to an equal component, which must
// have the same encoding.
func checkEncoded(c *Component) error {
	first, err := Encode(c)
	if err != nil {
		return fmt.Errorf("encoding it: %w", err)
	}
	again, err := DecodeWith(first, AllFeatures)
	if err != nil {
		return fmt.Errorf("decoding the encoding %x: %w", first[:min(len(first), 4000)], err)
	}
	if d := diffComponents(c, again); d != "" {
		return fmt.Errorf("it is another component after encoding: %s", d)
	}
	second, err := Encode(again)
	if err != nil {
		return fmt.Errorf("encoding it again: %w", err)
	}
	if !bytes.Equal(first, second) {
		return fmt.Errorf("the second encoding differs from the first one:\n%x\n%x", first[:min(len(first), 4000)], second[:min(len(second), 4000)])
	}
	return nil
}

func TestEncodeConstructs(t *testing.T) {
	for _, c := range constructs {
		t.Run(c.name, func(t *testing.T) {
			decoded, err := DecodeWith(c.wasm, Released|c.features)
			if err != nil {
				t.Fatal(err)
			}
			if err := checkEncoded(decoded); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestEncodeRealPrograms(t *testing.T) {
	for _, p := range corpus.Programs(t) {
		t.Run(p.Name, func(t *testing.T) {
			data, err := os.ReadFile(p.Path())
			if err != nil {
				t.Fatal(err)
			}
			c, err := Decode(data)
			if err != nil {
				t.Fatal(err)
			}
			if err := checkEncoded(c); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestEncodeScripts encodes the components of the upstream test suites, as many as decode.
func TestEncodeScripts(t *testing.T) {
	root := filepath.Join(corpus.Dir(t), "wast")
	encoded := 0
	err := filepath.WalkDir(root, func(path string, _ fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".wasm" {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		c, err := DecodeWith(data, AllFeatures)
		if err != nil {
			return nil // what is refused, and why, is for TestScripts
		}
		encoded++
		if err := checkEncoded(c); err != nil {
			t.Errorf("%s: %v", path, err)
		}
		return nil
	})
	if err != nil || encoded < 600 {
		t.Errorf("only %d components were encoded, %v", encoded, err)
	}
}

// scopes are types whose parts are found in every way that there is: what they are made of is not written in the
// tree, and has to be declared anew.
var scopes = []struct {
	name  string
	write func(w *Writer)
}{
	{"a type of the component", func(w *Writer) {
		outer := w.List(U8.Ref())
		it := NewInstanceType()
		l := it.AliasOuter(SortType, 1, outer)
		it.Export(plain("f"), FuncDesc(it.Func([]TypePart{{"l", RefTo(l)}}, TypeRef{})))
		w.InstanceType(it)
	}},
	{"a named type of an enclosing type", func(w *Writer) {
		ct := NewComponentType()
		e := ct.Import(plain("e"), TypeDesc(ct.Enum("x")))
		r := ct.Import(plain("r"), ResourceDesc())
		it := NewInstanceType()
		it.Export(plain("again"), TypeDesc(it.AliasOuter(SortType, 1, e)))
		it.Export(plain("f"), FuncDesc(it.Func(nil, RefTo(it.Own(it.AliasOuter(SortType, 1, r))))))
		ct.Import(plain("i"), InstanceDesc(ct.InstanceType(it)))
		w.ComponentType(ct)
	}},
	{"through instances in instances, and these from an enclosing type", func(w *Writer) {
		inner, outer := NewInstanceType(), NewInstanceType()
		inner.Export(plain("r"), ResourceDesc())
		inner.Export(plain("p"), TypeDesc(inner.Primitive(U64)))
		outer.Export(plain("inner"), InstanceDesc(outer.InstanceType(inner)))
		ct := NewComponentType()
		i := ct.AliasExport(SortInstance, ct.Import(plain("outer"), InstanceDesc(ct.InstanceType(outer))), "inner")
		r, p := ct.AliasExport(SortType, i, "r"), ct.AliasExport(SortType, i, "p")
		ct.Import(plain("f"), FuncDesc(ct.Func([]TypePart{{"p", RefTo(p)}}, RefTo(ct.Own(r)))))
		user := NewInstanceType()
		again := user.AliasOuter(SortType, 1, p)
		user.Export(plain("q"), TypeDesc(again))
		user.Export(plain("f"), FuncDesc(user.Func([]TypePart{{"p", RefTo(again)}}, TypeRef{})))
		ct.Import(plain("user"), InstanceDesc(ct.InstanceType(user)))
		w.ComponentType(ct)
	}},
	{"imports that use an export, and exports after them", func(w *Writer) {
		ct := NewComponentType()
		a := ct.Export(plain("a"), TypeDesc(ct.List(U8.Ref())))
		b := ct.Import(plain("b"), TypeDesc(ct.Option(RefTo(a))))
		c := ct.Export(plain("c"), TypeDesc(ct.Tuple(RefTo(b))))
		ct.Import(plain("f"), FuncDesc(ct.Func([]TypePart{{"c", RefTo(c)}}, RefTo(a))))
		w.ComponentType(ct)
	}},
	{"an import that uses an instance of the exports", func(w *Writer) {
		it := NewInstanceType()
		it.Export(plain("l"), TypeDesc(it.List(U8.Ref())))
		ct := NewComponentType()
		i := ct.Export(plain("i"), InstanceDesc(ct.InstanceType(it)))
		l := ct.AliasExport(SortType, i, "l")
		ct.Import(plain("f"), FuncDesc(ct.Func(nil, RefTo(l))))
		w.ComponentType(ct)
	}},
	{"names of primitive types", func(w *Writer) {
		it := NewInstanceType()
		size := it.Export(plain("size"), TypeDesc(it.Primitive(U64)))
		length := it.Export(plain("length"), TypeDesc(size))
		it.Export(plain("f"), FuncDesc(it.Func([]TypePart{{"a", RefTo(size)}, {"b", U64.Ref()}}, RefTo(length))))
		in := w.Import(plain("sizes"), InstanceDesc(w.InstanceType(it)))
		used := w.AliasExport(SortType, in, "length")
		w.Record(TypePart{"length", RefTo(used)})
		own := w.Import(plain("own"), TypeDesc(used))
		w.Result(RefTo(own), RefTo(used))
	}},
	{"instances of the same type", func(w *Writer) {
		it := NewInstanceType()
		it.Export(plain("r"), ResourceDesc())
		it.Export(plain("e"), TypeDesc(it.Enum("x")))
		typ := w.InstanceType(it)
		a, b := w.Import(plain("a"), InstanceDesc(typ)), w.Import(plain("b"), InstanceDesc(typ))
		w.Tuple(RefTo(w.Own(w.AliasExport(SortType, a, "r"))), RefTo(w.Own(w.AliasExport(SortType, b, "r"))))
		w.Tuple(RefTo(w.AliasExport(SortType, a, "e")), RefTo(w.AliasExport(SortType, b, "e")))
		w.ExportAs(plain("out"), SortInstance, a, InstanceDesc(typ))
	}},
	{"core types in types", func(w *Writer) {
		module := w.CoreModuleType(&CoreModuleType{Exports: []CoreExtern{{"f", CoreExternType{Func: &CoreFuncType{}}}}})
		it := NewInstanceType()
		it.Export(plain("m"), ModuleDesc(it.AliasOuter(SortCoreType, 1, module)))
		it.Export(plain("n"), ModuleDesc(it.CoreModuleType(&CoreModuleType{})))
		ct := NewComponentType()
		ct.Import(plain("i"), InstanceDesc(ct.AliasOuter(SortType, 1, w.InstanceType(it))))
		ct.Import(plain("m"), ModuleDesc(ct.AliasOuter(SortCoreType, 1, module)))
		w.ComponentType(ct)
	}},
	{"types for a component inside", func(w *Writer) {
		l := w.List(U8.Ref())
		e := w.Import(plain("e"), TypeDesc(w.Enum("x")))
		inner := NewWriter()
		inner.AliasOuter(SortType, 1, e)
		it := NewInstanceType()
		it.Export(plain("f"), FuncDesc(it.Func(nil, RefTo(it.AliasOuter(SortType, 2, l)))))
		inner.InstanceType(it)
		w.Component(inner.Bytes())
	}},
	{"types of functions, instances and components under names", func(w *Writer) {
		it := NewInstanceType()
		it.Export(plain("f"), FuncDesc(it.Func(nil, TypeRef{})))
		ct := NewComponentType()
		f := ct.Import(plain("f"), TypeDesc(ct.Func(nil, TypeRef{})))
		i := ct.Import(plain("i"), TypeDesc(ct.InstanceType(it)))
		ct.Export(plain("g"), FuncDesc(f))
		ct.Export(plain("j"), InstanceDesc(i))
		ct.Export(plain("c"), ComponentDesc(ct.ComponentType(NewComponentType())))
		w.ComponentType(ct)
	}},
}

func TestEncodeScopes(t *testing.T) {
	for _, c := range scopes {
		t.Run(c.name, func(t *testing.T) {
			w := NewWriter()
			c.write(w)
			decoded, err := DecodeWith(w.Bytes(), AllFeatures)
			if err != nil {
				t.Fatal(err)
			}
			if err := checkEncoded(decoded); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestEncodeDeep encodes what is nested as deep as it can be.
func TestEncodeDeep(t *testing.T) {
	const most = 99 // levels with scopes, and likewise levels of types
	for _, components := range []int{1, 20, 50, 80} {
		scopes := most - components
		values := most - scopes - 1 // one is the function
		it := NewInstanceType()
		l := U8.Ref()
		for range values - 1 {
			l = RefTo(it.List(l))
		}
		it.Export(plain("f"), FuncDesc(it.Func(nil, l)))
		for range scopes - 1 {
			outer := NewInstanceType()
			outer.Export(plain("i"), InstanceDesc(outer.InstanceType(it)))
			it = outer
		}
		w := NewWriter()
		w.InstanceType(it)
		for range components - 1 {
			outer := NewWriter()
			outer.Component(w.Bytes())
			w = outer
		}
		c, err := Decode(w.Bytes())
		if err != nil {
			t.Fatalf("%d components, %d scopes of types, %d types: %v", components, scopes, values, err)
		}
		if err := checkEncoded(c); err != nil {
			t.Errorf("%d components, %d scopes of types, %d types: %v", components, scopes, values, err)
		}
	}
}

// TestEncodeBuilt encodes components that were put together as trees.
func TestEncodeBuilt(t *testing.T) {
	record := &Record{Fields: []Field{{"a", U8}, {"b", &List{Elem: String}}}}
	resource := &Resource{}
	borrow := &Borrow{Resource: resource}
	instance := &InstanceType{Exports: []Extern{
		{plain("rec"), ExternType{Sort: SortType, Type: record}},
		{plain("r"), ExternType{Sort: SortType, Type: resource, Abstract: true}},
		{plain("[method]r.f"), ExternType{Sort: SortFunc, Type: &FuncType{Params: []Field{{"self", borrow}}, Result: record}}},
		{plain("m"), ExternType{Sort: SortCoreModule, Module: &CoreModuleType{}}},
	}}
	list := &List{Elem: Char}
	f := &FuncType{Async: true, Params: []Field{{"l", list}}, Result: Bool}
	c := &Component{Defs: []Def{
		&Custom{Name: "note", Bytes: []byte("x")},
		&TypeDef{Type: instance},
		&Import{ExternName: plain("a:b/c"), Type: ExternType{Sort: SortInstance, Type: instance}},
		&AliasExport{Sort: SortType, Instance: 0, Name: "rec"},
		&TypeDef{Type: &Option{Some: record}},
		&TypeDef{Type: list},
		&TypeDef{Type: f},
		&Import{ExternName: plain("f"), Type: ExternType{Sort: SortFunc, Type: f}},
		&CoreTypeDef{Types: []CoreType{&CoreFuncType{Params: []CoreValType{CoreI32}}}},
		&Export{ExternName: plain("again"), Sort: SortInstance, Index: 0},
		&AliasExport{Sort: SortType, Instance: 1, Name: "r"},
		&Export{ExternName: plain("rec"), Sort: SortType, Index: 1},
	}}
	data, err := Encode(c)
	if err != nil {
		t.Fatal(err)
	}
	decoded, err := Decode(data)
	if err != nil {
		t.Fatal(err)
	}
	const interfaceText = `instance{"rec": type record(a: u8, b: list<string>), "r": sub resource, ` +
		`"[method]r.f": func(self: borrow<RESOURCE>) -> record(a: u8, b: list<string>), "m": core module {}{}}`
	open := strings.ReplaceAll(interfaceText, "RESOURCE", "resource r#-1")
	known := strings.ReplaceAll(interfaceText, "RESOURCE", "resource r#0")
	want := `custom "note" 78
type ` + open + `
import "a:b/c": ` + known + `
alias type export 0 "rec"
type option<record(a: u8, b: list<string>)>
type list<char>
type async func(l: list<char>) -> bool
import "f": async func(l: list<char>) -> bool
core type (i32) -> ()
export "again": instance 0 as ` + known + `
alias type export 1 "r"
export "rec": type 1 as type record(a: u8, b: list<string>)
`
	if got := show(decoded); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if err := checkEncoded(decoded); err != nil {
		t.Error(err)
	}
}

// TestEncodeRefuses checks what cannot be written: the error tells which definition it is.
func TestEncodeRefuses(t *testing.T) {
	circle := &List{}
	circle.Elem = circle
	circular := &InstanceType{}
	circular.Exports = []Extern{{plain("i"), ExternType{Sort: SortInstance, Type: circular}}}
	var deep ValueType = U8
	for range 400 {
		deep = &List{Elem: deep}
	}
	ring := &Component{}
	ring.Defs = []Def{ring}
	export := func(name string, t ExternType) *InstanceType {
		return &InstanceType{Exports: []Extern{{plain(name), t}}}
	}
	function := func(t ValueType) ExternType {
		return ExternType{Sort: SortFunc, Type: &FuncType{Result: t}}
	}
	for _, c := range []struct {
		name string
		defs []Def
		want string
	}{
		{"no definition", []Def{nil}, "definition 0 (<nil>): there is none"},
		{"no definition of a kind", []Def{(*Lift)(nil)}, "definition 0 (Lift): there is none"},
		{"no type", []Def{&TypeDef{}}, "definition 0 (TypeDef): a type is missing"},
		{"no type of a kind", []Def{&TypeDef{Type: (*Record)(nil)}}, "definition 0 (TypeDef): a type is missing"},
		{"no resource type", []Def{&TypeDef{Type: (*Resource)(nil)}}, "definition 0 (TypeDef): a type is missing"},
		{"no element", []Def{&TypeDef{Type: &List{}}}, "definition 0 (TypeDef): a type is missing"},
		{"no resource", []Def{&TypeDef{Type: &Own{}}}, "definition 0 (TypeDef): a handle is to no resource type"},
		{
			"a part that is not defined",
			[]Def{&TypeDef{Type: &Enum{Labels: []string{"x"}}}, &TypeDef{Type: &List{Elem: &Flags{}}}},
			"definition 1 (TypeDef): it uses a flags type, which no definition before it defines",
		},
		{
			"an import of a type that is not defined",
			[]Def{&Import{ExternName: plain("f"), Type: function(nil)}},
			`definition 0 (import "f"): it uses a function type, which no definition before it defines`,
		},
		{
			"a function of a type that is none of functions",
			[]Def{&Import{ExternName: plain("f"), Type: ExternType{Sort: SortFunc, Type: &List{Elem: U8}}}},
			`definition 0 (import "f"): its type is a list type`,
		},
		{"an import without a type", []Def{&Import{ExternName: plain("f")}}, `definition 0 (import "f"): a type is missing`},
		{
			"a module without a type",
			[]Def{&Import{Type: ExternType{Sort: SortCoreModule}}},
			`definition 0 (import ""): the type of the core module is missing`,
		},
		{
			"a module of a type that is not defined",
			[]Def{&Import{Type: ExternType{Sort: SortCoreModule, Module: &CoreModuleType{}}}},
			`definition 0 (import ""): it uses a core module type, which no definition before it defines`,
		},
		{"a sort", []Def{&Import{Type: ExternType{Sort: 99}}}, `definition 0 (import ""): what is imported or exported has the sort 99`},
		{"a sort of an alias", []Def{&AliasExport{Sort: 99}}, `definition 0 (AliasExport): the sort 99 does not exist`},
		{"an instance that is not there", []Def{&AliasExport{Sort: SortType, Instance: 2}}, `definition 0 (AliasExport): instance 2 is not known`},
		{
			"an export that is not there",
			[]Def{&InlineExports{Type: &InstanceType{}}, &AliasExport{Sort: SortType, Name: "x"}},
			`definition 1 (AliasExport): instance 0 is not known to export a type "x"`,
		},
		{"an outer component", []Def{&AliasOuter{Sort: SortType, Count: 1}}, `definition 0 (AliasOuter): 1 components outwards is beyond the root`},
		{"an outer type", []Def{&AliasOuter{Sort: SortType, Index: 5}}, `definition 0 (AliasOuter): type 5 is not defined there`},
		{"a built-in", []Def{&Builtin{Op: 200}}, `definition 0 (Builtin): the built-in 200 does not exist`},
		{"a primitive type", []Def{&TypeDef{Type: Primitive(77)}}, `definition 0 (TypeDef): the primitive type 77 does not exist`},
		{
			"a resource type in an instance type",
			[]Def{&TypeDef{Type: export("f", function(&Own{Resource: &Resource{}}))}},
			`definition 0 (TypeDef): it uses a resource type with a name, which nothing before it has`,
		},
		{
			"in a component",
			[]Def{&Custom{}, &Component{Defs: []Def{&TypeDef{}}}},
			"definition 1 (component): definition 0 (TypeDef): a type is missing",
		},
		{"types in a circle", []Def{&TypeDef{Type: export("f", function(circle))}}, "definition 0 (TypeDef): components and types are nested more than 300 deep"},
		{"deep types", []Def{&TypeDef{Type: export("f", function(deep))}}, "definition 0 (TypeDef): components and types are nested more than 300 deep"},
		{"instances in a circle", []Def{&TypeDef{Type: circular}}, "definition 0 (TypeDef): components and types are nested more than 300 deep"},
		{"a core type that is missing", []Def{&CoreTypeDef{}}, "definition 0 (CoreTypeDef): it has no core types, and only a group of a decoded component has not one"},
		{
			"a heap type",
			[]Def{&CoreTypeDef{Types: []CoreType{&CoreHeapType{}}}},
			"definition 0 (CoreTypeDef): a type of the garbage collection proposal cannot be built by hand",
		},
		{
			"a core reference",
			[]Def{&CoreTypeDef{Types: []CoreType{&CoreFuncType{Params: []CoreValType{CoreRef}}}}},
			"definition 0 (CoreTypeDef): a reference to a core type by index cannot be built by hand",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			data, err := Encode(&Component{Defs: c.defs})
			if err == nil || err.Error() != c.want || data != nil {
				t.Errorf("got %v, %x\nwant %s", err, data, c.want)
			}
		})
	}
	t.Run("components in a circle", func(t *testing.T) {
		_, err := Encode(ring)
		if err == nil || !strings.HasSuffix(err.Error(), "components and types are nested more than 300 deep") {
			t.Error(err)
		}
	})
}

// FuzzEncode encodes whatever decodes.
func FuzzEncode(f *testing.F) {
	for _, c := range constructs {
		f.Add(c.wasm)
	}
	for _, c := range scopes {
		w := NewWriter()
		c.write(w)
		f.Add(w.Bytes())
	}
	for _, file := range []string{"../../examples/greet/greet.wasm", "../../examples/print-time/print-time.wasm"} {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := DecodeWith(data, AllFeatures)
		if err != nil {
			return // what is refused is for FuzzDecode
		}
		if err := checkEncoded(c); err != nil {
			t.Error(err)
		}
	})
}
