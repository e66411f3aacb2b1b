package testwasm

import "strings"

// A Sort is the sort of a definition in a component, as the binary format has it.
type Sort []byte

// The sorts of definitions that tests refer to.
var (
	SortCoreModule = Sort{0, 0x11}
	SortFunc       = Sort{1}
	SortType       = Sort{3}
	SortComponent  = Sort{4}
	SortInstance   = Sort{5}
)

// Arg is something under a name: an argument of an instantiation, or an export of an inline instance.
type Arg struct {
	Name  string
	Sort  Sort
	Index int
}

// CoreArg is a core instance under a name: what the imports from a module of that name are answered with.
type CoreArg struct {
	Name     string
	Instance int
}

// CoreExport is a core extern under a name.
type CoreExport struct {
	Name  string
	Sort  byte
	Index int
}

// Component is a component in the making. Each definition is a section of its own.
type Component struct {
	Types
	out           []byte
	core          [5]int // how many core externs there are, by sort
	modules       int
	coreInstances int
	coreTypes     int
	funcs         int
	instances     int
	components    int
}

// NewComponent returns an empty component.
func NewComponent() *Component {
	c := &Component{out: []byte("\x00asm\x0d\x00\x01\x00")}
	c.Types = newTypes(func(def []byte) { c.entry(7, def) })
	return c
}

// Bytes writes the component.
func (c *Component) Bytes() []byte { return append([]byte(nil), c.out...) }

// entry writes a section with one entry.
func (c *Component) entry(id byte, entry []byte) {
	c.out = append(c.out, section(id, join(1, entry))...)
}

// take returns the next index of an index space.
func take(counter *int) int {
	*counter++
	return *counter - 1
}

// CoreModule puts a core module into the component.
func (c *Component) CoreModule(m *Module) int { return c.CoreBytes(m.Bytes()) }

// CoreBytes is [Component.CoreModule] for a module in binary.
func (c *Component) CoreBytes(wasm []byte) int {
	c.out = append(c.out, section(1, wasm)...)
	return take(&c.modules)
}

// CoreInstance instantiates a core module.
func (c *Component) CoreInstance(module int, args ...CoreArg) int {
	entries := make([][]byte, len(args))
	for i, a := range args {
		entries[i] = join(a.Name, byte(0x12), a.Instance)
	}
	c.entry(2, join(byte(0), module, vector(entries)))
	return take(&c.coreInstances)
}

// CoreInline makes a core instance of core externs.
func (c *Component) CoreInline(exports ...CoreExport) int {
	entries := make([][]byte, len(exports))
	for i, e := range exports {
		entries[i] = join(e.Name, e.Sort, e.Index)
	}
	c.entry(2, join(byte(1), vector(entries)))
	return take(&c.coreInstances)
}

// Instantiated puts a core module into the component and instantiates it.
func (c *Component) Instantiated(m *Module, args ...CoreArg) int {
	return c.CoreInstance(c.CoreModule(m), args...)
}

// Core is the export of a core instance.
func (c *Component) Core(instance int, sort byte, name string) int {
	c.entry(6, join(byte(0), sort, byte(1), instance, name))
	return take(&c.core[sort])
}

// CoreFunc is a function that a core instance exports.
func (c *Component) CoreFunc(instance int, name string) int { return c.Core(instance, Func, name) }

// Option is a canonical option.
type Option []byte

// WithEncoding says how strings stand in memory, as the binary format numbers the encodings: 0 is UTF-8, 1 is
// UTF-16, 2 is Latin-1 or UTF-16.
func WithEncoding(e byte) Option { return join(e) }

// WithMemory names the memory of lists and strings.
func WithMemory(i int) Option { return join(byte(3), i) }

// WithRealloc names the function that allocates in that memory.
func WithRealloc(i int) Option { return join(byte(4), i) }

// WithPostReturn names the function that frees a result.
func WithPostReturn(i int) Option { return join(byte(5), i) }

func options(list []Option) []byte {
	entries := make([][]byte, len(list))
	for i, o := range list {
		entries[i] = o
	}
	return vector(entries)
}

// Lift makes a component function of a core function.
func (c *Component) Lift(coreFunc int, typ string, opts ...Option) int {
	t := c.FuncType(typ)
	c.entry(8, join(byte(0), byte(0), coreFunc, options(opts), t))
	return take(&c.funcs)
}

// Lower makes a core function of a component function.
func (c *Component) Lower(f int, opts ...Option) int {
	return c.Canon(byte(1), byte(0), f, options(opts))
}

