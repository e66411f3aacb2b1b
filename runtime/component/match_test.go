package component_test

// Which types can stand in the place of which others.

import (
	"testing"
)

func TestSubtyping(t *testing.T) {
	record := func(label string, typ int) []byte { return bin(0x72, vec(bin(label, typ))) }
	variant := func(label string, payload ...int) []byte {
		if payload == nil {
			return bin(0x71, vec(bin(label, 0, 0)))
		}
		return bin(0x71, vec(bin(label, 1, payload[0], 0)))
	}
	// In instance and component types, function type 0 is () -> () and 1 is () -> u8.
	functions := bin(bin(1, fn(nil)), bin(1, fn(bin(u8Type))))
	instance := func(exports ...[]byte) []byte {
		return bin(0x42, num(uint64(2+len(exports))), functions, bytesOf(exports))
	}
	component := func(declarators ...[]byte) []byte {
		return bin(0x41, num(uint64(2+len(declarators))), functions, bytesOf(declarators))
	}
	for _, tt := range []struct {
		name          string
		wanted, given []byte
		rule          string // "" if it fits
	}{
		{"primitive", bin(u8Type), bin(u8Type), ""},
		{"other primitive", bin(u8Type), bin(u32Type), "u8 is wanted, but u32 is given"},
		{"other kind", bin(u8Type), fn(nil), "u8 is wanted, but a function type is given"},
		{"record", record("a", u8Type), record("a", u8Type), ""},
		{"other label", record("a", u8Type), record("b", u8Type), `a field named "a" is wanted, but "b" is given`},
		{"other field", record("a", u8Type), record("a", boolType), "field a: u8 is wanted, but bool is given"},
		{"more fields", record("a", u8Type), bin(0x72, vec(bin("a", u8Type), bin("b", u8Type))), "1 field wanted, 2 given"},
		{"variant", variant("a", u8Type), variant("a", u8Type), ""},
		{"other case", variant("a"), variant("b"), `a case named "a" is wanted, but "b" is given`},
		{"more payload", variant("a"), variant("a", u8Type), "case a: no type is wanted, but one is given"},
		{"no payload", variant("a", u8Type), variant("a"), "case a: a type is wanted, but none is given"},
		{"more cases", variant("a"), bin(0x71, vec(bin("a", 0, 0), bin("b", 0, 0))), "1 case wanted, 2 given"},
		{"tuple", bin(0x6f, vec(bin(u8Type))), bin(0x6f, vec(bin(u8Type))), ""},
		{"other tuple", bin(0x6f, vec(bin(u8Type))), bin(0x6f, vec(bin(charType))), "u8 is wanted, but char is given"},
		{"longer tuple", bin(0x6f, vec(bin(u8Type))), bin(0x6f, vec(bin(u8Type), bin(u8Type))), "1 tuple part wanted, 2 given"},
		{"flags", bin(0x6e, names("a", "b")), bin(0x6e, names("a", "b")), ""},
		{"other flags", bin(0x6e, names("a")), bin(0x6e, names("b")), `a flag named "a" is wanted, but "b" is given`},
		{"enum", bin(0x6d, names("a", "b")), bin(0x6d, names("a", "b")), ""},
		{"more labels", bin(0x6d, names("a")), bin(0x6d, names("a", "b")), "1 enum label wanted, 2 given"},
		{"enum for flags", bin(0x6e, names("a")), bin(0x6d, names("a")), "a flags type is wanted, but an enum type is given"},
		{"list", bin(0x70, u8Type), bin(0x70, u8Type), ""},
		{"other list", bin(0x70, u8Type), bin(0x70, u32Type), "u8 is wanted, but u32 is given"},
		{"fixed-length list", bin(0x67, u8Type, 2), bin(0x67, u8Type, 2), ""},
		{"list of any length", bin(0x67, u8Type, 2), bin(0x70, u8Type), "two lists do not have the same fixed length"},
		{"option", bin(0x6b, u8Type), bin(0x6b, u8Type), ""},
		{"other option", bin(0x6b, u8Type), bin(0x6b, charType), "u8 is wanted, but char is given"},
		{"result", bin(0x6a, 1, u8Type, 0), bin(0x6a, 1, u8Type, 0), ""},
		{"other error", bin(0x6a, 0, 1, u8Type), bin(0x6a, 0, 0), "error: a type is wanted, but none is given"},
		{"map", bin(0x63, stringType, u8Type), bin(0x63, stringType, u8Type), ""},
		{"other key", bin(0x63, stringType, u8Type), bin(0x63, u8Type, u8Type), "string is wanted, but u8 is given"},
		{"stream", bin(0x66, 1, u8Type), bin(0x66, 1, u8Type), ""},
		{"other stream", bin(0x66, 0), bin(0x66, 1, u8Type), "no type is wanted, but one is given"},
		{"future", bin(0x65, 0), bin(0x65, 0), ""},
		{"future for a stream", bin(0x66, 0), bin(0x65, 0), "a stream type is wanted, but a future type is given"},
		{"function", fn(bin(u8Type), bin("a", u8Type)), fn(bin(u8Type), bin("a", u8Type)), ""},
		{"async function", fn(nil), bin(0x43, vec(), 1, 0), "one function is async and the other is not"},
		{"more parameters", fn(nil), fn(nil, bin("a", u8Type)), "no parameters wanted, 1 given"},
		{"other parameter", fn(nil, bin("a", u8Type)), fn(nil, bin("b", u8Type)), `a parameter named "a" is wanted, but "b" is given`},
		{"other result", fn(bin(u8Type)), fn(bin(charType)), "result: u8 is wanted, but char is given"},
		{"instance with more", instance(), instance(bin(4, named("f"), 1, 0)), ""},
		{"instance with less", instance(bin(4, named("f"), 1, 0)), instance(), `export "f": it is wanted, but not given`},
		{
			"instance with another function", instance(bin(4, named("f"), 1, 0)), instance(bin(4, named("f"), 1, 1)),
			`export "f", result: no type is wanted, but one is given`,
		},
		{
			"instance with another sort", instance(bin(4, named("f"), 3, 1)), instance(bin(4, named("f"), 1, 1)),
			`export "f": a type is wanted, but a func is given`,
		},
		{"component that imports less", component(bin(3, named("f"), 1, 0)), component(), ""},
		{
			"component that imports more", component(), component(bin(3, named("f"), 1, 0)),
			`import "f": the component needs it, but will not get it`,
		},
		{"component that exports more", component(), component(bin(4, named("f"), 1, 0)), ""},
		{"component that exports less", component(bin(4, named("f"), 1, 0)), component(), `export "f": it is wanted, but not given`},
		{
			"component with resource types", component(bin(3, named("r"), 3, 1), bin(1, 0x69, 2), bin(1, fn(bin(3))), bin(4, named("f"), 1, 4)),
			component(bin(3, named("r"), 3, 1), bin(1, 0x69, 2), bin(1, fn(bin(3))), bin(4, named("f"), 1, 4)), "",
		},
		{
			"component with other resource types",
			component(bin(3, named("r"), 3, 1), bin(3, named("s"), 3, 1), bin(1, 0x69, 2), bin(1, fn(bin(4))), bin(4, named("f"), 1, 5)),
			component(bin(3, named("r"), 3, 1), bin(3, named("s"), 3, 1), bin(1, 0x69, 3), bin(1, fn(bin(4))), bin(4, named("f"), 1, 5)),
			`export "f", result: two resource types are not the same one`,
		},
		{"instance for a component", component(), instance(), "a component type is wanted, but an instance type is given"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			wasm := comp(
				nested(comp(types(tt.wanted), imports(bin(named("t"), 3, 0, 0)))), types(tt.given),
				instances(bin(0, 0, vec(bin("t", 3, 0)))))
			place := `argument "t": `
			if len(tt.rule) > 0 && hasPath(tt.rule) {
				place = `argument "t", `
			}
			checkRule(t, wasm, place, tt.rule)
		})
	}
}

// hasPath tells whether a rule begins with a path into the type.
func hasPath(rule string) bool {
	for _, step := range []string{"field ", "case ", "error:", "result:", "export ", "import "} {
		if len(rule) > len(step) && rule[:len(step)] == step {
			return true
		}
	}
	return false
}

// bytesOf joins parts.
func bytesOf(parts [][]byte) []byte {
	var out []byte
	for _, p := range parts {
		out = append(out, p...)
	}
	return out
}
