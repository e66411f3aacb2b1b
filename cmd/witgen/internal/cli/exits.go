package cli

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"

	"github.com/alecthomas/kong"

	"github.com/witan-os/witan/kernel"
)

// Exit codes of witgen. Each command says itself what they mean for it, see [exiter].
const (
	OK      = 0                    // all is well
	Failed  = kernel.StatusFailure // 1: the program's function returned an error, or a test failed
	Refused = 1                    // a compiler refused the source
	Stale   = 1                    // a check has found something
	Bad     = kernel.StatusBad     // 2: the arguments or a file are wrong, or the command failed
	Timeout = 124                  // a machine was stopped, its time was up
	Trapped = kernel.StatusTrap    // 134: the program trapped

	ownCode = -1 // stands for the code of a program that exits by itself
)

// exiter is a command with other exit codes than [OK] and [Bad].
type exiter interface {
	exits() []Exit
}

// Exit is what an exit code of a command means.
type Exit struct {
	Code int
	When string
}

// Status is the code as help and documentation write it.
func (e Exit) Status() string {
	if e.Code == ownCode {
		return "any"
	}
	return strconv.Itoa(e.Code)
}

// The exit codes that mean the same everywhere.
var (
	wellExit = Exit{OK, "all is well"}
	badExit  = Exit{Bad, "an argument or a file is wrong, or the command failed"}
)

// Exits are the exit codes of a command. Those of a group of commands are the ones that all have.
func Exits(node *kong.Node) []Exit {
	list := []Exit{wellExit, badExit}
	if command, ok := node.Target.Interface().(exiter); ok {
		list = append(list, command.exits()...)
	}
	slices.SortStableFunc(list, func(a, b Exit) int { return cmp.Compare(uint(a.Code), uint(b.Code)) }) // ownCode comes last
	return list
}

// printHelp prints the help of a command, or of witgen, and its exit codes below it.
func printHelp(options kong.HelpOptions, ctx *kong.Context) error {
	if err := kong.DefaultHelpPrinter(options, ctx); err != nil {
		return err
	}
	node := ctx.Selected()
	if node == nil {
		node = ctx.Model.Node
	}
	if _, err := fmt.Fprintln(ctx.Stdout, "\nExit status:"); err != nil {
		return err
	}
	for _, e := range Exits(node) {
		if _, err := fmt.Fprintf(ctx.Stdout, "  %-4s %s\n", e.Status(), e.When); err != nil {
			return err
		}
	}
	if node == ctx.Model.Node {
		_, err := fmt.Fprintln(ctx.Stdout, "  others are explained by the commands that have them")
		return err
	}
	return nil
}
