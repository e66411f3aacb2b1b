// Boots boots a system again and again, with different numbers of CPUs, and says how long that takes.
//
//	go run ./bench/boots [-n 50] [-cpus "1 2 4"] [-log FILE] bin/witgen image run os.img --append selftest
//
// Each boot is a run of the command with --cpus behind it, which has to end with status 0. The first one that does not
// is the last one: all that it has printed is in the log then. When the first program started is told by the banner that
// the system prints; the CPU time is that of the virtual machine, as far as this system counts it to users.
package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strconv"
	"strings"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := boots(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "boots:", err)
		os.Exit(1)
	}
}

// boots does what the arguments ask for. The table goes to stdout, and a line for each boot to stderr.
func boots(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("boots", flag.ContinueOnError)
	flags.SetOutput(stderr)
	n := flags.Int("n", 50, "boot so many times with each number of CPUs")
	cpus := flags.String("cpus", "1 2 4", "the `numbers` of CPUs")
	log := flags.String("log", "boots-failed.log", "the `file` for what a boot has printed that fails")
	if err := flags.Parse(args); err != nil {
		return err
	}
	counts, err := numbers(*cpus)
	switch err := cmp.Or(err, positive(*n)); {
	case err != nil:
		return err
	case flags.NArg() == 0:
		return errors.New("there is no command")
	}
	var rows []row
	for _, c := range counts {
		r := row{cpus: c}
		for i := range *n {
			b, output, err := once(ctx, append(flags.Args(), "--cpus", strconv.Itoa(c)))
			if err != nil {
				err = fmt.Errorf("boot %d of %d with %d CPUs: %w", i+1, *n, c, err)
				return errors.Join(err, keep(*log, output))
			}
			fmt.Fprintf(stderr, "%d CPUs: boot %d of %d: %v\n", c, i+1, *n, b)
			r.boots = append(r.boots, b)
		}
		rows = append(rows, r)
	}
	return write(stdout, rows)
}

// keep writes what a boot that fails has printed. The error says where that is, in any case.
func keep(name string, output []byte) error {
	if err := os.WriteFile(name, output, 0o666); err != nil {
		return err
	}
	return fmt.Errorf("what it has printed is in %s", name)
}

func numbers(text string) ([]int, error) {
	var list []int
	for _, word := range strings.Fields(text) {
		n, err := strconv.Atoi(word)
		if err := cmp.Or(err, positive(n)); err != nil {
			return nil, err
		}
		list = append(list, n)
	}
	return list, nil
}

func positive(n int) error {
	if n < 1 {
		return fmt.Errorf("%d is not a number from 1 on", n)
	}
	return nil
}
