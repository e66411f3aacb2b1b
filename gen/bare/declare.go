package bare

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// target is what a call of a function becomes.
type target struct {
	kind  targetKind
	index uint32      // of a function
	op    instruction // of a targetInstruction
	// boolean says that the result comes from elsewhere and is a bool, which may be any number that is not zero.
	boolean bool
}

type targetKind uint8

const (
	targetFunction targetKind = iota
	targetInstruction
	targetData
	targetDataEnd
)

// global is a variable of the package.
type global struct {
	index uint32
	kind  kind
}

// declare finds all functions and variables of the package: first the imported ones, whose indices come first.
func (c *compiler) declare() {
	var bodies []*ast.FuncDecl
	for _, file := range c.files {
		for _, d := range file.Decls {
			switch d := d.(type) {
			case *ast.GenDecl:
				c.declaration(d)
			case *ast.FuncDecl:
				if d.Body != nil {
					bodies = append(bodies, d)
				} else {
					c.bodyless(d)
				}
			}
		}
	}
	for _, d := range bodies {
		c.defined(d)
	}
}

// declaration takes constants, types or variables of the package.
func (c *compiler) declaration(d *ast.GenDecl) {
	for _, spec := range d.Specs {
		switch spec := spec.(type) {
		case *ast.TypeSpec:
			c.typeSpec(spec)
		case *ast.ValueSpec:
			if d.Tok == token.VAR {
				c.variables(spec)
			}
		}
	}
}

func (c *compiler) typeSpec(spec *ast.TypeSpec) {
	if spec.TypeParams != nil {
		c.unsupported(spec.Name, "type parameters are not supported")
		return
	}
	if t := c.info.Defs[spec.Name].Type(); !c.supported(t) {
		c.unsupported(spec.Type, "types are made of bool and of integers with a size, such as uint32, only")
	}
}

func (c *compiler) supported(t types.Type) bool {
	_, ok := kindOf(t)
	return ok
}

func (c *compiler) variables(spec *ast.ValueSpec) {
	for i, name := range spec.Names {
		object := c.info.Defs[name]
		k := c.kindOf(name, object.Type())
		value := int64(0)
		if i < len(spec.Values) {
			v := c.info.Types[spec.Values[i]].Value
			if v == nil {
				c.unsupported(spec.Values[i], "a variable of the package begins with a constant: set it in a function")
				continue
			}
			value = number(v)
		}
		if name.Name != "_" {
			c.globals[object] = global{c.module.addGlobal(name.Name, k.core(), value), k}
		}
	}
}

// kindOf is the kind of a type that has to be a supported one, at a place in the source.
func (c *compiler) kindOf(n ast.Node, t types.Type) kind {
	k, ok := kindOf(t)
	if !ok {
		c.unsupported(n, fmt.Sprintf("the type %s is not supported: only bool and integers with a size, such as uint32, are", typeName(t)))
		return kind{bits: 32}
	}
	return k
}

func typeName(t types.Type) string {
	return types.TypeString(t, func(*types.Package) string { return "" })
}

// directive is a line in the comment of a function, such as "//go:wasmexport NAME".
type directive struct {
	comment *ast.Comment
	words   []string // behind its name
}

// directives returns the last directive of each name.
func directives(d *ast.FuncDecl) map[string]directive {
	out := map[string]directive{}
	if d.Doc == nil {
		return out
	}
	for _, line := range d.Doc.List {
		if words := strings.Fields(line.Text); strings.HasPrefix(line.Text, "//go:wasm") {
			out[words[0]] = directive{line, words[1:]}
		}
	}
	return out
}

const (
	wasmImport = "//go:wasmimport"
	wasmExport = "//go:wasmexport"
)

// bodyless takes a function without a body: an import or an instruction.
func (c *compiler) bodyless(d *ast.FuncDecl) {
	notes := directives(d)
	imported, ok := notes[wasmImport]
	if at, ok := notes[wasmExport]; ok {
		c.misdirected(at, "a function without a body cannot be exported")
	}
	switch {
	case !ok:
		c.report(d.Name.Pos(), d.Name.End(), ruleDirective, "a function without a body needs "+wasmImport)
	case d.Recv != nil:
		c.report(d.Name.Pos(), d.Name.End(), ruleDirective, "a method cannot be imported")
	case len(imported.words) != 2:
		c.misdirected(imported, wasmImport+" takes the name of a module and a name in it")
	case imported.words[0] == "op":
		c.instruction(d, imported)
	default:
		c.imported(d, imported.words[0], imported.words[1])
	}
}

func (c *compiler) misdirected(at directive, message string) {
	c.report(at.comment.Pos(), at.comment.End(), ruleDirective, message)
}

func (c *compiler) imported(d *ast.FuncDecl, module, name string) {
	sig := c.boundary(d)
	c.targets[c.info.Defs[d.Name]] = target{
		index:   c.module.importFunc(d.Name.Name, module, name, c.signature(d)),
		boolean: sig.Results().Len() == 1 && isBool(sig.Results().At(0).Type()),
	}
}

func isBool(t types.Type) bool {
	k, _ := kindOf(t)
	return k.boolean
}

