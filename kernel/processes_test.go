package kernel

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/witan-os/witan/kernel/capability"
	"github.com/witan-os/witan/kernel/host"
	"github.com/witan-os/witan/kernel/ipc"
	"github.com/witan-os/witan/kernel/manifest"
	"github.com/witan-os/witan/kernel/policy"
	"github.com/witan-os/witan/runtime/component"
	"github.com/witan-os/witan/runtime/vm"
)

// asProcesses is the beginning of a manifest with the process "main", which ends the system.
const asProcesses = `
[[process]]
name = "main"
component = "probe"
essential = true
restart = "never"
stdin = "console"
files = true
[process.imports]
"test:kernel" = "kernel"
`

// processBoots are systems of processes.
var processBoots = []struct {
	name     string
	manifest string
	args     []string
	in       string
	status   int
	out      string
	err      []string
}{
	{
		name: "a process",
		args: []string{"say=hello", "success"},
		out:  "hello\n",
	},
	{
		name:   "its status",
		args:   []string{"exit=5"},
		status: 5,
	},
	{
		name:   "a trap",
		args:   []string{"trap"},
		status: StatusTrap, err: []string{"witan: main[", "trap in component"},
	},
	{
		name:     "environment, input and files",
		manifest: "env = [\"A=b\"]",
		args:     []string{"env", "copy", "show=etc/motd", "success"},
		in:       "typed\n",
		out:      "[A=b]\ntyped\nwelcome\n",
	},
	{
		name: "arguments of the manifest, and a process that is started again",
		manifest: `
[[process]]
name = "other"
component = "probe"
arguments = ["say=other", "exit=3"]
restarts = 1
stderr = "none"
imports = {"test:kernel" = "kernel"}
`,
		args: []string{"wait=other", "success"},
		out:  "other\nother\n",
		err:  []string{"witan: other[", "ended 2 times within 10s: it is not started again"},
	},
	{
		name: "streams that lead nowhere",
		manifest: `
[[process]]
name = "other"
component = "probe"
arguments = ["copy", "say=other", "success"]
stdout = "log"
imports = {"test:kernel" = "kernel"}
`,
		args: []string{"wait=other", "copy", "success"},
		in:   "for main\n",
		out:  "for main\n",
		err:  []string{"other\n"},
	},
	{
		name:     "a manifest that does not fit",
		manifest: "[[process]]\nname = \"other\"\ncomponent = \"probe\"\n",
		status:   StatusBad, err: []string{"witan: boot.toml", "nothing answers the import test:kernel/control@0.1.0 of other"},
	},
	{
		name:     "a grant that the machine can't give",
		manifest: "[[process]]\nname = \"other\"\ncomponent = \"probe\"\nimports = {\"test:kernel\" = \"kernel\"}\nrestart = \"never\"\n[[process.grant]]\nname = \"screen\"\nframebuffer = true\nrights = [\"read\"]\n",
		args:     []string{"wait=other", "success"},
		err:      []string{"witan: other[", "grant screen: this machine has none"},
	},
}

// waiting adds a word to those that the probe obeys: it waits until another process has ended.
func waiting(p *vm.Process) (ending uint64, err error) {
	for i, arg := range p.Args {
		name, ok := strings.CutPrefix(arg, "wait=")
		if !ok {
			continue
		}
		k, _ := host.Of(p)
		for ended := false; !ended; time.Sleep(time.Millisecond) {
			for _, info := range k.Processes() {
				ended = ended || info.Name == name && info.State == host.Ended
			}
		}
		rest := *p
		rest.Args = append(append([]string(nil), p.Args[:i]...), p.Args[i+1:]...)
		return obey(&rest)
	}
	return obey(p)
}

