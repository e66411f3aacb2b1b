package lint_test

import "github.com/witan-os/witan/gen/check/lint"

// tests show for each rule what it finds and what it lets pass. A finding is the marked text with the message.
var tests = []struct {
	rule, name, wit, want string
	config                func(*lint.Config)
}{
	{
		rule: "upper-case", name: "everywhere",
		wit: `interface HTTP {
			record url-of-HTTP { IP: u8 }
			enum kind { UDP, tcp }
			flags rights { READ }
			get-URL: func(ID: u8);
		}
		world W {}`,
		want: `HTTP: interface ¬HTTP¬ has words in upper case
		url-of-HTTP: record ¬url-of-HTTP¬ has words in upper case
		IP: field ¬IP¬ has words in upper case
		UDP: case ¬UDP¬ has words in upper case
		READ: flag ¬READ¬ has words in upper case
		get-URL: function ¬get-URL¬ has words in upper case
		ID: parameter ¬ID¬ has words in upper case
		W: world ¬W¬ has words in upper case`,
	},
	{
		rule: "upper-case", name: "lower case",
		wit: `interface http2 { resource r { constructor(a: u8); m: func(); } f: func() -> option<string>; }`,
	},
	{
		rule: "abbreviation", name: "everywhere",
		wit: `interface cfg {
			resource req-handler { set-ctx: func(new-val: u8); constructor(buf: u8); }
			variant v { tmp(u8), message, last-MSG }
			err-of: func(msg: string) -> req-handler;
		}`,
		want: `cfg: interface ¬cfg¬ abbreviates a word to ¬cfg¬
		req-handler: resource ¬req-handler¬ abbreviates a word to ¬req¬
		set-ctx: function ¬set-ctx¬ abbreviates a word to ¬ctx¬
		new-val: parameter ¬new-val¬ abbreviates a word to ¬val¬
		buf: parameter ¬buf¬ abbreviates a word to ¬buf¬
		tmp: case ¬tmp¬ abbreviates a word to ¬tmp¬
		last-MSG: case ¬last-MSG¬ abbreviates a word to ¬MSG¬
		err-of: function ¬err-of¬ abbreviates a word to ¬err¬
		msg: parameter ¬msg¬ abbreviates a word to ¬msg¬`,
	},
	{
		rule: "abbreviation", name: "whole words, and short ones that everyone says",
		wit: `interface messages { read: func(len: u64, offset: u64, source: string, dir: string) -> u8; }`,
	},
	{
		rule: "stutter", name: "everywhere",
		wit: `interface streams {
			enum streams-type { streams-type-file, socket }
			resource file { file-open: func(); close: func(); }
			make: func(a: streams-type) -> file;
		}`,
		want: `streams-type: enum ¬streams-type¬ repeats the name of interface ¬streams¬
		streams-type-file: case ¬streams-type-file¬ repeats the name of enum ¬streams-type¬
		file-open: function ¬file-open¬ repeats the name of resource ¬file¬`,
	},
	{
		rule: "stutter", name: "the same word alone, or as part of another",
		wit: `interface log { log: func(); log-line: func(); logger: func(); type catalog-entry = u8; resource logs { constructor(); log: func(); } }`,
	},
	{
		rule: "stutter", name: "without the word there is no name",
		wit: `interface ip { record ip-4 { ip: u8 } record all { ips: list<ip-4> } }`,
	},
	{
		rule: "kind-in-name", name: "everywhere",
		wit: `interface log-interface {
			record point-record { x: u8 }
			enum color-enum { red }
			variant any-variant { a(u8) }
			resource file-resource;
		}
		world app-world {}`,
		want: `log-interface: interface ¬log-interface¬ says in its name what it is
		point-record: record ¬point-record¬ says in its name what it is
		color-enum: enum ¬color-enum¬ says in its name what it is
		any-variant: variant ¬any-variant¬ says in its name what it is
		file-resource: resource ¬file-resource¬ says in its name what it is
		app-world: world ¬app-world¬ says in its name what it is`,
	},
	{
		rule: "kind-in-name", name: "other kinds, flags, and a word alone",
		wit: `interface i { flags open-flags { create } enum descriptor-type { file } record enum-record-kind { x: u8 } record %record { x: u8 } type error-type = u8; }`,
	},
	{
		rule: "missing-docs", name: "everywhere",
		wit: `interface i { record r { x: u8 } type t = u8; resource s { constructor(); m: func(); } f: func(); }
		interface j { use i.{r}; g: func(a: r); }
		world w { import run: func(); export here: interface { stop: func(); } }`,
		want: `i: interface ¬i¬ has no documentation
		r: record ¬r¬ has no documentation
		t: type ¬t¬ has no documentation
		s: resource ¬s¬ has no documentation
		constructor: the constructor of ¬s¬ has no documentation
		m: function ¬m¬ has no documentation
		f: function ¬f¬ has no documentation
		j: interface ¬j¬ has no documentation
		g: function ¬g¬ has no documentation
		w: world ¬w¬ has no documentation
		run: function ¬run¬ has no documentation
		here: interface ¬here¬ has no documentation
		stop: function ¬stop¬ has no documentation`,
	},
	{
		rule: "missing-docs", name: "documented",
		wit: `
		/// An interface
		interface i {
			/// A record
			record r { x: u8 }
			/// A function
			f: func(a: r);
		}`,
	},
	{
		rule: "missing-member-docs", name: "some",
		wit: `interface i {
			record r {
				/// The x
				x: u8,
				y: u8,
			}
			enum e { a }
			flags f { b }
		}`,
		want: `y: field ¬y¬ has no documentation
		a: case ¬a¬ has no documentation
		b: flag ¬b¬ has no documentation`,
	},
	{
		rule: "spilled-parameters", name: "17 and 16 core values",
		wit: `interface i {
			f: func(a: string, b: string, c: string, d: string, e: string, f: string, g: string, h: string, i: u8);
			g: func(a: string, b: string, c: string, d: string, e: string, f: string, g: string, h: string);
		}`,
		want: `f: the parameters of function ¬f¬ take more than 16 core values, so all of them go through memory, in a block of 68 bytes`,
	},
	{
		rule: "spilled-parameters", name: "async functions, where it is nothing special",
		wit: `interface i { f: async func(a: string, b: string, c: string, d: string, e: string, f: string, g: string, h: string, i: u8); }`,
	},
	{
		rule: "large-result", name: "136 and 128 bytes",
		wit: `interface i {
			f: func() -> tuple<u64, u64, u64, u64, u64, u64, u64, u64, u64, u64, u64, u64, u64, u64, u64, u64, u8>;
			g: func() -> tuple<u64, u64, u64, u64, u64, u64, u64, u64, u64, u64, u64, u64, u64, u64, u64, u64>;
			h: func() -> string;
		}`,
		want: `f: the result of function ¬f¬ takes 136 bytes in memory, more than 128, besides what its lists and strings refer to`,
	},
	{
		rule: "large-result", name: "another limit",
		wit:    `interface i { f: func() -> tuple<u64, u64>; g: func() -> u64; }`,
		config: func(c *lint.Config) { c.MaxResult = 15 },
		want:   `f: the result of function ¬f¬ takes 16 bytes in memory, more than 15, besides what its lists and strings refer to`,
	},
	{
		rule: "nested-lists", name: "three and two",
		wit: `interface i {
			record row { cells: list<string> }
			f: func() -> result<list<row>>;
			g: func() -> option<list<tuple<string, list<u8>>>>;
			h: func(a: list<row>) -> row;
		}`,
		want: `f: the result of function ¬f¬ has lists within lists, 3 deep, and each of them is allocated on its own`,
	},
	{
		rule: "nested-lists", name: "another limit",
		wit:    `interface i { f: func() -> list<string>; g: func() -> string; }`,
		config: func(c *lint.Config) { c.MaxDepth = 1 },
		want:   `f: the result of function ¬f¬ has lists within lists, 2 deep, and each of them is allocated on its own`,
	},
	{
		rule: "wide-variant", name: "one wide case",
		wit: `interface i {
			record big { a: u64, b: u64, c: u64, d: u64, e: u64, f: u64, g: u64, h: u64, i: u64 }
			variant v { none, small(u32), large(big) }
			variant even { one(big), other(big) }
			variant narrow { a(u64), b(string) }
		}`,
		want: `large: because of case ¬large¬ each value of variant ¬v¬ takes 80 bytes; 4 are enough for the payloads of the others`,
	},
	{
		rule: "wide-variant", name: "another limit",
		wit:    `interface i { variant v { a, b(u64) } }`,
		config: func(c *lint.Config) { c.MaxVariant = 8 },
		want:   `b: because of case ¬b¬ each value of variant ¬v¬ takes 16 bytes; 0 are enough for the payloads of the others`,
	},
	{
		rule: "slow-list", name: "everywhere",
		wit: `interface i {
			record r { x: list<bool>, y: list<u8> }
			type t = option<list<char>>;
			f: func(a: list<list<bool>>, b: t) -> list<char>;
			type bits = list<bool>;
			type more-bits = bits;
			g: func(a: r, b: list<bool, 8>) -> list<r>;
		}`,
		want: `x: field ¬x¬ has a list<bool>, whose elements take a byte each and are converted one by one
		t: type ¬t¬ has a list<char>, whose elements take 4 bytes each and are checked one by one
		f: the result of function ¬f¬ has a list<char>, whose elements take 4 bytes each and are checked one by one
		a: parameter ¬a¬ has a list<bool>, whose elements take a byte each and are converted one by one
		bits: type ¬bits¬ has a list<bool>, whose elements take a byte each and are converted one by one
		b: parameter ¬b¬ has a list<bool, 8>, whose elements take a byte each and are converted one by one`,
	},
	{
		rule: "unnamed-error", name: "strings and numbers",
		wit: `interface i {
			enum e { a }
			type code = u32;
			resource error;
			f: func() -> result<u8, string>;
			g: func() -> result<_, tuple<u8, u8>>;
			h: func() -> result<u8, e>;
			i: func() -> result<u8, code>;
			j: func() -> result<u8, error>;
			k: func() -> result;
			l: func() -> string;
		}`,
		want: `f: the error of function ¬f¬ is string, which has no name
		g: the error of function ¬g¬ is tuple<u8, u8>, which has no name`,
	},
	{
		rule: "nested-option", name: "everywhere",
		wit: `interface i {
			record r { x: option<option<u8>>, y: option<u8> }
			type t = option<u8>;
			f: func(a: list<option<t>>) -> option<list<option<u8>>>;
		}`,
		want: `x: field ¬x¬ has an option of an option, ¬option<option<u8>>¬
		a: parameter ¬a¬ has an option of an option, ¬option<t>¬`,
	},
	{
		rule: "unused-use", name: "one of three",
		wit: `interface types { record a { x: u8 } record b { x: u8 } resource c; }
		interface i { use types.{a, b as d, c}; f: func(a: list<a>, c: borrow<c>); }
		interface again { use types.{a}; }`,
		want: `d: nothing in interface ¬i¬ refers to the used type ¬d¬`,
	},
	{
		rule: "unused-type", name: "records and resources",
		wit: `interface i {
			record a { x: b }
			record b { x: u8 }
			type c = a;
			resource lost { m: func() -> u8; }
			resource made { constructor(); }
			resource opened { open: static func() -> opened; }
			resource named { m: func(); }
			type alias = list<named>;
			resource borrowed { m: func(); }
			type lent = borrow<borrowed>;
			f: func(c: c, d: alias, e: lent);
		}
		interface types { record free { x: u8 } }
		interface j { record used-elsewhere { x: u8 } record nobodys { x: u8 } f: func(); }
		interface k { use j.{used-elsewhere}; f: func(a: used-elsewhere); }`,
		want: `lost: no function takes or returns resource ¬lost¬
		nobodys: nothing refers to record ¬nobodys¬`,
	},
	{
		rule: "unused-package", name: "one of four",
		wit: `package demo:app;
interface i { use demo:one/types.{r}; f: func(a: r); }
world w { import demo:four/four; }
-- deps/four/four.wit --
package demo:four;
interface four { f: func(); }
-- deps/one/one.wit --
package demo:one;
interface types { use demo:two/types.{r}; }
-- deps/two/two.wit --
package demo:two;
interface types { record r { x: u8 } }
-- deps/three/three.wit --
package demo:three;
interface three { use demo:two/types.{r}; }
`,
		want: `three: nothing in demo:app leads to package demo:three`,
	},
}
