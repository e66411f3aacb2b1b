package engine

import (
	"bytes"
	"slices"

	"github.com/witan-os/witan/internal/coremodule"
	"github.com/witan-os/witan/internal/coremodule/opcode"
	"github.com/witan-os/witan/internal/leb128"
)

// MaxTableElements is the largest size to which a table grows, whatever the module says; one that is larger from
// the start does not grow. The engine below has no say in the growth of a table, so this is written into modules
// as they are compiled.
const MaxTableElements = 1 << 20

// table is a table that a module defines or imports, with the limits that it has here.
type table struct {
	least, most uint64
	imported    bool
}

// readTable reads the limits of a table type, and returns the type with those that it has here.
func readTable(typ []byte) (t table, limited []byte) {
	c := &cursor{data: typ}
	c.valueType()
	before := c.pos
	flags := c.byte()
	t.least, t.most = uint64(c.u32()), 1<<32-1
	if flags&1 != 0 {
		t.most = uint64(c.u32())
	}
	if c.err != nil || flags > 1 || t.most <= max(t.least, MaxTableElements) {
		return t, typ // or the engine refuses it
	}
	t.most = max(t.least, MaxTableElements)
	limited = append(append(limited, typ[:before]...), flags|1)
	limited = leb128.AppendUint(limited, t.least)
	return t, leb128.AppendUint(limited, t.most)
}

// tableSection reads the table section, and replaces it if a table has other limits here.
func (r *shapeReader) tableSection(c *cursor) {
	var body []byte
	n, changed := uint64(0), false
	for range c.count() {
		start := c.pos
		typ := c.tableDef()
		if c.err != nil {
			return
		}
		t, limited := readTable(typ)
		r.tables = append(r.tables, t)
		r.add(Extern{Kind: ExternTable, raw: typ})
		changed = changed || !bytes.Equal(typ, limited)
		// The type stands in the definition between the mark and the code of an initialiser, if there is one.
		def, at := c.data[start:c.pos], 0
		if def[0] == 0x40 {
			at = 2
		}
		body = append(append(append(body, def[:at]...), limited...), def[at+len(typ):]...)
		n++
	}
	if changed {
		r.rewritten = appendSection(nil, sectionTable, append(leb128.AppendUint(nil, n), body...))
	}
}

// tableCost is how many elements the tables of a module can have. Of one that it imports, what counts is how far
// the module can make it grow.
func (s *shape) tableCost() (elements uint64) {
	grows := s.grownTables()
	for i, t := range s.tables {
		switch {
		case grows(uint32(i)):
			elements += t.most
		case !t.imported:
			elements += t.least
		}
	}
	return elements
}

// grownTables tells which tables the module has instructions to grow. If there is code that can't be read, that
// may be any.
func (s *shape) grownTables() func(i uint32) bool {
	found, any := map[uint32]bool{}, false
	if slices.ContainsFunc(s.tables, func(t table) bool { return t.most > t.least }) {
		for _, body := range s.bodies() {
			any = !growsIn(body, found) || any
		}
	}
	return func(i uint32) bool { return any || found[i] }
}

// growsIn adds the tables that a body grows; known is false when it may grow others as well.
func growsIn(body []byte, found map[uint32]bool) (known bool) {
	return nil == coremodule.Walk(body, func(r coremodule.Ref) {
		if r.Op == opcode.TableGrow {
			found[r.Index] = true
		}
	})
}
