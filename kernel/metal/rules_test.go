package metal

import (
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestHandlersKeepTheRules compiles the package for metal and follows every call
// from the kernel's entry points: what handlers reach must not allocate, store
// pointers under the collector's eyes, or enter the runtime in any other way.
func TestHandlersKeepTheRules(t *testing.T) {
	if testing.Short() {
		t.Skip("runs the compiler")
	}
	tool, err := exec.LookPath("go")
	if err != nil {
		t.Skip("needs the go command")
	}
	build := exec.Command(tool, "build", "-gcflags=-S", ".")
	build.Env = append(os.Environ(), "GOOS=linux", "GOARCH=amd64", "CGO_ENABLED=0")
	listing, err := build.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%.2000s", err, listing)
	}
	calls := parseCalls(listing)
	if len(calls) < 100 {
		t.Fatalf("only %d functions in the compiler's listing", len(calls))
	}

	entries := []string{"boot", "startSecondary", "trap", "exception", "pageFault", "nonMaskable", "staticError.Error"}
	for name := range calls {
		if strings.HasPrefix(name, "sys") {
			entries = append(entries, name) // called through the table
		}
	}
	reached, broken := followCalls(calls, entries)
	for _, b := range broken {
		t.Error(b)
	}
	for _, name := range []string{"sysMmap", "pushSignal", "(*tarWalker).next", "(*vmaTable).insert", "DecodeBootInfo"} {
		if !reached[name] {
			t.Errorf("%s was not reached: the listing is not understood", name)
		}
	}
	if _, broken := followCalls(calls, []string{"SplitCommandLine"}); len(broken) == 0 {
		t.Error("a function that allocates passes for one that does not")
	}
}

// followCalls returns the package's functions that can be reached from entries,
// and the calls out of it that are not allowed.
func followCalls(calls map[string][]string, entries []string) (reached map[string]bool, broken []string) {
	reached = map[string]bool{}
	for queue := slices.Clone(entries); len(queue) > 0; {
		name := queue[0]
		queue = queue[1:]
		if reached[name] {
			continue
		}
		reached[name] = true
		for _, callee := range calls[name] {
			if own, ok := strings.CutPrefix(callee, packagePath); ok {
				queue = append(queue, own)
			} else if !allowedInHandlers(callee) {
				broken = append(broken, name+" calls "+callee)
			}
		}
	}
	return reached, broken
}

const packagePath = "github.com/witan-os/witan/kernel/metal."

// allowedInHandlers lists what the compiler may call on its own: moving and
// clearing memory, and panics, which in a handler end in a register dump.
func allowedInHandlers(callee string) bool {
	return slices.Contains([]string{
		"runtime.memmove", "runtime.memclrNoHeapPointers", "runtime.memequal",
		"runtime.duffzero", "runtime.duffcopy", "runtime.morestack_noctxt",
	}, callee) || strings.HasPrefix(callee, "runtime.panic") || strings.HasPrefix(callee, "runtime.goPanic")
}

var (
	functionLine = regexp.MustCompile(`^(\S+) STEXT `)
	callLine     = regexp.MustCompile(`\t(?:CALL|JMP)\t([^\s(]\S*)\(SB\)`)
)

// parseCalls returns what each function of the package calls.
func parseCalls(listing []byte) map[string][]string {
	calls := map[string][]string{}
	current := ""
	for line := range strings.Lines(string(listing)) {
		if m := functionLine.FindStringSubmatch(line); m != nil {
			current = strings.TrimPrefix(m[1], packagePath)
			calls[current] = append([]string{}, calls[current]...) // also its ABI wrapper
		} else if m := callLine.FindStringSubmatch(line); m != nil && current != "" {
			calls[current] = append(calls[current], m[1])
		}
	}
	return calls
}
