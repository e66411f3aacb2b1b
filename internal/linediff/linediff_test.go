package linediff_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/witan-os/witan/internal/linediff"
)

func TestUnified(t *testing.T) {
	long := strings.Repeat("x\n", 10)
	tests := []struct{ name, old, new, want string }{
		{"equal", "a\n", "a\n", ""},
		{"added to nothing", "", "a\nb\n", "@@ -0,0 +1,2 @@\n+a\n+b\n"},
		{"all removed", "a\n", "", "@@ -1 +0,0 @@\n-a\n"},
		{"in the middle", "1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nfive\n6\n7\n8\n9\n", "@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n"},
		{"line end missing", "a", "a\n", "@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a\n"},
		{"two hunks", "a\n" + long + "b\n", "A\n" + long + "B\n", "@@ -1,4 +1,4 @@\n-a\n+A\n x\n x\n x\n@@ -9,4 +9,4 @@\n x\n x\n x\n-b\n+B\n"},
		{"near ones in one hunk", "a\nx\nx\nx\nx\nx\nx\nb\n", "A\nx\nx\nx\nx\nx\nx\nB\n", "@@ -1,8 +1,8 @@\n-a\n+A\n x\n x\n x\n x\n x\n x\n-b\n+B\n"},
		{"moved", "a\nb\nc\n", "b\nc\na\n", "@@ -1,3 +1,3 @@\n-a\n b\n c\n+a\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			want := tt.want
			if want != "" {
				want = "--- old\n+++ new\n" + want
			}
			if diff := cmp.Diff(want, linediff.Unified("old", tt.old, "new", tt.new)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestPatch lets the patch command apply differences of all kinds, and expects the new text.
func TestPatch(t *testing.T) {
	patch, err := exec.LookPath("patch")
	if err != nil {
		t.Skip(err)
	}
	dir := t.TempDir()
	text := rapid.Custom(func(t *rapid.T) string {
		lines := rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "c", ""}), 0, 40).Draw(t, "lines")
		end := rapid.SampledFrom([]string{"", "\n"}).Draw(t, "end")
		return strings.Join(lines, "\n") + end
	})
	rapid.Check(t, func(rt *rapid.T) {
		before, after := text.Draw(rt, "before"), text.Draw(rt, "after")
		if before == after || after == "" { // patch removes a file that becomes empty
			return
		}
		file := filepath.Join(dir, "file")
		if err := os.WriteFile(file, []byte(before), 0o666); err != nil {
			rt.Fatal(err)
		}
		cmd := exec.Command(patch, "--quiet", file)
		cmd.Stdin = strings.NewReader(linediff.Unified("file", before, "file", after))
		if out, err := cmd.CombinedOutput(); err != nil {
			rt.Fatalf("%v: %s", err, out)
		}
		if got, err := os.ReadFile(file); err != nil || string(got) != after {
			rt.Fatalf("got %q, want %q (%v)", got, after, err)
		}
	})
}

// TestNothingInCommon has texts that would take long to compare line by line.
func TestNothingInCommon(t *testing.T) {
	var before, after strings.Builder
	const n = 20_000
	for i := range n {
		fmt.Fprintf(&before, "a%d\n", i)
		fmt.Fprintf(&after, "b%d\n", i)
	}
	got := linediff.Unified("old", before.String(), "new", after.String())
	if want := fmt.Sprintf("@@ -1,%d +1,%d @@\n", n, n); strings.Count(got, "@@\n") != 1 || !strings.Contains(got, want) {
		t.Errorf("not one replacement: %.200s", got)
	}
}
