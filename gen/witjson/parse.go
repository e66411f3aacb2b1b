package witjson

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"
)

// Limits of a document. All of WASI 0.2 is a tenth of the smallest.
const (
	MaxSize  = 16 << 20 // bytes
	maxNodes = 500_000
	maxDepth = 16 // values in values: the form has ten
)

// parse reads JSON into nodes.
func parse(data []byte) (*node, error) {
	switch {
	case len(data) > MaxSize:
		return nil, fmt.Errorf("%d bytes, at most %d are allowed", len(data), MaxSize)
	case !utf8.Valid(data):
		return nil, errors.New("it is not UTF-8")
	}
	p := parser{json.NewDecoder(bytes.NewReader(data)), &document{}}
	p.UseNumber()
	root := p.value(nil, "")
	if p.doc.err == nil {
		if _, err := p.Token(); err != io.EOF {
			p.fail(errors.New("there is more behind the document"))
		}
	}
	return root, p.doc.err
}

type parser struct {
	*json.Decoder
	doc *document
}

// fail records an error about the text where the decoder stands.
func (p *parser) fail(err error) {
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	if p.doc.err == nil {
		p.doc.err = fmt.Errorf("byte %d: %w", p.InputOffset(), err)
	}
}

// value reads the next value, of a parent that may have it under a key. Without one, at the end of an array or after
// an error, it returns nil.
func (p *parser) value(parent *node, key string) *node {
	token, err := p.Token()
	if err != nil {
		p.fail(err)
		return nil
	}
	if p.doc.nodes++; p.doc.nodes > maxNodes {
		p.fail(fmt.Errorf("more than %d values", maxNodes))
		return nil
	}
	n := &node{doc: p.doc, parent: parent, key: key}
	if parent != nil {
		n.place = len(parent.parts)
	}
	switch token := token.(type) {
	case string:
		n.form, n.text = text, token
	case json.Number:
		n.form, n.text = number, token.String()
	case bool:
		n.form = boolean
	case json.Delim:
		switch token {
		case '[':
			n.form = array
			p.array(n)
		case '{':
			n.form = object
			p.object(n)
		default:
			return nil
		}
	}
	return n
}

// nested reports whether the parts of n are not too deep.
func (p *parser) nested(n *node) bool {
	depth := 0
	for ; n != nil; n = n.parent {
		depth++
	}
	if depth > maxDepth {
		p.fail(fmt.Errorf("more than %d values inside of each other", maxDepth))
	}
	return depth <= maxDepth
}

func (p *parser) array(n *node) {
	if !p.nested(n) {
		return
	}
	for {
		part := p.value(n, "")
		if part == nil {
			return
		}
		n.parts = append(n.parts, part)
	}
}

func (p *parser) object(n *node) {
	if !p.nested(n) {
		return
	}
	seen := map[string]bool{}
	for {
		token, err := p.Token()
		if err != nil {
			p.fail(err)
			return
		}
		key, ok := token.(string)
		if !ok {
			return
		}
		part := p.value(n, key)
		if part == nil {
			return
		}
		if seen[key] {
			part.fail("the object has this key twice")
		}
		seen[key] = true
		n.parts = append(n.parts, part)
	}
}
