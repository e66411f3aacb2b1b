package filesystem

import (
	"math"
	"testing"
	"time"

	"github.com/witan-os/witan/generated/wasi/filesystem/v0.2/types"
	"github.com/witan-os/witan/hostimpl/wasi/vfs"
	"github.com/witan-os/witan/hostimpl/wasi/vfs/overlay"
	"github.com/witan-os/witan/runtime/glue"
)

// TestStat checks the attributes of an object by its descriptor and by its name.
func TestStat(t *testing.T) {
	onEach(t, func(t *testing.T, root types.Descriptor) {
		ctx := t.Context()
		f := put(t, root, "f", []byte("12345"))
		ok(t, root.LinkAt(ctx, 0, "f", root, "g"))
		ok(t, root.SymlinkAt(ctx, "f", "link"))
		at := types.Datetime{Seconds: 1_234_567_890, Nanoseconds: 123_456_000}
		ok(t, f.SetTimes(ctx, types.NewTimestampTimestamp(types.Datetime{}), types.NewTimestampTimestamp(at)))

		byName, err := root.StatAt(ctx, types.PathFlagsSymlinkFollow, "link")
		ok(t, err)
		s, err := f.Stat(ctx)
		ok(t, err)
		if byName != s {
			t.Errorf("by name %v, by descriptor %v", byName, s)
		}
		if _, is := s.StatusChangeTimestamp.Get(); !is {
			t.Error("no status-change-timestamp")
		}
		s.StatusChangeTimestamp = glue.None[types.Datetime]()
		want := types.DescriptorStat{
			Type:                      types.DescriptorTypeRegularFile,
			LinkCount:                 2,
			Size:                      5,
			DataAccessTimestamp:       glue.Some(types.Datetime{}),
			DataModificationTimestamp: glue.Some(at),
		}
		if s != want {
			t.Errorf("got %v, want %v", s, want)
		}
		link, err := root.StatAt(ctx, 0, "link")
		ok(t, err)
		if link.Type != types.DescriptorTypeSymbolicLink || link.Size != 1 {
			t.Errorf("the link is %v", link)
		}
		_, err = root.StatAt(ctx, 0, "none")
		fails(t, "stat-at of nothing", err, types.ErrorCodeNoEntry)
	})
}

func TestFromTime(t *testing.T) {
	for _, test := range []struct {
		name string
		at   time.Time
		want glue.Option[types.Datetime]
	}{
		{"not kept", time.Time{}, glue.None[types.Datetime]()},
		{"before 1970", time.Unix(-1, 999_999_999), glue.None[types.Datetime]()},
		{"the first", time.Unix(0, 0), glue.Some(types.Datetime{})},
		{"a zone is no matter", time.Unix(5, 7).In(time.FixedZone("", 3600)), glue.Some(types.Datetime{Seconds: 5, Nanoseconds: 7})},
	} {
		if got := fromTime(test.at); got != test.want {
			t.Errorf("%s: got %v, want %v", test.name, got, test.want)
		}
	}
}

