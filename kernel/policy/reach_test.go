package policy_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/witan-os/witan/internal/testutil"
	"github.com/witan-os/witan/kernel/policy"
)

// TestReach has a system with all ways in which one process moves another. The report says which there are; what must
// be in it and what must not is said here.
func TestReach(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("testdata", "reach.toml"))
	if err != nil {
		t.Fatal(err)
	}
	report := policy.Report(policy.Reach(plan(t, string(text))))
	testutil.Golden(t, filepath.Join("testdata", "reach.txt"), []byte(report))
	for _, line := range []string{
		"blk can drive virtio-blk with 64 KiB of its memory",
		"fs can drive virtio-blk with 64 KiB of its memory (calls blk)",
		"shell can drive virtio-blk with 64 KiB of its memory (asks fs, calls blk)",
		"shell can start worker",
		"shell can write the memory board (starts worker)",
		"recorder can receive from the endpoint log",
		"butler can receive from the endpoint bell",
		"painter can receive from the endpoint bell (tells butler at bell)",
		"shell can receive from the endpoint log (tells recorder at log)",
		// The painter has the right to grant; whoever it talks to can get a reference to the screen.
		"recorder can write the framebuffer (given by painter at log)",
		"shell can write the framebuffer (tells recorder at log, given by painter at log)",
		"recorder can send to the log diary",
		"butler can send to the log diary (given by painter at bell, given by recorder at log)",
		"painter can watch fs",
		"painter can wait for the end of fs",
		"painter can kill fs",
		"recorder can kill fs (given by painter at log)",
	} {
		if !strings.Contains(report, "\n"+line+"\n") {
			t.Errorf("the report lacks %q", line)
		}
	}
	for _, part := range []string{
		"worker can drive virtio-blk", // it is nobody's client
		"blk can start",               // providers do not move their clients
		"island can use witan",        // it knows nobody
		"start driver",                // it exists elsewhere
		"read the framebuffer (given", // the right to read can't be passed on
		"watch fs (given",             // nor that one
		"wasi:io",                     // nobody needs a grant for that
	} {
		if strings.Contains(report, part) {
			t.Errorf("the report has %q", part)
		}
	}
}

func TestCompare(t *testing.T) {
	findings := policy.Reach(plan(t, small))
	report := policy.Report(findings)
	if fresh, gone := policy.Compare(report, findings); fresh != nil || gone != nil {
		t.Errorf("compared with itself: %v, %v", fresh, gone)
	}
	const line = "shell can start calc"
	changed := strings.Replace(report, line+"\n", "# "+line+"\n\nshell can fly\nshell can fly\n", 1)
	fresh, gone := policy.Compare(changed, findings)
	if diff := cmp.Diff([]string{line}, fresh); diff != "" {
		t.Errorf("new (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"shell can fly"}, gone); diff != "" {
		t.Errorf("gone (-want +got):\n%s", diff)
	}
}
