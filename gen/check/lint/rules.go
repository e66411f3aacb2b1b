package lint

import (
	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/internal/diag"
)

// rule looks at declarations of one or more sorts. Those that it does not care about are nil.
type rule struct {
	name diag.Rule
	off  bool // unless it is switched on
	doc  string

	pkg   func(*linter, *model.Package)
	scope func(*linter, *scope)
	def   func(*linter, *scope, *model.TypeDef) // not for what a use brings
	fn    func(*linter, *scope, *model.Func)
}

// The rules, in order of topics.
var rules = []*rule{
	{name: "upper-case", off: true, doc: "names with words in upper case", scope: upperScope, def: upperDef, fn: upperFunc},
	{name: "abbreviation", doc: "names with words that are cut short, such as cfg for config", scope: shortScope, def: shortDef, fn: shortFunc},
	{name: "stutter", doc: "names that begin with the name of what they are in", def: stutterDef, fn: stutterFunc},
	{name: "kind-in-name", doc: "names that end with what they are, such as point-record", scope: kindScope, def: kindDef},

	{name: "missing-docs", doc: "interfaces, worlds, types and functions without documentation", scope: undocumentedScope, def: undocumentedDef, fn: undocumentedFunc},
	{name: "missing-member-docs", off: true, doc: "fields, cases and flags without documentation", def: undocumentedMembers},

	{name: "spilled-parameters", doc: "functions with so many parameters that all of them go through memory", fn: spilled},
	{name: "large-result", doc: "functions whose result takes many bytes", fn: largeResult},
	{name: "nested-lists", doc: "results with lists in lists in lists, each of which is allocated", fn: nestedLists},
	{name: "wide-variant", doc: "variants that a single case makes much larger than the others need", def: wideVariant},
	{name: "slow-list", doc: "lists whose elements can't be copied at once although they look simple", def: slowListDef, fn: slowListFunc},

	{name: "unnamed-error", doc: "functions whose error has no type of its own name", fn: unnamedError},
	{name: "nested-option", doc: "options of options, which few languages can tell apart", def: nestedOptionDef, fn: nestedOptionFunc},

	{name: "unused-use", doc: "used types that nothing refers to", scope: unusedUse},
	{name: "unused-type", doc: "types that nothing refers to, in interfaces with functions", scope: unusedTypes},
	{name: "unused-package", off: true, doc: "packages below deps that nothing refers to", pkg: unusedPackages},
}
