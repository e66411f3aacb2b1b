package gosrc

import (
	"slices"

	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/runtime/abi"
)

// This file says how functions look in Go.

// checkedMethods are method names for which go vet demands a signature that no method here has.
var checkedMethods = []string{
	"GobDecode", "GobEncode", "MarshalJSON", "ReadByte", "ReadRune", "UnmarshalJSON", "UnreadByte", "UnreadRune", "WriteByte",
}

// MethodName is what a function is called in Go, unless something else of the same scope is.
func MethodName(fn *model.Func) string {
	name := GoName(fn.Base)
	switch fn.Kind {
	case model.Static:
		name = GoName(fn.Resource.Name) + name
	case model.Constructor:
		name = "New" + GoName(fn.Resource.Name)
	}
	if slices.Contains(checkedMethods, name) {
		name += "_"
	}
	return name
}

// UnexportedMethod makes a method or field name that is no keyword of Go's.
func UnexportedMethod(name string) string {
	if name = Unexported(name); Reserved(name) {
		return name + "_"
	}
	return name
}

// WireParams are the parameters that a Go method lists: self is its receiver.
func WireParams(fn *model.Func) []model.Param {
	if fn.Kind == model.Method {
		return fn.Params[1:]
	}
	return fn.Params
}

// Shape is how a function's result looks in Go.
type Shape struct {
	OK      *model.Type // the value, nil without one
	Err     *model.Type // the WIT error's payload, nil without one
	Fails   bool        // the result is a WIT result
	Appends bool        // the value is list<u8>: it is appended to a buffer of the caller's
}

// ShapeOf tells the sides of a WIT result apart.
func ShapeOf(fn *model.Func) Shape {
	s := Shape{OK: fn.Result}
	if fn.Result != nil && fn.Result.Kind == abi.Result {
		s = Shape{OK: fn.Result.OK(), Err: fn.Result.Err(), Fails: true}
	}
	s.Appends = IsBytes(s.OK)
	return s
}

// IsError reports whether the Go type of an error payload implements error.
func IsError(t *model.Type) bool {
	return t != nil && (t.Kind == abi.ErrorContext || t.Def != nil && t.Def.IsError)
}
