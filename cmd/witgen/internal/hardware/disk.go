package hardware

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/witan-os/witan/kernel/manifest"
)

// Disk is a file with the contents of a disk.
type Disk struct {
	File string
	Size manifest.Size // of a file that has to be made; 0 if it must be there
}

// emptySize is the size of disks that nobody has given.
const emptySize manifest.Size = 16 << 20

// ParseDisk reads FILE or FILE:SIZE, such as "data.img:64 MiB".
func ParseDisk(text string) (Disk, error) {
	d := Disk{File: text}
	if i := strings.LastIndexByte(text, ':'); i >= 0 {
		d.File = text[:i]
		if err := d.Size.UnmarshalText([]byte(text[i+1:])); err != nil {
			return Disk{}, err
		}
		if d.Size == 0 || d.Size%512 != 0 {
			return Disk{}, fmt.Errorf("a disk of %v: it has sectors of 512 B", d.Size)
		}
	}
	if d.File == "" {
		return Disk{}, errors.New("want FILE or FILE:SIZE")
	}
	return d, nil
}

// Make makes the file if it is not there. It takes no room but for what is written to it.
func (d Disk) Make() error {
	info, err := os.Stat(d.File)
	switch {
	case errors.Is(err, fs.ErrNotExist) && d.Size > 0:
		return d.create()
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%s is not there: FILE:SIZE makes it", d.File)
	case err != nil:
		return err
	case !info.Mode().IsRegular():
		return fmt.Errorf("%s is not a regular file", d.File)
	}
	return nil
}

func (d Disk) create() (err error) {
	if uint64(d.Size) > math.MaxInt64 {
		return fmt.Errorf("%s: %v is too much", d.File, d.Size)
	}
	f, err := os.OpenFile(d.File, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	err = f.Truncate(int64(d.Size))
	return errors.Join(err, f.Close())
}

// Empty is the n-th disk of a machine, which nobody has given one, in a directory.
func Empty(dir string, n int) Disk {
	return Disk{File: filepath.Join(dir, "disk"+strconv.Itoa(n)+".img"), Size: emptySize}
}
