package main_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/witan-os/witan/cmd/witgen/internal/cli"
	"github.com/witan-os/witan/cmd/witgen/internal/image"
	"github.com/witan-os/witan/internal/ramdisk"
	bootimage "github.com/witan-os/witan/loader/image"
)

// TestImageWithoutItsComponent boots an image whose manifest names a component that is not in it. The image
// builder makes no such image, so this one is put together by hand.
func TestImageWithoutItsComponent(t *testing.T) {
	if testing.Short() {
		t.Skip("links a kernel and boots it")
	}
	var disk ramdisk.Builder
	manifest := "run = [[\"gone\", \"x\"]]\n[[component]]\nname = \"gone\"\nfile = \"components/gone.wasm\"\n"
	if err := disk.AddFile("boot.toml", 0o644, []byte(manifest)); err != nil {
		t.Fatal(err)
	}
	archive, err := disk.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "os.img")
	var out bytes.Buffer
	if err := bootimage.Build(&out, bootimage.Image{Kernel: stockKernel(t), Ramdisk: archive}); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, out.Bytes(), 0o666); err != nil {
		t.Fatal(err)
	}

	var stdout, stderr bytes.Buffer
	code := cli.Main([]string{"image", "run", name, "--timeout", "120s"}, strings.NewReader(""), &stdout, &stderr)
	if code != cli.Bad || stdout.Len() > 0 {
		t.Errorf("exit code %d, want %d; stdout %q", code, cli.Bad, &stdout)
	}
	log := stderr.String()
	if !strings.Contains(log, "witan: component gone: ") || !strings.Contains(log, "components/gone.wasm") {
		t.Errorf("the log does not say which component's file is missing:\n%s", log)
	}
	if strings.Contains(log, "goroutine") {
		t.Errorf("the log has a trace of Go:\n%s", log)
	}
}

// stockKernel links the stock program as a kernel.
func stockKernel(t *testing.T) []byte {
	t.Helper()
	file := filepath.Join(t.TempDir(), "kernel")
	cmd := exec.Command("go", "build", "-ldflags", "-s -w "+bootimage.LinkFlags, "-o", file, image.StockProgram)
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
