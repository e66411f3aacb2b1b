package virtio

import (
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/witan-os/witan/kernel/driver"
)

// Block devices (virtio 1.2, section 5.2).
const (
	blockKind     = 2
	blockReadOnly = 1 << 5
	blockFlush    = 1 << 9

	requestIn    = 0
	requestOut   = 1
	requestFlush = 4
	headerSize   = 16
	statusOK     = 0

	// SectorSize is the unit in which a disk is read and written, in bytes.
	SectorSize = 512

	transferSize = 64 << 10 // of one request

	// Where the parts of a request lie in the memory for data.
	headerAt   = 0
	statusAt   = headerSize
	transferAt = 4096
)

// ErrAlignment is an access of a disk that is not of whole sectors, or not within it.
var ErrAlignment = errors.New("virtio: a disk is read and written by whole sectors, within its size")

// Disk is a virtio-blk. It is an [io.ReaderAt] and [io.WriterAt] of whole sectors.
type Disk struct {
	transport *transport
	size      int64
	readOnly  bool
	flushes   bool
}

// OpenDisk makes a virtio-blk ready.
func OpenDisk(d driver.Device) (*Disk, error) {
	t, features, err := open(d, blockKind, blockReadOnly|blockFlush, transferAt+transferSize)
	if err != nil {
		return nil, err
	}
	disk := &Disk{transport: t, readOnly: features&blockReadOnly != 0, flushes: features&blockFlush != 0}
	if err := disk.readSize(); err != nil {
		return nil, errors.Join(err, t.Close())
	}
	return disk, nil
}

// readSize reads the capacity, the first 64 bits of the configuration.
func (d *Disk) readSize() error {
	place := d.transport.layout.Specific
	if place.Length < 8 {
		return errKind
	}
	w, err := d.transport.device.Window(int(place.Window))
	if err != nil {
		return err
	}
	low, err := w.Read(uint64(place.Offset), 4)
	if err != nil {
		return err
	}
	high, err := w.Read(uint64(place.Offset)+4, 4)
	if err != nil {
		return err
	}
	sectors := low | high<<32
	if sectors > math.MaxInt64/SectorSize {
		return fmt.Errorf("virtio: a disk of %d sectors", sectors)
	}
	d.size = int64(sectors) * SectorSize
	return nil
}

// Size returns the disk's size in bytes.
func (d *Disk) Size() int64 { return d.size }

// ReadAt reads whole sectors.
func (d *Disk) ReadAt(p []byte, at int64) (int, error) {
	return d.pieces(p, at, func(piece []byte, sector uint64) error {
		data := segment{offset: transferAt, length: uint32(len(piece))}
		if err := d.request(requestIn, sector, data); err != nil {
			return err
		}
		return d.transport.memory.Read(dataOffset+transferAt, piece)
	})
}

// WriteAt writes whole sectors.
func (d *Disk) WriteAt(p []byte, at int64) (int, error) {
	if d.readOnly {
		return 0, errors.New("virtio: the disk is read only")
	}
	return d.pieces(p, at, func(piece []byte, sector uint64) error {
		if err := d.transport.memory.Write(dataOffset+transferAt, piece); err != nil {
			return err
		}
		return d.request(requestOut, sector, segment{offset: transferAt, length: uint32(len(piece)), toDevice: true})
	})
}

// Sync waits until what was written will last.
func (d *Disk) Sync() error {
	if !d.flushes {
		return nil // the device has no cache to speak of
	}
	d.transport.mu.Lock()
	defer d.transport.mu.Unlock()
	return d.request(requestFlush, 0)
}

// Close stops the device.
func (d *Disk) Close() error { return d.transport.Close() }

// pieces splits a transfer into requests.
func (d *Disk) pieces(p []byte, at int64, transfer func(piece []byte, sector uint64) error) (int, error) {
	if at%SectorSize != 0 || len(p)%SectorSize != 0 || at < 0 || at > d.size {
		return 0, ErrAlignment
	}
	if int64(len(p)) > d.size-at {
		return 0, errors.Join(ErrAlignment, io.EOF)
	}
	d.transport.mu.Lock()
	defer d.transport.mu.Unlock()
	done := 0
	for done < len(p) {
		piece := p[done:min(done+transferSize, len(p))]
		if err := transfer(piece, uint64(at+int64(done))/SectorSize); err != nil {
			return done, err
		}
		done += len(piece)
	}
	return done, nil
}

// request sends a header, data, and a place for the status (section 5.2.6). The transport is locked.
func (d *Disk) request(kind uint32, sector uint64, data ...segment) error {
	m := d.transport.memory
	err := errors.Join(
		m.Store(dataOffset+headerAt, 8, uint64(kind)),
		m.Store(dataOffset+headerAt+8, 8, sector),
		m.Store(dataOffset+statusAt, 1, 0xff),
	)
	if err != nil {
		return err
	}
	chain := append([]segment{{offset: headerAt, length: headerSize, toDevice: true}}, data...)
	if _, err := d.transport.request(append(chain, segment{offset: statusAt, length: 1})...); err != nil {
		return err
	}
	if status, err := m.Load(dataOffset+statusAt, 1); err != nil || status != statusOK {
		return errors.Join(err, fmt.Errorf("virtio: the disk fails a request at sector %d with status %d", sector, status))
	}
	return nil
}
