package wast

import (
	"strings"

	"github.com/witan-os/witan/runtime/component"
)

// featureNames are the gated features by the names that scripts give them.
var featureNames = map[string]component.Features{
	"cm-async":               component.FeatureAsync,
	"cm-map":                 component.FeatureMap,
	"cm-implements":          component.FeatureAttributes,
	"cm-values":              component.FeatureValues,
	"cm-more-async-builtins": component.FeatureMoreAsync,
	"cm-async-stackful":      component.FeatureStackful,
	"cm-threading":           component.FeatureThreads,
	"cm-fixed-length-lists":  component.FeatureFixedLists,
	"cm-error-context":       component.FeatureErrorContext,
	"cm-memory64":            component.FeatureMemory64,
	"cm-gc":                  component.FeatureGarbageCollected,
	"gc":                     component.FeatureGarbageCollected,
	"gc-types":               component.FeatureGarbageCollected,
}

// missingFeatures is the directory of scripts that test how a runtime refuses features it does not have.
const missingFeatures = "missing-features/"

// enabled is what an invalid component of the script may use: what has been released and what the script says
// it needs. A script may also say that a feature is off, or test by its place that nothing is enabled.
func (s *script) enabled() component.Features {
	if strings.HasPrefix(s.Source.Path, missingFeatures) {
		return 0
	}
	enabled := component.Released
	for _, f := range s.Features {
		enabled |= featureNames[f]
	}
	for key, on := range s.Config {
		name, ok := strings.CutPrefix(key, "component_model_")
		if ok && on == false {
			enabled &^= featureNames["cm-"+strings.ReplaceAll(name, "_", "-")]
		}
	}
	return enabled
}

// refusal is why what is in data is not valid, or nil.
func (x *execution) refusal(data []byte, core bool) error {
	if core {
		d, err := x.defineCore(data)
		if err == nil {
			d.close(x.ctx)
		}
		return err
	}
	for _, features := range []component.Features{component.AllFeatures, x.script.enabled()} {
		if _, err := component.DecodeWith(data, features); err != nil {
			return err
		}
	}
	// What core modules hold is the engine's to check.
	c, err := x.vm.CompileWith(x.ctx, x.script.Source.Path, data, component.AllFeatures)
	if err == nil {
		c.Close(x.ctx)
	}
	return err
}

// validatesOnly reports whether the script is of the suite that is never instantiated.
func (x *execution) validatesOnly() bool {
	return strings.HasSuffix(x.script.Source.Repository, "/wasm-tools")
}
