package manifest

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/witan-os/witan/internal/diag"
)

func TestErrors(t *testing.T) {
	const component = "[[component]]\nname='c'\nfile='f'\n"
	process := func(keys string) string { return component + "[[process]]\nname='p'\ncomponent='c'\n" + keys }
	const other = "\n[[process]]\nname='q'\ncomponent='c'\n"
	for _, c := range []struct {
		name, text string
		want       []string // line:column: beginning of the message
	}{
		{"syntax", "run = [\n", []string{"1:8: "}},
		{"unknown key", "runs = []", []string{"1:1: there is no key `runs`"}},
		{"type", "run = 3", []string{"1:7: `run` is an array"}},
		{"run of an unknown component", `run = [["x"]]`, []string{"1:9: run names the component x, which is not in the manifest"}},
		{"empty run", `run = [[]]`, []string{"1:8: run has an entry without a component name"}},
		{"component without a file", "[[component]]\nname = \"a\"", []string{"1:3: a component needs a file"}},
		{"component without a name", "[[component]]\nfile = \"a\"", []string{"1:3: a component needs a name"}},
		{"component twice", "[[component]]\nname='a'\nfile='f'\n[[component]]\nname='a'\nfile='f'", []string{"5:6: a component before has the name a already"}},
		{"component with a slash", "[[component]]\nname='a/b'\nfile='f'", []string{`2:6: the name "a/b" of a component: a name has no spaces`}},
		{"component with a control character", "[[component]]\nname=\"a\\u0007\"\nfile='f'", []string{`2:6: the name "a\a" of a component`}},
		{"environment", `env = ["A"]`, []string{`1:8: env entry "A" is not KEY=VALUE`}},
		{"all of them", `run = [["x"], []]`, []string{"1:9: run names", "1:15: run has"}},
		{"relative path", "[files]\n\"a\" = \"b\"", []string{`2:7: files: the path "a" that programs see must begin with /`}},

		{"run and processes", "run = [['c']]\n" + process(""), []string{"1:7: run is for a system without processes"}},
		{"process without a name", component + "[[process]]\ncomponent='c'\n", []string{"4:3: a process needs a name"}},
		{"process twice", process("") + "[[process]]\nname='p'\ncomponent='c'\n", []string{"8:6: a process before has the name p already"}},
		{"process without a component", component + "[[process]]\nname='x'\n", []string{"4:3: there is no component x in the manifest"}},
		{"unknown component", strings.Replace(process(""), "component='c'", "component='d'", 1), []string{"6:11: there is no component d in the manifest"}},
		{"environment of a process", process("env=['=x']"), []string{`7:6: env entry "=x" is not KEY=VALUE`}},
		{"start", process("start='bot'"), []string{"7:7: `process.start`: \"bot\" is none of boot, spawn: did you mean boot?"}},
		{"place", process("on='moon'"), []string{"7:4: `process.on`: \"moon\" is none of any, metal, hosted"}},
		{"restart", process("restart='sometimes'"), []string{"7:9: `process.restart`: \"sometimes\" is none of"}},
		{"strategy", process("strategy='two'"), []string{"7:10: `process.strategy`: \"two\" is none of one, all"}},
		{"memory", process("memory='5 GiB'"), []string{"7:8: a process can't have more memory than 4 GiB"}},
		{"handles", process("handles=0"), []string{"7:9: 0 handles: want 1 to 65536"}},
		{"too many handles", process("handles=65537"), []string{"7:9: 65537 handles: want 1 to 65536"}},
		{"fuel", process("fuel=-1"), []string{"7:6: `process.fuel`: -1 is negative"}},
		{"call-time", process(`call-time="999us"`), []string{"7:11: a process has 1ms at least to answer a call"}},
		{"restarts", process("restarts=-1"), []string{"7:10: -1 restarts: want 0 or more"}},
		{"essential and started by others", process("start='spawn'\nessential=true"), []string{"8:11: a process that others start can't be essential"}},
		{"unknown parent", process("parent='q'"), []string{"7:8: there is no process q in the manifest"}},
		{"its own parent", process("parent='p'"), []string{"7:8: the process is above itself: p is below p"}},
		{"circle of parents", process("parent='q'") + other + "parent='p'", []string{
			"7:8: the process is above itself: p is below q is below p", "11:8: the process is above itself: q is below p is below q",
		}},
		{"above a circle", process("parent='q'") + other + "parent='q'", []string{"11:8: the process is above itself: q is below q"}},
		{"parent that is started", process("parent='q'") + other + "start='spawn'", []string{"7:8: q can't be a parent"}},
		{"parent of one that is started", process("parent='q'\nstart='spawn'") + other, []string{"7:8: whoever starts the process is its parent"}},
		{"parent elsewhere", process("parent='q'") + other + "on='metal'", []string{`7:8: the parent q exists on "metal" alone`}},
		{"startable and unknown", process("startable=['q']"), []string{"7:12: there is no process q"}},
		{"startable and running", process("startable=['q']") + other, []string{"7:12: q can't be started: it starts at boot"}},
		{"startable twice", process("startable=['q', 'q']") + other + "start='spawn'", []string{"7:17: q is there twice"}},
		{"input from the log", process("stdin='log'"), []string{"7:7: nothing can be read from the log"}},
		{"two readers", process("stdin='console'\non='metal'") + other + "stdin='console'", []string{"12:7: p reads the console already"}},
		{"two readers in two places", process("stdin='console'\non='metal'") + other + "stdin='console'\non='hosted'", nil},
		{"provider of no kind", process("imports={a='nobody'}"), []string{"7:12: `process.imports.a`: \"nobody\" is no provider"}},
		{"kernel with a name", process("imports={a='kernel:x'}"), []string{"7:12: `process.imports.a`: \"kernel:x\": the kernel needs no name"}},
		{"provider without a name", process("imports={a='fused:'}"), []string{"7:12: `process.imports.a`: \"fused:\": want the name of a process"}},
		{"unknown provider", process("imports={a='process:pp'}"), []string{"7:12: there is no process pp"}},
		{"unknown private component", process("imports={a='component:p'}"), []string{"7:12: there is no component p"}},

		{"endpoint twice", "[[endpoint]]\nname='e'\n[[endpoint]]\nname='e'", []string{"4:6: an endpoint before has the name e already"}},
		{"capacity of nothing", "[[endpoint]]\nname='e'\ncapacity=0", []string{"3:10: a capacity of 0 messages: want 1 to 1024"}},
		{"capacity of too much", "[[endpoint]]\nname='e'\ncapacity=1025", []string{"3:10: a capacity of 1025 messages"}},
		{"memory without a size", "[[memory]]\nname='m'", []string{"1:3: a region of memory needs a size"}},
		{"memory of a strange size", "[[memory]]\nname='m'\nsize='1 MB'", []string{"3:6: `memory.size`: \"1 MB\" is no size"}},

		{"many processes", component + strings.Repeat("[[process]]\nname='p'\ncomponent='c'\n", 257), []string{"772:3: there are 257 processes, and may be 256"}},
		{"many endpoints", strings.Repeat("[[endpoint]]\nname='e'\n", 257), []string{"513:3: there are 257 endpoints, and may be 256"}},
		{"many regions", strings.Repeat("[[memory]]\nname='e'\n", 257), []string{"513:3: there are 257 regions of memory, and may be 256"}},
		{"many grants", process(strings.Repeat("[[process.grant]]\nname='g'\n", 65)), []string{"135:11: there are 65 grants, and may be 64"}},
		{"grant of nothing", process("[[process.grant]]\nname='g'"), []string{"7:11: the grant g is for nothing"}},
		{"grant without a name", process("[[process.grant]]\ndevice='virtio-rng'"), []string{"7:11: a grant needs a name"}},
		{"serving nothing", process("serves=['log']"), []string{"7:9: there is no endpoint log in the manifest"}},
		{"served twice", "[[endpoint]]\nname='log'\n" + process("serves=['log']") + other + "serves=['log']", []string{"13:9: the endpoint log is served by p already"}},
		{"served twice by one", "[[endpoint]]\nname='log'\n" + process("serves=['log', 'log']"), []string{"9:16: the endpoint log is served by p already"}},
		{
			"receiving what is served", "[[endpoint]]\nname='log'\n" + process("serves=['log']") + other + "grant=[{name='g', endpoint='log', rights=['receive']}]",
			[]string{"13:42: the endpoint log is served by p, which gets all its messages"},
		},
		{"serving when started", "[[endpoint]]\nname='log'\n" + process("start='spawn'\nserves=['log']"), []string{"10:8: a process that others start can't serve"}},
		{"grant twice", process(strings.Repeat("[[process.grant]]\nname='g'\ndevice='virtio-rng'\n", 2)), []string{"11:6: a grant before has the name g already"}},
		{"grant of two objects", process("[[process.grant]]\nname='g'\ndevice='virtio-rng'\nframebuffer=true"), []string{"10:13: the grant g is for more than one object: device and framebuffer"}},
		{"unknown endpoint", process("[[process.grant]]\nname='g'\nendpoint='e'\nrights=['send']"), []string{"9:10: there is no endpoint e"}},
		{"unknown memory", process("[[process.grant]]\nname='g'\nmemory='e'\nrights=['read']"), []string{"9:8: there is no region of memory e"}},
		{"unknown device", process("[[process.grant]]\nname='g'\ndevice='disk'"), []string{"9:8: `process.grant.device`: \"disk\" is no device"}},
		{"device with rights", process("[[process.grant]]\nname='g'\ndevice='virtio-rng'\nrights=['read']"), []string{"10:8: a device has no rights"}},
		{"no rights", process("[[process.grant]]\nname='g'\nframebuffer=true"), []string{"7:11: the grant g gives no right"}},
		{"right of another kind", process("[[process.grant]]\nname='g'\nframebuffer=true\nrights=['read', 'send']"), []string{"10:17: send is no right that an object of the kind framebuffer knows"}},
		{"no right at all", process("[[process.grant]]\nname='g'\nframebuffer=true\nrights=['reed']"), []string{"10:9: an element of `process.grant.rights`: \"reed\" is none of read, write, execute, grant, map, send, receive: did you mean read?"}},
		{"right twice", process("[[process.grant]]\nname='g'\nframebuffer=true\nrights=['read', 'read']"), []string{"10:17: the right read is there twice"}},
		{"dma without a device", process("[[process.grant]]\nname='g'\nframebuffer=true\nrights=['read']\ndma='4 KiB'"), []string{"11:5: dma is for devices"}},
		{"log twice", "[[log]]\nname='l'\n[[log]]\nname='l'", []string{"4:6: a log before has the name l already"}},
		{"level", "[[log]]\nname='l'\nlevel='loud'", []string{"3:7: `log.level`: \"loud\" is none of trace, debug, info, warn, error"}},
		{"many logs", strings.Repeat("[[log]]\nname='e'\n", 257), []string{"513:3: there are 257 logs, and may be 256"}},
		{"unknown log", process("[[process.grant]]\nname='g'\nlog='e'\nrights=['send']"), []string{"9:5: there is no log e"}},
		{"reading a log", "[[log]]\nname='l'\n" + process("[[process.grant]]\nname='g'\nlog='l'\nrights=['read']\nbadge=1"), []string{"12:9: read is no right that an object of the kind log knows"}},
		{"unknown process", process("[[process.grant]]\nname='g'\nprocess='r'\nrights=['read']") + other, []string{"9:9: there is no process r"}},
		{"process that is started", process("[[process.grant]]\nname='g'\nprocess='q'\nrights=['read']") + other + "start='spawn'", []string{"9:9: q is only there when another process has started it"}},
		{"process elsewhere", process("[[process.grant]]\nname='g'\nprocess='q'\nrights=['read']") + other + "on='metal'", []string{`9:9: q exists on "metal" alone`}},
		{"process in the same place", process("on='metal'\n[[process.grant]]\nname='g'\nprocess='q'\nrights=['read']") + other + "on='metal'", nil},
		{"process that nobody may end", process("[[process.grant]]\nname='g'\nprocess='q'\nrights=['read', 'execute']") + other + "essential=true", []string{"10:8: nobody may end q, which is essential"}},
		{"process with a badge", process("[[process.grant]]\nname='g'\nprocess='q'\nrights=['read']\nbadge=1") + other, []string{"11:7: a badge is for endpoints and logs"}},
		{"badge without an endpoint", process("[[process.grant]]\nname='g'\nframebuffer=true\nrights=['read']\nbadge=1"), []string{"11:7: a badge is for endpoints"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := messages(c.text)
			ok := len(got) == len(c.want)
			for i := range min(len(got), len(c.want)) {
				ok = ok && strings.HasPrefix(got[i], c.want[i])
			}
			if !ok {
				t.Errorf("(-want +got):\n%s", cmp.Diff(c.want, got))
			}
		})
	}
}

// messages are what is wrong with a manifest.
func messages(text string) []string {
	_, err := Parse("boot.toml", []byte(text))
	var list diag.List
	if !errors.As(err, &list) {
		return nil
	}
	var out []string
	for _, d := range list.Items {
		p := d.Source.Position(d.Start)
		out = append(out, fmt.Sprintf("%d:%d: %s", p.Line, p.Column, d.Message))
	}
	return out
}

// FuzzParse reads anything. What it takes comes back as it was out of its encoded form.
func FuzzParse(f *testing.F) {
	f.Add(simple)
	f.Add(system)
	f.Add("[[process]]\nname='a'\nparent='a'\n[[component]]\nname='a'\nfile='f'")
	f.Fuzz(func(t *testing.T, text string) {
		m, err := Parse("boot.toml", []byte(text))
		if err != nil {
			return
		}
		data, err := m.Encode()
		if err != nil {
			t.Fatal(err)
		}
		again, err := Parse("encoded", data)
		if err != nil {
			t.Fatalf("%v in\n%s", err, data)
		}
		twice, err := again.Encode()
		if err != nil || string(twice) != string(data) {
			t.Errorf("%v (-once +twice)\n%s", err, cmp.Diff(string(data), string(twice)))
		}
	})
}
