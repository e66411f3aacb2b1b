package componentize

import (
	"github.com/witan-os/witan/gen/componentize/internal/corename"
	"github.com/witan-os/witan/gen/model"
)

// What crosses the boundary in memory needs a memory, and something that allocates in it. Both are lent by a module: the
// main one and adapters with a memory of their own lend theirs, and for other adapters it is that of the main module.

func isRealloc(name string) bool { return corename.ParseExport(name).Role == corename.Realloc }

// mainRealloc is what allocates in the memory of the main module for an adapter: an export of the module or, for
// want of that, more memory.
func (m *matcher) mainRealloc(purpose corename.Role) (from *module, export string) {
	if name, ok := m.main.realloc(purpose); ok {
		return m.main, name
	}
	m.growing = true
	return m.grow, growExport
}

// reallocOf is what allocates in the memory of a module for a purpose.
func (m *matcher) reallocOf(of *module, purpose corename.Role) (from *module, export string) {
	name, ok := of.realloc(purpose)
	switch {
	case !ok:
		return m.mainRealloc(purpose)
	case of == m.main && m.between != nil && name == of.byRole[corename.Realloc]:
		return m.between, m.between.byRole[corename.GuestRealloc]
	}
	return of, name
}

// standsBetween finds an adapter that stands between the host and the allocator of the main module. A program's allocator may
// call what the adapter answers for, and while it allocates for the host nothing may call out: so the adapter has to know.
func (b *build) standsBetween() {
	for _, a := range b.list {
		if _, ok := a.byRole[corename.GuestRealloc]; ok && b.used[a] && b.mainAllocates() {
			b.between = a
			return
		}
	}
}

// mainAllocates tells whether the main module has a function that allocates for the host.
func (m *matcher) mainAllocates() bool {
	_, ok := m.main.realloc(corename.Realloc)
	return ok
}

// stackRealloc is what allocates the stack of an adapter.
func (m *matcher) stackRealloc(state bool) (from *module, export string) {
	if state {
		return m.mainRealloc(corename.AdapterRealloc)
	}
	m.growing = true
	return m.grow, growExport
}

// canLend checks that a module has a memory and an allocator, as far as a call needs them.
func (m *matcher) canLend(of *module, memory, realloc bool, purpose corename.Role, at model.Place, what string) bool {
	if memory && !m.hasMemory(of, at, what) {
		return false
	}
	if !realloc {
		return true
	}
	if of.memory != of { // for an adapter there is one in any case
		m.reallocOf(of, purpose)
		return true
	}
	if _, ok := of.realloc(purpose); !ok {
		m.problems.add(at, "%s needs a function that allocates in the memory of its module, but %s exports none: its name would be %q",
			what, of.what, "cabi_realloc")
		return false
	}
	return true
}

func (m *matcher) hasMemory(of *module, at model.Place, what string) bool {
	name, ok := of.memory.byRole[corename.Memory]
	if !ok {
		m.problems.add(at, "%s needs a memory, but %s exports none: its name would be %q", what, of.memory.what, "memory")
		return false
	}
	if x, _ := of.memory.shape.Export(name); x.Limits.Wide {
		m.problems.add(at, "%s needs a memory with addresses of 32 bits, but that of %s has 64", what, of.memory.what)
		return false
	}
	return true
}
