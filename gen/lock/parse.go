package lock

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/internal/diag"
)

// This file reads lines. That their numbers are right is checked in number.go.

// The rules that a lock breaks.
const (
	RuleSyntax   diag.Rule = "lock-syntax"   // a line that can't be read
	RuleNumber   diag.Rule = "lock-number"   // a number that is missing, given twice or not where it belongs
	RuleRetired  diag.Rule = "lock-retired"  // a number that is used again
	RuleType     diag.Rule = "lock-type"     // a function has another type than its number was given for
	RuleGone     diag.Rule = "lock-gone"     // a function with a number is not in the WIT
	RuleSince    diag.Rule = "lock-since"    // the WIT names another version that brought the function
	RuleNotThere diag.Rule = "lock-no-entry" // what is to be retired has no number
)

// maxFile is more than a file with all numbers takes.
const maxFile = 1 << 24

// field is a word of a line.
type field struct {
	text string
	span
}

// parser collects what is wrong with a file.
type parser struct {
	source *diag.Source
	errs   diag.List
}

func (p *parser) fail(rule diag.Rule, at span, hint, format string, args ...any) {
	p.errs.Add(diag.Diagnostic{
		Source: p.source, Start: at.start, End: at.end, Rule: rule, Message: fmt.Sprintf(format, args...), Hint: hint,
	})
}

// parse reads all lines that can be read. Their order is that of the file.
func (p *parser) parse() []*Entry {
	text := p.source.Text()
	if len(text) > maxFile {
		p.fail(RuleSyntax, span{}, "", "the file is larger than %d bytes", maxFile)
		return nil
	}
	var list []*Entry
	begun := false
	for start := 0; start < len(text) && !p.errs.More; {
		end, next := endOfLine(text, start)
		fields := split(text[start:end], start)
		switch {
		case len(fields) == 0 || text[fields[0].start] == '#':
		case !begun:
			if got := strings.TrimSpace(text[start:end]); got != Format {
				p.fail(RuleSyntax, span{fields[0].start, end}, "", "a lock file begins with %q", Format)
				return nil
			}
			begun = true
		default:
			if e := p.entry(fields); e != nil {
				list = append(list, e)
			}
		}
		start = next
	}
	return list
}

// endOfLine returns where the line that begins at start ends, and where the next one begins. Version control may
// have written CR LF on the machine of somebody.
func endOfLine(text string, start int) (end, next int) {
	n := strings.IndexByte(text[start:], '\n')
	if n < 0 {
		return len(text), len(text)
	}
	line := strings.TrimSuffix(text[start:start+n], "\r")
	return start + len(line), start + n + 1
}

// split cuts a line at its spaces.
func split(line string, offset int) []field {
	var fields []field
	for i := 0; i < len(line); {
		if line[i] == ' ' || line[i] == '\t' {
			i++
			continue
		}
		n := strings.IndexAny(line[i:], " \t")
		if n < 0 {
			n = len(line) - i
		}
		fields = append(fields, field{line[i : i+n], span{offset + i, offset + i + n}})
		i += n
	}
	return fields
}

// entry reads a line.
func (p *parser) entry(f []field) *Entry {
	if len(f) < 7 {
		p.fail(RuleSyntax, span{f[0].start, f[len(f)-1].end}, "see the names of the columns at the beginning of the file",
			"a line has the columns no, kind, since, type, call, right and function")
		return nil
	}
	before := len(p.errs.Items)
	e := &Entry{
		Number:   p.number(f[0]),
		Kind:     Kind(p.oneOf(f[1], string(Function), string(Method), string(Static), string(Constructor), string(Drop))),
		Since:    p.since(f[2]),
		Hash:     p.hash(f[3]),
		Blocking: p.oneOf(f[4], prompt, blocking) == blocking,
		Right:    Right(p.oneOf(f[5], string(RightPackage), string(RightInterface), string(RightHandle), string(RightNone))),
		Name:     f[6].text,
		Retired:  len(f) > 7,
		at:       place{f[0].span, f[2].span, f[3].span, f[6].span},
	}
	p.name(f[6], e.Kind)
	if len(f) > 7 {
		p.oneOf(f[7], retired)
	}
	if len(f) > 8 {
		p.fail(RuleSyntax, f[8].span, "", "the line ends behind %s", f[7].text)
	}
	if len(p.errs.Items) > before {
		return nil
	}
	return e
}

func (p *parser) number(f field) uint16 {
	n, err := strconv.ParseUint(f.text, 10, 16)
	if err != nil || n == 0 || f.text[0] == '0' {
		p.fail(RuleSyntax, f.span, "", "a number is between 1 and %d", MaxNumber)
	}
	return uint16(n)
}

func (p *parser) oneOf(f field, words ...string) string {
	for _, w := range words {
		if f.text == w {
			return w
		}
	}
	p.fail(RuleSyntax, f.span, "", "expected %s", strings.Join(words, ", "))
	return ""
}

// since reads a version.
func (p *parser) since(f field) string {
	if f.text == "-" {
		return ""
	}
	if !isVersion(f.text) {
		p.fail(RuleSyntax, f.span, "", "expected a version such as 1.0.0, or - where the package has none")
	}
	return f.text
}

// isVersion reports whether a text looks like a version. Which one it is to be is checked against the WIT.
func isVersion(s string) bool {
	core, _, _ := strings.Cut(s, "+")
	core, _, _ = strings.Cut(core, "-")
	parts := strings.Split(core, ".")
	isNumber := func(s string) bool {
		_, err := strconv.ParseUint(s, 10, 64)
		return err == nil
	}
	return len(parts) == 3 && isNumber(parts[0]) && isNumber(parts[1]) && isNumber(parts[2]) && isName(s)
}

func (p *parser) hash(f field) Hash {
	h, err := strconv.ParseUint(f.text, 16, 64)
	if err != nil || Hash(h).String() != f.text {
		p.fail(RuleSyntax, f.span, "witgen writes the hash; restore it from version control", "a hash has 16 lower-case hexadecimal digits")
	}
	return Hash(h)
}

// name checks that a function is named as [Call.Name] does it.
func (p *parser) name(f field, kind Kind) {
	iface, function, ok := strings.Cut(f.text, "#")
	path, track, versioned := strings.Cut(iface, "@")
	namespace, rest, _ := strings.Cut(path, ":")
	pkg, short, _ := strings.Cut(rest, "/")
	switch {
	case !ok || namespace == "" || pkg == "" || short == "" || function == "" || !isName(f.text) ||
		versioned && (track == "" || model.Track(track) == ""):
		p.fail(RuleSyntax, f.span, "", "expected a function such as wasi:io/poll@0.2#poll")
	case kind != "" && !hasMarker(function, kind):
		p.fail(RuleSyntax, f.span, "", "the name is not that of a %s", kind)
	}
}

func hasMarker(function string, kind Kind) bool {
	if marker, ok := markers[kind]; ok {
		return strings.HasPrefix(function, marker) && len(function) > len(marker)
	}
	return function[0] != '['
}

// isName reports whether all characters are such as names and versions have.
func isName(s string) bool {
	return strings.IndexFunc(s, func(c rune) bool {
		return !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.ContainsRune("-.:/@#[]+", c))
	}) < 0
}
