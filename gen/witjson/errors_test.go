package witjson_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/witan-os/witan/gen/witjson"
)

// small is a document with something of everything that can be wrong.
const small = `{
  "worlds": [{"name": "w", "package": 0,
    "imports": {
      "interface-0": {"interface": {"id": 0, "stability": {"unstable": {"feature": "x"}}}},
      "in-place": {"interface": {"id": 1}},
      "own": {"type": 4},
      "list": {"type": 6},
      "run": {"function": {"name": "run", "kind": "async-freestanding", "params": []}}
    },
    "exports": {}
  }],
  "interfaces": [
    {"name": "i", "types": {"r": 0, "rec": 3}, "functions": {
      "[method]r.get": {"name": "[method]r.get", "kind": {"method": 0}, "params": [{"name": "self", "type": 1}], "result": 3},
      "[constructor]r": {"name": "[constructor]r", "kind": {"constructor": 0}, "params": [], "result": 5},
      "f": {"name": "f", "kind": "freestanding", "params": [{"name": "a", "type": "u8"}, {"name": "b", "type": 2}], "result": "u8"}
    }, "stability": {"stable": {"since": "1.0.0", "deprecated": "1.1.0"}}, "package": 0},
    {"name": null, "types": {}, "functions": {}, "package": 0}
  ],
  "types": [
    {"name": "r", "kind": "resource", "owner": {"interface": 0}},
    {"name": null, "kind": {"handle": {"borrow": 0}}, "owner": null},
    {"name": null, "kind": {"map": ["u8", "string"]}, "owner": null},
    {"name": "rec", "kind": {"record": {"fields": [{"name": "x", "type": 2}, {"name": "y", "type": "u8"}]}}, "owner": {"interface": 0}},
    {"name": "own", "kind": {"type": 3}, "owner": {"world": 0}},
    {"name": null, "kind": {"handle": {"own": 0}}, "owner": null},
    {"name": "list", "kind": {"list": "u8"}, "owner": {"world": 0}},
    {"name": null, "kind": {"fixed-length-list": ["u8", 4]}, "owner": null}
  ],
  "packages": [{"name": "a:b@1.0.0", "interfaces": {"i": 0}, "worlds": {"w": 0}}]
}`

