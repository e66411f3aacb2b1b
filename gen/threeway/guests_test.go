package threeway

import (
	"fmt"
	"slices"
	"strings"

	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/internal/testwasm"
	"github.com/witan-os/witan/runtime/abi"
)

// This file writes the two guests: the caller, which calls one function of a set with core values that the
// test has put into its memory, and the callee, which exports functions of the set and leaves what it gets
// to the test in the same way. What they do is the test's doing; they have the memories, the reallocs and the
// tables of handles.

// The memory of a guest. What is below heapBase is the test's.
const (
	heapAt   = 0x00 // where realloc goes on
	lieAt    = 0x04 // the realloc, counted from 1, that returns another address: the one at lieWith
	lieWith  = 0x08
	pagesAt  = 0x0c // how many pages the memory has
	dropsAt  = 0x10 // how many handles the callee is to drop before it returns; they are at dropList
	postedAt = 0x14 // how often post-return ran, with what is at postedBy
	postedBy = 0x18
	slotsAt  = 0x20 // core values, eight bytes each
	resultAt = 0xb0 // the core value that the caller gets back
	dropList = 0x100
	dataBase = 0x800  // what the test lowers
	heapBase = 0x8000 // what executors lower
	pageSize = 1 << 16
	maxPages = 8
	maxSlots = abi.MaxFlatParams + 1
)

// memoryAndRealloc is a core module that has both. Its realloc leaves at least a byte between blocks, so that
// a copy of one byte too many is noticed.
func memoryAndRealloc() *testwasm.Module {
	m := testwasm.NewModule()
	m.Memory("memory", 1, maxPages)
	m.Data(pagesAt, "\x01")
	const old, oldSize, align, size, top = 0, 1, 2, 3, 4
	m.Func("realloc", "i32 i32 i32 i32 -> i32", expand(`local i32
		i32.const 0 i32.load {lie} if
			i32.const 0 i32.const 0 i32.load {lie} i32.const 1 i32.sub i32.store {lie}
			i32.const 0 i32.load {lie} i32.eqz if
				i32.const 0 i32.load {lieWith} return
			end
		end
		local.get {oldSize} local.get {size} i32.lt_u i32.eqz local.get {old} i32.eqz i32.eqz i32.and if
			local.get {old} return
		end
		i32.const 0
		i32.const 0 i32.load {heap} local.get {align} i32.add
		i32.const 0 local.get {align} i32.sub i32.and local.tee {align}
		local.get {size} i32.add local.tee {top} i32.store {heap}
		local.get {top} i32.const 0 i32.load {pages} i32.const 65536 i32.mul i32.gt_u if
			local.get {top} i32.const 0 i32.load {pages} i32.const 65536 i32.mul i32.sub
			i32.const 65535 i32.add i32.const 16 i32.shr_u memory.grow i32.const -1 i32.eq if unreachable end
			i32.const 0 memory.size i32.store {pages}
		end
		local.get {align} local.get {old} local.get {oldSize} memory.copy
		local.get {align}`,
		"lie", lieAt, "lieWith", lieWith, "heap", heapAt, "pages", pagesAt,
		"old", old, "oldSize", oldSize, "align", align, "size", size, "top", top))
	return m
}

// expand puts numbers in place of their names in braces.
func expand(text string, names ...any) string {
	for i := 0; i < len(names); i += 2 {
		text = strings.ReplaceAll(text, fmt.Sprintf("{%s}", names[i]), fmt.Sprint(names[i+1]))
	}
	return text
}

// probeID is the interface through which a guest of the given name shows itself to the test.
func probeID(guest string) string { return "test:probe/" + guest }

const probeType = "func(which: u32)"

// hello is what a guest calls its probe with when there is no function to answer.
const hello = 0xffff

// guest is a component in the making: what caller and callee have in common.
type guest struct {
	*testwasm.Component
	env     []testwasm.CoreExport // what the core module imports
	options []testwasm.Option
	libc    int // core instance
}

func newGuest(name string, encoding abi.Encoding) *guest {
	g := &guest{Component: testwasm.NewComponent()}
	probe := g.ImportInstance(probeID(name), testwasm.NewInstanceType().Func("call", probeType))
	g.libc = g.Instantiated(memoryAndRealloc())
	g.options = []testwasm.Option{
		testwasm.WithEncoding(byte(encoding)),
		testwasm.WithMemory(g.Core(g.libc, testwasm.Memory, "memory")),
		testwasm.WithRealloc(g.CoreFunc(g.libc, "realloc")),
	}
	g.give("probe", g.Lower(g.Alias(probe, testwasm.SortFunc, "call"), g.options...))
	return g
}

