package component

// ExternDesc is the type of an import or export in the place where it is given, by index. Functions whose names
// end in Desc make one.
type ExternDesc struct {
	sort  Sort
	open  bool // a resource type, or a value of the type ref
	index uint32
	ref   TypeRef
}

// FuncDesc is a function of the type at an index.
func FuncDesc(typ uint32) ExternDesc { return ExternDesc{sort: SortFunc, index: typ} }

// InstanceDesc is an instance of the type at an index.
func InstanceDesc(typ uint32) ExternDesc { return ExternDesc{sort: SortInstance, index: typ} }

// ComponentDesc is a component of the type at an index.
func ComponentDesc(typ uint32) ExternDesc { return ExternDesc{sort: SortComponent, index: typ} }

// ModuleDesc is a core module of the type at an index of the core types.
func ModuleDesc(coreType uint32) ExternDesc { return ExternDesc{sort: SortCoreModule, index: coreType} }

// TypeDesc is the type at an index, under another name: (type (eq …)).
func TypeDesc(typ uint32) ExternDesc { return ExternDesc{sort: SortType, index: typ} }

// ResourceDesc is a type of which no more is known than that it is a resource type: (type (sub resource)).
func ResourceDesc() ExternDesc { return ExternDesc{sort: SortType, open: true} }

// ValueDesc is any value of a type.
func ValueDesc(t TypeRef) ExternDesc { return ExternDesc{sort: SortValue, ref: t} }

// externDesc writes the type of an import or export.
func (o *output) externDesc(d ExternDesc) {
	o.sort(d.sort)
	switch {
	case d.sort == SortType && d.open:
		o.byte(1)
		return
	case d.sort == SortValue:
		o.byte(1)
		o.ref(d.ref)
		return
	case d.sort == SortType:
		o.byte(0)
	}
	o.u32(d.index)
}

// externName writes a name with the attributes that it has.
func (o *output) externName(n ExternName) {
	var attributes output
	count := 0
	attribute := func(code byte, set bool, value string) {
		if set {
			attributes.byte(code)
			attributes.name(value)
			count++
		}
	}
	attribute(0x00, n.Implements != "", n.Implements)
	attribute(0x01, n.VersionSuffix != "", n.VersionSuffix)
	attribute(0x02, n.HasExternalID || n.ExternalID != "", n.ExternalID)
	if count == 0 {
		o.byte(0)
		o.name(n.Name)
		return
	}
	o.byte(2)
	o.name(n.Name)
	o.count(count)
	o.raw(attributes)
}

// sort writes a sort where it can be one of components or of core WebAssembly.
func (o *output) sort(s Sort) {
	if s.IsCore() {
		o.byte(0, coreSortCode(s))
		return
	}
	o.byte(sortOpcodes[s])
}

func (o *output) sortIndex(s Sort, i uint32) {
	o.sort(s)
	o.u32(i)
}

func coreSortCode(s Sort) byte { return sortOpcodes[s] }

// sortOpcodes are the codes of sorts; those of core WebAssembly come behind a byte of 0 where both can stand.
var sortOpcodes = func() (codes [numSorts]byte) {
	for code, s := range sortCodes {
		codes[s] = code
	}
	for code, s := range coreSortCodes {
		codes[s] = code
	}
	return codes
}()
