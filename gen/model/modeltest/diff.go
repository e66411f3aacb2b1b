// Package modeltest compares models in tests. Models can't be compared as they are: their pointers go in circles,
// and what says the same may be made of other pointers. So each is first flattened into plain values, in which a
// named type stands by its full name wherever it is used.
package modeltest

import (
	"github.com/google/go-cmp/cmp"

	"github.com/witan-os/witan/gen/model"
)

// Ignore names a part of models that a comparison leaves out. Places are left out always.
type Ignore uint8

// What can be left out.
const (
	Docs      Ignore = iota // all documentation
	Stability               // what gates say
	Root                    // which package is the root
	ItemDocs                // the documentation of imports and exports that are interfaces
)

// Diff describes how two trees differ, by names and order. It is empty if they are equal.
func Diff(want, got *model.Tree, ignore ...Ignore) string {
	return cmp.Diff(flatten(want, ignore), flatten(got, ignore))
}
