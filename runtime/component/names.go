package component

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// NameKind says which form the name of an import or export has.
type NameKind uint8

// The forms of names. The last four were removed from the specification in 2026; programs have them.
const (
	NamePlain       NameKind = iota // a label
	NameConstructor                 // [constructor]resource
	NameMethod                      // [method]resource.label
	NameStatic                      // [static]resource.label
	NameInterface                   // namespace:package/interface@version
	NameURL                         // url=<…>, perhaps with integrity=<…>
	NameIntegrity                   // integrity=<…> alone
	NameLocked                      // locked-dep=<namespace:package@version>, perhaps with integrity=<…>
	NameUnlocked                    // unlocked-dep=<namespace:package@{range}>
)

// Name is a parsed name of an import or export.
type Name struct {
	Kind NameKind
	// Label is the label of a plain name, and of a method or static function within its resource.
	Label string
	// Resource is the label of the resource of a constructor, method or static function.
	Resource string
	// Namespaces and Package lead to the package, and Path to the interface in it: one namespace and one
	// step, unless nested namespaces are used. Dependencies have no path.
	Namespaces []string
	Package    string
	Path       []string
	// Version is the version without its @, "" for none. For a dependency that is not locked it is the
	// range: "*", or bounds such as {>=1.2.0 <2.0.0}.
	Version string
	// Canonical says that Version is only the semver track, such as 0.2.
	Canonical bool
	// URL and Integrity are what stands between the brackets.
	URL       string
	Integrity string
}

// Interface returns the name of the interface without its version, "" if the name is of another kind.
func (n Name) Interface() string {
	if n.Kind != NameInterface {
		return ""
	}
	return strings.Join(n.Namespaces, ":") + ":" + n.Package + "/" + strings.Join(n.Path, "/")
}

// ParseName takes the name of an import or export apart. It accepts every form, including nested
// namespaces and canonical versions, whose use is a matter of [Features].
func ParseName(s string) (Name, error) {
	for _, form := range []struct {
		prefix string
		parse  func(string) (Name, error)
	}{
		{"[constructor]", parseConstructor},
		{"[method]", func(s string) (Name, error) { return parseMember(NameMethod, s) }},
		{"[static]", func(s string) (Name, error) { return parseMember(NameStatic, s) }},
		{"url=<", parseURL},
		{"integrity=<", parseIntegrityName},
		{"locked-dep=<", parseLocked},
		{"unlocked-dep=<", parseUnlocked},
	} {
		if rest, ok := strings.CutPrefix(s, form.prefix); ok {
			return form.parse(rest)
		}
	}
	switch {
	case s == "":
		return Name{}, errors.New("the name is empty")
	case s[0] == '[':
		return Name{}, fmt.Errorf("the annotation of %q is unknown: there are [constructor], [method] and [static]", clip(s))
	case strings.Contains(s, ":"):
		return parseInterface(s)
	case !isLabel(s):
		return Name{}, notLabel(s)
	}
	return Name{Kind: NamePlain, Label: s}, nil
}

func parseConstructor(s string) (Name, error) {
	if !isLabel(s) {
		return Name{}, notLabel(s)
	}
	return Name{Kind: NameConstructor, Resource: s}, nil
}

func parseMember(kind NameKind, s string) (Name, error) {
	resource, label, ok := strings.Cut(s, ".")
	switch {
	case !ok:
		return Name{}, fmt.Errorf("%q lacks the dot between a resource and its function", clip(s))
	case !isLabel(resource):
		return Name{}, notLabel(resource)
	case !isLabel(label):
		return Name{}, notLabel(label)
	}
	return Name{Kind: kind, Resource: resource, Label: label}, nil
}

