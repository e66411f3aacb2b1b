package qemu

import (
	"bytes"
	"errors"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/witan-os/witan/loader/internal/asm"
	"github.com/witan-os/witan/loader/internal/testkernel"
)

// display is a screen that shows nothing until a program sets a mode.
var display = []string{"-device", "bochs-display"}

func TestScreenshot(t *testing.T) {
	needQEMU(t)
	ends := bootImage(t, func(a *asm.Assembler) {
		testkernel.Print(a, testkernel.COM3, "exit 3\n")
		testkernel.TripleFault(a) // as a machine does that has nothing else to end by
	})
	crashes := bootImage(t, func(a *asm.Assembler) { testkernel.TripleFault(a) })
	dir := t.TempDir()

	picture := filepath.Join(dir, "screen.PNG")
	status, err := Run(t.Context(), Config{Image: ends, Timeout: testLimit, Args: display, Screenshot: picture})
	if status != 3 || err != nil {
		t.Errorf("status %d, error %v", status, err)
	}
	data, err := os.ReadFile(picture)
	if err != nil {
		t.Fatal(err)
	}
	if size, err := png.DecodeConfig(bytes.NewReader(data)); err != nil || size.Width == 0 || size.Height == 0 {
		t.Errorf("a picture of %d×%d, %v", size.Width, size.Height, err)
	}

	picture = filepath.Join(dir, "crash.ppm")
	_, err = Run(t.Context(), Config{Image: crashes, Timeout: testLimit, Args: display, Screenshot: picture})
	if crash := (*CrashError)(nil); !errors.As(err, &crash) {
		t.Errorf("a crash is %v", err)
	}
	if data, err = os.ReadFile(picture); err != nil || !bytes.HasPrefix(data, []byte("P6\n")) {
		t.Errorf("the picture of a crash is %.20q, %v", data, err)
	}

	_, err = Run(t.Context(), Config{Image: ends, Timeout: testLimit, Screenshot: picture})
	if err == nil || !strings.Contains(err.Error(), "screenshot: QEMU's monitor refuses screendump: ") {
		t.Errorf("without a display: %v", err)
	}
	_, err = Run(t.Context(), Config{Image: ends, Timeout: testLimit, Args: display, Screenshot: filepath.Join(dir, "gone", "screen.png")})
	if err == nil || !strings.Contains(err.Error(), "screenshot: QEMU's monitor refuses screendump: ") {
		t.Errorf("into a directory that is not there: %v", err)
	}
}
