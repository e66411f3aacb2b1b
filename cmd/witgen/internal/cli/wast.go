package cli

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/witan-os/witan/cmd/witgen/internal/wast"
)

type wastCommand struct {
	Paths   []string `arg:"" name:"path" help:"A test script, or a directory of them."`
	JSON    bool     `name:"json" help:"Print the results as JSON; its form is versioned."`
	Verbose bool     `short:"v" name:"verbose" help:"Show every command, not only those that failed."`
}

// Help is shown below the flags.
func (wastCommand) Help() string {
	return `Runs test scripts of the WebAssembly suites: .wast files in the JSON form of wast-json/component-1, a superset of
what "wasm-tools json-from-wast" writes. A directory stands for all .json files below it other than index.json.

Nothing is skipped: a command that can't be run has failed. Tests of the text format alone are counted as not
applicable. For what failed, the line in the .wast file is shown with what was expected and what happened.`
}

// exits implements exiter.
func (wastCommand) exits() []Exit {
	return []Exit{{Failed, "a command of a test script failed"}}
}

// Run runs the scripts.
func (c *wastCommand) Run(e *env) error {
	files, err := wast.Find(c.Paths)
	if err != nil {
		return err
	}
	ctx := context.Background()
	runner, err := wast.NewRunner(ctx)
	if err != nil {
		return err
	}
	defer runner.Close(ctx)
	report := wast.Report{Format: wast.ResultFormat, Files: []wast.FileResult{}}
	for i, file := range files {
		notice := time.AfterFunc(time.Second, func() { e.progress("%d of %d: %s", i+1, len(files), file) })
		result, err := runner.Run(ctx, file)
		notice.Stop()
		if err != nil {
			return err
		}
		report.Totals.Add(result.Counts)
		if c.JSON {
			report.Files = append(report.Files, *result)
		} else if err := c.show(e.stdout, result); err != nil {
			return err
		}
	}
	if err := c.finish(e.stdout, &report, len(files)); err != nil {
		return err
	}
	if report.Totals.Failed > 0 {
		return exitCode(Failed)
	}
	return nil
}

// show prints the line of a file, and those of its commands that are of interest.
func (c *wastCommand) show(w io.Writer, f *wast.FileResult) error {
	verdict := "ok  "
	if f.Failed > 0 {
		verdict = "FAIL"
	}
	if _, err := fmt.Fprintf(w, "%s %s: %s\n", verdict, f.File, counts(f.Counts)); err != nil {
		return err
	}
	for _, o := range f.Commands {
		if o.Status != wast.Failed && !c.Verbose {
			continue
		}
		if err := showOutcome(w, f, o); err != nil {
			return err
		}
	}
	return nil
}

func showOutcome(w io.Writer, f *wast.FileResult, o wast.Outcome) error {
	_, err := fmt.Fprintf(w, "  %s:%d: %s: %s\n", f.Source, o.Line, o.Type, o.Status)
	if err == nil && (o.Status == wast.Failed || o.Have != "") {
		_, err = fmt.Fprintf(w, "    want: %s\n    have: %s\n", o.Want, indent(o.Have))
	}
	if err == nil && o.Reference != "" {
		_, err = fmt.Fprintf(w, "    reference: %s\n", indent(o.Reference))
	}
	return err
}

// indent keeps the further lines of a message below its first.
func indent(s string) string { return strings.ReplaceAll(s, "\n", "\n          ") }

func (c *wastCommand) finish(w io.Writer, r *wast.Report, files int) error {
	if c.JSON {
		return writeJSON(w, r)
	}
	_, err := fmt.Fprintf(w, "%d files: %s\n", files, counts(r.Totals))
	return err
}

func counts(c wast.Counts) string {
	s := fmt.Sprintf("%d passed, %d failed", c.Passed, c.Failed)
	if c.NotApplicable > 0 {
		s += fmt.Sprintf(", %d not applicable", c.NotApplicable)
	}
	return s
}
