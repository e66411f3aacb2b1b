package gosrc

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestComments(t *testing.T) {
	got := CommentLines("a\u0007\ufeff \n\n\tcode\n +build x\ngo:embed y\r")
	if diff := cmp.Diff([]string{"// a", "//", "//\tcode", `// \+build x`, `// \go:embed y`}, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}
