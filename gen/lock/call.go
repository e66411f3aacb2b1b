package lock

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"strings"

	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/runtime/abi"
)

// Kind is what a system call is in WIT.
type Kind string

// The kinds of system calls. A drop ends a handle of a resource; WIT does not write it down.
const (
	Function    Kind = "function"
	Method      Kind = "method"
	Static      Kind = "static"
	Constructor Kind = "constructor"
	Drop        Kind = "drop"
)

// markers begin the names of functions that belong to a resource, as components spell them.
var markers = map[Kind]string{
	Method:      "[method]",
	Static:      "[static]",
	Constructor: "[constructor]",
	Drop:        "[resource-drop]",
}

// Hash changes when a function's name or type does.
type Hash uint64

// String returns the hash in 16 hexadecimal digits.
func (h Hash) String() string { return fmt.Sprintf("%016x", uint64(h)) }

// Call is a system call as WIT has it now.
type Call struct {
	Interface string // without version, for example "wasi:io/poll"
	Track     string // of the package, see [model.Track]
	Function  string // as components spell it, for example "[method]pollable.ready"
	Kind      Kind
	Since     string // the version that brought it, "" if the package has none
	Gated     bool   // Since stands in the WIT; otherwise it is the package's version
	WIT       string // its declaration, for people
	Type      string // as [abi.Func.String] writes it
	Core      string // the type of the lowered function
	Async     bool
	model.Place
}

// Name is what the lock calls the function, for example "wasi:clocks/wall-clock@0.2#now". It has the track and
// not the version, so that a new version of a package keeps its numbers.
func (c *Call) Name() string { return name(c.Interface, c.Track, c.Function) }

func name(iface, track, function string) string {
	if track != "" {
		iface += "@" + track
	}
	return iface + "#" + function
}

// Hash is the hash of the function's name and type.
func (c *Call) Hash() Hash {
	sum := sha256.Sum256([]byte(c.Name() + ": " + c.Type))
	return Hash(binary.BigEndian.Uint64(sum[:]))
}

// blocks proposes whether the call waits, going by the words that WASI uses.
func (c *Call) blocks() bool {
	base := c.Function[strings.LastIndexAny(c.Function, ".]")+1:]
	switch base {
	case "block", "poll", "wait", "sleep":
		return true
	}
	return c.Async || strings.HasPrefix(base, "blocking-") || strings.HasPrefix(base, "wait-")
}

// right proposes what a caller needs. Who has a handle was given it; all else is a way to get one, or acts on
// what the whole interface stands for.
func (c *Call) right() Right {
	if c.Kind == Method || c.Kind == Drop {
		return RightHandle
	}
	return RightInterface
}

// Calls lists what programs can import from the interfaces of a tree that want accepts: functions, and the drops
// of resources. Interfaces that worlds only export are left out, as is what a world has in place. Layouts must
// have been computed.
func Calls(tree *model.Tree, want func(*model.Scope) bool) ([]*Call, error) {
	exported := exportedOnly(tree)
	var list []*Call
	for _, p := range tree.Packages {
		for _, i := range p.Interfaces {
			if exported[i] || !want(&i.Scope) {
				continue
			}
			for _, d := range i.Types {
				if d.Resource != nil && d.AliasOf == nil {
					c, err := dropOf(&i.Scope, d)
					if err != nil {
						return nil, err
					}
					list = append(list, c)
				}
			}
			for _, f := range i.Funcs {
				c, err := newCall(&i.Scope, f.Name, kindOf(f.Kind), f.Stability, f.ABI, f.Plan)
				if err != nil {
					return nil, err
				}
				c.WIT, c.Place = f.String(), f.Place
				list = append(list, c)
			}
		}
	}
	return list, nil
}

// dropOf is the drop of a resource. It has the type of a function that takes ownership and keeps nothing.
func dropOf(s *model.Scope, d *model.TypeDef) (*Call, error) {
	f := &abi.Func{Params: []abi.Param{{Name: "self", Type: abi.NewOwn(d.Resource)}}}
	plan, err := abi.NewPlan(f)
	if err != nil {
		return nil, err
	}
	c, err := newCall(s, markers[Drop]+d.Name, Drop, d.Stability, f, plan)
	if err != nil {
		return nil, err
	}
	c.WIT, c.Place = "drop of "+d.Name, d.Place
	return c, nil
}

// maxType is where the text of a type may be cut: what is behind would not count in its hash.
const maxType = 1 << 16

func newCall(s *model.Scope, function string, kind Kind, gates model.Stability, f *abi.Func, plan *abi.Plan) (*Call, error) {
	c := &Call{
		Interface: s.Package.Path() + "/" + s.Name,
		Track:     s.Package.Track(),
		Function:  function,
		Kind:      kind,
		Type:      f.String(),
		Core:      plan.Lowered.String(),
		Async:     f.Async,
	}
	if len(c.Type) >= maxType {
		return nil, fmt.Errorf("the type of %s is too large for a system call", c.Name())
	}
	for _, since := range []string{gates.Since, s.Since} {
		if since != "" {
			c.Since, c.Gated = since, true
			return c, nil
		}
	}
	c.Since = s.Package.Version
	return c, nil
}

func kindOf(k model.FuncKind) Kind {
	switch k {
	case model.Method:
		return Method
	case model.Static:
		return Static
	case model.Constructor:
		return Constructor
	}
	return Function
}

// exportedOnly finds the interfaces that some world exports and none imports.
func exportedOnly(tree *model.Tree) map[*model.Interface]bool {
	only := map[*model.Interface]bool{}
	for _, p := range tree.Packages {
		for _, w := range p.Worlds {
			for _, i := range model.Interfaces(w.Exports) {
				only[i] = true
			}
		}
	}
	for _, p := range tree.Packages {
		for _, w := range p.Worlds {
			for _, i := range model.Interfaces(w.Imports) {
				delete(only, i)
			}
		}
	}
	return only
}
