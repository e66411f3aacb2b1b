package archtest

// The check of the import rules, and the tests that it works.

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"testing"
)

// imported is one import in one file.
type imported struct {
	file string // path in the module, with slashes
	line int
	path string // what is imported, as the file spells it
}

// from is the package that imports.
func (i imported) from() string { return modulePath + "/" + path.Dir(i.file) }

func (i imported) isTest() bool {
	return strings.HasSuffix(i.file, "_test.go") || servesTests(i.from())
}

// servesTests reports whether a package is there for the tests of others.
func servesTests(pkg string) bool {
	name := path.Base(pkg)
	return !isStd(pkg) && (strings.HasPrefix(name, "test") || strings.HasSuffix(name, "test"))
}

// matches reports whether the rules' pattern covers the import path.
func matches(pattern, pkg string) bool {
	if pattern == std {
		return isStd(pkg)
	}
	if !hasDomain(pattern) {
		pattern = modulePath + "/" + pattern
	}
	if root, ok := strings.CutSuffix(pattern, "/..."); ok {
		return pkg == root || strings.HasPrefix(pkg, root+"/")
	}
	return pkg == pattern
}

func matchesAny(patterns []string, pkg string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool { return matches(p, pkg) })
}

// isStd reports whether the package is Go's own. cgo does not count: nothing here may need
// a C compiler.
func isStd(pkg string) bool { return pkg != "C" && !hasDomain(pkg) }

func hasDomain(pkg string) bool {
	first, _, _ := strings.Cut(pkg, "/")
	return strings.Contains(first, ".")
}

// roomOf returns the narrowest room that holds the package, or nil.
func roomOf(pkg string) *room {
	var best *room
	for i := range rooms {
		r := &rooms[i]
		if matches(r.packages, pkg) && (best == nil || matches(best.packages, modulePath+"/"+r.packages)) {
			best = r
		}
	}
	return best
}

// offences returns a sentence for every import that breaks a rule.
func offences(imports []imported) []string {
	var out []string
	for _, i := range imports {
		if why := offence(i); why != "" {
			out = append(out, fmt.Sprintf("%s:%d: %s may not import %s: %s", i.file, i.line, path.Dir(i.file), i.path, why))
		}
	}
	return out
}

// offence returns the reason why the import is forbidden, or "".
func offence(i imported) string {
	r := roomOf(i.from())
	if r == nil {
		return "the package is in no room; give it one in rules_test.go"
	}
	allowed := r.imports
	if i.isTest() {
		allowed = slices.Concat(r.imports, r.tests, testLibraries, []string{i.from()})
	}
	if !matchesAny(allowed, i.path) {
		return fmt.Sprintf("%s (%s: %s)", r.why, r.packages, orNothing(allowed))
	}
	for _, c := range confinements {
		if matches(c.imported, i.path) && !matchesAny(c.to, i.from()) {
			return fmt.Sprintf("%s (%s: only %s)", c.why, c.imported, strings.Join(c.to, ", "))
		}
	}
	if servesTests(i.path) && !i.isTest() {
		return "it serves tests only"
	}
	return ""
}

func orNothing(allowed []string) string {
	if len(allowed) == 0 {
		return "nothing"
	}
	return "only " + strings.Join(allowed, ", ")
}

func TestImports(t *testing.T) {
	var all []imported
	for _, p := range readPackages(t) {
		all = append(all, p.imports...)
	}
	for _, o := range offences(all) {
		t.Error(o)
	}
}

func TestEveryRuleHasAReason(t *testing.T) {
	for _, r := range rooms {
		if r.why == "" {
			t.Errorf("room %s: no reason", r.packages)
		}
	}
	for _, c := range confinements {
		if c.why == "" {
			t.Errorf("confinement of %s: no reason", c.imported)
		}
	}
}

