package model

import "github.com/witan-os/witan/runtime/abi"

// FuncKind tells functions of an interface from those of a resource.
type FuncKind uint8

// The kinds of functions.
const (
	Freestanding FuncKind = iota
	Method
	Static
	Constructor
)

// Func is a function of an interface or world.
type Func struct {
	Name  string // as components spell it, for example "[method]input-stream.read"
	Base  string // as WIT spells it, for example "read"; a constructor's is "constructor"
	Docs  string
	Async bool
	Stability
	ExternalID string
	Place

	Kind     FuncKind
	Resource *TypeDef // of a method, static function or constructor
	Params   []Param  // a method's first is self
	Result   *Type    // nil without result; a constructor's is the resource, or a result with it on the good side

	ABI  *abi.Func // by gen/layout
	Plan *abi.Plan // by gen/layout: how a synchronous call crosses the boundary
}

// Param is a parameter of a function.
type Param struct {
	Name string
	Place
	Type *Type
}

// ErrorDef is the named type of the function's error, if its result has one.
func (f *Func) ErrorDef() *TypeDef {
	if f.Result == nil || f.Result.Kind != abi.Result || f.Result.Err() == nil {
		return nil
	}
	return f.Result.Err().Def
}
