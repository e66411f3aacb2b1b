package component_test

import (
	"strings"
	"testing"

	. "github.com/witan-os/witan/runtime/component"
)

// TestGates switches each feature off, and checks that what needs it is refused for that reason.
func TestGates(t *testing.T) {
	for name, tt := range map[string]struct {
		feature Features
		wasm    []byte
	}{
		"async function type":     {FeatureAsync, oneType(0x43, vec(), 1, 0)},
		"stream":                  {FeatureAsync, oneType(0x66, 0)},
		"future":                  {FeatureAsync, oneType(0x65, 0)},
		"async option":            {FeatureAsync, comp(types(fn(nil)), imports(bin(named("f"), 1, 0)), canons(bin(1, 0, 0, vec(bin(6)))))},
		"async built-in":          {FeatureAsync, comp(canons(bin(0x1f)))},
		"map":                     {FeatureMap, oneType(0x63, u8Type, u8Type)},
		"implements":              {FeatureAttributes, oneImport(2, "a", vec(bin(0, "a:b/c")))},
		"external id":             {FeatureAttributes, oneImport(2, "a", vec(bin(2, "id")))},
		"value import":            {FeatureValues, comp(imports(bin(named("v"), 2, 1, u8Type)))},
		"start":                   {FeatureValues, comp(start(0, 0, 0))},
		"nested namespace":        {FeatureNestedNames, comp(types(bin(0x42, vec())), imports(bin(named("a:b:c/d"), 5, 0)))},
		"synchronous read":        {FeatureMoreAsync, comp(types(bin(0x66, 0)), canons(bin(0x0f, 0, vec())))},
		"asynchronous cancel":     {FeatureMoreAsync, comp(canons(bin(6, 1)))},
		"lift without callback":   {FeatureStackful, comp(libc(), types(bin(0x43, vec(), 1, 0)), canons(bin(0, 0, coreNothing, vec(bin(6)), 0)))},
		"thread built-in":         {FeatureThreads, comp(canons(bin(0x26)))},
		"fixed-length list":       {FeatureFixedLists, oneType(0x67, u8Type, 4)},
		"error-context":           {FeatureErrorContext, oneType(0x64)},
		"error-context as a part": {FeatureErrorContext, oneType(0x70, 0x64)},
		"canonical version":       {FeatureCanonNames, comp(types(bin(0x42, vec())), imports(bin(named("a:b/c@0.2"), 5, 0)))},
		"wide representation":     {FeatureMemory64, oneType(0x3f, i64, 0)},
		"wide slot":               {FeatureMemory64, comp(canons(bin(0x0a, i64, 0)))},
		"struct":                  {FeatureGarbageCollected, comp(coreTypes(bin(0x5f, vec())))},
		"recursive group":         {FeatureGarbageCollected, comp(coreTypes(bin(0x4e, vec())))},
	} {
		_, err := DecodeWith(tt.wasm, AllFeatures&^tt.feature)
		if err == nil || !strings.Contains(err.Error(), "this needs a feature that is not enabled: ") {
			t.Errorf("%s: without its feature: %v", name, err)
		}
		if _, err := DecodeWith(tt.wasm, AllFeatures); err != nil && strings.Contains(err.Error(), "feature") {
			t.Errorf("%s: with all features: %v", name, err)
		}
	}
}
