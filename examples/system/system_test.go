package main

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/witan-os/witan/examples/internal/tool"
)

// This file runs the whole system, hosted and in a virtual machine, and has it test itself.

// asSystem is set where the test's own executable is to be the system.
const asSystem = "TEST_AS_SYSTEM"

func TestMain(m *testing.M) {
	if os.Getenv(asSystem) != "" {
		main()
	}
	os.Exit(m.Run())
}

// hosted runs the system with a disk in a file, which is made if it is not there.
func hosted(t *testing.T, disk, stdin string, args ...string) tool.Result {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return tool.Run(t, tool.Command{
		Args:  append([]string{self}, args...),
		Env:   []string{asSystem + "=1", diskVariable + "=" + disk},
		Stdin: stdin,
	})
}

// ownFault is a line about a service that has trapped, which none has a reason to but the saboteur.
var ownFault = regexp.MustCompile(`(?m)^witan: (rng|blk|fs|log|pinger)\[.*`)

// checkReport checks what the self-test prints: that all is well, and that it has looked.
func checkReport(t *testing.T, r tool.Result) {
	t.Helper()
	if r.Status != 0 {
		t.Errorf("status %d", r.Status)
	}
	for _, line := range []string{
		`(?m)^selftest: (\d\d) of (\d\d) checks passed$`,
		`(?m)^9\d attacks, 9\d blocked, 0 breached, 0 untried$`,
		`(?m)^not attacked: memory by way of a device\. `,
		`(?m)^ok      all answer after each of 100 kills: [1-9]\d* files were read and pictures drawn meanwhile$`,
		`(?m)^ok      a process has the memory that it may have, and no more: 4194304 bytes by its own figure, 4194304 by the kernel's, of 4194304$`,
		`(?m)^ok      the screen shows the picture$`,
	} {
		if !regexp.MustCompile(line).MatchString(r.Stdout) {
			t.Errorf("no line is %s", line)
		}
	}
	if line := ownFault.FindString(r.Stderr); line != "" {
		t.Errorf("who was killed, or has lost what was, is said to have failed: %s", line)
	}
	if !regexp.MustCompile(`(?m)^\S+Z info  selftest/shell\[\d+\] references: written by a reference$`).MatchString(r.Stderr) {
		t.Error("what the self-test has written to its log is not there")
	}
	if strings.Contains(r.Stdout, "\x1b") || strings.Contains(r.Stderr, "\x1b") {
		t.Error("an escape character of a program is on the console")
	}
	if t.Failed() {
		t.Logf("stdout:\n%s\nstderr:\n%s", r.Stdout, r.Stderr)
	}
}

// checkDisk reads what the self-test has left on a disk, with the file system alone.
func checkDisk(t *testing.T, name string) {
	t.Helper()
	content, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	d := newDisk(0)
	d.content = content
	m := newFileSystem(t).on(t, d)
	defer m.close()
	files := m.content(t)
	var kept []byte
	for i := range 600 {
		kept = append(kept, byte(i*i))
	}
	if files["kept"] != string(kept) || files["text"] != "one line\nand two more words\n\nend" {
		t.Errorf("the disk has %q", files)
	}
}

func TestHosted(t *testing.T) {
	disk := filepath.Join(t.TempDir(), "disk")
	checkReport(t, hosted(t, disk, "", "selftest"))
	checkDisk(t, disk)
}

