// Package signing keeps the keys that payloads are signed with: Ed25519, in the PEM files of PKCS #8 (RFC 5958) and X.509
// (RFC 5280) that other tools, such as openssl, read and write too.
package signing

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

const (
	privateType = "PRIVATE KEY"
	publicType  = "PUBLIC KEY"

	// maxFile bounds what is read of a key file; one of ours has 119 bytes.
	maxFile = 64 << 10
)

// Generate makes a new key and writes it to a file that must not exist yet, and that only its owner may read; and its
// public half to the file of the same name with ".pub" behind it.
func Generate(name string) (ed25519.PrivateKey, error) {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("signing: %w", err)
	}
	// Keys of this type can always be encoded.
	secret, _ := x509.MarshalPKCS8PrivateKey(private)
	open, _ := x509.MarshalPKIXPublicKey(public)
	if err := writeNew(name, 0o600, pem.EncodeToMemory(&pem.Block{Type: privateType, Bytes: secret})); err != nil {
		return nil, fmt.Errorf("signing: %w", err)
	}
	if err := writeNew(name+".pub", 0o644, pem.EncodeToMemory(&pem.Block{Type: publicType, Bytes: open})); err != nil {
		return nil, fmt.Errorf("signing: %w", err)
	}
	return private, nil
}

func writeNew(name string, mode fs.FileMode, data []byte) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Close())
}

// Read reads a private key.
func Read(name string) (ed25519.PrivateKey, error) {
	block, err := readBlock(name, privateType)
	if err != nil {
		return nil, fmt.Errorf("signing: %w", err)
	}
	key, err := x509.ParsePKCS8PrivateKey(block)
	if err != nil {
		return nil, fmt.Errorf("signing: %s: %w", name, err)
	}
	private, ok := key.(ed25519.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("signing: %s: a %T, payloads are signed with Ed25519", name, key)
	}
	return private, nil
}

// ReadPublic reads a public key.
func ReadPublic(name string) (ed25519.PublicKey, error) {
	block, err := readBlock(name, publicType)
	if err != nil {
		return nil, fmt.Errorf("signing: %w", err)
	}
	key, err := x509.ParsePKIXPublicKey(block)
	if err != nil {
		return nil, fmt.Errorf("signing: %s: %w", name, err)
	}
	public, ok := key.(ed25519.PublicKey)
	if !ok {
		return nil, fmt.Errorf("signing: %s: a %T, payloads are signed with Ed25519", name, key)
	}
	return public, nil
}

// readBlock returns the content of the first PEM block, which must be of the given type.
func readBlock(name, kind string) ([]byte, error) {
	stat, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	if stat.Size() > maxFile {
		return nil, fmt.Errorf("%s: %d bytes are too many for a key", name, stat.Size())
	}
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(data)
	if block == nil || block.Type != kind {
		return nil, fmt.Errorf("%s: no PEM file with a %s", name, kind)
	}
	return block.Bytes, nil
}

// DevelopmentFile is where the key for images that name none is kept.
func DevelopmentFile() (string, error) {
	dir, err := os.UserConfigDir()
	if err != nil {
		return "", fmt.Errorf("signing: no place for a development key: %w", err)
	}
	return filepath.Join(dir, "witan", "development.key"), nil
}

// Development returns the user's development key. The first call makes it. It is as safe as the user's other files, and
// different for every user: a loader that trusts it starts what this user has signed and nothing else.
func Development() (ed25519.PrivateKey, error) {
	name, err := DevelopmentFile()
	if err != nil {
		return nil, err
	}
	key, err := Read(name)
	if !errors.Is(err, fs.ErrNotExist) {
		return key, err
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return nil, fmt.Errorf("signing: %w", err)
	}
	return generateShared(name)
}

// generateShared makes a key under another name first: of several processes that get here at once, one wins, and none
// reads a file that is not complete yet.
func generateShared(name string) (ed25519.PrivateKey, error) {
	dir, err := os.MkdirTemp(filepath.Dir(name), "new-")
	if err != nil {
		return nil, fmt.Errorf("signing: %w", err)
	}
	defer os.RemoveAll(dir)
	fresh := filepath.Join(dir, filepath.Base(name))
	if _, err := Generate(fresh); err != nil {
		return nil, err
	}
	err = os.Link(fresh, name)
	if err == nil {
		err = os.Rename(fresh+".pub", name+".pub")
	}
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("signing: %w", err)
	}
	return Read(name)
}
