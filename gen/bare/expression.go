package bare

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
)

// kind is that of an expression, whose type has to be a supported one.
func (f *function) kind(e ast.Expr) kind { return f.kindOf(e, f.info.Types[e].Type) }

// expression leaves the value of an expression on the stack, or all results of a call.
func (f *function) expression(e ast.Expr) {
	if v := f.info.Types[e].Value; v != nil {
		f.constantOf(e, v)
		return
	}
	switch e := e.(type) {
	case *ast.ParenExpr:
		f.expression(e.X)
	case *ast.Ident:
		f.variable(e)
	case *ast.UnaryExpr:
		f.unary(e)
	case *ast.BinaryExpr:
		f.binary(e.Op, e.X, e.Y, f.kind(e))
	case *ast.CallExpr:
		f.call(e)
	default:
		f.unsupported(e, "this expression is not supported")
	}
}

func (f *function) constantOf(e ast.Expr, v constant.Value) {
	k := f.kind(e)
	if v.Kind() == constant.Bool || v.Kind() == constant.Int {
		f.constant(k.core(), number(v))
	}
}

func (f *function) variable(e *ast.Ident) {
	object := f.info.Uses[e]
	if g, ok := f.globals[object]; ok {
		f.with(opGlobalGet, g.index)
		return
	}
	local, ok := f.vars[object]
	if !ok {
		f.unsupported(e, fmt.Sprintf("%s is not a variable: functions can only be called", e.Name))
		return
	}
	f.with(opLocalGet, local)
}

func (f *function) unary(e *ast.UnaryExpr) {
	k := f.kind(e)
	t := k.core()
	switch e.Op {
	case token.ADD:
		f.expression(e.X)
	case token.SUB:
		f.constant(t, 0)
		f.expression(e.X)
		f.typed(t, "sub")
		f.wrap(k)
	case token.XOR:
		f.expression(e.X)
		f.constant(t, -1)
		f.typed(t, "xor")
		f.wrap(k)
	case token.NOT:
		f.condition(e.X)
		f.do("i32.eqz")
	default:
		f.unsupported(e, fmt.Sprintf("the operator %s is not supported", e.Op))
	}
}

// condition leaves a number on the stack that is zero if the expression is false.
func (f *function) condition(e ast.Expr) {
	if b, ok := ast.Unparen(e).(*ast.BinaryExpr); ok && b.Op == token.NEQ && f.info.Types[e].Value == nil {
		f.differs(b.X, b.Y)
		return
	}
	f.expression(e)
}

// differs leaves a number on the stack that is zero if two values are the same.
func (f *function) differs(x, y ast.Expr) {
	if f.isZero(y) && f.kind(x).core() == i32 {
		f.expression(x)
		return
	}
	f.comparison(token.NEQ, x, y)
}

// unless leaves a number on the stack that is zero if the expression is true.
func (f *function) unless(e ast.Expr) {
	switch e := ast.Unparen(e).(type) {
	case *ast.UnaryExpr:
		if e.Op == token.NOT {
			f.condition(e.X)
			return
		}
	case *ast.BinaryExpr:
		switch op, ok := inverse[e.Op]; {
		case !ok || f.info.Types[e].Value != nil:
		case op == token.NEQ:
			f.differs(e.X, e.Y)
			return
		default:
			f.comparison(op, e.X, e.Y)
			return
		}
	}
	f.condition(e)
	f.do("i32.eqz")
}

// isZero reports whether an expression is the constant zero, or false.
func (f *function) isZero(e ast.Expr) bool {
	v := f.info.Types[e].Value
	switch {
	case v == nil:
		return false
	case v.Kind() == constant.Bool:
		return !constant.BoolVal(v)
	}
	return v.Kind() == constant.Int && constant.Sign(v) == 0
}

// or makes true of the condition on the stack if another is, which is looked at only if it must.
func (f *function) or(e ast.Expr, other func()) {
	if f.harmless(e) {
		other()
		f.do("i32.or")
		return
	}
	f.open(opIf, i32)
	f.constant(i32, 1)
	f.emit(opElse)
	other()
	f.end()
}

// and is or for a conjunction.
func (f *function) and(e ast.Expr) {
	if f.harmless(e) {
		f.expression(e)
		f.do("i32.and")
		return
	}
	f.open(opIf, i32)
	f.expression(e)
	f.emit(opElse)
	f.constant(i32, 0)
	f.end()
}

// harmless reports whether an expression can be evaluated although its value is not needed: it is cheap, has no effect and
// does not trap.
func (f *function) harmless(e ast.Expr) bool {
	if f.info.Types[e].Value != nil {
		return true
	}
	switch e := e.(type) {
	case *ast.ParenExpr:
		return f.harmless(e.X)
	case *ast.Ident:
		return true
	case *ast.UnaryExpr:
		return f.harmless(e.X)
	case *ast.BinaryExpr:
		_, compares := comparisons[e.Op]
		_, calculates := plain[e.Op]
		return (compares || calculates) && f.harmless(e.X) && f.harmless(e.Y)
	}
	return false
}

func (f *function) call(e *ast.CallExpr) {
	fun := f.info.Types[e.Fun]
	switch {
	case fun.IsType():
		f.expression(e.Args[0])
		f.convert(f.kind(e.Args[0]), f.kind(e))
		return
	case fun.IsBuiltin():
		f.builtin(e)
		return
	}
	to, ok := f.callee(e)
	if !ok {
		f.unsupported(e.Fun, "only functions and methods of the package can be called")
		return
	}
	switch to.kind {
	case targetData:
		f.constant(i32, int64(f.module.placed[constant.StringVal(f.info.Types[e.Args[0]].Value)]))
		return
	case targetDataEnd:
		f.constant(i32, int64(f.module.dataEnd()))
		return
	}
	if selector, ok := ast.Unparen(e.Fun).(*ast.SelectorExpr); ok {
		f.expression(selector.X)
	}
	for _, arg := range e.Args {
		f.expression(arg)
	}
	if to.kind == targetInstruction {
		f.emit(to.op.code...)
	} else {
		f.with(opCall, to.index)
	}
	if to.boolean {
		f.normalise()
	}
}

// builtin compiles a call of one of Go's own functions.
func (f *function) builtin(e *ast.CallExpr) {
	switch name := types.ExprString(ast.Unparen(e.Fun)); name {
	case "panic":
		if f.info.Types[e.Args[0]].Value == nil {
			f.unsupported(e.Args[0], "panic takes a constant, which is for readers of the source")
		}
		f.do("unreachable")
		f.stopped = len(f.code)
	case "min", "max":
		k := f.kind(e)
		compare := map[string]string{"min": "lt", "max": "gt"}[name] + k.sign()
		f.expression(e.Args[0])
		for _, arg := range e.Args[1:] {
			f.expression(arg)
			f.pick(k.core(), compare)
		}
	default:
		f.unsupported(e, fmt.Sprintf("%s is not supported", name))
	}
}

// pick leaves one of two values on the stack: the first if the comparison holds.
func (f *function) pick(t coreType, compare string) {
	a, b := f.scratch(t, 0), f.scratch(t, 1)
	f.with(opLocalSet, b)
	f.with(opLocalTee, a)
	f.with(opLocalGet, b)
	f.with(opLocalGet, a)
	f.with(opLocalGet, b)
	f.typed(t, compare)
	f.emit(opSelect)
}
