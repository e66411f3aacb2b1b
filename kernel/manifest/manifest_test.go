package manifest

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/witan-os/witan/internal/diag"
)

const simple = `
run = [["greet", "World and all"], ["clock"]]
env = ["A=1", "B="]
trace = true

[[component]]
name = "greet"
file = "greet.wasm"

[[component]]
name = "clock"
file = "sub/clock.wasm"

[files]
"/data" = "testdata"
`

const system = `
[[component]]
name = "fs"
file = "fs.wasm"
[[component]]
name = "calc"
file = "calc"

[[endpoint]]
name = "log"
[[endpoint]]
name = "wide"
capacity = 1024
[[memory]]
name = "board"
size = "64 KiB"
[[log]]
name = "diary"
[[log]]
name = "alarms"
level = "warn"

[[process]]
name = "fs"
[[process]]
name = "worker"
component = "calc"
start = "spawn"
[[process]]
name = "all"
component = "calc"
arguments = ["-v", ""]
env = ["A=b=c"]
on = "metal"
essential = true
restart = "always"
restarts = 0
period = "1m30s"
parent = "fs"
strategy = "all"
stdin = "console"
stdout = "log"
stderr = "none"
files = true
startable = ["worker"]
memory = "1 GiB"
handles = 1
fuel = 1000000
share = "25%"
call-time = "200ms"

[process.imports]
"wasi" = "kernel"
"demo:fs" = "process:fs"
"demo:fs/files" = "fused:fs"
"demo:calc/math@1.0.0" = "component:calc"

[[process.grant]]
name = "log"
endpoint = "log"
rights = ["send", "grant"]
badge = 7
[[process.grant]]
name = "disk"
device = "virtio-blk"
dma = "256KiB"
[[process.grant]]
name = "other"
device = "pci:1af4:1044"
[[process.grant]]
name = "screen"
framebuffer = true
rights = ["read", "write", "map"]
[[process.grant]]
name = "board"
memory = "board"
rights = ["read"]
[[process.grant]]
name = "diary"
log = "diary"
rights = ["send"]
badge = 8
[[process.grant]]
name = "files"
process = "fs"
rights = ["read", "execute", "receive", "grant"]
`

// parse reads a manifest that is right, compares it, and compares again what comes back out of its encoded form.
func parse(t *testing.T, text string, want *Manifest) {
	t.Helper()
	m, err := Parse("boot.toml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, m, cmpopts.IgnoreUnexported(Manifest{})); diff != "" {
		t.Fatalf("(-want +got):\n%s", diff)
	}
	data, err := m.Encode()
	if err != nil {
		t.Fatal(err)
	}
	again, err := Parse("encoded", data)
	if err != nil {
		t.Fatalf("%v in\n%s", err, data)
	}
	if diff := cmp.Diff(want, again, cmpopts.IgnoreUnexported(Manifest{})); diff != "" {
		t.Fatalf("encoded (-want +got):\n%s\n%s", diff, data)
	}
}

func TestSimple(t *testing.T) {
	parse(t, simple, &Manifest{
		Run:        [][]string{{"greet", "World and all"}, {"clock"}},
		Env:        []string{"A=1", "B="},
		Trace:      true,
		Components: []Component{{"greet", "greet.wasm"}, {"clock", "sub/clock.wasm"}},
		Files:      map[string]string{"/data": "testdata"},
	})
}

func TestSystem(t *testing.T) {
	defaults := Process{
		Name: "fs", Component: "fs", Start: StartBoot, On: Anywhere, Restart: RestartOnFailure, Restarts: 5,
		Period: Duration(10 * time.Second), Strategy: StrategyOne, Stdin: StreamNone, Stdout: StreamConsole,
		Stderr: StreamLog, Memory: 16 << 20, Handles: 256, Share: 100, CallTime: Duration(10 * time.Second),
	}
	worker := defaults
	worker.Name, worker.Component, worker.Start, worker.Restart = "worker", "calc", StartSpawn, RestartNever
	parse(t, system, &Manifest{
		Components: []Component{{"fs", "fs.wasm"}, {"calc", "calc"}},
		Endpoints:  []Endpoint{{"log", 16}, {"wide", 1024}},
		Memories:   []Memory{{"board", 64 << 10}},
		Logs:       []Log{{"diary", LevelTrace}, {"alarms", LevelWarn}},
		Processes: []Process{defaults, worker, {
			Name: "all", Component: "calc", Arguments: []string{"-v", ""}, Env: []string{"A=b=c"}, Start: StartBoot, On: OnMetal,
			Essential: true, Restart: RestartAlways, Period: Duration(90 * time.Second), Parent: "fs", Strategy: StrategyAll,
			Stdin: StreamConsole, Stdout: StreamLog, Stderr: StreamNone, Files: true, Startable: []string{"worker"},
			Memory: 1 << 30, Handles: 1, Fuel: 1000000, Share: 25, CallTime: Duration(200 * time.Millisecond),
			Imports: map[string]Provider{
				"wasi": {Kind: Kernel}, "demo:fs": {Guarded, "fs"}, "demo:fs/files": {Fused, "fs"},
				"demo:calc/math@1.0.0": {Private, "calc"},
			},
			Grants: []Grant{
				{Name: "log", Endpoint: "log", Rights: []Right{RightSend, RightGrant}, Badge: 7},
				{Name: "disk", Device: VirtioBlock, DMA: 256 << 10},
				{Name: "other", Device: "pci:1af4:1044"},
				{Name: "screen", Framebuffer: true, Rights: []Right{RightRead, RightWrite, RightMap}},
				{Name: "board", Memory: "board", Rights: []Right{RightRead}},
				{Name: "diary", Log: "diary", Rights: []Right{RightSend}, Badge: 8},
				{Name: "files", Process: "fs", Rights: []Right{RightRead, RightExecute, RightReceive, RightGrant}},
			},
		}},
	})
}

func TestExists(t *testing.T) {
	for place, want := range map[Place][2]bool{Anywhere: {true, true}, OnMetal: {true, false}, OnHosted: {false, true}} {
		p := Process{On: place}
		if got := [2]bool{p.Exists(true), p.Exists(false)}; got != want {
			t.Errorf("%s: on metal and hosted %v, want %v", place, got, want)
		}
	}
}

func TestFind(t *testing.T) {
	m, err := Parse("boot.toml", []byte(system))
	if err != nil {
		t.Fatal(err)
	}
	if p := m.Process("worker"); p != &m.Processes[1] {
		t.Errorf("worker is %v", p)
	}
	if p := m.Process("nobody"); p != nil {
		t.Errorf("nobody is %v", p)
	}
	if c, ok := m.Component("calc"); !ok || c.File != "calc" {
		t.Errorf("calc is %v, %t", c, ok)
	}
}

func TestDiagnose(t *testing.T) {
	m, err := Parse("boot.toml", []byte(system))
	if err != nil {
		t.Fatal(err)
	}
	line := strings.Count(system[:strings.Index(system, `"fused:fs"`)], "\n") + 1
	d := m.Diagnose("rule", "what", "hint", "process", 2, "imports", "demo:fs/files")
	if p := d.Source.Position(d.Start); p != (diag.Position{Line: line, Column: 19}) || d.Rule != "rule" || d.Hint != "hint" {
		t.Errorf("line %d: %v at %v", line, d, p)
	}
	if d := new(Manifest).Diagnose("rule", "what", "", "process", 2); d.Error() != "boot.toml:1:1: what" {
		t.Errorf("without a file: %v", d)
	}
}
