package fuse

import "github.com/witan-os/witan/runtime/abi"

// This file is the functions that modules have besides their main ones.

// library writes helpers into a module, each when it is first needed.
type library struct {
	module  *module
	helpers map[helper]int
}

// helper names a function by what it does, in which forms and on which sides of an edge.
type helper struct {
	name           string
	from, to       textForm
	limit          uint32
	fromFar, toFar bool
}

func newLibrary(m *module) library { return library{module: m, helpers: map[helper]int{}} }

// help returns a helper, and has it written if it is not there yet.
func (l *library) help(h helper, sig abi.Signature, write func(*code)) int {
	index, known := l.helpers[h]
	if !known {
		var c *code
		c, index = l.module.define(sig)
		l.helpers[h] = index
		write(c)
	}
	return index
}
