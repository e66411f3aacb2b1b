package vfstest

import (
	"strings"

	"github.com/witan-os/witan/hostimpl/wasi/vfs"
)

// testFailures checks which error each misuse gets.
func (s *suite) testFailures() {
	const rw = vfs.Read | vfs.Write
	name255 := strings.Repeat("n", vfs.MaxName)
	open := func(pathFlags vfs.PathFlags, path string, open vfs.OpenFlags, flags vfs.DescriptorFlags) error {
		return opening("", pathFlags, open, flags).run(s.dir, path)
	}
	stat := func(path string) error {
		_, err := s.dir.StatAt(0, path)
		return err
	}
	readlink := func(path string) error {
		_, err := s.dir.ReadlinkAt(path)
		return err
	}
	rename := func(from, to string) error { return s.dir.RenameAt(from, s.dir, to) }
	link := func(from, to string) error { return s.dir.LinkAt(0, from, s.dir, to) }
	noTime := vfs.NewTimestamp{}
	tests := []struct {
		what string
		err  error
		want error
	}{
		{"open nothing", open(0, "", 0, vfs.Read), vfs.ErrNoEntry},
		{"open missing", open(0, "missing", 0, vfs.Read), vfs.ErrNoEntry},
		{"open in missing", open(0, "missing/x", vfs.Create, rw), vfs.ErrNoEntry},
		{"open in a file", open(0, "hello.txt/x", 0, vfs.Read), vfs.ErrNotDirectory},
		{"open file with slash", open(0, "hello.txt/", 0, vfs.Read), vfs.ErrNotDirectory},
		{"open file with dot", open(0, "hello.txt/.", 0, vfs.Read), vfs.ErrNotDirectory},
		{"open file with dots", open(0, "hello.txt/..", 0, vfs.Read), vfs.ErrNotDirectory},
		{"open file as directory", open(0, "hello.txt", vfs.Directory, vfs.Read), vfs.ErrNotDirectory},
		{"open zero byte", open(0, "hello\x00.txt", 0, vfs.Read), vfs.ErrInvalid},
		{"open long name", open(0, name255+"n", vfs.Create, rw), vfs.ErrNameTooLong},
		{"open long missing name", open(0, name255+"n/x", 0, vfs.Read), vfs.ErrNameTooLong},
		{"open longest name", open(0, name255, 0, vfs.Read), vfs.ErrNoEntry},
		{"open long path", open(0, strings.Repeat("./", vfs.MaxPath/2)+"xx", 0, vfs.Read), vfs.ErrNameTooLong},
		{"open directory to write", open(0, "dir", 0, rw), vfs.ErrIsDirectory},
		{"create over directory", open(0, "dir", vfs.Create, vfs.Read), vfs.ErrIsDirectory},
		{"create dot", open(0, ".", vfs.Create, vfs.Read), vfs.ErrIsDirectory},
		{"create with slash", open(0, "new/", vfs.Create, rw), vfs.ErrIsDirectory},
		{"truncate directory", open(0, "dir", vfs.Truncate, vfs.Read), vfs.ErrIsDirectory},
		{"create and directory", open(0, "new", vfs.Create|vfs.Directory, vfs.Read), vfs.ErrInvalid},
		{"truncate and directory", open(0, "dir", vfs.Truncate|vfs.Directory, vfs.Read), vfs.ErrInvalid},
		{"exclusive and directory", open(0, "dir", vfs.Exclusive|vfs.Directory, vfs.Read), vfs.ErrInvalid},
		{"exclusive over file", open(0, "hello.txt", vfs.Create|vfs.Exclusive, rw), vfs.ErrExist},
		{"exclusive over directory", open(0, "dir", vfs.Create|vfs.Exclusive, rw), vfs.ErrExist},
		{"exclusive over link", open(vfs.SymlinkFollow, "dangling", vfs.Create|vfs.Exclusive, rw), vfs.ErrExist},
		{"open link", open(0, "to-file", 0, vfs.Read), vfs.ErrLoop},
		{"open link to directory", open(0, "to-dir", 0, vfs.Read), vfs.ErrLoop},
		{"open link as directory", open(0, "to-dir", vfs.Directory, vfs.Read), vfs.ErrNotDirectory},
		{"create at link", open(0, "dangling", vfs.Create, rw), vfs.ErrLoop},
		{"open link with slash", open(0, "to-file/", 0, vfs.Read), vfs.ErrNotDirectory},
		{"open dangling", open(vfs.SymlinkFollow, "dangling", 0, vfs.Read), vfs.ErrNoEntry},

		{"stat nothing", stat(""), vfs.ErrNoEntry},
		{"stat missing", stat("missing"), vfs.ErrNoEntry},
		{"stat through missing", stat("missing/../hello.txt"), vfs.ErrNoEntry},
		{"stat file with slash", stat("hello.txt/"), vfs.ErrNotDirectory},
		{"stat link to file with slash", stat("to-file/"), vfs.ErrNotDirectory},
		{"stat dangling with slash", stat("dangling/"), vfs.ErrNoEntry},
		{"set-times missing", s.dir.SetTimesAt(0, "missing", noTime, noTime), vfs.ErrNoEntry},
		{"set-times file with slash", s.dir.SetTimesAt(0, "hello.txt/", noTime, noTime), vfs.ErrNotDirectory},

		{"mkdir existing", s.dir.CreateDirectoryAt("dir"), vfs.ErrExist},
		{"mkdir existing with slash", s.dir.CreateDirectoryAt("dir/"), vfs.ErrExist},
		{"mkdir file", s.dir.CreateDirectoryAt("hello.txt"), vfs.ErrExist},
		{"mkdir dangling link", s.dir.CreateDirectoryAt("dangling"), vfs.ErrExist},
		{"mkdir dangling link with slash", s.dir.CreateDirectoryAt("dangling/"), vfs.ErrExist},
		{"mkdir dot", s.dir.CreateDirectoryAt("."), vfs.ErrExist},
		{"mkdir dots", s.dir.CreateDirectoryAt("dir/.."), vfs.ErrExist},
		{"mkdir in missing", s.dir.CreateDirectoryAt("missing/x"), vfs.ErrNoEntry},
		{"mkdir in file", s.dir.CreateDirectoryAt("hello.txt/x"), vfs.ErrNotDirectory},
		{"mkdir long name", s.dir.CreateDirectoryAt(name255 + "n"), vfs.ErrNameTooLong},

		{"unlink missing", s.dir.UnlinkFileAt("missing"), vfs.ErrNoEntry},
		{"unlink directory", s.dir.UnlinkFileAt("dir"), vfs.ErrIsDirectory},
		{"unlink empty directory", s.dir.UnlinkFileAt("emptydir"), vfs.ErrIsDirectory},
		{"unlink directory with slash", s.dir.UnlinkFileAt("emptydir/"), vfs.ErrIsDirectory},
		{"unlink file with slash", s.dir.UnlinkFileAt("hello.txt/"), vfs.ErrNotDirectory},
		{"unlink link with slash", s.dir.UnlinkFileAt("to-dir/"), vfs.ErrNotDirectory},
		{"unlink dot", s.dir.UnlinkFileAt("."), vfs.ErrIsDirectory},
		{"unlink dots", s.dir.UnlinkFileAt("dir/.."), vfs.ErrIsDirectory},

		{"rmdir missing", s.dir.RemoveDirectoryAt("missing"), vfs.ErrNoEntry},
		{"rmdir full", s.dir.RemoveDirectoryAt("dir"), vfs.ErrNotEmpty},
		{"rmdir file", s.dir.RemoveDirectoryAt("hello.txt"), vfs.ErrNotDirectory},
		{"rmdir file with slash", s.dir.RemoveDirectoryAt("hello.txt/"), vfs.ErrNotDirectory},
		{"rmdir link", s.dir.RemoveDirectoryAt("to-dir"), vfs.ErrNotDirectory},
		{"rmdir link with slash", s.dir.RemoveDirectoryAt("to-dir/"), vfs.ErrNotDirectory},
		{"rmdir dot", s.dir.RemoveDirectoryAt("."), vfs.ErrInvalid},
		{"rmdir dots", s.dir.RemoveDirectoryAt("emptydir/.."), vfs.ErrInvalid},

		{"rename missing", rename("missing", "x"), vfs.ErrNoEntry},
		{"rename nothing", rename("", "x"), vfs.ErrNoEntry},
		{"rename to nothing", rename("hello.txt", ""), vfs.ErrNoEntry},
		{"rename into missing", rename("hello.txt", "missing/x"), vfs.ErrNoEntry},
		{"rename dot", rename(".", "x"), vfs.ErrInvalid},
		{"rename to dots", rename("dir/sub", "dir/.."), vfs.ErrInvalid},
		{"rename file with slash", rename("hello.txt/", "x"), vfs.ErrNotDirectory},
		{"rename file to slash", rename("hello.txt", "x/"), vfs.ErrNotDirectory},
		{"rename link with slash", rename("to-dir/", "x"), vfs.ErrNotDirectory},
		{"rename directory over file", rename("dir", "hello.txt"), vfs.ErrNotDirectory},
		{"rename file over directory", rename("hello.txt", "emptydir"), vfs.ErrIsDirectory},
		{"rename over full directory", rename("emptydir", "dir"), vfs.ErrNotEmpty},
		{"rename into itself", rename("dir", "dir/sub/x"), vfs.ErrInvalid},
		{"rename over its parent", rename("dir/sub", "dir"), vfs.ErrNotEmpty},
		{"rename file over its parent", rename("dir/a.txt", "dir"), vfs.ErrNotEmpty},
		{"rename long name", rename("hello.txt", name255+"n"), vfs.ErrNameTooLong},

		{"link missing", link("missing", "x"), vfs.ErrNoEntry},
		{"link over file", link("hello.txt", "empty"), vfs.ErrExist},
		{"link over itself", link("hello.txt", "hello.txt"), vfs.ErrExist},
		{"link over dangling", link("hello.txt", "dangling"), vfs.ErrExist},
		{"link to slash", link("hello.txt", "x/"), vfs.ErrNoEntry},
		{"link over directory with slash", link("hello.txt", "dir/"), vfs.ErrExist},
		{"link file with slash", link("hello.txt/", "x"), vfs.ErrNotDirectory},
		{"link directory", link("dir", "x"), vfs.ErrNotPermitted},
		{"link directory to slash", link("dir", "x/"), vfs.ErrNoEntry},
		{"link dot", link(".", "x"), vfs.ErrNotPermitted},
		{"link to dot", link("hello.txt", "."), vfs.ErrExist},

		{"symlink over file", s.dir.SymlinkAt("x", "hello.txt"), vfs.ErrExist},
		{"symlink over link", s.dir.SymlinkAt("x", "dangling"), vfs.ErrExist},
		{"symlink to slash", s.dir.SymlinkAt("x", "new/"), vfs.ErrNoEntry},
		{"symlink over directory with slash", s.dir.SymlinkAt("x", "dir/"), vfs.ErrExist},
		{"symlink over file with slash", s.dir.SymlinkAt("x", "hello.txt/"), vfs.ErrExist},
		{"symlink with no target", s.dir.SymlinkAt("", "new"), vfs.ErrNoEntry},
		{"symlink long target", s.dir.SymlinkAt(strings.Repeat("a", vfs.MaxPath+1), "new"), vfs.ErrNameTooLong},
		{"symlink zero byte", s.dir.SymlinkAt("a\x00", "new"), vfs.ErrInvalid},
		{"symlink dot", s.dir.SymlinkAt("x", "."), vfs.ErrExist},

		{"readlink file", readlink("hello.txt"), vfs.ErrInvalid},
		{"readlink directory", readlink("dir"), vfs.ErrInvalid},
		{"readlink dot", readlink("."), vfs.ErrInvalid},
		{"readlink with slash", readlink("to-dir/"), vfs.ErrInvalid},
		{"readlink file with slash", readlink("to-file/"), vfs.ErrNotDirectory},
		{"readlink missing", readlink("missing"), vfs.ErrNoEntry},
	}
	for _, tt := range tests {
		s.fails(tt.what, tt.err, tt.want)
	}
	// Nothing of that may have left a trace.
	if err := sameTree(s.dir, s.root(ReadWrite)); err != nil {
		s.Error(err)
	}
}
