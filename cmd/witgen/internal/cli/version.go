package cli

import (
	"fmt"
	"runtime/debug"

	"github.com/witan-os/witan/runtime/contract"
)

type version struct{}

// Run prints the version on one line.
func (version) Run(e *env) error {
	v := "(unknown)"
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		v = info.Main.Version
	}
	_, err := fmt.Fprintf(e.stdout, "witgen %s (generates for runtime contract %d)\n", v, contract.Version)
	return err
}
