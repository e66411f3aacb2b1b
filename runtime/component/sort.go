package component

// Sort names one of the index spaces, which is the same thing as the kind of its entries.
type Sort uint8

// The thirteen sorts: first those of components, then those of core WebAssembly.
const (
	SortFunc Sort = iota
	SortValue
	SortType
	SortComponent
	SortInstance
	SortCoreFunc
	SortCoreTable
	SortCoreMemory
	SortCoreGlobal
	SortCoreTag
	SortCoreType
	SortCoreModule
	SortCoreInstance

	numSorts
)

var sortNames = [numSorts]string{
	"func", "value", "type", "component", "instance",
	"core func", "core table", "core memory", "core global", "core tag", "core type", "core module", "core instance",
}

func (s Sort) String() string { return sortNames[s] }

// one is the name with its article.
func (s Sort) one() string {
	if s == SortInstance {
		return "an " + s.String()
	}
	return "a " + s.String()
}

// IsCore tells the sorts of core WebAssembly from those of components.
func (s Sort) IsCore() bool { return s >= SortCoreFunc }

// isCoreEntity tells the sorts that core modules import and export.
func (s Sort) isCoreEntity() bool { return s >= SortCoreFunc && s <= SortCoreTag }

// The opcodes of sorts in the binary format.
var (
	sortCodes     = map[byte]Sort{1: SortFunc, 2: SortValue, 3: SortType, 4: SortComponent, 5: SortInstance}
	coreSortCodes = map[byte]Sort{
		0x00: SortCoreFunc, 0x01: SortCoreTable, 0x02: SortCoreMemory, 0x03: SortCoreGlobal, 0x04: SortCoreTag,
		0x10: SortCoreType, 0x11: SortCoreModule, 0x12: SortCoreInstance,
	}
)
