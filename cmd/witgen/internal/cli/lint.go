package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/witan-os/witan/cmd/witgen/internal/witfile"
	"github.com/witan-os/witan/gen/check/lint"
	"github.com/witan-os/witan/internal/diag"
)

type lintCommand struct {
	WIT         string   `name:"wit" config:"wit" default:"wit" placeholder:"DIR" help:"The WIT package (default: wit)."`
	Rule        []string `name:"rule" config:"lint" placeholder:"[-]NAME" help:"Look for what a rule finds, or with a hyphen before its name don't: --rule=-stutter. Several are separated by commas."`
	Deps        bool     `name:"deps" help:"Look at the packages below deps, too."`
	ErrorFormat string   `name:"error-format" enum:"text,json" default:"text" placeholder:"text|json" help:"How findings and errors are printed: text, with the line that they are in, or json for programs (default: text)."`

	features
}

// Help is shown below the flags.
func (lintCommand) Help() string {
	var b strings.Builder
	b.WriteString(`Prints what is valid WIT and still better written otherwise. Types are held against their size in the canonical
ABI. Rules, of which those with a hyphen are off unless they are asked for:
`)
	for _, r := range lint.Rules() {
		sign := " "
		if !r.Default {
			sign = "-"
		}
		fmt.Fprintf(&b, "\n   %s%-20s %s", sign, r.Name, r.Doc)
	}
	return b.String()
}

// exits implements exiter.
func (lintCommand) exits() []Exit {
	return []Exit{{Stale, "something was found"}}
}

// Run prints the findings, which are the result.
func (c *lintCommand) Run(e *env) error {
	config := lint.Config{Deps: c.Deps}
	for _, r := range c.Rule {
		if err := config.Switch(r); err != nil {
			return fmt.Errorf("--rule: %w", err)
		}
	}
	if witfile.IsResolved(c.WIT) {
		return fmt.Errorf("%s has no WIT text, which is what has to be changed", c.WIT)
	}
	tree, err := witfile.Load(c.WIT, c.options())
	if err != nil {
		return errorFormat{c.ErrorFormat}.asked(e, err)
	}
	found, err := lint.Check(tree, config)
	if err != nil {
		return err
	}
	found = slices.DeleteFunc(found, func(d diag.Diagnostic) bool { return witfile.Library.Holds(d.Source) })
	list := diag.List{Items: found} // all of them: these are no errors of which the first counts most
	if c.ErrorFormat == "json" {
		err = diag.WriteJSON(e.stdout, list)
	} else {
		err = diag.WriteText(e.stdout, list, diag.Options{Color: colored(e.stdout)})
	}
	if err == nil && len(found) > 0 {
		return exitCode(Stale)
	}
	return err
}
