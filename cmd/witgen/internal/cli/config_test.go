package cli

import (
	"slices"
	"testing"

	"github.com/alecthomas/kong"

	"github.com/witan-os/witan/cmd/witgen/internal/config"
)

// TestConfigKeys checks that each key of witgen.toml stands for a flag, and each flag that says so for a key.
func TestConfigKeys(t *testing.T) {
	model, err := Model()
	if err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{}
	err = kong.Visit(model, func(node kong.Visitable, next kong.Next) error {
		if flag, ok := node.(*kong.Flag); ok && ConfigKey(flag) != "" {
			key := ConfigKey(flag)
			used[key] = true
			if !slices.Contains(config.Keys(), key) {
				t.Errorf("--%s says that it is %s in %s, which does not know it", flag.Name, key, config.Name)
			}
		}
		return next(nil)
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range config.Keys() {
		if !used[key] {
			t.Errorf("the key %s of %s stands for no flag", key, config.Name)
		}
	}
}
