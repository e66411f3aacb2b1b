package print

import (
	"strconv"
	"strings"

	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/runtime/abi"
)

// typ writes a type where it is used: by its name if it has one.
func typ(t *model.Type) string {
	switch {
	case t.Alias != nil:
		return name(t.Alias.Name)
	case t.Def != nil:
		return name(t.Def.Name)
	case t.Kind == abi.Own:
		return handle(t)
	}
	return shape(t)
}

// shape writes a type by its parts.
func shape(t *model.Type) string {
	switch t.Kind {
	case abi.List, abi.Option, abi.Stream, abi.Future:
		return with(t.Kind.String(), t.Elem)
	case abi.FixedList:
		return "list<" + typ(t.Elem) + ", " + strconv.FormatUint(uint64(t.Len), 10) + ">"
	case abi.Map:
		return with("map", t.Key, t.Elem)
	case abi.Tuple:
		parts := make([]*model.Type, len(t.Fields))
		for i, f := range t.Fields {
			parts[i] = f.Type
		}
		return with("tuple", parts...)
	case abi.Result:
		return result(t.OK(), t.Err())
	case abi.Own, abi.Borrow:
		return t.Kind.String() + "<" + handle(t) + ">"
	}
	return t.Kind.String()
}

// with writes a type with its parts, of which a single one may be missing.
func with(kind string, parts ...*model.Type) string {
	if len(parts) == 1 && parts[0] == nil {
		return kind
	}
	texts := make([]string, len(parts))
	for i, p := range parts {
		texts[i] = typ(p)
	}
	return kind + "<" + strings.Join(texts, ", ") + ">"
}

func result(ok, fail *model.Type) string {
	switch {
	case fail == nil:
		return with("result", ok)
	case ok == nil:
		return "result<_, " + typ(fail) + ">"
	}
	return with("result", ok, fail)
}

// handle is the name by which a handle's resource is known where it is used.
func handle(t *model.Type) string {
	if t.Handle != nil {
		return name(t.Handle.Name)
	}
	return name(t.Resource.Name)
}

// function writes the type of a function, from its keywords on.
func function(f *model.Func) string {
	params := f.Params
	if f.Kind == model.Method {
		params = params[1:] // self is not written
	}
	var b strings.Builder
	if f.Kind == model.Static {
		b.WriteString("static ")
	}
	if f.Async {
		b.WriteString("async ")
	}
	b.WriteString("func")
	b.WriteString(signature(params, f.Result))
	return b.String()
}

// constructor writes a constructor, which has a result only if it can fail.
func constructor(f *model.Func) string {
	if f.Result.Kind == abi.Own {
		return "constructor" + signature(f.Params, nil)
	}
	return "constructor" + signature(f.Params, f.Result)
}

func signature(params []model.Param, result *model.Type) string {
	parts := make([]string, len(params))
	for i, p := range params {
		parts[i] = name(p.Name) + ": " + typ(p.Type)
	}
	text := "(" + strings.Join(parts, ", ") + ")"
	if result != nil {
		text += " -> " + typ(result)
	}
	return text
}
