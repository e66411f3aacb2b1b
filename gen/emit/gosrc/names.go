package gosrc

import (
	"go/token"
	"go/types"
	"strings"
)

// initialisms are words that Go writes in one case, with the form they take in an exported name.
var initialisms = func() map[string]string {
	m := map[string]string{"ipv4": "IPv4", "ipv6": "IPv6"}
	for _, w := range strings.Fields(`acl api ascii cli cpu css dns eof gid gpu guid html http https id io ip ipc json jwt
		os pid qps ram rpc sql ssh tcp tls ttl tty udp ui uid uri url utc utf16 utf8 uuid vm
		wasi xml xss`) {
		m[w] = strings.ToUpper(w)
	}
	return m
}()

// GoName is the exported Go name of a WIT identifier: "http-error-code" becomes "HTTPErrorCode".
func GoName(wit string) string {
	var b strings.Builder
	for _, word := range strings.Split(wit, "-") {
		b.WriteString(goWord(word))
	}
	return b.String()
}

func goWord(word string) string {
	if form, ok := initialisms[strings.ToLower(word)]; ok {
		return form
	}
	return strings.ToUpper(word[:1]) + word[1:]
}

// LocalName is the unexported Go name of a WIT identifier. One that Go has given a meaning gets an
// underscore, which no WIT identifier can bring.
func LocalName(wit string) string {
	first, rest, _ := strings.Cut(wit, "-")
	name := strings.ToLower(first)
	if rest != "" {
		name += GoName(rest)
	}
	if Reserved(name) {
		name += "_"
	}
	return name
}

// Reserved reports whether Go gives the name a meaning of its own.
func Reserved(name string) bool {
	return token.IsKeyword(name) || types.Universe.Lookup(name) != nil
}

// Unexported lowers the first word of an exported Go name.
func Unexported(name string) string {
	if rest, ok := strings.CutPrefix(name, "IPv"); ok {
		return "ipv" + rest
	}
	n := 0
	for n < len(name) && name[n] >= 'A' && name[n] <= 'Z' {
		n++
	}
	if n > 1 && n < len(name) && name[n] >= 'a' && name[n] <= 'z' {
		n-- // the last capital begins the next word
	}
	return strings.ToLower(name[:n]) + name[n:]
}

// scope is a set of Go names that must differ from each other.
type Names map[string]bool

func NewNames(taken ...string) Names {
	s := Names{}
	for _, name := range taken {
		s[name] = true
	}
	return s
}

// Claim returns name, with underscores behind it if it is taken. The answer depends on the order of the
// claims, which is that of the declarations.
func (s Names) Claim(name string) string {
	for s[name] {
		name += "_"
	}
	s[name] = true
	return name
}
