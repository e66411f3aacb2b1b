package policy

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/witan-os/witan/kernel/manifest"
)

// The interfaces without which a grant can't be used.
const (
	deviceInterface     = "witan:kernel/device"
	capabilityInterface = "witan:kernel/capability"
	actorInterface      = "witan:kernel/actor"
	processesInterface  = "witan:kernel/processes"
)

// checkUse warns of what the manifest gives to a process that can't use it.
func (s *resolving) checkUse() {
	for _, key := range slices.Sorted(maps.Keys(s.p.Process.Imports)) {
		if !s.used[key] {
			s.warn(s.p, ruleUnused, fmt.Sprintf("%s imports nothing that %q says who answers", s.p.Name, key), "", "imports", key)
		}
	}
	devices := 0
	for i := range s.p.Grants {
		g := &s.p.Grants[i]
		if g.Object() == manifest.ObjectDevice {
			devices++
			s.checkUsable(g, i, deviceInterface)
		} else {
			s.checkUsable(g, i, capabilityInterface, actorInterface)
		}
	}
	if key, ok := s.key(deviceInterface); ok && devices == 0 {
		s.warn(s.p, ruleDevice, fmt.Sprintf("%s imports %s, and has no device", s.p.Name, deviceInterface), "[[process.grant]] gives it one", "imports", key)
	}
	if _, ok := s.key(processesInterface); !ok && len(s.p.Startable) > 0 {
		s.warn(s.p, ruleUnused, fmt.Sprintf("%s can't start others: it does not import %s", s.p.Name, processesInterface), "", "startable")
	}
	if !s.p.Program && s.p.Start == manifest.StartSpawn {
		s.fail(s.p, ruleProgram, fmt.Sprintf("starting %s does nothing: it exports no %s, and nobody can call it", s.p.Name, runInterface), "")
	}
}

// checkUsable warns of a grant of a process that imports none of the interfaces which such a grant can be had by.
func (s *resolving) checkUsable(g *manifest.Grant, index int, interfaces ...string) {
	for _, i := range interfaces {
		if _, ok := s.key(i); ok {
			return
		}
	}
	s.warn(s.p, ruleUnused, fmt.Sprintf("%s can't use the grant %s: it does not import %s", s.p.Name, g.Name, strings.Join(interfaces, " or ")), "", "grant", index)
}

// key is the key of the manifest by which a process has an interface of the kernel, if it has it.
func (s *resolving) key(iface string) (key string, ok bool) {
	for _, i := range s.imports {
		if i.Provider.Kind == manifest.Kernel && interfaceOf(i.Name) == iface {
			return i.Key, true
		}
	}
	return "", false
}

// checkDevices warns of devices that more than one process is granted: the machine needs as many then.
func (r *resolver) checkDevices() {
	owners := map[manifest.Device]*Process{}
	for _, p := range r.plan.Processes {
		for i, g := range p.Grants {
			if g.Device == "" {
				continue
			}
			if owner := owners[g.Device]; owner != nil {
				r.warn(p, ruleDevice, fmt.Sprintf("%s is granted %s, too: without a second one the later process gets none", owner.Name, g.Device), "", "grant", i, "device")
			}
			owners[g.Device] = p
		}
	}
}
