package lock_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/witan-os/witan/gen/layout"
	"github.com/witan-os/witan/gen/lock"
	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/gen/resolve"
	"github.com/witan-os/witan/internal/diag"
)

const demoWIT = `package demo:files@1.2.0;

interface files {
  resource file {
    constructor(name: string);
    read: func(n: u32) -> list<u8>;
    compare: static func(a: borrow<file>, b: borrow<file>) -> bool;
  }
  count: func() -> u32;
  @since(version = 1.1.0)
  wait-for: func(name: string);
}

interface handler { handle: func(); }
interface client { use files.{file}; fetch: func() -> file; }

world service { import files; import client; export handler; }
`

// callsOf resolves a package of one file.
func callsOf(t testing.TB, wit string) []*lock.Call {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "a.wit"), []byte(wit), 0o666); err != nil {
		t.Fatal(err)
	}
	tree, err := resolve.Load(dir, resolve.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := layout.Compute(tree); err != nil {
		t.Fatal(err)
	}
	calls, err := lock.Calls(tree, func(*model.Scope) bool { return true })
	if err != nil {
		t.Fatal(err)
	}
	return calls
}

func read(t testing.TB, text string, was *lock.Table) *lock.Lock {
	t.Helper()
	l, err := lock.Read(diag.NewSource("syscalls.lock", text), was)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// generate does what witgen generate does, without writing.
func generate(text string, calls []*lock.Call, was *lock.Table, retire ...string) (string, *lock.Table, error) {
	l, err := lock.Read(diag.NewSource("syscalls.lock", text), was)
	if err != nil {
		return "", nil, err
	}
	if err := l.Retire(retire, calls); err != nil {
		return "", nil, err
	}
	if err := l.Check(calls, was); err != nil {
		return "", nil, err
	}
	if err := l.Add(calls); err != nil {
		return "", nil, err
	}
	return l.Text(), l.Table(calls), nil
}

// demo is a lock for demoWIT, and the table for it.
func demo(t testing.TB) (string, *lock.Table) {
	t.Helper()
	text, table, err := generate("", callsOf(t, demoWIT), nil)
	if err != nil {
		t.Fatal(err)
	}
	return text, table
}

// lines are the lines of a lock that are entries.
func lines(text string) []string {
	var list []string
	for line := range strings.Lines(text) {
		if line != "\n" && line[0] != '#' && !strings.HasPrefix(line, "format") {
			list = append(list, strings.TrimSpace(line))
		}
	}
	return list
}

func TestNewFunctionsGetNumbers(t *testing.T) {
	text, table := demo(t)
	var got []string
	for _, line := range lines(text) {
		f := strings.Fields(line)
		got = append(got, strings.Join(append(f[:3:3], f[4:]...), " "))
	}
	want := []string{
		"1 function 1.2.0 prompt interface demo:files/client@1#fetch",
		"2 constructor 1.2.0 prompt interface demo:files/files@1#[constructor]file",
		"3 method 1.2.0 prompt handle demo:files/files@1#[method]file.read",
		"4 drop 1.2.0 prompt handle demo:files/files@1#[resource-drop]file",
		"5 static 1.2.0 prompt interface demo:files/files@1#[static]file.compare",
		"6 function 1.2.0 prompt interface demo:files/files@1#count",
		"7 function 1.1.0 blocking interface demo:files/files@1#wait-for",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if !strings.HasPrefix(text, "# ") || !strings.Contains(text, "\n"+lock.Format+"\n") {
		t.Errorf("the file begins with\n%s", text[:200])
	}
	again, same, err := generate(text, callsOf(t, demoWIT), table)
	if err != nil || again != text || cmp.Diff(table, same) != "" {
		t.Errorf("the lock changes when nothing has: %v\n%s", err, again)
	}
	drop := table.Calls[3]
	if drop.Type != "func(self: own<demo:files/files@1/file>)" || drop.Core != "(i32) -> ()" || drop.Grant != "" {
		t.Errorf("the row of a drop is %+v", drop)
	}
	if count := table.Calls[5]; count.Grant != "demo:files/files" || count.Track != "1" || count.WIT != "count: func() -> u32" {
		t.Errorf("the row of a function is %+v", count)
	}
}

func TestNumbersStayWhenFunctionsAreAdded(t *testing.T) {
	text, table := demo(t)
	wit := strings.Replace(demoWIT, "count:", "aaa: func();\n  count:", 1)
	got, grown, err := generate(text, callsOf(t, wit), table)
	if err != nil {
		t.Fatal(err)
	}
	rest, ok := strings.CutPrefix(got, text)
	if !ok || len(lines(rest)) != 1 || !strings.HasPrefix(rest, "8 ") || !strings.HasSuffix(rest, "demo:files/files@1#aaa\n") {
		t.Errorf("added %q", rest)
	}
	if len(grown.Calls) != 8 || grown.Names()[4] != 5 || grown.Names()[5] != 8 {
		t.Errorf("%d calls, sorted by name %d", len(grown.Calls), grown.Names())
	}
}

// TestPolicyAndCommentsAreThePeoples edits what people may edit.
func TestPolicyAndCommentsAreThePeoples(t *testing.T) {
	text, table := demo(t)
	edited := strings.Replace(text, "prompt   interface demo:files/files@1#count", "blocking\tpackage    demo:files/files@1#count", 1)
	edited = strings.Replace(edited, "\n3 ", "\n# why\n\n  3 ", 1)
	got, changed, err := generate(edited, callsOf(t, demoWIT), table)
	if err != nil {
		t.Fatal(err)
	}
	if got != edited {
		t.Errorf("the file is written as\n%s", got)
	}
	if r := changed.Calls[5]; !r.Blocking || r.Right != lock.RightPackage || r.Grant != "demo:files" {
		t.Errorf("the table has %+v", r)
	}
}

// TestCRLF reads what version control writes on some machines. Lines that are added end as the others do.
func TestCRLF(t *testing.T) {
	crlf := func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") }
	text, table := demo(t)
	if got, same, err := generate(crlf(text), callsOf(t, demoWIT), table); err != nil || got != crlf(text) || cmp.Diff(table, same) != "" {
		t.Errorf("nothing has changed: %v\n%q", err, got)
	}
	wit := strings.Replace(demoWIT, "count: func() -> u32", "count: func() -> u64", 1)
	const count = "demo:files/files@1#count"
	want, _, err := generate(text, callsOf(t, wit), table, count)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"": crlf(text), " without the last end of line": strings.TrimSuffix(crlf(text), "\r\n")} {
		if got, _, err := generate(text, callsOf(t, wit), table, count); err != nil || got != crlf(want) {
			t.Errorf("a number is retired%s: %v\n%q", name, err, got)
		}
	}
}

func TestRetire(t *testing.T) {
	text, table := demo(t)
	changed := strings.Replace(demoWIT, "count: func() -> u32", "count: func() -> u64", 1)
	gone := strings.Replace(changed, "interface client { use files.{file}; fetch: func() -> file; }", "interface client {}", 1)

	got, after, err := generate(text, callsOf(t, gone), table, "demo:files/files@1#count", "demo:files/client@1")
	if err != nil {
		t.Fatal(err)
	}
	list := lines(got)
	if len(list) != 8 || !strings.HasSuffix(list[0], "#fetch retired") || !strings.HasSuffix(list[5], "#count retired") || !strings.HasSuffix(list[7], "#count") {
		t.Errorf("got\n%s", strings.Join(list, "\n"))
	}
	if !after.Calls[0].Retired || !after.Calls[5].Retired || after.Calls[5].Type != "" || after.Calls[7].Type != "func() -> u64" {
		t.Errorf("the table is %+v", after.Calls)
	}
	if again, _, err := generate(got, callsOf(t, gone), after); err != nil || again != got {
		t.Errorf("the lock changes when nothing has: %v", err)
	}
	// By hand it is the same.
	edited := strings.Replace(strings.Replace(text, "#count\n", "#count retired\n", 1), "#fetch\n", "#fetch retired\n", 1)
	if byHand, _, err := generate(edited, callsOf(t, gone), table); err != nil || byHand != got {
		t.Errorf("retired by hand: %v\n%s", err, byHand)
	}
	// A function that comes back gets another number.
	back, _, err := generate(got, callsOf(t, demoWIT), after, "demo:files/files@1#count")
	if err != nil {
		t.Fatal(err)
	}
	if list := lines(back); len(list) != 10 || !strings.HasPrefix(list[8], "9 ") || !strings.HasSuffix(list[9], "#count") {
		t.Errorf("got\n%s", strings.Join(list, "\n"))
	}
}

// TestMistakes has each way in which the past can be rewritten by mistake, in the lock or in the WIT.
func TestMistakes(t *testing.T) {
	text, table := demo(t)
	list := lines(text)
	without := func(i int) func(string) string {
		return func(s string) string { return strings.Replace(s, list[i]+"\n", "", 1) }
	}
	replace := func(old, new string) func(string) string {
		return func(s string) string {
			if strings.Count(s, old) != 1 {
				t.Fatalf("%q is there %d times", old, strings.Count(s, old))
			}
			return strings.Replace(s, old, new, 1)
		}
	}
	line := strings.Count(text[:strings.Index(text, list[0])], "\n") + 1 // of number 1
	at := func(number, column int) string { return fmt.Sprintf("syscalls.lock:%d:%d: ", line+number-1, column) }
	hash := strings.Fields(list[5])[3]

	tests := []struct {
		name   string
		lock   func(string) string // an edit of the lock
		wit    func(string) string // an edit of the WIT
		retire string
		rule   diag.Rule
		want   []string // all messages
		hint   string   // in the first hint
		alone  string   // the first message without the table, if there is one then
	}{
		{
			name: "a line is removed", lock: without(2), rule: lock.RuleNumber,
			want:  []string{at(3, 1) + "number 3 is missing: it is that of demo:files/files@1#[method]file.read"},
			hint:  "put its line back: " + list[2],
			alone: at(3, 1) + "number 3 is missing before that of demo:files/files@1#[resource-drop]file",
		},
		{
			name: "the last line is removed", lock: without(6), rule: lock.RuleNumber,
			want: []string{at(7, 1) + "number 7 is missing: it is that of demo:files/files@1#wait-for"},
			hint: "put its line back: " + list[6],
		},
		{
			name: "a number is changed", lock: replace("\n3    ", "\n9    "), rule: lock.RuleNumber,
			want:  []string{at(3, 1) + "demo:files/files@1#[method]file.read has number 9 here, but was given 3"},
			hint:  "give it number 3 again",
			alone: at(3, 1) + "number 3 is missing before that of demo:files/files@1#[method]file.read",
		},
		{
			name: "two numbers are exchanged", rule: lock.RuleNumber,
			lock: func(s string) string {
				return replace("\n0    ", "\n4    ")(replace("\n4    ", "\n3    ")(replace("\n3    ", "\n0    ")(s)))
			},
			want: []string{
				at(3, 1) + "demo:files/files@1#[method]file.read has number 4 here, but was given 3",
				at(4, 1) + "demo:files/files@1#[resource-drop]file has number 3 here, but was given 4",
			},
			alone: at(4, 1) + "number 3, demo:files/files@1#[resource-drop]file, stands behind number 4",
		},
		{
			name: "two names are exchanged", rule: lock.RuleNumber,
			lock: func(s string) string {
				a, b := list[2][4:], list[3][4:]
				return replace("\n0    ", "\n3 "+b+"\n4 "+a+"\n")(strings.Replace(s, list[2]+"\n"+list[3]+"\n", "0    ", 1))
			},
			want: []string{
				at(3, 1) + "demo:files/files@1#[resource-drop]file has number 3 here, but was given 4",
				at(4, 1) + "demo:files/files@1#[method]file.read has number 4 here, but was given 3",
			},
			hint: "give it number 4 again",
		},
		{
			name: "a line is moved", rule: lock.RuleNumber,
			lock:  func(s string) string { return without(2)(s) + list[2] + "\n" },
			want:  []string{at(7, 1) + "number 3, demo:files/files@1#[method]file.read, stands behind number 7"},
			hint:  "put the line back to its place",
			alone: at(7, 1) + "number 3, demo:files/files@1#[method]file.read, stands behind number 7",
		},
		{
			name: "a line is there twice", rule: lock.RuleNumber,
			lock:  func(s string) string { return s + list[2] + "\n" },
			want:  []string{at(8, 1) + "number 3 of demo:files/files@1#[method]file.read is that of demo:files/files@1#[method]file.read already"},
			hint:  "new functions get theirs from witgen generate",
			alone: at(8, 1) + "number 3 of demo:files/files@1#[method]file.read is that of demo:files/files@1#[method]file.read already",
		},
		{
			name: "a function is there twice", rule: lock.RuleNumber,
			lock:  func(s string) string { return s + "8" + list[2][1:] + "\n" },
			want:  []string{at(8, 62) + "demo:files/files@1#[method]file.read has number 3 already"},
			hint:  "remove the line",
			alone: at(8, 62) + "demo:files/files@1#[method]file.read has number 3 already",
		},
		{
			name: "a number is given to another function", lock: replace("#count\n", "#counts\n"), rule: lock.RuleNumber,
			want:  []string{at(6, 62) + "number 6 is that of demo:files/files@1#count, not of demo:files/files@1#counts"},
			hint:  "put its line back: " + list[5],
			alone: at(6, 62) + "demo:files/files@1#counts, number 6, is not in the WIT any more",
		},
		{
			name: "a hash is changed", lock: replace(hash, "0123456789abcdef"), rule: lock.RuleType,
			want:  []string{at(6, 26) + "number 6 was given to demo:files/files@1#count with another type"},
			hint:  "write " + hash + " again",
			alone: at(6, 62) + "demo:files/files@1#count has another type than number 6 was given for: it is func() -> u32 (a.wit:1:1)",
		},
		{
			name: "a function's type changes", wit: replace("count: func() -> u32", "count: func() -> u64"), rule: lock.RuleType,
			want:  []string{at(6, 62) + "demo:files/files@1#count has another type than number 6 was given for, func() -> u32: it is func() -> u64 (a.wit:1:1)"},
			hint:  "witgen generate --retire 'demo:files/files@1#count'",
			alone: at(6, 62) + "demo:files/files@1#count has another type than number 6 was given for: it is func() -> u64 (a.wit:1:1)",
		},
		{
			name: "a parameter has another name", wit: replace("read: func(n: u32)", "read: func(count: u32)"), rule: lock.RuleType,
			want: []string{at(3, 62) + "demo:files/files@1#[method]file.read has another type than number 3 was given for, func(self: borrow<demo:files/files@1/file>, n: u32)"},
		},
		{
			name: "a function goes", wit: replace("count: func() -> u32;", ""), rule: lock.RuleGone,
			want:  []string{at(6, 62) + "demo:files/files@1#count, number 6, is not in the WIT any more"},
			hint:  "undo the change, or retire the number",
			alone: at(6, 62) + "demo:files/files@1#count, number 6, is not in the WIT any more",
		},
		{
			name: "a method becomes static", wit: replace("read: func(n", "read: static func(n"), rule: lock.RuleGone,
			want: []string{at(3, 62) + "demo:files/files@1#[method]file.read, number 3, is not in the WIT any more"},
		},
		{
			name: "another track", wit: replace("@1.2.0", "@2.0.0"), rule: lock.RuleGone,
			want: []string{
				at(1, 62) + "demo:files/client@1#fetch, number 1,", at(2, 62), at(3, 62), at(4, 62), at(5, 62), at(6, 62), at(7, 62),
			},
		},
		{
			name: "a gate changes", wit: replace("version = 1.1.0", "version = 1.2.0"), rule: lock.RuleSince,
			want: []string{at(7, 18) + "the WIT says that demo:files/files@1#wait-for is there since 1.2.0 (a.wit:1:1)"},
			hint: "write 1.2.0 here",
		},
		{
			name: "a version of another track", lock: replace("1.2.0   "+hash, "2.2.0   "+hash), rule: lock.RuleSince,
			want: []string{at(6, 18) + "version 2.2.0 is not on the track of demo:files/files@1#count"},
		},
		{
			name: "nothing to retire", retire: "demo:files/files@1#count", rule: lock.RuleNotThere,
			want: []string{"syscalls.lock:1:1: demo:files/files@1#count is in the WIT as it was"},
		},
		{
			name: "retiring what has no number", retire: "demo:files/files@1#size", rule: lock.RuleNotThere,
			want: []string{"syscalls.lock:1:1: no function demo:files/files@1#size has a number"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			text, wit := text, demoWIT
			if tt.lock != nil {
				text = tt.lock(text)
			}
			if tt.wit != nil {
				wit = tt.wit(wit)
			}
			var retire []string
			if tt.retire != "" {
				retire = []string{tt.retire}
			}
			calls := callsOf(t, wit)
			for _, c := range calls { // messages have no temporary directory then
				c.Place = model.Place{Source: diag.NewSource("a.wit", wit)}
			}
			_, _, err := generate(text, calls, table, retire...)
			var errs diag.List
			if !errors.As(err, &errs) || len(errs.Items) != len(tt.want) {
				t.Fatalf("got %d errors, want %d: %v", len(errs.Items), len(tt.want), messages(errs))
			}
			for i, d := range errs.Items {
				if !strings.HasPrefix(d.Error(), tt.want[i]) || d.Rule != tt.rule {
					t.Errorf("error %d [%s]\n%s\nwant [%s]\n%s", i, d.Rule, d.Error(), tt.rule, tt.want[i])
				}
			}
			if hint := errs.Items[0].Hint; !strings.Contains(hint, tt.hint) || hint == "" {
				t.Errorf("hint %q, want %q", hint, tt.hint)
			}
			if _, _, err := generate(text, calls, nil, retire...); tt.alone != "" && (err == nil || !strings.HasPrefix(err.Error(), tt.alone)) {
				t.Errorf("without the table: %v\nwant %s", err, tt.alone)
			}
		})
	}
}

func messages(l diag.List) string {
	var b strings.Builder
	for _, d := range l.Items {
		b.WriteString("\n" + d.Error())
	}
	return b.String()
}

// TestRetiredStaysRetired uses a number again.
func TestRetiredStaysRetired(t *testing.T) {
	text, table := demo(t)
	wit := strings.Replace(demoWIT, "count: func() -> u32;", "", 1)
	text, table, err := generate(text, callsOf(t, wit), table, "demo:files/files@1#count")
	if err != nil {
		t.Fatal(err)
	}
	_, err = lock.Read(diag.NewSource("l", strings.Replace(text, " retired\n", "\n", 1)), table)
	if err == nil || !strings.Contains(err.Error(), "number 6, demo:files/files@1#count, is retired and can't be used again") {
		t.Errorf("error %v", err)
	}
}

func TestBadLines(t *testing.T) {
	const good = "1 function 1.0.0 0123456789abcdef prompt none a:b/c@1#d"
	if l := read(t, lock.Format+"\n"+good+"\n", nil); len(l.Entries()) != 1 || l.Entries()[0].Name != "a:b/c@1#d" {
		t.Fatal("the good line is not read")
	}
	tests := []struct{ old, new, want string }{
		{"1 f", "x f", "l:2:1: a number is between 1 and 65535"},
		{"1 f", "0 f", "l:2:1: a number is between 1 and 65535"},
		{"1 f", "01 f", "l:2:1: a number is between 1 and 65535"},
		{"1 f", "65536 f", "l:2:1: a number is between 1 and 65535"},
		{"1 f", "+1 f", "l:2:1: a number is between 1 and 65535"},
		{"function", "procedure", "l:2:3: expected function, method, static, constructor, drop"},
		{"function", "method", "l:2:45: the name is not that of a method"},
		{"#d", "#[method]d.e", "l:2:47: the name is not that of a function"},
		{"1.0.0", "1.0", "l:2:12: expected a version such as 1.0.0, or - where the package has none"},
		{"1.0.0", "1.0.x", "l:2:12: expected a version"},
		{"1.0.0", "1.0.0-\x1b", "l:2:12: expected a version"},
		{"0123456789abcdef", "123456789abcdef", "l:2:18: a hash has 16 lower-case hexadecimal digits"},
		{"0123456789abcdef", "0123456789ABCDEF", "l:2:18: a hash has 16 lower-case hexadecimal digits"},
		{"prompt", "fast", "l:2:35: expected prompt, blocking"},
		{"none", "all", "l:2:42: expected package, interface, handle, none"},
		{"a:b/c@1#d", "a:b/c@1", "l:2:47: expected a function such as wasi:io/poll@0.2#poll"},
		{"a:b/c@1#d", "a:b@1#d", "l:2:47: expected a function"},
		{"a:b/c@1#d", "a:b/c@#d", "l:2:47: expected a function"},
		{"a:b/c@1#d", "a:b/c@1#é", "l:2:47: expected a function"},
		{"#d", "#d gone", "l:2:57: expected retired"},
		{"#d", "#d retired again", "l:2:65: the line ends behind retired"},
		{" a:b/c@1#d", "", "l:2:1: a line has the columns no, kind, since, type, call, right and function"},
		{good, good + "\r ", "l:2:47: expected a function"},
		{lock.Format, "format witan-syscalls/1", `l:1:1: a lock file begins with "format witan-syscalls/2"`},
		{lock.Format + "\n", "", `l:1:1: a lock file begins with "format witan-syscalls/2"`},
	}
	for _, tt := range tests {
		text := strings.Replace(lock.Format+"\n"+good+"\n", tt.old, tt.new, 1)
		if _, err := lock.Read(diag.NewSource("l", text), nil); err == nil || !strings.HasPrefix(err.Error(), tt.want) {
			t.Errorf("%q: error %v, want %s", text, err, tt.want)
		}
	}
	many := lock.Format + strings.Repeat("\nx", 100)
	var errs diag.List
	if _, err := lock.Read(diag.NewSource("l", many), nil); !errors.As(err, &errs) || !errs.More {
		t.Errorf("a hundred bad lines: %v", err)
	}
}

func TestNumbersRunOut(t *testing.T) {
	calls := make([]*lock.Call, lock.MaxNumber+1)
	for i := range calls {
		calls[i] = &lock.Call{Interface: "a:b/c", Function: fmt.Sprintf("f%05d", i), Kind: lock.Function}
	}
	l := read(t, "", nil)
	if err := l.Add(calls); err == nil || err.Error() != "syscalls.lock: no number is left for a:b/c#f65535" {
		t.Errorf("error %v", err)
	}
	if again := read(t, l.Text(), nil); len(again.Entries()) != lock.MaxNumber {
		t.Errorf("%d entries are read back", len(again.Entries()))
	}
}

func TestTable(t *testing.T) {
	_, table := demo(t)
	data, err := table.JSON()
	if err != nil {
		t.Fatal(err)
	}
	again, err := lock.ReadTable(data)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(table, again); diff != "" {
		t.Errorf("the table is read as another (-written +read):\n%s", diff)
	}
	if n := bytes.Count(data, []byte("\n")); n != len(table.Calls)+5 {
		t.Errorf("%d lines for %d calls", n, len(table.Calls))
	}
	for _, tt := range []struct{ data, want string }{
		{"<<<<<<< HEAD\n", "invalid character"},
		{`{"format": "witan-syscalls/9"}`, `the format is "witan-syscalls/9"`},
		{`{"format": "witan-syscalls/1", "calls": [{"number": 2}]}`, "number 2 stands where 1 should"},
		{`{"format": "witan-syscalls/1", "calls": [{"number": 1, "name": "a", "hash": "x"}]}`, "number 1 has no name or hash"},
	} {
		if _, err := lock.ReadTable([]byte(tt.data)); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: error %v, want %s", tt.data, err, tt.want)
		}
	}
}

