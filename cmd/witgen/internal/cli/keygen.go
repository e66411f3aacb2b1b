package cli

import (
	"crypto/ed25519"
	"fmt"

	"github.com/witan-os/witan/loader/payload"
	"github.com/witan-os/witan/loader/signing"
)

type imageKeygen struct {
	File string `arg:"" help:"Where to write the private key. Its public half gets the same name with .pub behind it."`
}

// Help is shown below the flags.
func (imageKeygen) Help() string {
	return `Keys are Ed25519, in PEM files as openssl reads and writes them. Whoever has the private key can make payloads that the
loaders start that trust it; keep it where only the release process can read it.`
}

// Run makes the key.
func (c *imageKeygen) Run(e *env) error {
	key, err := signing.Generate(c.File)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(e.stdout, "%s: key %s\n", c.File, payload.KeyName(key.Public().(ed25519.PublicKey)))
	return err
}
