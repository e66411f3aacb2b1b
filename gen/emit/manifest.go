package emit

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"github.com/witan-os/witan/gen/model"
)

// ManifestName is the manifest's file name in the output directory.
const ManifestName = "manifest.json"

// manifest says what was generated from what, for people and tools that look at a change.
type manifest struct {
	Generator string            `json:"generator"`
	Packages  []string          `json:"packages"` // WIT packages with their versions
	Files     map[string]string `json:"files"`    // SHA-256 by path
}

// Manifest lists the packages and files that were generated.
func Manifest(packages []*model.Package, files []File) (File, error) {
	m := manifest{Generator: "witgen", Packages: []string{}, Files: map[string]string{}}
	for _, p := range packages {
		m.Packages = append(m.Packages, p.ID())
	}
	for _, f := range files {
		sum := sha256.Sum256(f.Content)
		m.Files[f.Path] = hex.EncodeToString(sum[:])
	}
	content, err := json.MarshalIndent(m, "", "\t")
	return File{Path: ManifestName, Content: append(content, '\n')}, err
}
