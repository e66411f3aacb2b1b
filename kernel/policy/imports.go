package policy

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/witan-os/witan/kernel/manifest"
	"github.com/witan-os/witan/runtime/link"
)

// resolving is the state of one process whose imports are being resolved.
type resolving struct {
	*resolver
	p       *Process
	imports map[string]Import
	used    map[string]bool // keys of the manifest that have answered an import
	path    []string        // private components that are being resolved, the outermost first
}

// resolve finds out what answers the imports of a process.
func (r *resolver) resolve(p *Process) {
	c := r.Components[p.Component]
	p.Program = c.Program()
	p.Calls = newCalls()
	s := &resolving{resolver: r, p: p, imports: map[string]Import{}, used: map[string]bool{}}
	s.component("", c)
	p.Imports = slices.SortedFunc(maps.Values(s.imports), byName)
	s.checkUse()
	s.checkServes()
}

// component resolves the imports of the component of a process, or of a private one.
func (s *resolving) component(name string, c *Component) {
	for _, want := range c.Imports {
		if _, done := s.imports[want.Name]; !done {
			s.resolveImport(name, want)
		} else {
			s.private(s.imports[want.Name].Provider, want.Name)
		}
	}
}

// resolveImport finds out what answers an import of the component by, which is "" for the process's own.
func (s *resolving) resolveImport(by string, want link.Name) {
	key, ok := choose(s.p.Process.Imports, want)
	if !ok {
		s.fail(s.p, ruleImport, fmt.Sprintf("nothing answers the import %s of %s", want.Name, s.importer(by)), s.hint(want), "imports")
		return
	}
	s.used[key] = true
	provider := s.p.Process.Imports[key]
	i := Import{Name: want.Name, Provider: provider, Key: key}
	switch provider.Kind {
	case manifest.Kernel:
		s.fromKernel(key, want)
	case manifest.Private:
		i.Export, ok = s.exported(key, want, provider.Name)
	default:
		i.Export, ok = s.fromProcess(key, want, provider)
	}
	if !ok {
		return
	}
	s.imports[want.Name] = i
	s.private(provider, want.Name)
}

// importer is who imports, for messages.
func (s *resolving) importer(by string) string {
	if by == "" {
		return s.p.Name
	}
	return s.p.Name + " (its component " + by + ")"
}

func (s *resolving) fromKernel(key string, want link.Name) {
	name := want.Name
	if _, ok := s.kernel.Get(name); !ok && want.Implements != "" {
		name = want.Implements
	}
	s.p.Calls.grant(name, scopeOf(key, name))
	if _, ok := s.kernel.Get(name); ok {
		return
	}
	if s.Kernel != nil {
		s.fail(s.p, ruleImport, fmt.Sprintf("the kernel does not implement %s", name), s.kernel.Hint(name), "imports", key)
		return
	}
	s.warn(s.p, ruleDoubt, fmt.Sprintf("%s is no system call: the system's program has to implement it", name), s.kernel.Hint(name), "imports", key)
}

// fromProcess checks that a process is there to answer, whenever the importing one is.
func (s *resolving) fromProcess(key string, want link.Name, provider manifest.Provider) (export string, ok bool) {
	other := s.m.Process(provider.Name)
	switch {
	case other == s.p.Process:
		s.fail(s.p, ruleCycle, s.p.Name+" would answer its own imports", "component:NAME is an instance of another component, private to the process", "imports", key)
		return "", false
	case !other.Exists(s.Metal):
		s.fail(s.p, ruleImport, fmt.Sprintf("%s exists on %q alone, and %s does not", other.Name, other.On, s.p.Name), "", "imports", key)
		return "", false
	case other.Start == manifest.StartSpawn:
		s.fail(s.p, ruleImport, fmt.Sprintf("%s is only there when another process has started it", other.Name), `who answers imports has start = "boot"`, "imports", key)
		return "", false
	}
	return s.exported(key, want, other.Component)
}

// exported finds the export of a component that answers an import.
func (s *resolving) exported(key string, want link.Name, component string) (export string, ok bool) {
	c := s.Components[component]
	if export, ok = c.export(want); ok {
		return export, true
	}
	var set link.Set[struct{}]
	for _, e := range c.Exports {
		set.Add(e.Name, struct{}{})
	}
	hint := set.Hint(want.Name)
	if hint == "" {
		hint = s.hint(want)
	}
	s.fail(s.p, ruleImport, fmt.Sprintf("%s does not export %s", s.p.Process.Imports[key], want.Name), hint, "imports", key)
	return "", false
}

// private resolves the imports of the private component that answers one, unless that has been done.
func (s *resolving) private(provider manifest.Provider, name string) {
	if provider.Kind != manifest.Private {
		return
	}
	if i := slices.Index(s.path, provider.Name); i >= 0 {
		s.fail(s.p, ruleCycle, fmt.Sprintf("components of %s need each other: %s", s.p.Name, strings.Join(slices.Concat(s.path[i:], []string{provider.Name}), " needs ")), "", "imports")
		return
	}
	if slices.Contains(s.p.Private, provider.Name) {
		return
	}
	s.path = append(s.path, provider.Name)
	s.component(provider.Name, s.Components[provider.Name])
	s.path = s.path[:len(s.path)-1]
	s.p.Private = append(s.p.Private, provider.Name)
}

// hint says what could answer an import.
func (r *resolver) hint(want link.Name) string {
	if _, ok := r.kernel.Get(want.Name); ok {
		return fmt.Sprintf(`the kernel implements it: "%s" = "kernel"`, interfaceOf(want.Name))
	}
	for _, p := range r.plan.Processes {
		if _, ok := r.Components[p.Component].export(want); ok && p.Start == manifest.StartBoot {
			return fmt.Sprintf(`%s exports it: "%s" = "process:%s"`, p.Name, interfaceOf(want.Name), p.Name)
		}
	}
	for _, c := range r.m.Components {
		if _, ok := r.Components[c.Name].export(want); ok {
			return fmt.Sprintf(`the component %s exports it: "%s" = "component:%s"`, c.Name, interfaceOf(want.Name), c.Name)
		}
	}
	if hint := r.kernel.Hint(want.Name); hint != "" {
		return "of the kernel: " + hint
	}
	return "no component of the manifest exports it"
}
