package coremodule

// This file reads the entries of sections, with the indices in them.

// entry calls visit for each index in the entry of an index space, outside of code.
func (m *Module) entry(s Space, index uint32, visit func(Ref)) {
	i := m.items[s][index]
	w := m.at(i.span, visit)
	if i.imported {
		w.bytes()
		w.bytes()
		w.importedType()
		return
	}
	w.definition(s, &i)
}

// at returns a walker through a part of the module.
func (m *Module) at(s span, visit func(Ref)) *walker {
	return &walker{reader: reader{data: m.wasm[:s.end], pos: s.start}, visit: visit}
}

// importedType passes over the type of an import, and says what it is.
func (w *walker) importedType() Space {
	kind := Space(w.byte())
	switch kind {
	case Func:
		w.ref(Type)
	case Table:
		w.valueType()
		w.limits()
	case Memory:
		w.limits()
	case Global:
		w.valueType()
		w.byte()
	case Tag:
		w.byte()
		w.ref(Type)
	default:
		w.failf("imports of kind %#x are unknown", byte(kind))
	}
	return kind
}

// exported reads what an export refers to.
func (w *walker) exported() (s Space, index uint32) {
	if s = Space(w.byte()); s > Tag {
		w.failf("exports of kind %#x are unknown", byte(s))
		return 0, 0
	}
	return s, w.ref(s)
}

// definition passes over an entry that is not imported. What is to be known of a segment is put into i.
func (w *walker) definition(s Space, i *item) {
	switch s {
	case Type:
		w.funcType()
	case Func:
		w.ref(Type)
	case Table:
		w.table()
	case Memory:
		w.limits()
	case Global:
		w.valueType()
		w.byte()
		w.expression()
	case Tag:
		w.byte()
		w.ref(Type)
	case Elem:
		w.elementSegment(i)
	case Data:
		w.dataSegment(i)
	}
}

func (w *walker) funcType() FuncType {
	if form := w.byte(); w.err == nil && form != 0x60 {
		w.failf("type form %#x is not supported: only function types are", form)
	}
	return FuncType{w.valueTypes(), w.valueTypes()}
}

func (w *walker) valueTypes() []byte {
	n := w.count()
	start := w.pos
	for range n {
		w.valueType()
	}
	if w.err != nil {
		return nil
	}
	return w.data[start:w.pos]
}

// The flags of limits.
const (
	limitsMost   = 1
	limitsShared = 2
	limits64     = 4
)

func (w *walker) limits() {
	flags := w.byte()
	if flags > limitsMost|limitsShared|limits64 {
		w.failf("limits with flags %#x are not supported", flags)
	}
	w.skipInt()
	if flags&limitsMost != 0 {
		w.skipInt()
	}
}

// table passes over a table, whose elements may have an initial value.
func (w *walker) table() {
	const initialised = 0x40
	initial := w.peek() == initialised
	if initial {
		w.skip(2)
	}
	w.valueType()
	w.limits()
	if initial {
		w.expression()
	}
}

// The flags of element segments. Without the first one the second says that a table is named, and with it that nothing is
// ever copied.
const (
	elemPassive     = 1
	elemTable       = 2
	elemExpressions = 4
	elemDeclarative = elemPassive | elemTable
)

func (w *walker) elementSegment(i *item) {
	flags := w.u32()
	if flags > elemDeclarative|elemExpressions {
		w.failf("element segments with flags %#x are unknown", flags)
		return
	}
	if flags&elemPassive == 0 {
		w.activeSegment(i, Table, flags&elemTable != 0)
	}
	expressions := flags&elemExpressions != 0
	switch {
	case flags&elemDeclarative == 0:
	case expressions:
		w.valueType()
	default:
		w.byte() // a kind of which there is one
	}
	for range w.count() {
		if w.err != nil {
			return
		}
		if expressions {
			w.expression()
		} else {
			w.ref(Func)
		}
	}
}

// The kinds of data segments.
const (
	dataActive = iota
	dataPassive
	dataNamesMemory
)

func (w *walker) dataSegment(i *item) {
	kind := w.u32()
	switch kind {
	case dataActive, dataNamesMemory:
		w.activeSegment(i, Memory, kind == dataNamesMemory)
	case dataPassive:
	default:
		w.failf("data segments with flags %#x are unknown", kind)
		return
	}
	w.bytes()
}

// activeSegment reads where a segment is copied to.
func (w *walker) activeSegment(i *item, s Space, named bool) {
	i.active = true
	if named {
		i.target = w.ref(s)
	} else {
		w.implied(s)
	}
	w.expression()
}
