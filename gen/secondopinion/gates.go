package secondopinion

import (
	"strings"

	witlib "go.bytecodealliance.org/wit"

	"github.com/witan-os/witan/gen/model"
)

// gated reports whether an item is behind an @unstable gate. The library reads items of all features, and
// this generator enables none, as other WIT tools do unless told.
func gated(s witlib.Stability) bool {
	_, unstable := s.(*witlib.Unstable)
	return unstable
}

// stability is what the gates of an item say.
func stability(s witlib.Stability) model.Stability {
	stable, ok := s.(*witlib.Stable)
	if !ok {
		return model.Stability{}
	}
	out := model.Stability{Since: stable.Since.String()}
	if stable.Deprecated != nil {
		out.Deprecated = stable.Deprecated.String()
	}
	return out
}

// tidyDocs removes blank space around a comment and behind its lines.
func tidyDocs(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	for i, l := range lines {
		lines[i] = strings.TrimRight(l, " \t\r")
	}
	return strings.Join(lines, "\n")
}
