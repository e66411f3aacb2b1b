package instance_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/witan-os/witan/internal/testwasm"
	"github.com/witan-os/witan/runtime/glue"
	"github.com/witan-os/witan/runtime/instance"
	"github.com/witan-os/witan/runtime/value"
	"github.com/witan-os/witan/runtime/vm"
)

// keeper is a component that defines a resource type. Its destructor adds the representation to a sum, and
// then runs more code, which may call the functions new and drop (1 and 2).
func keeper(more string) *testwasm.Component {
	c := testwasm.NewComponent()

	// The destructor has to exist before the type and the type before its built-ins: a table ties the knot.
	knot := testwasm.NewModule()
	knot.Table("table", 1)
	sum := knot.Global("sum", 0)
	knot.Func("destroy", "i32 ->", fmt.Sprintf(
		"global.get %[1]d local.get 0 i32.add global.set %[1]d local.get 0 i32.const 0 call_indirect %[2]d", sum, knot.Type("i32 ->")))
	knotted := c.Instantiated(knot)
	r := c.Resource(c.CoreFunc(knotted, "destroy"))

	builtins := c.CoreInline(
		testwasm.CoreExport{Name: "new", Index: c.ResourceNew(r)},
		testwasm.CoreExport{Name: "rep", Index: c.ResourceRep(r)},
		testwasm.CoreExport{Name: "drop", Index: c.ResourceDrop(r)},
	)
	m := testwasm.NewModule()
	rep := m.ImportFunc("own", "rep", "i32 -> i32")
	makeNew := m.ImportFunc("own", "new", "i32 -> i32")
	drop := m.ImportFunc("own", "drop", "i32 ->")
	total := m.ImportGlobal("knot", "sum")
	m.ImportTable("knot", "table", 1)
	m.Elem(0, m.Func("", "i32 ->", more))
	m.Func("make", "i32 -> i32", fmt.Sprintf("local.get 0 call %d", makeNew))
	m.Func("look", "i32 -> i32", fmt.Sprintf("local.get 0 call %d", rep))
	m.Func("drop", "i32 ->", fmt.Sprintf("local.get 0 call %d", drop))
	m.Func("sum", "-> i32", fmt.Sprintf("global.get %d", total))
	m.Func("same", "i32 -> i32", "local.get 0")
	m.Func("ignore", "i32 ->", "")
	m.Func("first", "i32 i32 -> i32", "local.get 0")
	main := c.Instantiated(m, testwasm.CoreArg{Name: "own", Instance: builtins}, testwasm.CoreArg{Name: "knot", Instance: knotted})

	c.Export("thing", testwasm.SortType, r)
	for _, f := range [][3]string{
		{"make", "make", "func(rep: u32) -> u32"}, // handles as numbers: what the guest sees of them
		{"look", "look", "func(h: u32) -> u32"},
		{"drop", "drop", "func(h: u32)"},
		{"sum", "sum", "func() -> u32"},
		{"give", "make", "func(rep: u32) -> own<thing>"},
		{"hand-back", "same", "func(h: u32) -> own<thing>"},
		{"take", "same", "func(h: own<thing>) -> u32"},
		{"lend", "same", "func(h: borrow<thing>) -> u32"},
		{"both", "first", "func(a: borrow<thing>, b: own<thing>) -> u32"},
	} {
		c.ExportFunc(f[0], c.CoreFunc(main, f[1]), f[2])
	}
	return c
}

func TestResourceOfAComponent(t *testing.T) {
	i := start(t, keeper(""))
	one, two := call(t, i, "make", uint32(100)), call(t, i, "make", uint32(20))
	if one != uint32(1) || two != uint32(2) {
		t.Fatalf("the first handles are %v and %v, not 1 and 2", one, two)
	}
	wantCall(t, i, uint32(100), "look", one)
	wantCall(t, i, nil, "drop", one)
	wantCall(t, i, uint32(100), "sum")
	wantCall(t, i, uint32(1), "make", uint32(3)) // a freed index is used again
	wantCall(t, i, uint32(3), "look", uint32(1))
	wantCall(t, i, uint32(20), "look", two)

	given := call(t, i, "give", uint32(7))
	if given != (value.Own{Rep: instance.Rep(7)}) {
		t.Fatalf("the host was given %v", given)
	}
	wantCall(t, i, uint32(7), "lend", value.Borrow{Rep: instance.Rep(7)}) // its owner sees the representation
	wantCall(t, i, uint32(3), "take", given)
	wantCall(t, i, uint32(7), "look", uint32(3))
	wantCall(t, i, uint32(100), "sum") // nothing else was destroyed
}

