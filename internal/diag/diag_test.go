package diag_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/witan-os/witan/internal/diag"
)

func TestPosition(t *testing.T) {
	s := diag.NewSource("x", "ab\n\né\r\nz")
	tests := []struct {
		offset int
		want   diag.Position
	}{
		{-1, diag.Position{Line: 1, Column: 1}},
		{0, diag.Position{Line: 1, Column: 1}},
		{2, diag.Position{Line: 1, Column: 3}},
		{3, diag.Position{Line: 2, Column: 1}},
		{4, diag.Position{Line: 3, Column: 1}},
		{6, diag.Position{Line: 3, Column: 3}},
		{8, diag.Position{Line: 4, Column: 1}},
		{9, diag.Position{Line: 4, Column: 2}},
		{99, diag.Position{Line: 4, Column: 2}},
	}
	for _, tt := range tests {
		if got := s.Position(tt.offset); got != tt.want {
			t.Errorf("offset %d: got %v, want %v", tt.offset, got, tt.want)
		}
	}
	if got := diag.NewSource("x", "").Position(0); got != (diag.Position{Line: 1, Column: 1}) {
		t.Errorf("empty source: got %v", got)
	}
}

func text(t *testing.T, o diag.Options, items ...diag.Diagnostic) string {
	t.Helper()
	var out bytes.Buffer
	if err := diag.WriteText(&out, diag.List{Items: items}, o); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestWriteText(t *testing.T) {
	wide := strings.Repeat("a", 1000) + "HERE" + strings.Repeat("b", 1000)
	tests := []struct {
		name       string
		source     string
		start, end int
		hint       string
		want       string
	}{
		{"range", "one two three\n", 4, 7, "", "f:1:5: message [rule]\n   1 | one two three\n     |     ^~~\n"},
		{"hint", "x", 0, 1, "do this", "f:1:1: message [rule]\n   1 | x\n     | ^\n     = hint: do this\n"},
		{"something missing", "x\n", 1, 1, "", "f:1:2: message [rule]\n   1 | x\n     |  ^\n"},
		{"at the end", "x\n", 2, 2, "", "f:2:1: message [rule]\n   2 |\n     | ^\n"},
		{"more than a line", "x {\n}\n", 2, 5, "", "f:1:3: message [rule]\n   1 | x {\n     |   ^\n"},
		{"tabs", "\ta\tb\n", 3, 4, "", "f:1:4: message [rule]\n   1 |     a    b\n     |          ^\n"},
		{"other letters", "äö ü\n", 5, 7, "", "f:1:6: message [rule]\n   1 | äö ü\n     |    ^\n"},
		{"carriage return", "a b\r\nc", 2, 3, "", "f:1:3: message [rule]\n   1 | a b\n     |   ^\n"},
		{"control characters", "a\x1b[31m b\xff\n", 7, 8, "", "f:1:8: message [rule]\n   1 | a\uFFFD[31m b\uFFFD\n     |        ^\n"},
		{
			"long line", wide, 1000, 1004, "",
			"f:1:1001: message [rule]\n   1 | …" + strings.Repeat("a", 60) + "HERE" + strings.Repeat("b", 55) + "…\n     | " +
				strings.Repeat(" ", 61) + "^~~~\n",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := diag.Diagnostic{Source: diag.NewSource("f", tt.source), Start: tt.start, End: tt.end, Rule: "rule", Message: "message", Hint: tt.hint}
			got := text(t, diag.Options{}, d)
			// Spaces at the end of a line show nothing.
			if diff := cmp.Diff(tt.want, strings.ReplaceAll(got, "| \n", "|\n")); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestWriteTextSeparatesAndCounts(t *testing.T) {
	d := diag.Diagnostic{Source: diag.NewSource("f", "x"), End: 1, Rule: "r", Message: "m"}
	var l diag.List
	for range diag.Limit {
		if !l.Add(d) {
			t.Fatal("the list is full too early")
		}
	}
	if l.More || l.Add(d) || !l.More || len(l.Items) != diag.Limit {
		t.Errorf("%d items, more: %t", len(l.Items), l.More)
	}
	var out bytes.Buffer
	if err := diag.WriteText(&out, l, diag.Options{}); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(out.String(), "\n\n"); n != diag.Limit || !strings.HasSuffix(out.String(), "\nonly the first 20 are shown, there are more\n") {
		t.Errorf("%d empty lines in\n%s", n, out.String())
	}
}

func TestWriteTextInColours(t *testing.T) {
	d := diag.Diagnostic{Source: diag.NewSource("f", "x"), End: 1, Rule: "r", Message: "m", Hint: "h"}
	got := text(t, diag.Options{Color: true}, d)
	want := "\x1b[1mf:1:1:\x1b[0m m [r]\n   1 | x\n     | \x1b[1;31m^\x1b[0m\n     = \x1b[36mhint:\x1b[0m h\n"
	if got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// FuzzWriteText shows ranges of anything. However hostile the text is, there are a few short lines that a
// terminal does not obey.
func FuzzWriteText(f *testing.F) {
	f.Add("name", "text", "message", 1, 2)
	f.Add("\x1b[2J", "a\x00\x9b\u202Eb\t\xff\n", strings.Repeat("é", 1000), 2, 900)
	f.Fuzz(func(t *testing.T, name, source, message string, start, end int) {
		d := diag.Diagnostic{Source: diag.NewSource(name, source), Start: start, End: end, Rule: "rule", Message: message}
		if start < 0 || end < start || end > len(source) {
			return
		}
		got := text(t, diag.Options{}, d)
		if strings.Count(got, "\n") != 3 || utf8.RuneCountInString(got) > 1500 {
			t.Errorf("%d characters: %q", utf8.RuneCountInString(got), got)
		}
		if i := strings.IndexFunc(strings.ReplaceAll(got, "\n", ""), func(r rune) bool { return r < ' ' || 0x7F <= r && r < 0xA0 || r == 0x202E }); i >= 0 {
			t.Errorf("a control character: %q", got)
		}
	})
}

func TestWriteJSON(t *testing.T) {
	s := diag.NewSource("dir/f.wit", "one\n<two>\n")
	l := diag.List{Items: []diag.Diagnostic{
		{Source: s, Start: 4, End: 9, Rule: "r", Message: "m", Hint: "h"},
		{Source: s, Start: 10, End: 10, Rule: "q", Message: "<n>"},
	}}
	type position = map[string]any
	want := map[string]any{
		"format": diag.JSONFormat,
		"more":   false,
		"diagnostics": []any{
			map[string]any{
				"file": "dir/f.wit", "rule": "r", "message": "m", "hint": "h",
				"start": position{"line": 2.0, "column": 1.0, "offset": 4.0}, "end": position{"line": 2.0, "column": 6.0, "offset": 9.0},
			},
			map[string]any{
				"file": "dir/f.wit", "rule": "q", "message": "<n>",
				"start": position{"line": 3.0, "column": 1.0, "offset": 10.0}, "end": position{"line": 3.0, "column": 1.0, "offset": 10.0},
			},
		},
	}
	if diff := cmp.Diff(want, decode(t, l)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	empty := map[string]any{"format": diag.JSONFormat, "more": false, "diagnostics": []any{}}
	if diff := cmp.Diff(empty, decode(t, diag.List{})); diff != "" {
		t.Errorf("nothing to say (-want +got):\n%s", diff)
	}
}

func decode(t *testing.T, l diag.List) map[string]any {
	t.Helper()
	var out bytes.Buffer
	if err := diag.WriteJSON(&out, l); err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal(out.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	return got
}

func TestListAsError(t *testing.T) {
	s := diag.NewSource("f", "xy")
	var l diag.List
	if l.Err() != nil {
		t.Errorf("an empty list is an error: %v", l.Err())
	}
	l.Add(diag.Diagnostic{Source: s, Start: 1, Message: "second"})
	l.Add(diag.Diagnostic{Source: s, Start: 0, Message: "first"})
	l.Add(diag.Diagnostic{Source: s, Start: 0, Message: "also first"})
	l.Sort()
	if got := l.Error(); got != "f:1:1: first (and 2 more)" {
		t.Errorf("got %q", got)
	}
	var as diag.List
	if !errors.As(l.Err(), &as) || as.Items[2].Message != "second" {
		t.Errorf("got %v", as.Items)
	}
	var all diag.List
	for range 8 {
		all.Append(l)
	}
	if got := all.Error(); len(all.Items) != diag.Limit || got != "f:1:1: first (and more than 19 others)" {
		t.Errorf("%d items: %q", len(all.Items), got)
	}
	if got := (diag.List{Items: l.Items[:1]}).Error(); got != "f:1:1: first" {
		t.Errorf("got %q", got)
	}
}
