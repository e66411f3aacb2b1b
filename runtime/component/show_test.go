package component_test

// Decoded components as text, for tables of what tests expect.

import (
	"fmt"
	"strings"

	. "github.com/witan-os/witan/runtime/component"
)

// show writes a line for each definition; those of nested components are indented.
func show(c *Component) string {
	var b strings.Builder
	for _, d := range c.Defs {
		if inner, ok := d.(*Component); ok {
			b.WriteString("component " + showType(inner.Type) + "\n")
			for line := range strings.Lines(show(inner)) {
				b.WriteString("  " + line)
			}
			continue
		}
		b.WriteString(showDef(d) + "\n")
	}
	return b.String()
}

func showDef(d Def) string {
	switch d := d.(type) {
	case *CoreModule:
		return "core module " + showModule(d.Type)
	case *CoreInstantiate:
		return fmt.Sprintf("core instantiate %d with %v", d.Module, d.Args)
	case *CoreInlineExports:
		return fmt.Sprintf("core instance of %v", d.Exports)
	case *CoreTypeDef:
		s := "core type"
		for _, t := range d.Types {
			s += " " + showCoreType(t)
		}
		return s
	case *Instantiate:
		return fmt.Sprintf("instantiate %d with %v: %s", d.Component, d.Args, showType(d.Type))
	case *InlineExports:
		return "instance of " + showType(d.Type)
	case *AliasExport:
		return fmt.Sprintf("alias %s export %d %q", d.Sort, d.Instance, d.Name)
	case *AliasCoreExport:
		return fmt.Sprintf("alias %s export %d %q", d.Sort, d.Instance, d.Name)
	case *AliasOuter:
		return fmt.Sprintf("alias %s outer %d %d", d.Sort, d.Count, d.Index)
	case *TypeDef:
		return "type " + showType(d.Type)
	case *Lift:
		return fmt.Sprintf("lift %d %s %s", d.CoreFunc, showOptions(d.Options), showType(d.Type))
	case *Lower:
		return fmt.Sprintf("lower %d %s %s", d.Func, showOptions(d.Options), showType(d.Type))
	case *Builtin:
		return showBuiltin(d)
	case *Start:
		return fmt.Sprintf("start %d with %v, %d results", d.Func, d.Args, d.Results)
	case *Import:
		return fmt.Sprintf("import %s: %s", showName(d.ExternName), showExtern(d.Type))
	case *Export:
		return fmt.Sprintf("export %s: %s %d as %s", showName(d.ExternName), d.Sort, d.Index, showExtern(d.Type))
	case *Custom:
		return fmt.Sprintf("custom %q %x", d.Name, d.Bytes)
	default:
		return fmt.Sprintf("%T", d)
	}
}

func showBuiltin(d *Builtin) string {
	s := d.Op.String()
	if d.Type != nil {
		s += " " + showType(d.Type)
	}
	if d.Result != nil {
		s += " " + showType(d.Result)
	}
	switch d.Op {
	case ContextGet, ContextSet:
		s += fmt.Sprintf(" %s %d", d.SlotType, d.Slot)
	}
	if d.Async {
		s += " async"
	}
	if d.Cancellable {
		s += " cancellable"
	}
	if d.Shared {
		s += " shared"
	}
	return s + " " + showOptions(d.Options)
}

func showOptions(o Options) string {
	s := "[" + o.Encoding.String()
	if o.Async {
		s += " async"
	}
	for _, x := range []struct {
		name  string
		set   bool
		index uint32
	}{
		{"memory", o.HasMemory, o.Memory},
		{"realloc", o.HasRealloc, o.Realloc},
		{"post-return", o.HasPostReturn, o.PostReturn},
		{"callback", o.HasCallback, o.Callback},
	} {
		if x.set {
			s += fmt.Sprintf(" %s %d", x.name, x.index)
		}
	}
	return s + "]"
}

func showName(n ExternName) string {
	s := fmt.Sprintf("%q", n.Name)
	if n.Implements != "" {
		s += fmt.Sprintf(" implements %q", n.Implements)
	}
	if n.VersionSuffix != "" {
		s += fmt.Sprintf(" suffix %q", n.VersionSuffix)
	}
	if n.HasExternalID {
		s += fmt.Sprintf(" id %q", n.ExternalID)
	}
	return s
}

func showExtern(t ExternType) string {
	switch {
	case t.Sort == SortCoreModule:
		return "core module " + showModule(t.Module)
	case t.Abstract:
		return "sub resource"
	case t.Sort == SortType, t.Sort == SortValue:
		return t.Sort.String() + " " + showType(t.Type)
	default:
		return showType(t.Type)
	}
}

