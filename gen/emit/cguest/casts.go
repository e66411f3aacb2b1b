package cguest

import "github.com/witan-os/witan/runtime/abi"

// casts are the reinterpretations between a case's core values and those that it shares with other cases. Those of
// floats are functions, of which a source has the ones that it calls.
type casts struct {
	used map[string]bool
}

// castFuncs are all of them, in the order in which they are written.
var castFuncs = []struct{ name, argument, result string }{
	{"cabi_bits_of_f32", "float", "int32_t"},
	{"cabi_f32_of_bits", "int32_t", "float"},
	{"cabi_bits_of_f64", "double", "int64_t"},
	{"cabi_f64_of_bits", "int64_t", "double"},
}

func (c *casts) call(name, argument string) string {
	if c.used == nil {
		c.used = map[string]bool{}
	}
	c.used[name] = true
	return name + "(" + argument + ")"
}

// lower is an expression for a case's core value in the shared one.
func (c *casts) lower(cast abi.Cast, value string) string {
	switch cast {
	case abi.CastF32I32:
		return c.call("cabi_bits_of_f32", value)
	case abi.CastI32I64:
		return "(uint32_t)" + value
	case abi.CastF32I64:
		return "(uint32_t)" + c.call("cabi_bits_of_f32", value)
	case abi.CastF64I64:
		return c.call("cabi_bits_of_f64", value)
	}
	return value
}

// lift is an expression for a case's core value from the shared one.
func (c *casts) lift(cast abi.Cast, value string) string {
	switch cast {
	case abi.CastF32I32:
		return c.call("cabi_f32_of_bits", value)
	case abi.CastI32I64:
		return "(int32_t)" + value
	case abi.CastF32I64:
		return c.call("cabi_f32_of_bits", "(int32_t)"+value)
	case abi.CastF64I64:
		return c.call("cabi_f64_of_bits", value)
	}
	return value
}

// functions writes those that are called.
func (c *casts) functions(t *text) {
	for _, f := range castFuncs {
		if !c.used[f.name] {
			continue
		}
		t.line("static %s %s(%s value) {", f.result, f.name, f.argument)
		t.line("union { %s from; %s to; } bits = {value};", f.argument, f.result)
		t.line("return bits.to;")
		t.line("}")
		t.gap()
	}
}
