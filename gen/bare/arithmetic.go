package bare

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
)

// comparisons are the operators that compare, with the instructions' names.
var comparisons = map[token.Token]string{
	token.EQL: "eq", token.NEQ: "ne", token.LSS: "lt", token.LEQ: "le", token.GTR: "gt", token.GEQ: "ge",
}

var inverse = map[token.Token]token.Token{
	token.EQL: token.NEQ, token.NEQ: token.EQL, token.LSS: token.GEQ, token.GEQ: token.LSS, token.GTR: token.LEQ, token.LEQ: token.GTR,
}

// plain are the operators that are an instruction, whatever the signs.
var plain = map[token.Token]string{
	token.ADD: "add", token.SUB: "sub", token.MUL: "mul", token.AND: "and", token.OR: "or", token.XOR: "xor",
}

// binary leaves the result of an operator on the stack, which is of kind k.
func (f *function) binary(op token.Token, x, y ast.Expr, k kind) {
	t := k.core()
	if name, ok := plain[op]; ok {
		f.expression(x)
		f.expression(y)
		f.typed(t, name)
		if op == token.ADD || op == token.SUB || op == token.MUL {
			f.wrap(k)
		}
		return
	}
	if _, ok := comparisons[op]; ok {
		f.comparison(op, x, y)
		return
	}
	switch op {
	case token.LAND:
		f.expression(x)
		f.and(y)
	case token.LOR:
		f.expression(x)
		f.or(y, func() { f.expression(y) })
	case token.AND_NOT:
		f.expression(x)
		f.expression(y)
		f.constant(t, -1)
		f.typed(t, "xor")
		f.typed(t, "and")
	case token.QUO:
		f.quotient(x, y, k)
	case token.REM:
		f.expression(x)
		f.expression(y)
		f.typed(t, "rem"+k.sign())
	case token.SHL, token.SHR:
		f.expression(x)
		f.shift(op, y, k)
		f.wrap(k)
	}
}

func (f *function) comparison(op token.Token, x, y ast.Expr) {
	k := f.kind(x)
	f.expression(x)
	if op == token.EQL && f.isZero(y) {
		f.typed(k.core(), "eqz")
		return
	}
	name := comparisons[op]
	if op != token.EQL && op != token.NEQ {
		name += k.sign()
	}
	f.expression(y)
	f.typed(k.core(), name)
}

// wrap makes the i32 on the stack a value of a kind with less bits, as Go wraps around.
func (f *function) wrap(k kind) {
	switch {
	case k.boolean || k.bits >= 32:
	case k.signed:
		f.do(fmt.Sprintf("i32.extend%d_s", k.bits))
	default:
		f.constant(i32, 1<<k.bits-1)
		f.do("i32.and")
	}
}

// convert makes an integer on the stack one of another kind.
func (f *function) convert(from, to kind) {
	switch {
	case from.boolean || to.boolean:
		return
	case from.core() == i32 && to.core() == i64:
		f.do("i64.extend_i32" + from.sign())
		return
	case from.core() == i64 && to.core() == i32:
		f.do("i32.wrap_i64")
	}
	if !to.holds(from) {
		f.wrap(to)
	}
}

// quotient divides. The least integer divided by -1 is itself in Go, but a trap of the instruction.
func (f *function) quotient(x, y ast.Expr, k kind) {
	t := k.core()
	f.expression(x)
	f.expression(y)
	v := f.info.Types[y].Value
	if !k.signed || v != nil && number(v) != -1 {
		f.typed(t, "div"+k.sign())
		return
	}
	a, b := f.scratch(t, 0), f.scratch(t, 1)
	f.with(opLocalSet, b)
	f.with(opLocalSet, a)
	f.with(opLocalGet, b)
	f.constant(t, -1)
	f.typed(t, "eq")
	f.open(opIf, t)
	f.constant(t, 0)
	f.with(opLocalGet, a)
	f.typed(t, "sub")
	f.emit(opElse)
	f.with(opLocalGet, a)
	f.with(opLocalGet, b)
	f.typed(t, "div_s")
	f.end()
	f.wrap(k)
}

// shift moves the bits of the value on the stack, which is of kind k. Instructions take the count modulo the width
// of the core type; in Go a value that is moved out of its width altogether is gone.
func (f *function) shift(op token.Token, count ast.Expr, k kind) {
	t := k.core()
	width := int64(32)
	if t == i64 {
		width = 64
	}
	name, fills := "shl", false
	if op == token.SHR {
		name, fills = "shr"+k.sign(), k.signed
	}
	if v := f.info.Types[count].Value; v != nil {
		f.shiftConstant(t, name, constant.ToInt(v), width, fills)
		return
	}
	c := f.kind(count)
	if c.signed {
		f.unsupported(count, "a count of shifts is unsigned or constant: convert it")
		return
	}
	f.expression(count)
	if f.masked(count, width) {
		f.convert(c, kind{bits: t.bits()})
		f.typed(t, name)
		return
	}
	if fills { // by the last bit, however far
		f.constant(c.core(), width-1)
		f.pick(c.core(), "lt_u")
		f.convert(c, kind{bits: t.bits()})
		f.typed(t, name)
		return
	}
	n := f.scratch(c.core(), 0)
	f.with(opLocalTee, n)
	f.convert(c, kind{bits: t.bits()})
	f.typed(t, name)
	f.constant(t, 0)
	f.with(opLocalGet, n)
	f.constant(c.core(), width)
	f.typed(c.core(), "lt_u")
	f.emit(opSelect)
}

func (f *function) shiftConstant(t coreType, name string, v constant.Value, width int64, fills bool) {
	n, exact := constant.Int64Val(v)
	switch out := !exact || n >= width; {
	case !out:
		f.constant(t, n)
		f.typed(t, name)
	case fills:
		f.constant(t, width-1)
		f.typed(t, name)
	default:
		f.emit(opDrop)
		f.constant(t, 0)
	}
}

// masked reports whether the source keeps a count below the width itself.
func (f *function) masked(count ast.Expr, width int64) bool {
	b, ok := ast.Unparen(count).(*ast.BinaryExpr)
	if !ok || b.Op != token.AND {
		return false
	}
	v := f.info.Types[b.Y].Value
	n, exact := int64(0), false
	if v != nil {
		n, exact = constant.Int64Val(constant.ToInt(v))
	}
	return exact && n < width
}
