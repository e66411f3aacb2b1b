package image

import (
	"crypto/ed25519"

	"github.com/witan-os/witan/loader/signing"
)

// Signing says who vouches for an image.
type Signing struct {
	// KeyFile has the private key; "" means the user's development key, which is made when there is none.
	KeyFile string
	// Trust has the public keys whose payloads the image's loader starts besides.
	Trust []string
	// Version is the payload's version.
	Version uint64
	// Minimum is the oldest version of a payload that the image's loader starts.
	Minimum uint64
}

func (s Signing) key() (ed25519.PrivateKey, error) {
	if s.KeyFile == "" {
		return signing.Development()
	}
	return signing.Read(s.KeyFile)
}

func (s Signing) trusted() ([]ed25519.PublicKey, error) {
	keys := make([]ed25519.PublicKey, len(s.Trust))
	for i, name := range s.Trust {
		var err error
		if keys[i], err = signing.ReadPublic(name); err != nil {
			return nil, err
		}
	}
	return keys, nil
}
