package bare

import (
	"go/ast"
	"go/types"

	"github.com/witan-os/witan/internal/leb128"
)

// function is the body of a function while it is written.
type function struct {
	*compiler
	code    []byte
	params  int
	locals  []coreType // those behind the parameters
	vars    map[types.Object]uint32
	results []types.Object // if they have names
	depth   int            // of open blocks
	loops   int            // of those, loops
	jumps   []jump
	stopped int // where the code ended when control last went elsewhere for good
	spare   map[spare]uint32
}

// jump is a statement around the current one that break or continue can refer to.
type jump struct {
	label      string
	breaks     block
	continues  block
	repeatable bool // it is a loop, so that there is something to continue
}

// block is an open block, by its depth.
type block int

// spare names a local that is free between any two instructions that belong together.
type spare struct {
	core coreType
	n    int
}

// functions compiles all bodies.
func (c *compiler) functions() {
	for _, d := range c.bodies {
		f := &function{compiler: c, vars: map[types.Object]uint32{}, spare: map[spare]uint32{}, stopped: -1}
		f.begin(d)
		f.block(d.Body)
		f.finish(d)
		body := f.encode()
		c.module.bodies.add(append(leb128.AppendUint(nil, uint64(len(body))), body...))
	}
}

// begin gives parameters and named results their locals.
func (f *function) begin(d *ast.FuncDecl) {
	sig := f.info.Defs[d.Name].Type().(*types.Signature)
	var params []*types.Var
	if recv := sig.Recv(); recv != nil {
		params = append(params, recv)
	}
	for v := range sig.Params().Variables() {
		params = append(params, v)
	}
	f.params = len(params)
	_, exported := directives(d)[wasmExport]
	for i, v := range params {
		f.vars[v] = uint32(i)
		if exported && isBool(v.Type()) {
			f.with(opLocalGet, uint32(i))
			f.normalise()
			f.with(opLocalSet, uint32(i))
		}
	}
	for v := range sig.Results().Variables() {
		if v.Name() != "" {
			f.declareVar(v)
			f.results = append(f.results, v)
		}
	}
}

// finish ends the code of a function, which goes on behind its last statement in the eyes of a validator.
func (f *function) finish(d *ast.FuncDecl) {
	stopped := f.stopped == len(f.code)
	switch {
	case stopped && f.code[len(f.code)-1] == opReturn:
		f.code = f.code[:len(f.code)-1]
	case !stopped && d.Type.Results.NumFields() > 0:
		f.do("unreachable")
	}
	f.emit(opEnd)
}

// declareVar gives a variable a local.
func (f *function) declareVar(v types.Object) uint32 {
	k, _ := kindOf(v.Type())
	i := f.local(k.core())
	f.vars[v] = i
	return i
}

func (f *function) local(t coreType) uint32 {
	f.locals = append(f.locals, t)
	return uint32(f.params + len(f.locals) - 1)
}

// scratch is the n-th local of a type whose value nobody needs for long: no expression is evaluated
// between its being set and read.
func (f *function) scratch(t coreType, n int) uint32 {
	i, ok := f.spare[spare{t, n}]
	if !ok {
		i = f.local(t)
		f.spare[spare{t, n}] = i
	}
	return i
}

func (f *function) emit(code ...byte) { f.code = append(f.code, code...) }

// with appends an instruction that has an index.
func (f *function) with(op byte, index uint32) {
	f.code = leb128.AppendUint(append(f.code, op), uint64(index))
}

// do appends an instruction by its name.
func (f *function) do(name string) {
	i, ok := instructions[name]
	if !ok {
		panic("no instruction is called " + name)
	}
	f.emit(i.code...)
}

// typed appends an instruction of a core type.
func (f *function) typed(t coreType, name string) { f.do(t.String() + "." + name) }

func (f *function) constant(t coreType, v int64) {
	if t == i64 {
		f.code = leb128.AppendInt(append(f.code, opI64Const), v)
		return
	}
	f.code = leb128.AppendInt(append(f.code, opI32Const), int64(int32(v)))
}

// normalise makes a bool of any number.
func (f *function) normalise() {
	f.do("i32.eqz")
	f.do("i32.eqz")
}

// open begins a block, loop or if, with a result or [noResult].
func (f *function) open(op byte, result coreType) block {
	f.emit(op, byte(result))
	f.depth++
	return block(f.depth)
}

func (f *function) end() {
	f.emit(opEnd)
	f.depth--
}

// branch goes to the end of a block, or the beginning of a loop.
func (f *function) branch(op byte, to block) {
	f.with(op, uint32(f.depth-int(to)))
	if op == opBr {
		f.stopped = len(f.code)
	}
}

// encode is the function as it is in the code section, without its size.
func (f *function) encode() []byte {
	var groups vector
	for i := 0; i < len(f.locals); {
		n := i
		for n < len(f.locals) && f.locals[n] == f.locals[i] {
			n++
		}
		groups.add(append(leb128.AppendUint(nil, uint64(n-i)), byte(f.locals[i])))
		i = n
	}
	b := append(leb128.AppendUint(nil, uint64(groups.n)), groups.body...)
	return append(b, f.code...)
}
