package lint

import (
	"fmt"
	"slices"
	"strings"

	"github.com/witan-os/witan/internal/diag"
)

// Config says what is looked for. Its zero value is the default.
type Config struct {
	Rules map[string]bool // switches rules on or off, by name; the others are as [Rules] says

	// Limits of the rules about cost; 0 stands for the default.
	MaxResult  uint32 // bytes of a result, for large-result; 128 by default
	MaxVariant uint32 // bytes of a variant, for wide-variant; 64 by default
	MaxDepth   int    // lists in lists of a result, for nested-lists; 2 by default

	Deps bool // look at all packages, and not only at the one that was asked for
}

// The default limits.
const (
	defaultMaxResult  = 128
	defaultMaxVariant = 64
	defaultMaxDepth   = 2
)

// Switch switches one rule on, or off if a hyphen stands before its name, as command lines have it.
func (c *Config) Switch(rule string) error {
	name, off := strings.CutPrefix(rule, "-")
	if err := known(name); err != nil {
		return err
	}
	if c.Rules == nil {
		c.Rules = map[string]bool{}
	}
	c.Rules[name] = !off
	return nil
}

// Check reports names in Rules that no rule has.
func (c *Config) Check() error {
	for name := range c.Rules {
		if err := known(name); err != nil {
			return err
		}
	}
	return nil
}

func known(name string) error {
	var names []string
	for _, r := range Rules() {
		if string(r.Name) == name {
			return nil
		}
		names = append(names, string(r.Name))
	}
	slices.Sort(names)
	return fmt.Errorf("there is no rule %q: rules are %s", name, strings.Join(names, ", "))
}

// on reports whether a rule is to be looked at.
func (c *Config) on(r *rule) bool {
	if on, ok := c.Rules[string(r.name)]; ok {
		return on
	}
	return !r.off
}

// limit is a limit, or its default.
func limit[T uint32 | int](configured, otherwise T) T {
	if configured == 0 {
		return otherwise
	}
	return configured
}

// Rule describes a rule.
type Rule struct {
	Name    diag.Rule
	Default bool   // it is on unless it is switched off
	Doc     string // what it finds, as a clause in lower case
}

// Rules are all rules, in order of topics.
func Rules() []Rule {
	var out []Rule
	for _, r := range rules {
		out = append(out, Rule{Name: r.name, Default: !r.off, Doc: r.doc})
	}
	return out
}
