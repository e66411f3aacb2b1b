package manifest

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/witan-os/witan/internal/diag"
)

// The rules of processes.
const (
	ruleProcess   diag.Rule = "process"
	ruleStream    diag.Rule = "stream"
	ruleParent    diag.Rule = "parent"
	ruleStartable diag.Rule = "startable"
	ruleProvider  diag.Rule = "provider"
	ruleGrant     diag.Rule = "grant"
	ruleRight     diag.Rule = "right"
)

// The bounds of a process.
const (
	maxHandles = 1 << 16 // as many capabilities as the kernel can tell apart
	maxMemory  = 4 << 30 // as much as a linear memory can have

	minCallTime = Duration(time.Millisecond) // the kernel does not look more often
)

func (c *checker) checkProcesses() {
	if !c.checkCount(ruleProcess, "processes", len(c.Processes), maxProcesses, "process", maxProcesses) {
		return
	}
	for i := range c.Processes {
		c.processes = c.checkName(ruleProcess, "a process", c.Processes[i].Name, c.processes, "process", i)
	}
	for i := range c.Processes {
		p := &c.Processes[i]
		at := []any{"process", i}
		c.checkCode(p, at)
		c.checkEnv(p.Env, "process", i, "env")
		c.checkLimits(p, at)
		c.checkRestart(p, at)
		c.checkParent(p, at)
		c.checkStartable(p, at)
		c.checkImports(p, at)
		c.checkGrants(p, at)
		c.checkServes(p, at)
	}
	c.checkReceivers()
	c.checkStreams()
}

// in is the path to a part of a table.
func in(table []any, path ...any) []any { return append(slices.Clip(table), path...) }

func (c *checker) checkCode(p *Process, at []any) {
	if p.Name != "" {
		c.mention(ruleComponent, "component", p.Component, c.components, in(at, "component")...)
	}
	if p.Start == StartSpawn && p.Essential {
		c.file.Report(ruleProcess, "a process that others start can't be essential", `leave out essential, or have it start at "boot"`, in(at, "essential")...)
	}
}

func (c *checker) checkLimits(p *Process, at []any) {
	if p.Memory > maxMemory {
		c.file.Report(ruleProcess, fmt.Sprintf("a process can't have more memory than %v", Size(maxMemory)), "", in(at, "memory")...)
	}
	if p.Handles < 1 || p.Handles > maxHandles {
		c.file.Report(ruleProcess, fmt.Sprintf("%d handles: want 1 to %d", p.Handles, maxHandles), "", in(at, "handles")...)
	}
	if p.CallTime < minCallTime {
		c.file.Report(ruleProcess, fmt.Sprintf("a process has %v at least to answer a call", minCallTime), "", in(at, "call-time")...)
	}
}

func (c *checker) checkRestart(p *Process, at []any) {
	if p.Restarts < 0 {
		c.file.Report(ruleProcess, fmt.Sprintf("%d restarts: want 0 or more", p.Restarts), `for none say restart = "never"`, in(at, "restarts")...)
	}
}

// checkParent checks that the parent is there whenever the process is, and that no process is above itself.
func (c *checker) checkParent(p *Process, at []any) {
	if p.Parent == "" || !c.mention(ruleParent, "process", p.Parent, c.processes, in(at, "parent")...) {
		return
	}
	parent := c.Process(p.Parent)
	switch {
	case p.Start == StartSpawn:
		c.file.Report(ruleParent, "whoever starts the process is its parent", "leave out parent", in(at, "parent")...)
	case parent.Start == StartSpawn:
		c.file.Report(ruleParent, fmt.Sprintf("%s can't be a parent: it is only there when another process has started it", parent.Name), "", in(at, "parent")...)
	case parent.On != Anywhere && parent.On != p.On:
		c.file.Report(ruleParent, fmt.Sprintf("the parent %s exists on %q alone", parent.Name, parent.On), "", in(at, "parent")...)
	}
	above := []string{p.Name}
	for q := parent; q != nil; q = c.Process(q.Parent) {
		if slices.Contains(above, q.Name) {
			if q == p {
				c.file.Report(ruleParent, "the process is above itself: "+strings.Join(append(above, q.Name), " is below "), "", in(at, "parent")...)
			}
			return
		}
		above = append(above, q.Name)
	}
}

func (c *checker) checkStartable(p *Process, at []any) {
	for i, name := range p.Startable {
		path := in(at, "startable", i)
		if !c.mention(ruleStartable, "process", name, c.processes, path...) {
			continue
		}
		if c.Process(name).Start != StartSpawn {
			c.file.Report(ruleStartable, fmt.Sprintf("%s can't be started: it starts at boot", name), `give it start = "spawn"`, path...)
		}
		if slices.Contains(p.Startable[:i], name) {
			c.file.Report(ruleStartable, name+" is there twice", "", path...)
		}
	}
}

func (c *checker) checkImports(p *Process, at []any) {
	for key, provider := range p.Imports {
		path := in(at, "imports", key)
		switch provider.Kind {
		case Private:
			c.mention(ruleProvider, "component", provider.Name, c.components, path...)
		case Guarded, Fused:
			c.mention(ruleProvider, "process", provider.Name, c.processes, path...)
		}
	}
}

