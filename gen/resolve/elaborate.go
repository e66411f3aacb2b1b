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
	e := &exporter{b: b, declared: b.exports.keys, imports: imports, exports: exports, imported: map[*model.Interface]bool{}}
	for _, i := range b.exports.items {
		if i.Interface == nil {
			exports.add(i)
		}
	}
	for _, i := range b.exports.items {
		if i.Interface != nil && !e.export(i) {
			e.reportBoth(i)
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
	if to.keys[keyOf(i)] != nil || !b.room() {
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
	imported         map[*model.Interface]bool // needed as imports
	path             []*model.Interface        // to what is needed as both, that first
}

// export adds an export behind those that it needs.
func (e *exporter) export(i *model.Item) bool {
	if e.exports.keys[keyOf(i)] != nil || !e.b.room() {
		return true
	}
	for _, dep := range e.b.r.needs[i.Interface] {
		need := &model.Item{Interface: dep, Stability: i.Stability, Place: i.Place}
		if own := e.declared[keyOf(need)]; own != nil {
			if !e.export(own) {
				return e.blame(i)
			}
		} else if !e.demand(need) {
			return e.blame(i)
		}
	}
	if e.imported[i.Interface] {
		return e.blame(i)
	}
	e.exports.add(i)
	return true
}

// demand adds an import that an export needs, behind those that it needs itself.
func (e *exporter) demand(i *model.Item) bool {
	if e.exports.keys[keyOf(i)] != nil {
		return e.blame(i)
	}
	if e.imported[i.Interface] || !e.b.room() {
		return true
	}
	for _, dep := range e.b.r.needs[i.Interface] {
		if !e.demand(&model.Item{Interface: dep, Stability: i.Stability, Place: i.Place}) {
			return e.blame(i)
		}
	}
	e.imported[i.Interface] = true
	if e.imports.keys[keyOf(i)] == nil {
		e.imports.add(i)
	}
	return true
}

func (e *exporter) blame(i *model.Item) bool {
	e.path = append(e.path, i.Interface)
	return false
}

// reportBoth reports an export that needs an interface both as an import and as an export.
func (e *exporter) reportBoth(i *model.Item) {
	hint := fmt.Sprintf("export what lies between `%s` and `%s` too", i.Key(), e.path[0].ID())
	if len(e.path) > 2 {
		hint = fmt.Sprintf("export `%s` too: `%s` needs it, and it needs `%s`", e.path[len(e.path)-2].ID(), i.Key(), e.path[0].ID())
	}
	e.b.report(e.b.item.name.Span, RuleWorld,
		fmt.Sprintf("export `%s` needs `%s` as an export and, through others, as an import", i.Key(), e.path[0].ID()), hint)
}
