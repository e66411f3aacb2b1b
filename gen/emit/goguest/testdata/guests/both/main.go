// A program that is run without a main, since it has to be there for calls, too.
package main

import (
	"fmt"

	"outsider.test/app/gen/exports/wasi/cli/v0.2/run"
	"outsider.test/app/gen/test/guest/v1/both"
)

func main() { panic("a component that is called has nothing to run") }

func init() { both.Export(both.Exports{CLIRun: program{}, Guest: program{}}) }

type program struct{}

var _ run.Guest = program{}

var runs uint32

// Run is what others have in main.
func (program) Run() error {
	runs++
	fmt.Println("run", runs)
	return nil
}

// Answer tells how often it was run.
func (program) Answer() uint32 { return runs }
