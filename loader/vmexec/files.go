package main

import (
	"os"

	"github.com/witan-os/witan/internal/ramdisk"
)

// buildRamdisk returns an archive of the files, or nothing if there are none.
func buildRamdisk(files []file) ([]byte, error) {
	if len(files) == 0 {
		return nil, nil
	}
	when, err := ramdisk.SourceDate()
	if err != nil {
		return nil, err
	}
	builder := ramdisk.Builder{ModTime: when}
	for _, f := range files {
		if err := addFile(&builder, f); err != nil {
			return nil, err
		}
	}
	return builder.Bytes()
}

func addFile(builder *ramdisk.Builder, f file) error {
	info, err := os.Stat(f.host)
	if err != nil {
		return err
	}
	if info.IsDir() {
		return builder.AddTree(f.guest, os.DirFS(f.host))
	}
	data, err := os.ReadFile(f.host)
	if err != nil {
		return err
	}
	return builder.AddFile(f.guest, info.Mode(), data)
}
