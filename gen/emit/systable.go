package emit

import (
	"bytes"
	_ "embed"
	"fmt"

	"github.com/witan-os/witan/gen/emit/gosrc"
	"github.com/witan-os/witan/gen/lock"
	"github.com/witan-os/witan/gen/model"
)

// The files of the system call table, in the output directory.
const (
	systableGo   = "systable/systable.wit.go"
	SystableJSON = "systable/syscalls.json"
)

// Syscalls lists the functions that programs can import from the packages that are generated.
func Syscalls(tree *model.Tree, opt Options) ([]*lock.Call, error) {
	g := newGenerator(tree, opt)
	return lock.Calls(tree, func(s *model.Scope) bool { return !g.external(s) })
}

// systableHead is the part of the Go package that is the same for all tables.
//
//go:embed systable.go.txt
var systableHead string

// Systable writes the table of system calls twice: as a Go package of pure data, and as JSON.
func Systable(t *lock.Table) ([]File, error) {
	var b bytes.Buffer
	b.WriteString(Header + "\n\n" + systableHead)
	writeCalls(&b, t)
	writeNames(&b, t)
	source, err := gosrc.Format(systableGo, b.Bytes())
	if err != nil {
		return nil, err
	}
	text, err := t.JSON()
	return []File{{Path: systableGo, Content: source}, {Path: SystableJSON, Content: text}}, err
}

// writeCalls writes the rows, each at the index that is its number.
func writeCalls(b *bytes.Buffer, t *lock.Table) {
	kinds := map[lock.Kind]string{
		lock.Function: "Function", lock.Method: "Method", lock.Static: "Static", lock.Constructor: "Constructor", lock.Drop: "Drop",
	}
	rights := map[lock.Right]string{
		lock.RightNone: "Nothing", lock.RightHandle: "Handle", lock.RightInterface: "Interface", lock.RightPackage: "Package",
	}
	b.WriteString("\n// Calls has each call at the index that is its number. Number 0 is no call.\nvar Calls = [...]Call{\n")
	for _, r := range t.Calls {
		fmt.Fprintf(b, "\t%d: {\n\t\tInterface: %q, Track: %q, Function: %q, Since: %q,\n", r.Number, r.Interface, r.Track, r.Function, r.Since)
		fmt.Fprintf(b, "\t\tKind: %s, Right: %s", kinds[r.Kind], rights[r.Right])
		if r.Blocking {
			b.WriteString(", Blocking: true")
		}
		if r.Retired {
			b.WriteString(", Retired: true")
		}
		fmt.Fprintf(b, ", Hash: 0x%s,\n", r.Hash)
		if r.Type != "" {
			fmt.Fprintf(b, "\t\tType: %q,\n\t\tCore: %q,\n", r.Type, r.Core)
		}
		b.WriteString("\t},\n")
	}
	b.WriteString("}\n")
}

// writeNames writes the index by names.
func writeNames(b *bytes.Buffer, t *lock.Table) {
	b.WriteString("\n// byName has the numbers of all calls but retired ones, sorted by interface, track and function.\nvar byName = [...]uint16{")
	for i, n := range t.Names() {
		if i%16 == 0 {
			b.WriteString("\n\t")
		}
		fmt.Fprintf(b, "%d, ", n)
	}
	b.WriteString("\n}\n")
}
