package breaking

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/witan-os/witan/gen/model"
)

// Trees compares two trees and lists the changes that lead from the old one to the new one: packages in the order
// of the old tree, and in them what changed and was removed, in the old order, before what was added.
func Trees(old, new *model.Tree) []Change {
	c := newComparison(old, new)
	for _, o := range old.Packages {
		if n := c.new.packages[trackOf(o)]; n != nil && c.old.packages[trackOf(o)] == o {
			c.pkg(o, n)
		} else if n == nil {
			c.packageRemoved(o)
		}
	}
	for _, n := range new.Packages {
		if c.old.packages[trackOf(n)] == nil {
			c.packageAdded(n)
		}
	}
	return c.changes
}

// comparison is one run.
type comparison struct {
	old, new index
	used     map[*model.TypeDef]bool // of the old tree: what its functions need, see needed
	equal    map[[2]*model.TypeDef]bool
	// stands gives for the world of a component the one that it is compared with: their names do not count.
	stands    map[*model.Scope]*model.Scope
	component bool // the old tree is that of a component
	changes   []Change
}

func newComparison(old, new *model.Tree) *comparison {
	return &comparison{old: indexOf(old), new: indexOf(new), used: needed(old), equal: map[[2]*model.TypeDef]bool{}}
}

// pair is something that is in both trees, or in one of them.
type pair struct {
	old, new string // full names
	role     role
	feature  string // of the gate that it was behind
}

// in is the pair of two parts of the pair, one of which may be "" for none.
func (p pair) in(old, new string) pair {
	p.old, p.new = inside(p.old, old), inside(p.new, new)
	return p
}

// inside is the full name of a part: "#" stands between a scope and what is in it, and a period further in.
func inside(name, part string) string {
	if strings.Contains(name, "#") {
		return name + "." + part
	}
	return name + "#" + part
}

// behind is the pair with the gate in front of it. An outer gate counts before an inner one.
func (p pair) behind(old model.Stability) pair {
	if p.feature == "" {
		p.feature = old.Unstable
	}
	return p
}

// report adds a change of the pair, of which ch has what can't be told from the pair and the rule.
func (c *comparison) report(p pair, ch Change, format string, args ...any) {
	ch.Message = fmt.Sprintf(format, args...)
	ch.Subject = p.new
	if ch.Old {
		ch.Subject = p.old
	}
	if ch.Hint == "" {
		ch.Hint = hints[ch.Rule]
	}
	if p.feature != "" {
		ch.Feature, ch.Severity, ch.Hint = p.feature, Additive, ""
	}
	if !c.component || ch.Severity == ABI {
		c.changes = append(c.changes, ch)
	}
}

func (c *comparison) pkg(o, n *model.Package) {
	switch compareVersions(o.Version, n.Version) {
	case -1:
		c.report(pair{new: n.ID()}, Change{Rule: VersionRaised, Severity: Additive, Was: o.Version, Is: n.Version, Place: placeOf(n)},
			"the version is raised within the track")
	case 1:
		c.report(pair{new: n.ID()}, Change{Rule: VersionLowered, Severity: Source, Was: o.Version, Is: n.Version, Place: placeOf(n)},
			"the version is lowered within the track")
	}
	c.packageInterfaces(o, n)
	c.packageWorlds(o, n)
}

func (c *comparison) packageInterfaces(o, n *model.Package) {
	before, after := interfacesOf(o), interfacesOf(n)
	for _, i := range o.Interfaces {
		p := pair{old: i.ID(), role: c.role(&i.Scope)}
		if to := after[i.Name]; to != nil {
			p.new = to.ID()
			c.iface(p, i, to)
			continue
		}
		c.report(p.behind(i.Stability), Change{Rule: InterfaceRemoved, Severity: removal(i, p.role), Was: "interface " + i.Name, Place: i.Place, Old: true},
			"the interface is removed")
	}
	for _, i := range n.Interfaces {
		if before[i.Name] == nil {
			c.report(pair{new: i.ID()}, Change{Rule: InterfaceAdded, Severity: Additive, Is: "interface " + i.Name, Place: i.Place},
				"the interface is new")
		}
	}
}

