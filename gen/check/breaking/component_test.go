package breaking_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/witan-os/witan/gen/check/breaking"
	"github.com/witan-os/witan/gen/model"
)

// app is what a component says of itself: the functions that it imports and exports, and the types that these need.
const app = `package root:component;
world root {
	import demo:sys/log@1.0.0;
	import demo:sys/files@1.0.0;
	import demo:sys/types@1.0.0;
	import print: func(text: string);
	export demo:sys/run@1.0.0;
	export status: func() -> u8;
}
-- deps/sys/sys.wit --
package demo:sys@1.0.0;
interface types { record point { x: u8 } }
interface log { enum level { info, warn } write: func(level: level, text: string); }
interface files { use types.{point}; resource file { read: func(len: u64) -> list<u8>; } open: func(name: string, at: point) -> file; }
interface run { run: func(); }
`

// sys is the WIT that it was built with, of which it does not use everything.
const sys = `package demo:sys@1.2.0;
interface types { record point { x: u8 } record unused { y: u8 } }
interface log { enum level { info, warn } write: func(level: level, text: string); flush: func(); }
interface files {
	use types.{point};
	resource file { read: func(len: u64) -> list<u8>; write: func(data: list<u8>); }
	open: func(name: string, at: point) -> file;
}
interface run { run: func(); }
world app { import log; import files; import print: func(text: string); import more: func(); export run; export status: func() -> u8; }
world lib { import log; }
`

