// Package config is witgen.toml: what a project says once, so that nobody has to repeat it in flags.
//
// The file stands in the directory that witgen is started in, which under go generate is the one with the
// //go:generate line, or in the one that a command is given. No other directory is searched: what is generated does not
// depend on what lies around a project. Paths in the file are relative to it, whichever machine it is on.
package config

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"golang.org/x/mod/module"
	"golang.org/x/mod/semver"

	"github.com/witan-os/witan/gen/check/lint"
	"github.com/witan-os/witan/gen/syntax"
	"github.com/witan-os/witan/internal/diag"
	"github.com/witan-os/witan/internal/tomlfile"
)

// Name is the file's name.
const Name = "witgen.toml"

// DefaultOut is the directory that is generated into if nothing says another one.
const DefaultOut = "generated"

// Guests are the languages that a guest may be written in.
func Guests() []string { return []string{"c", "go"} }

// Config is the content of a witgen.toml. Its zero value is that of a project without one.
type Config struct {
	WIT          string            `toml:"wit"`
	World        string            `toml:"world"`
	Guest        string            `toml:"guest"`
	Out          string            `toml:"out"`
	Module       string            `toml:"module"`
	Syscalls     string            `toml:"syscalls"`
	SyscallsDoc  string            `toml:"syscalls-doc"`
	WithoutTests bool              `toml:"without-tests"`
	Features     []string          `toml:"features"`
	AllFeatures  bool              `toml:"all-features"`
	Lint         []string          `toml:"lint"`
	With         map[string]string `toml:"with"`
}

// Load reads the file of a directory, which need not have one. Errors in the file are a [diag.List].
func Load(dir string) (Config, error) {
	name := filepath.Join(dir, Name)
	f, err := os.Open(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return Config{}, nil
	case err != nil:
		return Config{}, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, tomlfile.MaxSize+1))
	if err != nil {
		return Config{}, err
	}
	return Parse(diag.NewSource(name, string(text)))
}

// The rules of the file that its diagnostics name, besides those of [tomlfile].
const (
	RulePath       diag.Rule = "path"
	RuleImportPath diag.Rule = "import-path"
	RuleName       diag.Rule = "name"
)

// Parse reads the text of a file.
func Parse(src *diag.Source) (Config, error) {
	var c Config
	file := tomlfile.Decode(src, &c)
	c.check(file)
	if err := file.Errors().Err(); err != nil {
		return Config{}, err
	}
	return c, nil
}

// Keys are the keys that a file may have.
func Keys() []string {
	var keys []string
	for f := range reflect.TypeFor[Config]().Fields() {
		keys = append(keys, f.Tag.Get("toml"))
	}
	return keys
}

// Flags are the values that the file gives, by key: strings, booleans, lists and maps of strings. What it leaves
// out, or gives the value that it has without it, is not in it.
func (c Config) Flags() map[string]any {
	flags := map[string]any{}
	value := reflect.ValueOf(c)
	for i, key := range Keys() {
		f := value.Field(i)
		if empty := f.IsZero() || f.Kind() != reflect.String && f.Kind() != reflect.Bool && f.Len() == 0; !empty {
			flags[key] = f.Interface()
		}
	}
	return flags
}

// check reports values of the right type that can't be.
func (c *Config) check(file *tomlfile.File) {
	paths := map[string]string{"wit": c.WIT, "out": c.Out, "syscalls": c.Syscalls, "syscalls-doc": c.SyscallsDoc}
	for key, value := range paths {
		if file.Has(key) && !isRelative(value) {
			file.Report(RulePath, fmt.Sprintf("`%s` is a path relative to this file, with slashes", key), "", key)
		}
	}
	if file.Has("module") {
		checkImportPath(file, c.Module, "module")
	}
	if file.Has("guest") && !slices.Contains(Guests(), c.Guest) {
		file.Report(RuleName, fmt.Sprintf("%q is no language of guests", c.Guest), "these are: "+strings.Join(Guests(), ", "), "guest")
	}
	if file.Has("world") && !isWorld(c.World) {
		file.Report(RuleName, fmt.Sprintf("%q is no name of a world", c.World),
			"write the name, or \"namespace:package/name@version\"", "world")
	}
	for i, f := range c.Features {
		if !syntax.IsIdentifier(f) {
			file.Report(RuleName, fmt.Sprintf("%q is no name of a feature", f), "", "features", i)
		}
	}
	for i, rule := range c.Lint {
		checkLintRule(file, rule, i)
	}
	for packages, where := range c.With {
		if !IsScope(packages) {
			file.Report(RuleName, fmt.Sprintf("%q is neither a namespace nor a package or an interface of one", packages),
				"write namespace, \"namespace:package\" or \"namespace:package/interface\", without a version", "with", packages)
		}
		if where != "" { // or else the package is generated
			checkImportPath(file, where, "with", packages)
		}
	}
}

func checkLintRule(file *tomlfile.File, rule string, i int) {
	if new(lint.Config).Switch(rule) == nil {
		return
	}
	var names []string
	for _, r := range lint.Rules() {
		names = append(names, string(r.Name))
	}
	rule = strings.TrimPrefix(rule, "-")
	hint := "the help of witgen lint lists the rules"
	if near := diag.Nearest(rule, names); near != "" {
		hint = "did you mean `" + near + "`?"
	}
	file.Report(RuleName, fmt.Sprintf("witgen lint has no rule %q", rule), hint, "lint", i)
}

func checkImportPath(file *tomlfile.File, value string, at ...any) {
	if module.CheckImportPath(value) != nil {
		file.Report(RuleImportPath, fmt.Sprintf("%q is no import path of Go", value), "", at...)
	}
}

// isRelative reports whether a path means the same on every machine.
func isRelative(name string) bool {
	return name != "" && !strings.ContainsAny(name, "\\\x00") && !path.IsAbs(name) && filepath.VolumeName(name) == ""
}

// isWorld reports whether a text can name a world: by its own name or by its full one.
func isWorld(text string) bool {
	name, version, versioned := strings.Cut(text, "@")
	if !strings.Contains(name, "/") {
		return !versioned && syntax.IsIdentifier(name)
	}
	return IsScope(name) && (!versioned || semver.IsValid("v"+version))
}

// IsScope reports whether a text can name a namespace, a package or an interface of WIT.
func IsScope(text string) bool {
	packages, name, one := strings.Cut(text, "/")
	for part := range strings.SplitSeq(packages, ":") {
		if !syntax.IsIdentifier(part) {
			return false
		}
	}
	return !one || strings.Contains(packages, ":") && syntax.IsIdentifier(name)
}
