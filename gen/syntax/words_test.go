package syntax

import (
	"strings"
	"testing"

	"github.com/witan-os/witan/internal/diag"
)

func TestIdentifiers(t *testing.T) {
	long := strings.Repeat("a", MaxIdentifier)
	tests := []struct {
		name string
		fine bool
	}{
		{"a", true},
		{"a1", true},
		{"a-b", true},
		{"a-1-b", true},
		{"a-1b", true},
		{"HTTP", true},
		{"HTTP-version2", true},
		{"get-URL", true},
		{long, true},
		{"", false},
		{"1", false},
		{"1a", false},
		{"-", false},
		{"a-", false},
		{"-a", false},
		{"a--b", false},
		{"a_b", false},
		{"aB", false},
		{"Ab", false},
		{"b-aB", false},
		{"café", false},
		{long + "a", false},
	}
	for _, tt := range tests {
		if message, _ := checkIdentifier(tt.name); (message == "") != tt.fine {
			t.Errorf("%.40q: fine should be %t: %s", tt.name, tt.fine, message)
		}
	}
}

func TestVersions(t *testing.T) {
	tests := []struct {
		text   string
		length int // of the version at the beginning
		fine   bool
	}{
		{"1.2.3", 5, true},
		{"0.0.0;", 5, true},
		{"1.0.1--", 7, true},
		{"1.0.1-a+a {", 9, true},
		{"1.0.0-11-a.0.x-y+001.2-3", 24, true},
		{"1.0.0-x.{", 7, true},
		{"1.0.0.{", 5, true},
		{"1.0.0+b.{", 7, true},
		{"1.0.0-", 5, true},
		{"18446744073709551615.0.0", 24, true},
		{"18446744073709551616.0.0", 24, false},
		{"01.0.0", 6, false},
		{"1.0.0-01", 8, false},
		{"1.0.0-01a", 9, true},
		{"1.0", 0, false},
		{"1.0.", 0, false},
		{"1..0", 0, false},
		{"v1.0.0", 0, false},
		{"", 0, false},
	}
	for _, tt := range tests {
		n := versionLen(tt.text)
		if n != tt.length {
			t.Errorf("%q: length %d, want %d", tt.text, n, tt.length)
			continue
		}
		if why := checkVersion(tt.text[:n]); n > 0 && (why == "") != tt.fine {
			t.Errorf("%q: fine should be %t: %s", tt.text, tt.fine, why)
		}
	}
}

func TestStrings(t *testing.T) {
	tests := []struct {
		literal string // what the value of a wrong one is does not matter
		value   string
		fine    bool
	}{
		{`""`, "", true},
		{`"a b"`, "a b", true},
		{`"☃"`, "☃", true},
		{`"\t\n\r\"\'\\"`, "\t\n\r\"'\\", true},
		{`"\e2\98\83"`, "☃", true},
		{`"\u{2603}\u{1_F600}"`, "☃😀", true},
		{`"// no comment"`, "// no comment", true},
		{`"\e2"`, "", false},
		{`"\q"`, "", false},
		{`"\u{}"`, "", false},
		{`"\u{_1}"`, "", false},
		{`"\u{1_}"`, "", false},
		{`"\u{d800}"`, "", false},
		{`"\u{110000}"`, "", false},
		{`"\u{fffffffffffffffffffff}"`, "", false},
		{`"\u{12"`, "", false},
		{`"\`, "", false},
		{`"`, "", false},
		{"\"a\nb\"", "", false},
	}
	for _, tt := range tests {
		p := newParser(diag.NewSource("x.wit", tt.literal))
		p.advance()
		if fine := p.errors.Err() == nil; fine != tt.fine {
			t.Errorf("%s: fine is %t: %v", tt.literal, fine, p.errors.Err())
			continue
		}
		if !tt.fine {
			continue
		}
		if !p.at(stringLiteral) || int(p.tok.End) != len(tt.literal) || unquote(tt.literal) != tt.value {
			t.Errorf("%s: %s of %q, want %q", tt.literal, p.found(), unquote(tt.literal), tt.value)
		}
	}
}

// Every keyword can be escaped, and is no identifier otherwise.
func TestKeywords(t *testing.T) {
	for word := range keywords {
		for text, fine := range map[string]bool{"interface %" + word + " {}": true, "interface " + word + " {}": false} {
			files, list := Parse(diag.NewSource("x.wit", text))
			if (list.Err() == nil) != fine {
				t.Errorf("%s: %v", text, list.Err())
			}
			if fine && files[0].Items[0].(*Interface).Name.Name != word {
				t.Errorf("%s: got %+v", text, files[0].Items[0])
			}
		}
	}
}

// What a name and a colon mean in a world depends on what follows, and on the space around the colon.
func TestExternForms(t *testing.T) {
	tests := []struct{ text, want string }{
		{"a", "path a"},
		{"a:b/c", "path a:b c"},
		{"a : b / c", "path a:b c"},
		{"a:b/c@1.0.0", "path a:b@1.0.0 c"},
		{"a: b", "name a path b"},
		{"a :b", "name a path b"},
		{"a:/**/b", "name a path b"},
		{"a: b:c/d", "name a path b:c d"},
		{"a:b:c/d@1.0.0", "name a path b:c@1.0.0 d"},
		{"a: func()", "name a func"},
		{"a:async func()", "name a func"},
		{"a: interface {}", "name a interface"},
		{"a:b", ""},
		{"a: b:c", ""},
		{"a:", ""},
		{"func()", ""},
	}
	for _, tt := range tests {
		text := "world w { import " + tt.text + "; }"
		if strings.HasSuffix(tt.text, "}") {
			text = "world w { import " + tt.text + " }"
		}
		files, list := Parse(diag.NewSource("x.wit", text))
		got := ""
		if list.Err() == nil {
			got = describeExtern(files[0].Items[0].(*World).Items[0].(*Import).Extern)
		}
		if got != tt.want {
			t.Errorf("%s: got %q, want %q (%v)", tt.text, got, tt.want, list.Err())
		}
	}
}

func describeExtern(e Extern) string {
	path := func(p UsePath) string {
		if p.Package == nil {
			return "path " + p.Name.Name
		}
		return "path " + p.Package.String() + " " + p.Name.Name
	}
	switch e := e.(type) {
	case *ExternPath:
		return path(e.Path)
	case *ExternNamedPath:
		return "name " + e.Name.Name + " " + path(e.Path)
	case *ExternFunc:
		return "name " + e.Name.Name + " func"
	case *ExternInterface:
		return "name " + e.Name.Name + " interface"
	}
	return "unknown"
}
