package overlay

import "sort"

// entries are the names in a directory. Each name has a sequence number, given in the
// order of creation, so that a listing needs no copy of the directory: it remembers the
// number it has come to, and names may come and go around it.
type entries struct {
	byName map[string]*entry
	order  []*entry // by number; removed entries stay until half are
	next   uint64   // the number of the next entry
}

type entry struct {
	name  string
	inode *inode // nil once removed
	seq   uint64
}

// compactFrom is the length of the order below which removed entries are not worth
// cleaning up.
const compactFrom = 16

func (e *entries) lookup(name string) *inode {
	if found := e.byName[name]; found != nil {
		return found.inode
	}
	return nil
}

func (e *entries) len() int { return len(e.byName) }

// set makes name lead to n. A name that exists keeps its place in listings.
func (e *entries) set(name string, n *inode) {
	if old := e.byName[name]; old != nil {
		old.inode = n
		return
	}
	if e.byName == nil {
		e.byName = make(map[string]*entry)
	}
	added := &entry{name: name, inode: n, seq: e.next}
	e.next++
	e.byName[name] = added
	e.order = append(e.order, added)
}

// remove takes name away.
func (e *entries) remove(name string) {
	removed := e.byName[name]
	removed.inode, removed.name = nil, ""
	delete(e.byName, name)
	if len(e.order) >= compactFrom && len(e.byName) <= len(e.order)/2 {
		e.compact()
	}
}

// compact gives back the memory of removed entries. Maps do not shrink, so the one
// here is replaced: a guest could otherwise grow one directory after another.
func (e *entries) compact() {
	byName := make(map[string]*entry, len(e.byName))
	order := make([]*entry, 0, len(e.byName))
	for _, x := range e.order {
		if x.inode != nil {
			byName[x.name] = x
			order = append(order, x)
		}
	}
	e.byName, e.order = byName, order
}

// after returns the first entry with the number seq or a later one, or nil.
func (e *entries) after(seq uint64) *entry {
	i := sort.Search(len(e.order), func(i int) bool { return e.order[i].seq >= seq })
	for ; i < len(e.order); i++ {
		if e.order[i].inode != nil {
			return e.order[i]
		}
	}
	return nil
}