func showExterns(list []Extern) string {
	var parts []string
	for _, x := range list {
		parts = append(parts, showName(x.ExternName)+": "+showExtern(x.Type))
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

func showType(t Type) string {
	switch t := t.(type) {
	case nil:
		return "_"
	case Primitive:
		return t.String()
	case *Record:
		return "record" + showFields(t.Fields)
	case *Variant:
		fields := make([]Field, len(t.Cases))
		for i, c := range t.Cases {
			fields[i] = Field(c)
		}
		return "variant" + showFields(fields)
	case *List:
		if t.Len != 0 {
			return fmt.Sprintf("list<%s, %d>", showType(t.Elem), t.Len)
		}
		return "list<" + showType(t.Elem) + ">"
	case *Tuple:
		parts := make([]string, len(t.Types))
		for i, p := range t.Types {
			parts[i] = showType(p)
		}
		return "tuple<" + strings.Join(parts, ", ") + ">"
	case *Flags:
		return fmt.Sprintf("flags%v", t.Labels)
	case *Enum:
		return fmt.Sprintf("enum%v", t.Labels)
	case *Option:
		return "option<" + showType(t.Some) + ">"
	case *Result:
		return "result<" + showOptional(t.OK) + ", " + showOptional(t.Err) + ">"
	case *Map:
		return "map<" + showType(t.Key) + ", " + showType(t.Value) + ">"
	case *Own:
		return "own<" + showType(t.Resource) + ">"
	case *Borrow:
		return "borrow<" + showType(t.Resource) + ">"
	case *Stream:
		return "stream<" + showOptional(t.Elem) + ">"
	case *Future:
		return "future<" + showOptional(t.Elem) + ">"
	case *FuncType:
		s := "func" + showFields(t.Params) + " -> " + showOptional(t.Result)
		if t.Async {
			return "async " + s
		}
		return s
	case *Resource:
		return showResource(t)
	case *InstanceType:
		return "instance" + showExterns(t.Exports)
	case *ComponentType:
		return "component" + showExterns(t.Imports) + showExterns(t.Exports)
	default:
		return fmt.Sprintf("%T", t)
	}
}

func showResource(r *Resource) string {
	s := fmt.Sprintf("resource %s#%d", r.Name, r.Index)
	if r.Local {
		s += " rep " + r.Rep.String()
	}
	if r.HasDtor {
		s += fmt.Sprintf(" dtor %d", r.Dtor)
	}
	return s
}

func showFields(fields []Field) string {
	parts := make([]string, len(fields))
	for i, f := range fields {
		parts[i] = f.Label
		if f.Type != nil {
			parts[i] += ": " + showType(f.Type)
		}
	}
	return "(" + strings.Join(parts, ", ") + ")"
}

func showOptional(t ValueType) string {
	if t == nil {
		return "_"
	}
	return showType(t)
}

func showCoreType(t CoreType) string {
	switch t := t.(type) {
	case *CoreFuncType:
		return t.String()
	case *CoreModuleType:
		return "module " + showModule(t)
	default:
		return fmt.Sprintf("%+v", t)
	}
}

func showModule(t *CoreModuleType) string {
	var in, out []string
	for _, x := range t.Imports {
		in = append(in, fmt.Sprintf("%q %q: %s", x.Module, x.Name, showCoreExtern(x.CoreExternType)))
	}
	for _, x := range t.Exports {
		out = append(out, fmt.Sprintf("%q: %s", x.Name, showCoreExtern(x.CoreExternType)))
	}
	return "{" + strings.Join(in, ", ") + "}{" + strings.Join(out, ", ") + "}"
}

func showCoreExtern(x CoreExternType) string {
	limits := fmt.Sprintf("%d..", x.Limits.Min)
	if x.Limits.HasMax {
		limits += fmt.Sprint(x.Limits.Max)
	}
	if x.Limits.Shared {
		limits += " shared"
	}
	if x.Limits.Wide {
		limits += " wide"
	}
	switch x.Sort {
	case SortCoreTable:
		return "table " + limits + " " + x.Val.String()
	case SortCoreMemory:
		return fmt.Sprintf("memory %s pages of 2^%d", limits, x.Limits.PageLog2)
	case SortCoreGlobal:
		if x.Mutable {
			return "global mut " + x.Val.String()
		}
		return "global " + x.Val.String()
	default:
		return strings.TrimPrefix(x.Sort.String(), "core ") + " " + x.Func.String()
	}
}
