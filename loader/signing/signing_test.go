package signing

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

func TestGenerateAndRead(t *testing.T) {
	name := filepath.Join(t.TempDir(), "my.key")
	key, err := Generate(name)
	if err != nil {
		t.Fatal(err)
	}
	stat, err := os.Stat(name)
	if err != nil || stat.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", stat.Mode(), err)
	}
	read, err := Read(name)
	if err != nil || !read.Equal(key) {
		t.Errorf("another key, %v", err)
	}
	public, err := ReadPublic(name + ".pub")
	if err != nil || !public.Equal(key.Public()) {
		t.Errorf("another public key, %v", err)
	}
	if _, err := Generate(name); !errors.Is(err, fs.ErrExist) {
		t.Errorf("a second key in the same file: %v", err)
	}
}

// TestReadOpenSSL reads a key that openssl made (openssl genpkey -algorithm ed25519).
func TestReadOpenSSL(t *testing.T) {
	name := write(t, "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIOSNFwslfNTp+tBoNv1WDIiREhAtluuYkXoP6Mju6BXg\n-----END PRIVATE KEY-----\n")
	key, err := Read(name)
	if err != nil || len(key) != ed25519.PrivateKeySize || key.Seed()[0] != 0xe4 {
		t.Errorf("key %x, %v", key, err)
	}
}

func write(t *testing.T, text string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestReadErrors(t *testing.T) {
	other, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(other)
	if err != nil {
		t.Fatal(err)
	}
	open, err := x509.MarshalPKIXPublicKey(other.Public())
	if err != nil {
		t.Fatal(err)
	}
	encode := func(kind string, data []byte) string {
		return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: data}))
	}
	for _, c := range []struct{ name, private, public, want string }{
		{"text", "key", "key", "no PEM file with a "},
		{"the other half", encode(publicType, open), encode(privateType, secret), "no PEM file with a "},
		{"garbage", encode(privateType, []byte("garbage")), encode(publicType, []byte("garbage")), "asn1"},
		{"another algorithm", encode(privateType, secret), encode(publicType, open), "payloads are signed with Ed25519"},
		{"a large file", strings.Repeat("x", maxFile+1), strings.Repeat("x", maxFile+1), "too many for a key"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := Read(write(t, c.private)); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("private: %v", err)
			}
			if _, err := ReadPublic(write(t, c.public)); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("public: %v", err)
			}
		})
	}
}

func TestDevelopment(t *testing.T) {
	t.Setenv("HOME", t.TempDir())
	t.Setenv("XDG_CONFIG_HOME", filepath.Join(t.TempDir(), "made", "on the way"))
	var keys [8]ed25519.PrivateKey
	var wg sync.WaitGroup
	for i := range keys {
		wg.Go(func() {
			var err error
			if keys[i], err = Development(); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	for _, key := range keys[1:] {
		if !key.Equal(keys[0]) {
			t.Fatal("processes that start at the same time get different keys")
		}
	}
	name, err := DevelopmentFile()
	if err != nil {
		t.Fatal(err)
	}
	if left, err := filepath.Glob(filepath.Join(filepath.Dir(name), "new-*")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	if public, err := ReadPublic(name + ".pub"); err != nil || !public.Equal(keys[0].Public()) {
		t.Errorf("public half: %v", err)
	}
}

func TestDevelopmentWithoutHome(t *testing.T) {
	t.Setenv("HOME", "")
	t.Setenv("XDG_CONFIG_HOME", "")
	if _, err := Development(); err == nil || !strings.Contains(err.Error(), "no place for a development key") {
		t.Errorf("error %v", err)
	}
}
