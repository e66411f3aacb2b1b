package component

import (
	"cmp"
	"slices"
)

// namesSection is the custom section that gives a component and its definitions names for people who look at it.
const namesSection = "component-name"

// nameSection collects these names.
type nameSection struct {
	component string
	entries   [numSorts][]indexName
}

type indexName struct {
	index uint32
	name  string
}

// NameComponent gives the component a name for people.
func (w *Writer) NameComponent(name string) { w.names.component = name }

// Name gives an entry of an index space a name for people.
func (w *Writer) Name(sort Sort, index uint32, name string) {
	list := &w.names.entries[sort]
	*list = append(*list, indexName{index, name})
}

// append writes the section if there are names.
func (n *nameSection) append(o *output) {
	var contents output
	contents.name(namesSection)
	empty := len(contents)
	if n.component != "" {
		var name output
		name.name(n.component)
		contents.section(0, name)
	}
	for sort, list := range n.entries {
		if len(list) > 0 {
			contents.section(1, namesOf(Sort(sort), list))
		}
	}
	if len(contents) > empty {
		o.section(sectionCustom, contents)
	}
}

func namesOf(sort Sort, list []indexName) output {
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b indexName) int { return cmp.Compare(a.index, b.index) })
	var o output
	o.sort(sort)
	o.count(len(list))
	for _, n := range list {
		o.u32(n.index)
		o.name(n.name)
	}
	return o
}
