package qemu

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/witan-os/witan/loader/internal/asm"
	"github.com/witan-os/witan/loader/internal/testkernel"
)

func TestCommand(t *testing.T) {
	const tail = " -display none -monitor none -no-reboot -nodefaults -device isa-debug-exit,iobase=0xf4,iosize=4" +
		" -chardev stdio,id=com1 -serial chardev:com1" +
		" -chardev file,id=com2,path=/dev/stderr,append=on -serial chardev:com2" +
		" -chardev null,id=com3 -serial chardev:com3"
	for _, test := range []struct {
		config Config
		want   string
	}{
		{
			Config{Image: "os.img"},
			"qemu-system-x86_64 -accel tcg -M pc -cpu max -m 256 -smp 1" + tail + " -kernel os.img",
		},
		{
			Config{
				Image: "my os.img", Append: "A=1 'it'\\''s' -v", CPUs: 4, MemoryMB: 1024, Timeout: time.Second,
				Program: "/opt/qemu", Accel: "kvm", CPU: "host", Args: []string{"-device", "virtio-rng-pci"},
			},
			"/opt/qemu -accel kvm -M pc -cpu host -m 1024 -smp 4" + tail +
				` -kernel 'my os.img' -append 'A=1 '\''it'\''\'\'''\''s'\'' -v' -device virtio-rng-pci`,
		},
		{
			Config{Image: "a,b.img", Firmware: "OVMF.fd", Append: "A=1,2 x"},
			"qemu-system-x86_64 -accel tcg -M pc -cpu max -m 256 -smp 1" + tail +
				" -bios OVMF.fd -drive format=raw,snapshot=on,file=a,,b.img -fw_cfg 'name=opt/org.witan/cmdline,string=A=1,,2 x'",
		},
		{
			Config{Image: "disk.img", Firmware: "OVMF.fd"},
			"qemu-system-x86_64 -accel tcg -M pc -cpu max -m 256 -smp 1" + tail + " -bios OVMF.fd -drive format=raw,snapshot=on,file=disk.img",
		},
	} {
		if got := Quote(test.config.Command()); got != test.want {
			t.Errorf("%+v:\n%s\nwant\n%s", test.config, got, test.want)
		}
	}
}

// TestQuoteRoundTrip asks a shell.
func TestQuoteRoundTrip(t *testing.T) {
	words := []string{"plain", "", "two words", "it's", `back\slash`, "$HOME", "*", "a\nb", "größe", "-x=1,2:3@4%5+6", `"`, "~", "#", "!"}
	out, err := exec.Command("sh", "-c", `for word; do printf '%s\0' "$word"; done`, "sh").Output()
	if err != nil || len(out) != 0 {
		t.Fatalf("%q, %v", out, err)
	}
	out, err = exec.Command("sh", "-c", "printf '%s\\0' "+Quote(words)).Output()
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00"); !slices.Equal(got, words) {
		t.Errorf("a shell sees %q, want %q", got, words)
	}
}

func TestConfigErrors(t *testing.T) {
	good := bootImage(t, func(a *asm.Assembler) { testkernel.Hang(a) })
	text := filepath.Join(t.TempDir(), "notes.txt")
	if err := os.WriteFile(text, []byte(strings.Repeat("text\n", 1<<14)), 0o644); err != nil {
		t.Fatal(err)
	}
	// What is behind the first bytes is of no matter to what is looked at here.
	efi, disk := filepath.Join(t.TempDir(), "system.efi"), filepath.Join(t.TempDir(), "disk.img")
	for name, start := range map[string]string{efi: "MZ", disk: strings.Repeat("\x00", 512) + "EFI PART"} {
		if err := os.WriteFile(name, []byte(start), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, test := range []struct {
		name   string
		config Config
		want   string
	}{
		{"no image", Config{}, "no such file"},
		{"directory", Config{Image: t.TempDir()}, "not a regular file"},
		{"not an image", Config{Image: text}, "notes.txt: image: not an image"},
		{"for UEFI", Config{Image: efi}, "system.efi: an image of format efi: QEMU boots pvh by itself, and disk with UEFI firmware"},
		{"for PVH", Config{Image: good, Firmware: text}, "test.img: an image of format pvh: QEMU boots pvh by itself, and disk with"},
		{"no firmware", Config{Image: disk, Firmware: "gone.fd"}, "gone.fd: no such file"},
		{"directory as firmware", Config{Image: disk, Firmware: t.TempDir()}, "not a regular file"},
		{"processors", Config{Image: good, CPUs: 65}, "65 processors: want 1 to 64"},
		{"negative processors", Config{Image: good, CPUs: -1}, "-1 processors"},
		{"negative memory", Config{Image: good, MemoryMB: -1}, "-1 MiB of memory"},
		{"little memory", Config{Image: good, MemoryMB: 4}, "need 6 MiB, and more to run in, but the machine has 4 MiB"},
		{"negative time", Config{Image: good, Timeout: -1}, "time limit -1ns is negative"},
		{"long command line", Config{Image: good, Append: strings.Repeat("x", 4096)}, "command line of 4096 bytes: the limit is 4095"},
		{"zero byte", Config{Image: good, Append: "a\x00b"}, "zero byte"},
	} {
		t.Run(test.name, func(t *testing.T) {
			status, err := Run(t.Context(), test.config)
			if status != -1 || err == nil || !strings.HasPrefix(err.Error(), "qemu: ") || !strings.Contains(err.Error(), test.want) {
				t.Errorf("status %d, error %v, want one with %q", status, err, test.want)
			}
		})
	}
}