func parseInterface(s string) (Name, error) {
	n := Name{Kind: NameInterface}
	path, version, versioned := strings.Cut(s, "@")
	if err := n.parsePackage(path); err != nil {
		return Name{}, err
	}
	if len(n.Path) == 0 {
		return Name{}, fmt.Errorf("%q names a package but no interface in it", clip(s))
	}
	if versioned {
		n.Version = version
		n.Canonical = isTrack(version)
		if !n.Canonical && !isSemver(version) {
			return Name{}, fmt.Errorf("%q is not a semantic version", clip(version))
		}
	}
	return n, nil
}

// parsePackage takes apart namespace:package/path, with further namespaces and steps.
func (n *Name) parsePackage(s string) error {
	steps := strings.Split(s, "/")
	words := strings.Split(steps[0], ":")
	for _, w := range words {
		if !isLowerLabel(w) {
			return fmt.Errorf("%q is not a name in lower case words between dashes", clip(w))
		}
	}
	if len(words) < 2 {
		return fmt.Errorf("%q lacks the colon between a namespace and a package", clip(s))
	}
	for _, step := range steps[1:] {
		if !isLabel(step) {
			return notLabel(step)
		}
	}
	n.Namespaces, n.Package, n.Path = words[:len(words)-1], words[len(words)-1], steps[1:]
	return nil
}

// nested tells whether the name needs the feature of nested namespaces.
func (n Name) nested() bool { return len(n.Namespaces) > 1 || len(n.Path) > 1 }

func parseURL(s string) (Name, error) {
	url, rest, ok := strings.Cut(s, ">")
	if !ok || strings.Contains(url, "<") {
		return Name{}, errors.New("the brackets of url=<…> do not match")
	}
	n := Name{Kind: NameURL, URL: url}
	return n, n.parseHash(rest)
}

func parseIntegrityName(s string) (Name, error) {
	n := Name{Kind: NameIntegrity}
	return n, n.parseHash(",integrity=<" + s)
}

// parseHash reads the integrity that may follow the brackets of another form.
func (n *Name) parseHash(s string) error {
	if s == "" {
		return nil
	}
	s, ok := strings.CutPrefix(s, ",integrity=<")
	if !ok {
		return fmt.Errorf("%q stands after the brackets, where only ,integrity=<…> may", clip(s))
	}
	hash, rest, ok := strings.Cut(s, ">")
	if !ok || rest != "" {
		return errors.New("integrity=<…> does not end with its bracket")
	}
	if !isIntegrity(hash) {
		return fmt.Errorf("%q is not a list of sha256, sha384 or sha512 hashes in base 64", clip(hash))
	}
	n.Integrity = hash
	return nil
}

func parseLocked(s string) (Name, error) {
	inner, rest, ok := strings.Cut(s, ">")
	if !ok {
		return Name{}, errors.New("locked-dep=<…> lacks its closing bracket")
	}
	n := Name{Kind: NameLocked}
	path, version, versioned := strings.Cut(inner, "@")
	if err := n.parseDependency(path); err != nil {
		return Name{}, err
	}
	if versioned && !isSemver(version) {
		return Name{}, fmt.Errorf("%q is not a semantic version", clip(version))
	}
	n.Version = version
	return n, n.parseHash(rest)
}

func parseUnlocked(s string) (Name, error) {
	// A range holds brackets of its own, so the name ends at the last one.
	inner, ok := strings.CutSuffix(s, ">")
	if !ok {
		return Name{}, errors.New("unlocked-dep=<…> does not end with its bracket")
	}
	n := Name{Kind: NameUnlocked}
	path, versions, versioned := strings.Cut(inner, "@")
	if err := n.parseDependency(path); err != nil {
		return Name{}, err
	}
	if versioned && !isRange(versions) {
		return Name{}, fmt.Errorf("%q is not a range of versions such as * or {>=1.2.0 <2.0.0}", clip(versions))
	}
	n.Version = versions
	return n, nil
}

func (n *Name) parseDependency(path string) error {
	if err := n.parsePackage(path); err != nil {
		return err
	}
	if len(n.Path) != 0 && len(n.Namespaces) == 1 {
		return fmt.Errorf("%q names an interface, where a package is needed", clip(path))
	}
	return nil
}

