package image

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"fmt"
	"io"
)

// A Format is the form of an image, which is for the firmware that starts it.
type Format int

// The formats of images.
const (
	PVH  Format = iota // an ELF file for boot loaders that follow PVH, such as QEMU's -kernel
	EFI                // a program for UEFI
	Disk               // a raw disk with an EFI system partition, which UEFI boots by itself
)

func (f Format) String() string {
	switch f {
	case PVH:
		return "pvh"
	case EFI:
		return "efi"
	case Disk:
		return "disk"
	}
	return fmt.Sprintf("Format(%d)", int(f))
}

// A Boot is what Make makes an image of.
type Boot struct {
	Program Program
	// Key signs the payload. The image's loader starts what is signed with it, or with one of Trusted.
	Key     ed25519.PrivateKey
	Trusted []ed25519.PublicKey
	// Minimum is the oldest version of a payload that the image's loader starts.
	Minimum uint64
	// Format is that of the image.
	Format Format
	// Dir is the directory that the Go compiler is run in; its module must need this one.
	Dir string
}

// stageUnit is what a stage's base is a multiple of, so that a payload can grow a little without another stage.
const stageUnit = 4 << 20

// firmwareEnd is an address above what UEFI uses of low memory until its boot services end: OVMF has drivers and tables
// between 8 and 26 MiB. The stage must not lie there; a payload may, since it comes later.
const firmwareEnd = 32 << 20

// Make writes an image of a program: a second stage and the signed payload. The same input gives the same
// bytes, as long as the Go compiler is the same.
func Make(ctx context.Context, w io.Writer, b Boot) error {
	container, header, err := Pack(b.Program, b.Key)
	if err != nil {
		return err
	}
	base := header.End
	if b.Format != PVH {
		base = max(base, firmwareEnd)
	}
	stage := Stage{
		Base:    (base + stageUnit - 1) / stageUnit * stageUnit,
		Keys:    append([]ed25519.PublicKey{b.Key.Public().(ed25519.PublicKey)}, b.Trusted...),
		Minimum: b.Minimum,
		Type:    header.Type,
	}
	elf, err := stage.Link(ctx, b.Dir)
	if err != nil {
		return err
	}
	return Assemble(w, elf, container, b.Format)
}

// Assemble writes an image of a linked second stage and a container.
func Assemble(w io.Writer, stage, container []byte, format Format) error {
	img := Image{Kernel: stage, Payload: container}
	if format == PVH {
		return Build(w, img)
	}
	var inner bytes.Buffer
	if err := buildFor(format, &inner, img); err != nil {
		return err
	}
	write := writeEFI
	if format == Disk {
		write = writeDisk
	}
	if err := write(w, inner.Bytes()); err != nil {
		return fmt.Errorf("image: %w", err)
	}
	return nil
}
