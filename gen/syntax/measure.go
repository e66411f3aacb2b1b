package syntax

import "unicode/utf8"

// measure knows how wide tokens are, so that the formatter can tell what fits on a line without trying.
type measure struct {
	closing []int // the matching closing bracket of an opening one
	lineEnd []int // the token that ends the line of this one, if no list before it is broken
	upTo    []int // width of all tokens before this one, with the spaces between them, on one line
}

func measureTokens(text string, tokens []token) measure {
	m := measure{make([]int, len(tokens)), make([]int, len(tokens)), make([]int, len(tokens)+1)}
	var open []int
	for i, t := range tokens {
		width := utf8.RuneCountInString(text[t.Start:t.End])
		if i > 0 && spaceBetween(tokens[i-1], t) {
			width++
		}
		m.upTo[i+1] = m.upTo[i] + width
		switch {
		case t.opens():
			open = append(open, i)
		case t.closes():
			m.closing[open[len(open)-1]] = i
			open = open[:len(open)-1]
		}
	}
	end := len(tokens) - 1
	for i := end; i >= 0; i-- {
		switch tokens[i].role {
		case endsLine, lastClose, blockOpen, blockClose:
			end = i
		}
		m.lineEnd[i] = end
	}
	return m
}

// width is how wide some tokens are on one line, the last one included.
func (m *measure) width(first, last int) int { return m.upTo[last+1] - m.upTo[first] }

// spaceBetween tells whether there is a space between two tokens on one line.
func spaceBetween(a, b token) bool {
	switch a.kind {
	case leftParen, lessThan, at, slash, period:
		return false
	case colon:
		if a.role == tight {
			return false
		}
	case leftBrace:
		if a.role == listOpen || b.role == blockClose {
			return false
		}
	}
	return needsSpaceBefore(b)
}

// needsSpaceBefore tells whether a token has a space before it, unless what is there wants none.
func needsSpaceBefore(t token) bool {
	switch t.kind {
	case comma, semicolon, colon, period, slash, lessThan, greaterThan, leftParen, rightParen:
		return false
	case leftBrace, rightBrace:
		return t.role != listOpen && t.role != listClose
	}
	return t.role != tight
}
