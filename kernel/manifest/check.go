package manifest

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/witan-os/witan/internal/diag"
	"github.com/witan-os/witan/internal/tomlfile"
)

// The rules of a manifest that its diagnostics name.
const (
	ruleComponent diag.Rule = "component"
	ruleRun       diag.Rule = "run"
	ruleEnv       diag.Rule = "env"
	ruleFiles     diag.Rule = "files"
	ruleEndpoint  diag.Rule = "endpoint"
	ruleMemory    diag.Rule = "memory"
	ruleLog       diag.Rule = "log"
)

// maxMessages bounds an endpoint, as witan:kernel/endpoint does.
const maxMessages = 1024

// The bounds of a manifest, which keep what follows from it in bounds, too: an image is checked before anybody has
// looked at it.
const (
	maxProcesses = 256
	maxObjects   = 256 // endpoints, and as many regions of memory and logs
	maxGrants    = 64  // of a process, which has as many slots for capabilities
)

// checker reports what a manifest of the right form has that can't be.
type checker struct {
	*Manifest
	file       *tomlfile.File
	components []string
	endpoints  []string
	servers    map[string]string // of endpoints
	memories   []string
	logs       []string
	processes  []string
}

func (m *Manifest) check(file *tomlfile.File) {
	c := &checker{Manifest: m, file: file, servers: map[string]string{}}
	c.checkComponents()
	c.checkRun()
	c.checkEnv(m.Env, "env")
	c.checkFiles()
	c.checkObjects()
	c.checkProcesses()
}

// isName reports whether a text can be the name of something: it has no spaces and no slashes, and can be seen.
func isName(name string) bool {
	return name != "" && !strings.ContainsFunc(name, func(r rune) bool {
		return r == '/' || r == '\\' || unicode.IsSpace(r) || !unicode.IsPrint(r)
	})
}

// checkName checks the name of the i-th element of an array of tables, and returns those before it with this one.
func (c *checker) checkName(rule diag.Rule, what, name string, before []string, path ...any) []string {
	path = append(path, "name")
	switch {
	case name == "":
		c.file.Report(rule, fmt.Sprintf("%s needs a name", what), "", path...)
	case !isName(name):
		c.file.Report(rule, fmt.Sprintf("the name %q of %s: a name has no spaces and no slashes", name, what), "", path...)
	case slices.Contains(before, name):
		c.file.Report(rule, fmt.Sprintf("%s before has the name %s already", what, name), "", path...)
	}
	return append(before, name)
}

// mention reports a name that nothing has.
func (c *checker) mention(rule diag.Rule, what, name string, known []string, path ...any) bool {
	if slices.Contains(known, name) {
		return true
	}
	c.file.Report(rule, fmt.Sprintf("there is no %s %s in the manifest", what, name), didYouMean(name, known), path...)
	return false
}

func didYouMean(name string, known []string) string {
	if near := diag.Nearest(name, known); near != "" {
		return "did you mean " + near + "?"
	}
	return ""
}

func (c *checker) checkComponents() {
	for i, m := range c.Components {
		c.components = c.checkName(ruleComponent, "a component", m.Name, c.components, "component", i)
		if m.File == "" {
			c.file.Report(ruleComponent, "a component needs a file", "", "component", i)
		}
	}
}

func (c *checker) checkRun() {
	if len(c.Run) > 0 && len(c.Processes) > 0 {
		c.file.Report(ruleRun, "run is for a system without processes of its own, and this one has some", "what a process is to run belongs into its table", "run")
		return
	}
	for i, run := range c.Run {
		if len(run) == 0 {
			c.file.Report(ruleRun, "run has an entry without a component name", "", "run", i)
			continue
		}
		if !slices.Contains(c.components, run[0]) {
			c.file.Report(ruleRun, fmt.Sprintf("run names the component %s, which is not in the manifest", run[0]), didYouMean(run[0], c.components), "run", i, 0)
		}
	}
}

func (c *checker) checkEnv(env []string, path ...any) {
	for i, kv := range env {
		if key, _, ok := strings.Cut(kv, "="); !ok || key == "" {
			c.file.Report(ruleEnv, fmt.Sprintf("env entry %q is not KEY=VALUE", kv), "", append(slices.Clip(path), i)...)
		}
	}
}

func (c *checker) checkFiles() {
	for guest := range c.Files {
		if !strings.HasPrefix(guest, "/") {
			c.file.Report(ruleFiles, fmt.Sprintf("files: the path %q that programs see must begin with /", guest), "", "files", guest)
		}
	}
}

// checkCount reports whether there are no more of something than there may be.
func (c *checker) checkCount(rule diag.Rule, what string, count, most int, path ...any) bool {
	if count > most {
		c.file.Report(rule, fmt.Sprintf("there are %d %s, and may be %d", count, what, most), "", path...)
	}
	return count <= most
}

func (c *checker) checkObjects() {
	if !c.checkCount(ruleEndpoint, "endpoints", len(c.Endpoints), maxObjects, "endpoint", maxObjects) ||
		!c.checkCount(ruleMemory, "regions of memory", len(c.Memories), maxObjects, "memory", maxObjects) ||
		!c.checkCount(ruleLog, "logs", len(c.Logs), maxObjects, "log", maxObjects) {
		return
	}
	for i, e := range c.Endpoints {
		c.endpoints = c.checkName(ruleEndpoint, "an endpoint", e.Name, c.endpoints, "endpoint", i)
		if e.Capacity < 1 || e.Capacity > maxMessages {
			c.file.Report(ruleEndpoint, fmt.Sprintf("a capacity of %d messages: want 1 to %d", e.Capacity, maxMessages), "", "endpoint", i, "capacity")
		}
	}
	for i, m := range c.Memories {
		c.memories = c.checkName(ruleMemory, "a region of memory", m.Name, c.memories, "memory", i)
		if m.Size == 0 {
			c.file.Report(ruleMemory, "a region of memory needs a size", "", "memory", i, "size")
		}
	}
	for i, l := range c.Logs {
		c.logs = c.checkName(ruleLog, "a log", l.Name, c.logs, "log", i)
	}
}
