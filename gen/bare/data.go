package bare

import (
	"fmt"
	"go/ast"
	"go/constant"
)

// place puts all strings into memory that the source asks the address of, before there is code: where they end must be known.
func (c *compiler) place() {
	for _, d := range c.bodies {
		ast.Inspect(d.Body, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok {
				if to, ok := c.callee(call); ok && to.kind == targetData {
					c.placeString(call.Args[0])
				}
			}
			return true
		})
	}
}

func (c *compiler) placeString(e ast.Expr) {
	v := c.info.Types[e].Value
	if v == nil {
		c.unsupported(e, "only the address of a constant string is known")
		return
	}
	c.module.place(constant.StringVal(v))
	if size, end := uint64(c.memory.pages)*pageSize, uint64(dataStart)+uint64(len(c.module.data)); end > size {
		c.report(e.Pos(), e.End(), ruleMemory, fmt.Sprintf("the strings up to this one end at %d, and the memory has %d bytes", end, size))
	}
}

// callee is what a call goes to, if that is a function or method of the package.
func (c *compiler) callee(call *ast.CallExpr) (to target, ok bool) {
	switch f := ast.Unparen(call.Fun).(type) {
	case *ast.Ident:
		to, ok = c.targets[c.info.Uses[f]]
	case *ast.SelectorExpr:
		to, ok = c.targets[c.info.Uses[f.Sel]]
	}
	return to, ok
}
