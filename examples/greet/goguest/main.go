// The guest of the greet example in Go: the world demo:greet/greeting, as guest/greet.c has it in C.
//
//	go generate ./greet/goguest     # after a change to wit/greet.wit
//	witgen build ./greet/goguest -o greet/greet-go.wasm
package main

import (
	"errors"
	"fmt"

	"github.com/witan-os/witan/examples/greet/goguest/generated/demo/greet/v0.1/visitors"
	"github.com/witan-os/witan/examples/greet/goguest/generated/exports/demo/greet/v0.1/greeter"
	"github.com/witan-os/witan/guest"
)

//go:generate go tool witgen generate

// A guest has nothing to run. It says what implements its exports, and is called.
func main() {}

func init() { greeter.Export(greetings{}) }

// greetings implements greeter.Guest.
type greetings struct{}

// Greet has someone sign the book.
func (greetings) Greet(name string) (string, error) {
	book := visitors.NewBook("Guests of the house")
	defer book.Close()
	who, err := book.Sign(name)
	if err != nil {
		return "", guest.Fail(explain(err))
	}
	return welcome(who, book.Entries()), nil
}

// explain says why someone is not in the book.
func explain(err error) string {
	var refusal visitors.SignError
	if !errors.As(err, &refusal) {
		return err.Error()
	}
	if width, ok := refusal.AsNameTooLong(); ok {
		return fmt.Sprintf("the book takes names of at most %d bytes", width)
	}
	return "the book takes no empty name"
}

// welcome greets someone who has just signed a book with these entries.
func welcome(who visitors.Visitor, everyone []visitors.Visitor) string {
	switch {
	case who.Visits > 1:
		return fmt.Sprintf("Hello %s, welcome back! The book has your name %d times now.", who.Name, who.Visits)
	case len(everyone) > 1:
		return fmt.Sprintf("Hello %s, your name stands below that of %s.", who.Name, everyone[len(everyone)-2].Name)
	}
	return fmt.Sprintf("Hello %s, you are the first in the book!", who.Name)
}
