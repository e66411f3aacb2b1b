package gosrc

import "testing"

func TestNames(t *testing.T) {
	for _, tt := range []struct{ wit, exported, local string }{
		{"now", "Now", "now"},
		{"input-stream", "InputStream", "inputStream"},
		{"http-error-code", "HTTPErrorCode", "httpErrorCode"},
		{"get-id", "GetID", "getID"},
		{"ipv4-address", "IPv4Address", "ipv4Address"},
		{"DNS-timeout", "DNSTimeout", "dnsTimeout"},
		{"a-b", "AB", "aB"},
		{"b10", "B10", "b10"},
		{"type", "Type", "type_"},
		{"string", "String", "string_"},
		{"len", "Len", "len_"},
		{"wasi", "WASI", "wasi"},
	} {
		if got := GoName(tt.wit); got != tt.exported {
			t.Errorf("goName(%q) = %q, want %q", tt.wit, got, tt.exported)
		}
		if got := LocalName(tt.wit); got != tt.local {
			t.Errorf("localName(%q) = %q, want %q", tt.wit, got, tt.local)
		}
	}
}

func TestUnexported(t *testing.T) {
	for name, want := range map[string]string{
		"Now": "now", "HTTPErrorCode": "httpErrorCode", "ID": "id", "IPv6URL": "ipv6URL", "U8": "u8", "AB": "ab",
	} {
		if got := Unexported(name); got != want {
			t.Errorf("unexported(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestClaim(t *testing.T) {
	s := NewNames("Host")
	for _, tt := range []struct{ want, got string }{
		{"Host_", s.Claim("Host")},
		{"Host__", s.Claim("Host")},
		{"Other", s.Claim("Other")},
		{"Other_", s.Claim("Other")},
	} {
		if tt.got != tt.want {
			t.Errorf("claimed %q, want %q", tt.got, tt.want)
		}
	}
}
