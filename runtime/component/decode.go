package component

// The sections of a component, by their ids.
const (
	sectionCustom = iota
	sectionCoreModule
	sectionCoreInstance
	sectionCoreType
	sectionComponent
	sectionInstance
	sectionAlias
	sectionType
	sectionCanon
	sectionStart
	sectionImport
	sectionExport
	sectionValue
)

var sectionNames = [...]string{
	"custom", "core module", "core instance", "core type", "component", "instance", "alias", "type", "canon",
	"start", "import", "export", "value",
}

// component reads the component between pos and end, whose header is known to be whole and right.
func (d *decoder) component() *Component {
	at := d.pos
	s := d.enter(inComponent, at)
	c := &Component{At: At(at), Size: d.end - at}
	d.pos += headerSize
	for d.pos < d.end {
		d.sectionOf(c)
	}
	d.section, d.entry = "", noEntry
	d.finish(c, s)
	d.leave()
	return c
}

// finish takes over the index spaces and makes the type of the component.
func (d *decoder) finish(c *Component, s *scope) {
	for _, v := range s.values {
		if !v.used {
			d.fail(v.at, "this value is used neither by an instantiation, a start function nor an export")
		}
		c.Values = append(c.Values, v.typ)
	}
	c.Types, c.Funcs, c.Instances, c.Components = s.types, s.funcs, s.instances, s.components
	c.CoreTypes, c.Resources = s.coreTypes, s.resources
	c.Type = d.componentTypeOf(int(c.At), s)
}

// sectionOf reads one section. A section is a frame: its contents must fill it.
func (d *decoder) sectionOf(c *Component) {
	d.section, d.entry = "", noEntry
	at := d.pos
	id := d.byte("section id")
	if int(id) >= len(sectionNames) {
		d.fail(at, "section id %d is unknown", id)
	}
	d.section = sectionNames[id]
	sizeAt := d.pos
	size := d.u32("size of the section")
	if int64(size) > int64(d.end-d.pos) {
		d.fail(sizeAt, "the section has %s, but %s left", quantity(int(size), "byte"), existing(d.end-d.pos, "byte"))
	}
	outer := d.end
	d.end = d.pos + int(size)
	d.contents(c, id, at)
	if d.pos != d.end {
		d.entry = noEntry
		d.fail(d.pos, "the section has %s left over", quantity(d.end-d.pos, "byte"))
	}
	d.end = outer
}

func (d *decoder) contents(c *Component, id byte, at int) {
	switch id {
	case sectionCustom:
		c.Defs = append(c.Defs, d.custom(at))
	case sectionCoreModule:
		c.Defs = append(c.Defs, d.coreModule())
	case sectionComponent:
		c.Defs = append(c.Defs, d.nested())
	case sectionStart:
		d.define(d.pos)
		c.Defs = append(c.Defs, d.start())
	case sectionValue:
		d.fail(at, "value definitions are not part of what has been released")
	default:
		d.entries(c, d.readerOf(id))
	}
}

// readerOf gives the function that reads one entry of a section that is a vector.
func (d *decoder) readerOf(id byte) func() Def {
	switch id {
	case sectionCoreInstance:
		return d.coreInstance
	case sectionCoreType:
		return d.coreTypeDef
	case sectionInstance:
		return d.instance
	case sectionAlias:
		return d.alias
	case sectionType:
		return d.typeDef
	case sectionCanon:
		return d.canon
	case sectionImport:
		return d.importDef
	default:
		return d.exportDef
	}
}

func (d *decoder) entries(c *Component, read func() Def) {
	n := d.count("entry", maxDefs)
	for i := range n {
		d.entry = i
		d.define(d.pos)
		c.Defs = append(c.Defs, read())
	}
}

func (d *decoder) custom(at int) *Custom {
	name := d.name("name of the custom section")
	c := &Custom{At: At(at), Name: name, Bytes: d.data[d.pos:d.end:d.end]}
	d.pos = d.end
	return c
}

// coreModule reads what the module in a section shows to the outside.
func (d *decoder) coreModule() *CoreModule {
	at := d.pos
	d.define(at)
	d.bound(at, SortCoreModule, maxModules)
	d.layer(KindModule)
	m := &CoreModule{At: At(at), Bytes: d.data[d.pos:d.end:d.end], Type: d.moduleShape()}
	d.appendModule(at, m.Type)
	return m
}

func (d *decoder) nested() *Component {
	at := d.pos
	d.define(at)
	d.bound(at, SortComponent, maxComponents)
	d.layer(KindComponent)
	section := d.section
	c := d.component()
	d.section = section
	d.appendComponent(at, c.Type)
	return c
}

// layer checks the header of what is nested in a section.
func (d *decoder) layer(want Kind) {
	kind, err := Sniff(d.rest())
	if err != nil {
		inner := err.(*Error)
		d.fail(d.pos+int(inner.Offset), "in the nested %s: %s", want, inner.Rule)
	}
	if kind != want {
		d.fail(d.pos, "the section holds a %s instead of a %s", kind, want)
	}
}
