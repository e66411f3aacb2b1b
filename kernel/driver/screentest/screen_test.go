package screentest

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/witan-os/witan/kernel/driver/console"
	"github.com/witan-os/witan/kernel/driver/screen"
	"github.com/witan-os/witan/kernel/metal"
)

const width, height = 800, 600

// draw makes the picture: a console with text that has scrolled, and on it coloured areas.
func draw(s *screen.Screen) error {
	c := console.New(s)
	for i := range 60 {
		if _, err := fmt.Fprintf(c, "line %d: %s\n", i, strings.Repeat("metal ", i%20)); err != nil {
			return err
		}
	}
	c.Show()
	for i, colour := range []uint32{0xff0000, 0x00ff00, 0x0000ff, 0xffffff, 0x123456} {
		s.Fill(uint32(100+60*i), 200, 50, 50, colour)
	}
	s.Fill(width-20, height-20, 100, 100, 0xffff00)
	gradient := make([]byte, 0, 256*64*4)
	for y := range 64 {
		for x := range 256 {
			gradient = append(gradient, byte(x), byte(4*y), byte(255-x), 0)
		}
	}
	return s.Draw(300, 300, 256, gradient)
}

// TestDraw is the part that runs on the machine. It waits for the end of its input, while its picture is taken.
func TestDraw(t *testing.T) {
	if !metal.Active() || os.Args[len(os.Args)-1] != "draw" {
		t.Skip("is booted by TestScreenshot")
	}
	s, err := screen.Open(width, height)
	if err != nil {
		t.Fatal(err)
	}
	if err := draw(s); err != nil {
		t.Fatal(err)
	}
	fmt.Println("drawn")
	if _, err := io.Copy(io.Discard, os.Stdin); err != nil {
		t.Fatal(err)
	}
}

// TestScreenshot compares pixels.
func TestScreenshot(t *testing.T) {
	if metal.Active() {
		t.Skip("looks at a machine from outside")
	}
	if testing.Short() {
		t.Skip("boots a virtual machine")
	}
	vmexec, program := build(t)
	for _, display := range []string{"bochs-display", "VGA"} {
		t.Run(display, func(t *testing.T) {
			got := screenshot(t, vmexec, program, display)
			s := screen.New(width, height)
			if err := draw(s); err != nil {
				t.Fatal(err)
			}
			compare(t, got, s.Image())
		})
	}
}

func compare(t *testing.T, got, want image.Image) {
	t.Helper()
	if got.Bounds() != want.Bounds() {
		t.Fatalf("the picture has %v, want %v", got.Bounds(), want.Bounds())
	}
	differ := 0
	for y := range height {
		for x := range width {
			r1, g1, b1, _ := got.At(x, y).RGBA()
			r2, g2, b2, _ := want.At(x, y).RGBA()
			if r1 != r2 || g1 != g2 || b1 != b2 {
				if differ++; differ <= 5 {
					t.Errorf("at %d, %d it shows %v, want %v", x, y, got.At(x, y), want.At(x, y))
				}
			}
		}
	}
	if differ > 0 {
		t.Errorf("%d pixels differ", differ)
	}
}

// screenshot boots a machine with a display, and returns what that shows.
func screenshot(t *testing.T, vmexec, program, display string) image.Image {
	t.Helper()
	dir := t.TempDir()
	socket := filepath.Join(dir, "qmp")
	c := exec.Command(vmexec, program, "-test.run=^TestDraw$", "draw")
	c.Env = append(os.Environ(), "WITAN_VMEXEC_TIMEOUT=60s", "WITAN_VMEXEC_MEMORY=128",
		"WITAN_VMEXEC_DEVICES=-device "+display+" -qmp unix:"+socket+",server=on,wait=off")
	var log bytes.Buffer
	c.Stderr = &log
	stdin, err := c.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	out := bufio.NewReader(stdout)
	if line, err := out.ReadString('\n'); line != "drawn\n" {
		rest, _ := io.ReadAll(out)
		c.Wait()
		t.Fatalf("the machine says %q, %v\n%s%s", line, err, rest, &log)
	}
	file := filepath.Join(dir, "screen.ppm")
	dumpScreen(t, socket, file)
	stdin.Close()
	if _, err := io.Copy(io.Discard, out); err != nil {
		t.Error(err)
	}
	if err := c.Wait(); err != nil {
		t.Errorf("%v\n%s", err, &log)
	}
	return readPPM(t, file)
}

// build builds what boots programs, and this test for bare metal.
func build(t *testing.T) (vmexec, program string) {
	t.Helper()
	dir := t.TempDir()
	vmexec, program = filepath.Join(dir, "vmexec"), filepath.Join(dir, "screen.test")
	metalEnv := []string{"CGO_ENABLED=0", "GOOS=linux", "GOARCH=amd64"}
	for _, b := range []struct{ env, args []string }{
		{nil, []string{"build", "-o", vmexec, "github.com/witan-os/witan/loader/vmexec"}},
		{metalEnv, []string{"test", "-c", "-o", program, "-ldflags", "-E github.com/witan-os/witan/kernel/metal.entry", "."}},
	} {
		c := exec.Command("go", b.args...)
		c.Env = append(os.Environ(), b.env...)
		if out, err := c.CombinedOutput(); err != nil {
			t.Fatalf("%v: %v\n%s", c, err, out)
		}
	}
	return vmexec, program
}

// dumpScreen asks QEMU, in its machine protocol, to write a picture of the screen to a file.
func dumpScreen(t *testing.T, socket, file string) {
	t.Helper()
	conn, err := net.Dial("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(30 * time.Second)); err != nil {
		t.Fatal(err)
	}
	in := json.NewDecoder(conn)
	answer := func() map[string]any {
		for {
			message := map[string]any{}
			if err := in.Decode(&message); err != nil {
				t.Fatal(err)
			}
			if message["event"] == nil {
				return message
			}
		}
	}
	answer() // the greeting
	for _, command := range []map[string]any{
		{"execute": "qmp_capabilities"},
		{"execute": "screendump", "arguments": map[string]any{"filename": file}},
	} {
		if err := json.NewEncoder(conn).Encode(command); err != nil {
			t.Fatal(err)
		}
		if m := answer(); m["return"] == nil {
			t.Fatalf("%v: %v", command["execute"], m["error"])
		}
	}
}

// readPPM reads a picture in the binary form of the portable pixmap.
func readPPM(t *testing.T, file string) image.Image {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var w, h, most int
	in := bytes.NewReader(data)
	if _, err := fmt.Fscanf(in, "P6\n%d %d\n%d\n", &w, &h, &most); err != nil || most != 255 {
		t.Fatalf("%s is no pixmap with 8 bits per colour: %v", file, err)
	}
	pixels := data[len(data)-in.Len():]
	if w < 1 || h < 1 || len(pixels) != w*h*3 {
		t.Fatalf("%d bytes of pixels for %d × %d", len(pixels), w, h)
	}
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	for i := range w * h {
		copy(out.Pix[4*i:], pixels[3*i:3*i+3])
		out.Pix[4*i+3] = 0xff
	}
	return out
}
