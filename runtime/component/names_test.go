package component_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	. "github.com/witan-os/witan/runtime/component"
)

func TestParseName(t *testing.T) {
	one := func(kind NameKind, version string) Name {
		return Name{Kind: kind, Namespaces: []string{"a"}, Package: "b", Path: []string{}, Version: version}
	}
	wasi := func(version string, canonical bool) Name {
		n := one(NameInterface, version)
		n.Namespaces, n.Package, n.Path, n.Canonical = []string{"wasi"}, "io", []string{"streams"}, canonical
		return n
	}
	for name, want := range map[string]Name{
		"a":                            {Label: "a"},
		"get-2-IDS":                    {Label: "get-2-IDS"}, // words may begin with digits, and differ in case
		"[constructor]r":               {Kind: NameConstructor, Resource: "r"},
		"[method]r.get-x":              {Kind: NameMethod, Resource: "r", Label: "get-x"},
		"[static]r.s":                  {Kind: NameStatic, Resource: "r", Label: "s"},
		"wasi:io/streams":              wasi("", false),
		"wasi:io/streams@0.2.0":        wasi("0.2.0", false),
		"wasi:io/streams@0.2.0-rc.1+b": wasi("0.2.0-rc.1+b", false),
		"wasi:io/streams@0.2":          wasi("0.2", true),
		"wasi:io/streams@0.0.3":        wasi("0.0.3", true),
		"wasi:io/streams@1":            wasi("1", true),
		"a:b:c/d/e": {
			Kind: NameInterface, Namespaces: []string{"a", "b"}, Package: "c", Path: []string{"d", "e"},
		},
		"url=<x>":                               {Kind: NameURL, URL: "x"},
		"url=<x>,integrity=<sha256-YQ==>":       {Kind: NameURL, URL: "x", Integrity: "sha256-YQ=="},
		"integrity=<sha256-YQ== sha512-YQ==?x>": {Kind: NameIntegrity, Integrity: "sha256-YQ== sha512-YQ==?x"},
		"locked-dep=<a:b>":                      one(NameLocked, ""),
		"locked-dep=<a:b@1.0.0>":                one(NameLocked, "1.0.0"),
		"unlocked-dep=<a:b>":                    one(NameUnlocked, ""),
		"unlocked-dep=<a:b@*>":                  one(NameUnlocked, "*"),
		"unlocked-dep=<a:b@{>=1.0.0}>":          one(NameUnlocked, "{>=1.0.0}"),
		"unlocked-dep=<a:b@{<2.0.0}>":           one(NameUnlocked, "{<2.0.0}"),
		"unlocked-dep=<a:b@{>=1.0.0 <2.0.0}>":   one(NameUnlocked, "{>=1.0.0 <2.0.0}"),
	} {
		got, err := ParseName(name)
		if err != nil {
			t.Errorf("%q: %v", name, err)
		} else if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", name, diff)
		}
	}
}

func TestParseNameRefuses(t *testing.T) {
	for _, name := range []string{
		"", "-", "a-", "-a", "a--b", "1a", "aB", "Ab", "a_b", "a.b", "a/b", "ä", "a b",
		"[constructor]", "[constructor]r.m", "[method]r", "[method]r.", "[method].m", "[method]r.m.n", "[static]r", "[set]r",
		"a:b", "a:b@1.0.0", "a:/c", ":b/c", "A:b/c", "a:B/c", "a:b/", "a:b/c@", "a:b/c@1.0", "a:b/c@01.0.0", "a:b/c@1.0.0-",
		"a:b/c@1.0.0-01", "a:b/c@1.0.0+", "a:b/c@0", "a:b/c@0.0", "a:b/c@1.0.0@2", "a:b/c@v1.0.0",
		"url=<a", "url=<a<b>", "url=<a>x", "url=<a>,integrity=<>", "url=<a>,integrity=<md5-YQ==>", "integrity=<sha256->",
		"integrity=<sha256-YQ==>x", "integrity=<sha256-Y*==>", "integrity=<sha256-YQ===>", "locked-dep=<a>", "locked-dep=<a:b/c>",
		"locked-dep=<a:b@1>", "locked-dep=<a:b", "unlocked-dep=<a:b@1.0.0>", "unlocked-dep=<a:b@{}>", "unlocked-dep=<a:b@{<1.0.0 >=2.0.0}>",
		"unlocked-dep=<a:b@{>=1.0.0", "unlocked-dep=<a:b",
	} {
		if n, err := ParseName(name); err == nil {
			t.Errorf("%q is accepted as %+v", name, n)
		}
	}
}

func TestInterface(t *testing.T) {
	for name, want := range map[string]string{
		"wasi:io/streams@0.2.0": "wasi:io/streams",
		"a:b:c/d/e":             "a:b:c/d/e",
		"run":                   "",
		"locked-dep=<a:b>":      "",
	} {
		n, err := ParseName(name)
		if err != nil {
			t.Fatal(err)
		}
		if got := n.Interface(); got != want {
			t.Errorf("the interface of %q is %q, want %q", name, got, want)
		}
	}
}

// TestAlikeNames imports two functions whose names generated code could not tell from each other, or could.
func TestAlikeNames(t *testing.T) {
	for _, tt := range []struct {
		a, b  string
		clash bool
	}{
		{"a", "b", false},
		{"get-url", "get-URL", true},
		{"a:b/c", "a:b/c@1.0.0", false},
		{"a:b/c@1.0.0", "a:b/c@1.0.1", false},
		{"url=<a>", "url=<A>", false},
	} {
		wasm := comp(types(bin(0x42, vec())), imports(bin(named(tt.a), 5, 0), bin(named(tt.b), 5, 0)))
		if _, err := Decode(wasm); (err != nil) != tt.clash {
			t.Errorf("%q and %q: %v, want a clash: %t", tt.a, tt.b, err, tt.clash)
		}
	}
	for _, tt := range []struct {
		a, b  string
		clash bool
	}{
		{"[method]r.m", "[static]r.n", false},
		{"[method]r.m", "[static]r.M", true},
		{"[method]r.m", "m", false},
		{"[constructor]r", "[method]r.r", true},
		{"[constructor]r", "[method]r.m", false},
	} {
		wasm := comp(
			imports(bin(named("r"), 3, 1)), types(bin(0x69, 0), bin(0x68, 0), fn(bin(1), bin("self", 2))),
			imports(bin(named(tt.a), 1, 3), bin(named(tt.b), 1, 3)))
		if _, err := Decode(wasm); (err != nil) != tt.clash {
			t.Errorf("%q and %q: %v, want a clash: %t", tt.a, tt.b, err, tt.clash)
		}
	}
}
