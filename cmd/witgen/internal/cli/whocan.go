package cli

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/witan-os/witan/cmd/witgen/internal/image"
	"github.com/witan-os/witan/internal/diag"
	"github.com/witan-os/witan/kernel/policy"
)

type whoCanCommand struct {
	Image     string `arg:"" help:"An image that image build made, or a directory that it can make one of."`
	FailOnNew string `name:"fail-on-new" placeholder:"REPORT" help:"Compare with a report of before: print what it lacks, and exit with status 1 if that is anything."`
	JSON      bool   `name:"json" help:"Print the report in JSON."`
}

// Help is shown below the flags.
func (whoCanCommand) Help() string {
	return `Prints which process of a system can bring about what, and through whom, a line for each right. All of it follows from
boot.toml and from what components import and export; nothing is run, and an image need not be signed by anybody.

A process has rights of its own: interfaces of the kernel, and what it is granted. It reaches those of processes that
answer its imports, that it can start, or that receive what it sends; and it may be passed such as can be passed on.
Whether their code does what it is asked for is not looked at.

A report that is kept beside boot.toml and compared with --fail-on-new shows in a review what a change gives to whom.`
}

// exits implements exiter.
func (whoCanCommand) exits() []Exit {
	return []Exit{{Stale, "with --fail-on-new: somebody can do what the report does not say"}}
}

// Run prints or compares the report.
func (c *whoCanCommand) Run(e *env) error {
	o := image.Options{BuildGuest: e.buildGuest, Warn: func(diag.List) {}} // building the image has warned
	plan, err := o.Plan(context.Background(), c.Image)
	if err != nil {
		return err
	}
	findings := policy.Reach(plan)
	if c.FailOnNew != "" {
		return c.compare(e, findings)
	}
	if c.JSON {
		return writeJSON(e.stdout, newWhoCan(findings))
	}
	_, err = io.WriteString(e.stdout, policy.Report(findings))
	return err
}

// compare says what has changed since a report.
func (c *whoCanCommand) compare(e *env, findings []policy.Finding) error {
	report, err := os.ReadFile(c.FailOnNew)
	if err != nil {
		return err
	}
	fresh, gone := policy.Compare(string(report), findings)
	if c.JSON {
		result := newWhoCan(findings)
		result.New, result.Gone = fresh, gone
		err = writeJSON(e.stdout, result)
	} else {
		err = c.printChanges(e, fresh, gone)
	}
	if err == nil && len(fresh) > 0 {
		return exitCode(Stale)
	}
	return err
}

func (c *whoCanCommand) printChanges(e *env, fresh, gone []string) error {
	for _, line := range fresh {
		if _, err := fmt.Fprintf(e.stdout, "new: %s\n", line); err != nil {
			return err
		}
	}
	for _, line := range gone {
		fmt.Fprintf(e.stderr, "witgen: no longer so: %s\n", line)
	}
	if len(fresh)+len(gone) > 0 {
		fmt.Fprintf(e.stderr, "witgen: if that is meant, write the report anew: witgen who-can %s > %s\n", c.Image, c.FailOnNew)
	}
	return nil
}

// whoCanFormat is the version of the structure in JSON.
const whoCanFormat = "witan-who-can/1"

type whoCanResult struct {
	Format   string          `json:"format"`
	Findings []whoCanFinding `json:"findings"`
	New      []string        `json:"new,omitempty"`
	Gone     []string        `json:"gone,omitempty"`
}

type whoCanFinding struct {
	Process string       `json:"process"`
	Kind    string       `json:"kind"`
	Right   string       `json:"right"`
	Path    []whoCanStep `json:"path,omitempty"`
}

type whoCanStep struct {
	How     string `json:"how"`
	Process string `json:"process"`
	At      string `json:"at,omitempty"`
}

func newWhoCan(findings []policy.Finding) whoCanResult {
	result := whoCanResult{Format: whoCanFormat, Findings: []whoCanFinding{}}
	for _, f := range findings {
		finding := whoCanFinding{Process: f.Process, Kind: string(f.Right.Kind), Right: f.Right.Text}
		for _, s := range f.Path {
			finding.Path = append(finding.Path, whoCanStep{string(s.How), s.Process, s.Object})
		}
		result.Findings = append(result.Findings, finding)
	}
	return result
}
