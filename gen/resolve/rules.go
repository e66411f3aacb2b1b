package resolve

import "github.com/witan-os/witan/internal/diag"

// The rules that files can break together, over and above those of gen/syntax.
const (
	RuleHeader    diag.Rule = "package-header" // `package …;` is missing, differs between files, or is documented twice
	RulePackage   diag.Rule = "package"        // a package that is not there, or is there twice
	RuleCycle     diag.Rule = "cycle"          // what needs itself to be known
	RuleUnknown   diag.Rule = "unknown"        // a name that stands for nothing
	RuleKind      diag.Rule = "kind"           // a name that stands for something else than what can be there
	RuleDuplicate diag.Rule = "duplicate"      // a name that is taken; case makes no difference
	RuleFeature   diag.Rule = "feature"        // something that is there with a feature only, used or declared without it
	RuleSince     diag.Rule = "since"          // a version that the package has not reached, or in a package without one
	RuleBorrow    diag.Rule = "borrow"         // borrowed handles where nobody could give them back
	RuleMapKey    diag.Rule = "map-key"        // a map's key must be an integer, bool, char or string
	RuleStream    diag.Rule = "stream"         // what a stream can't carry
	RuleWorld     diag.Rule = "world"          // a world whose imports and exports can't be together
	RuleInclude   diag.Rule = "include"        // what `with` can't rename, or what differs between included worlds
	RuleTooLarge  diag.Rule = "too-large"      // beyond one of the limits below
)

// Limits. They are far beyond what anyone writes, and keep down what hostile WIT costs: without them, a few
// lines of `include` make worlds that fill all memory.
const (
	MaxFiles     = 2_000    // files of one tree
	MaxBytes     = 16 << 20 // bytes of all of them
	MaxTypeDepth = 500      // types, named or not, in types; and names for names of types
	MaxWorldSize = 250_000  // what includes and needs of interfaces add to all worlds, or would if it was not there
)