func TestSmall(t *testing.T) {
	tree, err := witjson.Decode([]byte(small))
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, f := range tree.Root.Interfaces[0].Funcs {
		lines = append(lines, f.String())
	}
	want := "get: func() -> rec\nconstructor()\nf: func(a: u8, b: map<u8, string>) -> u8"
	if got := strings.Join(lines, "\n"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestErrors(t *testing.T) {
	tests := []struct{ old, new, want string }{
		// The text and its form.
		{small, ``, "byte 0: unexpected EOF"},
		{small, `[1, 2`, "byte 5: unexpected EOF"},
		{small, `{"a": 1,}`, "byte 8: invalid character"},
		{small, small + "{}", "there is more behind the document"},
		{small, "\"\xff\"", "it is not UTF-8"},
		{small, "[]", "document: an array, want an object"},
		{small, strings.Repeat("[", 20), "byte 17: more than 16 values inside of each other"},
		{small, "[" + strings.Repeat("0,", 500_000) + "0]", "more than 500000 values"},
		{small, strings.Repeat(" ", witjson.MaxSize+1), "at most 16777216 are allowed"},
		{`"exports": {}`, `"exports": []`, "worlds[0].exports: an array, want an object"},
		{`"exports": {}`, `"exports": {"a": {}}`, "worlds[0].exports.a: 0 members, want the one"},
		{`"exports": {}`, `"exports": {"a": {"x": 0}}`, "worlds[0].exports.a.x: want interface, function or type"},
		{`"package": 0,` + "\n", ``, `worlds[0]: member "package" is missing`},
		{`"types": [`, `"kinds": [`, "kinds: unknown member"},
		{`"own": {"type": 4}`, `"own": {"type": 4}, "own": {"type": 4}`, "worlds[0].imports.own: the object has this key twice"},
		{`"[method]r.get": {`, `"[method]r.get": {"more": true, `, `interfaces[0].functions["[method]r.get"].more: unknown member`},
		{`"[method]r.get": {`, `"` + strings.Repeat("é", 99) + `": {`, `interfaces[0].functions["\u00e9`},

		// Names.
		{`"a:b@1.0.0"`, `"a:b@1.0"`, `packages[0].name: "a:b@1.0" is no name of a package`},
		{`"a:b@1.0.0"`, `"a"`, `packages[0].name: "a" is no name of a package`},
		{`"name": "w"`, `"name": "W w"`, `worlds[0].name: "W w" is no WIT name`},
		{`"in-place"`, `"in_place"`, `worlds[0].imports.in_place: "in_place" is no WIT name`},
		{`"name": "y"`, `"name": "x"`, `types[3].kind.record.fields[1].name: "x" is there twice`},
		{`"name": "b"`, `"name": "a"`, `interfaces[0].functions.f.params[1].name: "a" is there twice`},
		{`"name": "b"`, `"name": ""`, `interfaces[0].functions.f.params[1].name: "" is no WIT name`},
		{`"name": "f"`, `"name": "g"`, `interfaces[0].functions.f: its name is "g"`},
		{`"name": "rec"`, `"name": "rec2"`, `types[3]: "a:b/i@1.0.0" lists it as "rec"`},
		{`"1.1.0"`, `"1.1"`, `interfaces[0].stability.stable.deprecated: "1.1" is no version`},
		{`{"feature": "x"}`, `{"feature": "?"}`, `stability.unstable.feature: "?" is no WIT name`},
		{`{"unstable": {"feature": "x"}}`, `{"open": {}}`, `worlds[0].imports.interface-0.interface.stability: want stable or unstable`},

		{`"name": "y"`, `"name": "X"`, `types[3].kind.record.fields[1].name: "x" is there twice`},
		{`"f": {"name": "f"`, `"rec": {"name": "rec"`, `interfaces[0].functions.rec: "rec" is there twice`},
		{`"run": {"function": {"name": "run"`, `"OWN": {"function": {"name": "OWN"`, `worlds[0].imports.OWN: "own" is there twice`},

		// What belongs where.
		{`[{"name": "a:b@1.0.0", "interfaces": {"i": 0}, "worlds": {"w": 0}}]`, `[]`, "document: there is no package"},
		{`"packages": [`, `"packages": [{"name": "a:b@1.0.0", "interfaces": {}, "worlds": {}},`, `packages[1].name: package "a:b@1.0.0" is there twice`},
		{`"interfaces": {"i": 0}`, `"interfaces": {}`, "interfaces[0]: package a:b@1.0.0 does not list it"},
		{`"interfaces": {"i": 0}`, `"interfaces": {"i": 2}`, "packages[0].interfaces.i: 2 is no index below 2"},
		{`"interfaces": {"i": 0}`, `"interfaces": {"j": 0}`, `packages[0].interfaces.j: this is "i" of package a:b@1.0.0`},
		{`"worlds": {"w": 0}`, `"worlds": {}`, "worlds[0]: package a:b@1.0.0 does not list it"},
		{`"in-place": {"interface": {"id": 1}},`, ``, "interfaces[1]: it has no name, and no world has it in place"},
		{`"exports": {}`, `"exports": {"again": {"interface": {"id": 1}}}`, `worlds[0].exports.again.interface.id: the interface has no name and is "in-place"`},
		{`"rec": 3`, `"rec": 3, "rec2": 3`, `interfaces[0].types.rec2: the type is "rec" of "a:b/i@1.0.0" already`},
		{`"rec": 3`, `"rec": -1`, `interfaces[0].types.rec: -1 is no index below 8`},
		{`"rec": 3`, `"rec": 1e9`, `interfaces[0].types.rec: 1e9 is no index below 8`},
		{`, "rec": 3`, ``, "types[3]: it has a name or owner, and nothing lists it"},
		{`"kind": {"type": 3}, "owner": {"world": 0}`, `"kind": {"type": 3}, "owner": {"interface": 0}`, `types[4].owner: the type is listed by "a:b/w@1.0.0"`},
		{`"kind": {"type": 3}, "owner": {"world": 0}`, `"kind": {"type": 3}, "owner": null`, `types[4].owner: null, want an object`},
		{`"exports": {}`, `"exports": {"own": {"type": 4}}`, "worlds[0].exports.own: it is declared by the world, and is no export"},
		{`"exports": {}`, `"exports": {"own": {"type": 3}}`, `worlds[0].exports.own.type: no type of the world can be here`},

		// Types.
		{`{"type": 3}`, `{"type": 4}`, "types[4].kind.type: 4 is no index below 4"},
		{`{"type": 3}`, `{"type": 5}`, "types[4].kind.type: 5 is no index below 4"},
		{`{"type": 3}`, `"record"`, `types[4].kind: "record" is no type`},
		{`{"type": 3}`, `{"union": 3}`, `types[4].kind: "union" is no type`},
		{`{"type": 3}`, `{"type": "u128"}`, `types[4].kind.type: "u128" is no type`},
		{`{"type": 3}`, `{"list": 0}`, `types[4].kind.list: resource "r" is no value without own or borrow`},
		{`{"type": 3}`, `{"variant": {"cases": []}}`, `types[4].kind.variant.cases: there are no cases`},
		{`{"type": 3}`, `{"enum": {"cases": []}}`, `types[4].kind.enum.cases: there are no cases`},
		{`{"fixed-length-list": ["u8", 4]}`, `{"record": {"fields": []}}`, "types[7]: a record has a name"},
		{`["u8", 4]`, `["u8", 0]`, "types[7].kind.fixed-length-list[1]: 0 is no length of a list"},
		{`["u8", 4]`, `["u8", 4294967296]`, "types[7].kind.fixed-length-list[1]: 4294967296 is no length of a list"},
		{`["u8", 4]`, `["u8"]`, "types[7].kind.fixed-length-list: 1 elements, want 2"},
		{`["u8", "string"]`, `["f32", "string"]`, "types[2].kind.map[0]: a map's key must be"},
		{`{"own": 0}`, `{"own": 3}`, "types[5].kind.handle.own: type 3 is no resource"},
		{`{"own": 0}`, `{"lent": 0}`, "types[5].kind.handle.lent: want own or borrow"},

		{`{"list": "u8"}`, `{"tuple": {"types": [4]}}`, ""},
		{`{"list": "u8"}`, `{"tuple": {"types": [3]}}`, `types[6].kind: the type has names of "a:b/i@1.0.0" inside, which "a:b/w@1.0.0" does not have`},
		{`"result": "u8"`, `"result": 4`, `functions.f.result: the type has names of "a:b/w@1.0.0" inside, which "a:b/i@1.0.0" does not have`},

		// Functions.
		{`"result": "u8"`, `"result": 1`, "interfaces[0].functions.f.result: a result can have no borrow inside"},
		{`"result": "u8"`, `"results": [{"type": "u8"}]`, ""},
		{`"result": "u8"`, `"results": [{"type": "u8"}, {"type": "u8"}]`, "interfaces[0].functions.f.results: functions with several results"},
		{`"kind": "freestanding"`, `"kind": "sync"`, `interfaces[0].functions.f.kind: "sync" is no kind of function`},
		{`"kind": {"method": 0}`, `"kind": {"getter": 0}`, `kind.getter: unknown kind of function`},
		{`"kind": {"method": 0}`, `"kind": {"static": 0}`, `kind.static: the name of the function does not begin with "[static]r."`},
		{`"kind": {"method": 0}`, `"kind": {"method": 2}`, `kind.method: type 2 is no resource`},
		{`"kind": {"method": 0}`, `"kind": "freestanding"`, `["[method]r.get"].name: "[method]r.get" is no WIT name`},
		{`"params": [{"name": "self", "type": 1}]`, `"params": []`, `["[method]r.get"]: a method's first parameter is self`},
		{`"params": [{"name": "self", "type": 1}]`, `"params": [{"name": "self", "type": 5}]`, `["[method]r.get"]: a method's first parameter is self`},
		{`"params": [], "result": 5`, `"params": [], "result": 3`, `["[constructor]r"]: a constructor's result is its resource`},
		{`"params": [], "result": 5`, `"params": []`, `["[constructor]r"]: a constructor's result is its resource`},
	}
	for _, tt := range tests {
		if strings.Count(small, tt.old) != 1 {
			t.Fatalf("%d times in the document: %s", strings.Count(small, tt.old), tt.old)
		}
		_, err := witjson.Decode([]byte(strings.Replace(small, tt.old, tt.new, 1)))
		switch {
		case tt.want == "" && err != nil:
			t.Errorf("%.80s: %v", tt.new, err)
		case tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)):
			t.Errorf("%.80s: got %v, want an error with %s", tt.new, err, tt.want)
		}
	}
}