// give lets the guest's core module import a core function under a name.
func (g *guest) give(name string, coreFunc int) {
	g.env = append(g.env, testwasm.CoreExport{Name: name, Sort: testwasm.Func, Index: coreFunc})
}

// start instantiates the guest's core module. It exports hello.
func (g *guest) start(m *testwasm.Module, probe int) int {
	m.Func("hello", "->", fmt.Sprintf("i32.const %d call %d", hello, probe))
	env := g.CoreInline(g.env...)
	main := g.Instantiated(m, testwasm.CoreArg{Name: "env", Instance: env}, testwasm.CoreArg{Name: "libc", Instance: g.libc})
	g.ExportFunc("hello", g.CoreFunc(main, "hello"), "func()")
	return main
}

// importResources imports the resource types, if functions use them, under their names.
func importResources(c *testwasm.Component, s *set, funcs []*model.Func) (types map[string]int) {
	if !usesResources(funcs) {
		return nil
	}
	t := testwasm.NewInstanceType()
	for _, name := range resourceNames {
		t.Resource(name)
	}
	inst := c.ImportInstance(s.resourcesID(), t)
	types = map[string]int{}
	for _, name := range resourceNames {
		types[name] = c.Alias(inst, testwasm.SortType, name)
	}
	return types
}

var resourceNames = []string{"file", "socket"}

// declare writes the named types that functions use into the type of an instance.
func declare(t *testwasm.InstanceType, outer map[string]int, defs []*model.TypeDef) {
	for _, name := range resourceNames {
		if i, ok := outer[name]; ok {
			t.Outer(name, i)
		}
	}
	for _, d := range defs {
		t.Type(d.Name, t.ValueType(shapeText(d.Type)))
	}
}

// callerGuest is a component that imports fn and has an export run, which calls it.
func callerGuest(s *set, fn *model.Func, encoding abi.Encoding) *testwasm.Component {
	g := newGuest("caller", encoding)
	funcs := []*model.Func{fn}
	t := testwasm.NewInstanceType()
	declare(t, importResources(g.Component, s, funcs), namedTypes(s.iface, funcs))
	t.Func(fn.Name, funcText(fn))
	callee := g.ImportInstance(s.iface.ID(), t)
	g.give("f", g.Lower(g.Alias(callee, testwasm.SortFunc, fn.Name), g.options...))

	m := testwasm.NewModule()
	probe := m.ImportFunc("env", "probe", "i32 ->")
	f := m.ImportFunc("env", "f", coreText(fn.Plan.Lowered))
	m.ImportMemory("libc", "memory", 1)
	code := ""
	for i, p := range fn.Plan.Lowered.Params {
		code += fmt.Sprintf("i32.const 0 %s.load %d ", p, slotsAt+8*i)
	}
	if results := fn.Plan.Lowered.Results; len(results) > 0 {
		code = fmt.Sprintf("i32.const 0 %s call %d %s.store %d", code, f, results[0], resultAt)
	} else {
		code += fmt.Sprintf("call %d", f)
	}
	m.Func("run", "->", code)
	main := g.start(m, probe)
	g.ExportFunc("run", g.CoreFunc(main, "run"), "func()")
	return g.Component
}

