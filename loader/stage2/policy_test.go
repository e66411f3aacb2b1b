package main

import (
	"encoding/hex"
	"strings"
	"testing"

	"github.com/witan-os/witan/kernel/metal"
	"github.com/witan-os/witan/loader/internal/openkey"
)

func TestParsePolicy(t *testing.T) {
	key := hex.EncodeToString(openkey.Public())
	hash := strings.Repeat("ab", 32)
	policy, err := parsePolicy(key+","+key, "18446744073709551615", hash+":"+hex.EncodeToString([]byte("func()")))
	if err != nil {
		t.Fatal(err)
	}
	if len(policy.Keys) != 2 || !policy.Keys[1].Equal(openkey.Public()) || policy.Minimum != 1<<64-1 ||
		policy.Type.Name != "func()" || policy.Type.Hash[31] != 0xab {
		t.Errorf("%+v", policy)
	}
	for _, c := range []struct{ name, keys, minimum, entry, want string }{
		{"no key", "", "1", hash + ":", "not a public key"},
		{"a short key", key[2:], "1", hash + ":", "not a public key"},
		{"no second key", key + ",", "1", hash + ":", "not a public key"},
		{"no version", key, "", hash + ":", "least version"},
		{"a negative version", key, "-1", hash + ":", "least version"},
		{"no hash", key, "1", "", "no type"},
		{"a short hash", key, "1", hash[2:] + ":", "no type"},
		{"a name that is none", key, "1", hash + ":x", "invalid byte"},
	} {
		if _, err := parsePolicy(c.keys, c.minimum, c.entry); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want %q", c.name, err, c.want)
		}
	}
}

func TestStartElsewhere(t *testing.T) {
	if metal.Active() {
		t.Skip("tells what happens under an ordinary kernel")
	}
	if err := start(); err != metal.ErrNotOnMetal {
		t.Errorf("error %v", err)
	}
}
