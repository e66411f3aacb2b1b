package kernel

import (
	"context"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/witan-os/witan/internal/ramdisk"
	"github.com/witan-os/witan/runtime/vm"
)

// board is a machine that is none.
type board struct {
	metal bool
	disk  []byte
	marks []string
}

func (m *board) Metal() bool         { return m.metal }
func (m *board) Ramdisk() []byte     { return m.disk }
func (m *board) Mark(stage string)   { m.marks = append(m.marks, stage) }
func (m *board) CPUs() int           { return 3 }
func (m *board) MemoryTotal() uint64 { return 256 << 20 }

func (m *board) Stages() iter.Seq2[string, time.Duration] {
	return func(yield func(string, time.Duration) bool) {
		for i, stage := range m.marks {
			if !yield(stage, time.Duration(i+1)*1500*time.Microsecond) {
				return
			}
		}
	}
}

// imageOf makes a ramdisk of files.
func imageOf(t *testing.T, files map[string]string) []byte {
	t.Helper()
	var b ramdisk.Builder
	for name, content := range files {
		if err := b.AddFile(name, 0o644, []byte(content)); err != nil {
			t.Fatal(err)
		}
	}
	disk, err := b.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return disk
}

// inDirectory makes a directory of files and runs the rest of the test in it.
func inDirectory(t *testing.T, files map[string]string) {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		name = filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(dir)
	t.Setenv("WITAN_CACHE", t.TempDir())
}

// bootWith boots with the probe's host and a machine, nil for none.
func bootWith(s *streams, m *board, args []string, parts ...vm.Provider) int {
	parts = append([]vm.Provider{control(obey)}, parts...)
	if m != nil {
		parts = append(parts, On(m))
	}
	return boot(context.Background(), args, strings.NewReader(s.in), &s.out, &s.err, parts)
}

// boots are systems that run the same from an image and hosted.
var boots = []struct {
	name     string
	manifest string
	args     []string
	parts    []vm.Provider
	in       string
	status   int
	out      string
	err      []string
}{
	{
		name:     "one program",
		manifest: `run = [["probe", "say=hello", "success"]]`,
		out:      "hello\n",
	},
	{
		name:     "several, one after the other",
		manifest: `run = [["probe", "say=one", "success"], ["probe", "say=two", "exit=0"], ["probe", "say=three", "success"]]`,
		out:      "one\ntwo\nthree\n",
	},
	{
		name:     "the first to fail ends the system",
		manifest: `run = [["probe", "say=one", "success"], ["probe", "exit=5"], ["probe", "say=three", "success"]]`,
		out:      "one\n", status: 5,
	},
	{
		name:     "a trap",
		manifest: `run = [["probe", "trap"]]`,
		status:   StatusTrap, err: []string{"witan: probe: trap"},
	},
	{
		name:     "environment, input and files",
		manifest: "run = [[\"probe\", \"env\", \"copy\", \"show=etc/motd\", \"show=data/deep/file\", \"success\"]]\nenv = [\"A=b\", \"C=\"]",
		in:       "typed\n",
		out:      "[A=b C=]\ntyped\nwelcome\ndeep\n",
	},
	{
		name:     "arguments replace what is to run",
		manifest: `run = [["probe", "trap"]]`,
		args:     []string{"probe", "say=instead", "exit=4"},
		out:      "instead\n", status: 4,
	},
	{
		name:     "an entry",
		manifest: `run = [["probe", "unused"]]`,
		parts: []vm.Provider{Run("probe", func(_ context.Context, p *Process) error {
			_, err := p.Stdout.Write([]byte("driven " + p.Args[0] + "\n"))
			return err
		})},
		out: "driven unused\n",
	},
	{
		name:     "nothing to run",
		manifest: ``,
		status:   StatusBad, err: []string{"boot.toml runs nothing"},
	},
	{
		name:     "arguments name a component that is not there",
		manifest: `run = [["probe", "success"]]`,
		args:     []string{"probes"},
		status:   StatusBad, err: []string{"no component probes in boot.toml"},
	},
	{
		name:     "a manifest with an error",
		manifest: `run = [["stranger"]]`,
		status:   StatusBad, err: []string{"witan: boot.toml:1:9: run names the component stranger"},
	},
	{
		name:     "a manifest that is no TOML",
		manifest: `run = [`,
		status:   StatusBad, err: []string{"witan: boot.toml:2:3: expected value"},
	},
	{
		name:     "a trace",
		manifest: "run = [[\"probe\", \"success\"]]\ntrace = true",
		parts:    []vm.Provider{control(obey)},
		err:      []string{"witan: test:kernel/control.next() -> success\n"},
	},
	{
		name:     "a component whose file is missing",
		manifest: "run = [[\"ghost\"]]\n[[component]]\nname = \"ghost\"\nfile = \"components/ghost.wasm\"",
		status:   StatusBad, err: []string{"ghost.wasm"},
	},
	{
		name:     "a component that is none",
		manifest: "run = [[\"motd\"]]\n[[component]]\nname = \"motd\"\nfile = \"files/etc/motd\"",
		status:   StatusBad, err: []string{"witan: motd: "},
	},
}

const probeComponent = "\n[[component]]\nname = \"probe\"\nfile = \"components/probe.wasm\"\n"

// filesOf are the files of a system, as an image has them.
func filesOf(t *testing.T, manifest string) map[string]string {
	return map[string]string{
		"boot.toml":             manifest,
		"components/probe.wasm": string(probeWasm(t)),
		"files/etc/motd":        "welcome\n",
		"files/data/deep/file":  "deep\n",
	}
}

