package resolve

import (
	"strings"

	witlib "go.bytecodealliance.org/wit"
)

// gated reports whether an item is behind an @unstable gate. The library reads items of all features, and
// this generator enables none, as other WIT tools do unless told.
func gated(s witlib.Stability) bool {
	_, unstable := s.(*witlib.Unstable)
	return unstable
}

// docs is an item's documentation, with Go's notice behind it if the item is deprecated.
func docs(d witlib.Docs, s witlib.Stability) string {
	text := tidyDocs(d.Contents)
	stable, ok := s.(*witlib.Stable)
	if !ok || stable.Deprecated == nil {
		return text
	}
	notice := "Deprecated: since version " + stable.Deprecated.String() + " of the WIT package."
	if text == "" {
		return notice
	}
	return text + "\n\n" + notice
}

// tidyDocs removes blank space around a comment and behind its lines.
func tidyDocs(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	for i, l := range lines {
		lines[i] = strings.TrimRight(l, " \t\r")
	}
	return strings.Join(lines, "\n")
}
