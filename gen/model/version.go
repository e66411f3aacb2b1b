package model

import "strings"

// Track returns the part of a semantic version that decides whether two versions of a package can stand in
// for each other: "0.2.12" is on track "0.2", "1.4.0" on "1", "0.0.3" on "0.0.3". A pre-release is a track
// of its own. The track of no version is empty.
//
// Specification: Binary.md, canonical versions.
func Track(version string) string {
	version, _, _ = strings.Cut(version, "+")
	if strings.Contains(version, "-") {
		return version
	}
	parts := strings.Split(version, ".")
	for i, p := range parts {
		if p != "0" {
			return strings.Join(parts[:i+1], ".")
		}
	}
	return version
}
