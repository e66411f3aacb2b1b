package emit

import (
	"errors"
	"fmt"
	"slices"

	"github.com/dave/jennifer/jen"

	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/internal/diag"
	"github.com/witan-os/witan/runtime/abi"
	"github.com/witan-os/witan/runtime/contract"
	"github.com/witan-os/witan/runtime/fuse"
)

// This file is about calls that another component answers, or makes: those have no generated Go, but an adapter
// that is built when components are linked. What can go wrong then is found out here, when code is generated, and
// what the code here takes for granted about the runtime is written down for the compiler to check.

// regenerate is the type of constants that say so by their name, in the compiler's error.
func regenerate() *jen.Statement { return glue("RegenerateThisFileWithGoGenerate") }

// contract states what the file was generated for. The constant has no value of its type if that is not what the
// runtime is: every difference, shifted to the left, is too large for it.
func (f *file) contract() {
	f.Comment("// This file is for one version of the runtime and its ABI. The compiler checks that it is this one.")
	f.Const().Id("_").Add(regenerate()).Op("=").Parens(glue("Contract").Op("^").Id(fmt.Sprintf("%#x", uint64(contract.Number)))).Op("<<").Lit(8)
}

// coreTypes states the core types of the functions, as far as the runtime decides them: whether parameters and
// results are core values or in memory. A constant is negative, and has no value of its type, where the runtime
// has it otherwise.
func (f *file) coreTypes() {
	funcs := f.functions()
	if len(funcs) == 0 {
		return
	}
	f.Line()
	f.Comment("// The functions' core types. The compiler checks that what the code here takes for core values, or finds in")
	f.Comment("// memory, is there.")
	f.Const().DefsFunc(func(g *jen.Group) {
		for _, fn := range funcs {
			params := fits(fn.Plan.ParamBlock == nil, paramWidth(fn), "MaxFlatParams")
			result := fits(fn.Plan.ResultBlock == nil, resultWidth(fn), "MaxFlatResults")
			g.Id("_").Add(regenerate()).Op("=").Add(params).Op("|").Add(result).Comment(fn.Name + ": " + fn.Plan.Lowered.String())
		}
	})
}

// functions are those that the file has code for, each once.
func (f *file) functions() []*model.Func {
	var list []*model.Func
	for _, fn := range slices.Concat(f.unit.host, f.unit.guest) {
		if !slices.Contains(list, fn) {
			list = append(list, fn)
		}
	}
	return list
}

// fits is negative unless a number of core values is, or is not, more than there may be.
func fits(flat bool, width int, most string) *jen.Statement {
	if flat {
		return jen.Parens(glue(most).Op("-").Lit(width))
	}
	return jen.Parens(jen.Lit(width - 1).Op("-").Add(glue(most)))
}

// paramWidth is how many core values the parameters would be. Of types that are never flat it is not known, but
// that they are too many.
func paramWidth(fn *model.Func) int {
	n := 0
	for _, p := range fn.Params {
		n += width(p.Type.ABI)
	}
	return n
}

func resultWidth(fn *model.Func) int {
	if fn.Result == nil {
		return 0
	}
	return width(fn.Result.ABI)
}

func width(t *abi.Type) int {
	if t.Flat == nil {
		return abi.MaxFlatParams + 1
	}
	return len(t.Flat)
}

// RuleTooLong is the rule that functions break whose types are too long for components to state.
const RuleTooLong diag.Rule = "too-long"

// checkFuncs finds the functions that no component could call. The error is a [diag.List] where it is the author's
// of the WIT.
func checkFuncs(funcs []*model.Func) error {
	var long diag.List
	for _, fn := range funcs {
		if len(fn.ABI.String()) > abi.MaxText && fn.Place.Source != nil {
			long.Add(diag.Diagnostic{
				Source: fn.Place.Source, Start: fn.Place.Start, End: fn.Place.End, Rule: RuleTooLong,
				Message: fmt.Sprintf("the type of `%s` is longer than %d bytes when it is written out, and that is how types are compared", fn.Base, abi.MaxText),
				Hint:    "pass less of it in one call, or a resource that hands out the parts",
			})
			continue
		}
		if err := checkAdapters(fn); err != nil {
			return err
		}
	}
	return long.Err()
}

// checkAdapters builds the adapters through which components will call a function, from each kind of memory to
// each: that its plan can be carried out, and gives the core types that generated code has, is known from then on.
// Functions whose adapters would be too long are called without, and so are asynchronous ones.
func checkAdapters(fn *model.Func) error {
	if !runs(fn) {
		return nil
	}
	again, err := abi.ParseFunc(fn.ABI.String())
	if err != nil {
		return fmt.Errorf("%s: its type as text can't be read: %w", fn.Name, err)
	}
	plan, err := abi.NewPlan(again)
	if err != nil {
		return fmt.Errorf("%s: its type as text has no plan: %w", fn.Name, err)
	}
	if !plan.Lowered.Equal(fn.Plan.Lowered) || !plan.Lifted.Equal(fn.Plan.Lifted) {
		return fmt.Errorf("%s: its type as text is lowered to %s, and itself to %s", fn.Name, plan.Lowered, fn.Plan.Lowered)
	}
	for _, e := range edges(fn.Plan) {
		a, err := fuse.Build(e)
		if errors.Is(err, fuse.ErrLarge) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("%s: no adapter for calls between components: %w", fn.Name, err)
		}
		if call, callee := a.CoreTypes(); !call.Equal(fn.Plan.Lowered) || !callee.Equal(fn.Plan.Lifted) {
			return fmt.Errorf("%s: its adapter has the core type %s and calls %s, instead of %s and %s",
				fn.Name, call, callee, fn.Plan.Lowered, fn.Plan.Lifted)
		}
	}
	return nil
}

// edges are the ways in which a call may cross: with both memories in a window or not, and with strings in the
// same encoding or in different ones, in either direction.
func edges(plan *abi.Plan) []*fuse.Edge {
	party := func(side string, encoding abi.Encoding) fuse.Party {
		return fuse.Party{Plan: plan, Encoding: encoding, Realloc: &fuse.Import{Module: side, Name: "realloc"}}
	}
	var list []*fuse.Edge
	for _, encodings := range [][2]abi.Encoding{{abi.UTF8, abi.UTF8}, {abi.UTF8, abi.UTF16}, {abi.UTF16, abi.UTF8}} {
		near := fuse.Edge{
			Caller: party("caller", encodings[0]), Callee: party("callee", encodings[1]),
			Func:  fuse.Import{Module: "callee", Name: "function"},
			Keeps: func(*abi.Resource) bool { return true },
		}
		apart := near
		near.Window = fuse.Window{Pages: 2, Caller: 0, Callee: 1 << 16}
		apart.Caller.Memory = &fuse.Import{Module: "caller", Name: "memory"}
		apart.Reach = "callee-memory"
		list = append(list, &near, &apart)
	}
	return list
}