// Canon makes a core function of a canonical built-in, which is written by its words.
func (c *Component) Canon(parts ...any) int {
	c.entry(8, join(parts...))
	return take(&c.core[Func])
}

// ResourceNew is the built-in that makes an own handle of a representation.
func (c *Component) ResourceNew(typ int) int { return c.Canon(byte(2), typ) }

// ResourceDrop is the built-in that drops a handle.
func (c *Component) ResourceDrop(typ int) int { return c.Canon(byte(3), typ) }

// ResourceRep is the built-in that gives the representation behind a handle.
func (c *Component) ResourceRep(typ int) int { return c.Canon(byte(4), typ) }

// Resource defines a resource type; dtor may name a core function.
func (c *Component) Resource(dtor ...int) int {
	if len(dtor) == 0 {
		return c.Define(byte(0x3f), i32, byte(0))
	}
	return c.Define(byte(0x3f), i32, byte(1), dtor[0])
}

// ImportFunc imports a function.
func (c *Component) ImportFunc(name, typ string) int {
	t := c.FuncType(typ)
	c.entry(10, join(byte(0), name, byte(1), t))
	return take(&c.funcs)
}

// ImportInstance imports an instance.
func (c *Component) ImportInstance(name string, t *InstanceType) int {
	typ := c.Define(byte(0x42), vector(t.decls))
	c.entry(10, join(byte(0), name, byte(5), typ))
	return take(&c.instances)
}

// ImportCoreModule imports a core module that exports a function.
func (c *Component) ImportCoreModule(name, fn, typ string) int {
	params, results, _ := strings.Cut(typ, "->")
	decls := [][]byte{
		join(byte(1), byte(0x60), valueTypes(params), valueTypes(results)),
		join(byte(3), fn, byte(0), 0),
	}
	c.entry(3, join(byte(0x50), vector(decls)))
	c.entry(10, join(byte(0), name, []byte{0, 0x11}, take(&c.coreTypes)))
	return take(&c.modules)
}

// ImportComponent imports a component that exports a function.
func (c *Component) ImportComponent(name, fn, typ string) int {
	var decls [][]byte
	t := newTypes(func(def []byte) { decls = append(decls, join(byte(1), def)) })
	f := t.FuncType(typ)
	decls = append(decls, join(byte(4), byte(0), fn, byte(1), f))
	i := c.Define(byte(0x41), vector(decls))
	c.entry(10, join(byte(0), name, byte(4), i))
	return take(&c.components)
}

// Alias is an export of an instance. A type gets its name there.
func (c *Component) Alias(instance int, sort Sort, name string) int {
	c.entry(6, join([]byte(sort), byte(0), instance, name))
	return c.taken(sort, name)
}

// Outer is a definition of the component around this one, or one further out.
func (c *Component) Outer(count int, sort Sort, i int) int {
	c.entry(6, join([]byte(sort), byte(2), count, i))
	return c.taken(sort, "")
}

// Component puts a component into this one.
func (c *Component) Component(inner *Component) int {
	c.out = append(c.out, section(4, inner.out)...)
	return take(&c.components)
}

// Instance instantiates a component.
func (c *Component) Instance(component int, args ...Arg) int {
	entries := make([][]byte, len(args))
	for i, a := range args {
		entries[i] = join(a.Name, []byte(a.Sort), a.Index)
	}
	c.entry(5, join(byte(0), component, vector(entries)))
	return take(&c.instances)
}

// Inline makes an instance of definitions.
func (c *Component) Inline(exports ...Arg) int {
	entries := make([][]byte, len(exports))
	for i, e := range exports {
		entries[i] = join(byte(0), e.Name, []byte(e.Sort), e.Index)
	}
	c.entry(5, join(byte(1), vector(entries)))
	return take(&c.instances)
}

// Export exports a definition. An exported type goes by that name from then on.
func (c *Component) Export(name string, sort Sort, i int) int {
	c.entry(11, join(byte(0), name, []byte(sort), i, byte(0)))
	return c.taken(sort, name)
}

// ExportFunc lifts a core function and exports it.
func (c *Component) ExportFunc(name string, coreFunc int, typ string, opts ...Option) {
	c.Export(name, SortFunc, c.Lift(coreFunc, typ, opts...))
}

// taken returns the next index of the index space of a sort.
func (c *Component) taken(sort Sort, name string) int {
	switch sort[0] {
	case 0:
		return take(&c.modules)
	case 1:
		return take(&c.funcs)
	case 3:
		return c.added(name)
	case 4:
		return take(&c.components)
	}
	return take(&c.instances)
}