func interfacesOf(p *model.Package) map[string]*model.Interface {
	byName := make(map[string]*model.Interface, len(p.Interfaces))
	for _, i := range p.Interfaces {
		byName[i.Name] = i
	}
	return byName
}

func (c *comparison) packageRemoved(o *model.Package) {
	worst := Source
	for _, i := range o.Interfaces {
		if i.Unstable == "" {
			worst = max(worst, removal(i, c.role(&i.Scope)))
		}
	}
	ch := Change{Rule: PackageRemoved, Severity: worst, Was: "package " + o.ID(), Place: placeOf(o), Old: true}
	if others := c.new.tracks[o.Path()]; len(others) > 0 {
		ch.Rule = TrackRemoved
		c.report(pair{old: o.ID()}, ch, "semver track %s of the package is removed: there is %s", track(o), others[0].ID())
		return
	}
	c.report(pair{old: o.ID()}, ch, "the package is removed")
}

func (c *comparison) packageAdded(n *model.Package) {
	ch := Change{Rule: PackageAdded, Severity: Additive, Is: "package " + n.ID(), Place: placeOf(n)}
	if len(c.old.tracks[n.Path()]) > 0 {
		ch.Rule = TrackAdded
		c.report(pair{new: n.ID()}, ch, "semver track %s of the package is new", track(n))
		return
	}
	c.report(pair{new: n.ID()}, ch, "the package is new")
}

func track(p *model.Package) string {
	if p.Version == "" {
		return "without a version"
	}
	return p.Track()
}

// placeOf is where a package's text begins to say something.
func placeOf(p *model.Package) model.Place {
	places := make([]model.Place, 0, len(p.Interfaces)+len(p.Worlds))
	for _, i := range p.Interfaces {
		places = append(places, i.Place)
	}
	for _, w := range p.Worlds {
		places = append(places, w.Place)
	}
	places = slices.DeleteFunc(places, func(at model.Place) bool { return at.Source == nil })
	if len(places) == 0 {
		return model.Place{}
	}
	return slices.MinFunc(places, func(a, b model.Place) int {
		return cmp.Or(cmp.Compare(a.Source.Name(), b.Source.Name()), a.Start-b.Start)
	})
}

// gates compares what stands in front of a declaration. removed and added are the severities of removing and of
// adding what is declared.
func (c *comparison) gates(p pair, old, new model.Stability, at model.Place, removed, added Severity) {
	if c.component {
		return // the gates were open when it was built, and in the tree is what is open now
	}
	switch {
	case old.Unstable != "" && new.Unstable == "":
		c.report(p, Change{Rule: GateOpened, Severity: added, Was: "@unstable(feature = " + old.Unstable + ")", Is: stableText(new), Place: at},
			"it is stable now, and was behind the gate of feature %s", old.Unstable)
	case old.Unstable == "" && new.Unstable != "":
		c.report(p, Change{Rule: GateClosed, Severity: removed, Was: stableText(old), Is: "@unstable(feature = " + new.Unstable + ")", Place: at},
			"it was stable, and is behind the gate of feature %s now", new.Unstable)
	}
	if old.Deprecated == "" && new.Deprecated != "" {
		c.report(p, Change{Rule: DeprecatedNow, Severity: Additive, Is: "@deprecated(version = " + new.Deprecated + ")", Place: at},
			"it is deprecated now")
	}
}

func stableText(s model.Stability) string {
	if s.Since == "" {
		return ""
	}
	return "@since(version = " + s.Since + ")"
}

// externalID compares the attribute @external-id.
func (c *comparison) externalID(p pair, old, new string, at model.Place) {
	if old == new {
		return
	}
	c.report(p, Change{Rule: ExternalIDOther, Severity: Source, Was: externalText(old), Is: externalText(new), Place: at},
		"its external identifier is another one")
}

func externalText(id string) string {
	if id == "" {
		return ""
	}
	return fmt.Sprintf("@external-id(%q)", id)
}