// TestShell types commands, and has the next system find the files.
func TestShell(t *testing.T) {
	disk := filepath.Join(t.TempDir(), "disk")
	r := hosted(t, disk, strings.Join([]string{
		"help", "ps", "write greeting hello, world", "cat greeting", "ls", "run words greeting", "run sums greeting", "run words",
		"log from the test", "tail", "free", "calls shell", "kill shell", "audit 3", "kill nobody", "nonsense", "cat", "rand 4097",
		"run picture check", "run picture", "run picture check", "shutdown 7",
	}, "\n")+"\n")
	if r.Status != 7 {
		t.Errorf("status %d", r.Status)
	}
	for _, want := range []string{
		`  kill PROCESS                    end a process\n`,
		`(?m)^ *\d+ +0  fs +waiting `,
		`> hello, world\n`,
		`>       13  f4247453  greeting\n`,
		`> 1 2 13 greeting\n`,
		`> f4247453 greeting\n`,
		`> it ended with status 1\n`,
		`> shell: from the test\n`,
		`> \d+ processors?, \d+ of \d+ MB in use, as a program of another system\n`,
		`(?m)^ *1 +\d+  witan:kernel/monitor@0\.1#calls$`,
		`(?m)^ *\d+ +\d+ ms +\d+ shell +denied +`,
		`> shell: it is not killed: denied\n`,
		`> there is no process nobody\n`,
		`> there is no such command, see help: nonsense\n`,
		`> usage: cat FILE\n`,
		`> not a number up to 4096: 4097\n`,
		`> it ended with status 1\n> > > $`,
	} {
		if !regexp.MustCompile(want).MatchString(r.Stdout) {
			t.Errorf("no output is %s", want)
		}
	}
	again := hosted(t, disk, "", "cat", "greeting")
	if again.Status != 0 || again.Stdout != "hello, world\n" {
		t.Errorf("the next system: %+v", again)
	}
	if missing := hosted(t, disk, "", "cat", "nothing"); missing.Status != 1 || missing.Stdout != "there is no such file\n" {
		t.Errorf("a file that is not there: %+v", missing)
	}
	if t.Failed() {
		t.Logf("stdout:\n%s\nstderr:\n%s", r.Stdout, r.Stderr)
	}
}

// TestSoak has the soak test go through its first rounds, the last of which kill something.
func TestSoak(t *testing.T) {
	r := hosted(t, filepath.Join(t.TempDir(), "disk"), "", "soak", "0")
	if r.Status != 0 || !regexp.MustCompile(`^soak: \d+ s, 32 rounds, 4 kills, [1-9]\d* files read and pictures drawn, \d+ KB in use\n$`).MatchString(r.Stdout) {
		t.Errorf("got %+v", r)
	}
}

// buildImage builds an image, and returns witgen and the image.
func buildImage(t *testing.T, format string) (witgen, img string) {
	t.Helper()
	if testing.Short() {
		t.Skip("boots a virtual machine")
	}
	witgen, img = tool.Witgen(t), filepath.Join(t.TempDir(), "os.img")
	if r := tool.Run(t, tool.Command{Args: []string{witgen, "image", "build", ".", "--format", format, "-o", img}}); r.Status != 0 {
		t.Fatalf("image build: %s", r.Stderr)
	}
	return witgen, img
}

// TestUntried has a program do all attacks of the attacker that does none of them, and ends. That they have cost nobody
// anything is no reason to call them blocked.
func TestUntried(t *testing.T) {
	dir := t.TempDir()
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(here, "components"), filepath.Join(dir, "components")); err != nil {
		t.Fatal(err)
	}
	manifest, err := os.ReadFile("boot.toml")
	if err != nil {
		t.Fatal(err)
	}
	harmless := bytes.Replace(manifest, []byte("components/attacker.wasm"), []byte("components/words.wasm"), 1)
	if err := os.WriteFile(filepath.Join(dir, "boot.toml"), harmless, 0o666); err != nil {
		t.Fatal(err)
	}
	t.Chdir(dir)
	r := hosted(t, filepath.Join(dir, "disk"), "", "chaos")
	for _, line := range []string{
		`(?m)^UNTRIED  an endless loop: it did not begin$`,
		`(?m)^blocked  an actor that loops for ever: killed$`,
		`(?m)^9\d attacks, 21 blocked, 0 breached, 7\d untried$`,
	} {
		if !regexp.MustCompile(line).MatchString(r.Stdout) {
			t.Errorf("no line is %s", line)
		}
	}
	if r.Status != 1 {
		t.Errorf("status %d", r.Status)
	}
	if t.Failed() {
		t.Logf("stdout:\n%s\nstderr:\n%s", r.Stdout, r.Stderr)
	}
}

// TestMetal boots an image, and looks at what is on its screen and on its disk then.
func TestMetal(t *testing.T) {
	witgen, img := buildImage(t, "pvh")
	disk, screenshot := filepath.Join(t.TempDir(), "disk"), filepath.Join(t.TempDir(), "screen.png")
	checkReport(t, tool.Run(t, tool.Command{Args: []string{
		witgen, "image", "run", img, "--cpus", "2", "--append", "selftest", "--timeout", "4m",
		"--disk", disk + ":4MiB", "--screenshot", screenshot,
	}}))
	checkDisk(t, disk)
	checkScreen(t, screenshot)
	t.Run("reboot", func(t *testing.T) { checkReboot(t, witgen, img) })
}