func TestBootFromImage(t *testing.T) {
	for _, tt := range boots {
		t.Run(tt.name, func(t *testing.T) {
			m := &board{metal: true, disk: imageOf(t, filesOf(t, tt.manifest+probeComponent))}
			s := streams{in: tt.in}
			if status := bootWith(&s, m, tt.args, tt.parts...); status != tt.status {
				t.Errorf("status %d, want %d", status, tt.status)
			}
			banner := "witan on bare metal: 3 CPU, 256 MB\n  kernel         1.5 ms\n  program        3.0 ms\n"
			if slices.Contains(m.marks, "program") {
				tt.err = append([]string{banner}, tt.err...)
			}
			s.check(t, tt.out, tt.err...)
			if n := strings.Count(s.err.String(), "bare metal"); n > 1 {
				t.Errorf("%d banners", n)
			}
		})
	}
}

func TestBootFromDirectory(t *testing.T) {
	for _, tt := range boots {
		t.Run(tt.name, func(t *testing.T) {
			files := filesOf(t, tt.manifest+probeComponent+"[files]\n\"/etc/motd\" = \"files/etc/motd\"\n\"/data\" = \"files/data\"\n")
			inDirectory(t, files)
			s := streams{in: tt.in}
			if status := bootWith(&s, &board{}, tt.args, tt.parts...); status != tt.status {
				t.Errorf("status %d, want %d", status, tt.status)
			}
			s.check(t, tt.out, tt.err...)
			if strings.Contains(s.err.String(), "bare metal") {
				t.Error("a banner where there is no machine")
			}
		})
	}
}

// TestBannerComesBeforeTheProgram has a boot on metal tell its stages once, before any program runs.
func TestBannerComesBeforeTheProgram(t *testing.T) {
	m := &board{metal: true, disk: imageOf(t, filesOf(t, `run = [["probe", "success"], ["probe", "success"]]`+probeComponent))}
	var s streams
	seen := ""
	status := bootWith(&s, m, nil, control(func(*vm.Process) (uint64, error) {
		seen = s.err.String()
		return success, nil
	}))
	if status != 0 || strings.Count(seen, "bare metal") != 1 || seen != s.err.String() {
		t.Errorf("status %d; the program sees %q, the end %q", status, seen, s.err.String())
	}
	if !slices.Equal(m.marks, []string{"kernel", "program"}) {
		t.Errorf("stages %q", m.marks)
	}
}

func TestNoSystem(t *testing.T) {
	good := imageOf(t, filesOf(t, `run = [["probe", "success"]]`+probeComponent))
	tests := []struct {
		name string
		m    *board
		want string
	}{
		{"an empty directory", &board{}, "no system to run"},
		{"no machine part", nil, "no system to run"},
		{"an image without a manifest", &board{metal: true, disk: imageOf(t, map[string]string{"files/x": ""})}, "no system to run"},
		{"an image with an empty ramdisk", &board{metal: true}, "no system to run"},
		{"an image with a damaged ramdisk", &board{metal: true, disk: append([]byte{'#'}, good[1:]...)}, "ramdisk"},
		{"an image with a truncated ramdisk", &board{metal: true, disk: good[:len(good)/2]}, "ramdisk"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inDirectory(t, nil)
			var s streams
			if status := bootWith(&s, tt.m, nil); status != StatusBad {
				t.Errorf("status %d", status)
			}
			s.check(t, "", "witan: ", tt.want)
		})
	}
}

func TestFilesThatAreMissing(t *testing.T) {
	inDirectory(t, map[string]string{"boot.toml": "[files]\n\"/etc/motd\" = \"nowhere\"\n"})
	var s streams
	if status := bootWith(&s, nil, nil); status != StatusBad {
		t.Errorf("status %d", status)
	}
	s.check(t, "", "witan: ", "nowhere")
}

func TestHostCache(t *testing.T) {
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("XDG_CACHE_HOME", "")
	t.Setenv("WITAN_CACHE", "")
	if got := HostCache(); !strings.HasPrefix(got, home) || filepath.Base(got) != "witan" {
		t.Errorf("in the user's cache directory: %q", got)
	}
	t.Setenv("WITAN_CACHE", "/elsewhere")
	if got := HostCache(); got != "/elsewhere" {
		t.Errorf("named by WITAN_CACHE: %q", got)
	}
	t.Setenv("WITAN_CACHE", "")
	t.Setenv("HOME", "")
	if got := HostCache(); got != "" {
		t.Errorf("of a user who has none: %q", got)
	}
}

func TestAddFiles(t *testing.T) {
	inDirectory(t, map[string]string{"tree/a": "A", "tree/sub/b": "B"})
	tests := []struct {
		at, guest, host string
		want            string // a file of the archive with its content; or an error
	}{
		{".", "/etc/motd", "tree/a", "etc/motd=A"},
		{"files", "/", "tree", "files/sub/b=B"},
		{"files", "/data/", "tree", "files/data/a=A"},
		{"files", "/../../escape", "tree/a", "files/escape=A"},
		{"files", "/x", "none", "none: no such file"},
	}
	for _, tt := range tests {
		var b ramdisk.Builder
		if err := AddFiles(&b, tt.at, tt.guest, tt.host); err != nil {
			if !strings.Contains(err.Error(), tt.want) {
				t.Errorf("%s: %v", tt.guest, err)
			}
			continue
		}
		archive, err := b.Bytes()
		if err != nil {
			t.Fatal(err)
		}
		disk, err := ramdisk.Open(archive)
		if err != nil {
			t.Fatal(err)
		}
		name, content, _ := strings.Cut(tt.want, "=")
		if got, err := disk.Bytes(name); err != nil || string(got) != content {
			t.Errorf("%s: %q, %v; want %q", name, got, err, content)
		}
	}
}
