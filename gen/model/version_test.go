package model

import "testing"

func TestTrack(t *testing.T) {
	for version, want := range map[string]string{
		"":                    "",
		"0.2.12":              "0.2",
		"0.2.0":               "0.2",
		"0.0.3":               "0.0.3",
		"0.0.0":               "0.0.0",
		"1.4.0":               "1",
		"12.0.1":              "12",
		"0.3.0-rc.1":          "0.3.0-rc.1",
		"1.0.0+build.5":       "1",
		"0.2.0-draft+build.5": "0.2.0-draft",
	} {
		if got := Track(version); got != want {
			t.Errorf("Track(%q) = %q, want %q", version, got, want)
		}
	}
}
