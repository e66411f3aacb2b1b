package bare

import (
	"errors"
	"go/ast"
	"go/build/constraint"
	"go/parser"
	"go/scanner"
	"go/token"
	"go/types"
	"maps"
	"slices"
	"strings"

	"github.com/witan-os/witan/internal/diag"
)

// Memory is the linear memory that a module works on. The zero value is none.
type Memory struct {
	kind         memoryKind
	pages        uint32
	module, name string
}

type memoryKind uint8

const (
	noMemory memoryKind = iota
	ownMemory
	importedMemory
)

// MaxPages is the most that a memory of 32 bits can have.
const MaxPages = 1 << 16

// Own is a memory that the module defines, and exports as "memory". It begins with so many pages of 64 KiB, and can grow
// as far as memories can.
func Own(pages uint32) Memory { return Memory{kind: ownMemory, pages: pages} }

// Imported is a memory of any size that the module imports.
func Imported(module, name string) Memory {
	return Memory{kind: importedMemory, module: module, name: name}
}

// Options choose what a module is made with.
type Options struct {
	Memory Memory
	// Tags are build tags that hold besides wasip1 and wasm: a module can come in several variants.
	Tags []string
}

// The rules that a source can break.
const (
	ruleSyntax      diag.Rule = "syntax"
	ruleType        diag.Rule = "type"
	ruleUnsupported diag.Rule = "unsupported"
	ruleDirective   diag.Rule = "directive"
	ruleMemory      diag.Rule = "memory"
)

// Compile makes a core module of the files of one package, which are given by name. The same sources give the
// same bytes. An error in the source is a [diag.List].
func Compile(files map[string]string, opt Options) ([]byte, error) {
	if opt.Memory.pages > MaxPages {
		return nil, errors.New("a memory has 65536 pages at most")
	}
	c := &compiler{
		fset:    token.NewFileSet(),
		sources: map[string]*diag.Source{},
		targets: map[types.Object]target{},
		globals: map[types.Object]global{},
		memory:  opt.Memory,
		tags:    append([]string{"wasip1", "wasm"}, opt.Tags...),
		module:  newModule(opt.Memory),
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		c.parse(name, files[name])
	}
	if len(c.list.Items) == 0 && len(c.files) == 0 {
		return nil, errors.New("there is no Go file for wasip1 to compile")
	}
	for _, step := range []func(){c.check, c.declare, c.place, c.functions} {
		if len(c.list.Items) > 0 {
			return nil, c.list
		}
		step()
	}
	if c.list.Sort(); len(c.list.Items) > 0 {
		return nil, c.list
	}
	return c.module.encode(), nil
}

// compiler is one run of [Compile].
type compiler struct {
	fset    *token.FileSet
	sources map[string]*diag.Source
	files   []*ast.File
	info    types.Info
	list    diag.List

	memory  Memory
	tags    []string
	module  *module
	targets map[types.Object]target // of functions
	globals map[types.Object]global
	bodies  []*ast.FuncDecl // those to compile, in order of their indices
}

// parse adds a file, if it is one for this target.
func (c *compiler) parse(name, text string) {
	if strings.HasSuffix(name, "_test.go") {
		return
	}
	c.sources[name] = diag.NewSource(name, text)
	file, err := parser.ParseFile(c.fset, name, text, parser.ParseComments|parser.SkipObjectResolution)
	var list scanner.ErrorList
	if errors.As(err, &list) {
		for _, e := range list {
			c.add(diag.Diagnostic{Source: c.sources[name], Start: e.Pos.Offset, End: e.Pos.Offset, Rule: ruleSyntax, Message: e.Msg})
		}
		return
	}
	if c.wanted(file) {
		c.files = append(c.files, file)
	}
}

// wanted evaluates the build constraint of a file.
func (c *compiler) wanted(file *ast.File) bool {
	for _, group := range file.Comments {
		if group.Pos() > file.Package {
			break
		}
		for _, line := range group.List {
			if expr, err := constraint.Parse(line.Text); err == nil {
				return expr.Eval(func(tag string) bool { return slices.Contains(c.tags, tag) })
			}
		}
	}
	return true
}

// check finds the types of everything.
func (c *compiler) check() {
	c.info = types.Info{
		Types:      map[ast.Expr]types.TypeAndValue{},
		Defs:       map[*ast.Ident]types.Object{},
		Uses:       map[*ast.Ident]types.Object{},
		Selections: map[*ast.SelectorExpr]*types.Selection{},
	}
	for _, file := range c.files {
		for _, spec := range file.Imports {
			c.unsupported(spec, "imports are not supported: there is nothing but this package")
		}
	}
	if len(c.list.Items) > 0 {
		return
	}
	config := types.Config{
		Sizes: types.SizesFor("gc", "wasm"),
		Error: func(err error) {
			var e types.Error
			if errors.As(err, &e) && !strings.HasPrefix(e.Msg, "\t") { // which belongs to the one before
				c.report(e.Pos, e.Pos, ruleType, e.Msg)
			}
		},
	}
	// The errors are all in the list.
	_, _ = config.Check(c.files[0].Name.Name, c.fset, c.files, &c.info)
}

func (c *compiler) add(d diag.Diagnostic) { c.list.Add(d) }

func (c *compiler) report(from, to token.Pos, rule diag.Rule, message string) {
	start, end := c.fset.PositionFor(from, false), c.fset.PositionFor(to, false)
	c.add(diag.Diagnostic{Source: c.sources[start.Filename], Start: start.Offset, End: end.Offset, Rule: rule, Message: message})
}

func (c *compiler) unsupported(n ast.Node, message string) {
	c.report(n.Pos(), n.End(), ruleUnsupported, message)
}
