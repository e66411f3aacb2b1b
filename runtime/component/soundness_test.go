package component_test

// What holds for every component that is accepted, so that those who use one need no checks of their own.

import (
	"fmt"

	. "github.com/witan-os/witan/runtime/component"
)

// spaces counts the entries of index spaces while definitions are walked.
type spaces map[Sort]int

// checkDecoded walks the definitions like an instantiation does: every index is one of an entry that
// stands before, and the static index spaces have as many entries as the walk adds.
func checkDecoded(c *Component) error { return checkWithin(c, nil) }

func checkWithin(c *Component, outer []spaces) error {
	n := spaces{}
	enclosing := append([]spaces{n}, outer...)
	for _, d := range c.Defs {
		if inner, ok := d.(*Component); ok {
			if err := checkWithin(inner, enclosing); err != nil {
				return err
			}
		}
		for _, u := range uses(d) {
			if int(u.index) >= n[u.sort] {
				return fmt.Errorf("offset %#x: %T uses %s %d of %d", d.Offset(), d, u.sort, u.index, n[u.sort])
			}
		}
		if a, ok := d.(*AliasOuter); ok && int(a.Index) >= enclosing[a.Count][a.Sort] {
			return fmt.Errorf("offset %#x: outer alias of %s %d of %d", d.Offset(), a.Sort, a.Index, enclosing[a.Count][a.Sort])
		}
		sort, added := adds(d)
		n[sort] += added
	}
	for sort, have := range map[Sort]int{
		SortType: len(c.Types), SortFunc: len(c.Funcs), SortInstance: len(c.Instances),
		SortComponent: len(c.Components), SortValue: len(c.Values), SortCoreType: len(c.CoreTypes),
	} {
		if have != n[sort] {
			return fmt.Errorf("the component has %d static entries for %d of sort %s", have, n[sort], sort)
		}
	}
	for i, r := range c.Resources {
		if r.Index != i {
			return fmt.Errorf("resource type %d has the index %d", i, r.Index)
		}
	}
	return nil
}

type use struct {
	sort  Sort
	index uint32
}

// uses are the entries of the component's own index spaces that a definition refers to.
func uses(d Def) (list []use) {
	add := func(s Sort, i uint32) { list = append(list, use{s, i}) }
	switch d := d.(type) {
	case *CoreInstantiate:
		add(SortCoreModule, d.Module)
		for _, a := range d.Args {
			add(SortCoreInstance, a.Instance)
		}
	case *CoreInlineExports:
		for _, e := range d.Exports {
			add(e.Sort, e.Index)
		}
	case *Instantiate:
		add(SortComponent, d.Component)
		for _, a := range d.Args {
			add(a.Sort, a.Index)
		}
	case *InlineExports:
		for _, e := range d.Exports {
			add(e.Sort, e.Index)
		}
	case *AliasExport:
		add(SortInstance, d.Instance)
	case *AliasCoreExport:
		add(SortCoreInstance, d.Instance)
	case *Lift:
		add(SortCoreFunc, d.CoreFunc)
		add(SortType, d.TypeIndex)
		list = append(list, optionUses(d.Options)...)
	case *Lower:
		add(SortFunc, d.Func)
		list = append(list, optionUses(d.Options)...)
	case *Builtin:
		list = optionUses(d.Options)
		if d.Type != nil {
			add(SortType, d.TypeIndex)
		}
	case *Start:
		add(SortFunc, d.Func)
		for _, a := range d.Args {
			add(SortValue, a)
		}
	case *Export:
		add(d.Sort, d.Index)
	}
	return list
}

func optionUses(o Options) (list []use) {
	for _, x := range []struct {
		set bool
		use use
	}{
		{o.HasMemory, use{SortCoreMemory, o.Memory}},
		{o.HasRealloc, use{SortCoreFunc, o.Realloc}},
		{o.HasPostReturn, use{SortCoreFunc, o.PostReturn}},
		{o.HasCallback, use{SortCoreFunc, o.Callback}},
	} {
		if x.set {
			list = append(list, x.use)
		}
	}
	return list
}

// adds tells how many entries a definition adds to which index space.
func adds(d Def) (Sort, int) {
	switch d := d.(type) {
	case *Component:
		return SortComponent, 1
	case *CoreModule:
		return SortCoreModule, 1
	case *CoreInstantiate, *CoreInlineExports:
		return SortCoreInstance, 1
	case *CoreTypeDef:
		return SortCoreType, len(d.Types)
	case *Instantiate, *InlineExports:
		return SortInstance, 1
	case *AliasExport:
		return d.Sort, 1
	case *AliasCoreExport:
		return d.Sort, 1
	case *AliasOuter:
		return d.Sort, 1
	case *TypeDef:
		return SortType, 1
	case *Lift:
		return SortFunc, 1
	case *Lower, *Builtin:
		return SortCoreFunc, 1
	case *Start:
		return SortValue, int(d.Results)
	case *Import:
		return d.Type.Sort, 1
	case *Export:
		return d.Sort, 1
	default:
		return SortFunc, 0
	}
}