// TestSetTimes checks both methods that set times, with every case of new-timestamp and times that are none.
func TestSetTimes(t *testing.T) {
	early := types.Datetime{Seconds: 1, Nanoseconds: 2000}
	var now types.Datetime
	clock := func() time.Time { return time.Unix(int64(now.Seconds), int64(now.Nanoseconds)) }
	root := rootOf(t, overlay.New(overlay.Config{Now: clock}).Root(everything))
	f := put(t, root, "f", nil)
	ctx := t.Context()

	set := func(at types.Datetime) types.NewTimestamp { return types.NewTimestampTimestamp(at) }
	for _, test := range []struct {
		name   string
		change types.NewTimestamp
		want   types.Datetime // what becomes of early
		err    error
	}{
		{"no change", types.NewTimestampNoChange(), early, nil},
		{"now", types.NewTimestampNow(), types.Datetime{Seconds: 77}, nil},
		{"a time", set(types.Datetime{Seconds: 9, Nanoseconds: 999_999_999}), types.Datetime{Seconds: 9, Nanoseconds: 999_999_999}, nil},
		{"the last", set(types.Datetime{Seconds: maxSeconds}), types.Datetime{Seconds: maxSeconds}, nil},
		{"no fraction", set(types.Datetime{Nanoseconds: 1_000_000_000}), early, types.ErrorCodeInvalid},
		{"too late", set(types.Datetime{Seconds: maxSeconds + 1}), early, types.ErrorCodeOverflow},
		{"much too late", set(types.Datetime{Seconds: math.MaxUint64}), early, types.ErrorCodeOverflow},
	} {
		for method, do := range map[string]func(a, m types.NewTimestamp) error{
			"set-times":    func(a, m types.NewTimestamp) error { return f.SetTimes(ctx, a, m) },
			"set-times-at": func(a, m types.NewTimestamp) error { return root.SetTimesAt(ctx, 0, "f", a, m) },
		} {
			ok(t, f.SetTimes(ctx, set(early), set(early)))
			now = types.Datetime{Seconds: 77}
			fails(t, method+" to "+test.name, do(test.change, types.NewTimestampNoChange()), test.err)
			s, err := f.Stat(ctx)
			ok(t, err)
			if got, _ := s.DataAccessTimestamp.Get(); got != test.want {
				t.Errorf("%s to %s: accessed at %v, want %v", method, test.name, got, test.want)
			}
			if got, _ := s.DataModificationTimestamp.Get(); got != early {
				t.Errorf("%s to %s: modified at %v, want %v", method, test.name, got, early)
			}
			fails(t, method+" to "+test.name+", modified", do(types.NewTimestampNoChange(), test.change), test.err)
			s, err = f.Stat(ctx)
			ok(t, err)
			if got, _ := s.DataModificationTimestamp.Get(); got != test.want {
				t.Errorf("%s to %s: modified at %v, want %v", method, test.name, got, test.want)
			}
		}
	}
}

// TestIdentity checks is-same-object and metadata-hash: names and handles of one object agree, and a change
// shows.
func TestIdentity(t *testing.T) {
	onEach(t, func(t *testing.T, root types.Descriptor) {
		ctx := t.Context()
		f := put(t, root, "f", []byte("a"))
		ok(t, root.LinkAt(ctx, 0, "f", root, "name"))
		again := open(t, root, "name", 0, types.DescriptorFlagsRead)
		other := put(t, root, "other", []byte("a"))
		for what, test := range map[string]struct {
			d    types.Descriptor
			want bool
		}{"itself": {f, true}, "by another name": {again, true}, "another file": {other, false}, "its directory": {root, false}} {
			if same, err := f.IsSameObject(ctx, test.d); err != nil || same != test.want {
				t.Errorf("is-same-object with %s: %v, %v", what, same, err)
			}
		}

		hash := func(d types.Descriptor) types.MetadataHashValue {
			v, err := d.MetadataHash(ctx)
			ok(t, err)
			return v
		}
		before := hash(f)
		if hash(again) != before {
			t.Error("two handles of a file have different hashes")
		}
		if at, err := root.MetadataHashAt(ctx, 0, "name"); err != nil || at != before {
			t.Errorf("metadata-hash-at differs from metadata-hash: %v, %v", at, err)
		}
		if hash(other) == before {
			t.Error("two files have the same hash")
		}
		ok(t, f.SetSize(ctx, 2))
		if hash(f) == before {
			t.Error("a change does not show in the hash")
		}
		_, err := root.MetadataHashAt(ctx, 0, "none")
		fails(t, "metadata-hash-at of nothing", err, types.ErrorCodeNoEntry)
	})
}

// TestHashIsKeyed checks that two processes see unrelated hashes of one object.
func TestHashIsKeyed(t *testing.T) {
	dir := overlay.New(overlay.Config{}).Root(vfs.Read)
	a, err := rootOf(t, dir).MetadataHash(t.Context())
	ok(t, err)
	b, err := rootOf(t, dir).MetadataHash(t.Context())
	ok(t, err)
	if a.Lower == b.Lower || a.Upper == b.Upper {
		t.Errorf("the hashes %x and %x share a half", a, b)
	}
}
