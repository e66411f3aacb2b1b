package threeway

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/witan-os/witan/runtime/abi"
	"github.com/witan-os/witan/runtime/vm"
)

// This file breaks the plan of one executor and expects that the comparison notices.

// breakage is one mistake in a plan.
type breakage struct {
	name string
	// change makes the mistake in a type, whose parts have it already. It reports whether there was anything to
	// make it in.
	change func(t *abi.Type) bool
	// notices is part of what the comparison says, for at least one function.
	notices string
}

var breakages = []breakage{
	{"the offsets of two fields are swapped", func(t *abi.Type) bool {
		for i := 1; i < len(t.Fields); i++ {
			if a, b := &t.Fields[i-1], &t.Fields[i]; a.Type.Size == b.Type.Size {
				a.Offset, b.Offset = b.Offset, a.Offset
				return true
			}
		}
		return false
	}, "the callee gets"},
	{"a char is not checked", func(t *abi.Type) bool { return become(t, abi.Char, abi.U32) }, "is no char"},
	{"a bool is not made 0 or 1", func(t *abi.Type) bool { return become(t, abi.Bool, abi.U8) }, "are not those of a bool"},
	{"a signed integer is not extended", func(t *abi.Type) bool { return become(t, abi.S8, abi.U8) }, "are not those of an s8"},
	{"stray flags stay", func(t *abi.Type) bool {
		if t.Kind != abi.Flags || len(t.Labels)%8 == 0 {
			return false
		}
		t.Labels = append(slices.Clone(t.Labels), "stray")
		return true
	}, "are not those of flags"},
	{"there is a case more", func(t *abi.Type) bool {
		if t.Kind != abi.Enum || len(t.Cases) == 256 {
			return false
		}
		t.Cases = append(slices.Clone(t.Cases), abi.Case{Name: "more"})
		return true
	}, "is no case of an enum"},
	{"a payload is one byte off", func(t *abi.Type) bool {
		if t.Payload == 0 || t.Align != 1 {
			return false
		}
		t.Payload--
		return true
	}, ""},
	{"lists may lie anywhere", func(t *abi.Type) bool {
		if t.Kind != abi.List || t.Elem.Align == 1 {
			return false
		}
		elem := *t.Elem
		elem.Align = 1
		t.Elem = &elem
		return true
	}, "and alignment at"},
	{"elements are a byte apart too far", func(t *abi.Type) bool {
		if t.Kind != abi.List || t.Elem.Align != 1 || t.Elem.Kind == abi.U8 {
			return false
		}
		elem := *t.Elem
		elem.Size++
		t.Elem = &elem
		return true
	}, ""},
}

// TestBrokenPlanIsNoticed makes one mistake after the other in the plan by which dynamic values are lifted and
// lowered. The draws must tell.
func TestBrokenPlanIsNoticed(t *testing.T) {
	const most = 2000 // draws
	sets := loadSets(t)
	v := newVM(t)
	all := map[*set]*vm.Component{}
	for _, s := range sets {
		all[s] = allOf(t, v, s, abi.UTF8)
	}
	for _, b := range breakages {
		t.Run(b.name, func(t *testing.T) {
			draws := 0
			for n := range funcsPerSet {
				for _, s := range sets {
					fn := s.iface.Funcs[n]
					if trial := newTampered(b.change); !trial.breaks(fn.Plan) {
						continue
					}
					k := newLinker(t, v, s, fn, all[s], [2]abi.Encoding{})
					k.tamper = func(p *abi.Plan) *abi.Plan { return newTampered(b.change).plan(p) }
					err := drawUntil(t, k, 100, &draws)
					k.close()
					if err != nil && strings.Contains(err.Error(), b.notices) {
						t.Logf("noticed by draw %d: %v", draws, err)
						return
					}
					if draws > most {
						t.Fatalf("not noticed in %d draws", draws)
					}
				}
			}
			t.Fatalf("not noticed in %d draws", draws)
		})
	}
}

// drawUntil draws calls until one is not as it should be, or there were most of them.
func drawUntil(t *testing.T, k *linker, most int, draws *int) error {
	e := &experiment{linker: k, t: t, tally: &tally{}}
	defer e.recycle()
	try := rapid.Custom(e.try)
	for range most {
		*draws++
		if err := try.Example(*draws); err != nil {
			return err
		}
	}
	return nil
}

// become turns types of one kind into those of another that has the same layout.
func become(t *abi.Type, from, to abi.Kind) bool {
	if t.Kind != from {
		return false
	}
	t.Kind = to
	return true
}

// tampered is a copy of a plan with a mistake in all of its types.
type tampered struct {
	change func(t *abi.Type) bool
	types  map[*abi.Type]*abi.Type
	hit    bool
}

func newTampered(change func(t *abi.Type) bool) *tampered {
	return &tampered{change: change, types: map[*abi.Type]*abi.Type{}}
}

// breaks reports whether the mistake can be made in a plan.
func (b *tampered) breaks(p *abi.Plan) bool {
	b.plan(p)
	return b.hit
}

func (b *tampered) typ(t *abi.Type) *abi.Type {
	if t == nil {
		return nil
	}
	if done, ok := b.types[t]; ok {
		return done
	}
	c := *t
	b.types[t] = &c
	c.Elem = b.typ(t.Elem)
	c.Fields = slices.Clone(t.Fields)
	for i := range c.Fields {
		c.Fields[i].Type = b.typ(t.Fields[i].Type)
	}
	c.Cases = slices.Clone(t.Cases)
	for i := range c.Cases {
		c.Cases[i].Type = b.typ(t.Cases[i].Type)
	}
	b.hit = b.change(&c) || b.hit
	return &c
}

func (b *tampered) flat(f abi.Flat) abi.Flat {
	f.Type = b.typ(f.Type)
	f.Fields = slices.Clone(f.Fields)
	for i := range f.Fields {
		f.Fields[i] = b.flat(f.Fields[i])
	}
	f.Cases = slices.Clone(f.Cases)
	for i, c := range f.Cases {
		if c.Payload != nil {
			p := b.flat(*c.Payload)
			f.Cases[i].Payload = &p
		}
	}
	for len(f.Cases) < len(f.Type.Cases) {
		f.Cases = append(f.Cases, abi.FlatCase{})
	}
	return f
}

func (b *tampered) plan(p *abi.Plan) *abi.Plan {
	c := *p
	f := *p.Func
	f.Params = slices.Clone(f.Params)
	for i := range f.Params {
		f.Params[i].Type = b.typ(f.Params[i].Type)
	}
	f.Result = b.typ(f.Result)
	c.Func = &f
	c.Params = slices.Clone(p.Params)
	for i := range c.Params {
		c.Params[i] = b.flat(c.Params[i])
	}
	c.ParamBlock, c.ResultBlock = b.typ(p.ParamBlock), b.typ(p.ResultBlock)
	if p.Result != nil {
		r := b.flat(*p.Result)
		c.Result = &r
	}
	return &c
}