// TestUEFI boots an image from a disk, as UEFI does.
func TestUEFI(t *testing.T) {
	witgen, img := buildImage(t, "disk")
	r := tool.Run(t, tool.Command{Args: []string{
		witgen, "image", "run", img, "--uefi", "--cpus", "2", "--append", "selftest", "--timeout", "4m",
	}})
	checkReport(t, tool.Result{Status: r.Status, Stdout: afterFirmware(t, r.Stdout), Stderr: afterFirmware(t, r.Stderr)})
}

// afterFirmware leaves out what the firmware has written on a serial line, which ends with the line on what it starts.
func afterFirmware(t *testing.T, text string) string {
	t.Helper()
	_, rest, found := strings.Cut(text, "BdsDxe: starting ")
	_, rest, whole := strings.Cut(rest, "\n")
	if !found || !whole {
		t.Errorf("the firmware has started nothing: %q", text)
	}
	return rest
}

// checkReboot has the shell restart the machine. The second one finds no more input, which ends it, and the file of the
// first one.
func checkReboot(t *testing.T, witgen, img string) {
	disk := filepath.Join(t.TempDir(), "disk")
	run := []string{witgen, "image", "run", img, "--timeout", "2m", "--disk", disk + ":4MiB"}
	const begin = "This is Witan. help lists the commands.\n> "
	r := tool.Run(t, tool.Command{Args: run, Stdin: "write greeting hello, world\nreboot\n"})
	if r.Status != 0 || r.Stdout != begin+"> "+begin {
		t.Errorf("restarted: %+v", r)
	}
	r = tool.Run(t, tool.Command{Args: append(run, "--append", "cat greeting")})
	if r.Status != 0 || r.Stdout != "hello, world\n" {
		t.Errorf("after that: %+v", r)
	}
	r = tool.Run(t, tool.Command{Args: append(run, "--no-reboot"), Stdin: "reboot\n"})
	if r.Status != 2 || r.Stdout != begin || !strings.Contains(r.Stderr, "witgen: qemu: the virtual machine was restarted by the guest") {
		t.Errorf("not restarted: %+v", r)
	}
}

// checkScreen compares a screenshot with the picture, computed once more.
func checkScreen(t *testing.T, name string) {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	got, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	if got.Bounds() != image.Rect(0, 0, screenWidth, screenHeight) {
		t.Fatalf("the screen has %v", got.Bounds())
	}
	const cell = 4
	for y := range screenHeight {
		for x := range screenWidth {
			want := colour(x/cell, y/cell, screenWidth/cell, screenHeight/cell)
			if c := color.RGBAModel.Convert(got.At(x, y)); c != want {
				t.Fatalf("the pixel at %d, %d is %v, want %v", x, y, c, want)
			}
		}
	}
}

// name is what is written in the middle of the picture: a bit for each dot of a letter, in columns from the top.
var name = [][5]byte{
	{0x7f, 0x20, 0x18, 0x20, 0x7f},
	{0x00, 0x41, 0x7f, 0x41, 0x00},
	{0x01, 0x01, 0x7f, 0x01, 0x01},
	{0x7e, 0x11, 0x11, 0x11, 0x7e},
	{0x7f, 0x02, 0x0c, 0x10, 0x7f},
}

// colour is that of a cell of the picture.
func colour(x, y, width, height int) color.RGBA {
	const columns, rows, stroke = 6, 7, 6
	left, top := (width-len(name)*columns*stroke)/2, (height-rows*stroke)/2
	if x >= left && y >= top {
		column, row := (x-left)/stroke, (y-top)/stroke
		if column < len(name)*columns && row < rows && column%columns < 5 && name[column/columns][column%columns]>>row&1 != 0 {
			return color.RGBA{255, 255, 255, 255}
		}
	}
	wave := func(n int) int {
		n %= 512
		return min(n, 511-n)
	}
	return color.RGBA{
		byte(wave(3*x+wave(2*y)) / 2), byte(wave(2*y+x) / 2), byte(64 + wave(x*y/32)/2), 255,
	}
}

// TestWhoCan compares what boot.toml gives to whom with the report that was reviewed.
func TestWhoCan(t *testing.T) {
	want, err := os.ReadFile("who-can.txt")
	if err != nil {
		t.Fatal(err)
	}
	r := tool.Run(t, tool.Command{Args: []string{tool.Witgen(t), "who-can", "."}})
	if r.Status != 0 || r.Stdout != string(want) {
		t.Errorf("who-can.txt is not what follows from boot.toml: look at the difference, then go tool witgen who-can . >who-can.txt\n%s", r.Stderr)
	}
}
