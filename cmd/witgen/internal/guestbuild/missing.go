package guestbuild

import (
	"errors"
	"slices"
	"strings"

	"github.com/witan-os/witan/gen/emit/goguest"
	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/internal/coremodule"
	"github.com/witan-os/witan/internal/diag"
)

// This file says why a guest in Go does not have what its world exports, where that is not the fault of who wrote it.

// ruleGoGuest is the rule of diagnostics about WIT that guests in Go are not made for.
const ruleGoGuest diag.Rule = "go-guest"

// missingInGo are diagnostics about the exports of a world that a core module does not have and that the code which is
// generated for guests in Go has no part of.
func missingInGo(module []byte, w *model.World) error {
	m, err := coremodule.Read(module)
	if err != nil {
		return err
	}
	var list diag.List
	for _, l := range goguest.Missing(w) {
		if !l.Exported || exports(m, l.Title()) {
			continue
		}
		d := diag.Diagnostic{
			Source: l.Source, Start: l.Start, End: l.End, Rule: ruleGoGuest,
			Message: "a guest in Go can't export " + l.Title() + ": no code is generated for functions with streams, futures or error contexts",
			Hint:    "write the guest in C, or take the function out of the world",
		}
		if d.Source == nil { // the WIT is binary
			return errors.New(d.Message + "; " + d.Hint)
		}
		list.Add(d)
	}
	return list.Err()
}

// exports reports whether a core module exports a function of a world, which somebody may have written by hand.
func exports(m *coremodule.Module, name string) bool {
	return slices.ContainsFunc(m.Exports, func(x coremodule.Export) bool {
		own := strings.TrimPrefix(strings.TrimPrefix(x.Name, "[async-lift]"), "[async-lift-stackful]")
		return own == name
	})
}
