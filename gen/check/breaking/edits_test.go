package breaking_test

// edits are changes of WIT as people make them, with what they break: a line "severity rule subject" for each.
var edits = []struct{ name, old, new, want string }{
	// What is no change
	{"nothing", `interface i { f: func(); }`, `interface i { f: func(); }`, ``},
	{
		"documentation, comments and order",
		`interface i { record r { x: u8 } f: func(a: r); g: func(); }`,
		`/// An interface
		interface i {
			/// Does g.
			g: func();
			// f takes a record.
			f: func(a: r);
			record r {
				/// A field
				x: u8,
			}
		}`, ``,
	},
	{
		"an alias in place of its type",
		`interface i { type size = u32; f: func(a: u32) -> list<u32>; }`,
		`interface i { type size = u32; f: func(a: size) -> list<size>; }`, ``,
	},
	{
		"a type in place of its alias",
		`interface i { record r { x: u8 } type s = r; f: func(a: s) -> option<s>; }`,
		`interface i { record r { x: u8 } type s = r; f: func(a: r) -> option<r>; }`, ``,
	},
	{
		"a new alias",
		`interface i { f: func(a: u32); }`,
		`interface i { type size = u32; f: func(a: size); }`,
		`additive type-added i#size`,
	},
	{
		"used under another name",
		`interface types { record r { x: u8 } } interface i { use types.{r}; f: func(a: r); }`,
		`interface types { record r { x: u8 } } interface i { use types.{r as q}; f: func(a: q); }`,
		`abi type-removed i#r`,
	},

	// Functions
	{
		"function added to an interface in no world",
		`interface i { f: func(); }`, `interface i { f: func(); g: func(); }`, `source function-added i#g`,
	},
	{
		"function added to an imported interface",
		`interface i { f: func(); } world w { import i; }`,
		`interface i { f: func(); g: func(); } world w { import i; }`, `source function-added i#g`,
	},
	{
		"function added to an exported interface",
		`interface i { f: func(); } world w { export i; }`,
		`interface i { f: func(); g: func(); } world w { export i; }`, `abi function-added i#g`,
	},
	{
		"function added to an interface that is imported and exported",
		`interface i { f: func(); } world w { import i; export i; }`,
		`interface i { f: func(); g: func(); } world w { import i; export i; }`, `abi function-added i#g`,
	},
	{
		"function removed from an imported interface",
		`interface i { f: func(); g: func(a: u8); } world w { import i; }`,
		`interface i { f: func(); } world w { import i; }`, `abi function-removed i#g`,
	},
	{
		"function removed from an exported interface",
		`interface i { f: func(); g: func(a: u8); } world w { export i; }`,
		`interface i { f: func(); } world w { export i; }`, `source function-removed i#g`,
	},
	{
		"function renamed",
		`interface i { f: func(a: u8) -> u8; g: func(); }`,
		`interface i { h: func(a: u8) -> u8; g: func(); }`, `abi function-renamed i#h`,
	},
	{
		"function renamed, but nobody knows to what",
		`interface i { f: func(a: u8); }`,
		`interface i { g: func(a: u8); h: func(a: u8); }`,
		`abi function-removed i#f
		source function-added i#g
		source function-added i#h`,
	},
	{
		"function renamed and made async",
		`interface i { f: func(a: u8); }`, `interface i { g: async func(a: u8); }`,
		`abi function-removed i#f
		source function-added i#g`,
	},
	{
		"function added to an interface that only the new world exports",
		`interface i { f: func(); }`, `interface i { f: func(); g: func(); } world w { export i; }`,
		`abi function-added i#g
		additive world-added w`,
	},
	{
		"parameter added", `interface i { f: func(a: u8); }`, `interface i { f: func(a: u8, b: string); }`, `abi parameter-added i#f.b`,
	},
	{
		"parameter removed", `interface i { f: func(a: u8, b: string); }`, `interface i { f: func(a: u8); }`, `abi parameter-removed i#f.b`,
	},
	{
		"first parameter removed", `interface i { f: func(a: u8, b: u8); }`, `interface i { f: func(b: u8); }`, `abi parameter-removed i#f.a`,
	},
	{
		"parameter renamed", `interface i { f: func(a: u8, b: u16); }`, `interface i { f: func(a: u8, c: u16); }`, `abi parameter-renamed i#f.c`,
	},
	{
		"all parameters renamed",
		`interface i { f: func(a: u8, b: u16); }`, `interface i { f: func(c: u8, d: u16); }`,
		`abi parameter-renamed i#f.c
		abi parameter-renamed i#f.d`,
	},
	{
		"parameter replaced by one of another type",
		`interface i { f: func(a: u8); }`, `interface i { f: func(b: string); }`,
		`abi parameter-removed i#f.a
		abi parameter-added i#f.b`,
	},
	{
		"parameters reordered", `interface i { f: func(a: u8, b: u16, c: u32); }`, `interface i { f: func(b: u16, a: u8, c: u32); }`,
		`abi parameters-reordered i#f`,
	},
	{
		"parameters of one type reordered", `interface i { f: func(a: u8, b: u8); }`, `interface i { f: func(b: u8, a: u8); }`,
		`abi parameters-reordered i#f`,
	},
	{"wider integer", `interface i { f: func(a: u32); }`, `interface i { f: func(a: u64); }`, `abi parameter-type-changed i#f.a`},
	{"signed integer", `interface i { f: func(a: u32); }`, `interface i { f: func(a: s32); }`, `abi parameter-type-changed i#f.a`},
	{"made optional", `interface i { f: func(a: string); }`, `interface i { f: func(a: option<string>); }`, `abi parameter-type-changed i#f.a`},
	{"string to bytes", `interface i { f: func(a: string); }`, `interface i { f: func(a: list<u8>); }`, `abi parameter-type-changed i#f.a`},
	{"other elements", `interface i { f: func(a: list<u8>); }`, `interface i { f: func(a: list<s8>); }`, `abi parameter-type-changed i#f.a`},
	{"tuple for record", `interface i { record r { x: u8 } f: func(a: r); }`, `interface i { record r { x: u8 } f: func(a: tuple<u8>); }`, `abi parameter-type-changed i#f.a`},
	{"result added", `interface i { f: func(); }`, `interface i { f: func() -> bool; }`, `abi result-changed i#f`},
	{"result removed", `interface i { f: func() -> bool; }`, `interface i { f: func(); }`, `abi result-changed i#f`},
	{"result of another type", `interface i { f: func() -> u8; }`, `interface i { f: func() -> u16; }`, `abi result-changed i#f`},
	{"made fallible", `interface i { f: func() -> u8; }`, `interface i { f: func() -> result<u8, string>; }`, `abi result-changed i#f`},
	{"error added", `interface i { f: func() -> result<u8>; }`, `interface i { f: func() -> result<u8, string>; }`, `abi result-changed i#f`},

	// Types
	{
		"type added", `interface i { f: func(); }`, `interface i { record r { x: u8 } f: func(); }`, `additive type-added i#r`,
	},
	{
		"type that a function needs removed",
		`interface i { record r { x: u8 } f: func(a: r); }`, `interface i { f: func(a: tuple<u8>); }`,
		`abi type-removed i#r
		abi parameter-type-changed i#f.a`,
	},
	{
		"type that nothing needs removed", `interface i { record r { x: u8 } f: func(); }`, `interface i { f: func(); }`, `source type-removed i#r`,
	},
	{
		"type renamed",
		`interface i { record r { x: u8 } f: func(a: r) -> list<r>; }`, `interface i { record q { x: u8 } f: func(a: q) -> list<q>; }`,
		`abi type-renamed i#q`,
	},
	{
		"type renamed and kept as an alias",
		`interface i { record r { x: u8 } f: func(a: r); }`, `interface i { record q { x: u8 } type r = q; f: func(a: q); }`,
		`additive type-added i#q`,
	},
	{
		"alias of another type",
		`interface i { type size = u32; f: func(a: size) -> list<size>; g: func() -> size; }`,
		`interface i { type size = u64; f: func(a: size) -> list<size>; g: func() -> size; }`,
		`abi type-changed i#size`,
	},
	{
		"alias that nothing needs of another type",
		`interface i { type size = u32; f: func(); }`, `interface i { type size = u64; f: func(); }`, `source type-changed i#size`,
	},
	{
		"another record under the same name",
		`interface i { record a { x: u8 } record b { y: u8 } type r = a; f: func(a: r); }`,
		`interface i { record a { x: u8 } record b { y: u8 } type r = b; f: func(a: r); }`,
		`abi field-renamed i#r.y`,
	},
	{
		"record to variant",
		`interface i { record r { x: u8 } f: func(a: r); }`, `interface i { variant r { x(u8) } f: func(a: r); }`,
		`abi type-kind-changed i#r`,
	},
	{
		"enum to variant",
		`interface i { enum e { a, b } f: func(a: e); }`, `interface i { variant e { a, b } f: func(a: e); }`,
		`abi type-kind-changed i#e`,
	},
	{
		"record to resource",
		`interface i { record r { x: u8 } f: func(a: r); }`, `interface i { resource r { x: func() -> u8; } f: func(a: r); }`,
		`abi type-kind-changed i#r`,
	},
	{
		"type moved to another interface",
		`interface i { record r { x: u8 } f: func(a: r); }`,
		`interface types { record r { x: u8 } } interface i { use types.{r}; f: func(a: r); }`,
		`additive type-moved i#r
		additive interface-added types`,
	},
	{
		"type moved and changed",
		`interface i { record r { x: u8 } f: func(a: r); }`,
		`interface types { record r { x: u16 } } interface i { use types.{r}; f: func(a: r); }`,
		`abi field-type-changed i#r.x
		additive interface-added types`,
	},
	{
		"used type changed",
		`interface types { record r { x: u8 } } interface i { use types.{r}; f: func(a: r); } interface j { use i.{r}; f: func() -> r; }`,
		`interface types { record r { x: u16 } } interface i { use types.{r}; f: func(a: r); } interface j { use i.{r}; f: func() -> r; }`,
		`abi field-type-changed types#r.x`,
	},

	{
		"alias replaced by its type, which has changed",
		`interface i { record r { x: u8 } type s = r; f: func(a: s); }`, `interface i { record r { x: u16 } type s = r; f: func(a: r); }`,
		`abi field-type-changed i#r.x`,
	},
	{
		"name on the way to a resource removed",
		`interface types { resource r; } interface j { use types.{r as q}; } interface i { use j.{q}; f: func(a: borrow<q>); }`,
		`interface types { resource r; } interface j { type t = u8; } interface i { use types.{r as q}; f: func(a: borrow<q>); }`,
		`abi type-removed j#q
		additive type-added j#t`,
	},
	{
		"type that only an unstable interface needs changed",
		`interface types { record r { x: u8 } } @unstable(feature = new) interface i { use types.{r}; f: func(a: r); }`,
		`interface types { record r { x: u16 } } @unstable(feature = new) interface i { use types.{r}; f: func(a: r); }`,
		`source field-type-changed types#r.x`,
	},
	{
		"type that only an unstable world needs changed",
		`interface types { record r { x: u8 } } @unstable(feature = new) world w { use types.{r}; import f: func(a: r); }`,
		`interface types { record r { x: u16 } } @unstable(feature = new) world w { use types.{r}; import f: func(a: r); }`,
		`source field-type-changed types#r.x`,
	},

	// Records
	{
		"field added", `interface i { record r { x: u8 } f: func(a: r); }`, `interface i { record r { x: u8, y: u8 } f: func(a: r); }`, `abi field-added i#r.y`,
	},
	{
		"field added to a record that nothing needs",
		`interface i { record r { x: u8 } f: func(); }`, `interface i { record r { x: u8, y: u8 } f: func(); }`, `source field-added i#r.y`,
	},
	{
		"field removed", `interface i { record r { x: u8, y: u8 } f: func(a: r); }`, `interface i { record r { x: u8 } f: func(a: r); }`, `abi field-removed i#r.y`,
	},
	{
		"field renamed", `interface i { record r { x: u8, y: u8 } f: func(a: r); }`, `interface i { record r { x: u8, z: u8 } f: func(a: r); }`, `abi field-renamed i#r.z`,
	},
	{
		"field added at the front and the last one renamed",
		`interface i { record r { a: u8, b: u8, c: u8 } f: func(a: r); }`, `interface i { record r { n: string, a: u8, b: u8, d: u8 } f: func(a: r); }`,
		`abi field-renamed i#r.d
		abi field-added i#r.n`,
	},
	{
		"fields reordered", `interface i { record r { x: u8, y: u8 } f: func(a: r); }`, `interface i { record r { y: u8, x: u8 } f: func(a: r); }`, `abi fields-reordered i#r`,
	},
	{
		"field in the middle removed and the rest reordered",
		`interface i { record r { a: u8, b: u8, c: u8 } f: func(a: r); }`, `interface i { record r { c: u8, a: u8 } f: func(a: r); }`,
		`abi field-removed i#r.b
		abi fields-reordered i#r`,
	},
	{
		"field of a record in a record",
		`interface i { record in { x: u8 } record out { i: list<in> } f: func() -> option<out>; }`,
		`interface i { record in { x: u16 } record out { i: list<in> } f: func() -> option<out>; }`,
		`abi field-type-changed i#in.x`,
	},
	{
		"field of a type that only documentation speaks of",
		`interface i { record r { x: option<u8> } f: func(); }`, `interface i { record r { x: u8 } f: func(); }`, `source field-type-changed i#r.x`,
	},

	// Variants and enums
	{
		"case added", `interface i { variant v { a, b(u8) } f: func() -> v; }`, `interface i { variant v { a, b(u8), c } f: func() -> v; }`, `abi case-added i#v.c`,
	},
	{
		"case removed", `interface i { variant v { a, b(u8) } f: func() -> v; }`, `interface i { variant v { a } f: func() -> v; }`, `abi case-removed i#v.b`,
	},
	{
		"case renamed", `interface i { variant v { a, b(u8) } f: func() -> v; }`, `interface i { variant v { a, c(u8) } f: func() -> v; }`, `abi case-renamed i#v.c`,
	},
	{
		"cases reordered", `interface i { variant v { a, b(u8) } f: func() -> v; }`, `interface i { variant v { b(u8), a } f: func() -> v; }`, `abi cases-reordered i#v`,
	},
	{
		"payload of another type", `interface i { variant v { a, b(u8) } f: func() -> v; }`, `interface i { variant v { a, b(u16) } f: func() -> v; }`, `abi case-payload-changed i#v.b`,
	},
	{
		"payload added", `interface i { variant v { a, b(u8) } f: func() -> v; }`, `interface i { variant v { a(string), b(u8) } f: func() -> v; }`, `abi case-payload-changed i#v.a`,
	},
	{
		"payload removed", `interface i { variant v { a, b(u8) } f: func() -> v; }`, `interface i { variant v { a, b } f: func() -> v; }`, `abi case-payload-changed i#v.b`,
	},
	{
		"enum case added", `interface i { enum e { a, b } f: func() -> e; }`, `interface i { enum e { a, b, c } f: func() -> e; }`, `abi case-added i#e.c`,
	},
	{
		"enum case added in the middle", `interface i { enum e { a, b } f: func() -> e; }`, `interface i { enum e { a, c, b } f: func() -> e; }`, `abi case-added i#e.c`,
	},
	{
		"enum case renamed", `interface i { enum e { a, b } f: func() -> e; }`, `interface i { enum e { c, b } f: func() -> e; }`, `abi case-renamed i#e.c`,
	},
	{
		"case added to an error", `interface i { enum e { a } f: func() -> result<_, e>; }`, `interface i { enum e { a, b } f: func() -> result<_, e>; }`, `abi case-added i#e.b`,
	},

	// Flags
	{
		"flag added, of the same size", `interface i { flags g { a, b } f: func(a: g); }`, `interface i { flags g { a, b, c } f: func(a: g); }`, `abi flag-added i#g.c`,
	},
	{
		"flag added, of another size",
		`interface i { flags g { a, b, c, d, e, f, g, h } f: func(a: g); }`, `interface i { flags g { a, b, c, d, e, f, g, h, i } f: func(a: g); }`,
		`abi flag-added i#g.i`,
	},
	{
		"flag removed", `interface i { flags g { a, b } f: func(a: g); }`, `interface i { flags g { a } f: func(a: g); }`, `abi flag-removed i#g.b`,
	},
	{
		"flag renamed", `interface i { flags g { a, b } f: func(a: g); }`, `interface i { flags g { a, c } f: func(a: g); }`, `abi flag-renamed i#g.c`,
	},
	{
		"flags reordered", `interface i { flags g { a, b } f: func(a: g); }`, `interface i { flags g { b, a } f: func(a: g); }`, `abi flags-reordered i#g`,
	},

	// Resources
	{
		"resource added",
		`interface i { f: func(); }`, `interface i { f: func(); resource r { constructor(); m: func(); } }`, `source type-added i#r`,
	},
	{
		"resource added to an exported interface",
		`interface i { f: func(); } world w { export i; }`, `interface i { f: func(); resource r; } world w { export i; }`, `abi type-added i#r`,
	},
	{
		"resource removed",
		`interface i { f: func(); resource r { constructor(); m: func(); } }`, `interface i { f: func(); }`, `abi type-removed i#r`,
	},
	{
		"resource with only a static function removed",
		`interface i { f: func(); resource r { s: static func(); } }`, `interface i { f: func(); }`, `abi type-removed i#r`,
	},
	{
		"method added", `interface i { resource r { m: func(); } }`, `interface i { resource r { m: func(); n: func(); } }`, `source function-added i#r.n`,
	},
	{
		"method removed", `interface i { resource r { m: func(); n: func(a: u8); } }`, `interface i { resource r { m: func(); } }`, `abi function-removed i#r.n`,
	},
	{
		"method renamed", `interface i { resource r { m: func(a: u8); } }`, `interface i { resource r { n: func(a: u8); } }`, `abi function-renamed i#r.n`,
	},
	{
		"method's parameter renamed", `interface i { resource r { m: func(a: u8); } }`, `interface i { resource r { m: func(b: u8); } }`, `abi parameter-renamed i#r.m.b`,
	},
	{
		"method to static", `interface i { resource r { m: func(a: u8); } }`, `interface i { resource r { m: static func(a: u8); } }`, `abi function-kind-changed i#r.m`,
	},
	{
		"static to method", `interface i { resource r { m: static func(); } }`, `interface i { resource r { m: func(); } }`, `abi function-kind-changed i#r.m`,
	},
	{
		"static to method with another result",
		`interface i { resource r { m: static func() -> u8; } }`, `interface i { resource r { m: func() -> u16; } }`,
		`abi function-kind-changed i#r.m
		abi result-changed i#r.m`,
	},
	{
		"constructor added", `interface i { resource r { m: func(); } }`, `interface i { resource r { constructor(); m: func(); } }`, `source function-added i#r.constructor`,
	},
	{
		"constructor's parameter added", `interface i { resource r { constructor(); } }`, `interface i { resource r { constructor(a: u8); } }`, `abi parameter-added i#r.constructor.a`,
	},
	{
		"own to borrow", `interface i { resource r; f: func(a: r); }`, `interface i { resource r; f: func(a: borrow<r>); }`, `abi parameter-type-changed i#f.a`,
	},
	{
		"borrow to own in a list", `interface i { resource r; f: func(a: list<borrow<r>>); }`, `interface i { resource r; f: func(a: list<r>); }`, `abi parameter-type-changed i#f.a`,
	},
	{
		"another resource", `interface i { resource r; resource s; f: func(a: r); }`, `interface i { resource r; resource s; f: func(a: s); }`, `abi parameter-type-changed i#f.a`,
	},
	{
		"resource moved to another interface",
		`interface i { resource r; f: func(a: r); }`,
		`interface types { resource r; } interface i { use types.{r}; f: func(a: r); }`,
		`abi type-moved i#r
		additive interface-added types`,
	},
	{
		"borrowed resource moved to another interface",
		`interface i { resource r; f: func(a: borrow<r>); }`,
		`interface types { resource r; } interface i { use types.{r}; f: func(a: borrow<r>); }`,
		`abi type-moved i#r
		additive interface-added types`,
	},
	{
		"resource under an alias",
		`interface types { resource r; } interface i { use types.{r}; f: func(a: r); }`,
		`interface types { resource r; } interface i { use types.{r}; type s = r; f: func(a: s); }`,
		`additive type-added i#s`,
	},

	// Interfaces and worlds
	{"interface added", `interface i { f: func(); }`, `interface i { f: func(); } interface j { f: func(); }`, `additive interface-added j`},
	{"interface removed", `interface i { f: func(); } interface j { f: func(); }`, `interface i { f: func(); }`, `abi interface-removed j`},
	{
		"exported interface removed",
		`interface i { f: func(); } interface j { f: func(); } world w { export i; export j; }`,
		`interface i { f: func(); } world w { export i; }`, `source interface-removed j`,
	},
	{"interface of types removed", `interface i { f: func(); } interface j { type t = u8; }`, `interface i { f: func(); }`, `source interface-removed j`},
	{"world added", `interface i { f: func(); }`, `interface i { f: func(); } world w { import i; }`, `additive world-added w`},
	{"world removed", `interface i { f: func(); } world w { import i; }`, `interface i { f: func(); }`, `source world-removed w`},
	{
		"world with functions of its own removed",
		`interface i { f: func(); } world w { import f: func(); }`, `interface i { f: func(); }`, `abi world-removed w`,
	},
	{
		"world with only types of its own removed",
		`interface i { f: func(); } world w { import j: interface { type t = u8; } }`, `interface i { f: func(); }`, `source world-removed w`,
	},
	{
		"world deprecated and another one unstable",
		`world v { import f: func(); } world w { import f: func(); }`,
		`@deprecated(version = 1.0.0) @since(version = 1.0.0) world v { import f: func(); } @unstable(feature = new) world w { import f: func(); }`,
		`additive deprecated v
		abi gate-closed w`,
	},
	{
		"interface in place removed",
		`world w { import log: interface { f: func(); } }`, `world w {}`, `abi import-removed w#log`,
	},
	{
		"import added", `interface i { f: func(); } world w {}`, `interface i { f: func(); } world w { import i; }`, `source import-added w#demo:test/i`,
	},
	{
		"import of types added",
		`interface i { type t = u8; } world w {}`, `interface i { type t = u8; } world w { import i; }`, `additive import-added w#demo:test/i`,
	},
	{
		"import removed", `interface i { f: func(); } world w { import i; }`, `interface i { f: func(); } world w {}`, `abi import-removed w#demo:test/i`,
	},
	{
		"export added", `interface i { f: func(); } world w {}`, `interface i { f: func(); } world w { export i; }`, `abi export-added w#demo:test/i`,
	},
	{
		"export removed", `interface i { f: func(); } world w { export i; }`, `interface i { f: func(); } world w {}`, `source export-removed w#demo:test/i`,
	},
	{
		"import to export",
		`interface i { f: func(); } world w { import i; }`, `interface i { f: func(); } world w { export i; }`,
		`abi import-removed w#demo:test/i
		abi export-added w#demo:test/i`,
	},
	{
		"imported function added and exported one removed",
		`world w { export run: func(); }`, `world w { import log: func(text: string); }`,
		`source import-added w#log
		source export-removed w#run`,
	},
	{
		"exported function changed",
		`world w { export run: func(); }`, `world w { export run: func() -> u8; }`, `abi result-changed w#run`,
	},
	{
		"interface in place changed",
		`world w { import log: interface { write: func(text: string); enum level { a } } export run: interface { run: func(); } }`,
		`world w { import log: interface { write: func(line: string); enum level { a, b } } export run: interface { run: func(); stop: func(a: u8); } }`,
		`source case-added w#log.level.b
		abi parameter-renamed w#log.write.line
		abi function-added w#run.stop`,
	},
	{
		"function to interface",
		`world w { import log: func(text: string); }`, `world w { import log: interface { write: func(text: string); } }`, `abi item-kind-changed w#log`,
	},
	{
		"world's type changed",
		`world w { record r { x: u8 } import f: func(a: r); }`, `world w { record r { x: u16 } import f: func(a: r); }`, `abi field-type-changed w#r.x`,
	},
	{
		"import through an include",
		`interface i { f: func(); } interface j { g: func(); } world base { import i; } world w { include base; }`,
		`interface i { f: func(); } interface j { g: func(); } world base { import i; import j; } world w { include base; }`,
		`source import-added base#demo:test/j
		source import-added w#demo:test/j`,
	},

	{
		"type through an include",
		`world base { record r { x: u8 } import f: func(a: r); } world w { include base; }`,
		`world base { record r { x: u16 } import f: func(a: r); } world w { include base; }`,
		`abi field-type-changed base#r.x
		abi field-type-changed w#r.x`,
	},
	{
		"type that a world uses",
		`interface types { record r { x: u8 } } world w { use types.{r}; import f: func(a: r); export g: func() -> r; }`,
		`interface types { record r { x: u16 } } world w { use types.{r}; import f: func(a: r); export g: func() -> r; }`,
		`abi field-type-changed types#r.x`,
	},

	// Versions and packages
	{
		"version raised within the track",
		`package demo:test@1.0.0; interface i { f: func(); }`, `package demo:test@1.2.0; interface i { f: func(); }`,
		`additive version-raised demo:test@1.2.0`,
	},
	{
		"version raised within the track, and a change",
		`package demo:test@0.2.9; interface i { resource r; f: func(a: r); }`, `package demo:test@0.2.10; interface i { resource r; f: func(a: r) -> r; }`,
		`additive version-raised demo:test@0.2.10
		abi result-changed i@0.2.10#f`,
	},
	{
		"version lowered within the track",
		`package demo:test@1.2.0; interface i { f: func(); }`, `package demo:test@1.1.9; interface i { f: func(); }`,
		`source version-lowered demo:test@1.1.9`,
	},
	{
		"new track",
		`package demo:test@1.2.0; interface i { f: func(); }`, `package demo:test@2.0.0; interface i { f: func() -> u8; }`,
		`abi track-removed demo:test@1.2.0
		additive track-added demo:test@2.0.0`,
	},
	{
		"new track of a package that only exports",
		`package demo:test@0.1.0; interface i { f: func(); } world w { export i; }`, `package demo:test@0.2.0; interface i { f: func(); } world w { export i; }`,
		`source track-removed demo:test@0.1.0
		additive track-added demo:test@0.2.0`,
	},
	{
		"version given to a package without one",
		`package demo:test; interface i { f: func(); }`, `package demo:test@1.0.0; interface i { f: func(); }`,
		`abi track-removed demo:test
		additive track-added demo:test`,
	},
	{
		"old track kept below deps",
		"package demo:test@1.2.0; interface i { f: func(); }\n",
		"package demo:test@2.0.0; interface i { f: func() -> u8; }\n-- deps/old/old.wit --\npackage demo:test@1.2.0; interface i { f: func(); }\n",
		`additive track-added demo:test@2.0.0`,
	},
	{
		"older version of a track removed",
		"package demo:app; interface i { f: func(); }\n-- deps/a/a.wit --\npackage demo:lib@1.1.0; interface lib { f: func(a: u8); }\n-- deps/b/b.wit --\npackage demo:lib@1.0.0; interface lib { f: func(); }\n",
		"package demo:app; interface i { f: func(); }\n-- deps/a/a.wit --\npackage demo:lib@1.1.0; interface lib { f: func(a: u8); }\n",
		``,
	},
	{
		"package with nothing that is promised removed",
		"package demo:app; interface i { f: func(); }\n-- deps/lib/lib.wit --\npackage demo:lib; @unstable(feature = new) interface lib { f: func(); }\n",
		"package demo:app; interface i { f: func(); }\n",
		`source package-removed demo:lib`,
	},
	{
		"dependency changed",
		"package demo:app; interface i { use demo:lib/types.{r}; f: func(a: r); }\n-- deps/lib/lib.wit --\npackage demo:lib; interface types { record r { x: u8 } }\n",
		"package demo:app; interface i { use demo:lib/types.{r}; f: func(a: r); }\n-- deps/lib/lib.wit --\npackage demo:lib; interface types { record r { x: u8, y: u8 } }\n",
		`abi field-added demo:lib/types#r.y`,
	},
	{
		"dependency removed and another added",
		"package demo:app; interface i { f: func(); }\n-- deps/lib/lib.wit --\npackage demo:lib; interface lib { f: func(); }\n",
		"package demo:app; interface i { f: func(); }\n-- deps/new/new.wit --\npackage demo:new; interface new { f: func(); }\n",
		`abi package-removed demo:lib
		additive package-added demo:new`,
	},

	// Gates
	{
		"deprecated",
		`interface i { @since(version = 1.0.0) f: func(); }`, `interface i { @since(version = 1.0.0) @deprecated(version = 1.0.0) f: func(); }`,
		`additive deprecated i#f`,
	},
	{
		"since changed", `interface i { f: func(); }`, `interface i { @since(version = 1.0.0) f: func(); }`, ``,
	},
	{
		"function of an imported interface stabilized",
		`interface i { @unstable(feature = new) f: func(); }`, `interface i { @since(version = 1.0.0) f: func(); }`,
		`source gate-opened i#f`,
	},
	{
		"function of an exported interface stabilized",
		`interface i { @unstable(feature = new) f: func(); } world w { export i; }`,
		`interface i { @since(version = 1.0.0) f: func(); } world w { export i; }`,
		`abi gate-opened i#f`,
	},
	{
		"type and interface stabilized",
		`@unstable(feature = new) interface i { @unstable(feature = new) record r { x: u8 } }`,
		`interface i { record r { x: u8 } }`,
		`additive gate-opened i
		additive gate-opened i#r (unstable new)`,
	},
	{
		"function unstable again",
		`interface i { @since(version = 1.0.0) f: func(); }`, `interface i { @unstable(feature = new) f: func(); }`,
		`abi gate-closed i#f`,
	},
	{
		"interface of an exporting world unstable again",
		`interface i { f: func(); } world w { export i; }`,
		`@unstable(feature = new) interface i { f: func(); } world w { @unstable(feature = new) export i; }`,
		`source gate-closed i
		source gate-closed w#demo:test/i`,
	},
	{
		"unstable function added",
		`interface i { f: func(); }`, `interface i { f: func(); @unstable(feature = new) g: func(); }`,
		`additive function-added i#g`,
	},
	{
		"unstable function changed and stabilized",
		`interface i { @unstable(feature = new) f: func(a: u8); }`, `interface i { f: func(b: u8); }`,
		`source gate-opened i#f
		additive parameter-renamed i#f.b (unstable new)`,
	},
	{
		"unstable function removed",
		`interface i { f: func(); @unstable(feature = new) g: func(a: u8); }`, `interface i { f: func(); }`,
		`additive function-removed i#g (unstable new)`,
	},
	{
		"type that only an unstable function needs changed",
		`interface i { record r { x: u8 } @unstable(feature = new) f: func(a: r); }`,
		`interface i { record r { x: u16 } @unstable(feature = new) f: func(a: r); }`,
		`source field-type-changed i#r.x`,
	},
	{
		"unstable interface removed",
		`interface i { f: func(); } @unstable(feature = new) interface j { f: func(); }`, `interface i { f: func(); }`,
		`additive interface-removed j (unstable new)`,
	},
	{
		"gate in a gate",
		`@unstable(feature = outer) interface i { @unstable(feature = inner) f: func(); }`,
		`@unstable(feature = outer) interface i { @unstable(feature = inner) f: func() -> u8; }`,
		`additive result-changed i#f (unstable outer)`,
	},
	{
		"external identifier changed",
		`interface i { @external-id("a") f: func(); }`, `interface i { @external-id("b") f: func(); }`,
		`source external-id-changed i#f`,
	},

	// What components have had since 2025
	{"made async", `interface i { f: func(a: u8); }`, `interface i { f: async func(a: u8); }`, `abi function-async-changed i#f`},
	{"made synchronous", `interface i { resource r { m: async func() -> u8; } }`, `interface i { resource r { m: func() -> u8; } }`, `abi function-async-changed i#r.m`},
	{
		"constructor made fallible",
		`interface i { resource r { constructor(a: u8); } }`, `interface i { resource r { constructor(a: u8) -> result<r, string>; } }`,
		`abi constructor-fallibility-changed i#r.constructor`,
	},
	{
		"constructor made infallible",
		`interface i { resource r { constructor() -> result<r>; } }`, `interface i { resource r { constructor(); } }`,
		`abi constructor-fallibility-changed i#r.constructor`,
	},
	{
		"constructor with another error",
		`interface i { resource r { constructor() -> result<r>; } }`, `interface i { resource r { constructor() -> result<r, u8>; } }`,
		`abi result-changed i#r.constructor`,
	},
	{"list to fixed list", `interface i { f: func(a: list<u8>); }`, `interface i { f: func(a: list<u8, 4>); }`, `abi parameter-type-changed i#f.a`},
	{"longer fixed list", `interface i { f: func(a: list<u8, 4>); }`, `interface i { f: func(a: list<u8, 8>); }`, `abi parameter-type-changed i#f.a`},
	{"list of pairs to map", `interface i { f: func(a: list<tuple<string, u8>>); }`, `interface i { f: func(a: map<string, u8>); }`, `abi parameter-type-changed i#f.a`},
	{"another key", `interface i { f: func(a: map<u32, u8>); }`, `interface i { f: func(a: map<string, u8>); }`, `abi parameter-type-changed i#f.a`},
	{"another value", `interface i { f: func() -> map<u32, u8>; }`, `interface i { f: func() -> map<u32, u16>; }`, `abi result-changed i#f`},
	{"list to stream", `interface i { f: func() -> list<u8>; }`, `interface i { f: func() -> stream<u8>; }`, `abi result-changed i#f`},
	{"stream of other elements", `interface i { f: func(a: stream<u8>); }`, `interface i { f: func(a: stream<u16>); }`, `abi parameter-type-changed i#f.a`},
	{"future to stream", `interface i { f: func(a: future); }`, `interface i { f: func(a: stream); }`, `abi parameter-type-changed i#f.a`},
	{"error context for a string", `interface i { f: func() -> result<_, string>; }`, `interface i { f: func() -> result<_, error-context>; }`, `abi result-changed i#f`},
	{
		"import under a name is another interface",
		`interface i { f: func(); } interface j { g: func(); } world w { import store: i; }`,
		`interface i { f: func(); } interface j { g: func(); } world w { import store: j; }`,
		`abi implements-changed w#store`,
	},
}
