package component_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/witan-os/witan/runtime/abi"
	. "github.com/witan-os/witan/runtime/component"
)

// plain is a name without attributes.
func plain(s string) ExternName { return ExternName{Name: s} }

// libcModule is the core module of [libc].
func libcModule() []byte {
	return module(
		moduleTypes(
			coreFunc(nil, nil), coreFunc(bin(i32), nil), coreFunc(nil, bin(i32)),
			coreFunc(bin(i32, i32, i32, i32), bin(i32))),
		moduleFunctions(bin(0), bin(1), bin(2), bin(3)),
		moduleMemories(bin(0, 1)),
		moduleExports(
			bin("nothing", 0, 0), bin("take", 0, 1), bin("give", 0, 2), bin("realloc", 0, 3), bin("memory", 2, 0)),
	)
}

// TestWriter writes components and reads them again. What is wanted is what [show] says of them.
func TestWriter(t *testing.T) {
	for _, c := range []struct {
		name  string
		write func(w *Writer)
		want  string
	}{
		{
			"an empty component",
			func(*Writer) {},
			``,
		},
		{
			"value types",
			func(w *Writer) {
				u8, text := w.Primitive(U8), String.Ref()
				w.Record(TypePart{"a", RefTo(u8)}, TypePart{"b", text})
				w.Variant(TypePart{"a", TypeRef{}}, TypePart{"b", Char.Ref()})
				w.List(Bool.Ref())
				w.FixedList(F32.Ref(), 300)
				w.Tuple(S8.Ref(), S16.Ref())
				w.Flags("x", "y")
				w.Enum("x", "y")
				w.Option(text)
				w.Result(TypeRef{}, text)
				w.Map(text, U64.Ref())
				w.Stream(U8.Ref())
				w.Future(TypeRef{})
			},
			`type u8
			type record(a: u8, b: string)
			type variant(a, b: char)
			type list<bool>
			type list<f32, 300>
			type tuple<s8, s16>
			type flags[x y]
			type enum[x y]
			type option<string>
			type result<_, string>
			type map<string, u64>
			type stream<u8>
			type future<_>
			`,
		},
		{
			"indices that look like opcodes",
			func(w *Writer) {
				for range 200 {
					w.Enum("x")
				}
				w.Tuple(RefTo(63), RefTo(64), RefTo(127), RefTo(128), RefTo(192))
			},
			strings.Repeat("type enum[x]\n", 200) + "type tuple<" + strings.Repeat("enum[x], ", 4) + "enum[x]>\n",
		},
		{
			"types of functions, instances and components",
			func(w *Writer) {
				it := NewInstanceType()
				r := it.Export(plain("r"), ResourceDesc())
				own := it.Own(r)
				self := TypePart{"self", RefTo(it.Borrow(r))}
				it.Export(plain("[method]r.f"), FuncDesc(it.Func([]TypePart{self}, RefTo(own))))
				outer := w.List(U8.Ref())
				i := w.InstanceType(it)

				ct := NewComponentType()
				bytes := ct.Export(plain("bytes"), TypeDesc(ct.AliasOuter(SortType, 1, outer)))
				inner := ct.Import(plain("i"), InstanceDesc(ct.AliasOuter(SortType, 1, i)))
				ct.AliasExport(SortType, inner, "r")
				ct.Export(plain("f"), FuncDesc(ct.AsyncFunc([]TypePart{{"x", RefTo(bytes)}}, TypeRef{})))
				w.ComponentType(ct)
			},
			`type list<u8>
			type instance{"r": sub resource, "[method]r.f": func(self: borrow<resource r#-1>) -> own<resource r#-1>}
			type component{"i": instance{"r": sub resource, "[method]r.f": func(self: borrow<resource r#-1>) -> own<resource r#-1>}}` +
				`{"bytes": type list<u8>, "f": async func(x: list<u8>) -> _}
			`,
		},
		{
			"core modules and their instances",
			func(w *Writer) {
				m := w.CoreModule(libcModule())
				i := w.CoreInstantiate(m)
				f := w.AliasCoreExport(SortCoreFunc, i, "take")
				mem := w.AliasCoreExport(SortCoreMemory, i, "memory")
				env := w.CoreInlineExports(CoreExport{"f", SortCoreFunc, f}, CoreExport{"m", SortCoreMemory, mem})
				user := w.CoreModule(module(moduleTypes(coreFunc(bin(i32), nil)), moduleImports(bin("env", "f", 0, 0))))
				w.CoreInstantiate(user, CoreArg{"env", env})
			},
			`core module {}{"nothing": func () -> (), "take": func (i32) -> (), "give": func () -> (i32), "realloc": func (i32 i32 i32 i32) -> (i32), "memory": memory 1.. pages of 2^16}
			core instantiate 0 with []
			alias core func export 0 "take"
			alias core memory export 0 "memory"
			core instance of [{f core func 0} {m core memory 0}]
			core module {"env" "f": func (i32) -> ()}{}
			core instantiate 1 with [{env 1}]
			`,
		},
		{
			"functions lifted and lowered",
			func(w *Writer) {
				core := w.CoreInstantiate(w.CoreModule(libcModule()))
				options := Options{Encoding: abi.UTF16, HasMemory: true, HasRealloc: true}
				options.Memory = w.AliasCoreExport(SortCoreMemory, core, "memory")
				options.Realloc = w.AliasCoreExport(SortCoreFunc, core, "realloc")
				nothing := w.AliasCoreExport(SortCoreFunc, core, "nothing")
				w.Lift(nothing, Options{}, w.Func(nil, TypeRef{}))
				in := w.Import(plain("in"), FuncDesc(w.Func(nil, String.Ref())))
				w.Lower(in, options)
				dtor := w.AliasCoreExport(SortCoreFunc, core, "take")
				r := w.Resource(&Resource{Rep: CoreI32, Dtor: dtor, HasDtor: true})
				w.ResourceNew(r)
				w.ResourceDrop(r)
				w.ResourceRep(r)
				w.TaskReturn(RefTo(w.List(U8.Ref())), Options{HasMemory: true})
				w.Builtin(&Builtin{Op: StreamRead, TypeIndex: w.Stream(U8.Ref()), Options: Options{Async: true, HasMemory: true}})
				w.Builtin(&Builtin{Op: WaitableSetWait, Cancellable: true})
				w.Builtin(&Builtin{Op: ContextGet, SlotType: CoreI32})
				w.Export(plain("out"), SortFunc, in)
			},
			`core module {}{"nothing": func () -> (), "take": func (i32) -> (), "give": func () -> (i32), "realloc": func (i32 i32 i32 i32) -> (i32), "memory": memory 1.. pages of 2^16}
			core instantiate 0 with []
			alias core memory export 0 "memory"
			alias core func export 0 "realloc"
			alias core func export 0 "nothing"
			type func() -> _
			lift 1 [utf8] func() -> _
			type func() -> string
			import "in": func() -> string
			lower 1 [utf16 memory 0 realloc 0] func() -> string
			alias core func export 0 "take"
			type resource #0 rep i32 dtor 3
			resource.new resource #0 rep i32 dtor 3 [utf8]
			resource.drop resource #0 rep i32 dtor 3 [utf8]
			resource.rep resource #0 rep i32 dtor 3 [utf8]
			type list<u8>
			task.return list<u8> [utf8 memory 0]
			type stream<u8>
			stream.read stream<u8> [utf8 async memory 0]
			waitable-set.wait cancellable [utf8 memory 0]
			context.get i32 0 [utf8]
			export "out": func 1 as func() -> string
			`,
		},
		{
			"imports, exports and what is between",
			func(w *Writer) {
				it := NewInstanceType()
				it.Export(plain("t"), TypeDesc(it.Enum("x")))
				typ := w.InstanceType(it)
				in := w.Import(ExternName{Name: "a:b/c@1.0.0"}, InstanceDesc(typ))
				w.Import(ExternName{Name: "d", Implements: "a:b/c@1.0.0", ExternalID: "id"}, InstanceDesc(typ))
				w.Import(plain("m"), ModuleDesc(w.CoreModuleType(&CoreModuleType{
					Imports: []CoreImport{{"a", CoreExtern{"t", CoreExternType{Sort: SortCoreTable, Val: CoreFuncRef}}}},
					Exports: []CoreExtern{
						{"f", CoreExternType{Sort: SortCoreFunc, Func: &CoreFuncType{Params: []CoreValType{CoreI64}}}},
						{"g", CoreExternType{Sort: SortCoreFunc, Func: &CoreFuncType{Params: []CoreValType{CoreI64}}}},
						{"m", CoreExternType{Sort: SortCoreMemory, Limits: CoreLimits{Min: 1, Max: 2, HasMax: true, PageLog2: 16}}},
						{"x", CoreExternType{Sort: SortCoreGlobal, Val: CoreF32, Mutable: true}},
					},
				})))
				again := w.InlineExports(InlineExport{plain("t"), SortType, w.AliasExport(SortType, in, "t")})
				empty := w.Component(NewWriter().Bytes())
				w.Instantiate(empty, Arg{"i", SortInstance, again})
				w.ExportAs(plain("e"), SortComponent, empty, ComponentDesc(w.ComponentType(NewComponentType())))
			},
			`type instance{"t": type enum[x]}
			import "a:b/c@1.0.0": instance{"t": type enum[x]}
			import "d" implements "a:b/c@1.0.0" id "id": instance{"t": type enum[x]}
			core type module {"a" "t": table 0.. funcref}{"f": func (i64) -> (), "g": func (i64) -> (), "m": memory 1..2 pages of 2^16, "x": global mut f32}
			import "m": core module {"a" "t": table 0.. funcref}{"f": func (i64) -> (), "g": func (i64) -> (), "m": memory 1..2 pages of 2^16, "x": global mut f32}
			alias type export 0 "t"
			instance of instance{"t": type enum[x]}
			component component{}{}
			instantiate 0 with [{i instance 2}]: instance{}
			type component{}{}
			export "e": component 0 as component{}{}
			`,
		},
		{
			"values and a start function",
			func(w *Writer) {
				v := w.Import(plain("v"), ValueDesc(String.Ref()))
				f := w.Import(plain("f"), FuncDesc(w.Func([]TypePart{{"x", String.Ref()}}, U8.Ref())))
				w.Export(plain("r"), SortValue, w.Start(f, []uint32{v}, 1))
			},
			`import "v": value string
			type func(x: string) -> u8
			import "f": func(x: string) -> u8
			start 0 with [0], 1 results
			export "r": value 1 as value u8
			`,
		},
		{
			"custom sections and names",
			func(w *Writer) {
				w.Custom("notes", []byte("hello"))
				w.Name(SortType, w.Enum("x")+1, "second")
				w.Name(SortType, w.Enum("y")-1, "first")
				w.Name(SortCoreFunc, 7, "f")
				w.NameComponent("c")
			},
			`custom "notes" 68656c6c6f
			type enum[x]
			type enum[y]
			custom "component-name" 00020163` + // the name of the component
				`0111` + `0302` + `00056669727374` + `01067365636f6e64` + // of types
				`0106` + `000001` + `070166` + // of core functions
				"\n",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := NewWriter()
			c.write(w)
			got, err := DecodeWith(w.Bytes(), AllFeatures)
			if err != nil {
				t.Fatal(err)
			}
			if have, want := show(got), strings.ReplaceAll(c.want, "\t", ""); have != want {
				t.Errorf("got\n%s\nwant\n%s", have, want)
			}
		})
	}
}

// TestWriterSections checks that neighbours share a section, and that looking at the bytes changes nothing.
func TestWriterSections(t *testing.T) {
	w := NewWriter()
	w.Enum("a")
	want := comp(types(bin(0x6d, names("a"))))
	for range 2 {
		if got := w.Bytes(); !bytes.Equal(got, want) {
			t.Fatalf("%x, want %x", got, want)
		}
	}
	w.Enum("b")
	w.Custom("c", nil)
	w.Enum("d")
	want = comp(types(bin(0x6d, names("a")), bin(0x6d, names("b"))), custom("c"), types(bin(0x6d, names("d"))))
	if got := w.Bytes(); !bytes.Equal(got, want) {
		t.Errorf("%x, want %x", got, want)
	}
	if n := w.Len(SortType); n != 3 {
		t.Errorf("%d types", n)
	}
}
