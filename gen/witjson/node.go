package witjson

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// document is JSON that is being read. It keeps the first error, so that reading goes on without a check at each
// step; what can't be read is then the zero value.
type document struct {
	nodes int
	err   error
}

// form is the kind of a JSON value.
type form uint8

const (
	null form = iota
	boolean
	number
	text
	array
	object
)

var formNames = [...]string{
	null: "null", boolean: "a boolean", number: "a number", text: "a string", array: "an array", object: "an object",
}

// node is a value of the document. It knows where it stands, for messages.
type node struct {
	doc    *document
	parent *node
	key    string // in an object
	place  int    // in an array
	form   form
	text   string  // of a string or number
	parts  []*node // of an array or object, whose keys are all different
}

// maxQuoted is how many bytes of the document a message repeats at a time.
const maxQuoted = 60

func quote(s string) string { return strconv.QuoteToASCII(clip(s)) }

func clip(s string) string {
	if len(s) > maxQuoted {
		return s[:maxQuoted] + "..."
	}
	return s
}

// path is where the node stands, for example `interfaces[3].functions["[method]r.f"].params[0]`.
func (n *node) path() string {
	if n.parent == nil {
		return "document"
	}
	var steps []string
	for ; n.parent != nil; n = n.parent {
		switch {
		case n.parent.form == array:
			steps = append(steps, fmt.Sprintf("[%d]", n.place))
		case plain(n.key):
			steps = append(steps, "."+n.key)
		default:
			steps = append(steps, "["+quote(n.key)+"]")
		}
	}
	slices.Reverse(steps)
	return strings.TrimPrefix(strings.Join(steps, ""), ".")
}

// plain tells that a path can have the key without quotes.
func plain(key string) bool {
	return key != "" && len(key) <= maxQuoted &&
		strings.Trim(key, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") == ""
}

// fail records what is wrong with the node, unless something was wrong before.
func (n *node) fail(format string, args ...any) {
	if n.doc.err == nil {
		n.doc.err = fmt.Errorf("%s: %s", n.path(), fmt.Sprintf(format, args...))
	}
}

// is checks the node's form.
func (n *node) is(f form) bool {
	if n.form != f {
		n.fail("%s, want %s", formNames[n.form], formNames[f])
	}
	return n.form == f
}

// string is the node's text.
func (n *node) string() string {
	if !n.is(text) {
		return ""
	}
	return n.text
}

// elements are the values of an array.
func (n *node) elements() []*node {
	if !n.is(array) {
		return nil
	}
	return n.parts
}

// entries are the values of an object whose keys are names.
func (n *node) entries() []*node {
	if !n.is(object) {
		return nil
	}
	return n.parts
}

// pair are the values of an array of two.
func (n *node) pair() (first, second *node) {
	parts := n.elements()
	if len(parts) != 2 {
		n.fail("%d elements, want 2", len(parts))
		return n.absent(), n.absent()
	}
	return parts[0], parts[1]
}

// absent stands for a part that is missing, which has been reported.
func (n *node) absent() *node { return &node{doc: n.doc, parent: n} }

// index is a number below a limit.
func (n *node) index(limit int) (int, bool) {
	if !n.is(number) {
		return 0, false
	}
	i, err := strconv.ParseUint(n.text, 10, 32)
	if err != nil || i >= uint64(limit) {
		n.fail("%s is no index below %d", clip(n.text), limit)
		return 0, false
	}
	return int(i), true
}

// members are those of an object whose keys are known.
type members struct {
	of    *node
	named map[string]*node
}

// members checks the keys of an object. Those that end with a question mark may be missing.
func (n *node) members(keys ...string) members {
	m := members{n, map[string]*node{}}
	if !n.is(object) {
		return m
	}
	for _, part := range n.parts {
		if !slices.Contains(keys, part.key) && !slices.Contains(keys, part.key+"?") {
			part.fail("unknown member")
		}
		m.named[part.key] = part
	}
	for _, key := range keys {
		if !strings.HasSuffix(key, "?") && m.named[key] == nil {
			n.fail("member %s is missing", quote(key))
		}
	}
	return m
}

// get is a member that must be there.
func (m members) get(key string) *node {
	if n := m.named[key]; n != nil {
		return n
	}
	return m.of.absent()
}

// optional is a member that may be missing, and is then nil.
func (m members) optional(key string) *node { return m.named[key] }

// only is the one member of an object that stands for a choice.
func (n *node) only() *node {
	if !n.is(object) {
		return n.absent()
	}
	if len(n.parts) != 1 {
		n.fail("%d members, want the one that says what it is", len(n.parts))
		return n.absent()
	}
	return n.parts[0]
}
