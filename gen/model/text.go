package model

import (
	"strconv"
	"strings"

	"github.com/witan-os/witan/runtime/abi"
)

// String returns the type as WIT writes it where it is used: named types by their name.
func (t *Type) String() string {
	switch {
	case t.Alias != nil:
		return t.Alias.Name
	case t.Def != nil:
		return t.Def.Name
	}
	switch t.Kind {
	case abi.List, abi.Option:
		return t.Kind.String() + "<" + t.Elem.String() + ">"
	case abi.FixedList:
		return "list<" + t.Elem.String() + ", " + strconv.FormatUint(uint64(t.Len), 10) + ">"
	case abi.Map:
		return "map<" + t.Key.String() + ", " + t.Elem.String() + ">"
	case abi.Stream, abi.Future:
		if t.Elem == nil {
			return t.Kind.String()
		}
		return t.Kind.String() + "<" + t.Elem.String() + ">"
	case abi.Tuple:
		parts := make([]string, len(t.Fields))
		for i, f := range t.Fields {
			parts[i] = f.Type.String()
		}
		return "tuple<" + strings.Join(parts, ", ") + ">"
	case abi.Result:
		return t.resultString()
	case abi.Own:
		return t.handleName()
	case abi.Borrow:
		return "borrow<" + t.handleName() + ">"
	}
	return t.Kind.String()
}

// handleName is the name of a handle's resource where it is used.
func (t *Type) handleName() string {
	if t.Handle != nil {
		return t.Handle.Name
	}
	return t.Resource.Name
}

func (t *Type) resultString() string {
	ok, fail := t.OK(), t.Err()
	switch {
	case ok == nil && fail == nil:
		return "result"
	case fail == nil:
		return "result<" + ok.String() + ">"
	case ok == nil:
		return "result<_, " + fail.String() + ">"
	}
	return "result<" + ok.String() + ", " + fail.String() + ">"
}

// String returns the function's declaration as WIT writes it, for example "skip: func(len: u64) -> u64".
func (f *Func) String() string {
	params := f.Params
	if f.Kind == Method {
		params = params[1:]
	}
	parts := make([]string, len(params))
	for i, p := range params {
		parts[i] = p.Name + ": " + p.Type.String()
	}
	list := "(" + strings.Join(parts, ", ") + ")"
	text := f.Base + ": "
	switch {
	case f.Kind == Constructor && f.Result.Kind == abi.Own:
		return "constructor" + list
	case f.Kind == Constructor:
		return "constructor" + list + " -> " + f.Result.String()
	case f.Kind == Static:
		text += "static "
	}
	if f.Async {
		text += "async "
	}
	text += "func" + list
	if f.Result != nil {
		text += " -> " + f.Result.String()
	}
	return text
}
