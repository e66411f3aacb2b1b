package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// asMachine is set where the test's own executable is to be the machine. It has a file that lists its boots.
const asMachine = "TEST_AS_MACHINE"

func TestMain(m *testing.M) {
	if list := os.Getenv(asMachine); list != "" {
		os.Exit(machine(list, os.Args[1:]))
	}
	os.Exit(m.Run())
}

// machine boots: it prints a banner, in which each boot is slower than the one before, and fails if it is told to.
func machine(list string, args []string) int {
	before, _ := os.ReadFile(list)
	n := bytes.Count(before, []byte("\n")) + 1
	if err := os.WriteFile(list, fmt.Appendf(before, "%s\n", strings.Join(args, " ")), 0o666); err != nil {
		return 2
	}
	switch {
	case args[0] == "silent":
		return 0
	case args[0] == "third" && n == 3:
		fmt.Println("FAILED  everything")
		return 1
	}
	fmt.Fprintf(os.Stderr, "witan on bare metal\n  kernel       %d.5 ms\n  program      %d00.5 ms\n", n, n)
	return 0
}

// run has the machine booted, and returns what is printed and which boots there were.
func run(t *testing.T, args ...string) (stdout, list string, err error) {
	t.Helper()
	name := filepath.Join(t.TempDir(), "list")
	t.Setenv(asMachine, name)
	var out, progress bytes.Buffer
	err = boots(t.Context(), args, &out, &progress)
	made, _ := os.ReadFile(name)
	return out.String(), string(made), err
}

func TestBoots(t *testing.T) {
	stdout, list, err := run(t, "-n", "3", "-cpus", "1 4", os.Args[0], "well")
	if err != nil {
		t.Fatal(err)
	}
	if want := strings.Repeat("well --cpus 1\n", 3) + strings.Repeat("well --cpus 4\n", 3); list != want {
		t.Errorf("the boots are\n%s", list)
	}
	for _, line := range []string{`1 +3 +100 +200 +300( +\d+\.\d){4}`, `4 +3 +400 +500 +600( +\d+\.\d){4}`} {
		if !regexp.MustCompile(`(?m)^ *` + line + ` *$`).MatchString(stdout) {
			t.Errorf("no line is %s:\n%s", line, stdout)
		}
	}
}

func TestFailures(t *testing.T) {
	log := filepath.Join(t.TempDir(), "log")
	stdout, list, err := run(t, "-n", "5", "-cpus", "2", "-log", log, os.Args[0], "third")
	if err == nil || !strings.HasPrefix(err.Error(), "boot 3 of 5 with 2 CPUs: exit status 1\n") || !strings.HasSuffix(err.Error(), log) {
		t.Errorf("the error is %v", err)
	}
	if kept, _ := os.ReadFile(log); string(kept) != "FAILED  everything\n" {
		t.Errorf("what is kept is %q", kept)
	}
	if stdout != "" || strings.Count(list, "\n") != 3 {
		t.Errorf("after the failure: %s%s", stdout, list)
	}
	if _, _, err := run(t, "-n", "1", "-cpus", "1", "-log", log, os.Args[0], "silent"); err == nil || !strings.Contains(err.Error(), errNoBanner.Error()) {
		t.Errorf("without a banner: %v", err)
	}
}

func TestArguments(t *testing.T) {
	for _, args := range [][]string{{"-n", "0", "x"}, {"-cpus", "1 0", "x"}, {"-cpus", "two", "x"}, {"-n", "1"}, {"-m"}} {
		if _, list, err := run(t, args...); err == nil || list != "" {
			t.Errorf("%q: %v", args, err)
		}
	}
}
