package component

import (
	"bytes"

	"github.com/witan-os/witan/internal/leb128"
)

// Writer writes a component definition by definition, as they come, and returns of each the index that later
// ones call it by. It is for those who make components out of parts, and know what they want: whatever it is told
// it writes, and [Decode] says whether that is a component. Neighbouring entries of the same kind share a section.
type Writer struct {
	TypeWriter
	names nameSection
}

// NewWriter returns a writer of an empty component.
func NewWriter() *Writer {
	w := &Writer{}
	w.out = componentHeader()
	return w
}

func componentHeader() output {
	return output{magic[0], magic[1], magic[2], magic[3], componentVersion, 0, componentLayer, 0}
}

// Bytes is the component so far. More can be written after it.
func (w *Writer) Bytes() []byte {
	out := bytes.Clone(w.out)
	o := (*output)(&out)
	if w.count > 0 {
		o.section(w.section, w.vector())
	}
	w.names.append(o)
	return out
}

// Custom writes a custom section.
func (w *Writer) Custom(name string, data []byte) {
	var o output
	o.name(name)
	o.raw(data)
	w.whole(sectionCustom, o)
}

// CoreModule writes a core module.
func (w *Writer) CoreModule(module []byte) uint32 {
	w.whole(sectionCoreModule, module)
	return w.added(SortCoreModule)
}

// Component writes a component inside this one.
func (w *Writer) Component(component []byte) uint32 {
	w.whole(sectionComponent, component)
	return w.added(SortComponent)
}

// CoreInstantiate writes an instantiation of a core module, with an instance for each module name that it imports
// from.
func (w *Writer) CoreInstantiate(module uint32, args ...CoreArg) uint32 {
	o := output{0x00}
	o.u32(module)
	o.count(len(args))
	for _, a := range args {
		o.name(a.Name)
		o.byte(coreSortCode(SortCoreInstance))
		o.u32(a.Instance)
	}
	return w.entry(sectionCoreInstance, SortCoreInstance, o)
}

// CoreInlineExports writes a core instance that consists of what exists.
func (w *Writer) CoreInlineExports(exports ...CoreExport) uint32 {
	o := output{0x01}
	o.count(len(exports))
	for _, e := range exports {
		o.name(e.Name)
		o.byte(coreSortCode(e.Sort))
		o.u32(e.Index)
	}
	return w.entry(sectionCoreInstance, SortCoreInstance, o)
}

// Instantiate writes an instantiation of a component.
func (w *Writer) Instantiate(component uint32, args ...Arg) uint32 {
	o := output{0x00}
	o.u32(component)
	o.count(len(args))
	for _, a := range args {
		o.name(a.Name)
		o.sortIndex(a.Sort, a.Index)
	}
	return w.entry(sectionInstance, SortInstance, o)
}

// InlineExports writes an instance that consists of what exists.
func (w *Writer) InlineExports(exports ...InlineExport) uint32 {
	o := output{0x01}
	o.count(len(exports))
	for i := range exports {
		o.externName(exports[i].ExternName)
		o.sortIndex(exports[i].Sort, exports[i].Index)
	}
	return w.entry(sectionInstance, SortInstance, o)
}

// AliasCoreExport writes a name for an export of a core instance.
func (w *Writer) AliasCoreExport(sort Sort, instance uint32, name string) uint32 {
	var o output
	o.sort(sort)
	o.byte(aliasOfCoreExport)
	o.u32(instance)
	o.name(name)
	return w.entry(sectionAlias, sort, o)
}

// Resource writes a resource type that each instance of the component creates anew. Of its fields, Rep, HasDtor
// and Dtor count.
func (w *Writer) Resource(r *Resource) uint32 {
	o := output{codeResource, byte(r.Rep)}
	o.flag(r.HasDtor)
	if r.HasDtor {
		o.u32(r.Dtor)
	}
	return w.define(o)
}

// Start writes a call of a function when the component is instantiated. It returns the index of its first result,
// which is a value.
func (w *Writer) Start(f uint32, args []uint32, results uint32) uint32 {
	var o output
	o.u32(f)
	o.count(len(args))
	for _, a := range args {
		o.u32(a)
	}
	o.u32(results)
	w.whole(sectionStart, o)
	first := w.sizes[SortValue]
	w.sizes[SortValue] += results
	return first
}

// Import writes an import.
func (w *Writer) Import(name ExternName, d ExternDesc) uint32 {
	return w.extern(sectionImport, name, d)
}

// Export writes an export of what exists, and returns the index of the entry that the export itself adds.
func (w *Writer) Export(name ExternName, sort Sort, index uint32) uint32 {
	return w.export(name, sort, index, nil)
}

// ExportAs is [Writer.Export] with a type for the export in place of its own.
func (w *Writer) ExportAs(name ExternName, sort Sort, index uint32, d ExternDesc) uint32 {
	return w.export(name, sort, index, &d)
}

func (w *Writer) export(name ExternName, sort Sort, index uint32, as *ExternDesc) uint32 {
	var o output
	o.externName(name)
	o.sortIndex(sort, index)
	o.flag(as != nil)
	if as != nil {
		o.externDesc(*as)
	}
	return w.entry(sectionExport, sort, o)
}

// whole writes a section that is not a vector of entries.
func (w *Writer) whole(id byte, contents []byte) {
	w.flush()
	w.out.section(id, contents)
}

// output is a piece of a binary that is being written.
type output []byte

func (o *output) raw(b []byte)   { *o = append(*o, b...) }
func (o *output) byte(b ...byte) { *o = append(*o, b...) }
func (o *output) u32(v uint32)   { *o = leb128.AppendUint(*o, uint64(v)) }
func (o *output) u64(v uint64)   { *o = leb128.AppendUint(*o, v) }
func (o *output) count(n int)    { *o = leb128.AppendUint(*o, uint64(n)) }

func (o *output) flag(set bool) {
	if set {
		o.byte(1)
	} else {
		o.byte(0)
	}
}

func (o *output) name(s string) {
	o.count(len(s))
	*o = append(*o, s...)
}

// section writes a section, of a component or of a custom section alike: an id, a size and the contents.
func (o *output) section(id byte, contents []byte) {
	o.byte(id)
	o.count(len(contents))
	o.raw(contents)
}
