package manifest

import (
	"fmt"
	"strings"
)

// Provider says who answers imports: "kernel", "process:NAME", "fused:NAME" or "component:NAME".
type Provider struct {
	Kind ProviderKind
	Name string // of the process or component; "" for the kernel
}

// ProviderKind is how imports are answered.
type ProviderKind string

// The kinds of providers.
const (
	// Kernel is an implementation in Go. It grants the system calls of the interfaces.
	Kernel ProviderKind = "kernel"
	// Guarded is another process, called through the kernel: each outlives the other's end.
	Guarded ProviderKind = "process"
	// Fused is another process, called directly: the two end together.
	Fused ProviderKind = "fused"
	// Private is an instance of a component that is a part of the process.
	Private ProviderKind = "component"
)

// providerPattern is the form of a provider.
const providerPattern = `^(kernel|(process|fused|component):[^/\\\s]+)$`

// Pattern is the form of its values.
func (Provider) Pattern() string { return providerPattern }

// String is the provider as a manifest has it.
func (p Provider) String() string {
	if p.Name == "" {
		return string(p.Kind)
	}
	return string(p.Kind) + ":" + p.Name
}

// MarshalText implements [encoding.TextMarshaler].
func (p Provider) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalText implements [encoding.TextUnmarshaler].
func (p *Provider) UnmarshalText(text []byte) error {
	kind, name, named := strings.Cut(string(text), ":")
	got := Provider{ProviderKind(kind), name}
	switch got.Kind {
	case Kernel:
		if named {
			return fmt.Errorf("%q: the kernel needs no name", text)
		}
	case Guarded, Fused, Private:
		if !isName(name) {
			return fmt.Errorf("%q: want the name of a %s behind the colon", text, got.noun())
		}
	default:
		return fmt.Errorf("%q is no provider: want kernel, process:NAME, fused:NAME or component:NAME", text)
	}
	*p = got
	return nil
}

// noun is what the name is of.
func (p Provider) noun() string {
	if p.Kind == Private {
		return "component"
	}
	return "process"
}
