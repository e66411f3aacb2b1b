package manifest

import (
	"fmt"
	"slices"

	"github.com/witan-os/witan/internal/diag"
)

const ruleServes diag.Rule = "serves"

// checkServes checks what a process serves: each endpoint has one server, which handles its messages one after the other.
func (c *checker) checkServes(p *Process, at []any) {
	if len(p.Serves) > 0 && p.Start == StartSpawn {
		c.file.Report(ruleServes, "a process that others start can't serve: there may be several of it", `have it start at "boot"`, in(at, "serves")...)
	}
	for i, name := range p.Serves {
		path := in(at, "serves", i)
		if !c.mention(ruleServes, "endpoint", name, c.endpoints, path...) {
			continue
		}
		if other, served := c.servers[name]; served {
			c.file.Report(ruleServes, fmt.Sprintf("the endpoint %s is served by %s already", name, other), "", path...)
			continue
		}
		c.servers[name] = p.Name
	}
}

// checkReceivers checks that nobody else gets the messages to an endpoint that is served.
func (c *checker) checkReceivers() {
	for i := range c.Processes {
		for j, g := range c.Processes[i].Grants {
			if server, served := c.servers[g.Endpoint]; served && slices.Contains(g.Rights, RightReceive) {
				c.file.Report(ruleServes, fmt.Sprintf("the endpoint %s is served by %s, which gets all its messages", g.Endpoint, server),
					`leave out the right "receive"`, "process", i, "grant", j, "rights")
			}
		}
	}
}