// boundary is the signature of a function that is imported or exported.
func (c *compiler) boundary(d *ast.FuncDecl) *types.Signature {
	sig := c.info.Defs[d.Name].Type().(*types.Signature)
	for _, field := range fields(d.Type.Params, d.Type.Results) {
		if k, ok := kindOf(c.info.Types[field.Type].Type); ok && (k.bits == 8 || k.bits == 16) {
			c.report(field.Type.Pos(), field.Type.End(), ruleDirective, "a function that is imported or exported has values of 32 or 64 bits, or bool")
		}
	}
	if sig.Results().Len() < 2 {
		return sig
	}
	for _, field := range fields(d.Type.Results) {
		if isBool(c.info.Types[field.Type].Type) {
			c.report(field.Type.Pos(), field.Type.End(), ruleDirective, "a function that is imported or exported has no bool among several results")
		}
	}
	return sig
}

// fields lists parameters, or the like, that are given together with their type.
func fields(lists ...*ast.FieldList) (out []*ast.Field) {
	for _, l := range lists {
		if l != nil {
			out = append(out, l.List...)
		}
	}
	return out
}

// signature is the core type of a function. A type that stands for several parameters is reported once.
func (c *compiler) signature(d *ast.FuncDecl) (s signature) {
	for _, field := range fields(d.Recv, d.Type.Params) {
		t := c.kindOf(field.Type, c.info.Types[field.Type].Type).core()
		s.params = append(s.params, slices.Repeat([]coreType{t}, max(1, len(field.Names)))...)
	}
	for _, field := range fields(d.Type.Results) {
		t := c.kindOf(field.Type, c.info.Types[field.Type].Type).core()
		s.results = append(s.results, slices.Repeat([]coreType{t}, max(1, len(field.Names)))...)
	}
	return s
}

// instruction takes a function that stands for an instruction, or for something of the memory.
func (c *compiler) instruction(d *ast.FuncDecl, at directive) {
	name := at.words[1]
	switch name {
	case "data":
		c.dataFunc(d, at, targetData, types.Typ[types.String])
		return
	case "data.end":
		c.dataFunc(d, at, targetDataEnd)
		return
	}
	op, ok := instructions[name]
	if !ok {
		c.misdirected(at, fmt.Sprintf("%q is not an instruction on integers or memory, nor data or data.end", name))
		return
	}
	sig := c.boundary(d)
	if got := c.signature(d); !got.equal(op.signature) {
		c.misdirected(at, fmt.Sprintf("%s takes and gives %v, but the function is declared with %v", name, op.signature, got))
	}
	if op.memory {
		c.needs(d, importedMemory)
	}
	c.targets[c.info.Defs[d.Name]] = target{
		kind: targetInstruction, op: op,
		boolean: sig.Results().Len() == 1 && isBool(sig.Results().At(0).Type()),
	}
}

// dataFunc takes a function that tells an address of data.
func (c *compiler) dataFunc(d *ast.FuncDecl, at directive, kind targetKind, params ...types.Type) {
	c.needs(d, ownMemory)
	object := c.info.Defs[d.Name]
	sig := object.Type().(*types.Signature)
	fits := sig.Params().Len() == len(params) && sig.Results().Len() == 1 && types.Identical(sig.Results().At(0).Type().Underlying(), types.Typ[types.Uint32])
	for i, p := range params {
		fits = fits && types.Identical(sig.Params().At(i).Type(), p)
	}
	if !fits {
		c.misdirected(at, fmt.Sprintf("%s gives a uint32, and takes a string if it is data and otherwise nothing", at.words[1]))
	}
	c.targets[object] = target{kind: kind}
}

// needs reports a function that needs another memory than the module has.
func (c *compiler) needs(d *ast.FuncDecl, least memoryKind) {
	switch {
	case c.memory.kind == noMemory:
		c.report(d.Name.Pos(), d.Name.End(), ruleMemory, "the module has no memory")
	case c.memory.kind == importedMemory && least == ownMemory:
		c.report(d.Name.Pos(), d.Name.End(), ruleMemory, "strings can be in a memory of the module's own only, and this one is imported")
	}
}

// defined takes a function with a body.
func (c *compiler) defined(d *ast.FuncDecl) {
	if d.Type.TypeParams != nil {
		c.unsupported(d.Type.TypeParams, "type parameters are not supported")
		return
	}
	if d.Recv == nil && d.Name.Name == "init" {
		c.unsupported(d.Name, "init is not supported: nothing runs before an export is called")
		return
	}
	notes := directives(d)
	if at, ok := notes[wasmImport]; ok {
		c.misdirected(at, "a function with a body cannot be imported")
	}
	object := c.info.Defs[d.Name].(*types.Func)
	sig := object.Signature()
	if sig.Variadic() {
		c.unsupported(d.Type.Params, "variadic functions are not supported")
		return
	}
	exported, ok := notes[wasmExport]
	if ok {
		c.boundary(d)
	}
	index := c.module.declareFunc(funcName(d), c.signature(d))
	c.bodies = append(c.bodies, d)
	if d.Name.Name != "_" {
		c.targets[object] = target{index: index}
	}
	switch {
	case !ok:
	case len(exported.words) != 1:
		c.misdirected(exported, wasmExport+" takes a name")
	case d.Recv != nil:
		c.misdirected(exported, "a method cannot be exported")
	case !c.module.export(exported.words[0], externFunc, index):
		c.misdirected(exported, fmt.Sprintf("there is another export with the name %q", exported.words[0]))
	}
}

// funcName is the name of a function for people: that of a method has its type in front.
func funcName(d *ast.FuncDecl) string {
	if d.Recv == nil {
		return d.Name.Name
	}
	return types.ExprString(d.Recv.List[0].Type) + "." + d.Name.Name
}