func TestForgedHandles(t *testing.T) {
	for _, tt := range []struct {
		name, call string
		handle     uint32
		reason     string
	}{
		{"index zero", "look", 0, "0 is not a handle of this instance"},
		{"behind the table", "look", 2, "2 is not a handle of this instance"},
		{"far out of range", "drop", 0xffffffff, "4294967295 is not a handle of this instance"},
		{"given to the host", "hand-back", 9, "9 is not a handle of this instance"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			i := start(t, keeper(""))
			call(t, i, "make", uint32(5))
			wantTrap(t, i, tt.reason, tt.call, tt.handle)
		})
	}
	t.Run("freed", func(t *testing.T) {
		i := start(t, keeper(""))
		call(t, i, "make", uint32(5))
		call(t, i, "drop", uint32(1))
		wantTrap(t, i, "1 is not a handle of this instance", "drop", uint32(1))
	})
	t.Run("given away", func(t *testing.T) {
		i := start(t, keeper(""))
		call(t, i, "make", uint32(5))
		call(t, i, "hand-back", uint32(1))
		wantTrap(t, i, "1 is not a handle of this instance", "look", uint32(1))
	})
}

// TestDestructorDropsAnother destroys a chain of resources, each of which owns the one before.
func TestDestructorDropsAnother(t *testing.T) {
	// The resource with representation n owns handle n-1.
	i := start(t, keeper("local.get 0 i32.const 1 i32.gt_u if local.get 0 i32.const 1 i32.sub call 2 end"))
	const n = 20
	sum := uint32(0)
	for rep := uint32(1); rep <= n; rep++ {
		wantCall(t, i, rep, "make", rep)
		sum += rep
	}
	wantCall(t, i, nil, "drop", uint32(n))
	wantCall(t, i, sum, "sum")
	wantTrap(t, i, "1 is not a handle", "look", uint32(1))
}

// TestDestructorWithoutEnd has a destructor make a new resource and drop it.
func TestDestructorWithoutEnd(t *testing.T) {
	i := start(t, keeper("i32.const 1 call 1 call 2"))
	call(t, i, "make", uint32(1))
	wantTrap(t, i, "destructors", "drop", uint32(1))
}

// file is a resource of the host.
type file struct {
	number uint32
	drops  int
}

func (f *file) Drop(context.Context) { f.drops++ }

// files is a host with two types of resources. opened gets the files that it makes.
func files(opened *[]*file) *glue.Interface {
	fileType, dirType := &glue.Resource{Name: "file"}, &glue.Resource{Name: "dir"}
	return &glue.Interface{
		Name:      "test:host/files@1.0.0",
		Resources: []glue.NamedResource{{Name: "file", Type: fileType}, {Name: "dir", Type: dirType}},
		Funcs: []glue.Func{
			hostFunc("open", "func() -> own<file>", 0, 1, func(_ context.Context, b *glue.Boundary, stack []uint64) {
				f := &file{number: uint32(len(*opened)) + 100}
				*opened = append(*opened, f)
				stack[0] = uint64(b.GiveOwn(fileType, f))
			}),
			hostFunc("open-dir", "func() -> own<dir>", 0, 1, func(_ context.Context, b *glue.Boundary, stack []uint64) {
				stack[0] = uint64(b.GiveOwn(dirType, &file{}))
			}),
			hostFunc("read", "func(f: borrow<file>) -> u32", 1, 1, func(_ context.Context, b *glue.Boundary, stack []uint64) {
				stack[0] = uint64(b.Borrowed(fileType, uint32(stack[0])).(*file).number)
			}),
			hostFunc("close", "func(f: own<file>) -> u32", 1, 1, func(_ context.Context, b *glue.Boundary, stack []uint64) {
				stack[0] = uint64(b.TakeOwn(fileType, uint32(stack[0])).(*file).number)
			}),
			hostFunc("swap", "func(a: borrow<file>, b: own<file>)", 2, 0, func(_ context.Context, b *glue.Boundary, stack []uint64) {
				b.Borrowed(fileType, uint32(stack[0]))
				b.TakeOwn(fileType, uint32(stack[1]))
			}),
		},
	}
}

// opener is a guest that calls the functions of files with handles that its caller chooses.
func opener() *testwasm.Component {
	c := testwasm.NewComponent()
	t := testwasm.NewInstanceType().Resource("file").Resource("dir").
		Func("open", "func() -> own<file>").Func("open-dir", "func() -> own<dir>").
		Func("read", "func(f: borrow<file>) -> u32").Func("close", "func(f: own<file>) -> u32").
		Func("swap", "func(a: borrow<file>, b: own<file>)")
	host := c.ImportInstance("test:host/files@1.0.0", t)
	fileType := c.Alias(host, testwasm.SortType, "file")
	m := testwasm.NewModule()
	var given []testwasm.CoreExport
	funcs := [][3]string{
		{"open", "-> i32", "func() -> u32"},
		{"open-dir", "-> i32", "func() -> u32"},
		{"read", "i32 -> i32", "func(h: u32) -> u32"},
		{"close", "i32 -> i32", "func(h: u32) -> u32"},
		{"swap", "i32 i32 ->", "func(a: u32, b: u32)"},
		{"drop", "i32 ->", "func(h: u32)"},
	}
	for _, f := range funcs {
		m.Export(f[0], testwasm.Func, m.ImportFunc("files", f[0], f[1]))
		var lowered int
		if f[0] == "drop" {
			lowered = c.ResourceDrop(fileType)
		} else {
			lowered = c.Lower(c.Alias(host, testwasm.SortFunc, f[0]))
		}
		given = append(given, testwasm.CoreExport{Name: f[0], Index: lowered})
	}
	m.Func("keep", "i32 ->", "")
	m.Func("use", "i32 -> i32", "local.get 0 call 2 local.get 0 call 5")
	m.Func("steal", "i32 ->", "local.get 0 call 3 drop")
	m.Func("twice", "i32 ->", "local.get 0 call 5 local.get 0 call 5")
	main := c.Instantiated(m, testwasm.CoreArg{Name: "files", Instance: c.CoreInline(given...)})
	for _, f := range append(funcs, [][3]string{
		{"keep", "", "func(f: borrow<file>)"},
		{"use", "", "func(f: borrow<file>) -> u32"},
		{"steal", "", "func(f: borrow<file>)"},
		{"twice", "", "func(f: borrow<file>)"},
	}...) {
		c.ExportFunc(f[0], c.CoreFunc(main, f[0]), f[2])
	}
	return c
}

