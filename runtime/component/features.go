package component

// Features is a set of parts of the format that a file may use.
type Features uint32

// The parts of the format that can be switched; the comment gives the mark they carry in the
// specification's list of gated features.
const (
	FeatureAsync            Features = 1 << iota // 🔀 async functions, streams, futures and their built-ins
	FeatureMap                                   // 🗺️ the map type
	FeatureAttributes                            // 🏷️ implements and external-id on imports and exports
	FeatureValues                                // 🪙 imported and exported values, start functions
	FeatureNestedNames                           // 🪺 more than one namespace or projection in a name
	FeatureMoreAsync                             // 🚝 the async option where the first release has none
	FeatureStackful                              // 🚟 async lifts without a callback
	FeatureThreads                               // 🧵 thread built-ins
	FeatureFixedLists                            // 🔧 lists with a fixed length
	FeatureErrorContext                          // 📝 the error-context type
	FeatureCanonNames                            // 🔗 interface versions cut down to their semver track
	FeatureMemory64                              // 🐘 64-bit memories and resource representations
	FeatureGarbageCollected                      // core types of the garbage collection proposal

	// AllFeatures is every feature that there is.
	AllFeatures = FeatureGarbageCollected<<1 - 1

	// Released is what every implementation of WASI 0.3.1 understands.
	Released = FeatureAsync | FeatureMap | FeatureAttributes
)

var featureNames = map[Features]string{
	FeatureAsync:            "async functions, streams and futures",
	FeatureMap:              "the map type",
	FeatureAttributes:       "implements and external-id",
	FeatureValues:           "component values and start functions",
	FeatureNestedNames:      "nested namespaces",
	FeatureMoreAsync:        "additional async options",
	FeatureStackful:         "async lifts without a callback",
	FeatureThreads:          "threads",
	FeatureFixedLists:       "fixed-length lists",
	FeatureErrorContext:     "the error-context type",
	FeatureCanonNames:       "canonical interface versions",
	FeatureMemory64:         "64-bit memories",
	FeatureGarbageCollected: "garbage-collected core types",
}
