// Gocommand is an ordinary Go command: nothing in it is of Witan, and it does what commands do, with files, arguments,
// standard streams, time, random numbers and goroutines. As a component it behaves as it does natively, in either of
//
//	go build ./gocommand && ./gocommand sum expenses.json totals.json
//	witgen build ./gocommand && witgen run --dir .::/ gocommand.wasm sum expenses.json totals.json
//
// and in an image, which boots on bare metal. Its test runs both and compares.
package main

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
)

// command is what an argument of the same name makes the program do.
type command func(args []string, in io.Reader, out io.Writer) error

var commands = map[string]command{
	"sum":    sum,
	"tree":   tree,
	"tidy":   tidy,
	"digest": digest,
	"dice":   dice,
	"clock":  clock,
	"soak":   soak,
	"env":    env,
	"crash":  crash,
}

// The exit statuses besides 0.
const (
	statusFailed = 1
	statusUsage  = 3
)

// usage is the error of a command that was given something else than it takes.
type usage string

func (u usage) Error() string { return "usage: gocommand " + string(u) }

func main() {
	err := run(os.Args[1:], os.Stdin, os.Stdout)
	var wrong usage
	switch {
	case errors.As(err, &wrong):
		fmt.Fprintln(os.Stderr, err)
		os.Exit(statusUsage)
	case err != nil:
		fmt.Fprintln(os.Stderr, "gocommand:", err)
		os.Exit(statusFailed)
	}
}

func run(args []string, in io.Reader, out io.Writer) error {
	if len(args) > 0 {
		if c, ok := commands[args[0]]; ok {
			return c(args[1:], in, out)
		}
	}
	return usage(strings.Join(slices.Sorted(maps.Keys(commands)), " | "))
}

// env prints the variables that it is asked for.
func env(args []string, _ io.Reader, out io.Writer) error {
	for _, name := range args {
		value, ok := os.LookupEnv(name)
		if _, err := fmt.Fprintf(out, "%s is %q, %t\n", name, value, ok); err != nil {
			return err
		}
	}
	return nil
}

// crash does what should not happen, of which the runtime tells.
func crash(args []string, _ io.Reader, _ io.Writer) error {
	_, err := fmt.Println("the element is", args[len(args)])
	return err
}
