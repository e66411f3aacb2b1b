// Package gitfs reads a directory as it is in a revision of a git repository, without checking it out.
//
// It asks the git command for the objects themselves. An archive would be less work, but attributes of the
// repository decide what is in one.
package gitfs

import (
	"archive/zip"
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os/exec"
	"path"
	"slices"
	"strconv"
	"strings"
)

// MaxSize bounds how many bytes the files of a directory may have together.
const MaxSize = 256 << 20

// Prefix returns the path of a directory on disk from the root of the repository that it is in, with slashes
// and without any at the ends: "" for the root itself.
func Prefix(ctx context.Context, dir string) (string, error) {
	out, err := run(ctx, dir, nil, "rev-parse", "--show-prefix")
	return strings.Trim(string(out), "/\n"), err
}

// Read returns the files of a directory in a revision which have one of the extensions, such as ".wit". The
// repository is the one that the directory in on disk is in, and dir is a path from its root with slashes.
func Read(ctx context.Context, in, revision, dir string, extensions ...string) (fs.FS, error) {
	commit, err := run(ctx, in, nil, "rev-parse", "--verify", "--quiet", "--end-of-options", revision+"^{commit}")
	if err != nil {
		return nil, fmt.Errorf("there is no revision %q: %w", revision, err)
	}
	tree := strings.TrimSpace(string(commit)) + ":" + strings.Trim(path.Clean("/"+dir), "/")
	listing, err := run(ctx, in, nil, "ls-tree", "-r", "-l", "-z", "--full-tree", tree)
	if err != nil {
		return nil, fmt.Errorf("revision %s has no directory %q: %w", revision, dir, err)
	}
	entries, err := parse(listing, extensions)
	if err != nil {
		return nil, fmt.Errorf("directory %q in revision %s: %w", dir, revision, err)
	}
	return contents(ctx, in, entries)
}

// entry is a file in a tree of git.
type entry struct {
	object, path string
	size         uint64
}

// parse reads the output of git ls-tree -r -l -z: "MODE TYPE OBJECT SIZE\tPATH" for each file.
func parse(listing []byte, extensions []string) ([]entry, error) {
	var out []entry
	var total uint64
	for line := range strings.SplitSeq(strings.TrimSuffix(string(listing), "\x00"), "\x00") {
		head, name, ok := strings.Cut(line, "\t")
		words := strings.Fields(head)
		switch {
		case line == "":
			continue
		case !ok || len(words) != 4:
			return nil, fmt.Errorf("git lists %q, which has another form than expected", line)
		case words[0] == "120000":
			return nil, fmt.Errorf("%s is a symbolic link, which is not followed in a revision", name)
		case words[1] != "blob":
			return nil, fmt.Errorf("%s is a submodule, whose files are in another repository", name)
		case !slices.Contains(extensions, path.Ext(name)):
			continue
		}
		size, err := strconv.ParseUint(words[3], 10, 62)
		if err != nil {
			return nil, fmt.Errorf("git lists %q, which has no size", line)
		}
		if total += size; total > MaxSize {
			return nil, fmt.Errorf("its files have more than %d bytes", MaxSize)
		}
		out = append(out, entry{words[2], name, size})
	}
	return out, nil
}

// contents reads files. They become a ZIP archive in memory, because the standard library has one as a file
// system.
func contents(ctx context.Context, in string, entries []entry) (fs.FS, error) {
	var names bytes.Buffer
	for _, e := range entries {
		fmt.Fprintln(&names, e.object)
	}
	objects, err := run(ctx, in, &names, "cat-file", "--batch")
	if err != nil {
		return nil, err
	}
	from := bufio.NewReader(bytes.NewReader(objects))
	var archive bytes.Buffer
	w := zip.NewWriter(&archive)
	for _, e := range entries {
		if err := copyObject(w, from, e); err != nil {
			return nil, fmt.Errorf("reading %s from git: %w", e.path, err)
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return zip.NewReader(bytes.NewReader(archive.Bytes()), int64(archive.Len()))
}

// copyObject takes one object out of the output of git cat-file --batch: "OBJECT TYPE SIZE", a new line, the
// content and another new line.
func copyObject(w *zip.Writer, from *bufio.Reader, e entry) error {
	head, err := from.ReadString('\n')
	if err != nil {
		return err
	}
	if want := fmt.Sprintf("%s blob %d\n", e.object, e.size); head != want {
		return fmt.Errorf("git answers %q", head)
	}
	to, err := w.CreateHeader(&zip.FileHeader{Name: e.path, Method: zip.Store})
	if err != nil {
		return err
	}
	if _, err := io.CopyN(to, from, int64(e.size)); err != nil {
		return err
	}
	_, err = from.Discard(1)
	return err
}

// run runs git in a directory and returns what it prints.
func run(ctx context.Context, dir string, stdin io.Reader, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, "git", args...)
	cmd.Dir, cmd.Stdin = dir, stdin
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		if said := strings.TrimSpace(stderr.String()); said != "" {
			return nil, errors.New("git says: " + said)
		}
		return nil, fmt.Errorf("git %s fails", args[0])
	}
	return out, err
}
