// The component of the calculator that understands expressions: the world demo:calculator/parser.
package main

import (
	"errors"

	"github.com/witan-os/witan/examples/calculator/parser/generated/demo/calculator/v0.1/arithmetic"
	"github.com/witan-os/witan/examples/calculator/parser/generated/exports/demo/calculator/v0.1/evaluator"
)

//go:generate go tool witgen generate

// A component like this one has nothing to run. It says what implements its exports, and is called.
func main() {}

func init() { evaluator.Export(calculator{}) }

// calculator implements evaluator.Guest.
type calculator struct{}

// Evaluate returns the value of an expression.
func (calculator) Evaluate(expression string) (int64, error) {
	value, err := evaluate(expression)
	var m misplaced
	var f arithmetic.Fault
	switch {
	case errors.As(err, &m):
		return 0, evaluator.MistakeSyntax(evaluator.Place{Offset: uint32(m.offset), Expected: m.expected})
	case errors.As(err, &f):
		return 0, evaluator.MistakeArithmetic(f)
	}
	return value, err
}
