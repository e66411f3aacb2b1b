package component_test

// One small component for each construct of the format.

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	. "github.com/witan-os/witan/runtime/component"
)

// construct is a component, and what decoding it gives in the words of show.
type construct struct {
	name     string
	features Features // besides the released ones
	wasm     []byte
	want     string
}

var constructs = []construct{
	{name: "nothing", wasm: comp()},
	{name: "custom section", wasm: comp(custom("hi", 1, 2)), want: `custom "hi" 0102`},
	{
		name: "value types",
		wasm: comp(types(
			bin(u8Type), bin(0x72, vec(bin("a", u8Type), bin("b", 0))), bin(0x71, vec(bin("x", 0, 0), bin("y", 1, 1, 0))),
			bin(0x70, stringType), bin(0x6f, vec(bin(charType), bin(2))), bin(0x6e, names("r", "w")), bin(0x6d, names("on", "off")),
			bin(0x6b, f32Type), bin(0x6a, 1, 3, 0), bin(0x6a, 0, 1, boolType), bin(0x63, stringType, 3),
			bin(0x66, 1, u8Type), bin(0x66, 0), bin(0x65, 1, 0))),
		want: `type u8
type record(a: u8, b: u8)
type variant(x, y: record(a: u8, b: u8))
type list<string>
type tuple<char, variant(x, y: record(a: u8, b: u8))>
type flags[r w]
type enum[on off]
type option<f32>
type result<list<string>, _>
type result<_, bool>
type map<string, list<string>>
type stream<u8>
type stream<_>
type future<u8>`,
	},
	{
		name: "gated value types", features: FeatureFixedLists | FeatureErrorContext,
		wasm: comp(types(bin(0x67, u8Type, 16), bin(0x64))),
		want: "type list<u8, 16>\ntype error-context",
	},
	{
		name: "function types",
		wasm: comp(types(fn(nil), fn(bin(stringType), bin("a", u32Type)), bin(0x43, vec(), 1, 0))),
		want: "type func() -> _\ntype func(a: u32) -> string\ntype async func() -> _",
	},
	{
		name: "resource types and their built-ins",
		wasm: comp(libc(), types(bin(0x3f, i32, 1, coreTake), bin(0x69, 0), bin(0x68, 0)), canons(bin(2, 0), bin(3, 0), bin(4, 0))),
		want: libcText + `type resource #0 rep i32 dtor 1
type own<resource #0 rep i32 dtor 1>
type borrow<resource #0 rep i32 dtor 1>
resource.new resource #0 rep i32 dtor 1 [utf8]
resource.drop resource #0 rep i32 dtor 1 [utf8]
resource.rep resource #0 rep i32 dtor 1 [utf8]`,
	},
	{
		name: "instance and component types",
		wasm: comp(types(
			bin(0x42, vec(
				bin(4, named("r"), 3, 1), bin(1, 0x69, 0), bin(1, fn(bin(1))), bin(4, named("make"), 1, 2))),
			bin(0x41, vec(
				bin(2, 3, 2, 1, 0), bin(3, named("a:b/c@1.0.0"), 5, 0), bin(2, 3, 0, 0, "r"), bin(4, named("r2"), 3, 0, 1))))),
		want: `type instance{"r": sub resource, "make": func() -> own<resource r#-1>}
type component{"a:b/c@1.0.0": instance{"r": sub resource, "make": func() -> own<resource r#-1>}}{"r2": type resource r#-1}`,
	},
	{
		name: "core types",
		wasm: comp(coreTypes(
			coreFunc(bin(i32, f32), bin(i64)),
			bin(0x50, vec(
				bin(1, coreFunc(nil, nil)), bin(2, 0x10, 1, 1, 0), bin(0, "m", "f", 0, 0), bin(0, "m", "g", 3, i32, 1),
				bin(0, "m", "e", 4, 0, 0), bin(3, "t", 1, funcref, 1, 2, 5), bin(3, "h", 0, 1), bin(3, "mem", 2, 0, 3)))),
			imports(bin(named("lib"), 0, 0x11, 1))),
		want: `core type (i32 f32) -> (i64)
core type module {"m" "f": func () -> (), "m" "g": global mut i32, "m" "e": tag () -> ()}{"t": table 2..5 funcref, "h": func (i32 f32) -> (i64), "mem": memory 3.. pages of 2^16}
import "lib": core module {"m" "f": func () -> (), "m" "g": global mut i32, "m" "e": tag () -> ()}{"t": table 2..5 funcref, "h": func (i32 f32) -> (i64), "mem": memory 3.. pages of 2^16}`,
	},
	{
		name: "core types of the garbage collection proposal", features: FeatureGarbageCollected,
		wasm: comp(coreTypes(
			bin(0x4e, vec(bin(0x5f, vec(bin(i32, 1), bin(0x78, 0))), bin(0x5e, 0x64, 0, 0))), bin(0x00, 0x50, vec(bin(0)), 0x5f, vec(bin(i32, 1))))),
		want: "core type &{Array:false} &{Array:true}\ncore type &{Array:false}",
	},
	{
		name: "what a core module shows",
		wasm: comp(coreModule(module(
			frame(0, bin("name")), moduleTypes(coreFunc(nil, nil)), moduleImports(bin("", "f", 0, 0), bin("env", "m", 2, 3, 1, 2)),
			moduleFunctions(bin(0)), moduleTables(bin(funcref, 0, 1), bin(0x40, 0, funcref, 4, 9, 0xd0, 0x70, 0x0b)),
			moduleMemories(bin(9, 0, 1, 0)), frame(13, vec(bin(0, 0))),
			moduleGlobals(
				bin(i32, 1, 0x41, 0x80, 1, 0x41, 2, 0x6a, 0x0b), bin(i64, 0, 0x42, 5, 0x0b), bin(f32, 0, 0x43, 0, 0, 0x0b, 0, 0x0b),
				bin(0x7c, 0, 0x44, make([]byte, 8), 0x0b), bin(0x7b, 0, 0xfd, 12, make([]byte, 16), 0x0b),
				bin(0x6e, 0, 0xfb, 8, 0, 2, 0x0b), bin(0x6c, 0, 0x23, 0, 0xfb, 0x1c, 0x0b), bin(funcref, 0, 0xd2, 1, 0x0b)),
			moduleExports(
				bin("f", 0, 1), bin("t", 1, 1), bin("m", 2, 0), bin("n", 2, 1), bin("g", 3, 0), bin("last", 3, 7), bin("e", 4, 0)),
			frame(10, vec(bin(2, 0, 0x0b)))))),
		want: `core module {"" "f": func () -> (), "env" "m": memory 1..2 shared pages of 2^16}{"f": func () -> (), "t": table 9.. wide funcref, "m": memory 1..2 shared pages of 2^16, "n": memory 0..1 pages of 2^0, "g": global mut i32, "last": global funcref, "e": tag () -> ()}`,
	},
	{
		name: "core instances",
		wasm: comp(libc(),
			coreModule(module(moduleTypes(coreFunc(nil, nil)), moduleImports(bin("env", "f", 0, 0), bin("env", "m", 2, 0, 0)))),
			coreInstances(bin(1, vec(bin("f", 0, 0), bin("m", 2, 0))), bin(0, 1, vec(bin("env", 0x12, 1), bin("more", 0x12, 0))))),
		want: libcText + `core module {"env" "f": func () -> (), "env" "m": memory 0.. pages of 2^16}{}
core instance of [{f core func 0} {m core memory 0}]
core instantiate 1 with [{env 1} {more 0}]`,
	},
	{
		name: "lift and lower",
		wasm: comp(libc(), types(fn(nil, bin("s", stringType))),
			imports(bin(named("f"), 1, 0)), canons(bin(1, 0, 0, vec(bin(1), bin(3, 0)))),
			types(fn(bin(stringType))), canons(bin(0, 0, coreGive, vec(bin(2), bin(3, 0), bin(4, coreRealloc), bin(5, coreTake)), 1)),
			exports(bin(named("g"), 1, 1, 0))),
		want: libcText + `type func(s: string) -> _
import "f": func(s: string) -> _
lower 0 [utf16 memory 0] func(s: string) -> _
type func() -> string
lift 2 [latin1+utf16 memory 0 realloc 3 post-return 1] func() -> string
export "g": func 1 as func() -> string`,
	},
	{
		name: "async lift and lower",
		wasm: comp(
			coreModule(module(
				moduleTypes(coreFunc(bin(i32, i32, i32), bin(i32)), coreFunc(bin(i32), bin(i32))), moduleFunctions(bin(0), bin(1)),
				moduleExports(bin("callback", 0, 0), bin("f", 0, 1)))),
			coreInstances(bin(0, 0, vec())), aliases(bin(0, 0, 1, 0, "callback"), bin(0, 0, 1, 0, "f")),
			types(bin(0x43, vec(bin("x", u32Type)), 0, boolType)),
			canons(bin(0, 0, 1, vec(bin(6), bin(7, 0)), 0))),
		want: `core module {}{"callback": func (i32 i32 i32) -> (i32), "f": func (i32) -> (i32)}
core instantiate 0 with []
alias core func export 0 "callback"
alias core func export 0 "f"
type async func(x: u32) -> bool
lift 1 [utf8 async callback 0] async func(x: u32) -> bool`,
	},
	{
		name: "async built-ins", features: FeatureThreads,
		wasm: comp(libc(), types(bin(0x66, 1, u8Type), bin(0x65, 1, stringType)), canons(
			bin(5), bin(6, 0), bin(9, 0, u8Type, vec()), bin(9, 1, 0, vec()), bin(0x0a, i32, 0), bin(0x0b, i32, 1), bin(0x0c, 1), bin(0x0d),
			bin(0x0e, 0), bin(0x0f, 0, vec(bin(6), bin(3, 0))), bin(0x10, 0, vec(bin(6), bin(3, 0))), bin(0x11, 0, 0), bin(0x12, 0, 0),
			bin(0x13, 0), bin(0x14, 0), bin(0x15, 1), bin(0x16, 1, vec(bin(6), bin(3, 0), bin(4, coreRealloc))),
			bin(0x17, 1, vec(bin(6), bin(3, 0))), bin(0x18, 1, 0), bin(0x19, 1, 0), bin(0x1a, 1), bin(0x1b, 1),
			bin(0x1f), bin(0x20, 0, 0), bin(0x21, 1, 0), bin(0x22), bin(0x23), bin(0x24), bin(0x25))),
		want: libcText + `type stream<u8>
type future<string>
task.cancel [utf8]
subtask.cancel [utf8]
task.return u8 [utf8]
task.return [utf8]
context.get i32 0 [utf8]
context.set i32 1 [utf8]
thread.yield cancellable [utf8]
subtask.drop [utf8]
stream.new stream<u8> [utf8]
stream.read stream<u8> [utf8 async memory 0]
stream.write stream<u8> [utf8 async memory 0]
stream.cancel-read stream<u8> [utf8]
stream.cancel-write stream<u8> [utf8]
stream.drop-readable stream<u8> [utf8]
stream.drop-writable stream<u8> [utf8]
future.new future<string> [utf8]
future.read future<string> [utf8 async memory 0 realloc 3]
future.write future<string> [utf8 async memory 0]
future.cancel-read future<string> [utf8]
future.cancel-write future<string> [utf8]
future.drop-readable future<string> [utf8]
future.drop-writable future<string> [utf8]
waitable-set.new [utf8]
waitable-set.wait [utf8 memory 0]
waitable-set.poll cancellable [utf8 memory 0]
waitable-set.drop [utf8]
waitable.join [utf8]
backpressure.inc [utf8]
backpressure.dec [utf8]`,
	},
	{
		name: "gated built-ins", features: FeatureThreads | FeatureErrorContext | FeatureMoreAsync,
		wasm: comp(libc(),
			coreTypes(coreFunc(bin(i32), nil)),
			coreModule(module(moduleTables(bin(funcref, 0, 1)), moduleExports(bin("t", 1, 0)))),
			coreInstances(bin(0, 1, vec())), aliases(bin(0, 1, 1, 1, "t")),
			canons(
				bin(6, 1), bin(0x1c, vec(bin(3, 0))), bin(0x1d, vec(bin(3, 0), bin(4, coreRealloc))), bin(0x1e), bin(0x26),
				bin(0x27, 0, 0), bin(0x28), bin(0x29, 0), bin(0x2a, 0), bin(0x2b, 0), bin(0x2c, 0), bin(0x2d, 1),
				bin(0x40, 1, 0), bin(0x41, 0, 0, 0), bin(0x42, 1))),
		want: libcText + `core type (i32) -> ()
core module {}{"t": table 1.. funcref}
core instantiate 1 with []
alias core table export 1 "t"
subtask.cancel async [utf8]
error-context.new [utf8 memory 0]
error-context.debug-message [utf8 memory 0 realloc 3]
error-context.drop [utf8]
thread.index [utf8]
thread.new-indirect [utf8]
thread.resume-later [utf8]
thread.suspend [utf8]
thread.suspend-then-resume [utf8]
thread.yield-then-resume [utf8]
thread.suspend-then-promote [utf8]
thread.yield-then-promote cancellable [utf8]
thread.spawn-ref shared [utf8]
thread.spawn-indirect [utf8]
thread.available-parallelism shared [utf8]`,
	},
	{
		name: "imports and exports under every form of name",
		wasm: comp(
			types(bin(0x42, vec())),
			imports(
				bin(named("r"), 3, 1), bin(1, "a:b/c@1.2.3-rc.1", 5, 0), bin(2, "plain", vec(bin(0, "x:y/z"), bin(2, "id")), 5, 0),
				bin(named("url=<https://a/b>,integrity=<sha256-YQ==>"), 5, 0), bin(named("integrity=<sha512-YQ==>"), 5, 0),
				bin(named("locked-dep=<a:b@1.0.0>"), 5, 0), bin(named("unlocked-dep=<a:b@{>=1.0.0 <2.0.0}>"), 5, 0)),
			types(bin(0x69, 1), bin(0x68, 1), fn(bin(2)), fn(nil, bin("self", 3)), fn(nil)),
			imports(bin(named("[constructor]r"), 1, 4), bin(named("[method]r.m"), 1, 5), bin(named("[static]r.s"), 1, 6)),
			exports(bin(named("again"), 3, 1, 0))),
		want: `type instance{}
import "r": sub resource
import "a:b/c@1.2.3-rc.1": instance{}
import "plain" implements "x:y/z" id "id": instance{}
import "url=<https://a/b>,integrity=<sha256-YQ==>": instance{}
import "integrity=<sha512-YQ==>": instance{}
import "locked-dep=<a:b@1.0.0>": instance{}
import "unlocked-dep=<a:b@{>=1.0.0 <2.0.0}>": instance{}
type own<resource r#0>
type borrow<resource r#0>
type func() -> own<resource r#0>
type func(self: borrow<resource r#0>) -> _
type func() -> _
import "[constructor]r": func() -> own<resource r#0>
import "[method]r.m": func(self: borrow<resource r#0>) -> _
import "[static]r.s": func() -> _
export "again": type 1 as type resource r#0`,
	},
	{
		name: "gated names", features: FeatureNestedNames | FeatureCanonNames,
		wasm: comp(
			types(bin(0x42, vec())), imports(bin(named("a:b:c/d/e@1.0.0"), 5, 0), bin(2, "a:b/c@0.2", vec(bin(1, ".7")), 5, 0))),
		want: "type instance{}\nimport \"a:b:c/d/e@1.0.0\": instance{}\nimport \"a:b/c@0.2\" suffix \".7\": instance{}",
	},
	{
		name: "nested components, instances and aliases",
		wasm: comp(
			types(bin(u8Type)),
			nested(comp(
				aliases(bin(3, 2, 1, 0)), imports(bin(named("r"), 3, 1)), types(bin(0x69, 1), fn(bin(2))),
				imports(bin(named("f"), 1, 3)), types(bin(0x3f, i32, 0)), exports(bin(named("own"), 3, 4, 0), bin(named("g"), 1, 0, 0)))),
			imports(bin(named("r"), 3, 1)), types(bin(0x69, 1), fn(bin(2))), imports(bin(named("f"), 1, 3)),
			instances(bin(0, 0, vec(bin("r", 3, 1), bin("f", 1, 0), bin("unused", 4, 0))), bin(1, vec(bin(named("x"), 1, 0)))),
			aliases(bin(3, 0, 0, "own"), bin(1, 0, 1, "x")),
			exports(bin(named("o"), 3, 4, 0), bin(named("i"), 5, 1, 0))),
		want: `type u8
component component{"r": sub resource, "f": func() -> own<resource r#0>}{"own": sub resource, "g": func() -> own<resource r#0>}
  alias type outer 1 0
  import "r": sub resource
  type own<resource r#0>
  type func() -> own<resource r#0>
  import "f": func() -> own<resource r#0>
  type resource own#1 rep i32
  export "own": type 4 as sub resource
  export "g": func 0 as func() -> own<resource r#0>
import "r": sub resource
type own<resource r#0>
type func() -> own<resource r#0>
import "f": func() -> own<resource r#0>
instantiate 0 with [{r type 1} {f func 0} {unused component 0}]: instance{"own": sub resource, "g": func() -> own<resource r#0>}
instance of instance{"x": func() -> own<resource r#0>}
alias type export 0 "own"
alias func export 1 "x"
export "o": type 4 as sub resource
export "i": instance 1 as instance{"x": func() -> own<resource r#0>}`,
	},
	{
		name: "names of resource types",
		wasm: comp(
			libc(), types(bin(0x3f, i32, 0), bin(0x69, 0), fn(bin(1))), canons(bin(0, 0, coreGive, vec(), 2)),
			exports(bin(named("r"), 3, 0, 0)), types(bin(0x69, 3), fn(bin(4))),
			exports(bin(named("f"), 1, 0, 1, 1, 5), bin(named("again"), 3, 3, 0)),
			nested(comp(
				imports(bin(named("r"), 3, 1), bin(named("s"), 3, 0, 0)), types(bin(0x69, 1), fn(bin(2))),
				imports(bin(named("f"), 1, 3)), exports(bin(named("f"), 1, 0, 0)))),
			types(bin(0x69, 6), fn(bin(7))), canons(bin(0, 0, coreGive, vec(), 8)),
			instances(bin(0, 0, vec(bin("r", 3, 3), bin("s", 3, 6), bin("f", 1, 2)))),
			aliases(bin(1, 0, 0, "f")), exports(bin(named("g"), 1, 3, 0))),
		want: libcText + `type resource r#0 rep i32
type own<resource r#0 rep i32>
type func() -> own<resource r#0 rep i32>
lift 2 [utf8] func() -> own<resource r#0 rep i32>
export "r": type 0 as sub resource
type own<resource r#0 rep i32>
type func() -> own<resource r#0 rep i32>
export "f": func 0 as func() -> own<resource r#0 rep i32>
export "again": type 3 as type resource r#0 rep i32
component component{"r": sub resource, "s": type resource r#0, "f": func() -> own<resource r#0>}{"f": func() -> own<resource r#0>}
  import "r": sub resource
  import "s": type resource r#0
  type own<resource r#0>
  type func() -> own<resource r#0>
  import "f": func() -> own<resource r#0>
  export "f": func 0 as func() -> own<resource r#0>
type own<resource r#0 rep i32>
type func() -> own<resource r#0 rep i32>
lift 2 [utf8] func() -> own<resource r#0 rep i32>
instantiate 0 with [{r type 3} {s type 6} {f func 2}]: instance{"f": func() -> own<resource r#0 rep i32>}
alias func export 0 "f"
export "g": func 3 as func() -> own<resource r#0 rep i32>`,
	},
	{
		name: "an export with a type of its own",
		wasm: comp(
			types(bin(0x42, vec()), fn(nil)), imports(bin(named("f"), 1, 1)), instances(bin(1, vec(bin(named("f"), 1, 0)))),
			exports(bin(named("empty"), 5, 0, 1, 5, 0))),
		want: `type instance{}
type func() -> _
import "f": func() -> _
instance of instance{"f": func() -> _}
export "empty": instance 0 as instance{}`,
	},
	{
		name: "values and start", features: FeatureValues,
		wasm: comp(
			types(fn(bin(u8Type), bin("a", stringType))), imports(bin(named("f"), 1, 0), bin(named("v"), 2, 1, stringType)),
			start(0, 1, 0, 1), exports(bin(named("w"), 2, 1, 0))),
		want: `type func(a: string) -> u8
import "f": func(a: string) -> u8
import "v": value string
start 0 with [0], 1 results
export "w": value 1 as value u8`,
	},
}

const libcText = `core module {}{"nothing": func () -> (), "take": func (i32) -> (), "give": func () -> (i32), "realloc": func (i32 i32 i32 i32) -> (i32), "memory": memory 1.. pages of 2^16}
core instantiate 0 with []
alias core func export 0 "nothing"
alias core func export 0 "take"
alias core func export 0 "give"
alias core func export 0 "realloc"
alias core memory export 0 "memory"
`

func TestConstructs(t *testing.T) {
	for _, tt := range constructs {
		t.Run(tt.name, func(t *testing.T) {
			c, err := DecodeWith(tt.wasm, Released|tt.features)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(strings.Split(tt.want, "\n"), strings.Split(strings.TrimSuffix(show(c), "\n"), "\n")); diff != "" {
				t.Errorf("decoded differently (-want +got):\n%s", diff)
			}
			if c.Size != len(tt.wasm) {
				t.Errorf("the size is %d instead of %d", c.Size, len(tt.wasm))
			}
			if err := checkDecoded(c); err != nil {
				t.Error(err)
			}
		})
	}
}
