package filesystem

import (
	"slices"
	"testing"

	"github.com/witan-os/witan/generated/wasi/filesystem/v0.2/types"
	"github.com/witan-os/witan/runtime/glue"
)

// names reads up to n entries of a new listing and drops it.
func names(t *testing.T, d types.Descriptor, n int) []string {
	t.Helper()
	ctx := t.Context()
	stream, err := d.ReadDirectory(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer stream.Drop(ctx)
	return read(t, stream, n)
}

func read(t *testing.T, stream glue.Own[types.DirectoryEntryStream], n int) []string {
	t.Helper()
	var list []string
	for range n {
		e, err := stream.Value().ReadDirectoryEntry(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		entry, ok := e.Get()
		if !ok {
			break
		}
		list = append(list, entry.Name)
	}
	return list
}

// TestResumeListing removes what a listing has returned, drops the listing, and expects the next one to begin
// with the same names, so that whoever skips them misses nothing.
func TestResumeListing(t *testing.T) { onEach(t, resumeListing) }

func resumeListing(t *testing.T, root types.Descriptor) {
	ctx := t.Context()
	for _, name := range []string{"a", "b", "c", "d", "e"} {
		if err := root.CreateDirectoryAt(ctx, name); err != nil {
			t.Fatal(err)
		}
	}
	first := names(t, root, 3)
	for _, name := range first[:2] {
		if err := root.RemoveDirectoryAt(ctx, name); err != nil {
			t.Fatal(err)
		}
	}
	if err := root.CreateDirectoryAt(ctx, "f"); err != nil {
		t.Fatal(err)
	}
	resumed := names(t, root, 100)
	if !slices.Equal(resumed[:3], first) {
		t.Errorf("the resumed listing begins with %v, want %v", resumed[:3], first)
	}
	slices.Sort(resumed)
	if want := []string{"a", "b", "c", "d", "e", "f"}; !slices.Equal(resumed, want) {
		t.Errorf("the resumed listing has %v, want %v", resumed, want)
	}
	fresh := names(t, root, 100)
	for _, gone := range first[:2] {
		if slices.Contains(fresh, gone) {
			t.Errorf("after a listing that came to its end, the next one still has %s: %v", gone, fresh)
		}
	}
	if len(fresh) != 4 {
		t.Errorf("a fresh listing has %v, want 4 names", fresh)
	}
}
