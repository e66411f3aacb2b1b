package policy_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/witan-os/witan/generated/systable"
	"github.com/witan-os/witan/internal/diag"
	"github.com/witan-os/witan/kernel/manifest"
	"github.com/witan-os/witan/kernel/policy"
	"github.com/witan-os/witan/runtime/link"
)

// part makes a component out of the names of what it imports and, behind "->", exports.
func part(text string) *policy.Component {
	imports, exports, _ := strings.Cut(text, "->")
	names := func(text string) (list []link.Name) {
		for _, n := range strings.Fields(text) {
			list = append(list, link.Name{Name: n})
		}
		return list
	}
	return &policy.Component{Imports: names(imports), Exports: names(exports)}
}

const (
	cli    = " wasi:cli/stdout@0.2.0 wasi:io/streams@0.2.0 "
	runs   = "wasi:cli/run@0.2.3 "
	device = " witan:kernel/device@0.1.0 "
)

// parts are the components that the tests have.
var parts = map[string]*policy.Component{
	"shell":  part(cli + "demo:system/files@1.0.0 witan:kernel/processes@0.1.0 witan:kernel/capability@0.1.0 -> " + runs),
	"fs":     part("demo:system/blocks@1.2.0 witan:kernel/log@0.1.0 -> demo:system/files@1.1.0"),
	"blk":    part(device + "witan:kernel/capability@0.1.0 -> demo:system/blocks@1.3.0"),
	"ram":    part("-> demo:system/blocks@1.2.0"),
	"old":    part("-> demo:system/blocks@0.9.0"),
	"math":   part("demo:calc/add@1.0.0 witan:kernel/log@0.1.0 -> demo:calc/math@1.0.0"),
	"add":    part("-> demo:calc/add@1.0.0"),
	"calc":   part("demo:calc/math@1.0.0 -> " + runs),
	"filter": part("demo:calc/math@1.0.0 -> demo:calc/math@1.0.0"),
	"ping":   part("demo:pong/hit@1.0.0 -> demo:ping/hit@1.0.0"),
	"pong":   part("demo:ping/hit@1.0.0 -> demo:pong/hit@1.0.0"),
	"plain":  part("greet -> " + runs),
	"greet":  part("-> greet"),
	"both":   part("demo:system/files@1.0.0 demo:system/blocks@1.0.0 -> " + runs),
	"talker": part("witan:kernel/capability@0.1.0 witan:kernel/log@0.1.0 -> " + runs),
	"files":  part(cli + "wasi:filesystem/preopens@0.2.0 -> " + runs),
	"server": part("witan:kernel/capability@0.1.0 -> witan:kernel/server@0.1.2"),
	"busy":   part("witan:kernel/capability@0.1.0 -> witan:kernel/server@0.1.0 " + runs),
	"own":    part("demo:own/thing@1.0.0 -> " + runs),
}

// components is the beginning of manifests: all parts.
func components() string {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(parts)) {
		fmt.Fprintf(&b, "[[component]]\nname = %q\nfile = %q\n", name, name+".wasm")
	}
	return b.String()
}

// resolve reads processes and resolves them. A test that expects errors has them in place of a plan.
func resolve(t *testing.T, processes string, in policy.Inputs) (*policy.Plan, []string) {
	t.Helper()
	m, err := manifest.Parse(manifest.Name, []byte(components()+processes))
	if err != nil {
		t.Fatal(err)
	}
	in.Components = parts
	plan, err := policy.Resolve(m, in)
	var list diag.List
	if errors.As(err, &list) {
		return nil, texts(list)
	}
	if err != nil {
		t.Fatal(err)
	}
	return plan, nil
}

// texts are diagnostics with the line that they are about, and the hint.
func texts(list diag.List) (out []string) {
	for _, d := range list.Items {
		line := d.Source.Text()[d.Start:d.End]
		text := fmt.Sprintf("%s: %s", line, d.Message)
		if d.Hint != "" {
			text += " [" + d.Hint + "]"
		}
		out = append(out, text)
	}
	return out
}

