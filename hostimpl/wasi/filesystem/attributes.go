package filesystem

import (
	"context"
	"math"
	"time"

	"github.com/witan-os/witan/generated/wasi/filesystem/v0.2/types"
	"github.com/witan-os/witan/hostimpl/wasi/vfs"
	"github.com/witan-os/witan/runtime/glue"
)

// This file is about what is known of an object besides its content: attributes, times, identity.

// GetFlags implements the resource's method.
func (d *descriptor) GetFlags(context.Context) (types.DescriptorFlags, error) {
	return types.DescriptorFlags(d.node.Flags()), nil
}

// GetType implements the resource's method.
func (d *descriptor) GetType(context.Context) (types.DescriptorType, error) {
	if d.dir != nil {
		return types.DescriptorTypeDirectory, nil
	}
	s, err := d.node.Stat()
	return types.DescriptorType(s.Type), asCode(err)
}

// Stat implements the resource's method.
func (d *descriptor) Stat(context.Context) (types.DescriptorStat, error) {
	s, err := d.node.Stat()
	return fromStat(s), asCode(err)
}

// StatAt implements the resource's method.
func (d *descriptor) StatAt(_ context.Context, flags types.PathFlags, path string) (types.DescriptorStat, error) {
	s, err := d.statAt(flags, path)
	return fromStat(s), err
}

func (d *descriptor) statAt(flags types.PathFlags, path string) (vfs.Stat, error) {
	dir, err := d.openDir()
	if err != nil {
		return vfs.Stat{}, err
	}
	s, err := dir.StatAt(vfs.PathFlags(flags), path)
	return s, asCode(err)
}

// MetadataHash implements the resource's method.
func (d *descriptor) MetadataHash(context.Context) (types.MetadataHashValue, error) {
	s, err := d.node.Stat()
	return d.host.hash(s), asCode(err)
}

// MetadataHashAt implements the resource's method.
func (d *descriptor) MetadataHashAt(_ context.Context, flags types.PathFlags, path string) (types.MetadataHashValue, error) {
	s, err := d.statAt(flags, path)
	return d.host.hash(s), err
}

func (h *host) hash(s vfs.Stat) (v types.MetadataHashValue) {
	v.Lower, v.Upper = h.hashKey.Hash(s)
	return v
}

// IsSameObject implements the resource's method.
func (d *descriptor) IsSameObject(_ context.Context, other types.Descriptor) (bool, error) {
	own, err := ownDescriptor(other)
	if err != nil {
		return false, err
	}
	return vfs.SameObject(d.node, own.node), nil
}

// SetTimes implements the resource's method.
func (d *descriptor) SetTimes(_ context.Context, accessed, modified types.NewTimestamp) error {
	a, m, err := toTimestamps(accessed, modified)
	if err != nil {
		return err
	}
	return asCode(d.node.SetTimes(a, m))
}

// SetTimesAt implements the resource's method.
func (d *descriptor) SetTimesAt(_ context.Context, flags types.PathFlags, path string, accessed, modified types.NewTimestamp) error {
	dir, err := d.openDir()
	if err != nil {
		return err
	}
	a, m, err := toTimestamps(accessed, modified)
	if err != nil {
		return err
	}
	return asCode(dir.SetTimesAt(vfs.PathFlags(flags), path, a, m))
}

func fromStat(s vfs.Stat) types.DescriptorStat {
	return types.DescriptorStat{
		Type:                      types.DescriptorType(s.Type),
		LinkCount:                 s.Links,
		Size:                      s.Size,
		DataAccessTimestamp:       fromTime(s.Accessed),
		DataModificationTimestamp: fromTime(s.Modified),
		StatusChangeTimestamp:     fromTime(s.Changed),
	}
}

// fromTime gives none for a time that is not kept and for one before 1970, which WASI cannot express.
func fromTime(t time.Time) glue.Option[types.Datetime] {
	if t.IsZero() || t.Unix() < 0 {
		return glue.None[types.Datetime]()
	}
	return glue.Some(types.Datetime{Seconds: uint64(t.Unix()), Nanoseconds: uint32(t.Nanosecond())})
}

func toTimestamps(accessed, modified types.NewTimestamp) (a, m vfs.NewTimestamp, err error) {
	if a, err = toTimestamp(accessed); err != nil {
		return a, m, err
	}
	m, err = toTimestamp(modified)
	return a, m, err
}

// maxSeconds is the last second since 1970 that a time.Time can be, as it counts from the year 1.
const maxSeconds = math.MaxInt64 - 62_135_596_800

// toTimestamp fails as utimensat does: with invalid for a fraction that is none, and with overflow for a
// time beyond what the host can express.
func toTimestamp(t types.NewTimestamp) (vfs.NewTimestamp, error) {
	at, ok := t.AsTimestamp()
	switch {
	case t.Kind() == types.NewTimestampKindNow:
		return vfs.TimestampNow(), nil
	case !ok:
		return vfs.NewTimestamp{}, nil
	case at.Nanoseconds >= uint32(time.Second):
		return vfs.NewTimestamp{}, types.ErrorCodeInvalid
	case at.Seconds > maxSeconds:
		return vfs.NewTimestamp{}, types.ErrorCodeOverflow
	}
	return vfs.TimestampAt(time.Unix(int64(at.Seconds), int64(at.Nanoseconds))), nil
}
