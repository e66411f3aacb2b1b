package cli

import (
	"errors"

	"github.com/witan-os/witan/internal/diag"
)

// errorFormat is the flag of commands that report errors in WIT.
type errorFormat struct {
	ErrorFormat string `name:"error-format" enum:"text,json" default:"text" placeholder:"text|json" help:"How errors in files are printed: text, with the line that they are in, or json for programs (default: text)."`
}

// asked prints an error as JSON if that was asked for and it is one in a text. It returns what is left to be
// said.
func (f errorFormat) asked(e *env, err error) error {
	var list diag.List
	if f.ErrorFormat != "json" || !errors.As(err, &list) {
		return err
	}
	if err := diag.WriteJSON(e.stderr, list); err != nil {
		return err
	}
	return exitCode(Bad)
}
