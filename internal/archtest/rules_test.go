package archtest

// Who may know whom, as data. Patterns are import paths; those of this module are written
// relative to it. A pattern that ends in /... also matches everything below; std is Go's
// standard library.

const modulePath = "github.com/witan-os/witan"

const (
	std       = "std"
	wazero    = "github.com/tetratelabs/wazero/..."
	jennifer  = "github.com/dave/jennifer/..."
	witParser = "go.bytecodealliance.org/..."
	goTools   = "golang.org/x/tools/..."
	goMod     = "golang.org/x/mod/..."
	sys       = "golang.org/x/sys/..."
	term      = "golang.org/x/term"
	kong      = "github.com/alecthomas/kong/..."
	lipgloss  = "github.com/charmbracelet/lipgloss/..."
	toml      = "github.com/BurntSushi/toml/..."
	goldmark  = "github.com/yuin/goldmark/..."
	zstd      = "github.com/klauspost/compress/zstd/..."
	diskfs    = "github.com/diskfs/go-diskfs/..."
	lineDiff  = "github.com/rogpeppe/go-internal/diff"
)

// testLibraries may be imported by the tests of every room, and by packages that serve
// tests only, which are those with a name of test… or …test.
var testLibraries = []string{
	std,
	"internal/testutil",
	"github.com/google/go-cmp/...",
	"github.com/rogpeppe/go-internal/...",
	"pgregory.net/rapid/...",
}

// room is a part of the tree whose packages share one list of what they may import.
type room struct {
	packages string   // the packages it holds; of several matching rooms the narrowest counts
	imports  []string // all that these packages may import
	tests    []string // what their tests may import besides that and testLibraries
	why      string
}

