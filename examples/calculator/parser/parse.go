package main

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/witan-os/witan/examples/calculator/parser/generated/demo/calculator/v0.1/arithmetic"
)

// This file reads expressions: numbers, + - * / and parentheses, with the usual precedence. It has another component
// calculate.

// misplaced is the error of a text that is no expression.
type misplaced struct {
	offset   int
	expected string
}

func (m misplaced) Error() string {
	return fmt.Sprintf("at %d there is no %s", m.offset, m.expected)
}

// maxDepth is how many parentheses and signs may be open.
const maxDepth = 100

// evaluate returns the value of an expression. Its errors are of the types misplaced and arithmetic.Fault.
func evaluate(text string) (int64, error) {
	p := &parser{text: text}
	value, err := p.sum()
	if err == nil && p.peek() != end {
		err = p.expected("operator")
	}
	return value, err
}

type parser struct {
	text  string
	at    int
	depth int
}

// end stands for the character behind the text.
const end = 0

// peek returns the next character that is no space.
func (p *parser) peek() byte {
	for p.at < len(p.text) && p.text[p.at] == ' ' {
		p.at++
	}
	if p.at == len(p.text) {
		return end
	}
	return p.text[p.at]
}

// take moves behind the next character if it is one of these, and returns it.
func (p *parser) take(these string) (byte, bool) {
	c := p.peek()
	if c == end || !strings.ContainsRune(these, rune(c)) {
		return end, false
	}
	p.at++
	return c, true
}

func (p *parser) expected(what string) error { return misplaced{p.at, what} }

// sum is a product, or several that are added and subtracted.
func (p *parser) sum() (int64, error) { return p.chain("+-", p.product) }

// product is a factor, or several that are multiplied and divided.
func (p *parser) product() (int64, error) { return p.chain("*/", p.factor) }

// chain is one operand, or several with some of the operators between them, taken from left to right.
func (p *parser) chain(operators string, operand func() (int64, error)) (int64, error) {
	value, err := operand()
	for err == nil {
		operator, ok := p.take(operators)
		if !ok {
			break
		}
		var right int64
		if right, err = operand(); err == nil {
			value, err = p.apply(operator, value, right)
		}
	}
	return value, err
}

func (p *parser) apply(operator byte, a, b int64) (int64, error) {
	switch operator {
	case '+':
		return arithmetic.Add(a, b)
	case '-':
		return arithmetic.Subtract(a, b)
	case '*':
		return arithmetic.Multiply(a, b)
	}
	return arithmetic.Divide(a, b)
}

// factor is a number, a sum in parentheses, or a factor behind a minus sign.
func (p *parser) factor() (int64, error) {
	if p.depth++; p.depth > maxDepth {
		return 0, p.expected("expression that is less deep")
	}
	defer func() { p.depth-- }()
	if _, ok := p.take("-"); ok {
		value, err := p.factor()
		if err != nil {
			return 0, err
		}
		return arithmetic.Subtract(0, value)
	}
	if _, ok := p.take("("); !ok {
		return p.number()
	}
	value, err := p.sum()
	if err != nil {
		return 0, err
	}
	if _, ok := p.take(")"); !ok {
		return 0, p.expected("operator or )")
	}
	return value, nil
}

func (p *parser) number() (int64, error) {
	p.peek()
	start := p.at
	for p.at < len(p.text) && p.text[p.at] >= '0' && p.text[p.at] <= '9' {
		p.at++
	}
	value, err := strconv.ParseInt(p.text[start:p.at], 10, 64)
	if err != nil {
		p.at = start
		return 0, p.expected("number of at most 64 bits")
	}
	return value, nil
}
