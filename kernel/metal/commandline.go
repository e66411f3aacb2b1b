package metal

import "strings"

// The machine's command line is the only way to pass arguments and environment
// into the kernel. Words are split as a POSIX shell would split them, without
// any expansion:
//
//	NAME=value 'NAME2='x  -flag 'a word' it\'s
//
// Leading words of the form NAME=value are environment; the rest are arguments.
// A word whose name or "=" is quoted is an argument, as in a shell, so an
// argument that looks like an assignment can be told apart.

// MaxCommandLine is the longest command line in bytes that the kernel takes.
const MaxCommandLine = 4096

// maxWords bounds environment and arguments together.
const maxWords = 256

// wordSplitter walks a command line without allocating.
type wordSplitter struct {
	line []byte
	pos  int
}

// word is what one step of a [wordSplitter] found.
type word struct {
	size       int  // bytes written to the destination
	assignment bool // NAME= at its start, unquoted
}

// next writes the next word to dst, unquoted. It reports false at the end.
func (s *wordSplitter) next(dst []byte) (w word, ok bool, err error) {
	for s.pos < len(s.line) && isBlank(s.line[s.pos]) {
		s.pos++
	}
	if s.pos == len(s.line) {
		return word{}, false, nil
	}
	quoted := false   // inside single quotes
	plainName := true // everything so far is an unquoted NAME
	for ; s.pos < len(s.line); s.pos++ {
		c := s.line[s.pos]
		switch {
		case c == '\'':
			quoted = !quoted
			plainName = false
			continue
		case quoted:
		case isBlank(c):
			return w, true, nil
		case c == '\\':
			s.pos++
			if s.pos == len(s.line) {
				return word{}, false, staticError("command line: backslash at the end")
			}
			c = s.line[s.pos]
			plainName = false
		case c == '=' && plainName && w.size > 0:
			w.assignment = true
			plainName = false
		case !isNameByte(c, w.size == 0):
			plainName = false
		}
		if c == 0 {
			return word{}, false, staticError("command line: NUL byte")
		}
		if w.size == len(dst) {
			return word{}, false, staticError("command line: longer than its buffer")
		}
		dst[w.size] = c
		w.size++
	}
	if quoted {
		return word{}, false, staticError("command line: single quote is not closed")
	}
	return w, true, nil
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' || c == '\n' }

func isNameByte(c byte, first bool) bool {
	return c == '_' || 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z' || !first && '0' <= c && c <= '9'
}

// SplitCommandLine returns the environment ("NAME=value") and the arguments
// that the kernel sees when it is started with line.
func SplitCommandLine(line string) (env, args []string, err error) {
	if len(line) > MaxCommandLine {
		return nil, nil, staticError("command line: longer than 4096 bytes")
	}
	s := wordSplitter{line: []byte(line)}
	buf := make([]byte, len(line))
	for n := 0; ; n++ {
		w, ok, err := s.next(buf)
		if err != nil {
			return nil, nil, err
		}
		if !ok {
			return env, args, nil
		}
		if n == maxWords {
			return nil, nil, staticError("command line: more than 256 words")
		}
		text := string(buf[:w.size])
		if w.assignment && len(args) == 0 {
			env = append(env, text)
		} else {
			args = append(args, text)
		}
	}
}

// JoinCommandLine is the inverse of [SplitCommandLine]. It fails when an
// environment entry is no NAME=value, when anything contains a NUL byte, and
// when the line would be too long for the kernel.
func JoinCommandLine(env, args []string) (string, error) {
	var b strings.Builder
	for _, e := range env {
		name, value, found := strings.Cut(e, "=")
		if !found || !isName(name) {
			return "", staticError("command line: environment entry is not NAME=value: " + e)
		}
		b.WriteString(name + "=")
		if value != "" {
			b.WriteString(quoteWord(value))
		}
		b.WriteByte(' ')
	}
	for i, a := range args {
		name, _, found := strings.Cut(a, "=")
		switch q := quoteWord(a); {
		case i == 0 && found && isName(name) && q == a:
			b.WriteString("'" + a + "'")
		default:
			b.WriteString(q)
		}
		b.WriteByte(' ')
	}
	line := strings.TrimSuffix(b.String(), " ")
	switch {
	case strings.IndexByte(line, 0) >= 0:
		return "", staticError("command line: NUL byte")
	case len(line) > MaxCommandLine:
		return "", staticError("command line: longer than 4096 bytes")
	case len(env)+len(args) > maxWords:
		return "", staticError("command line: more than 256 words")
	}
	return line, nil
}

func isName(s string) bool {
	for i := range len(s) {
		if !isNameByte(s[i], i == 0) {
			return false
		}
	}
	return s != ""
}

// quoteWord returns s itself when no byte of it is special.
func quoteWord(s string) string {
	const safe = "_-+./:,=@%^~"
	plain := func(r rune) bool {
		return r < 0x80 && (isNameByte(byte(r), false) || strings.ContainsRune(safe, r))
	}
	if s != "" && strings.IndexFunc(s, func(r rune) bool { return !plain(r) }) < 0 {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
