package cli

import (
	"cmp"

	"github.com/alecthomas/kong"

	"github.com/witan-os/witan/cmd/witgen/internal/config"
)

// configDirTag marks the argument that is the directory of the witgen.toml, if that need not be the current one.
const configDirTag = "configdir"

// The tags that mark flags which a witgen.toml may give, with the key there: that of the current directory, or that of
// the directory which an argument names, whatever the current one is.
const (
	configTag        = "config"
	packageConfigTag = "packageconfig"
)

// ConfigKey is the key of witgen.toml that stands for a flag, or "" if there is none.
func ConfigKey(flag *kong.Flag) string {
	return cmp.Or(flag.Tag.Get(configTag), flag.Tag.Get(packageConfigTag))
}

// configFile gives flags that are not on the command line the values of the witgen.toml in a directory, or in the one
// below it that an argument names. It reads the file only for
// commands that have such flags: the others work beside a wrong one.
type configFile struct {
	dir   string
	read  bool
	flags map[string]any
	err   error // why there are no values; the parser's errors would hide it
}

// Validate implements [kong.Resolver].
func (c *configFile) Validate(*kong.Application) error { return nil }

// place is the directory of the file.
func (c *configFile) place(ctx *kong.Context) string {
	for _, p := range ctx.Path {
		if p.Positional != nil && p.Positional.Tag.Has(configDirTag) {
			return within(c.dir, ctx.Value(p).String())
		}
	}
	return c.dir
}

// Resolve implements [kong.Resolver].
func (c *configFile) Resolve(ctx *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	key := flag.Tag.Get(configTag)
	if key == "" {
		return nil, nil
	}
	if !c.read {
		c.read = true
		var file config.Config
		file, c.err = config.Load(c.place(ctx))
		c.flags = file.Flags()
	}
	switch value := c.flags[key].(type) {
	case []string: // the parser wants its own types of lists and maps
		list := make([]any, len(value))
		for i := range value {
			list[i] = value[i]
		}
		return list, nil
	case map[string]string:
		m := map[string]any{}
		for k := range value {
			m[k] = value[k]
		}
		return m, nil
	default:
		return value, nil
	}
}
