package binary

import (
	"fmt"
	"strings"

	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/gen/syntax"
	"github.com/witan-os/witan/runtime/component"
)

// Decode makes the model of the WIT in a file, which is a component, an encoded WIT package, or a core module
// with component types. The error is a [*component.Error] with the offset and the rule that is broken.
func Decode(data []byte) (tree *model.Tree, err error) {
	kind, err := component.Sniff(data)
	if err != nil {
		return nil, err
	}
	d := newDecoder()
	defer func() {
		if err != nil {
			tree = nil
		}
	}()
	defer d.report(&err)
	if kind == component.KindModule {
		tree = d.module(data)
	} else {
		tree = d.componentFile(data)
	}
	model.MarkErrors(tree)
	return tree, nil
}

// Limits on a model. Types share parts in a file, and each use of one is a part of its own in the model, so
// that a small file could have a model that fills the memory. What is larger could not be read as text either.
const (
	maxNodes      = syntax.MaxNodes // names and types
	maxWork       = 16 << 20        // steps to find and compare types
	maxInterfaces = 10_000
	maxWorlds     = 100 // in a core module, each of which is decoded for itself
	maxAliases    = 100 // names of names of names
)

// decoder makes the model of one file. What is wrong with the file is reported by panicking with a
// [*component.Error], for the same reason as in the decoder of the format.
type decoder struct {
	packages   map[string]*model.Package   // by their IDs
	order      []*model.Package            // as they came up
	interfaces map[string]*scope           // those that have an ID, by it
	public     map[*model.Scope]bool       // those scopes: types can be used from them
	places     map[*model.Interface]*scope // those that a world has in place

	// named, resources and synonyms find the definition of what has a name: nodes of types, the identities of
	// resource types, and primitive types.
	named     map[component.Type]*model.TypeDef
	resources map[*component.Resource]*model.TypeDef
	synonyms  map[*component.Synonym]*model.TypeDef
	aliases   map[*model.TypeDef]int // how many names lie between an alias and its root

	nodes, work int
	base        int64 // where in the file the component begins that is being read
	at          int64 // the definition that is being read, in the component
	section     string
	path        []string // what is being read, from the outside in
}

func newDecoder() *decoder {
	return &decoder{
		packages:   map[string]*model.Package{},
		interfaces: map[string]*scope{},
		public:     map[*model.Scope]bool{},
		places:     map[*model.Interface]*scope{},
		named:      map[component.Type]*model.TypeDef{},
		resources:  map[*component.Resource]*model.TypeDef{},
		synonyms:   map[*component.Synonym]*model.TypeDef{},
		aliases:    map[*model.TypeDef]int{},
	}
}

// component decodes a component that begins at the base. All features are good: nothing is going to run.
func (d *decoder) component(data []byte) *component.Component {
	c, err := component.DecodeWith(data, component.AllFeatures)
	if err != nil {
		inner := *err.(*component.Error)
		inner.Offset += d.base
		panic(&inner)
	}
	return c
}

// fail reports what is wrong with the definition that is being read.
func (d *decoder) fail(format string, args ...any) {
	rule := fmt.Sprintf(format, args...)
	if len(d.path) > 0 {
		rule = strings.Join(d.path, ", ") + ": " + rule
	}
	panic(&component.Error{Offset: d.base + d.at, Section: d.section, Entry: -1, Rule: rule})
}

// report ends the decoding of a file: it makes what fail has reported an error.
func (d *decoder) report(err *error) {
	if r := recover(); r != nil {
		failure, ok := r.(*component.Error)
		if !ok {
			panic(r)
		}
		*err = failure
	}
}

// in adds to what errors say that is being read, while f runs.
func (d *decoder) in(what string, f func()) {
	d.path = append(d.path, what)
	f()
	d.path = d.path[:len(d.path)-1]
}

// node pays for a name or type of the model.
func (d *decoder) node() {
	if d.nodes++; d.nodes > maxNodes {
		d.fail("the file has more than %d names and types", maxNodes)
	}
}

// step pays for a step of a search or comparison.
func (d *decoder) step() {
	if d.work++; d.work > maxWork {
		d.fail("the types of the file take more than %d steps to name and compare", maxWork)
	}
}

// quoted is a name of the file for a message.
func quoted(s string) string {
	const longest = 80
	if len(s) > longest {
		s = s[:longest] + "…"
	}
	return fmt.Sprintf("%q", s)
}
