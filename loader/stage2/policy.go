package main

import (
	"crypto/ed25519"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/witan-os/witan/loader/payload"
)

// Whom this loader trusts. The image builder sets these by the linker's -X; see image.Stage.
var (
	trustedKeys    string // Ed25519 public keys in hexadecimal, with commas between them
	minimumVersion string // of payloads, in decimal
	entryType      string // SHA-256 in hexadecimal, a colon, and the type's name in hexadecimal
)

func linkedPolicy() (payload.Policy, error) {
	policy, err := parsePolicy(trustedKeys, minimumVersion, entryType)
	if err != nil {
		return payload.Policy{}, fmt.Errorf("this loader was not linked by the image builder: %w", err)
	}
	return policy, nil
}

func parsePolicy(keys, minimum, entry string) (policy payload.Policy, err error) {
	for text := range strings.SplitSeq(keys, ",") {
		key, err := hex.DecodeString(text)
		if err != nil || len(key) != ed25519.PublicKeySize {
			return policy, fmt.Errorf("%q is not a public key", text)
		}
		policy.Keys = append(policy.Keys, key)
	}
	if policy.Minimum, err = strconv.ParseUint(minimum, 10, 64); err != nil {
		return policy, fmt.Errorf("least version: %w", err)
	}
	hash, name, _ := strings.Cut(entry, ":")
	sum, err := hex.DecodeString(hash)
	if err != nil || len(sum) != len(policy.Type.Hash) {
		return policy, errors.New("no type of the entry point")
	}
	copy(policy.Type.Hash[:], sum)
	text, err := hex.DecodeString(name)
	policy.Type.Name = string(text)
	return policy, err
}
