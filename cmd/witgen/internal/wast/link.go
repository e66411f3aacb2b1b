package wast

import (
	"github.com/witan-os/witan/runtime/component"
	"github.com/witan-os/witan/runtime/vm"
)

// This file finds out which instances of a script are linked to each other. Those live in a common store and trap
// together; all others have a store of their own, so that the end of one is not the end of another.

// imports are the names that components of the script import, as far as they can be decoded.
func (s *script) imports() map[string]bool {
	names := map[string]bool{}
	for i := range s.Commands {
		c := &s.Commands[i]
		if c.isCore() || c.binary() == "" {
			continue
		}
		data, err := s.read(c.binary())
		if err != nil {
			continue // the command itself reports it
		}
		decoded, err := component.DecodeWith(data, component.AllFeatures)
		if err != nil {
			continue
		}
		for _, i := range decoded.Type.Imports {
			names[i.Name] = true
		}
	}
	return names
}

// planLinks notes whose instances other components import.
func (x *execution) planLinks() {
	x.imported = x.script.imports()
	for _, c := range x.script.Commands {
		if c.Type == "register" && x.imported[c.As] {
			x.imported[c.Name] = true
		}
	}
}

// shared reports whether an instance of that name is linked to others later on.
func (x *execution) shared(name string) bool { return x.imported[name] }

// commonStore is where linked instances live. After a trap there is a new one.
func (x *execution) commonStore() *vm.Store {
	if x.store == nil || x.store.Err() != nil {
		x.store = x.vm.NewStore(vm.Limits{})
	}
	return x.store
}