func TestBootProcesses(t *testing.T) {
	for _, tt := range processBoots {
		image := filesOf(t, tt.manifest+asProcesses+probeComponent)
		hosted := maps.Clone(image)
		hosted["boot.toml"] = tt.manifest + asProcesses + probeComponent + "[files]\n\"/etc\" = \"files/etc\"\n"
		t.Run(tt.name+", from an image", func(t *testing.T) {
			m := &board{metal: true, disk: imageOf(t, image)}
			s := streams{in: tt.in}
			status := boot(context.Background(), tt.args, strings.NewReader(s.in), &s.out, &s.err, []vm.Provider{control(waiting), On(m)})
			if status != tt.status {
				t.Errorf("status %d, want %d", status, tt.status)
			}
			want := tt.err
			if tt.status != StatusBad {
				want = append([]string{"witan on bare metal: 3 CPU, 256 MB\n"}, want...)
			}
			s.check(t, tt.out, want...)
		})
		t.Run(tt.name+", hosted", func(t *testing.T) {
			inDirectory(t, hosted)
			s := streams{in: tt.in}
			status := boot(context.Background(), tt.args, strings.NewReader(s.in), &s.out, &s.err, []vm.Provider{control(waiting)})
			if status != tt.status {
				t.Errorf("status %d, want %d", status, tt.status)
			}
			s.check(t, tt.out, tt.err...)
		})
	}
}

// TestOutlines boots images that say what their components need. What is never started is never decoded; what is started
// must be what the image says.
func TestOutlines(t *testing.T) {
	const spare = "[[component]]\nname = \"spare\"\nfile = \"components/spare.wasm\"\n" +
		"[[process]]\nname = \"spare\"\ncomponent = \"spare\"\nstart = \"spawn\"\n"
	files := filesOf(t, spare+asProcesses+probeComponent)
	probe := probeOutline(t, []byte(files["components/probe.wasm"]))
	files["components/spare.wasm"] = "no component at all"
	for _, tt := range []struct {
		name, probe, spare string
		status             int
		err                string
	}{
		{name: "true ones", probe: probe, spare: ">\twasi:cli/run@0.2.0\t\n"},
		{name: "none for a component that is none", probe: probe, status: StatusBad, err: "component spare: "},
		{name: "one that is broken", probe: probe, spare: "?", status: StatusBad, err: "component spare: this is no outline"},
		{name: "one that is wrong", probe: probe + ">\tmore\t\n", spare: ">\twasi:cli/run@0.2.0\t\n", status: StatusBad, err: "component probe is not the one"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			image := maps.Clone(files)
			image["components/probe.wasm"+OutlineSuffix] = tt.probe
			if tt.spare != "" {
				image["components/spare.wasm"+OutlineSuffix] = tt.spare
			}
			var s streams
			status := boot(t.Context(), []string{"success"}, strings.NewReader(""), &s.out, &s.err,
				[]vm.Provider{control(obey), On(&board{metal: true, disk: imageOf(t, image)})})
			if status != tt.status || !strings.Contains(s.err.String(), tt.err) {
				t.Errorf("status %d, want %d; the log is %q, want %q in it", status, tt.status, s.err.String(), tt.err)
			}
		})
	}
}

// probeOutline is what the image builder writes beside the probe.
func probeOutline(t *testing.T, wasm []byte) string {
	t.Helper()
	decoded, err := component.Decode(wasm)
	if err != nil {
		t.Fatal(err)
	}
	outline, ok := policy.Describe(decoded).Outline()
	if !ok {
		t.Fatal("the probe has no outline")
	}
	return string(outline)
}

// TestKillReader ends a process that waits for input which does not come.
func TestKillReader(t *testing.T) {
	in, _ := io.Pipe()
	defer in.Close()
	inDirectory(t, filesOf(t, `
[[process]]
name = "reader"
component = "probe"
arguments = ["copy", "success"]
stdin = "console"
restart = "never"
imports = {"test:kernel" = "kernel"}
[[process]]
name = "killer"
component = "probe"
essential = true
restart = "never"
imports = {"test:kernel" = "kernel"}
`+probeComponent))
	var s streams
	status := boot(t.Context(), nil, in, &s.out, &s.err, []vm.Provider{control(func(p *vm.Process) (uint64, error) {
		if p.Name == "reader" {
			return obey(p)
		}
		k, _ := host.Of(p)
		for _, info := range k.Processes() {
			if info.Name == "reader" {
				return success, k.Kill(t.Context(), info.ID)
			}
		}
		return failure, nil
	})})
	if status != 0 {
		t.Errorf("status %d: %s", status, &s.err)
	}
}

