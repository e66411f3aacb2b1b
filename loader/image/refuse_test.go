package image_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/binary"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/witan-os/witan/loader"
	"github.com/witan-os/witan/loader/image"
	"github.com/witan-os/witan/loader/internal/openkey"
	"github.com/witan-os/witan/loader/internal/testkernel"
	"github.com/witan-os/witan/loader/payload"
	"github.com/witan-os/witan/loader/qemu"
)

// goProgram links a program of this module for bare metal.
func goProgram(t *testing.T, pkg string) []byte {
	t.Helper()
	file := filepath.Join(t.TempDir(), "program")
	return build(t, exec.Command("go", "build", "-ldflags", "-s -w "+image.LinkFlags, "-o", file, pkg), file)
}

// build runs the Go compiler, and returns what it wrote to a file.
func build(t *testing.T, cmd *exec.Cmd, file string) []byte {
	t.Helper()
	cmd.Env = append(os.Environ(), "GOOS=linux", "GOARCH=amd64", "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// bootImage runs an image, and returns what it wrote.
func bootImage(t *testing.T, img []byte, c qemu.Config) (status int, stdout, stderr string) {
	t.Helper()
	var out, log bytes.Buffer
	c.Image, c.Timeout, c.Stdout, c.Stderr = filepath.Join(t.TempDir(), "test.img"), time.Minute, &out, &log
	if err := os.WriteFile(c.Image, img, 0o644); err != nil {
		t.Fatal(err)
	}
	status, err := qemu.Run(t.Context(), c)
	if err != nil {
		t.Fatalf("%v\n%s%s", err, &out, &log)
	}
	return status, out.String(), log.String()
}

const testPayload = "github.com/witan-os/witan/loader/internal/testpayload"

// TestPayload boots a payload with a declared entry point, which prints what it was told.
func TestPayload(t *testing.T) {
	needQEMU(t)
	b := image.Boot{
		Program: image.Program{ELF: goProgram(t, testPayload), Ramdisk: smallRamdisk(t), Kind: payload.Demo, Version: 9},
		Key:     openkey.Private(), Minimum: 8, Dir: ".",
	}
	img := mustMake(t, b)
	if !bytes.Equal(img, mustMake(t, b)) {
		t.Error("the same input gave different images")
	}
	status, stdout, log := bootImage(t, img, qemu.Config{MemoryMB: 96, Append: "A=b x 'y z'", Stdin: strings.NewReader("for the payload, not for its loader")})
	want := `version 9, 3 CPUs with stacks of 65536, physical map at 0x7e8000000000
loader measured: true; ACPI: true; ramdisk: "content"
framebuffer: false; heap: 48 MiB; arguments: ["x" "y z"]
input: "for the payload, not for its loader"
`
	if status != 42 || stdout != want || log != "" {
		t.Errorf("status %d, log %q, output\n%s", status, log, stdout)
	}
}

func mustMake(t *testing.T, b image.Boot) []byte {
	t.Helper()
	var img bytes.Buffer
	if err := image.Make(t.Context(), &img, b); err != nil {
		t.Fatal(err)
	}
	return img.Bytes()
}

// TestRefusals boots payloads that the loader must not start. If it did, they would end with status 1.
func TestRefusals(t *testing.T) {
	needQEMU(t)
	a := testkernel.New()
	testkernel.Print(a, testkernel.COM1, "started")
	testkernel.Exit(a, 1)
	pack := func(elf []byte, version uint64, key ed25519.PrivateKey) ([]byte, payload.Header) {
		container, header, err := image.Pack(image.Program{ELF: elf, Kind: payload.Test, Version: version}, key)
		if err != nil {
			t.Fatal(err)
		}
		return container, header
	}
	program := testkernel.ELF(a, 1<<20)
	good, header := pack(program, 5, openkey.Private())
	stage, err := image.Stage{Base: 32 << 20, Keys: []ed25519.PublicKey{openkey.Public()}, Minimum: 5, Type: header.Type}.Link(context.Background(), ".")
	if err != nil {
		t.Fatal(err)
	}
	flipped := bytes.Clone(good)
	flipped[len(flipped)-1] ^= 0x10
	tampered := bytes.Clone(good)
	tampered[256+80+5] ^= 0x10 // of the signature behind one part
	foreign, _ := pack(program, 5, openkey.Other())
	older, _ := pack(program, 4, openkey.Private())
	declared, _ := pack(goProgram(t, testPayload), 5, openkey.Private())
	huge := bytes.Clone(good)
	binary.LittleEndian.PutUint64(huge[16:], 1<<62)
	for _, c := range []struct {
		name      string
		container []byte
		memory    int
		want      string
	}{
		{"flipped byte", flipped, 96, "damaged: part 0 at 0x400000 is not what was signed"},
		{"tampered signature", tampered, 96, "the signature is not one of key " + payload.KeyName(openkey.Public())},
		{"truncated", good[:len(good)/2], 96, "cut off: "},
		{"huge length", huge, 96, "of 4611686018427387904 bytes are there"},
		{"wrong key", foreign, 96, "signed with key " + payload.KeyName(openkey.Other().Public().(ed25519.PublicKey)) + ", which this loader does not trust"},
		{"older version", older, 96, "version 4 is older than 5"},
		{"wrong entry", declared, 96, "its entry point is a func(*loader.BootInfo), this loader calls a func()"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var img bytes.Buffer
			if err := image.Assemble(&img, stage, c.container, image.PVH); err != nil {
				t.Fatal(err)
			}
			status, stdout, log := bootImage(t, img.Bytes(), qemu.Config{MemoryMB: c.memory})
			if status != loader.StatusRefused || stdout != "" || !strings.HasPrefix(log, "witan: the loader refuses to boot: payload: ") || !strings.Contains(log, c.want) {
				t.Errorf("status %d, output %q, log %q", status, stdout, log)
			}
		})
	}
	t.Run("too little memory", func(t *testing.T) {
		b := image.Boot{Program: image.Program{ELF: goProgram(t, testPayload), Kind: payload.Test}, Key: openkey.Private(), Dir: "."}
		status, _, log := bootImage(t, mustMake(t, b), qemu.Config{MemoryMB: 60})
		if want := "the payload asks for 64"; status != loader.StatusRefused || !strings.Contains(log, want) {
			t.Errorf("status %d, log %q, want %q", status, log, want)
		}
	})
	t.Run("in order", func(t *testing.T) {
		var img bytes.Buffer
		if err := image.Assemble(&img, stage, good, image.PVH); err != nil {
			t.Fatal(err)
		}
		if status, stdout, _ := bootImage(t, img.Bytes(), qemu.Config{MemoryMB: 96}); status != 1 || stdout != "started" {
			t.Errorf("status %d, output %q", status, stdout)
		}
	})
}
