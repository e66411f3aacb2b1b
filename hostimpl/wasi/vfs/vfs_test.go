package vfs_test

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/witan-os/witan/hostimpl/wasi/vfs"
)

// typesWIT is the declaration that this package mirrors.
const typesWIT = "../../../wit/deps/filesystem/types.wit"

// members returns the names in an enum or flags of the WIT file, in order.
func members(t *testing.T, declaration string) []string {
	t.Helper()
	src, err := os.ReadFile(filepath.FromSlash(typesWIT))
	if err != nil {
		t.Fatal(err)
	}
	_, body, ok := strings.Cut(string(src), declaration+" {")
	if !ok {
		t.Fatalf("%s: no %q", typesWIT, declaration)
	}
	body, _, _ = strings.Cut(body, "}")
	var names []string
	for _, m := range regexp.MustCompile(`(?m)^\s*([a-z-]+),`).FindAllStringSubmatch(body, -1) {
		names = append(names, m[1])
	}
	if len(names) == 0 {
		t.Fatalf("%s: %q has no members", typesWIT, declaration)
	}
	return names
}

func TestEnumerationsAreThoseOfWIT(t *testing.T) {
	tests := []struct {
		declaration string
		name        func(i int) string
	}{
		{"enum error-code", func(i int) string { return vfs.ErrorCode(i).Error() }},
		{"enum descriptor-type", func(i int) string { return vfs.DescriptorType(i).String() }},
		{"enum advice", func(i int) string { return vfs.Advice(i).String() }},
	}
	for _, tt := range tests {
		t.Run(tt.declaration, func(t *testing.T) {
			want := append(members(t, tt.declaration), "invalid")
			got := make([]string, len(want))
			for i := range got {
				got[i] = tt.name(i)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("names differ (-WIT +Go):\n%s", diff)
			}
		})
	}
}

func TestFlagsAreThoseOfWIT(t *testing.T) {
	tests := []struct {
		declaration string
		bits        map[string]uint8
	}{
		{"flags descriptor-flags", map[string]uint8{
			"read":                 uint8(vfs.Read),
			"write":                uint8(vfs.Write),
			"file-integrity-sync":  uint8(vfs.FileIntegritySync),
			"data-integrity-sync":  uint8(vfs.DataIntegritySync),
			"requested-write-sync": uint8(vfs.RequestedWriteSync),
			"mutate-directory":     uint8(vfs.MutateDirectory),
		}},
		{"flags path-flags", map[string]uint8{"symlink-follow": uint8(vfs.SymlinkFollow)}},
		{"flags open-flags", map[string]uint8{
			"create":    uint8(vfs.Create),
			"directory": uint8(vfs.Directory),
			"exclusive": uint8(vfs.Exclusive),
			"truncate":  uint8(vfs.Truncate),
		}},
	}
	for _, tt := range tests {
		t.Run(tt.declaration, func(t *testing.T) {
			want := map[string]uint8{}
			for i, name := range members(t, tt.declaration) {
				want[name] = 1 << i
			}
			if diff := cmp.Diff(want, tt.bits); diff != "" {
				t.Errorf("bits differ (-WIT +Go):\n%s", diff)
			}
		})
	}
}

func TestCodeOf(t *testing.T) {
	tests := []struct {
		err  error
		want vfs.ErrorCode
	}{
		{vfs.ErrLoop, vfs.ErrLoop},
		{vfs.ErrAccess, vfs.ErrAccess},
		{fmt.Errorf("reading: %w", vfs.ErrBusy), vfs.ErrBusy},
		{&fs.PathError{Op: "open", Path: "x", Err: fs.ErrNotExist}, vfs.ErrNoEntry},
		{fs.ErrExist, vfs.ErrExist},
		{fs.ErrPermission, vfs.ErrAccess},
		{fs.ErrInvalid, vfs.ErrInvalid},
		{fs.ErrClosed, vfs.ErrBadDescriptor},
		{errors.ErrUnsupported, vfs.ErrUnsupported},
		{io.ErrUnexpectedEOF, vfs.ErrIO},
	}
	for _, tt := range tests {
		if got := vfs.CodeOf(tt.err); got != tt.want {
			t.Errorf("CodeOf(%v) = %v, want %v", tt.err, got, tt.want)
		}
	}
}