// TestGrantedObjects has the objects of a manifest reach a process, with the rights that it gives.
func TestGrantedObjects(t *testing.T) {
	const objects = `
[[endpoint]]
name = "mail"
[[memory]]
name = "board"
size = "4 KiB"
[[log]]
name = "alarms"
level = "warn"
[[process]]
name = "other"
component = "probe"
arguments = ["copy", "success"]
imports = {"test:kernel" = "kernel"}
`
	const grants = `
[[process.grant]]
name = "mail"
endpoint = "mail"
rights = ["send"]
badge = 3
[[process.grant]]
name = "board"
memory = "board"
rights = ["read", "map"]
[[process.grant]]
name = "alarms"
log = "alarms"
rights = ["send", "grant"]
badge = 4
[[process.grant]]
name = "other"
process = "other"
rights = ["read", "execute"]
`
	inDirectory(t, filesOf(t, objects+asProcesses+grants+probeComponent))
	var s streams
	status := boot(t.Context(), nil, strings.NewReader(""), &s.out, &s.err, []vm.Provider{control(func(p *vm.Process) (uint64, error) {
		if p.Name == "other" {
			return obey(p)
		}
		k, _ := host.Of(p)
		var got []string
		for _, g := range k.Grants() {
			ref, err := k.Granted(g.Name)
			if err != nil {
				return 0, err
			}
			got = append(got, fmt.Sprintf("%s: %v %v, badge %d", g.Name, ref.Kind(), ref.Rights(), ref.Badge()))
			switch g.Kind {
			case capability.Log:
				for level := range uint8(5) {
					if err := ipc.WriteLog(ref, level, func(log string, badge uint64) { got = append(got, fmt.Sprintf("%s %d %d", log, badge, level)) }); err != nil {
						t.Error(err)
					}
				}
			case capability.Process:
				if s, err := k.Status(ref); err != nil || s.Name != "other" {
					t.Errorf("the other process is %+v, %v", s, err)
				}
			}
		}
		want := []string{
			"mail: endpoint send, badge 3", "board: memory read, map, badge 0", "alarms: log grant, send, badge 4",
			"alarms 4 3", "alarms 4 4", "other: process read, execute, badge 0",
		}
		if !slices.Equal(got, want) {
			t.Errorf("it has %q, want %q", got, want)
		}
		return success, nil
	})})
	if status != 0 {
		t.Errorf("status %d: %s", status, &s.err)
	}
}

// rebooting is a machine that can start anew.
type rebooting struct {
	board
	reboots int
}

func (m *rebooting) Reboot()            { m.reboots++ }
func (m *rebooting) MemoryUsed() uint64 { return 7 << 20 }

// TestMachine is about what processes can ask of the machine.
func TestMachine(t *testing.T) {
	m := &rebooting{board: board{metal: true, disk: imageOf(t, filesOf(t, asProcesses+probeComponent))}}
	var s streams
	status := boot(context.Background(), nil, strings.NewReader(""), &s.out, &s.err, []vm.Provider{On(m), control(func(p *vm.Process) (uint64, error) {
		k, ok := host.Of(p)
		if !ok {
			t.Fatal("there is no kernel")
		}
		if got, want := k.Summary(), (host.Summary{CPUs: 3, Memory: 256 << 20, MemoryUsed: 7 << 20, Metal: true}); got != want {
			t.Errorf("the machine has %+v", got)
		}
		if list := k.Audit(0, 10); len(list) == 0 || list[0].What != "started" || list[0].Name != "main" {
			t.Errorf("the audit: %+v", list)
		}
		k.Reboot()
		return success, nil
	})})
	if status != 0 || m.reboots != 1 {
		t.Errorf("status %d, and it was started anew %d times", status, m.reboots)
	}
}

