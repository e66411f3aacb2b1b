package policy

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/witan-os/witan/generated/systable"
	"github.com/witan-os/witan/kernel/manifest"
)

// Right is something that a process can bring about in the world outside of it.
type Right struct {
	Kind RightKind
	// Text says it in words that follow "can".
	Text string
}

// RightKind is what a right is about.
type RightKind string

// The kinds of rights, in the order of reports.
const (
	RightUse     RightKind = "use"     // an interface of the kernel, or a package of WASI
	RightObject  RightKind = "object"  // an endpoint, a region of memory, a log, another process or the framebuffer
	RightDevice  RightKind = "device"  // driving a device
	RightStart   RightKind = "start"   // starting a process
	RightConsole RightKind = "console" // reading what is typed
	RightFiles   RightKind = "files"   // reading the files of the system
)

var kindOrder = []RightKind{RightUse, RightObject, RightDevice, RightStart, RightConsole, RightFiles}

func byRight(a, b Right) int {
	return cmp.Or(cmp.Compare(slices.Index(kindOrder, a.Kind), slices.Index(kindOrder, b.Kind)), cmp.Compare(a.Text, b.Text))
}

// holding is a right that a process has itself.
type holding struct {
	Right
	passable bool // the process can pass it on
	own      bool // it is worth nothing to others
}

// objectInterfaces work on what the process itself has been granted, has made or has started, and on nothing else. Who
// moves a process by them gets at these objects, which are rights of their own.
var objectInterfaces = []string{
	actorInterface, capabilityInterface, deviceInterface, processesInterface,
	"witan:kernel/display", "witan:kernel/endpoint", "witan:kernel/journal", "witan:kernel/memory", "witan:kernel/process",
	"witan:kernel/supervision",
}

// holdings are the rights that a process has itself, without any that nobody needs a grant for.
func (plan *Plan) holdings(p *Process) []holding {
	var list []holding
	add := func(kind RightKind, passable bool, format string, args ...any) {
		list = append(list, holding{Right: Right{kind, fmt.Sprintf(format, args...)}, passable: passable})
	}
	for _, name := range p.uses() {
		add(RightUse, false, "use %s", name)
		list[len(list)-1].own = slices.Contains(objectInterfaces, interfaceOf(name))
	}
	for _, g := range p.Grants {
		if g.Device != "" {
			add(RightDevice, false, "drive %s%s", g.Device, transfers(g.DMA))
			continue
		}
		passable := slices.Contains(g.Rights, manifest.RightGrant)
		for _, r := range g.Rights {
			if r != manifest.RightGrant {
				add(RightObject, passable, "%s", objectRight(&g, r))
			}
		}
	}
	for _, name := range p.Serves {
		add(RightObject, false, "%s", objectRight(&manifest.Grant{Endpoint: name}, manifest.RightReceive))
	}
	for _, name := range p.Startable {
		if plan.Process(name) != nil { // otherwise it exists elsewhere
			add(RightStart, false, "start %s", name)
		}
	}
	if p.Stdin == manifest.StreamConsole {
		add(RightConsole, false, "read the console")
	}
	if p.Files && slices.ContainsFunc(p.uses(), func(name string) bool { return interfaceOf(name) == filesPackage }) {
		add(RightFiles, false, "read the files of the system")
	}
	slices.SortFunc(list, func(a, b holding) int { return byRight(a.Right, b.Right) })
	return list
}

func transfers(dma manifest.Size) string {
	if dma == 0 {
		return ""
	}
	return fmt.Sprintf(" with %v of its memory", dma)
}

func objectRight(g *manifest.Grant, r manifest.Right) string {
	if g.Process != "" {
		return processRight(g.Process, r)
	}
	object := "the framebuffer"
	switch g.Object() {
	case manifest.ObjectEndpoint:
		object = "the endpoint " + g.Endpoint
	case manifest.ObjectMemory:
		object = "the memory " + g.Memory
	case manifest.ObjectLog:
		object = "the log " + g.Log
	}
	switch r {
	case manifest.RightSend:
		return "send to " + object
	case manifest.RightReceive:
		return "receive from " + object
	}
	return string(r) + " " + object
}

// processRight says what may be done with another process.
func processRight(name string, r manifest.Right) string {
	switch r {
	case manifest.RightExecute:
		return "kill " + name
	case manifest.RightReceive:
		return "wait for the end of " + name
	}
	return "watch " + name
}

const (
	wasiNamespace = "wasi"
	filesPackage  = "wasi:filesystem"
)

// uses are the interfaces of the kernel that a process needs a grant for, with their tracks. Of WASI, whose
// interfaces are of no use one without the other, they are packages.
func (p *Process) uses() []string {
	var names []string
	for _, n := range p.Calls.All() {
		call := &systable.Calls[n]
		if call.Right != systable.Interface && call.Right != systable.Package {
			continue
		}
		name := call.Interface
		if namespace, _, _ := strings.Cut(name, ":"); namespace == wasiNamespace {
			name = call.Package()
		}
		if call.Track != "" {
			name += "@" + call.Track
		}
		names = append(names, name)
	}
	slices.Sort(names)
	return slices.Compact(names)
}
