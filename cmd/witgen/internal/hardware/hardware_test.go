package hardware

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/witan-os/witan/kernel/manifest"
)

const granted = `
[[component]]
name = "c"
file = "c.wasm"
[[process]]
name = "a"
component = "c"
[[process.grant]]
name = "disk"
device = "virtio-blk"
[[process.grant]]
name = "rng"
device = "pci:1af4:1044"
[[process.grant]]
name = "card"
device = "pci:10de:0001"
[[process]]
name = "b"
component = "c"
start = "spawn"
[[process.grant]]
name = "disk"
device = "virtio-blk"
[[process.grant]]
name = "screen"
framebuffer = true
rights = ["write"]
[[process]]
name = "elsewhere"
component = "c"
on = "hosted"
[[process.grant]]
name = "net"
device = "virtio-net"
`

func TestNeeds(t *testing.T) {
	m, err := manifest.Parse(manifest.Name, []byte(granted))
	if err != nil {
		t.Fatal(err)
	}
	n := Of(m)
	for kind, want := range map[manifest.Device]int{
		manifest.VirtioBlock: 2, manifest.VirtioRNG: 1, manifest.VirtioNet: 0, manifest.VirtioConsole: 0,
	} {
		if got := n.Count(kind); got != want {
			t.Errorf("%d %s, want %d", got, kind, want)
		}
	}
	if !n.Display {
		t.Error("no display")
	}
	if diff := cmp.Diff([]manifest.Device{"pci:10de:0001"}, n.Unknown()); diff != "" {
		t.Error(diff)
	}
	if n := Of(&manifest.Manifest{}); n.Display || len(n.Devices) > 0 {
		t.Errorf("of nothing: %v", n)
	}
}

func TestArgs(t *testing.T) {
	m := Machine{Disks: []string{"a,b.img"}, RNGs: 1, Networks: 1, Consoles: 1, Display: true, Others: []string{"pcnet"}}
	want := "-drive if=none,id=disk0,format=raw,file=a,,b.img -device virtio-blk-pci,disable-legacy=on,drive=disk0" +
		" -device virtio-rng-pci,disable-legacy=on" +
		" -netdev user,id=net0 -device virtio-net-pci,disable-legacy=on,romfile=,netdev=net0" +
		" -device virtio-serial-pci,disable-legacy=on,id=serial0 -chardev null,id=console0 -device virtconsole,bus=serial0.0,chardev=console0" +
		" -device bochs-display,romfile= -device pcnet"
	if got := strings.Join(m.Args(), " "); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if args := new(Machine).Args(); len(args) > 0 {
		t.Errorf("a machine without anything: %q", args)
	}
}

func TestParseDisk(t *testing.T) {
	for text, want := range map[string]struct {
		disk Disk
		err  string
	}{
		"d.img":        {disk: Disk{File: "d.img"}},
		"d.img:64MiB":  {disk: Disk{File: "d.img", Size: 64 << 20}},
		"a:b:1 KiB":    {disk: Disk{File: "a:b", Size: 1 << 10}},
		"":             {err: "want FILE"},
		":1 MiB":       {err: "want FILE"},
		"d.img:":       {err: "is no size"},
		"d.img:big":    {err: "is no size"},
		"d.img:0 B":    {err: "a disk of 0 B: it has sectors of 512 B"},
		"d.img:1000 B": {err: "a disk of 1000 B: it has sectors of 512 B"},
		"d.img:1TB":    {err: "is no size"},
	} {
		got, err := ParseDisk(text)
		if got != want.disk || (err == nil) != (want.err == "") || err != nil && !strings.Contains(err.Error(), want.err) {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
}

func TestMake(t *testing.T) {
	dir := t.TempDir()
	d := Empty(dir, 3)
	if err := d.Make(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(d.File, []byte("kept"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := d.Make(); err != nil {
		t.Errorf("a disk that is there: %v", err)
	}
	if data, err := os.ReadFile(d.File); string(data) != "kept" {
		t.Errorf("it has %q, %v", data, err)
	}
	made := Disk{File: filepath.Join(dir, "made"), Size: 1 << 20}
	if err := made.Make(); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(made.File); err != nil || info.Size() != 1<<20 {
		t.Errorf("made: %v, %v", info, err)
	}
	for name, d := range map[string]Disk{"is not there": {File: filepath.Join(dir, "gone")}, "not a regular file": {File: dir}} {
		if err := d.Make(); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