// TestNamesOfNames reads chains of aliases, which other code follows.
func TestNamesOfNames(t *testing.T) {
	for _, n := range []int{500, 502} {
		var listed, types []string
		for i := range n {
			kind := `"u8"`
			if i > 0 {
				kind = fmt.Sprint(i - 1)
			}
			listed = append(listed, fmt.Sprintf(`"t%d": %d`, i, i))
			types = append(types, fmt.Sprintf(`{"name": "t%d", "kind": {"type": %s}, "owner": {"interface": 0}}`, i, kind))
		}
		_, err := witjson.Decode(fmt.Appendf(nil, `{"worlds": [], "types": [%s],
			"interfaces": [{"name": "i", "types": {%s}, "functions": {}, "package": 0}],
			"packages": [{"name": "a:b", "interfaces": {"i": 0}, "worlds": {}}]}`, strings.Join(types, ","), strings.Join(listed, ",")))
		if (err == nil) != (n == 500) {
			t.Errorf("%d: %v", n, err)
		}
	}
}

// types is a document of which each type is as given.
func types(n int, kind func(i int) string) []byte {
	var list []string
	for i := range n {
		list = append(list, fmt.Sprintf(`{"name": null, "kind": %s, "owner": null}`, kind(i)))
	}
	return fmt.Appendf(nil, `{"worlds": [], "interfaces": [{"name": "i", "types": {}, "package": 0,
		"functions": {"f": {"name": "f", "kind": "freestanding", "params": [{"name": "x", "type": %d}]}}}],
		"types": [%s], "packages": [{"name": "a:b", "interfaces": {"i": 0}, "worlds": {}}]}`, n-1, strings.Join(list, ","))
}