var rooms = []room{
	{
		packages: "generated/...",
		imports:  []string{std, "generated/...", "runtime/glue"},
		tests:    []string{"runtime/glue/gluetest"},
		why:      "generated code meets the runtime at one boundary, so that both sides can change behind it",
	},
	{
		packages: "generated/systable",
		imports:  nil,
		why:      "the syscall table is pure data, which everyone may read without pulling in code",
	},
	{
		packages: "runtime/...",
		imports:  []string{std, "runtime/...", "internal/..."},
		why:      "the VM core runs any component on any host; it knows no interface, no kernel and no generator",
	},
	{
		packages: "runtime/engine",
		imports:  []string{std, "runtime/abi", "runtime/meter", "internal/...", wazero, sys},
		why:      "the engine is wrapped once, and the rest of the runtime stands on the wrapper",
	},
	{
		packages: "runtime/meter",
		imports:  []string{std, "internal/..."},
		tests:    []string{"runtime/engine"},
		why:      "instrumenting is rewriting bytes, whoever compiles them afterwards",
	},
	{
		packages: "kernel/...",
		imports: []string{
			std, "kernel", "kernel/audit", "kernel/capability", "kernel/device", "kernel/guard", "kernel/host", "kernel/ipc", "kernel/manifest", "kernel/policy",
			"kernel/process", "runtime/component", "runtime/trace", "runtime/vm", "generated/systable", "internal/...",
		},
		tests: []string{"runtime/..."},
		why:   "the kernel decides who may call what; it does not implement what is called, nor run the machine code",
	},
	{
		packages: "kernel/host",
		imports:  []string{std, "kernel/capability", "kernel/device", "kernel/ipc", "runtime/glue", "runtime/vm"},
		why:      "what the kernel offers to implementations is interfaces, so that neither side needs the other's code",
	},
	{
		packages: "kernel/process",
		imports: []string{
			std, "kernel/audit", "kernel/capability", "kernel/device", "kernel/guard", "kernel/host", "kernel/ipc", "kernel/manifest", "kernel/policy", "generated/systable",
			"runtime/abi", "runtime/component", "runtime/glue", "runtime/instance", "runtime/link", "runtime/meter", "runtime/trace", "runtime/vm",
		},
		tests: []string{"kernel/...", "runtime/...", "internal/..."},
		why:   "processes are instances with their imports answered, which is what the runtime is for; who answers was decided before",
	},
	{
		packages: "kernel/guard",
		imports:  []string{std, "runtime/abi", "runtime/component", "runtime/glue", "runtime/instance", "runtime/value"},
		tests:    []string{"runtime/...", "internal/..."},
		why:      "a call from one store to another lifts values and lowers them again, and knows nothing of who may call whom",
	},
	{
		packages: "kernel/manifest",
		imports:  []string{std, "internal/...", toml},
		why:      "the manifest is a file that image builder and kernel both read; it needs neither",
	},
	{
		packages: "kernel/policy",
		imports:  []string{std, "kernel/manifest", "runtime/component", "runtime/link", "generated/systable", "internal/..."},
		tests:    []string{"runtime/..."},
		why:      "who may call what follows from names and types, for the image builder as well, before anything can run",
	},
	{
		packages: "kernel/capability",
		imports:  []string{std},
		why:      "what a process may reach rests on nothing that a process could reach",
	},
	{
		packages: "kernel/ipc",
		imports:  []string{std, "kernel/capability"},
		why:      "messages pass between any two goroutines that hold capabilities; what a process is, is not their business",
	},
	{
		packages: "kernel/device",
		imports:  []string{std, "kernel/capability"},
		why:      "devices are seen through narrow interfaces, which drivers of the machine and fakes fill alike",
	},
	{
		packages: "kernel/audit",
		imports:  []string{std},
		why:      "what is recorded does not depend on what works",
	},
	{
		packages: "internal/tomlfile",
		imports:  []string{std, "internal/diag", toml},
		why:      "the files that people configure things with are read in one way, by tools and kernel alike",
	},
	{
		packages: "kernel/metal/...",
		imports:  []string{std, "kernel/metal/..."},
		tests:    []string{"runtime/...", "internal/..."},
		why:      "what lies under the Go runtime may not rest on anything that needs it to be there already",
	},
	{
		packages: "kernel/driver/...",
		imports:  []string{std, "kernel/driver/...", "kernel/metal", "kernel/device", "kernel/capability", "kernel/ipc"},
		why:      "a driver knows its device, the machine, and the objects that it hands out, not who uses them",
	},
	{
		packages: "hostimpl/...",
		imports:  []string{std, "hostimpl/...", "generated/...", "runtime/glue", "internal/...", sys, term},
		tests:    []string{"runtime/..."},
		why:      "an implementation sees the interface that was generated for it, and runs the same hosted and on metal",
	},
	{
		packages: "hostimpl/witan/...",
		imports: []string{
			std, "hostimpl/witan/...", "generated/...", "runtime/glue", "internal/...",
			"kernel/capability", "kernel/device", "kernel/host", "kernel/ipc",
		},
		tests: []string{"runtime/..."},
		why:   "witan:kernel is about kernel objects, which its implementation hands to programs; of the kernel it sees an interface",
	},
	{
		packages: "gen/...",
		imports:  []string{std, "gen/...", "runtime/abi", "runtime/contract", "runtime/fuse", "internal/...", jennifer, goTools, goMod},
		tests:    []string{"runtime/...", "wit", witParser},
		why:      "the generator needs the ABI as data and nothing that runs",
	},
	{
		packages: "gen/emit/goguest",
		imports:  []string{std, "gen/emit", "gen/emit/gosrc", "gen/model", "runtime/abi", jennifer},
		tests:    []string{"gen/...", "hostimpl/...", "internal/...", "runtime/..."},
		why:      "guests are made of the model; what they do is seen when they run, with the WASI that stock Go needs",
	},
	{
		packages: "gen/binary",
		imports:  []string{std, "gen/model", "gen/syntax", "runtime/abi", "runtime/component", "internal/..."},
		tests:    []string{"gen/..."},
		why:      "the binary format has one decoder, and that needs nothing that runs either",
	},
	{
		packages: "gen/componentize/...",
		imports: []string{
			std, "gen/binary", "gen/componentize/...", "gen/layout", "gen/model", "runtime/abi", "runtime/component", "internal/...", goMod,
		},
		tests: []string{"gen/...", "runtime/..."},
		why:   "a component is made of a core module and WIT by writing the binary format; nothing of that runs either",
	},
	{
		packages: "gen/compose",
		imports:  []string{std, "runtime/component", "runtime/link", "internal/..."},
		tests:    []string{"gen/...", "runtime/..."},
		why:      "components are put together by their names and types, as they are linked to run; neither WIT nor code is needed",
	},
	{
		packages: "gen/witjson",
		imports:  []string{std, "gen/model", "gen/syntax", "runtime/abi"},
		tests:    []string{"gen/...", "internal/..."},
		why:      "what another tool resolved is read without resolving anything again",
	},
	{
		packages: "gen/wasi01",
		imports:  []string{std, "gen/...", "internal/...", "wit"},
		tests:    []string{"generated/...", "hostimpl/...", "runtime/..."},
		why:      "the adapter is made against the standard's own interfaces, and is right when programs run on it",
	},
	{
		packages: "gen/actor",
		imports:  []string{std, "gen/...", "runtime/abi", "internal/...", "wit"},
		tests:    []string{"runtime/..."},
		why:      "actors are compared with the interface that Witan itself has for them",
	},
	{
		packages: "gen/roundtrip",
		imports:  []string{std},
		tests:    []string{"gen/...", "hostimpl/...", "internal/...", "runtime/..."},
		why:      "what a guest does shows when a host runs it",
	},
	{
		packages: "gen/docs",
		imports:  []string{std, "gen/model", "runtime/abi", goldmark},
		tests:    []string{"gen/resolve", "internal/..."},
		why:      "pages are made of the model alone",
	},
	{
		packages: "guest",
		imports:  []string{std},
		why:      "it is compiled into every component, which has no use for anything that runs components",
	},
	{
		packages: "loader/...",
		imports:  []string{std, "loader/...", "kernel/metal", "internal/...", sys},
		why:      "the loader hands over to the kernel's entry and knows no more of the kernel than that",
	},
	{
		packages: "loader/payload",
		imports:  []string{std, zstd},
		tests:    []string{"loader/internal/openkey"},
		why:      "what verifies a payload is small enough to read whole, and neither the kernel nor the builder is part of it",
	},
	{
		packages: "loader/image",
		imports:  []string{std, "loader/...", "kernel/metal", "internal/...", diskfs},
		why:      "the image builder also writes the disks that firmware reads",
	},
	{
		packages: "docs",
		imports:  []string{std},
		why:      "documents are there to be read",
	},
	{
		packages: "wit",
		imports:  []string{std},
		tests:    []string{"wit", "gen/model", "gen/print", "gen/resolve"},
		why:      "the contract stands at the beginning and depends on nothing",
	},
	{
		packages: "internal/...",
		imports:  []string{std, "internal/...", sys, term, lipgloss},
		why:      "a helper that everyone uses may not know any of its users",
	},
	{
		packages: "internal/coremodule/...",
		imports:  []string{std, "internal/coremodule/...", "internal/leb128"},
		tests:    []string{"internal/...", "runtime/..."},
		why:      "a module that was made smaller has to be one still, which the engine says and only tests ask",
	},
	{
		packages: "cmd/...",
		imports: []string{
			std, "cmd/...", "gen/...", "generated/...", "hostimpl/...", "internal/...", "kernel/...", "loader/...", "runtime/...", "wit", "docs",
			kong, sys, goMod, lipgloss, toml, term, lineDiff,
		},
		why: "a program wires the rooms together",
	},
}

// confinement keeps a dependency in few hands, over and above what the rooms allow.
type confinement struct {
	imported string
	to       []string // the only packages that may import it, tests included
	why      string
}

var confinements = []confinement{
	{wazero, []string{"runtime/engine"}, "one package wraps the engine, so that one package has to follow its changes"},
	{jennifer, []string{"gen/emit", "gen/emit/gosrc", "gen/emit/goguest"}, "only the emitters write Go, everything before them is a model"},
	{goTools, []string{"gen/emit/gosrc"}, "only the emitters write Go, everything before them is a model"},
	{witParser, []string{"gen/secondopinion"}, "the WIT library is a second opinion for tests; WIT is read by code of our own"},
	{toml, []string{"internal/tomlfile", "kernel/manifest"}, "one package reads TOML, strictly; the manifest writes it, too"},
	{kong, []string{"cmd/..."}, "only programs have a command line"},
}
