package payload

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
)

// signatureContext goes before what is signed, so that no signature made for another purpose passes here.
const signatureContext = "witan payload 1\x00"

// A keyID tells keys apart; it proves nothing.
type keyID [8]byte

func identify(key ed25519.PublicKey) (id keyID) {
	sum := sha256.Sum256(key)
	copy(id[:], sum[:])
	return id
}

func (id keyID) String() string { return hex.EncodeToString(id[:]) }

// KeyName returns the short name by which messages call a key.
func KeyName(key ed25519.PublicKey) string { return identify(key).String() }

// signed returns the bytes that the signature is about.
func signed(header []byte) []byte { return append([]byte(signatureContext), header...) }
