package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"text/tabwriter"
	"time"
)

// boot is how long a boot has taken.
type boot struct {
	first time.Duration // until the first program started
	whole time.Duration
	cpu   time.Duration
}

func (b boot) String() string {
	return fmt.Sprintf("the first program after %d ms, all in %.1f s", b.first.Milliseconds(), b.whole.Seconds())
}

// program is the line of the banner that says when the first program started.
var program = regexp.MustCompile(`(?m)^ +program +([0-9.]+) ms\r?$`)

var errNoBanner = errors.New("it does not say when the first program started")

// once boots once. What it prints is returned even with an error.
func once(ctx context.Context, command []string) (boot, []byte, error) {
	var output bytes.Buffer
	cmd := exec.CommandContext(ctx, command[0], command[1:]...)
	cmd.Stdout, cmd.Stderr = &output, &output // one writer, so that lines stay in order
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 10 * time.Second
	start := time.Now()
	err := cmd.Run()
	b := boot{whole: time.Since(start)}
	if err != nil {
		return b, output.Bytes(), err
	}
	b.cpu = cmd.ProcessState.UserTime()
	m := program.FindSubmatch(output.Bytes())
	if m == nil {
		return b, output.Bytes(), errNoBanner
	}
	ms, err := strconv.ParseFloat(string(m[1]), 64)
	b.first = time.Duration(ms * float64(time.Millisecond))
	return b, output.Bytes(), err
}

// row is all boots with one number of CPUs.
type row struct {
	cpus  int
	boots []boot
}

// write writes the table.
func write(w io.Writer, rows []row) error {
	t := tabwriter.NewWriter(w, 0, 0, 3, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "\t\tfirst program, ms\t\t\twhole, s\t\t\tCPU, s\t")
	fmt.Fprintln(t, "CPUs\tboots\tmin\tmedian\tmax\tmin\tmedian\tmax\tmedian\t")
	for _, r := range rows {
		first := spread(r.boots, func(b boot) time.Duration { return b.first })
		whole := spread(r.boots, func(b boot) time.Duration { return b.whole })
		cpu := spread(r.boots, func(b boot) time.Duration { return b.cpu })
		fmt.Fprintf(t, "%d\t%d\t", r.cpus, len(r.boots))
		for _, d := range first {
			fmt.Fprintf(t, "%d\t", d.Milliseconds())
		}
		for _, d := range whole {
			fmt.Fprintf(t, "%.1f\t", d.Seconds())
		}
		fmt.Fprintf(t, "%.1f\t\n", cpu[1].Seconds())
	}
	return t.Flush()
}

// spread is the least, the median and the greatest of a figure.
func spread(boots []boot, figure func(boot) time.Duration) [3]time.Duration {
	all := make([]time.Duration, len(boots))
	for i, b := range boots {
		all[i] = figure(b)
	}
	slices.Sort(all)
	return [3]time.Duration{all[0], all[len(all)/2], all[len(all)-1]}
}
