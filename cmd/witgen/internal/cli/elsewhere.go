package cli

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/witan-os/witan/cmd/witgen/internal/config"
	"github.com/witan-os/witan/gen/emit"
	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/internal/diag"
)

// checkOwn refuses to generate nothing of the very package that the WIT is of, because it is to be imported.
func checkOwn(tree *model.Tree, opt emit.Options) error {
	root := tree.Root
	if slices.Contains(emit.Units(tree, opt), root) {
		return nil
	}
	where, ok := opt.With[root.Path()]
	if !ok {
		where = opt.With[root.Namespace]
	}
	if where == "" { // there is nothing to generate
		return nil
	}
	return fmt.Errorf("%s is to be imported from %s, so that nothing of it would be generated: "+
		"say with --with %s= that it is to be", root.ID(), where, root.Path())
}

// checkWith refuses what somebody says about a package that the WIT hasn't: the one that was meant would be generated
// or imported as if nothing had been said.
func (c *generate) checkWith(tree *model.Tree) error {
	known := scopes(tree)
	for _, key := range slices.Sorted(maps.Keys(c.With)) {
		if slices.Contains(known, key) {
			continue
		}
		hint := ""
		if near := diag.Nearest(key, known); near != "" {
			hint = ": did you mean " + near + "?"
		}
		return fmt.Errorf("--with, or `with` in %s, names %s, which the WIT in %s doesn't have%s", config.Name, key, c.path(c.WIT), hint)
	}
	return nil
}

// scopes are all keys that [emit.Options.With] may have for a tree.
func scopes(tree *model.Tree) []string {
	var keys []string
	for _, p := range tree.Packages {
		keys = append(keys, p.Namespace, p.Path())
		for _, i := range p.Interfaces {
			keys = append(keys, p.Path()+"/"+i.Name)
		}
		for _, w := range p.Worlds {
			keys = append(keys, p.Path()+"/"+w.Name)
		}
	}
	return keys
}

// checkElsewhere looks for the packages that generated code is to import and that are not generated. Where the go
// command knows a module that has to have one, and it has not, that is said here and not by the compiler later.
func (c *generate) checkElsewhere(list []emit.External) error {
	if len(list) == 0 {
		return nil
	}
	modules := knownModules(existing(c.path(c.Out)))
	for _, e := range list {
		module, dir := moduleOf(modules, e.ImportPath)
		if dir == "" {
			continue // a module that is not there yet: the go command says how to get it
		}
		files, err := filepath.Glob(filepath.Join(dir, strings.TrimPrefix(e.ImportPath, module), "*.go"))
		if err == nil && len(files) == 0 {
			return fmt.Errorf("%s is to be imported from %s, but the module %s has no such package: "+
				"say with --with %s=IMPORTPATH where it is, or with --with %s= that it is to be generated",
				e.Interface, e.ImportPath, module, e.Key, e.Key)
		}
	}
	return nil
}

// existing is the innermost directory of a path that is there.
func existing(path string) string {
	for {
		if info, err := os.Stat(path); err == nil && info.IsDir() || path == filepath.Dir(path) {
			return path
		}
		path = filepath.Dir(path)
	}
}

// knownModules maps the modules that a package in a directory may import to where they are. It is empty if the go
// command can't tell without looking into the network.
func knownModules(dir string) map[string]string {
	cmd := exec.Command("go", "list", "-m", "-e", "-f", "{{.Path}}\t{{.Dir}}", "all")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOPROXY=off")
	out, err := cmd.Output()
	if err != nil {
		return nil
	}
	modules := map[string]string{}
	for line := range strings.Lines(string(out)) {
		path, dir, _ := strings.Cut(strings.TrimSpace(line), "\t")
		modules[path] = dir
	}
	return modules
}

// moduleOf finds the module of an import path: the longest that it begins with.
func moduleOf(modules map[string]string, importPath string) (module, dir string) {
	for path, where := range modules {
		if len(path) > len(module) && (importPath == path || strings.HasPrefix(importPath, path+"/")) {
			module, dir = path, where
		}
	}
	return module, dir
}
