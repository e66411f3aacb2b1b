package cli

import (
	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/gen/resolve"
)

// loadWIT reads WIT in whatever form a path has it, for all subcommands alike.
func loadWIT(path string, opt resolve.Options) (*model.Tree, error) {
	return resolve.Load(path, opt)
}
