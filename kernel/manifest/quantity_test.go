package manifest

import (
	"regexp"
	"testing"
	"time"
)

func TestSize(t *testing.T) {
	form := regexp.MustCompile(Size(0).Pattern())
	for text, want := range map[string]struct {
		size Size
		back string // "" stands for an error
	}{
		"0 B":                    {0, "0 B"},
		"1B":                     {1, "1 B"},
		"1023 B":                 {1023, "1023 B"},
		"1024 B":                 {1024, "1 KiB"},
		"64 KiB":                 {64 << 10, "64 KiB"},
		"1536 KiB":               {1536 << 10, "1536 KiB"},
		"2048MiB":                {2 << 30, "2 GiB"},
		"1000000 GiB":            {1000000 << 30, "1000000 GiB"},
		"":                       {},
		"KiB":                    {},
		"64":                     {},
		"64 kb":                  {},
		"-1 B":                   {},
		"+1 B":                   {},
		"1.5 MiB":                {},
		"1  MiB":                 {},
		"0x10 B":                 {},
		"1_0 B":                  {},
		"99999999999999999999 B": {},
	} {
		var s Size
		err := s.UnmarshalText([]byte(text))
		if (err == nil) != (want.back != "") || err == nil && (s != want.size || s.String() != want.back) {
			t.Errorf("%q is %d, %q, %v; want %d, %q", text, s, s, err, want.size, want.back)
		}
		if form.MatchString(text) != (err == nil) {
			t.Errorf("%q: its form is right: %t, its value: %v", text, form.MatchString(text), err)
		}
	}
	var s Size
	if err := s.UnmarshalText([]byte("99999999999999 GiB")); err == nil || s != 0 {
		t.Errorf("a size that no number holds: %v, %v", s, err)
	}
}

func TestDuration(t *testing.T) {
	form := regexp.MustCompile(Duration(0).Pattern())
	for text, want := range map[string]time.Duration{
		"200ms": 200 * time.Millisecond, "10s": 10 * time.Second, "1m30s": 90 * time.Second, "1.5h": 90 * time.Minute,
		"": 0, "10": 0, "-1s": 0, "ten": 0, "1 s": 0,
	} {
		var d Duration
		err := d.UnmarshalText([]byte(text))
		if (err == nil) != (want != 0) || d != Duration(want) {
			t.Errorf("%q is %v, %v; want %v", text, d, err, want)
		}
		if form.MatchString(text) != (err == nil) {
			t.Errorf("%q: its form is right: %t, its value: %v", text, form.MatchString(text), err)
		}
	}
	var d Duration
	if err := d.UnmarshalText([]byte("0s")); err == nil {
		t.Error("no time at all is a time")
	}
}

func TestShare(t *testing.T) {
	form := regexp.MustCompile(Share(0).Pattern())
	for text, want := range map[string]Share{
		"1%": 1, "25%": 25, "100%": 100, "0%": 0, "101%": 0, "100": 0, "": 0, "%": 0, "-5%": 0, "1.5%": 0,
	} {
		var s Share
		err := s.UnmarshalText([]byte(text))
		if (err == nil) != (want != 0) || s != want || err == nil && s.String() != text {
			t.Errorf("%q is %v, %v; want %v", text, s, err, want)
		}
		if form.MatchString(text) != (err == nil) {
			t.Errorf("%q: its form is right: %t, its value: %v", text, form.MatchString(text), err)
		}
	}
}

func TestDevicePattern(t *testing.T) {
	form := regexp.MustCompile(DevicePattern)
	for text, want := range map[string]bool{
		"virtio-rng": true, "virtio-blk": true, "virtio-net": true, "virtio-console": true, "pci:1af4:10ff": true,
		"": false, "virtio-": false, "virtio-rngs": false, "pci:1af4": false, "pci:1af4:104": false, "pci:1af4:10444": false,
		"pci:1AF4:1044": false, "pci:1af4:1044:": false, "pci:1af4:10g4": false, "usb:1af4:1044": false, "1af4:1044": false,
		"pci:1af4:1044\n": false, "pci::1af41044": false,
	} {
		var d Device
		if got := d.UnmarshalText([]byte(text)) == nil; got != want || form.MatchString(text) != want {
			t.Errorf("%q: read %t, of the pattern %t, want %t", text, got, form.MatchString(text), want)
		}
	}
}