// isRange accepts * and braces with a lower bound, an upper bound, or both.
func isRange(s string) bool {
	if s == "*" {
		return true
	}
	s, open := strings.CutPrefix(s, "{")
	s, closed := strings.CutSuffix(s, "}")
	if !open || !closed {
		return false
	}
	low, high, both := strings.Cut(s, " ")
	if !both {
		return isBound(s, ">=") || isBound(s, "<")
	}
	return isBound(low, ">=") && isBound(high, "<")
}

func isBound(s, operator string) bool {
	version, ok := strings.CutPrefix(s, operator)
	return ok && isSemver(version)
}

// isIntegrity accepts the metadata of Subresource Integrity: hashes, each perhaps with options.
func isIntegrity(s string) bool {
	hashes := strings.Fields(s)
	for _, h := range hashes {
		h, _, _ = strings.Cut(h, "?")
		algorithm, digest, _ := strings.Cut(h, "-")
		switch algorithm {
		case "sha256", "sha384", "sha512":
		default:
			return false
		}
		if !isBase64(digest) {
			return false
		}
	}
	return len(hashes) > 0
}

func isBase64(s string) bool {
	body := strings.TrimRight(s, "=")
	if body == "" || len(s)-len(body) > 2 {
		return false
	}
	return !strings.ContainsFunc(body, func(r rune) bool {
		return !isLowerRune(r) && !isUpperRune(r) && !isDigitRune(r) && r != '+' && r != '/' && r != '-' && r != '_'
	})
}

func notLabel(s string) error {
	return fmt.Errorf("%q is not a label: the words of a label are letters and digits, of one case each, between dashes", clip(s))
}

// isLabel accepts words between dashes, each in one case; the first begins with a letter.
func isLabel(s string) bool { return hasWords(s, true) }

// isLowerLabel accepts a label without upper case.
func isLowerLabel(s string) bool { return hasWords(s, false) }

func hasWords(s string, upperToo bool) bool {
	const (
		none = iota
		lowerCase
		upperCase
	)
	length, wordCase := 0, none
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c == '-':
			if length == 0 {
				return false
			}
			length, wordCase = 0, none
			continue
		case '0' <= c && c <= '9':
			if i == 0 {
				return false
			}
		case 'a' <= c && c <= 'z':
			if wordCase == upperCase {
				return false
			}
			wordCase = lowerCase
		case 'A' <= c && c <= 'Z' && upperToo:
			if wordCase == lowerCase {
				return false
			}
			wordCase = upperCase
		default:
			return false
		}
		length++
	}
	return length > 0
}

func isLowerRune(r rune) bool { return 'a' <= r && r <= 'z' }
func isUpperRune(r rune) bool { return 'A' <= r && r <= 'Z' }
func isDigitRune(r rune) bool { return '0' <= r && r <= '9' }

func lower(s string) string { return strings.ToLower(s) }

func equalFold(a, b string) bool { return len(a) == len(b) && strings.EqualFold(a, b) }

func quoted(s string) string { return strconv.Quote(clip(s)) }

// clip shortens a name for an error message.
func clip(s string) string {
	const longest = 80
	if len(s) <= longest {
		return s
	}
	return s[:longest] + "…"
}

// foldName gives names the same key when generated code could give them the same identifier: case does
// not count, and a method or static function counts as a member of its resource, except that one named
// like its resource counts as the resource.
func foldName(s string) string {
	if strings.HasPrefix(s, "[constructor]") {
		return lower(s)
	}
	for _, prefix := range []string{"[method]", "[static]"} {
		rest, ok := strings.CutPrefix(s, prefix)
		if !ok {
			continue
		}
		rest = lower(rest)
		if resource, label, _ := strings.Cut(rest, "."); resource == label {
			return label
		}
		return rest
	}
	if strings.Contains(s, "=<") {
		return s
	}
	path, version, versioned := strings.Cut(s, "@")
	if !versioned {
		return lower(path)
	}
	return lower(path) + "@" + version
}
