package main

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/witan-os/witan/examples/internal/tool"
)

// slope is a picture that becomes brighter from left to right.
func slope(width, height int) *image.NRGBA {
	m := image.NewNRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			v := uint8(x * 255 / (width - 1))
			m.SetNRGBA(x, y, color.NRGBA{v, v, v, 255})
		}
	}
	return m
}

// What is shown of slope(20, 4).
const shown = "   ..::--==++**##%%@\n"

// pictures are files of slope(20, 4) in all formats, and some that are broken.
func pictures(t *testing.T) map[string][]byte {
	t.Helper()
	m := slope(20, 4)
	var asPNG, asGIF, asJPEG, large bytes.Buffer
	grey := image.NewPaletted(m.Bounds(), nil)
	for v := range 256 {
		grey.Palette = append(grey.Palette, color.Gray{uint8(v)})
	}
	asPGM, asPPM := []byte("P5\n# grey\n20 4\n255\n"), []byte("P6 20\t4 255 ")
	asQOI := []byte("qoif\x00\x00\x00\x14\x00\x00\x00\x04\x04\x00")
	for y := range 4 {
		for x := range 20 {
			v := m.NRGBAAt(x, y).R
			grey.SetColorIndex(x, y, v)
			asPGM = append(asPGM, v)
			asPPM = append(asPPM, v, v, v)
			asQOI = append(asQOI, 0xfe, v, v, v)
		}
	}
	for _, err := range []error{
		png.Encode(&asPNG, m), gif.Encode(&asGIF, grey, nil), jpeg.Encode(&asJPEG, m, &jpeg.Options{Quality: 100}),
		png.Encode(&large, image.NewGray(image.Rect(0, 0, 1<<11, 1<<11))),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return map[string][]byte{
		"a.png": asPNG.Bytes(), "a.gif": asGIF.Bytes(), "a.jpg": asJPEG.Bytes(),
		"a.qoi": asQOI, "a.pgm": asPGM, "a.ppm": asPPM,
		"cut.png": asPNG.Bytes()[:60], "cut.qoi": asQOI[:100], "cut.ppm": asPPM[:100], "deep.pgm": []byte("P5 1 1 65535 xx"),
		"large.png": large.Bytes(), "large.ppm": []byte("P6 16777215 16777215 255 "),
		"large.qoi": []byte("qoif\xff\xff\xff\xff\xff\xff\xff\xff\x04\x00"),
		"text.txt":  []byte("no picture"), "empty": nil, "huge": make([]byte, maxFile+1),
	}
}

func write(t *testing.T, dir, name string, data []byte) string {
	t.Helper()
	file := filepath.Join(dir, name)
	if err := os.WriteFile(file, data, 0o666); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestPictures(t *testing.T) {
	ctx := context.Background()
	s, err := openShelf(ctx, tool.BuildAll(t, "./standard", "./qoi", "./netpbm"))
	if err != nil {
		t.Fatal(err)
	}
	defer s.close(ctx)
	files, dir := pictures(t), t.TempDir()
	for name, format := range map[string]string{
		"a.png": "PNG", "a.gif": "GIF", "a.jpg": "JPEG", "a.qoi": "QOI", "a.pgm": "PGM", "a.ppm": "PPM",
	} {
		var out, log bytes.Buffer
		want := name + ": " + format + ", 20 × 4\n" + strings.Repeat(shown, 2)
		if err := show(ctx, s, write(t, dir, name, files[name]), &out, &log); err != nil || out.String() != want || log.Len() > 0 {
			t.Errorf("%s: %v\n%s%swant\n%s", name, err, &out, &log, want)
		}
	}
	for name, why := range map[string]string{
		"cut.png": "plugin standard: broken(", "cut.qoi": "plugin qoi: broken(", "cut.ppm": "plugin netpbm: broken(\"it ends too early\")",
		"deep.pgm":  "plugin netpbm: broken(\"its colours do not go to 255\")",
		"large.png": "plugin standard: too-large", "large.ppm": "plugin netpbm: too-large", "large.qoi": "plugin qoi: too-large",
		"text.txt": "", "empty": "", "huge": "",
	} {
		var out, log bytes.Buffer
		err := show(ctx, s, write(t, dir, name, files[name]), &out, &log)
		if err == nil || out.Len() > 0 || !strings.Contains(log.String(), why) || (why == "") != (log.Len() == 0) {
			t.Errorf("%s: got %v\n%s%swant …%s…", name, err, &out, &log, why)
		}
	}
}

// TestHostile has a plugin do its worst. Each time it ends, this program and the other plugins go on, and the file
// that it was asked for goes to the next one.
func TestHostile(t *testing.T) {
	ctx := context.Background()
	s, err := openShelf(ctx, tool.BuildAll(t, "./hostile", "./netpbm"))
	if err != nil {
		t.Fatal(err)
	}
	defer s.close(ctx)
	s.patience = time.Second
	dir := t.TempDir()
	harmless := write(t, dir, "harmless.pgm", pictures(t)["a.pgm"])
	for deed, why := range map[string]string{
		"s": "deadline", // spins
		"r": "deadline", // the same, before it is known that the file is its own
		"x": "",         // the same when the picture is dropped
		"e": "deadline", // takes all memory that it gets, and goes on asking
		"d": "bounds",   // calls itself forever, and runs out of its stack
		"h": "handles",  // keeps resources
		"m": "bounds",   // reaches beyond its memory
		"t": "unreachable",
		"u": "UTF-8",
		"b": "",                         // has an excuse of many megabytes
		"o": "row",                      // returns a list beyond its memory
		"w": "row 0 has 7 bytes",        // returns a list that is too short
		"l": "4294967295 × 4294967295",  // lies about the size
		"c": "?[2Jnothing to see here,", // gives the terminal orders
	} {
		t.Run(deed, func(t *testing.T) {
			var out, log bytes.Buffer
			err := show(ctx, s, write(t, dir, deed, []byte("HOSTILE"+deed)), &out, &log)
			if got := out.String() + log.String(); !strings.Contains(got, why) || strings.ContainsAny(got, "\x1b") || len(got) > 2*maxApology {
				t.Errorf("got %v %.300q, want …%s…", err, got, why)
			}
			t.Logf("%v %.300s%.300s", err, &out, &log)
			out.Reset()
			if err := show(ctx, s, harmless, &out, &log); err != nil || !strings.Contains(out.String(), "PGM, 20 × 4") {
				t.Errorf("afterwards: %v\n%s", err, &out)
			}
		})
	}
}

// TestStuck has a plugin that does not get as far as to be called: it spins when it is instantiated.
func TestStuck(t *testing.T) {
	ctx := context.Background()
	// It is the hostile one, with a function that hosts call before all others.
	dir := t.TempDir()
	source := filepath.Join(dir, "stuck")
	if err := errors.Join(os.CopyFS(filepath.Join(dir, "wit"), os.DirFS("wit")), os.CopyFS(source, os.DirFS("hostile"))); err != nil {
		t.Fatal(err)
	}
	write(t, source, "stuck.c", []byte(`
__attribute__((__export_name__("_initialize"))) void initialize(void) {
    for (volatile unsigned n = 0;; n++)
        ;
}
`))
	plugins := tool.BuildAll(t, source)
	s, err := openShelf(ctx, plugins)
	if err != nil {
		t.Fatal(err)
	}
	defer s.close(ctx)
	s.patience = time.Second
	var out, log bytes.Buffer
	err = show(ctx, s, write(t, t.TempDir(), "a.pgm", pictures(t)["a.pgm"]), &out, &log)
	if err == nil || out.Len() > 0 || !strings.Contains(log.String(), "plugin stuck: ") || !strings.Contains(log.String(), "deadline") {
		t.Errorf("got %v\n%s%s", err, &out, &log)
	}
}

func TestRun(t *testing.T) {
	dir := tool.BuildAll(t, "./netpbm")
	file := write(t, t.TempDir(), "a.ppm", pictures(t)["a.ppm"])
	var out, log bytes.Buffer
	if err := run(context.Background(), []string{dir, file, "gone"}, &out, &log); err == nil || !strings.Contains(err.Error(), "gone") {
		t.Errorf("got %v, want an error for the file that is not there", err)
	}
	if !strings.HasPrefix(out.String(), "a.ppm: PPM, 20 × 4\n") {
		t.Errorf("got %q", &out)
	}
	if err := run(context.Background(), []string{t.TempDir(), file}, &out, &log); err == nil || !strings.Contains(err.Error(), "no plugin") {
		t.Errorf("got %v", err)
	}
	if err := run(context.Background(), []string{dir}, &out, &log); err == nil || !strings.Contains(err.Error(), "want the directory") {
		t.Errorf("got %v", err)
	}
}