// checkStreams checks that streams go somewhere, and that one process alone reads the console of each place.
func (c *checker) checkStreams() {
	readers := map[Place]string{}
	for i, p := range c.Processes {
		if p.Stdin == StreamLog {
			c.file.Report(ruleStream, "nothing can be read from the log", `want stdin = "console" or "none"`, "process", i, "stdin")
		}
		if p.Stdin != StreamConsole {
			continue
		}
		for _, place := range []Place{OnMetal, OnHosted} {
			if !p.Exists(place == OnMetal) {
				continue
			}
			if other, ok := readers[place]; ok {
				c.file.Report(ruleStream, fmt.Sprintf("%s reads the console already", other), "", "process", i, "stdin")
				break
			}
			readers[place] = p.Name
		}
	}
}

func (c *checker) checkGrants(p *Process, at []any) {
	if !c.checkCount(ruleGrant, "grants", len(p.Grants), maxGrants, in(at, "grant", maxGrants)...) {
		return
	}
	var names []string
	for i := range p.Grants {
		g := &p.Grants[i]
		path := in(at, "grant", i)
		names = c.checkName(ruleGrant, "a grant", g.Name, names, path...)
		c.checkObject(g, path)
		c.checkTarget(p, g, path)
		c.checkRights(g, path)
	}
}

// checkObject checks that a grant is for one object, which is there, and has no keys of other kinds.
func (c *checker) checkObject(g *Grant, at []any) {
	var objects []string
	for _, o := range []struct {
		kind Object
		is   bool
	}{
		{ObjectEndpoint, g.Endpoint != ""},
		{ObjectMemory, g.Memory != ""},
		{ObjectLog, g.Log != ""},
		{ObjectProcess, g.Process != ""},
		{ObjectDevice, g.Device != ""},
		{ObjectFramebuffer, g.Framebuffer},
	} {
		if o.is {
			objects = append(objects, string(o.kind))
		}
	}
	switch len(objects) {
	case 0:
		c.file.Report(ruleGrant, fmt.Sprintf("the grant %s is for nothing", g.Name), "want one of endpoint, memory, log, process, device and framebuffer", at...)
	case 1:
	default:
		c.file.Report(ruleGrant, fmt.Sprintf("the grant %s is for more than one object: %s", g.Name, strings.Join(objects, " and ")), "make a grant of each", in(at, objects[1])...)
	}
	if g.Endpoint != "" {
		c.mention(ruleGrant, "endpoint", g.Endpoint, c.endpoints, in(at, "endpoint")...)
	}
	if g.Memory != "" {
		c.mention(ruleGrant, "region of memory", g.Memory, c.memories, in(at, "memory")...)
	}
	if g.Log != "" {
		c.mention(ruleGrant, "log", g.Log, c.logs, in(at, "log")...)
	}
	if g.DMA != 0 && g.Device == "" {
		c.file.Report(ruleGrant, "dma is for devices", "", in(at, "dma")...)
	}
	if g.Badge != 0 && g.Endpoint == "" && g.Log == "" {
		c.file.Report(ruleGrant, "a badge is for endpoints and logs", "", in(at, "badge")...)
	}
}

// checkTarget checks that a process which another one is granted is there whenever that one is.
func (c *checker) checkTarget(p *Process, g *Grant, at []any) {
	if g.Process == "" || !c.mention(ruleGrant, "process", g.Process, c.processes, in(at, "process")...) {
		return
	}
	target := c.Process(g.Process)
	switch {
	case target.Start == StartSpawn:
		c.file.Report(ruleGrant, fmt.Sprintf("%s is only there when another process has started it", target.Name), "who has started it can pass it on", in(at, "process")...)
	case target.On != Anywhere && target.On != p.On:
		c.file.Report(ruleGrant, fmt.Sprintf("%s exists on %q alone", target.Name, target.On), "", in(at, "process")...)
	case target.Essential && slices.Contains(g.Rights, RightExecute):
		c.file.Report(ruleRight, fmt.Sprintf("nobody may end %s, which is essential", target.Name), "leave out "+string(RightExecute), in(at, "rights")...)
	}
}

func (c *checker) checkRights(g *Grant, at []any) {
	kind := g.Object()
	known := kind.Rights()
	switch {
	case kind == "":
		return
	case kind == ObjectDevice && len(g.Rights) > 0:
		c.file.Report(ruleRight, "a device has no rights: whoever has it drives it", "leave out rights", in(at, "rights")...)
		return
	case kind != ObjectDevice && len(g.Rights) == 0:
		c.file.Report(ruleRight, fmt.Sprintf("the grant %s gives no right", g.Name), "an object of this kind knows "+strings.Join(words(known...), ", "), at...)
	}
	for i, r := range g.Rights {
		switch {
		case !slices.Contains(known, r):
			c.file.Report(ruleRight, fmt.Sprintf("%s is no right that an object of the kind %s knows", r, kind), "it knows "+strings.Join(words(known...), ", "), in(at, "rights", i)...)
		case slices.Contains(g.Rights[:i], r):
			c.file.Report(ruleRight, fmt.Sprintf("the right %s is there twice", r), "", in(at, "rights", i)...)
		}
	}
}
