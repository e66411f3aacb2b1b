package glue

import (
	"fmt"
	"slices"
	"sync"
)

// Call is a call that a fake has received.
type Call struct {
	Func string // as WIT spells it, for example "open-at"
	Args []any  // without the context
}

// Calls records the calls of a fake, for tests. Its zero value is empty; goroutines may share one.
type Calls struct {
	mu   sync.Mutex
	list []Call
}

// Add appends a call. Arguments that are only lent have to be copies.
func (c *Calls) Add(fn string, args ...any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.list = append(c.list, Call{fn, args})
}

// All returns the calls so far, in their order.
func (c *Calls) All() []Call {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.list)
}

// Of returns the arguments of the calls of one function, in their order.
func (c *Calls) Of(fn string) [][]any {
	var args [][]any
	for _, call := range c.All() {
		if call.Func == fn {
			args = append(args, call.Args)
		}
	}
	return args
}

// Unprogrammed is the error of a fake's function that the test has not said how to answer.
func Unprogrammed(name string) error {
	return fmt.Errorf("%s was called on a fake that has no answer for it", name)
}