func TestComponent(t *testing.T) {
	tests := []struct{ name, wit, world, want string }{
		{"the WIT that it was built with", sys, "app", ``},
		{"any interface of the tree", `package demo:sys@1.9.0;
			interface types { record point { x: u8 } }
			interface log { enum level { info, warn } write: func(level: level, text: string); }
			interface files { use types.{point}; resource file { read: func(len: u64) -> list<u8>; } open: func(name: string, at: point) -> file; }
			interface run { run: func(); }
			world small { import print: func(text: string); }`, "small", ``},
		{"a world without what it imports in place", sys, "lib", `abi import-removed root:component/root#print`},
		{"no world", sys, "", `abi import-removed root:component/root#print`},
		{"what it does not use is gone or other", `package demo:sys@1.2.0;
			interface types { record point { x: u8 } }
			interface log { enum level { info, warn } write: func(level: level, text: string); flush: func() -> u8; }
			interface files { use types.{point}; resource file { read: func(len: u64) -> list<u8>; } open: func(name: string, at: point) -> file; }
			interface run { run: func(); }
			world app { import print: func(text: string); }`, "app", ``},
		{
			"what it uses is other", `package demo:sys@1.2.0;
			interface types { record point { x: u16 } }
			interface log { enum level { info, warn, error } write: func(level: level, text: string); }
			interface files { use types.{point}; resource file { read: func(count: u64) -> list<u8>; } open: func(name: string, at: point) -> file; }
			interface run { run: func() -> u8; }
			world app { import print: func(text: string, line: u8); export status: func(); }`, "app",
			`abi case-added demo:sys/log@1.2.0#level.error
			abi field-type-changed demo:sys/types@1.2.0#point.x
			abi parameter-renamed demo:sys/files@1.2.0#file.read.count
			abi parameter-added demo:sys/app@1.2.0#print.line
			abi result-changed demo:sys/app@1.2.0#status
			abi result-changed demo:sys/run@1.2.0#run`,
		},
		{
			"what it uses is gone", `package demo:sys@1.2.0;
			interface types { record point { x: u8 } }
			interface log { enum level { info, warn } flush: func(); }
			world app { import print: func(text: string); }`, "app",
			`abi function-removed demo:sys/log#write
			abi interface-removed demo:sys/files`,
		},
		{
			"a resource that it uses is gone", `package demo:sys@1.2.0;
			interface types { record point { x: u8 } }
			interface log { enum level { info, warn } write: func(level: level, text: string); }
			interface files { use types.{point}; open: func(name: string, at: point) -> u32; }
			world app { import print: func(text: string); }`, "app",
			`abi type-removed demo:sys/files#file
			abi result-changed demo:sys/files@1.2.0#open`,
		},
		{
			"another track", `package demo:sys@2.0.0;
			interface log { enum level { info, warn } write: func(level: level, text: string); }
			world app { import print: func(text: string); }`, "app",
			`abi interface-removed demo:sys/log
			abi interface-removed demo:sys/files`,
		},
		{"types are the component's own", `package demo:sys@1.2.0;
			interface log { write: func(level: level, text: string); enum severity { info, warn } type level = severity; }
			interface files { record point { x: u8 } resource file { read: func(len: u64) -> list<u8>; } open: func(name: string, at: point) -> file; }
			world app { import print: func(text: string); }`, "app", ``},
		{
			"more is wanted of it", sys + `
			interface extra { f: func(); }
			world bigger { include app; export extra; export stop: func(); export names: interface { type t = u8; } }`, "bigger",
			`abi export-added demo:sys/bigger@1.2.0#stop
			abi export-added demo:sys/bigger@1.2.0#demo:sys/extra@1.2.0`,
		},
		{"more is wanted of an interface that it exports", `package demo:sys@1.2.0;
			interface types { record point { x: u8 } }
			interface log { enum level { info, warn } write: func(level: level, text: string); }
			interface files { use types.{point}; resource file { read: func(len: u64) -> list<u8>; } open: func(name: string, at: point) -> file; }
			interface run { run: func(); stop: func(); }
			world app { import print: func(text: string); }`, "app", `abi function-added demo:sys/run@1.2.0#stop`},
		{"stable only behind a gate that is open", `package demo:sys@1.2.0;
			interface types { record point { x: u8 } }
			interface log { enum level { info, warn } @unstable(feature = w) write: func(level: level, text: string); }
			interface files { use types.{point}; resource file { read: func(len: u64) -> list<u8>; } open: func(name: string, at: point) -> file; }
			world app { import print: func(text: string); }`, "app", ``},
	}
	component := load(t, app)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tree := load(t, tt.wit)
			var world *model.World
			for _, w := range tree.Root.Worlds {
				if w.Name == tt.world {
					world = w
				}
			}
			changes, err := breaking.Component(component, tree, world)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(lines(tt.want), summary(changes)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestNoComponent(t *testing.T) {
	if changes, err := breaking.Component(load(t, sys), load(t, sys), nil); err == nil {
		t.Errorf("a package with two worlds is taken for a component: %v", summary(changes))
	}
}

// TestComponentWithTypes has a component whose functions outside of interfaces have types of their own.
func TestComponentWithTypes(t *testing.T) {
	const body = ` {
		record point { x: u8 }
		resource pen { draw: func(at: point); }
		import move: func(pen: borrow<pen>, to: point);
		import demo:sys/log;
		export demo:sys/log;
		export stop: func(at: point) -> pen;
	}`
	const deps = "\n-- deps/sys/sys.wit --\npackage demo:sys;\ninterface log { write: func(text: string); }\n"
	component := load(t, "package root:component; world root"+body+deps)
	for _, tt := range []struct{ old, new, want string }{
		{"", "", ""},
		{"x: u8", "x: u16", "abi field-type-changed demo:app/plotter#point.x"},
		{"to: point)", "to: u8)", "abi parameter-type-changed demo:app/plotter#move.to"},
		{"(text: string)", "(line: string)", "abi parameter-renamed demo:sys/log#write.line"},
	} {
		tree := load(t, strings.Replace("package demo:app; world plotter"+body+deps, tt.old, tt.new, 1))
		changes, err := breaking.Component(component, tree, tree.Root.Worlds[0])
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(lines(tt.want), summary(changes)); diff != "" {
			t.Errorf("%q to %q (-want +got):\n%s", tt.old, tt.new, diff)
		}
	}
}
