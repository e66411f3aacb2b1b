package breaking

import (
	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/runtime/abi"
)

// funcKey names a function within its interface, whatever kind it is of.
func funcKey(f *model.Func) string {
	if f.Resource != nil {
		return f.Resource.Name + "." + f.Base
	}
	return f.Base
}

func (c *comparison) funcs(p pair, old, new []*model.Func) {
	renamed := c.renamedFuncs(old, new)
	found := map[string]*model.Func{}
	for _, n := range new {
		found[funcKey(n)] = n
	}
	for _, o := range old {
		if n := found[funcKey(o)]; n != nil {
			c.function(p.in(funcKey(o), funcKey(n)), o, n)
			delete(found, funcKey(o))
			continue
		}
		q := p.in(funcKey(o), "").behind(o.Stability)
		if n := renamed[o]; n != nil {
			q.new = inside(p.new, funcKey(n))
			delete(found, funcKey(n))
			c.report(q, Change{Rule: FunctionRenamed, Severity: ABI, Was: o.String(), Is: n.String(), Place: n.Place},
				"function `%s` is renamed to `%s`", o.Base, n.Base)
			continue
		}
		c.report(q, Change{Rule: FunctionRemoved, Severity: p.role.removing(), Was: o.String(), Place: o.Place, Old: true},
			"the function is removed")
	}
	for _, n := range new {
		if found[funcKey(n)] == n {
			c.funcAdded(p.in("", funcKey(n)), n)
		}
	}
}

func (c *comparison) funcAdded(p pair, n *model.Func) {
	ch := Change{Rule: FunctionAdded, Severity: p.role.adding(), Is: n.String(), Place: n.Place, Hint: addedHint(p.role)}
	if n.Unstable != "" {
		ch.Severity, ch.Hint = Additive, ""
	}
	c.report(p, ch, "the function is new")
}

func addedHint(r role) string {
	if r&exported != 0 {
		return "components that were built before do not have it: put it into an interface of its own, which a new world exports"
	}
	return "hosts have to implement it; those that embed Unimplemented go on without"
}

// renamedFuncs pairs functions that are gone with new ones which differ in nothing but the name.
func (c *comparison) renamedFuncs(old, new []*model.Func) map[*model.Func]*model.Func {
	return onlyPairs(without(old, new, funcKey), without(new, old, funcKey), c.sameSignature)
}

// function compares two functions of one name.
func (c *comparison) function(p pair, o, n *model.Func) {
	c.gates(p, o.Stability, n.Stability, n.Place, p.role.removing(), p.role.adding())
	p = p.behind(o.Stability)
	c.externalID(p, o.ExternalID, n.ExternalID, n.Place)
	change := func(r Rule, hint, format string, args ...any) {
		c.report(p, Change{Rule: r, Severity: ABI, Was: o.String(), Is: n.String(), Place: n.Place, Hint: hint}, format, args...)
	}
	if o.Kind != n.Kind {
		change(FunctionKind, "", "it is a %s now, and was a %s", kindNames[n.Kind], kindNames[o.Kind])
	}
	if o.Async != n.Async {
		change(FunctionAsync, "", "it is %s now, and was %s", asyncText(n), asyncText(o))
	}
	l := c.members(p, paramTerms, ABI, params(o), params(n))
	l.was, l.is, l.place = o.String(), n.String(), n.Place
	l.compare()
	switch {
	case c.same(o.Result, n.Result):
	case o.Kind == model.Constructor && n.Kind == model.Constructor && (o.Result.Kind == abi.Own) != (n.Result.Kind == abi.Own):
		if n.Result.Kind == abi.Own {
			change(FallibleChanged, "", "it can't fail any more")
			return
		}
		change(FallibleChanged, "", "it can fail now")
	default:
		change(ResultChanged, typeHint(ResultChanged, o.Result, n.Result), "%s", resultChange(o.Result, n.Result))
	}
}

var kindNames = [...]string{
	model.Freestanding: "function of the interface", model.Method: "method", model.Static: "static function", model.Constructor: "constructor",
}

func asyncText(f *model.Func) string {
	if f.Async {
		return "async"
	}
	return "not async"
}

func resultChange(old, new *model.Type) string {
	switch {
	case old == nil:
		return "it has a result now, of type " + new.String()
	case new == nil:
		return "it has no result any more, which was of type " + old.String()
	}
	return "the result " + typeChange(old, new)
}