// two is a document with an interface that uses a type of another one.
const two = `{
  "worlds": [],
  "interfaces": [
    {"name": "user", "types": {"t": 1}, "functions": {}, "package": 0},
    {"name": "used", "types": {"t": 0}, "functions": {}, "package": 1}
  ],
  "types": [
    {"name": "t", "kind": {"type": "u8"}, "owner": {"interface": 1}},
    {"name": "t", "kind": {"type": 0}, "owner": {"interface": 0}}
  ],
  "packages": [
    {"name": "a:a", "interfaces": {"user": 0}, "worlds": {}},
    {"name": "b:b", "interfaces": {"used": 1}, "worlds": {}}
  ]
}`

// TestOrder reads what is used behind what uses it.
func TestOrder(t *testing.T) {
	world := []string{
		`"worlds": []`, `"worlds": [{"name": "w", "imports": {"x": {"interface": {"id": 1}}}, "exports": {}, "package": 0}]`,
		`"worlds": {}`, `"worlds": {"w": 0}`,
		`{"type": 0}`, `{"type": "u8"}`,
	}
	for _, tt := range []struct {
		edits []string
		want  string
	}{
		{[]string{`{"type": 0}`, `{"type": "u8"}`}, ""},
		{nil, "types[1].kind: interface 0 can't use interface 1, which does not stand before it"},
		{world, "worlds[0].imports.x.interface: package a:a can't use package b:b, which does not stand before it"},
	} {
		text := two
		for i := 0; i < len(tt.edits); i += 2 {
			text = strings.Replace(text, tt.edits[i], tt.edits[i+1], 1)
		}
		_, err := witjson.Decode([]byte(text))
		if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
			t.Errorf("got %v, want %q", err, tt.want)
		}
	}
}

// TestSharedParts reads types that are small in JSON and endless when they are written out.
func TestSharedParts(t *testing.T) {
	pairs := func(i int) string {
		if i == 0 {
			return `{"list": "u8"}`
		}
		return fmt.Sprintf(`{"tuple": {"types": [%d, %d]}}`, i-1, i-1)
	}
	lists := func(i int) string {
		if i == 0 {
			return `{"list": "u8"}`
		}
		return fmt.Sprintf(`{"list": %d}`, i-1)
	}
	wide := func(i int) string {
		if i == 0 {
			return `{"list": "u8"}`
		}
		part := fmt.Sprint(i - 1)
		return fmt.Sprintf(`{"tuple": {"types": [%s]}}`, part+strings.Repeat(","+part, 1000))
	}
	for _, tt := range []struct {
		data []byte
		want string
	}{
		{types(90, wide), "too large when their parts are written out"},
		{types(16, pairs), ""},
		{types(60, pairs), "too large when their parts are written out"},
		{types(99, lists), ""},
		{types(200, lists), "more than 100 types inside of each other, or 500 with those behind names"},
	} {
		_, err := witjson.Decode(tt.data)
		if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
			t.Errorf("got %v, want %q", err, tt.want)
		}
	}
}
