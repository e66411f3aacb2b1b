package filesystem

import (
	"context"
	"io"
	"slices"

	"github.com/witan-os/witan/generated/wasi/filesystem/v0.2/types"
	"github.com/witan-os/witan/hostimpl/wasi/vfs"
	"github.com/witan-os/witan/runtime/glue"
)

// maxResume bounds the names of a listing that are kept for resuming it.
const maxResume = 1 << 16

// ReadDirectory implements the resource's method.
//
// A listing that did not come to its end is resumed: the new one begins with the names that the old one has
// returned, in their order and whether they still exist or not, and goes on with all others. The WASI 0.1
// adapter needs that. Where it can't go on with a listing that it has open, it starts anew and skips as many
// names as the program has seen. Had removed names vanished by then, it would skip others instead, and no
// tree could be removed recursively.
func (d *descriptor) ReadDirectory(context.Context) (glue.Own[types.DirectoryEntryStream], error) {
	dir, err := d.openDir()
	if err != nil {
		return glue.Own[types.DirectoryEntryStream]{}, err
	}
	s, err := dir.ReadDirectory()
	if err != nil {
		return glue.Own[types.DirectoryEntryStream]{}, asCode(err)
	}
	l := &listing{entries: s}
	if last := d.listing; last != nil && !last.ended && len(last.returned) <= maxResume {
		l.replay = slices.Clone(last.returned)
		l.replayed = make(map[string]bool, len(l.replay))
	}
	for _, e := range l.replay {
		l.replayed[e.Name] = true
	}
	d.listing = l
	return glue.Give[types.DirectoryEntryStream](l), nil
}

// listing is the resource for a directory that is being listed.
type listing struct {
	entries  vfs.DirectoryEntryStream
	returned []vfs.DirectoryEntry
	replay   []vfs.DirectoryEntry // of the interrupted listing, still to be returned
	replayed map[string]bool      // their names
	ended    bool
}

// Drop ends the listing.
func (l *listing) Drop(context.Context) { _ = l.entries.Close() } // it was only read from

// ReadDirectoryEntry implements the resource's method.
func (l *listing) ReadDirectoryEntry(context.Context) (glue.Option[types.DirectoryEntry], error) {
	e, err := l.next()
	if err == io.EOF {
		l.ended, l.returned = true, nil
		return glue.None[types.DirectoryEntry](), nil
	}
	if err != nil {
		return glue.None[types.DirectoryEntry](), asCode(err)
	}
	if len(l.returned) <= maxResume {
		l.returned = append(l.returned, e)
	}
	return glue.Some(types.DirectoryEntry{Type: types.DescriptorType(e.Type), Name: e.Name}), nil
}

func (l *listing) next() (vfs.DirectoryEntry, error) {
	if len(l.replay) > 0 {
		e := l.replay[0]
		l.replay = l.replay[1:]
		return e, nil
	}
	for {
		e, err := l.entries.Next()
		if err != nil || !l.replayed[e.Name] {
			return e, err
		}
	}
}
