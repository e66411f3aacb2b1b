package componentize

import (
	"slices"

	"github.com/witan-os/witan/gen/componentize/internal/corename"
)

// This file is about programs in Go that are commands and export functions as well. Go's runtime answers no call before
// "_start" has been called, and that ends the program when it returns. So each call would be a crash, which is found here
// and not by who runs the component.

// startExport is the function with which commands of WASI 0.1 begin.
const startExport = "_start"

// refuseCalls reports exports of the world that a command in Go was to answer itself.
func (b *build) refuseCalls() {
	if !b.main.byGo || !slices.Contains(b.main.exported, startExport) {
		return
	}
	for _, l := range b.lifts {
		if l.from != b.main {
			continue
		}
		remedy := "build it with -buildmode=c-shared"
		if trimVersion(l.item.name) == runInterface {
			remedy = "do not export it, since main is what runs, or " + remedy
		}
		b.problems.add(l.fn.Place, "the world exports %s, and %s has %s for it; but with %s it is a command in Go, which answers no calls: %s",
			corename.FuncName(trimVersion(l.item.name), l.fn.Name), b.main.what, quoted(l.name), quoted(startExport), remedy)
	}
}

// runInterface is the interface through which programs are run, in any version.
const runInterface = "wasi:cli/run"

// isByGo tells whether a custom section says that Go's own compiler has made the module.
func isByGo(contents []byte) bool {
	r := reader{data: contents}
	if string(r.bytes()) != "producers" {
		return false
	}
	for fields := r.u32(); fields > 0 && r.err == nil; fields-- {
		processed := string(r.bytes()) == "processed-by"
		for tools := r.u32(); tools > 0 && r.err == nil; tools-- {
			tool := string(r.bytes())
			r.bytes() // its version
			if processed && tool == "Go cmd/compile" && r.err == nil {
				return true
			}
		}
	}
	return false
}
