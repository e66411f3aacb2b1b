// Package inspect describes WebAssembly files: what a component or core module imports and exports, with
// which types, and what it is made of.
//
// [Describe] makes a [File], which is plain data and the documented form of "witgen inspect --json";
// [File.Tree] lays it out for people. Nothing is compiled or run, so a file that is described well may
// still be refused by the engine.
package inspect

import (
	"github.com/witan-os/witan/runtime/component"
)

// Describe describes a component or a core module. The error is a [*component.Error] with the offset and
// the rule that the file breaks.
func Describe(data []byte) (f *File, err error) {
	kind, err := component.Sniff(data)
	if err != nil {
		return nil, err
	}
	f = &File{Format: Format, Kind: kind.String(), Size: len(data)}
	b := &budget{left: maxDescription}
	defer func() {
		if r := recover(); r != nil {
			failure, ok := r.(*component.Error)
			if !ok {
				panic(r)
			}
			f, err = nil, failure
		}
	}()
	if kind == component.KindModule {
		shown, err := component.DecodeModule(data, component.AllFeatures)
		if err != nil {
			return nil, err
		}
		f.Module = (&describer{budget: b}).module(data, 0, shown)
		return f, nil
	}
	c, err := component.DecodeWith(data, component.AllFeatures)
	if err != nil {
		return nil, err
	}
	f.Component = describeComponent(b, c)
	return f, nil
}

// maxDescription bounds a description, counted roughly in bytes of its text. Definitions of a file share
// types, so a small hostile file could otherwise have a description that fills the memory.
const maxDescription = 64 << 20

// entryCost is what an entry of a description costs besides its text.
const entryCost = 64

// budget is how much the description may still grow.
type budget struct{ left int }

// spend pays for an entry with that many bytes of text. at is where the file asks for it.
func (b *budget) spend(at int64, text int) {
	if b.left -= entryCost + text; b.left < 0 {
		fail(at, "", "the description of the file is longer than %d MB", maxDescription>>20)
	}
}