func TestOffences(t *testing.T) {
	const ours = modulePath + "/"
	tests := []struct {
		file, imports string
		want          string // part of the sentence; empty if the import is allowed
	}{
		{"generated/wasi/io/v0.2/streams/streams.wit.go", ours + "runtime/glue", ""},
		{"generated/wasi/io/v0.2/streams/streams.wit.go", ours + "generated/wasi/io/v0.2/poll", ""},
		{"generated/wasi/io/v0.2/streams/streams.wit.go", "context", ""},
		{"generated/wasi/io/v0.2/streams/streams.wit.go", ours + "runtime/abi", "one boundary"},
		{"generated/wasi/io/v0.2/streams/streams.wit.go", ours + "internal/leb128", "one boundary"},
		{"generated/systable/systable.wit.go", "fmt", "pure data"},
		{"generated/systable/systable.wit.go", ours + "runtime/glue", "generated/systable: nothing"},

		{"runtime/vm/vm.go", ours + "runtime/instance", ""},
		{"runtime/vm/vm.go", ours + "internal/leb128", ""},
		{"runtime/vm/vm.go", ours + "generated/systable", "knows no interface"},
		{"runtime/vm/vm.go", ours + "kernel", "knows no interface"},
		{"runtime/vm/vm.go", ours + "hostimpl/wasi", "knows no interface"},
		{"runtime/vm/vm.go", ours + "gen/model", "knows no interface"},
		{"runtime/vm/vm_test.go", ours + "gen/model", "knows no interface"},
		{"runtime/vm/vm_test.go", ours + "hostimpl/wasi", "knows no interface"},
		{"runtime/engine/engine.go", "github.com/tetratelabs/wazero", ""},
		{"runtime/engine/engine.go", "github.com/tetratelabs/wazero/api", ""},
		{"runtime/engine/engine.go", ours + "runtime/instance", "wrapped once"},
		{"runtime/glue/glue.go", "github.com/tetratelabs/wazero/api", "knows no interface"},
		{"runtime/glue/glue_test.go", "github.com/tetratelabs/wazero", "knows no interface"},

		{"kernel/boot.go", ours + "runtime/vm", ""},
		{"kernel/boot.go", ours + "generated/systable", ""},
		{"kernel/boot.go", ours + "runtime/instance", "who may call what"},
		{"kernel/boot.go", ours + "generated/wasi/io/v0.2/streams", "who may call what"},
		{"kernel/boot.go", ours + "hostimpl/wasi", "who may call what"},
		{"kernel/boot.go", ours + "kernel/metal", "who may call what"},
		{"kernel/boot.go", ours + "kernel/driver/uart", "who may call what"},
		{"kernel/boot.go", ours + "kernel/manifest", ""},
		{"kernel/boot_test.go", ours + "hostimpl/wasi", "who may call what"},
		{"kernel/manifest/manifest.go", ours + "kernel", "needs neither"},
		{"kernel/metal/trap.go", "unsafe", ""},
		{"kernel/metal/trap.go", "golang.org/x/sys/unix", "under the Go runtime"},
		{"kernel/metal/trap.go", ours + "internal/leb128", "under the Go runtime"},
		{"kernel/metal/trap.go", ours + "runtime/vm", "under the Go runtime"},
		{"kernel/metal/guest_test.go", ours + "runtime/vm", ""},
		{"kernel/driver/uart/uart.go", ours + "kernel/metal", ""},
		{"kernel/driver/uart/uart.go", ours + "kernel", "its device"},

		{"hostimpl/wasi/io/io.go", ours + "generated/wasi/io/v0.2/streams", ""},
		{"hostimpl/wasi/io/io.go", ours + "runtime/vm", "the interface that was generated"},
		{"hostimpl/wasi/io/io_test.go", ours + "runtime/vm", ""},
		{"hostimpl/wasi/io/io.go", ours + "kernel/metal", "the interface that was generated"},

		{"gen/emit/host.go", "github.com/dave/jennifer/jen", ""},
		{"gen/model/model.go", "github.com/dave/jennifer/jen", "only the emitter"},
		{"gen/model/model.go", "go.bytecodealliance.org/wit", "nothing that runs"},
		{"gen/resolve/load_test.go", "go.bytecodealliance.org/wit", "second opinion"},
		{"gen/secondopinion/load_test.go", "go.bytecodealliance.org/wit", ""},
		{"gen/model/model.go", ours + "runtime/abi", ""},
		{"gen/model/model.go", ours + "runtime/value", "nothing that runs"},
		{"gen/emit/emit.go", ours + "runtime/instance", "nothing that runs"},

		{"loader/elf.go", ours + "kernel/metal", ""},
		{"loader/elf.go", ours + "kernel", "no more of the kernel"},
		{"loader/elf.go", ours + "runtime/vm", "no more of the kernel"},
		{"internal/leb128/leb128.go", "errors", ""},
		{"internal/leb128/leb128.go", ours + "runtime/abi", "any of its users"},
		{"wit/embed.go", "embed", ""},
		{"wit/embed.go", "go.bytecodealliance.org/wit", "depends on nothing"},
		{"wit/tree_test.go", "go.bytecodealliance.org/wit", "depends on nothing"},
		{"wit/tree_test.go", ours + "gen/resolve", ""},

		{"cmd/witgen/main.go", ours + "kernel", ""},
		{"cmd/witgen/main.go", "github.com/tetratelabs/wazero", "a program wires"},
		{"cmd/witgen/main.go", "github.com/dave/jennifer/jen", "a program wires"},

		{"hostimpl/wasi/vfs/vfstest/tree.go", "github.com/google/go-cmp/cmp", ""},
		{"hostimpl/wasi/vfs/vfs_test.go", ours + "hostimpl/wasi/vfs/vfstest", ""},
		{"hostimpl/wasi/vfs/vfs.go", ours + "hostimpl/wasi/vfs/vfstest", "serves tests only"},
		{"hostimpl/wasi/vfs/vfs.go", ours + "internal/testutil", "serves tests only"},
		{"hostimpl/wasi/vfs/vfstest/tree.go", "testing/fstest", ""},
		{"internal/ramdisk/fs_test.go", "testing/fstest", ""},
		{"runtime/value/value_test.go", "pgregory.net/rapid", ""},
		{"runtime/value/value.go", "pgregory.net/rapid", "knows no interface"},
		{"runtime/value/value.go", "github.com/somebody/something", "knows no interface"},
		{"runtime/value/value.go", "C", "knows no interface"},
		{"runtime/value/value.go", "runtime", ""}, // Go's own, in spite of its name
		{"runtime/value/value.go", "runtime/debug", ""},
		{"runtimes/value/value.go", "fmt", "in no room"},
		{"plugins/x.go", "fmt", "in no room"},
	}
	for _, tt := range tests {
		got := offence(imported{file: tt.file, line: 1, path: tt.imports})
		if (got == "") != (tt.want == "") || !strings.Contains(got, tt.want) {
			t.Errorf("%s imports %s:\n got %q\nwant %q", tt.file, tt.imports, got, tt.want)
		}
	}
}

func TestOffencesSayWhere(t *testing.T) {
	got := offences([]imported{
		{"kernel/metal/trap.go", 7, "unsafe"},
		{"kernel/metal/trap.go", 8, modulePath + "/kernel"},
	})
	if len(got) != 1 || !strings.HasPrefix(got[0], "kernel/metal/trap.go:8: kernel/metal may not import "+modulePath+"/kernel: ") {
		t.Errorf("got %q", got)
	}
}
