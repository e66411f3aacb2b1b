package guestbuild

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// This file runs clang, for guests in C. They are freestanding: there is no C library and nothing of an operating
// system but what the world has.

// minClang is the first version that is known to make what is needed.
const minClang = 14

// clangPlaces are where a clang may be that is not on the path of programs: Homebrew keeps it apart from the system's,
// which makes no WebAssembly.
var clangPlaces = []string{"/opt/homebrew/opt/llvm/bin/clang", "/usr/local/opt/llvm/bin/clang"}

// lldPlaces are where Homebrew has the linker.
var lldPlaces = []string{"/opt/homebrew/opt/lld/bin/wasm-ld", "/usr/local/opt/lld/bin/wasm-ld"}

// maxClang ends the search for clang-14, clang-15 and so on, under which names distributions have several versions.
const maxClang = 40

const clangMissing = "guests in C need clang %d or later with the target wasm32, and wasm-ld: %s " +
	"(Debian and Ubuntu: apt-get install clang lld; macOS: brew install llvm lld)"

// clang is a compiler that was found.
type clang struct {
	path    string
	version string // as it prints it, such as "Debian clang version 14.0.6"
	linker  string // path of wasm-ld; "" if clang finds it itself
}

// findClang finds a compiler that can make WebAssembly, and its linker.
func findClang(ctx context.Context) (*clang, error) {
	candidates := append([]string{"clang"}, clangPlaces...)
	for v := maxClang; v >= minClang; v-- {
		candidates = append(candidates, "clang-"+strconv.Itoa(v))
	}
	why := errors.New("there is no clang")
	for _, name := range candidates {
		path, err := exec.LookPath(name)
		if err != nil {
			continue
		}
		c, err := probeClang(ctx, path)
		if err == nil {
			return c, nil
		}
		why = fmt.Errorf("%s %w", path, err)
	}
	return nil, fmt.Errorf(clangMissing, minClang, why)
}

var clangVersion = regexp.MustCompile(`clang version ([0-9]+)\.`)

// probeClang asks a compiler whether it will do. The error completes a sentence that begins with its path.
func probeClang(ctx context.Context, path string) (*clang, error) {
	ask := func(args ...string) (string, error) { return (&command{name: path, args: args}).output(ctx) }
	version, err := ask("--version")
	if err != nil {
		return nil, fmt.Errorf("does not run: %w", err)
	}
	c := &clang{path: path}
	c.version, _, _ = strings.Cut(version, "\n")
	m := clangVersion.FindStringSubmatch(version)
	if m == nil {
		return nil, fmt.Errorf("says that it is %q", c.version)
	}
	if n, err := strconv.Atoi(m[1]); err != nil || n < minClang {
		return nil, fmt.Errorf("is version %s", m[1])
	}
	targets, err := ask("--print-targets")
	if err != nil || !slices.Contains(strings.Fields(targets), "wasm32") {
		return nil, errors.New("does not have the target")
	}
	return c, c.findLinker(ask, m[1])
}

// findLinker finds wasm-ld, which a clang of a distribution may only know under a name with its version.
func (c *clang) findLinker(ask func(...string) (string, error), version string) error {
	if out, err := ask("--print-prog-name=wasm-ld"); err == nil {
		if _, err := exec.LookPath(strings.TrimSpace(out)); err == nil {
			return nil
		}
	}
	for _, name := range append([]string{"wasm-ld-" + version}, lldPlaces...) {
		if path, err := exec.LookPath(name); err == nil {
			c.linker = path
			return nil
		}
	}
	return errors.New("finds no wasm-ld")
}

// compileC makes the core module and returns what the compiler said nevertheless.
func (g *Guest) compileC(ctx context.Context, module string) (warnings string, err error) {
	c, err := findClang(ctx)
	if err != nil {
		return "", err
	}
	sources, err := g.sourcesC()
	if err != nil {
		return "", err
	}
	cmd := &command{name: c.path, label: filepath.Base(c.path), args: append(g.flagsC(c), append([]string{"-o", module}, sources...)...)}
	warnings, err = cmd.warnings(ctx)
	return warnings, refused(err)
}

// sourcesC are the files of the guest and those that were generated for it.
func (g *Guest) sourcesC() ([]string, error) {
	var list []string
	for _, dir := range []string{g.Dir, g.Out} {
		files, err := filepath.Glob(filepath.Join(escapeGlob(dir), "*.c"))
		if err != nil {
			return nil, err
		}
		list = append(list, files...)
	}
	slices.Sort(list) // the linker's result depends on the order
	list = slices.Compact(list)
	if len(list) == 0 {
		return nil, fmt.Errorf("%s has no *.c", g.Dir)
	}
	for i, name := range list {
		if strings.HasPrefix(name, "-") {
			list[i] = "./" + name
		}
	}
	return list, nil
}

// flagsC are the flags of the compiler. Nothing in them says where the source is, so that it may be anywhere.
func (g *Guest) flagsC(c *clang) []string {
	flags := []string{
		"--target=wasm32", "-std=c11", "-ffreestanding", "-nostdlib", "-mbulk-memory", "-Wall", "-Wextra",
		"-I" + g.Dir, "-I" + g.Out, "-ffile-prefix-map=" + g.Dir + "=.",
		// The stack comes first, so that one that is full traps in place of overwriting data.
		"-Wl,--stack-first",
		// Debugging sections go, and the names of functions stay: a trap's backtrace is made of them.
		"-Wl,--strip-debug",
	}
	// Every export of the world is a function of the generated source. Where there is none, the program has a _start.
	if g.World != nil && len(g.World.Exports) > 0 {
		flags = append(flags, "-Wl,--no-entry")
	}
	if c.linker != "" {
		flags = append(flags, "-fuse-ld="+c.linker)
	}
	if g.opt.Optimize {
		return append(flags, "-Oz", "-Wl,--strip-all")
	}
	return append(flags, "-Os")
}
