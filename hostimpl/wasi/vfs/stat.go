package vfs

import (
	"crypto/sha256"
	"encoding/binary"
	"time"
)

// Stat holds the attributes of a file-system object. A zero time means that the file
// system does not keep that time.
type Stat struct {
	Type     DescriptorType
	Links    uint64 // names that lead to the object
	Size     uint64 // bytes of a regular file, or of the content of a symbolic link
	Accessed time.Time
	Modified time.Time
	Changed  time.Time // last change of the attributes

	// Device and Inode together identify the object among all that exist now. WASI
	// shows them only through is-same-object and metadata-hash.
	Device uint64
	Inode  uint64
}

// SameObject tells whether s and o describe the same object.
func (s Stat) SameObject(o Stat) bool { return s.Device == o.Device && s.Inode == o.Inode }

// SameObject tells whether two handles refer to the same object. A handle that cannot
// be examined is the same as none.
func SameObject(a, b Node) bool {
	sa, err := a.Stat()
	if err != nil {
		return false
	}
	sb, err := b.Stat()
	return err == nil && sa.SameObject(sb)
}

// HashKey is the secret that keeps guests from computing device and inode numbers
// back from a metadata hash. Hashes compare only under the same key.
type HashKey [32]byte

// Hash returns the metadata hash of an object: a value that stays while the object is
// neither modified nor replaced.
func (k *HashKey) Hash(s Stat) (lower, upper uint64) {
	buf := make([]byte, 0, 128)
	buf = append(buf, k[:]...)
	for _, v := range [...]uint64{
		s.Device, s.Inode, s.Size,
		uint64(s.Modified.Unix()), uint64(s.Modified.Nanosecond()),
		uint64(s.Changed.Unix()), uint64(s.Changed.Nanosecond()),
	} {
		buf = binary.LittleEndian.AppendUint64(buf, v)
	}
	sum := sha256.Sum256(buf)
	return binary.LittleEndian.Uint64(sum[:8]), binary.LittleEndian.Uint64(sum[8:16])
}

// NewTimestamp says what to set a time to. The zero value leaves it as it is.
type NewTimestamp struct {
	kind timestampKind
	time time.Time
}

type timestampKind uint8

const (
	timestampNoChange timestampKind = iota
	timestampNow
	timestampAt
)

// TimestampNow sets a time to the present of the file system's clock.
func TimestampNow() NewTimestamp { return NewTimestamp{kind: timestampNow} }

// TimestampAt sets a time to t.
func TimestampAt(t time.Time) NewTimestamp { return NewTimestamp{kind: timestampAt, time: t} }

// IsNoChange tells whether the time stays as it is.
func (n NewTimestamp) IsNoChange() bool { return n.kind == timestampNoChange }

// IsNow tells whether the time becomes the present.
func (n NewTimestamp) IsNow() bool { return n.kind == timestampNow }

// Time returns the time set by TimestampAt.
func (n NewTimestamp) Time() time.Time { return n.time }
