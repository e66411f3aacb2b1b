package componentize_test

import (
	"strings"
	"testing"

	"github.com/witan-os/witan/gen/binary"
	"github.com/witan-os/witan/gen/model"
)

// checkType checks that a component has the type that the world says: all its functions, and of its types at least
// those that are exported. What else there is must be in the world, and be the same there.
func checkType(t *testing.T, file []byte, want *model.World) {
	t.Helper()
	tree, err := binary.Decode(file)
	if err != nil {
		t.Fatal(err)
	}
	got := tree.Root.Worlds[len(tree.Root.Worlds)-1]
	checkItems(t, "import", want.Imports, got.Imports)
	checkItems(t, "export", want.Exports, got.Exports)
}

func checkItems(t *testing.T, what string, want, got []*model.Item) {
	t.Helper()
	known := map[string]*model.Item{}
	for _, i := range want {
		known[i.Key()] = i
	}
	found := map[string]bool{}
	for _, i := range got {
		w := known[i.Key()]
		if w == nil {
			t.Errorf("the component has the %s %s, and the world does not", what, i.Key())
			continue
		}
		found[i.Key()] = true
		checkItem(t, what+" "+i.Key(), w, i)
	}
	for _, i := range want {
		if !found[i.Key()] && (what == "export" || i.Func != nil || i.Interface != nil && len(i.Interface.Funcs) > 0) {
			t.Errorf("the component does not have the %s %s", what, i.Key())
		}
	}
}

func checkItem(t *testing.T, what string, want, got *model.Item) {
	t.Helper()
	if want.Implements() != got.Implements() || want.ExternalID != got.ExternalID {
		t.Errorf("%s: the attributes differ", what)
	}
	switch {
	case want.Func != nil:
		checkFunc(t, what, want.Func, got.Func)
	case want.Type != nil:
		checkDef(t, what, want.Type, got.Type)
	default:
		checkInterface(t, what, want.Interface, got.Interface)
		if strings.HasPrefix(what, "export") && len(got.Interface.Types) != len(want.Interface.Types) {
			t.Errorf("%s: %d types, want all %d", what, len(got.Interface.Types), len(want.Interface.Types))
		}
	}
}

func checkInterface(t *testing.T, what string, want, got *model.Interface) {
	t.Helper()
	if want.World == nil && want.ID() != got.ID() {
		t.Errorf("%s: the interface is %s, want %s", what, got.ID(), want.ID())
	}
	types := map[string]*model.TypeDef{}
	for _, d := range want.Types {
		types[d.Name] = d
	}
	for _, d := range got.Types {
		if types[d.Name] == nil {
			t.Errorf("%s: the component has a type %s, and the world does not", what, d.Name)
			continue
		}
		checkDef(t, what, types[d.Name], d)
	}
	if len(got.Funcs) != len(want.Funcs) {
		t.Errorf("%s: %d functions, want %d", what, len(got.Funcs), len(want.Funcs))
		return
	}
	funcs := map[string]*model.Func{}
	for _, fn := range got.Funcs {
		funcs[fn.Name] = fn
	}
	for _, fn := range want.Funcs {
		checkFunc(t, what, fn, funcs[fn.Name])
	}
}

func checkFunc(t *testing.T, what string, want, got *model.Func) {
	t.Helper()
	if got == nil || got.String() != want.String() || got.ExternalID != want.ExternalID {
		t.Errorf("%s: got %v, want %s", what, got, want)
	}
}

func checkDef(t *testing.T, what string, want, got *model.TypeDef) {
	t.Helper()
	if g, w := definition(got), definition(want); g != w || got.ExternalID != want.ExternalID {
		t.Errorf("%s: type %s is %s, want %s", what, want.Name, g, w)
	}
}

// definition is what a named type stands for, in words.
func definition(d *model.TypeDef) string {
	switch {
	case d.Target() != nil && d.Target().Owner == d.Owner:
		return "another name of " + d.Target().Name
	case d.Target() != nil:
		return "another name of " + d.Target().Owner.ID() + " " + d.Target().Name
	case d.Resource != nil:
		return "a resource"
	case d.Type.Def != d:
		return d.Type.String()
	}
	text := d.Type.Kind.String()
	for _, f := range d.Type.Fields {
		text += " " + f.Name + ": " + f.Type.String()
	}
	for _, c := range d.Type.Cases {
		text += " " + c.Name
		if c.Type != nil {
			text += "(" + c.Type.String() + ")"
		}
	}
	for _, l := range d.Type.Labels {
		text += " " + l.Name
	}
	return text
}