func TestErrorCodeIs(t *testing.T) {
	// Each code must be found by exactly these errors of io/fs.
	sentinels := []error{
		fs.ErrNotExist, fs.ErrExist, fs.ErrPermission, fs.ErrInvalid, fs.ErrClosed, errors.ErrUnsupported,
	}
	want := map[vfs.ErrorCode]error{
		vfs.ErrNoEntry:       fs.ErrNotExist,
		vfs.ErrExist:         fs.ErrExist,
		vfs.ErrNotEmpty:      fs.ErrExist,
		vfs.ErrAccess:        fs.ErrPermission,
		vfs.ErrNotPermitted:  fs.ErrPermission,
		vfs.ErrInvalid:       fs.ErrInvalid,
		vfs.ErrBadDescriptor: fs.ErrClosed,
		vfs.ErrUnsupported:   errors.ErrUnsupported,
	}
	for code := vfs.ErrAccess; code <= vfs.ErrCrossDevice; code++ {
		for _, s := range sentinels {
			if got := errors.Is(code, s); got != (want[code] == s) {
				t.Errorf("errors.Is(%v, %v) = %v", code, s, got)
			}
		}
	}
}

func TestCheckPath(t *testing.T) {
	tests := []struct {
		path string
		want error
	}{
		{"a", nil},
		{"a//b/", nil},
		{"../..", nil}, // where it leads is for the file system to say
		{strings.Repeat("a", vfs.MaxPath), nil},
		{"", vfs.ErrNoEntry},
		{"/", vfs.ErrNotPermitted},
		{"/etc/passwd", vfs.ErrNotPermitted},
		{"a\x00b", vfs.ErrInvalid},
		{strings.Repeat("a", vfs.MaxPath+1), vfs.ErrNameTooLong},
	}
	for _, tt := range tests {
		if got := vfs.CheckPath(tt.path); got != tt.want {
			t.Errorf("CheckPath(%.20q) = %v, want %v", tt.path, got, tt.want)
		}
	}
}

func TestCheckTarget(t *testing.T) {
	tests := []struct {
		target string
		want   error
	}{
		{"../x", nil},
		{"", vfs.ErrInvalid},
		{"/etc", vfs.ErrNotPermitted},
		{"a\xff", vfs.ErrIllegalByteSequence},
	}
	for _, tt := range tests {
		if got := vfs.CheckTarget(tt.target); got != tt.want {
			t.Errorf("CheckTarget(%q) = %v, want %v", tt.target, got, tt.want)
		}
	}
}

func TestSplitPath(t *testing.T) {
	tests := []struct {
		path, dir, base string
		slash           bool
	}{
		{"a", ".", "a", false},
		{"a/", ".", "a", true},
		{"a/b", "a", "b", false},
		{"a//b//", "a/", "b", true},
		{"./a", ".", "a", false},
		{"..", ".", "..", false},
		{"a/..", "a", "..", false},
		{"a/./", "a", ".", true},
	}
	for _, tt := range tests {
		dir, base, slash := vfs.SplitPath(tt.path)
		if dir != tt.dir || base != tt.base || slash != tt.slash {
			t.Errorf("SplitPath(%q) = %q, %q, %v, want %q, %q, %v",
				tt.path, dir, base, slash, tt.dir, tt.base, tt.slash)
		}
	}
}

func TestHash(t *testing.T) {
	at := time.Unix(1_000_000, 1)
	base := vfs.Stat{Size: 1, Device: 2, Inode: 3, Modified: at, Changed: at}
	type sum struct{ lower, upper uint64 }
	hash := func(k vfs.HashKey, s vfs.Stat) sum {
		lower, upper := k.Hash(s)
		return sum{lower, upper}
	}
	key := vfs.HashKey{1}
	if first, again := hash(key, base), hash(key, base); first != again {
		t.Error("the hash of the same attributes differs")
	}
	accessed := base
	accessed.Accessed = at.Add(1)
	if hash(key, base) != hash(key, accessed) {
		t.Error("reading a file changes its hash")
	}
	seen := map[sum]string{hash(key, base): "base", hash(vfs.HashKey{2}, base): "other key"}
	if len(seen) != 2 {
		t.Error("the key has no influence")
	}
	for name, change := range map[string]func(*vfs.Stat){
		"size":     func(s *vfs.Stat) { s.Size++ },
		"device":   func(s *vfs.Stat) { s.Device++ },
		"inode":    func(s *vfs.Stat) { s.Inode++ },
		"modified": func(s *vfs.Stat) { s.Modified = at.Add(1) },
		"changed":  func(s *vfs.Stat) { s.Changed = at.Add(1) },
	} {
		s := base
		change(&s)
		if other, ok := seen[hash(key, s)]; ok {
			t.Errorf("the hash does not tell %s from %s", name, other)
		}
		seen[hash(key, s)] = name
	}
}
