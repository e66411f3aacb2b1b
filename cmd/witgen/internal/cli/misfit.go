package cli

import (
	"fmt"
	"strings"

	"github.com/witan-os/witan/gen/componentize"
	"github.com/witan-os/witan/internal/diag"
)

// ruleFit is the rule of a diagnostic about a core module that is not what WIT says.
const ruleFit diag.Rule = "fit"

// explainMisfit prints why a core module and a world are no component: what WIT has text for, with the line, and then
// what it does not. The error names the module and wraps the list.
func (e *env) explainMisfit(err error, misfit *componentize.Error) {
	fmt.Fprintf(e.stderr, "witgen: %sthe core module and its world do not fit\n", strings.TrimSuffix(err.Error(), misfit.Error()))
	var list diag.List
	var others []string
	for _, p := range misfit.Problems {
		if p.Place.Source == nil {
			others = append(others, p.Message)
			continue
		}
		list.Items = append(list.Items, diag.Diagnostic{
			Source: p.Place.Source, Start: p.Place.Start, End: p.Place.End, Rule: ruleFit, Message: p.Message,
		})
	}
	if misfit.More {
		others = append(others, "and there are more differences of that kind")
	}
	if len(list.Items) > 0 {
		// What can't be written to stderr can't be said either.
		_ = diag.WriteText(e.stderr, list, diag.Options{Color: e.colorErrors()})
	}
	for _, o := range others {
		fmt.Fprintf(e.stderr, "  %s\n", o)
	}
}