func plan(t *testing.T, processes string) *policy.Plan {
	t.Helper()
	p, errs := resolve(t, processes, policy.Inputs{})
	if p == nil {
		t.Fatal(strings.Join(errs, "\n"))
	}
	return p
}

const small = `
[[process]]
name = "shell"
startable = ["calc"]
[process.imports]
"wasi" = "kernel"
"witan:kernel" = "kernel"
"demo:system/files" = "process:fs"

[[process]]
name = "fs"
[process.imports]
"witan:kernel/log" = "kernel"
"demo" = "fused:blk"

[[process]]
name = "calc"
start = "spawn"
[process.imports]
"demo:calc/math" = "component:math"
"demo:calc" = "component:add"
"witan:kernel/log" = "kernel"

[[process]]
name = "blk"
[process.imports]
"witan" = "kernel"
[[process.grant]]
name = "disk"
device = "virtio-blk"
`

func TestPlan(t *testing.T) {
	p := plan(t, small)
	var got []string
	for _, q := range p.Processes {
		got = append(got, fmt.Sprintf("%s team %d program %t private %v", q.Name, q.Team, q.Program, q.Private))
		for _, i := range q.Imports {
			got = append(got, fmt.Sprintf("  %s = %s %s", i.Name, i.Provider, i.Export))
		}
	}
	want := []string{
		"blk team 1 program false private []",
		"  witan:kernel/capability@0.1.0 = kernel ",
		"  witan:kernel/device@0.1.0 = kernel ",
		"fs team 1 program false private []",
		"  demo:system/blocks@1.2.0 = fused:blk demo:system/blocks@1.3.0",
		"  witan:kernel/log@0.1.0 = kernel ",
		"shell team 0 program true private []",
		"  demo:system/files@1.0.0 = process:fs demo:system/files@1.1.0",
		"  wasi:cli/stdout@0.2.0 = kernel ",
		"  wasi:io/streams@0.2.0 = kernel ",
		"  witan:kernel/capability@0.1.0 = kernel ",
		"  witan:kernel/processes@0.1.0 = kernel ",
		"calc team 0 program true private [add math]",
		"  demo:calc/add@1.0.0 = component:add demo:calc/add@1.0.0",
		"  demo:calc/math@1.0.0 = component:math demo:calc/math@1.0.0",
		"  witan:kernel/log@0.1.0 = kernel ",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if len(p.Warnings.Items) > 0 {
		t.Errorf("warnings: %v", texts(p.Warnings))
	}
	if q := p.Process("fs"); q == nil || q.Name != "fs" || p.Process("nobody") != nil {
		t.Errorf("fs is %v, nobody is %v", q, p.Process("nobody"))
	}
}

func TestCalls(t *testing.T) {
	p := plan(t, small)
	has := func(process, iface, function string) bool {
		track := "0.2"
		if strings.HasPrefix(iface, "witan:") {
			track = "0.1"
		}
		n := systable.Number(iface, track, function)
		if n == 0 {
			t.Fatalf("there is no call %s#%s", iface, function)
		}
		return p.Process(process).Calls.Has(n)
	}
	for _, c := range []struct {
		process, iface, function string
		want                     bool
	}{
		{"shell", "wasi:cli/stdout", "get-stdout", true},
		{"shell", "wasi:io/streams", "[method]output-stream.write", true},
		{"shell", "witan:kernel/processes", "[static]child.spawn", true},
		{"shell", "wasi:cli/stdin", "get-stdin", false}, // the key would do, but nothing imports it
		{"shell", "witan:kernel/log", "log", false},     // that is fs's
		{"fs", "witan:kernel/log", "log", true},
		{"fs", "witan:kernel/device", "[static]handle.open", false}, // that is blk's
		{"blk", "witan:kernel/device", "[static]handle.open", true},
		{"calc", "witan:kernel/log", "log", true}, // a private component of it needs that
	} {
		if got := has(c.process, c.iface, c.function); got != c.want {
			t.Errorf("%s may call %s#%s: %t", c.process, c.iface, c.function, got)
		}
	}
	if calls := p.Process("shell").Calls; calls.Has(0) || calls.Has(65535) {
		t.Error("numbers that are no calls are granted")
	}
	var log []string
	for _, n := range p.Process("fs").Calls.All() {
		log = append(log, systable.Calls[n].Name())
	}
	if diff := cmp.Diff([]string{"witan:kernel/log@0.1#enabled", "witan:kernel/log@0.1#log"}, log); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestCloser gives the same interface to several keys. The closest one counts.
func TestCloser(t *testing.T) {
	for _, c := range []struct {
		keys string
		want string
	}{
		{`"demo" = "process:old"` + "\n" + `"demo:system" = "process:ram"`, "process:ram"},
		{`"demo:system/blocks" = "process:blk"` + "\n" + `"demo:system" = "process:old"`, "process:blk"},
		{`"demo:system@1.0.0" = "process:ram"` + "\n" + `"demo:system" = "process:old"`, "process:ram"},
		{`"demo:system@0.9.0" = "process:old"` + "\n" + `"demo:system" = "process:ram"`, "process:ram"},
		{`"demo:system/blocks@1" = "process:ram"` + "\n" + `"demo:system/blocks" = "process:old"`, "process:ram"},
		{`"demo:system/blocks" = "process:ram"` + "\n" + `"demo:system@1.2.0" = "process:old"`, "process:ram"},
	} {
		p := plan(t, "[[process]]\nname='fs'\n[process.imports]\n\"witan\"='kernel'\n"+c.keys+`
[[process]]
name = "ram"
[[process]]
name = "old"
[[process]]
name = "blk"
[process.imports]
witan = "kernel"
[[process.grant]]
name = "disk"
device = "virtio-blk"
`)
		if got := p.Process("fs").Imports[0].Provider.String(); got != c.want {
			t.Errorf("%s: the provider is %s, want %s", c.keys, got, c.want)
		}
	}
}

func TestPlainName(t *testing.T) {
	p := plan(t, "[[process]]\nname='plain'\nimports={greet='process:greet'}\n[[process]]\nname='greet'\n")
	if diff := cmp.Diff([]policy.Import{{Name: "greet", Provider: manifest.Provider{Kind: manifest.Guarded, Name: "greet"}, Key: "greet", Export: "greet"}}, p.Process("plain").Imports); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestPlace(t *testing.T) {
	const text = `
[[process]]
name = "fs"
[process.imports]
witan = "kernel"
demo = "process:ram"
[[process]]
name = "ram"
on = "hosted"
`
	if p, errs := resolve(t, text, policy.Inputs{}); p == nil || len(p.Processes) != 2 {
		t.Errorf("hosted: %v", errs)
	}
	_, errs := resolve(t, text, policy.Inputs{Metal: true})
	if diff := cmp.Diff([]string{`"process:ram": ram exists on "hosted" alone, and fs does not`}, errs); diff != "" {
		t.Errorf("on metal (-want +got):\n%s", diff)
	}
}

func TestErrors(t *testing.T) {
	process := func(name, imports string) string {
		return fmt.Sprintf("[[process]]\nname = %q\ncomponent = %q\nimports = {%s}\n", name, strings.TrimRight(name, "0123456789"), imports)
	}
	const blk = "[[process]]\nname='blk'\nimports={witan='kernel'}\n[[process.grant]]\nname='disk'\ndevice='virtio-blk'\n"
	for _, c := range []struct {
		name, text string
		in         policy.Inputs
		want       []string
	}{
		{
			name: "no provider, the kernel has it", text: process("fs", "demo='process:ram'") + process("ram", ""),
			want: []string{`{demo='process:ram'}: nothing answers the import witan:kernel/log@0.1.0 of fs [the kernel implements it: "witan:kernel/log" = "kernel"]`},
		},
		{
			name: "no provider, a process has it", text: process("fs", "witan='kernel'") + process("ram", ""),
			want: []string{`{witan='kernel'}: nothing answers the import demo:system/blocks@1.2.0 of fs [ram exports it: "demo:system/blocks" = "process:ram"]`},
		},
		{
			name: "no provider, a component has it", text: process("fs", "witan='kernel'"),
			want: []string{`{witan='kernel'}: nothing answers the import demo:system/blocks@1.2.0 of fs [the component blk exports it: "demo:system/blocks" = "component:blk"]`},
		},
		{
			name: "no provider, nobody has it", text: "[[process]]\nname='own'\n",
			want: []string{"process: nothing answers the import demo:own/thing@1.0.0 of own [no component of the manifest exports it]"},
		},
		{
			name: "no provider for a private component", text: process("calc", "'demo:calc/math'='component:math', witan='kernel'"),
			want: []string{`{'demo:calc/math'='component:math', witan='kernel'}: nothing answers the import demo:calc/add@1.0.0 of calc (its component math) [the component add exports it: "demo:calc/add" = "component:add"]`},
		},
		{
			name: "not exported", text: process("fs", "witan='kernel', demo='process:greet'") + process("greet", "") + process("ram", ""),
			want: []string{`'process:greet': process:greet does not export demo:system/blocks@1.2.0 [ram exports it: "demo:system/blocks" = "process:ram"]`},
		},
		{
			name: "another track", text: process("fs", "witan='kernel', demo='fused:old'") + process("old", ""),
			want: []string{`'fused:old': fused:old does not export demo:system/blocks@1.2.0 [there is demo:system/blocks@0.9.0, of another semver track]`},
		},
		{
			name: "not implemented", text: process("own", "demo='kernel'"), in: policy.Inputs{Kernel: []string{"demo:own/other@1.0.0"}},
			want: []string{"'kernel': the kernel does not implement demo:own/thing@1.0.0 [of that package there is demo:own/other@1.0.0]"},
		},
		{
			name: "its own", text: process("ping", "demo='process:ping'"),
			want: []string{"'process:ping': ping would answer its own imports [component:NAME is an instance of another component, private to the process]"},
		},
		{
			name: "served without a handle function", text: "[[endpoint]]\nname='log'\n[[process]]\nname='greet'\nserves=['log']\n",
			want: []string{"['log']: greet can't serve: its component does not export witan:kernel/server@0.1.0"},
		},
		{
			name: "served by a program", text: "[[endpoint]]\nname='log'\n[[process]]\nname='busy'\nserves=['log']\nimports={witan='kernel'}\n",
			want: []string{"['log']: busy can't serve: it is a program, which has its own things to do [a server exports no wasi:cli/run]"},
		},
		{
			name: "guarded circle", text: process("ping", "demo='process:pong'") + process("pong", "demo='process:ping'"),
			want: []string{"'process:ping': processes need each other: ping needs pong needs ping [who answers imports starts first; the way back can go through an endpoint]"},
		},
		{
			name: "fused circle of two of a kind", text: process("ping1", "demo='fused:pong1'") + process("pong1", "demo='process:ping2'") + process("ping2", "demo='process:pong2'") + process("pong2", "demo='fused:ping1'"),
			want: []string{"'fused:ping1': processes need each other: ping1 needs pong1 needs ping2 needs pong2 needs ping1 [who answers imports starts first; the way back can go through an endpoint]"},
		},
		{
			name: "circle of private components", text: process("calc", "demo='component:filter'"),
			want: []string{"{demo='component:filter'}: components of calc need each other: filter needs filter"},
		},
		{
			name: "provider that others start", text: process("fs", "witan='kernel', demo='process:ram'") + "[[process]]\nname='ram'\nstart='spawn'\n",
			want: []string{
				`'process:ram': ram is only there when another process has started it [who answers imports has start = "boot"]`,
				"process: starting ram does nothing: it exports no wasi:cli/run, and nobody can call it",
			},
		},
		{
			name: "guarded within a team", text: process("both", "'demo:system/files'='fused:fs', 'demo:system/blocks'='process:blk'") + process("fs", "witan='kernel', demo='fused:blk'") + blk,
			want: []string{`'process:blk': both and blk are fused, if only by way of others, and share their fate anyway [say "fused:blk"]`},
		},
		{
			name: "all at once", text: "[[process]]\nname='own'\n" + process("own2", ""),
			want: []string{
				"process: nothing answers the import demo:own/thing@1.0.0 of own [no component of the manifest exports it]",
				"{}: nothing answers the import demo:own/thing@1.0.0 of own2 [no component of the manifest exports it]",
			},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, errs := resolve(t, c.text, c.in)
			if diff := cmp.Diff(c.want, errs); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestWarnings(t *testing.T) {
	driver := func(name string) string {
		return "[[process]]\nname='" + name + "'\ncomponent='blk'\nimports={witan='kernel'}\n[[process.grant]]\nname='d'\ndevice='virtio-blk'\n"
	}
	for _, c := range []struct {
		name, text string
		want       []string
	}{
		{"unused key", "[[process]]\nname='ram'\nimports={wasi='kernel'}\n", []string{`'kernel': ram imports nothing that "wasi" says who answers`}},
		{
			"hidden key", "[[process]]\nname='fs'\nimports={witan='kernel', demo='component:ram', 'demo:system'='component:blk'}\n[[process.grant]]\nname='d'\ndevice='virtio-blk'\n",
			[]string{`'component:ram': fs imports nothing that "demo" says who answers`},
		},
		{
			"no device", "[[process]]\nname='blk'\nimports={witan='kernel'}\n",
			[]string{"'kernel': blk imports witan:kernel/device, and has no device [[[process.grant]] gives it one]"},
		},
		{
			"devices and capabilities without use", "[[endpoint]]\nname='e'\n[[process]]\nname='ram'\n[[process.grant]]\nname='d'\ndevice='virtio-blk'\n" +
				"[[process.grant]]\nname='e'\nendpoint='e'\nrights=['send']\n",
			[]string{
				"grant: ram can't use the grant d: it does not import witan:kernel/device",
				"grant: ram can't use the grant e: it does not import witan:kernel/capability or witan:kernel/actor",
			},
		},
		{
			"two of a device", driver("blk2") + driver("blk"),
			[]string{"'virtio-blk': blk2 is granted virtio-blk, too: without a second one the later process gets none"},
		},
		{
			"startable without use", "[[process]]\nname='ram'\nstartable=['calc']\n[[process]]\nname='calc'\nstart='spawn'\n" +
				"imports={demo='component:math', 'demo:calc/add'='component:add', witan='kernel'}\n",
			[]string{"['calc']: ram can't start others: it does not import witan:kernel/processes"},
		},
		{
			"implemented by whom", "[[process]]\nname='own'\nimports={demo='kernel'}\n",
			[]string{"'kernel': demo:own/thing@1.0.0 is no system call: the system's program has to implement it"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, texts(plan(t, c.text).Warnings)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestBudgets holds budgets of memory against what there is.
func TestBudgets(t *testing.T) {
	process := func(name, more string) string {
		return "[[process]]\nname='" + name + "'\ncomponent='ram'\nimports={}\n" + more + "\n"
	}
	two := process("a", "memory='80 MiB'") + process("b", "memory='80 MiB'")
	const hint = " [give the machine more memory, or processes less]"
	for _, c := range []struct {
		name, text string
		memory     uint64
		want       []string
	}{
		{"enough", two, 160 << 20, nil},
		{"not known", two, 0, nil},
		{"the sum", two, 100 << 20, []string{"'80 MiB': with b, processes of the boot may have 160 MiB together, and can have 100 MiB" + hint}},
		{"by default", process("a", "") + process("b", ""), 20 << 20, []string{"process: with b, processes of the boot may have 32 MiB together, and can have 20 MiB" + hint}},
		{"one alone", process("a", "memory='4 GiB'"), 256 << 20, []string{"'4 GiB': a may have 4 GiB, and all processes together can have 256 MiB" + hint}},
		{
			"that others start", process("a", "memory='80 MiB'") +
				"[[process]]\nname='calc'\nstart='spawn'\nmemory='80 MiB'\nimports={demo='component:math', 'demo:calc/add'='component:add', witan='kernel'}\n",
			100 << 20, nil,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, errs := resolve(t, c.text, policy.Inputs{Memory: c.memory})
			if p == nil {
				t.Fatal(errs)
			}
			if diff := cmp.Diff(c.want, texts(p.Warnings)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
