package process

import (
	"fmt"

	"github.com/witan-os/witan/kernel/capability"
	"github.com/witan-os/witan/kernel/host"
)

// This file is about what a process is given under a name.

// grant is a capability of a life.
type grant struct {
	name string
	ref  *capability.Ref
}

// grant derives the life's references from those of the kernel. Its end withdraws them, with all that was made of
// them by then.
func (l *life) grant() error {
	p := l.process
	for i := range p.spec.Grants {
		g := &p.spec.Grants[i]
		if g.Device != "" {
			continue // which is claimed when the process opens it
		}
		o, err := p.table.config.Object(g)
		if err != nil {
			return fmt.Errorf("grant %s: %w", g.Name, err)
		}
		ref, err := o.Ref.Derive(o.Rights&o.Ref.Rights(), o.Badge)
		if err != nil {
			return fmt.Errorf("grant %s: %w", g.Name, err)
		}
		l.grants = append(l.grants, grant{g.Name, ref})
	}
	if p.passed != nil {
		l.grants = append(l.grants, grant{host.ParentGrant, p.passed})
	}
	return nil
}

// withdrawGrants takes the grants back, all but what the parent gave for all lives.
func (l *life) withdrawGrants() {
	for _, g := range l.grants {
		if g.name != host.ParentGrant {
			g.ref.Withdraw()
		}
	}
}

// withdrawServed takes back what the kernel receives messages for the life with.
func (l *life) withdrawServed() {
	for _, ref := range l.served {
		ref.Withdraw()
	}
}

// granted finds a grant.
func (l *life) granted(name string) (*capability.Ref, error) {
	for _, g := range l.grants {
		if g.name == name {
			return g.ref, nil
		}
	}
	return nil, fmt.Errorf("grant %s: %w", name, host.ErrNotFound)
}
