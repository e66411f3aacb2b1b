package componentize

import (
	"errors"
	"fmt"
	"slices"

	"github.com/witan-os/witan/gen/binary"
	"github.com/witan-os/witan/gen/componentize/internal/corename"
	"github.com/witan-os/witan/gen/componentize/internal/stub"
	"github.com/witan-os/witan/gen/layout"
	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/runtime/component"
)

// Adapter is a core module that answers imports of the main module which no world has, with the help of what its
// own world has. There are two kinds. One works in the memory of the main module, which it imports as "memory" from
// "env"; it can import exports of the main module from "__main_module__", and its stack is allocated for it. The
// other has a memory of its own, and reaches that of the main module only through a Window. One that exports
// "guest_realloc" is called by hosts in place of the main module's "cabi_realloc", which it imports.
type Adapter struct {
	// Name is the module name of the imports that it answers, for example "wasi_snapshot_preview1". An import is
	// answered by the export of the same name.
	Name   string
	Module []byte
	// World is what it imports and exports as a part of the component. If it is nil, the module says so itself.
	World *model.World
	// Window is a core module that imports the memory of the main module as "memory" from "env". The adapter imports
	// its exports from "guest_memory".
	Window []byte
}

// Options are what a component is made with besides the module.
type Options struct {
	// World is what the module was written for. If it is nil, that is what the module says in its custom sections;
	// without any it imports and exports nothing but what adapters answer for.
	World    *model.World
	Adapters []Adapter
}

// New makes a component of a core module. The same arguments give the same bytes.
//
// Imports that differ only in the version are one, with the newest version of the semver track. The component
// imports no more than what the module and the adapters use, and of an adapter it has what is needed. Exports of
// the world are the module's business or, if it has none of the functions of an interface, that of an adapter.
// The ABI fields of the worlds are filled if they are not yet: who shares worlds between goroutines does that before.
//
// The error is an [*Error] if module and world do not fit, and otherwise says what is wrong with which module.
func New(core []byte, opt Options) ([]byte, error) {
	b := &build{
		matcher: &matcher{
			adapters: map[string]*module{}, windows: map[*module]*module{}, async: map[called][]typeIn{},
		},
		used: map[*module]bool{}, dtors: map[place]*borrowed{},
	}
	if err := b.read(core, opt); err != nil {
		return nil, err
	}
	if err := b.match(); err != nil {
		return nil, err
	}
	out := b.write()
	if _, err := component.DecodeWith(out, component.AllFeatures); err != nil {
		return nil, fmt.Errorf("the component would not be valid: %w", err)
	}
	return out, nil
}

// build is the making of one component.
type build struct {
	*matcher
	list    []*module // the adapters, in order
	lifts   []*lift
	dtors   map[place]*borrowed // the destructors of resources that are exported
	used    map[*module]bool
	modules []*module // those that are used, in the order in which they are instantiated
}

// read reads the modules and their worlds.
func (b *build) read(core []byte, opt Options) error {
	var err error
	if b.main, err = readModule("the module", core); err != nil {
		return err
	}
	world := opt.World
	if world == nil {
		if world, err = worldOf(b.main, core); err != nil && !errors.Is(err, errNoWorld) {
			return fmt.Errorf("the world in the module: %w", err)
		}
	}
	var worlds []*model.World
	if world != nil {
		worlds = append(worlds, world)
	}
	for _, a := range opt.Adapters {
		w, err := b.readAdapter(a)
		if err != nil {
			return err
		}
		worlds = append(worlds, w)
	}
	if b.grow, err = readModule("what allocates for adapters", stub.Grow(growExport)); err != nil {
		return err
	}
	for _, w := range worlds {
		if err := computeLayout(w); err != nil {
			return err
		}
	}
	b.contract = makeContract(worlds)
	return nil
}

func (b *build) readAdapter(a Adapter) (*model.World, error) {
	what := fmt.Sprintf("the adapter %s", quoted(a.Name))
	if b.adapters[a.Name] != nil {
		return nil, fmt.Errorf("there are two adapters of the name %s", quoted(a.Name))
	}
	m, err := readAdapter(what, a.Module)
	if err != nil {
		return nil, err
	}
	if _, own := m.byRole[corename.Memory]; !own {
		m.memory = b.main
	}
	b.adapters[a.Name] = m
	b.list = append(b.list, m)
	if a.Window != nil {
		if b.windows[m], err = readModule("the window of "+what, a.Window); err != nil {
			return nil, err
		}
	}
	if a.World != nil {
		return a.World, nil
	}
	w, err := worldOf(m, a.Module)
	if err != nil {
		return nil, fmt.Errorf("the world of %s: %w", what, err)
	}
	return w, nil
}

var errNoWorld = errors.New("the module does not have any")

// worldOf reads the world that a core module has in its custom sections. They are in its data, and no more in its code.
func worldOf(m *module, data []byte) (*model.World, error) {
	if !m.hasWorld {
		return nil, errNoWorld
	}
	tree, err := binary.Decode(data)
	if err != nil {
		return nil, err
	}
	return tree.Root.Worlds[len(tree.Root.Worlds)-1], nil
}

// computeLayout gives a world its canonical ABI.
func computeLayout(w *model.World) error {
	reached := &model.Package{Worlds: []*model.World{w}}
	for _, i := range slices.Concat(model.Interfaces(w.Imports), model.Interfaces(w.Exports)) {
		if i.World != w && !slices.Contains(reached.Interfaces, i) {
			reached.Interfaces = append(reached.Interfaces, i)
		}
	}
	return layout.Compute(&model.Tree{Packages: []*model.Package{reached}, Root: reached})
}

// match finds what everything is for.
func (b *build) match() error {
	all := append([]*module{b.main}, b.list...)
	b.lifts = b.exported(all)
	b.refuseCalls()
	b.findDtors(all)
	if err := b.shake(b.needed()); err != nil {
		return err
	}
	for _, m := range all {
		b.checkRoles(m)
	}
	provides := map[*module]bool{b.main: true}
	for _, l := range b.lifts {
		provides[l.from] = true
	}
	for _, d := range b.dtors {
		provides[d.from] = true
	}
	for _, m := range all {
		if provides[m] {
			b.matchFrom(m)
		}
	}
	b.standsBetween()
	b.ordered()
	return b.problems.err()
}

// matchFrom finds what a module imports that is used, and what those need that it imports from.
func (b *build) matchFrom(m *module) {
	if b.used[m] {
		return
	}
	b.used[m] = true
	b.matchImports(m)
	for _, n := range m.needs {
		if x, ok := n.(*borrowed); ok {
			b.matchFrom(x.from)
		}
	}
	if stack, state := m.hasStack(); stack {
		b.stackRealloc(state)
	}
	if b.growing {
		b.matchFrom(b.grow)
	}
}
