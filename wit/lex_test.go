package wit_test

// A lexer just large enough to tell the declarations of a WIT file from its comments.
// The loader drops comments on parameters and gates on includes, so comparing two trees
// to the letter needs the text itself.

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// lexed is a WIT file taken apart.
type lexed struct {
	tokens   []string // words, arrows and single punctuation marks, in order
	comments []string // text of each comment; adjacent line comments are one
}

func lex(src string) lexed {
	var out lexed
	adjacent := false // nothing but space since the last line comment
	for src != "" {
		switch {
		case strings.HasPrefix(src, "//"):
			line, rest, _ := strings.Cut(src, "\n")
			text := strings.TrimLeft(line, "/")
			if adjacent {
				out.comments[len(out.comments)-1] += "\n" + text
			} else {
				out.comments = append(out.comments, text)
			}
			src, adjacent = rest, true
		case strings.HasPrefix(src, "/*"):
			n := blockComment(src)
			out.comments = append(out.comments, strings.Trim(src[:n], "/*"))
			src, adjacent = src[n:], false
		case strings.ContainsRune(" \t\r\n", rune(src[0])):
			src = src[1:]
		default:
			n := tokenLen(src)
			out.tokens = append(out.tokens, src[:n])
			src, adjacent = src[n:], false
		}
	}
	return out
}

// blockComment returns the length of the comment src starts with; they nest.
func blockComment(src string) int {
	depth := 0
	for i := 0; i+1 < len(src); i++ {
		switch src[i : i+2] {
		case "/*":
			depth++
			i++
		case "*/":
			depth--
			i++
			if depth == 0 {
				return i + 1
			}
		}
	}
	return len(src)
}

func tokenLen(src string) int {
	if strings.HasPrefix(src, "->") {
		return 2
	}
	n := 0
	for n < len(src) && wordByte(src[n]) && !strings.HasPrefix(src[n:], "->") {
		n++
	}
	return max(n, 1)
}

func wordByte(c byte) bool {
	return c == '-' || c == '%' || c == '_' || '0' <= c && c <= '9' || 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z'
}

func TestLex(t *testing.T) {
	tests := []struct {
		name     string
		src      string
		tokens   []string
		comments []string
	}{
		{name: "empty"},
		{
			name:   "gate",
			src:    "@since(version = 0.2.0)",
			tokens: []string{"@", "since", "(", "version", "=", "0", ".", "2", ".", "0", ")"},
		},
		{
			name:   "function",
			src:    "a-b: func(%in:list<u8>)->result<_, e>;",
			tokens: []string{"a-b", ":", "func", "(", "%in", ":", "list", "<", "u8", ">", ")", "->", "result", "<", "_", ",", "e", ">", ";"},
		},
		{
			name:     "line comments join across gaps but not across code",
			src:      "/// one\n  // two\nx // three\n/// four",
			tokens:   []string{"x"},
			comments: []string{" one\n two", " three\n four"},
		},
		{
			name:     "nested block comment",
			src:      "a/* b /* c */ d */e",
			tokens:   []string{"a", "e"},
			comments: []string{" b /* c */ d "},
		},
		{
			name:     "unclosed block comment",
			src:      "a /* b",
			tokens:   []string{"a"},
			comments: []string{" b"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := lex(tt.src)
			if diff := cmp.Diff(tt.tokens, got.tokens); diff != "" {
				t.Errorf("tokens (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.comments, got.comments); diff != "" {
				t.Errorf("comments (-want +got):\n%s", diff)
			}
		})
	}
}
