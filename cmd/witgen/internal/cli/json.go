package cli

import (
	"encoding/json"
	"io"
)

// writeJSON writes a result for programs, as all commands do: indented, and with < and > as they are.
func writeJSON(w io.Writer, result any) error {
	out := json.NewEncoder(w)
	out.SetIndent("", "  ")
	out.SetEscapeHTML(false)
	return out.Encode(result)
}
