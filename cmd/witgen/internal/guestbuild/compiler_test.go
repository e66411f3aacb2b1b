package guestbuild

import "testing"

// vector is a list as the binary format has it, of texts that are ready.
func vector(n int, parts string) string { return string(rune(n)) + parts }

func text(s string) string { return string(rune(len(s))) + s }

// customSection is a custom section, of fewer than 128 bytes.
func customSection(name, body string) string { return "\x00" + text(text(name)+body) }

const moduleHeader = "\x00asm\x01\x00\x00\x00"

func TestProducer(t *testing.T) {
	language := text("language") + vector(1, text("Go")+text("go1.26.8"))
	processed := text("processed-by") + vector(2, text("Go cmd/compile")+text("go1.26.8")+text("wit")+text(""))
	for _, c := range []struct{ name, module, want string }{
		{"both", customSection("producers", vector(2, language+processed)), "Go cmd/compile go1.26.8"},
		{"the language", customSection("producers", vector(1, language)), "Go go1.26.8"},
		{"no version", customSection("producers", vector(1, text("language")+vector(1, text("C11")+text("")))), "C11"},
		{"other sections", "\x01\x01\x00" + customSection("name", "\x00") + customSection("producers", vector(1, language)), "Go go1.26.8"},
		{"none", "\x01\x01\x00", ""},
		{"cut off", customSection("producers", vector(2, language)), ""},
		{"too many", customSection("producers", vector(127, language)), ""},
		{"a section that is cut off", "\x00\x7f\x09producers", ""},
	} {
		if got := producer([]byte(moduleHeader + c.module)); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

func FuzzProducer(f *testing.F) {
	f.Add([]byte(moduleHeader + customSection("producers", vector(1, text("language")+vector(1, text("Go")+text("go1.26.8"))))))
	f.Add([]byte(moduleHeader + "\x00\xff\xff\xff\xff\x0f"))
	f.Add([]byte("\x00asm"))
	f.Fuzz(func(t *testing.T, module []byte) {
		if got := producer(module); len(got) > len(module)+1 {
			t.Errorf("%q is longer than the module", got)
		}
	})
}
