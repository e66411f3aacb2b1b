package resolve

import (
	"fmt"
	"slices"

	"github.com/witan-os/witan/gen/model"
)

// elaborate completes a world: interfaces need those whose types they use to be there as well. Imports come
// into the order in which each has what it needs before it, exports likewise.
//
// What an export needs is an export too if the world has it as one, and otherwise an import. No interface may
// be needed as both: then there would be two kinds of each of its types, and nobody could tell which is meant.
//
// Specification: WIT.md, worlds.
func (b *worldBuilder) elaborate() {
	slices.SortStableFunc(b.imports.items, func(x, y *model.Item) int { return class(x) - class(y) })
	imports, exports := newSide("import"), newSide("export")
	for _, i := range b.imports.items {
		switch {
		case i.Interface != nil:
			b.importWithNeeds(imports, i)
			continue
		case i.Type != nil:
			if dep := b.r.usedFrom(i.Type); dep != nil {
				b.importWithNeeds(imports, &model.Item{Interface: dep, Stability: i.Type.Stability, Place: i.Place})
			}
		}
		imports.add(i)
	}
	e := &exporter{b: b, declared: b.exports.keys, imports: imports, exports: exports, neededBy: map[*model.Interface]*model.Interface{}}
	for _, i := range b.exports.items {
		if i.Interface == nil {
			exports.add(i)
		}
	}
	for _, i := range b.exports.items {
		if i.Interface != nil && !e.export(i) {
			e.reportBoth()
			break
		}
	}
	slices.SortStableFunc(imports.items, func(x, y *model.Item) int { return class(x) - class(y) })
	b.imports, b.exports = imports, exports
}

// class orders imports: interfaces, then types that are used from them, then types of the world, then functions.
func class(i *model.Item) int {
	switch {
	case i.Interface != nil:
		return 0
	case i.Type != nil && i.Type.Used():
		return 1
	case i.Type != nil:
		return 2
	case i.Func.Resource == nil:
		return 3
	}
	return 4
}

// importWithNeeds adds an interface behind those that it needs.
func (b *worldBuilder) importWithNeeds(to *side, i *model.Item) {
	if !b.room() || to.keys[keyOf(i)] != nil {
		return
	}
	for _, dep := range b.r.needs[i.Interface] {
		b.importWithNeeds(to, &model.Item{Interface: dep, Stability: i.Stability, Place: i.Place})
	}
	to.add(i)
}

// exporter adds the exports of a world with what they need.
type exporter struct {
	b                *worldBuilder
	declared         map[key]*model.Item
	imports, exports *side
	neededBy         map[*model.Interface]*model.Interface // what is needed as an import, and by which
	both             *both
}

// both is an interface that a world exports, and that an export needs as an import.
type both struct {
	iface, export *model.Interface
	through       *model.Interface // the import that the export needs for that
}

// export adds an export behind those that it needs. It returns false if something is needed both ways.
func (e *exporter) export(i *model.Item) bool {
	if !e.b.room() || e.exports.keys[keyOf(i)] != nil {
		return true
	}
	for _, dep := range e.b.r.needs[i.Interface] {
		need := &model.Item{Interface: dep, Stability: i.Stability, Place: i.Place}
		if own := e.declared[keyOf(need)]; own != nil {
			if !e.export(own) {
				return false
			}
		} else if !e.demand(need, i.Interface) {
			return false
		}
	}
	if by := e.neededBy[i.Interface]; by != nil {
		e.conflict(i.Interface, by)
		return false
	}
	e.exports.add(i)
	return true
}

// demand adds an import that another interface needs, behind those that it needs itself.
func (e *exporter) demand(i *model.Item, by *model.Interface) bool {
	switch {
	case !e.b.room():
		return true
	case e.exports.keys[keyOf(i)] != nil:
		e.conflict(i.Interface, by)
		return false
	case e.neededBy[i.Interface] != nil:
		return true
	}
	e.neededBy[i.Interface] = by
	for _, dep := range e.b.r.needs[i.Interface] {
		if !e.demand(&model.Item{Interface: dep, Stability: i.Stability, Place: i.Place}, i.Interface) {
			return false
		}
	}
	if e.imports.keys[keyOf(i)] == nil {
		e.imports.add(i)
	}
	return true
}

// conflict follows who needs an interface as an import up to the export that begins it.
func (e *exporter) conflict(i, by *model.Interface) {
	through := by
	for e.neededBy[by] != nil {
		through, by = by, e.neededBy[by]
	}
	e.both = &both{iface: i, export: by, through: through}
}

// reportBoth reports an interface that is needed both ways.
func (e *exporter) reportBoth() {
	e.b.report(e.b.item.name.Span, RuleWorld,
		fmt.Sprintf("export `%s` needs `%s` as an import, by way of `%s`, but that is an export", e.both.export.ID(), e.both.iface.ID(), e.both.through.ID()),
		fmt.Sprintf("export `%s` too", e.both.through.ID()))
}