// TestMemoryOfProcesses is about what a machine has for processes, and about manifests that promise more.
func TestMemoryOfProcesses(t *testing.T) {
	region := func(size manifest.Size) manifest.Memory { return manifest.Memory{Name: "r", Size: size} }
	machine := &rebooting{board: board{metal: true}} // 7 of its 256 MiB are in use
	for _, tt := range []struct {
		machine Machine
		regions []manifest.Memory
		want    uint64
		wrong   string
	}{
		{nil, []manifest.Memory{region(1 << 30)}, 0, ""},
		{&machine.board, nil, 128 << 20, ""},
		{machine, nil, (256 - 7) << 19, ""},
		{machine, []manifest.Memory{region(20 << 20), region(4 << 20)}, (256-7)<<19 - 24<<20, ""},
		{machine, []manifest.Memory{region(100 << 20), region(100 << 20)}, 0, "memory r: its 100 MiB are more than"},
	} {
		s := &system{machine: tt.machine, manifest: &manifest.Manifest{Memories: tt.regions}}
		got, err := s.processMemory()
		if got != tt.want || (err == nil) != (tt.wrong == "") || err != nil && !strings.Contains(err.Error(), tt.wrong) {
			t.Errorf("regions %v: %d bytes, %v; want %d, %q", tt.regions, got, err, tt.want, tt.wrong)
		}
	}
	large := strings.Replace(asProcesses, "[[process]]\n", "[[process]]\nmemory = \"1 GiB\"\n", 1)
	m := &rebooting{board: board{metal: true, disk: imageOf(t, filesOf(t, large+probeComponent))}}
	var s streams
	status := boot(context.Background(), nil, strings.NewReader(""), &s.out, &s.err, []vm.Provider{On(m), control(func(p *vm.Process) (uint64, error) {
		k, ok := host.Of(p)
		if !ok {
			t.Fatal("there is no kernel")
		}
		if err := k.Charge(512 << 20); !errors.Is(err, host.ErrOverBudget) {
			t.Errorf("twice what the machine has: %v", err)
		}
		return success, nil
	})})
	if want := "may have 1 GiB, and all processes together can have 124 MiB"; status != 0 || !strings.Contains(s.err.String(), want) {
		t.Errorf("status %d, and it says %s; want %q", status, &s.err, want)
	}
}

// TestConsole hands the input from one life to the next.
func TestConsole(t *testing.T) {
	in, type_ := io.Pipe()
	c := newConsole(in)
	if none, err := io.ReadAll(c.reader(manifest.StreamNone)); len(none) > 0 || err != nil {
		t.Errorf("a process without input reads %q, %v", none, err)
	}
	first := c.reader(manifest.StreamConsole).(*consoleReader)
	go io.WriteString(type_, "one two")
	buf := make([]byte, 3)
	if _, err := io.ReadFull(first, buf); err != nil || string(buf) != "one" {
		t.Errorf("the first life reads %q, %v", buf, err)
	}
	second := c.reader(manifest.StreamConsole).(*consoleReader)
	blocked := make(chan error)
	go func() {
		if _, err := io.ReadFull(first, make([]byte, 4)); err != nil {
			blocked <- err
		}
		_, err := first.Read(buf)
		blocked <- err
	}()
	time.Sleep(time.Millisecond)
	if err := first.Close(); err != nil {
		t.Error(err)
	}
	if err := <-blocked; err != io.ErrClosedPipe && err != io.ErrUnexpectedEOF {
		t.Errorf("a read of a life that has ended: %v", err)
	}
	go func() {
		io.WriteString(type_, "three")
		type_.Close()
	}()
	rest, err := io.ReadAll(second)
	if err != nil || !strings.HasSuffix(string(rest), "three") {
		t.Errorf("the second life reads %q, %v", rest, err)
	}
}

// TestConsoleIsBounded reads no more ahead than it should.
func TestConsoleIsBounded(t *testing.T) {
	endless := &counting{}
	c := newConsole(endless)
	r := c.reader(manifest.StreamConsole)
	buf := make([]byte, 1<<20)
	total := 0
	for range 100 {
		n, err := r.Read(buf)
		if err != nil {
			t.Fatal(err)
		}
		total += n
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.buffer) > 2*consoleAhead {
		t.Errorf("%d bytes are read ahead", len(c.buffer))
	}
}

// counting is input without end.
type counting struct{ n int }

func (c *counting) Read(p []byte) (int, error) {
	c.n += len(p)
	return len(p), nil
}
