package breaking

// Rule names what was done, in lower case with hyphens. It stays the same when the wording of messages changes.
type Rule string

// The rules.
const (
	PackageAdded   Rule = "package-added"
	PackageRemoved Rule = "package-removed"
	TrackAdded     Rule = "track-added"     // a package is there on one more semver track
	TrackRemoved   Rule = "track-removed"   // a package is only there on other tracks
	VersionRaised  Rule = "version-raised"  // within its track
	VersionLowered Rule = "version-lowered" // within its track

	InterfaceAdded   Rule = "interface-added"
	InterfaceRemoved Rule = "interface-removed"
	WorldAdded       Rule = "world-added"
	WorldRemoved     Rule = "world-removed"
	ImportAdded      Rule = "import-added"       // of a world
	ImportRemoved    Rule = "import-removed"     // of a world
	ExportAdded      Rule = "export-added"       // of a world
	ExportRemoved    Rule = "export-removed"     // of a world
	ItemKindChanged  Rule = "item-kind-changed"  // an import or export is a function and was an interface, or the reverse
	ImplementsOther  Rule = "implements-changed" // an import or export under a plain name is another interface
	GateOpened       Rule = "gate-opened"        // what was unstable is stable
	GateClosed       Rule = "gate-closed"        // what was stable is unstable
	DeprecatedNow    Rule = "deprecated"
	ExternalIDOther  Rule = "external-id-changed"
	FunctionAdded    Rule = "function-added"
	FunctionRemoved  Rule = "function-removed"
	FunctionRenamed  Rule = "function-renamed"
	FunctionKind     Rule = "function-kind-changed" // a method is a static function, or the reverse
	FunctionAsync    Rule = "function-async-changed"
	ResultChanged    Rule = "result-changed"
	FallibleChanged  Rule = "constructor-fallibility-changed"
	ParamAdded       Rule = "parameter-added"
	ParamRemoved     Rule = "parameter-removed"
	ParamRenamed     Rule = "parameter-renamed"
	ParamType        Rule = "parameter-type-changed"
	ParamsReordered  Rule = "parameters-reordered"
	TypeAdded        Rule = "type-added"
	TypeRemoved      Rule = "type-removed"
	TypeRenamed      Rule = "type-renamed"
	TypeMoved        Rule = "type-moved"        // another interface declares it now
	TypeKindChanged  Rule = "type-kind-changed" // a record is a variant, for example
	TypeChanged      Rule = "type-changed"      // the type behind a name that is no record, variant, enum or flags
	FieldAdded       Rule = "field-added"
	FieldRemoved     Rule = "field-removed"
	FieldRenamed     Rule = "field-renamed"
	FieldType        Rule = "field-type-changed"
	FieldsReordered  Rule = "fields-reordered"
	CaseAdded        Rule = "case-added" // of a variant or enum
	CaseRemoved      Rule = "case-removed"
	CaseRenamed      Rule = "case-renamed"
	CasePayload      Rule = "case-payload-changed"
	CasesReordered   Rule = "cases-reordered"
	FlagAdded        Rule = "flag-added"
	FlagRemoved      Rule = "flag-removed"
	FlagRenamed      Rule = "flag-renamed"
	FlagsReordered   Rule = "flags-reordered"
)

// Texts that are the hints of several rules.
const (
	hintNewFunction = "leave the function as it is and add another one, or put the change on a new semver track"
	hintNewType     = "types are compared with all their names: add another type and another function, or a new semver track"
	hintRename      = "names are part of the type: components that know the old one don't link; say it in the documentation instead"
	hintOrder       = "values have the order of their declaration: restore it"
)

// hints say what to do instead.
var hints = map[Rule]string{
	PackageRemoved:   "keep it for as long as components that were built with it are around",
	TrackRemoved:     "keep the old track next to the new one, below deps, for as long as components that were built with it are around",
	VersionLowered:   "who asks for the higher version does not find it any more",
	InterfaceRemoved: "mark it as @deprecated and keep it until the next semver track",
	WorldRemoved:     "mark it as @deprecated and keep it until the next semver track",
	ImportRemoved:    "components for the world still ask for it: keep it until the next semver track",
	ImportAdded:      "hosts of the world have to provide it",
	ExportAdded:      "components that were built for the world lack it: put it into another world, which includes this one",
	ExportRemoved:    "hosts that call it have to change",
	ItemKindChanged:  "give the new one another name",
	ImplementsOther:  "give the new one another name",
	GateClosed:       "what was stable is promised: mark it as @deprecated",
	ExternalIDOther:  "hosts that go by the identifier have to change",
	FunctionRemoved:  "mark it as @deprecated and keep it until the next semver track",
	FunctionRenamed:  "keep the old function next to the new one, and mark it as @deprecated",
	FunctionKind:     hintNewFunction,
	FunctionAsync:    hintNewFunction,
	ResultChanged:    hintNewFunction,
	FallibleChanged:  "leave the constructor as it is and add a static function that can fail",
	ParamAdded:       hintNewFunction,
	ParamRemoved:     hintNewFunction,
	ParamRenamed:     hintRename,
	ParamType:        hintNewFunction,
	ParamsReordered:  hintOrder,
	TypeRemoved:      "mark it as @deprecated and keep it until the next semver track",
	TypeRenamed:      "keep the old name as an alias: type old = new",
	TypeKindChanged:  hintNewType,
	TypeChanged:      hintNewType,
	FieldAdded:       hintNewType,
	FieldRemoved:     hintNewType,
	FieldRenamed:     hintRename,
	FieldType:        hintNewType,
	FieldsReordered:  hintOrder,
	CaseAdded:        hintNewType,
	CaseRemoved:      hintNewType,
	CaseRenamed:      hintRename,
	CasePayload:      hintNewType,
	CasesReordered:   hintOrder,
	FlagAdded:        hintNewType,
	FlagRemoved:      hintNewType,
	FlagRenamed:      hintRename,
	FlagsReordered:   hintOrder,
}
