// Package docs has the documents of this repository that programs hand out, so that whoever has the program has them.
package docs

import _ "embed"

// BootSchema is the JSON schema of boot.toml. It is generated, see kernel/manifest.
//
//go:embed boot.schema.json
var BootSchema []byte
