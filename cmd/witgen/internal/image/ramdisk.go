package image

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"

	"github.com/witan-os/witan/internal/ramdisk"
	"github.com/witan-os/witan/kernel"
	"github.com/witan-os/witan/kernel/manifest"
)

// buildRamdisk makes the TAR: the manifest rewritten for the image, components, machine code and files.
func buildRamdisk(ctx context.Context, o Options, m *manifest.Manifest, dir, work string) ([]byte, error) {
	date, err := ramdisk.SourceDate()
	if err != nil {
		return nil, err
	}
	b := ramdisk.Builder{ModTime: date}
	cache := filepath.Join(work, kernel.CacheDir)
	parts, err := o.parts(ctx, m, dir)
	if err != nil {
		return nil, err
	}
	plan, err := o.plan(m, parts)
	if err != nil {
		return nil, err
	}
	if err := o.compile(ctx, parts, plan, cache); err != nil {
		return nil, err
	}
	for i, p := range parts {
		m.Components[i].File = path.Join(kernel.ComponentDir, p.name+".wasm")
		if err := b.AddFile(m.Components[i].File, 0o644, p.wasm); err != nil {
			return nil, err
		}
		if p.described == nil {
			continue
		}
		if outline, ok := p.described.Outline(); ok {
			if err := b.AddFile(m.Components[i].File+kernel.OutlineSuffix, 0o644, outline); err != nil {
				return nil, err
			}
		}
	}
	if err := b.AddTree(kernel.CacheDir, os.DirFS(cache)); err != nil {
		return nil, err
	}
	for guest, host := range m.Files {
		if !filepath.IsAbs(host) {
			host = filepath.Join(dir, host)
		}
		if err := kernel.AddFiles(&b, kernel.FileDir, guest, host); err != nil {
			return nil, fmt.Errorf("file %s: %w", guest, err)
		}
	}
	m.Files = nil
	text, err := m.Encode()
	if err != nil {
		return nil, err
	}
	if _, err := manifest.Parse("the image's "+manifest.Name, text); err != nil {
		return nil, errors.New(err.Error()) // without the lines, which nobody wrote
	}
	if err := b.AddFile(manifest.Name, 0o644, text); err != nil {
		return nil, err
	}
	return b.Bytes()
}
