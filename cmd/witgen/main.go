// Command witgen turns WIT files into Go packages and runs what is built from them. Each subcommand
// explains itself: witgen --help.
package main

import (
	"os"

	"github.com/witan-os/witan/cmd/witgen/internal/cli"
)

func main() {
	os.Exit(cli.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
