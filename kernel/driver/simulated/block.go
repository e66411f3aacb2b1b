package simulated

import (
	"encoding/binary"
	"fmt"
	"io"
)

// blockKind is virtio's number of block devices (virtio 1.2, section 5.2).
const blockKind = 2

const (
	// SectorSize is the unit in which a disk is addressed, in bytes.
	SectorSize = 512

	blockFlush = 1 << 9 // feature: requests to flush

	blockHeader   = 16
	requestIn     = 0
	requestOut    = 1
	requestFlush  = 4
	requestID     = 8
	idSize        = 20
	statusOK      = 0
	statusIOError = 1
	statusUnknown = 2
)

// Storage is what a disk keeps its sectors in, such as an [os.File].
type Storage interface {
	io.ReaderAt
	io.WriterAt
}

// Block makes a virtio-blk of size bytes in storage, which must be whole sectors. A storage with a method Sync has that
// called when the driver flushes.
func Block(storage Storage, size int64) (*Device, error) {
	if size <= 0 || size%SectorSize != 0 {
		return nil, fmt.Errorf("simulated: a disk of %d bytes is not of whole sectors", size)
	}
	config := make([]byte, 64)
	binary.LittleEndian.PutUint64(config, uint64(size/SectorSize))
	b := &disk{storage: storage, size: uint64(size)}
	return &Device{address: "sim:blk", model: model{kind: blockKind, features: blockFlush, config: config, serve: b.serve}}, nil
}

type disk struct {
	storage Storage
	size    uint64
}

// serve answers a request (section 5.2.6): a header, data in one direction, and the status in the last byte.
func (d *disk) serve(from, to [][]byte) uint32 {
	if len(to) == 0 || len(to[len(to)-1]) == 0 {
		return 0 // no place for a status
	}
	last := to[len(to)-1]
	status, to := &last[len(last)-1], append(to[:len(to)-1:len(to)-1], last[:len(last)-1])
	var header [blockHeader]byte
	if from = gather(header[:], from); from == nil {
		*status = statusIOError
		return 1
	}
	kind, sector := binary.LittleEndian.Uint32(header[:]), binary.LittleEndian.Uint64(header[8:])
	written := uint32(0)
	*status, written = d.request(kind, sector, from, to)
	return written + 1
}

// gather fills p from the buffers and returns what is left of them, or nil if they are too short.
func gather(p []byte, from [][]byte) [][]byte {
	rest := make([][]byte, 0, len(from)+1)
	for _, b := range from {
		n := copy(p, b)
		p = p[n:]
		rest = append(rest, b[n:])
	}
	if len(p) > 0 {
		return nil
	}
	return rest
}

// request returns the status and how many bytes of to are written.
func (d *disk) request(kind uint32, sector uint64, from, to [][]byte) (status byte, written uint32) {
	switch kind {
	case requestIn:
		return d.transfer(sector, to, d.storage.ReadAt), total(to)
	case requestOut:
		return d.transfer(sector, from, d.storage.WriteAt), 0
	case requestFlush:
		if s, ok := d.storage.(interface{ Sync() error }); ok && s.Sync() != nil {
			return statusIOError, 0
		}
		return statusOK, 0
	case requestID:
		id := [idSize]byte{}
		copy(id[:], "witan-simulated")
		n := 0
		for _, b := range to {
			n += copy(b, id[n:])
		}
		return statusOK, uint32(n)
	}
	return statusUnknown, 0
}

// transfer moves whole sectors between the buffers and the storage.
func (d *disk) transfer(sector uint64, buffers [][]byte, move func([]byte, int64) (int, error)) byte {
	n := uint64(total(buffers))
	if n%SectorSize != 0 || sector > d.size/SectorSize || n > d.size-sector*SectorSize {
		return statusIOError
	}
	at := int64(sector * SectorSize)
	for _, b := range buffers {
		if _, err := move(b, at); err != nil && err != io.EOF {
			return statusIOError
		}
		at += int64(len(b))
	}
	return statusOK
}

func total(buffers [][]byte) uint32 {
	n := 0
	for _, b := range buffers {
		n += len(b)
	}
	return uint32(n)
}

// Memory is storage for a disk that lasts as long as the program. It has its size from the start.
type Memory []byte

// ReadAt reads; what is beyond the end is an error.
func (m Memory) ReadAt(p []byte, at int64) (int, error) {
	if at < 0 || at > int64(len(m)) {
		return 0, io.EOF
	}
	n := copy(p, m[at:])
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// WriteAt writes; it does not grow the storage.
func (m Memory) WriteAt(p []byte, at int64) (int, error) {
	if at < 0 || at > int64(len(m)) || len(p) > len(m[at:]) {
		return 0, io.ErrShortWrite
	}
	return copy(m[at:], p), nil
}
