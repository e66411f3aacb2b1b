package cli

import "github.com/witan-os/witan/docs"

type imageSchema struct{}

// Help is shown below the flags.
func (imageSchema) Help() string {
	return `Editors check and complete boot.toml by it. Those that go by Taplo find it by the first line of the file:

    #:schema boot.schema.json`
}

// Run prints the schema.
func (imageSchema) Run(e *env) error {
	_, err := e.stdout.Write(docs.BootSchema)
	return err
}
