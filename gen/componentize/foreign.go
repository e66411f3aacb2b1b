package componentize

import (
	"github.com/witan-os/witan/gen/componentize/internal/corename"
	"github.com/witan-os/witan/gen/componentize/internal/stub"
	"github.com/witan-os/witan/internal/leb128"
	"github.com/witan-os/witan/runtime/component"
)

// Adapters that other tools made work in the memory of the main module, where no place is set aside for their stack.
// By convention they leave that to who makes the component: a global of the name __stack_pointer is to have the end
// of one page, which the main module allocates if the adapter has another global, allocation_state, by which it
// can tell that it was called meanwhile. Otherwise the page comes from growing the memory. These globals are no
// exports but only have names for debuggers, so they are made exports first.

// The exports that globals get.
const (
	exportStackPointer = "$stack-pointer"
	exportStackState   = "$allocation-state"
)

// stackGlobals are the names of globals that become exports.
var stackGlobals = map[string]string{"__stack_pointer": exportStackPointer, "allocation_state": exportStackState}

// growExport is the export of what allocates where the main module cannot.
const growExport = "cabi_realloc"

// readAdapter reads an adapter. The globals of its stack are exports then.
func readAdapter(what string, data []byte) (*module, error) {
	m, err := readModule(what, data)
	if err != nil {
		return nil, err
	}
	if _, own := m.byRole[corename.Memory]; own {
		return m, nil
	}
	if code := exportGlobals(m.code); code != nil {
		return m, m.replace(code)
	}
	return m, nil
}

const (
	namesOfGlobals = 7 // a part of the custom section of names
	kindOfGlobal   = 3 // of an export
)

// exportGlobals makes globals exports that have certain names. The result is nil if there are none.
func exportGlobals(code []byte) []byte {
	var exports []byte
	seen := map[string]bool{}
	for _, g := range namedGlobals(code) {
		if export, ok := stackGlobals[g.name]; ok && !seen[export] {
			seen[export] = true
			exports = append(appendName(exports, export), kindOfGlobal)
			exports = leb128.AppendUint(exports, uint64(g.index))
		}
	}
	if len(seen) == 0 {
		return nil
	}
	out := append([]byte(nil), code[:moduleHeader]...)
	for s := range sections(code) {
		if s.id != sectionExport {
			out = append(out, s.whole...)
			continue
		}
		r := reader{data: s.contents}
		list := leb128.AppendUint(nil, uint64(r.u32())+uint64(len(seen)))
		out = appendSection(out, sectionExport, append(append(list, s.contents[r.at:]...), exports...))
	}
	return out
}

type namedGlobal struct {
	index uint32
	name  string
}

// namedGlobals reads the names of globals from the section that has names for debuggers. What cannot be read there is
// not there: nobody checks that section.
func namedGlobals(code []byte) []namedGlobal {
	names := subsection(code)
	var list []namedGlobal
	for n := names.u32(); n > 0; n-- {
		index, name := names.u32(), string(names.bytes())
		if names.err != nil {
			return nil
		}
		list = append(list, namedGlobal{index, name})
	}
	return list
}

// subsection finds the names of globals.
func subsection(code []byte) reader {
	for s := range sections(code) {
		names := reader{data: s.contents}
		if s.id != sectionCustom || string(names.bytes()) != "name" {
			continue
		}
		for names.err == nil && names.at < len(names.data) {
			id := names.byte()
			part := names.bytes()
			if id == namesOfGlobals {
				return reader{data: part}
			}
		}
	}
	return reader{err: errCutOff}
}

// hasStack tells whether a stack is to be made for the module, and whether it can tell that this is being done.
func (m *module) hasStack() (stack, state bool) {
	return m.isCounter(exportStackPointer), m.isCounter(exportStackState)
}

// isCounter tells whether an export is a number that can be changed.
func (m *module) isCounter(export string) bool {
	x, ok := m.shape.Export(export)
	return ok && x.Sort == component.SortCoreGlobal && x.Val == component.CoreI32 && x.Mutable
}

// stacks hands over what belongs to the stacks of adapters, and says what that is.
func (w *wiring) stacks(add func(name string, exports ...component.CoreExport)) []stub.Stack {
	var list []stub.Stack
	for _, m := range w.adaptersInUse() {
		stack, state := m.hasStack()
		if !stack {
			continue
		}
		from, name := w.stackRealloc(state)
		exports := []component.CoreExport{
			w.export(stub.StackRealloc, component.SortCoreFunc, from, name),
			w.export(stub.StackPointer, component.SortCoreGlobal, m, exportStackPointer),
		}
		if state {
			exports = append(exports, w.export(stub.StackState, component.SortCoreGlobal, m, exportStackState))
		}
		add(stub.FixupStack(len(list)), exports...)
		list = append(list, stub.Stack{HasState: state})
	}
	return list
}

// export is an export of a module, under another name.
func (w *wiring) export(as string, sort component.Sort, from *module, name string) component.CoreExport {
	return component.CoreExport{Name: as, Sort: sort, Index: w.coreExport(sort, from.instance, name)}
}
