// Command witgen turns WIT files into Go packages and runs what is built from them. Each subcommand
// explains itself: witgen --help.
package main

import (
	"os"
	"os/signal"
	"syscall"

	"github.com/witan-os/witan/cmd/witgen/internal/cli"
)

func main() {
	// A reader that has gone away is for the program to handle, whose stream closes, and no reason to die.
	signal.Ignore(syscall.SIGPIPE)
	os.Exit(cli.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