// calleeGuest is a component that exports functions of a set. Each calls the probe with its number in funcs
// when it has put its core values where the test finds them, and before it returns what the test has put
// there.
func calleeGuest(s *set, funcs []*model.Func, encoding abi.Encoding) *testwasm.Component {
	g := newGuest("callee", encoding)
	outer := importResources(g.Component, s, funcs)
	defs := namedTypes(s.iface, funcs)
	t := testwasm.NewInstanceType()
	declare(t, outer, defs)
	types := g.ImportInstance(s.iface.ID(), t)
	var exports []testwasm.Arg
	for _, d := range defs {
		exports = append(exports, testwasm.Arg{Name: d.Name, Sort: testwasm.SortType, Index: g.Alias(types, testwasm.SortType, d.Name)})
	}

	m := testwasm.NewModule()
	probe := m.ImportFunc("env", "probe", "i32 ->")
	drops := ""
	if outer != nil {
		drops = dropCode
		for i, name := range resourceNames {
			g.give("drop-"+name, g.ResourceDrop(outer[name]))
			f := m.ImportFunc("env", "drop-"+name, "i32 ->")
			drops = strings.ReplaceAll(drops, fmt.Sprintf("{drop%d}", i), fmt.Sprint(f))
		}
	}
	m.ImportMemory("libc", "memory", 1)
	for i, fn := range funcs {
		m.Func(fn.Name, coreText(fn.Plan.Lifted), calleeCode(fn, i, probe, drops))
		m.Func(fn.Name+"-post", coreText(abi.Signature{Params: fn.Plan.Lifted.Results}), postCode(fn))
	}
	main := g.start(m, probe)
	for _, fn := range funcs {
		opts := append(slices.Clone(g.options), testwasm.WithPostReturn(g.CoreFunc(main, fn.Name+"-post")))
		f := g.Lift(g.CoreFunc(main, fn.Name), funcText(fn), opts...)
		exports = append(exports, testwasm.Arg{Name: fn.Name, Sort: testwasm.SortFunc, Index: f})
	}
	g.Export(s.iface.ID(), testwasm.SortInstance, g.Inline(exports...))
	return g.Component
}

func calleeCode(fn *model.Func, i, probe int, drops string) string {
	code := ""
	if drops != "" {
		n := fmt.Sprint(len(fn.Plan.Lifted.Params))
		code = "local i32 "
		drops = strings.ReplaceAll(drops, "{entry}", n)
	}
	for p, t := range fn.Plan.Lifted.Params {
		code += fmt.Sprintf("i32.const 0 local.get %d %s.store %d ", p, t, slotsAt+8*p)
	}
	code += fmt.Sprintf("i32.const %d call %d %s", i, probe, drops)
	for _, t := range fn.Plan.Lifted.Results {
		code += fmt.Sprintf(" i32.const 0 %s.load %d", t, slotsAt)
	}
	return code
}

// dropCode drops handles. Each entry of the list has the number of the resource type, and the handle.
var dropCode = expand(`
	loop
		i32.const 0 i32.load {drops} if
			i32.const 0 i32.const 0 i32.load {drops} i32.const 1 i32.sub i32.store {drops}
			i32.const 0 i32.load {drops} i32.const 8 i32.mul local.tee {entry}
			i32.load {list}
			if   local.get {entry} i32.load {handle} call {drop1}
			else local.get {entry} i32.load {handle} call {drop0} end
			br 1
		end
	end`, "drops", dropsAt, "list", dropList, "handle", dropList+4)

func postCode(fn *model.Func) string {
	code := expand("i32.const 0 i32.const 0 i32.load {at} i32.const 1 i32.add i32.store {at}", "at", postedAt)
	for _, t := range fn.Plan.Lifted.Results {
		code += fmt.Sprintf(" i32.const 0 local.get 0 %s.store %d", t, postedBy)
	}
	return code
}

// pair is a component in which a caller is linked to a callee, so that there is an adapter between them.
func pair(s *set, fn *model.Func, encoding [2]abi.Encoding) *testwasm.Component {
	c := testwasm.NewComponent()
	funcs := []*model.Func{fn}
	probe := func(guest string) testwasm.Arg {
		i := c.ImportInstance(probeID(guest), testwasm.NewInstanceType().Func("call", probeType))
		return testwasm.Arg{Name: probeID(guest), Sort: testwasm.SortInstance, Index: i}
	}
	callerArgs, calleeArgs := []testwasm.Arg{probe("caller")}, []testwasm.Arg{probe("callee")}
	var outer map[string]int
	if usesResources(funcs) {
		t := testwasm.NewInstanceType()
		for _, name := range resourceNames {
			t.Resource(name)
		}
		i := c.ImportInstance(s.resourcesID(), t)
		arg := testwasm.Arg{Name: s.resourcesID(), Sort: testwasm.SortInstance, Index: i}
		callerArgs, calleeArgs = append(callerArgs, arg), append(calleeArgs, arg)
		outer = map[string]int{}
		for _, name := range resourceNames {
			outer[name] = c.Alias(i, testwasm.SortType, name)
		}
	}
	t := testwasm.NewInstanceType()
	declare(t, outer, namedTypes(s.iface, funcs))
	types := c.ImportInstance(s.iface.ID(), t)
	iface := func(i int) testwasm.Arg {
		return testwasm.Arg{Name: s.iface.ID(), Sort: testwasm.SortInstance, Index: i}
	}
	b := c.Instance(c.Component(calleeGuest(s, funcs, encoding[1])), append(calleeArgs, iface(types))...)
	f := c.Alias(b, testwasm.SortInstance, s.iface.ID())
	a := c.Instance(c.Component(callerGuest(s, fn, encoding[0])), append(callerArgs, iface(f))...)
	c.Export("run", testwasm.SortFunc, c.Alias(a, testwasm.SortFunc, "run"))
	c.Export("hello-caller", testwasm.SortFunc, c.Alias(a, testwasm.SortFunc, "hello"))
	c.Export("hello-callee", testwasm.SortFunc, c.Alias(b, testwasm.SortFunc, "hello"))
	return c
}

