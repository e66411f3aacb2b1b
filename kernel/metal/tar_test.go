package metal

import (
	"archive/tar"
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func makeTar(t interface{ Fatal(...any) }, headers ...tar.Header) []byte {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, h := range headers {
		if h.Mode == 0 {
			h.Mode = 0o644
		}
		if h.Typeflag == tar.TypeReg {
			h.Size = int64(len(h.Name))
		}
		if err := w.WriteHeader(&h); err != nil {
			t.Fatal(err)
		}
		if h.Typeflag == tar.TypeReg {
			if _, err := w.Write([]byte(h.Name)); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

type foundEntry struct {
	name, data string
	directory  bool
}

func walkTar(image []byte) (found []foundEntry, err error) {
	w := tarWalker{image: image}
	for {
		e, ok, err := w.next()
		if err != nil || !ok {
			return found, err
		}
		var name []byte
		for i := range e.nameSize() {
			name = append(name, e.nameByte(image, i))
		}
		found = append(found, foundEntry{string(name), string(e.data.of(image)), e.directory})
	}
}

func TestTarWalker(t *testing.T) {
	long := strings.Repeat("long/", 15) + strings.Repeat("n", 90)
	wide := strings.Repeat("é", 80) + "/x"
	image := makeTar(t,
		tar.Header{Name: "./a", Typeflag: tar.TypeReg},
		tar.Header{Name: "d/", Typeflag: tar.TypeDir},
		tar.Header{Name: "d/b", Typeflag: tar.TypeReg},
		tar.Header{Name: long, Typeflag: tar.TypeReg, Format: tar.FormatUSTAR},
		tar.Header{Name: wide, Typeflag: tar.TypeReg, Format: tar.FormatPAX},
		tar.Header{Name: strings.Repeat("p", 600), Typeflag: tar.TypeReg},
	)
	want := []foundEntry{
		{"a", "./a", false},
		{"d", "", true},
		{"d/b", "d/b", false},
		{long, long, false},
		{wide, wide, false},
		{strings.Repeat("p", 600), strings.Repeat("p", 600), false},
	}
	got, err := walkTar(image)
	if err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
		t.Fatalf("got %v, %v; want %v", got, err, want)
	}
}

func TestTarWalkerRejects(t *testing.T) {
	one := makeTar(t, tar.Header{Name: "a", Typeflag: tar.TypeReg})
	edit := func(at int, s string) []byte {
		p := bytes.Clone(one)
		copy(p[at:], s)
		// A correct checksum, so that the field itself is what gets refused.
		sum := 8 * int(' ')
		for i, c := range p[:512] {
			if i < 148 || i >= 156 {
				sum += int(c)
			}
		}
		copy(p[148:], fmt.Sprintf("%06o\x00 ", sum))
		return p
	}
	for _, c := range []struct {
		name  string
		image []byte
		want  string
	}{
		{"half a header", one[:300], "header is cut off"},
		{"header alone", one[:512], "file is cut off"},
		{"checksum", append([]byte("b"), one[1:]...), "checksum"},
		{"huge size", edit(124, "77777777777\x00"), "cut off"},
		{"binary size", edit(124, "\x80\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01"), "octal"},
		{"no size", edit(124, strings.Repeat("\x00", 12)), "octal"},
		{"no name", edit(0, "\x00"), "no name"},
		{"link", makeTar(t, tar.Header{Name: "l", Linkname: "x", Typeflag: tar.TypeSymlink}), "neither"},
		{"empty extended header record", edit(156, "x"), "malformed"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got, err := walkTar(c.image); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("got %v, error %v; want an error about %q", got, err, c.want)
			}
		})
	}
}

func TestPaxPath(t *testing.T) {
	for _, c := range []struct{ header, path, err string }{
		{"", "", ""},
		{"10 path=ab\n", "", "malformed"},
		{"11 path=ab\n", "ab", ""},
		{"8 a=bcd\n12 path=abc\n", "abc", ""},
		{"11 path=ab\n11 path=cd\n", "cd", ""},
		{"10 size=1\n", "", "larger"},
		{"999999999 path=ab\n", "", "malformed"},
		{"5 =\n", "", "malformed"},
		{"7 path\n", "", "malformed"},
		{"x", "", "malformed"},
	} {
		p := []byte(c.header)
		s, err := paxPath(p, span{0, len(p)})
		if c.err != "" {
			if err == nil || !strings.Contains(err.Error(), c.err) {
				t.Errorf("%q: error %v, want %q", c.header, err, c.err)
			}
		} else if err != nil || string(s.of(p)) != c.path {
			t.Errorf("%q: %q, %v; want %q", c.header, s.of(p), err, c.path)
		}
	}
}

func TestTarMatch(t *testing.T) {
	image := makeTar(t, tar.Header{
		Name: strings.Repeat("d/", 60) + "name", Typeflag: tar.TypeReg, Format: tar.FormatUSTAR,
	})
	w := tarWalker{image: image}
	e, ok, err := w.next()
	if !ok || err != nil {
		t.Fatal(ok, err)
	}
	for path, want := range map[string]match{
		"":                                 parent,
		"d":                                parent,
		"d/":                               unrelated,
		"d/d":                              parent,
		"dd":                               unrelated,
		strings.Repeat("d/", 60) + "name":  same,
		strings.Repeat("d/", 60) + "nam":   unrelated,
		strings.Repeat("d/", 60) + "names": unrelated,
	} {
		if got := e.match(image, []byte(path)); got != want {
			t.Errorf("%q: %v, want %v", path, got, want)
		}
	}
}

func TestTarWalkerAgreesWithArchiveTar(t *testing.T) {
	element := rapid.StringMatching(`[a-z]{1,40}`)
	rapid.Check(t, func(t *rapid.T) {
		var headers []tar.Header
		for range rapid.IntRange(0, 6).Draw(t, "entries") {
			name := strings.Join(rapid.SliceOfN(element, 1, 6).Draw(t, "path"), "/")
			headers = append(headers, tar.Header{Name: name, Typeflag: tar.TypeReg})
		}
		image := makeTar(t, headers...)
		got, err := walkTar(image)
		if err != nil {
			t.Fatal(err)
		}
		r := tar.NewReader(bytes.NewReader(image))
		for i := 0; ; i++ {
			h, err := r.Next()
			if err == io.EOF {
				if i != len(got) {
					t.Fatalf("%d entries, want %d", len(got), i)
				}
				return
			}
			if data, _ := io.ReadAll(r); i >= len(got) || got[i].name != h.Name || got[i].data != string(data) {
				t.Fatalf("entry %d differs: want %s", i, h.Name)
			}
		}
	})
}

func FuzzTarWalker(f *testing.F) {
	f.Add(makeTar(f, tar.Header{Name: "a", Typeflag: tar.TypeReg}, tar.Header{Name: "b/", Typeflag: tar.TypeDir}))
	f.Add(makeTar(f, tar.Header{Name: strings.Repeat("long", 100), Typeflag: tar.TypeReg}))
	f.Fuzz(func(t *testing.T, image []byte) {
		found, err := walkTar(image)
		if err == nil && len(found) > len(image)/tarBlock {
			t.Fatalf("%d entries in %d bytes", len(found), len(image))
		}
	})
}
