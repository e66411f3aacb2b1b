// Package openkey has the keys that payloads of tests, and of programs that vmexec runs, are signed with. Anybody can read
// them, so nothing else may trust them.
package openkey

import (
	"bytes"
	"crypto/ed25519"
)

// Private returns a key that loaders of tests trust. It is the same on all machines, and so are the images that it signs.
func Private() ed25519.PrivateKey { return of('t') }

// Public returns the public half of that key.
func Public() ed25519.PublicKey { return Private().Public().(ed25519.PublicKey) }

// Other returns a key that no loader of a test trusts.
func Other() ed25519.PrivateKey { return of('o') }

func of(seed byte) ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed(bytes.Repeat([]byte{seed}, ed25519.SeedSize))
}
