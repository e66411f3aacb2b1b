package syntax

import "github.com/witan-os/witan/internal/diag"

// The rules that a file can break.
const (
	RuleExpected   diag.Rule = "expected"    // something else must stand here
	RuleCharacter  diag.Rule = "character"   // a character that is not allowed, or text that is not UTF-8
	RuleComment    diag.Rule = "comment"     // a block comment without an end
	RuleString     diag.Rule = "string"      // a string literal without an end, or with a wrong escape
	RuleIdentifier diag.Rule = "identifier"  // words of letters and digits with hyphens between them
	RuleVersion    diag.Rule = "version"     // as Semantic Versioning 2.0 has it
	RuleGate       diag.Rule = "gate"        // attributes that don't exist or don't go together
	RuleNesting    diag.Rule = "nesting"     // a package inside of a nested package
	RuleEmpty      diag.Rule = "empty"       // an enum or variant without cases
	RuleMapKey     diag.Rule = "map-key"     // a map's key must be an integer, bool, char or string
	RuleListLength diag.Rule = "list-length" // from 1 to 4294967295
	RuleResult     diag.Rule = "result"      // what a constructor returns
	RuleTooLarge   diag.Rule = "too-large"   // beyond one of the limits below
)

// Limits. They are far beyond what anyone writes, and keep the cost of a hostile file down: the parser
// never takes more than a few hundred bytes of memory for each byte of a file, nor more than a few thousand
// bytes of stack.
const (
	MaxFileSize   = 4 << 20 // bytes
	MaxIdentifier = 100_000 // bytes; no name in a component is longer
	MaxDepth      = 100     // types in types, packages in packages
	MaxNodes      = 250_000 // identifiers and types of one file
)
