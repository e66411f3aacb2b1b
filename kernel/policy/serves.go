package policy

import (
	"fmt"
	"slices"

	"github.com/witan-os/witan/kernel/manifest"
	"github.com/witan-os/witan/runtime/link"
)

// serverInterface is what handles messages. The kernel calls the version that it has been built with, or a later one of
// its track.
const serverInterface = "witan:kernel/server@0.1.0"

// checkServes checks that a process which serves endpoints handles messages.
func (s *resolving) checkServes() {
	if len(s.p.Serves) == 0 {
		return
	}
	c := s.Components[s.p.Component]
	switch _, ok := c.export(link.Name{Name: serverInterface}); {
	case !ok:
		s.fail(s.p, ruleServes, fmt.Sprintf("%s can't serve: its component does not export %s", s.p.Name, serverInterface), "", "serves")
	case s.p.Program:
		s.fail(s.p, ruleServes, fmt.Sprintf("%s can't serve: it is a program, which has its own things to do", s.p.Name), "a server exports no "+runInterface, "serves")
	}
}

// receives reports whether messages to an endpoint come to the process.
func (p *Process) receives(endpoint string) bool {
	return slices.Contains(p.Serves, endpoint) || slices.ContainsFunc(p.Grants, func(g manifest.Grant) bool {
		return g.Endpoint == endpoint && slices.Contains(g.Rights, manifest.RightReceive)
	})
}
