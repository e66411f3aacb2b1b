package breaking_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/witan-os/witan/gen/check/breaking"
	"github.com/witan-os/witan/gen/layout"
	"github.com/witan-os/witan/gen/model"
)

// silent are the rules of changes that break more than calls between a component and its host: types by which
// components know each other, and functions of an interface that components may export for worlds elsewhere.
var silent = []breaking.Rule{breaking.TypeAdded, breaking.TypeRemoved, breaking.TypeRenamed, breaking.FunctionAdded}

// TestAgreesWithLinking holds the severities of all edits against what the runtime compares: the text of function
// types. A function that a component would miss, or find with another type, is a change of severity abi; and such a
// change is one of those rules that only concern types, unless there is such a function.
func TestAgreesWithLinking(t *testing.T) {
	broken := 0
	for _, e := range edits {
		old, new := load(t, e.old), load(t, e.new)
		changes := breaking.Trees(old, new)
		missing := missingFuncs(t, old, new)
		if len(missing) > 0 {
			broken++
		}
		worst := breaking.Worst(changes) == breaking.ABI
		if len(missing) > 0 && !worst {
			t.Errorf("%s: %v do not link, but the worst is %v: %v", e.name, missing, breaking.Worst(changes), summary(changes))
		}
		for _, ch := range changes {
			if len(missing) == 0 && ch.Severity == breaking.ABI && !slices.Contains(silent, ch.Rule) {
				t.Errorf("%s: everything links in spite of %v", e.name, summary([]breaking.Change{ch}))
			}
		}
	}
	if broken < 80 {
		t.Errorf("only %d edits keep anything from linking", broken)
	}
}

// missingFuncs are the functions that components of the old tree do not find in a host of the new one, and those that
// such a host does not find in them.
func missingFuncs(t *testing.T, old, new *model.Tree) []string {
	t.Helper()
	for _, tree := range []*model.Tree{old, new} {
		if err := layout.Compute(tree); err != nil {
			t.Fatal(err)
		}
	}
	have := provided(new)
	var missing []string
	for _, name := range slices.Sorted(maps.Keys(provided(old))) {
		if have[name] != provided(old)[name] {
			missing = append(missing, "import "+name)
		}
	}
	missing = append(missing, lacking(worldFuncs(old, imports), worldFuncs(new, imports))...)
	return append(missing, lacking(worldFuncs(new, exports), worldFuncs(old, exports))...)
}

// lacking are the functions that some world has and the same world on the other side does not have, or not with the
// same type.
func lacking(wanted, offered map[string]map[string]string) []string {
	var missing []string
	for world, funcs := range wanted {
		for _, name := range slices.Sorted(maps.Keys(funcs)) {
			if has, there := offered[world]; there && has[name] != funcs[name] {
				missing = append(missing, world+" "+name)
			}
		}
	}
	return missing
}

// provided are the types of all functions that hosts provide, by their names: those of interfaces, unless worlds
// only export them, and those that worlds import in place. What is unstable is not promised.
func provided(tree *model.Tree) map[string]string {
	imported, exported := map[string]bool{}, map[string]bool{}
	funcs := map[string]string{}
	for _, p := range tree.Packages {
		for _, w := range p.Worlds {
			for _, i := range model.Interfaces(w.Imports) {
				imported[i.TrackID()] = true
			}
			for _, i := range model.Interfaces(w.Exports) {
				exported[i.TrackID()] = true
			}
			if w.Unstable == "" {
				itemFuncs(funcs, w.TrackID()+"#", w.Imports, true)
			}
		}
	}
	for _, p := range tree.Packages {
		for _, i := range p.Interfaces {
			if i.Unstable == "" && (imported[i.TrackID()] || !exported[i.TrackID()]) {
				addFuncs(funcs, i.TrackID()+"#", i.Funcs)
			}
		}
	}
	return funcs
}

func imports(w *model.World) []*model.Item { return w.Imports }

func exports(w *model.World) []*model.Item { return w.Exports }

// worldFuncs are the types of the functions that worlds import or export, by the world and their names.
func worldFuncs(tree *model.Tree, items func(*model.World) []*model.Item) map[string]map[string]string {
	worlds := map[string]map[string]string{}
	for _, p := range tree.Packages {
		for _, w := range p.Worlds {
			if w.Unstable == "" {
				worlds[w.TrackID()] = map[string]string{}
				itemFuncs(worlds[w.TrackID()], "", items(w), false)
			}
		}
	}
	return worlds
}

// itemFuncs adds the functions of imports or exports; of interfaces perhaps only those in place.
func itemFuncs(to map[string]string, prefix string, items []*model.Item, inPlace bool) {
	addFuncs(to, prefix, model.Funcs(items))
	for _, i := range items {
		if i.Interface == nil || i.Unstable != "" || i.Interface.Unstable != "" || inPlace && i.Interface.World == nil && !i.Implements() {
			continue
		}
		name := i.Name
		if name == "" {
			name = i.Interface.TrackID()
		}
		addFuncs(to, prefix+name+"#", i.Interface.Funcs)
	}
}

func addFuncs(to map[string]string, prefix string, funcs []*model.Func) {
	for _, f := range funcs {
		if f.Unstable == "" {
			to[prefix+f.Name] = f.ABI.String()
		}
	}
}
