package image

import (
	"context"
	"crypto/ed25519"
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/witan-os/witan/loader/payload"
)

// stagePackage is the second stage's import path.
const stagePackage = "github.com/witan-os/witan/loader/stage2"

// A Stage is a second stage: the program that checks and starts a payload.
type Stage struct {
	// Base is the first address that the stage may take, a multiple of the page size; what lies below is the payload's.
	Base uint64
	// Keys are those whose payloads it starts.
	Keys []ed25519.PublicKey
	// Minimum is the oldest version that it starts.
	Minimum uint64
	// Type is the type of the entry points that it calls.
	Type payload.EntryType
}

// Link builds the stage with the Go compiler. It is run in directory dir, whose module must need this one.
func (s Stage) Link(ctx context.Context, dir string) ([]byte, error) {
	work, err := os.MkdirTemp("", "witan-stage2-")
	if err != nil {
		return nil, fmt.Errorf("image: %w", err)
	}
	defer os.RemoveAll(work)
	file := filepath.Join(work, "stage2")
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=false", "-buildmode=exe", "-ldflags", s.linkFlags(), "-o", file, stagePackage)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOOS=linux", "GOARCH=amd64", "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("image: go build of %s: %w\n%s", stagePackage, err, strings.TrimSpace(string(out)))
	}
	elf, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("image: %w", err)
	}
	return elf, nil
}

// linkFlags says where the stage lies and whom it trusts. The linker puts the headers on a page before the text.
func (s Stage) linkFlags() string {
	keys := make([]string, len(s.Keys))
	for i, key := range s.Keys {
		keys[i] = hex.EncodeToString(key)
	}
	return fmt.Sprintf("-s -w %s -T %#x -X main.trustedKeys=%s -X main.minimumVersion=%d -X main.entryType=%x:%x",
		LinkFlags, s.Base+pageSize, strings.Join(keys, ","), s.Minimum, s.Type.Hash, s.Type.Name)
}