// coreText is a core function type as testwasm reads it.
func coreText(s abi.Signature) string {
	list := func(types []abi.CoreType) string {
		names := make([]string, len(types))
		for i, t := range types {
			names[i] = t.String()
		}
		return strings.Join(names, " ")
	}
	return list(s.Params) + " -> " + list(s.Results)
}

func funcText(f *model.Func) string {
	params := make([]string, len(f.Params))
	for i, p := range f.Params {
		params[i] = p.Name + ": " + typeText(p.Type)
	}
	text := "func(" + strings.Join(params, ", ") + ")"
	if f.Result != nil {
		text += " -> " + typeText(f.Result)
	}
	return text
}

// typeText is a type where it is used: one that needs a name goes by it.
func typeText(t *model.Type) string {
	switch {
	case t == nil:
		return "_"
	case t.Def != nil:
		return t.Def.Name
	}
	return shapeText(t)
}

func shapeText(t *model.Type) string {
	var parts []string
	add := func(format string, args ...any) { parts = append(parts, fmt.Sprintf(format, args...)) }
	switch t.Kind {
	case abi.List, abi.Option:
		return t.Kind.String() + "<" + typeText(t.Elem) + ">"
	case abi.FixedList:
		return fmt.Sprintf("list<%s, %d>", typeText(t.Elem), t.Len)
	case abi.Map:
		return "map<" + typeText(t.Key) + ", " + typeText(t.Elem) + ">"
	case abi.Own, abi.Borrow:
		return t.Kind.String() + "<" + t.Resource.Name + ">"
	case abi.Result:
		return "result<" + typeText(t.OK()) + ", " + typeText(t.Err()) + ">"
	case abi.Tuple:
		for _, f := range t.Fields {
			add("%s", typeText(f.Type))
		}
		return "tuple<" + strings.Join(parts, ", ") + ">"
	case abi.Record:
		for _, f := range t.Fields {
			add("%s: %s", f.Name, typeText(f.Type))
		}
	case abi.Variant, abi.Enum:
		for _, c := range t.Cases {
			if c.Type == nil {
				add("%s", c.Name)
			} else {
				add("%s(%s)", c.Name, typeText(c.Type))
			}
		}
	case abi.Flags:
		for _, l := range t.Labels {
			add("%s", l.Name)
		}
	default:
		return t.Kind.String()
	}
	return t.Kind.String() + "{" + strings.Join(parts, ", ") + "}"
}

// eachType visits the types of functions and all types inside them.
func eachType(funcs []*model.Func, visit func(*model.Type)) {
	var walk func(*model.Type)
	walk = func(t *model.Type) {
		if t == nil {
			return
		}
		visit(t)
		walk(t.Key)
		walk(t.Elem)
		for _, f := range t.Fields {
			walk(f.Type)
		}
		for _, c := range t.Cases {
			walk(c.Type)
		}
	}
	for _, fn := range funcs {
		for _, p := range fn.Params {
			walk(p.Type)
		}
		walk(fn.Result)
	}
}

// namedTypes are the types that functions use by name, in the order of their declaration.
func namedTypes(iface *model.Interface, funcs []*model.Func) []*model.TypeDef {
	used := map[*model.TypeDef]bool{}
	eachType(funcs, func(t *model.Type) { used[t.Def] = true })
	var list []*model.TypeDef
	for _, d := range iface.Types {
		if used[d] {
			list = append(list, d)
		}
	}
	return list
}

func usesMaps(fn *model.Func) (uses bool) {
	eachType([]*model.Func{fn}, func(t *model.Type) { uses = uses || t.Kind == abi.Map })
	return uses
}

func usesResources(funcs []*model.Func) (uses bool) {
	eachType(funcs, func(t *model.Type) { uses = uses || t.Resource != nil })
	return uses
}