// FuzzRead reads anything. What is accepted is written as it was, and numbers have no gap.
func FuzzRead(f *testing.F) {
	text, table := demo(f)
	f.Add(text)
	f.Add(strings.Replace(text, "#count\n", "#count retired", 1))
	f.Add(lock.Format + "\n1 function - 0123456789abcdef prompt none a:b/c#d")
	f.Add(strings.ReplaceAll(text, "\n", "\r\n"))
	f.Add(lock.Format + "\n65535 drop 1.0.0-rc.1 0123456789abcdef prompt none a:b/c@1.0.0-rc.1#[resource-drop]d retired\n")
	f.Fuzz(func(t *testing.T, text string) {
		for _, was := range []*lock.Table{nil, table} {
			l, err := lock.Read(diag.NewSource("l", text), was)
			if err != nil {
				var errs diag.List
				if !errors.As(err, &errs) || len(errs.Items) > diag.Limit {
					t.Errorf("error %v", err)
				}
				continue
			}
			for i, e := range l.Entries() {
				if int(e.Number) != i+1 {
					t.Fatalf("entry %d has number %d", i, e.Number)
				}
			}
			if got := strings.TrimRight(l.Text(), "\r\n"); text != "" && got != strings.TrimRight(text, "\r\n") {
				t.Errorf("written as %q", got)
			}
		}
	})
}
