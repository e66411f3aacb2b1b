package goguest

import "github.com/witan-os/witan/gen/model"

// This file tells whoever runs the generator what they will look for in vain: functions that a guest in Go can't have
// are left out of the generated code, where a comment says so that nobody reads who does not know that it is there.

// LeftOut is a function of a world that there is no code for.
type LeftOut struct {
	*model.Func
	// Key is what the component calls the interface that has the function; empty for one of the world itself.
	Key string
	// Exported says that the world exports it. Then no guest in Go can be for the world.
	Exported bool
}

// Title is what a component calls the function, for example "wasi:cli/stdin@0.3.0#read-via-stream".
func (l LeftOut) Title() string {
	if l.Key == "" {
		return l.Name
	}
	return l.Key + "#" + l.Name
}

// Missing are the functions of a world that guests in Go can't have, in the order of the world: those that pass
// streams, futures or error contexts. The representation of the world has been computed.
func Missing(w *model.World) []LeftOut {
	return append(missing(w.Imports, false), missing(w.Exports, true)...)
}

func missing(items []*model.Item, exported bool) []LeftOut {
	var list []LeftOut
	add := func(key string, funcs []*model.Func) {
		for _, fn := range funcs {
			if passesAsync(fn.ABI) {
				list = append(list, LeftOut{fn, key, exported})
			}
		}
	}
	for _, item := range items {
		if item.Interface != nil {
			add(item.Key(), item.Interface.Funcs)
		}
	}
	add("", model.Funcs(items))
	return list
}
