package instance

import (
	"fmt"

	"github.com/witan-os/witan/runtime/abi"
)

// This file resolves the functions of an exported interface for typed clients.

// Binder resolves the functions of one exported interface, one after the other, up to the first error.
//
// A function's type is compared with the text that the client was generated with. Its resources are matched by
// their places in the text: a resource that the component defines has other names there than outside, and Go
// holds it with a [Holder]. All others are those of Go.
type Binder struct {
	inst    *Instance
	iface   string
	holders []Holder
	more    []func(*Instance) ([]Holder, error)
	err     error
}

// Bind begins to resolve the functions of the exported interface with a name, with or without an exact version of
// its semver track, or for "" those that the component exports by themselves.
func (i *Instance) Bind(iface string, holders ...Holder) *Binder {
	return &Binder{inst: i, iface: iface, holders: holders}
}

// Use adds holders of other interfaces' resources. They are made when a function has a resource of the
// component's for which there is none yet.
func (b *Binder) Use(more ...func(*Instance) ([]Holder, error)) { b.more = append(b.more, more...) }

// Func resolves a function, whose type must be the one in the text. It returns nil after an error.
func (b *Binder) Func(name, typ string) *Export {
	if b.err != nil {
		return nil
	}
	e, err := b.resolve(name, typ)
	b.err = err
	return e
}

// Err is the first error.
func (b *Binder) Err() error { return b.err }

func (b *Binder) resolve(name, typ string) (*Export, error) {
	e, err := b.inst.Func(b.iface, name)
	if err != nil {
		return nil, err
	}
	have, resources := e.typ.Outline()
	want, names := abi.OutlineOf(typ)
	if have != want {
		return nil, b.inst.otherType(e, typ)
	}
	known := map[string]*abi.Resource{}
	for i, r := range resources {
		before, again := known[names[i]]
		known[names[i]] = r
		switch l := b.inst.locals[r]; {
		case again && before == r:
		case again:
			return nil, fmt.Errorf("component %q: export %s has two resource types for %s", e.inst.component, e.name, names[i])
		case l != nil:
			if err := b.hold(e, names[i], r, l); err != nil {
				return nil, err
			}
		case r.Name != names[i]:
			return nil, b.inst.otherType(e, typ)
		}
	}
	return e, nil
}

func (i *Instance) otherType(e *Export, want string) error {
	return fmt.Errorf("component %q: export %s has type\n    %s\nand not\n    %s", i.component, e.name, e.typ, want)
}

// hold has the calls of e use the holder for a resource that a component defines.
func (b *Binder) hold(e *Export, name string, r *abi.Resource, l *local) error {
	for {
		for _, h := range b.holders {
			if h.Type.Name == name {
				e.holdings = append(e.holdings, holding{h, r, l})
				return nil
			}
		}
		if len(b.more) == 0 {
			return fmt.Errorf("component %q: export %s deals in resources %s of a component that does not export their interface",
				b.inst.component, e.name, name)
		}
		holders, err := b.more[0](b.inst)
		if err != nil {
			return err
		}
		b.holders, b.more = append(b.holders, holders...), b.more[1:]
	}
}