func TestResourceOfTheHost(t *testing.T) {
	var opened []*file
	i := start(t, opener(), files(&opened))
	for want := uint32(1); want <= 3; want++ {
		wantCall(t, i, want, "open")
	}
	wantCall(t, i, uint32(101), "read", uint32(2))
	wantCall(t, i, uint32(101), "read", uint32(2)) // the loan of the first call is over
	wantCall(t, i, uint32(100), "close", uint32(1))
	wantCall(t, i, nil, "drop", uint32(2))
	if got := [3]int{opened[0].drops, opened[1].drops, opened[2].drops}; got != [3]int{0, 1, 0} {
		t.Errorf("the files were dropped %v times, want 0, 1, 0: the first belongs to the host again", got)
	}

	lent := &file{number: 7}
	wantCall(t, i, uint32(7), "use", value.Borrow{Rep: lent})
	if lent.drops != 0 {
		t.Error("dropping a borrowed handle dropped the resource")
	}

	if err := i.Close(ctx); err != nil {
		t.Error(err)
	}
	if err := i.Close(ctx); err != nil {
		t.Error(err)
	}
	if got := [3]int{opened[0].drops, opened[1].drops, opened[2].drops}; got != [3]int{0, 1, 1} {
		t.Errorf("after Close the files were dropped %v times, want 0, 1, 1", got)
	}
	if _, err := i.Call(ctx, "", "open"); err != instance.ErrClosed {
		t.Errorf("a call after Close: %v", err)
	}
}

func TestRulesOfOwnership(t *testing.T) {
	for _, tt := range []struct {
		name   string
		open   []string
		call   string
		args   []value.Value
		reason string
	}{
		{"wrong type", []string{"open-dir"}, "read", []value.Value{uint32(1)}, "handle 1 is a dir, not a file"},
		{"wrong type dropped", []string{"open-dir"}, "drop", []value.Value{uint32(1)}, "handle 1 is a dir, not a file"},
		{"given while on loan", []string{"open"}, "swap", []value.Value{uint32(1), uint32(1)}, "handle 1 is on loan to a call in progress"},
		{"borrowed kept", nil, "keep", []value.Value{value.Borrow{Rep: &file{}}}, "the callee kept 1 borrowed handles"},
		{"borrowed given away", nil, "steal", []value.Value{value.Borrow{Rep: &file{}}}, "handle 1 is borrowed: it can't be given away"},
		{"borrowed dropped twice", nil, "twice", []value.Value{value.Borrow{Rep: &file{}}}, "1 is not a handle of this instance"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var opened []*file
			i := start(t, opener(), files(&opened))
			for _, o := range tt.open {
				call(t, i, o)
			}
			wantTrap(t, i, tt.reason, tt.call, tt.args...)
		})
	}
}

func TestHandleLimit(t *testing.T) {
	var opened []*file
	i := startWith(t, opener(), vm.Options{Imports: []*glue.Interface{files(&opened)}, Limits: vm.Limits{MaxHandles: 3}})
	for range 3 {
		call(t, i, "open")
	}
	call(t, i, "drop", uint32(2))
	wantCall(t, i, uint32(2), "open")
	wantTrap(t, i, "the instance holds 3 resource handles, its limit", "open")
}

// TestNamelessResources confuses two resource types that nothing gives a name to.
func TestNamelessResources(t *testing.T) {
	c := testwasm.NewComponent()
	one, other := c.Resource(), c.Resource()
	given := c.CoreInline(testwasm.CoreExport{Name: "new", Index: c.ResourceNew(one)}, testwasm.CoreExport{Name: "rep", Index: c.ResourceRep(other)})
	m := testwasm.NewModule()
	makes, rep := m.ImportFunc("r", "new", "i32 -> i32"), m.ImportFunc("r", "rep", "i32 -> i32")
	m.Func("f", "-> i32", fmt.Sprintf("i32.const 5 call %d call %d", makes, rep))
	inst := c.Instantiated(m, testwasm.CoreArg{Name: "r", Instance: given})
	c.ExportFunc("f", c.CoreFunc(inst, "f"), "func() -> u32")
	wantTrap(t, start(t, c), "handle 1 is a resource without a name, not a resource without a name", "f")
}
