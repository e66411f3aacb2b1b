package resolve

import (
	"fmt"

	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/gen/syntax"
)

// gate checks what the gates of a declaration say. The feature is not empty if the declaration is left out for
// want of it.
func (r *resolver) gate(p *pkg, f *syntax.File, g syntax.Gate, name syntax.Span) (feature string) {
	if g.Since != nil {
		r.checkSince(p, f, g.Since.Version.Text, name)
	}
	if g.Unstable == nil || r.allFeatures || r.features[g.Unstable.Feature.Name] {
		return ""
	}
	return g.Unstable.Feature.Name
}

// unknownFeatures tells the caller which features there are no gates for.
func (r *resolver) unknownFeatures(opt Options) {
	named := map[string]bool{}
	for _, files := range r.groups {
		for _, f := range files {
			for _, feature := range f.Features {
				named[feature] = true
			}
		}
	}
	for _, feature := range opt.Features {
		if !named[feature] {
			opt.Unknown(feature)
		}
	}
}

// checkSince reports a version that brings something to a package which has not reached it.
func (r *resolver) checkSince(p *pkg, f *syntax.File, since string, name syntax.Span) {
	version := p.model.Version
	switch {
	case version == "":
		r.report(f, name, RuleSince, fmt.Sprintf("this is there since version %s of a package that has no version", since),
			fmt.Sprintf("write the version behind the package's name, like `package %s@%s;`", p.model.Path(), since))
	case compareVersions(since, version) > 0:
		r.report(f, name, RuleSince, fmt.Sprintf("this is there since version %s, but the package is of version %s", since, version),
			"what is not released yet is behind `@unstable(feature = …)`")
	}
}

// reportGated reports the use of something that is not there without a feature.
func (r *resolver) reportGated(f *syntax.File, s syntax.Span, name, feature string) {
	r.report(f, s, RuleFeature, fmt.Sprintf("`%s` is there only with feature `%s`, which is not enabled", name, feature),
		fmt.Sprintf("enable it, or put `@unstable(feature = %s)` on what needs it", feature))
}

// reportUngated reports a type without the gate that all around it has.
func (r *resolver) reportUngated(f *syntax.File, name syntax.ID, around, feature string) {
	r.report(f, name.Span, RuleFeature,
		fmt.Sprintf("type `%s` has no gate, but `%s` around it is there only with feature `%s`", name.Name, around, feature),
		fmt.Sprintf("put `@unstable(feature = %s)` on the type as well", feature))
}

// stability is what gates mean in the model.
func stability(g syntax.Gate) model.Stability {
	var s model.Stability
	if g.Since != nil {
		s.Since = g.Since.Version.Text
	}
	if g.Unstable != nil {
		s.Unstable = g.Unstable.Feature.Name
	}
	if g.Deprecated != nil {
		s.Deprecated = g.Deprecated.Version.Text
	}
	return s
}

func externalID(g syntax.Gate) string {
	if g.ExternalID == nil {
		return ""
	}
	return g.ExternalID.Value
}
