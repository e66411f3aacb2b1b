package print

import (
	"fmt"
	"strings"

	"github.com/witan-os/witan/gen/model"
)

func (w *writer) docs(text string) {
	if text == "" {
		return
	}
	for line := range strings.SplitSeq(text, "\n") {
		w.line(strings.TrimRight("/// "+line, " "))
	}
}

// gates writes the attributes of an item.
func (w *writer) gates(s model.Stability, externalID string) {
	if s.Since != "" {
		w.line("@since(version = ", s.Since, ")")
	}
	if s.Unstable != "" {
		w.line("@unstable(feature = ", name(s.Unstable), ")")
	}
	if s.Deprecated != "" {
		w.line("@deprecated(version = ", s.Deprecated, ")")
	}
	if externalID != "" {
		w.line("@external-id(", quote(externalID), ")")
	}
}

// quote writes a string literal. Characters that a WIT file may not have are written by their number.
func quote(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case ' ' <= r && r <= '~':
			b.WriteRune(r)
		default:
			fmt.Fprintf(&b, `\u{%x}`, r)
		}
	}
	b.WriteByte('"')
	return b.String()
}
